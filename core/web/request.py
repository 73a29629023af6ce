"""Requests as the application reads them."""

from __future__ import annotations

from io import BytesIO
from typing import IO

from flask import Request


class OurRequest(Request):
    """Uploads stay in memory: no request is larger than MAX_CONTENT_LENGTH, and what is sealed later never lies open
    in a temporary file (R52)."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return BytesIO()
