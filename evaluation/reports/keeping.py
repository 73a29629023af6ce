"""Answering with a picture to keep, in any of its formats."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Response

from core.charts import Chart, files
from core.errors import NotFound
from core.i18n import lazy_gettext as _l

FORMATS = tuple(files.FORMATS_TO_KEEP)
#: The last part of an address: ``/quality/…/index.svg``.
ENDING = f"<any({','.join(FORMATS)}):ending>"


def kept(picture: Chart | None, ending: str) -> Response:
    """The file.

    :raises NotFound: there is too little to draw
    """
    if picture is None:
        raise NotFound(
            _l("There is too little to tell for this picture."),
            rule="R119",
            next_step=_l("Look at the page of the category: it says what can be told."),
        )
    media_type, make = files.FORMATS_TO_KEEP[ending]
    answer = Response(make(picture), mimetype=media_type)
    answer.headers.set("Content-Disposition", "attachment", filename=f"{picture.key}.{ending}")
    return answer


def one_of(keys: Iterable[str], word: str = "key") -> str:
    """The part of an address that names a picture."""
    names = ",".join(f'"{key}"' for key in keys)
    return f"<any({names}):{word}>"
