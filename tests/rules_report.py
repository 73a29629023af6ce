"""``pytest --rules-report``: each rule of RULES.md with the tests that hold it, and those without."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest


def report(items: list[pytest.Item], rules_file: Path) -> None:
    """Print one line a rule, in the order of the file."""
    held: dict[str, set[str]] = defaultdict(set)
    for item in items:
        for marker in item.iter_markers("rule"):
            for rule in marker.args:
                held[rule].add(item.nodeid.partition("[")[0])
    text = rules_file.read_text("utf-8") if rules_file.is_file() else ""
    known = list(dict.fromkeys(re.findall(r"\*\*(R\d+)\*\*", text))) or sorted(held, key=lambda rule: int(rule[1:]))
    for rule in known:
        tests = sorted(held.get(rule, ()))
        print(f"{rule}: {', '.join(tests) if tests else 'no test'}")
    print(f"{sum(bool(held.get(rule)) for rule in known)} of {len(known)} rules are held by tests")
    unknown = sorted(set(held) - set(known))
    if unknown:
        raise pytest.UsageError(f"tests name rules that RULES.md does not have: {', '.join(unknown)}")
