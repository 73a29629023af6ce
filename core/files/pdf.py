"""Documents as PDF, by Typst: tagged and accessible (PDF/UA-1), for archives (PDF/A-2a)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from flask import current_app


def compiled(template: str, words: dict[str, Any]) -> bytes:
    """A document from ``templates/<template>`` with its words as data.

    The compiler refuses one that is not tagged or has no title.
    """
    import typst  # heavy: only the worker loads it

    source = Path(current_app.root_path) / "templates" / template
    return bytes(
        typst.compile(
            source.read_bytes(),
            sys_inputs={"data": json.dumps(words, ensure_ascii=False)},
            pdf_standards=["a-2a", "ua-1"],
            ignore_system_fonts=True,
        )
    )
