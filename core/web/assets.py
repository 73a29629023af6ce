"""Style sheets and scripts from the installed wheels, from our own origin, and the chosen appearance."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from flask import Blueprint, Response, current_app, request, send_from_directory, url_for

bp = Blueprint("assets", __name__, url_prefix="/assets")

YEAR = 365 * 24 * 3600
THEME_COOKIE = "theme"
THEMES = ("light", "dark")
#: Wheel whose version is in the address, so that a cached file is never a stale one.
WHEELS = {"bootstrap": "bootstrap-wrapper", "htmx": "django-js-lib-htmx", "swagger": "flask-swagger-ui"}


@cache
def package_folder(package: str) -> Path:
    """The folder of an installed package, without importing it (``bootstrap`` has no ``__init__``)."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise LookupError(f"The package {package} is not installed.")
    return Path(next(iter(spec.submodule_search_locations)))


def _send(folder: Path, path: str) -> Response:
    response = send_from_directory(folder, path, max_age=YEAR)
    response.cache_control.public = True
    return response


@bp.get("/bootstrap/<path:path>")
def bootstrap(path: str) -> Response:
    """A file of Bootstrap, ``css/bootstrap.min.css``."""
    return _send(package_folder("bootstrap"), path)


@bp.get("/htmx/<path:path>")
def htmx(path: str) -> Response:
    """A file of htmx, ``htmx.min.js``."""
    return _send(package_folder("js_lib_htmx") / "static" / "htmx", path)


@bp.get("/swagger/<path:path>")
def swagger(path: str) -> Response:
    """A file of the API browser, ``swagger-ui-bundle.js``."""
    return _send(package_folder("flask_swagger_ui") / "dist", path)


@cache
def _wheel_version(kind: str) -> str:
    return version(WHEELS[kind])


def asset_url(kind: str, path: str) -> str:
    """The address of a wheel's file: ``/assets/htmx/htmx.min.js?v=2.0.3.1``."""
    return url_for(f"assets.{kind}", path=path, v=_wheel_version(kind))


@cache
def _file_version(path: Path, changed_at: float) -> str:
    return format(int(changed_at), "x")


def static_url(path: str) -> str:
    """The address of one of our own files with its time of change: ``/static/theme.css?v=65f0c2a1``."""
    file = Path(current_app.static_folder or "") / path
    stamp = _file_version(file, file.stat().st_mtime) if file.is_file() else None
    return url_for("static", filename=path, v=stamp)


def chosen_theme() -> str | None:
    """``"light"`` or ``"dark"`` if the person chose one, else None: the page follows the device."""
    wish = request.args.get("theme") or request.cookies.get(THEME_COOKIE)
    return wish if wish in THEMES else None


@bp.after_app_request
def remember_theme(response: Response) -> Response:
    """Keep an appearance chosen by ``?theme=light|dark|device``."""
    wish = request.args.get("theme")
    if wish in THEMES:
        response.set_cookie(THEME_COOKIE, wish, max_age=YEAR, httponly=True, secure=request.is_secure, samesite="Lax")
    elif wish == "device":
        response.delete_cookie(THEME_COOKIE)
    return response


@bp.app_context_processor
def _for_layouts() -> dict[str, object]:
    return {"asset_url": asset_url, "static_url": static_url, "chosen_theme": chosen_theme}
