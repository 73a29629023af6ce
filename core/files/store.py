"""Where files lie: fsspec over FILES_URL (``file:///folder`` or ``s3://bucket/prefix``)."""

from __future__ import annotations

from typing import Any

import fsspec
from flask import current_app


def filesystem() -> tuple[Any, str]:
    """The file system of this deployment and the folder (or bucket) of ours in it."""
    url: str = current_app.config["FILES_URL"]
    options: dict[str, Any] = current_app.config.get("FILES_OPTIONS", {})
    place, root = fsspec.core.url_to_fs(url, **options)
    return place, root.rstrip("/")
