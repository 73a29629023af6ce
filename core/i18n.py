"""The language of a page, and its words: ``messages`` for staff and suppliers, ``customer`` for job seekers.

Texts are written in English. A template or module says ``_("Save draft")``; a customer's page says
``cgettext("Choose a service")``, because it speaks eight languages and the rest of the product three.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import flask_babel
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, Response, current_app, g, has_app_context, has_request_context, request
from flask_babel.speaklater import LazyString
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

TRANSLATIONS = Path(__file__).resolve().parent.parent / "translations"

#: Code → the language's own name.
LANGUAGES = {"fi": "Suomi", "sv": "Svenska", "en": "English"}
CUSTOMER_LANGUAGES = {
    **LANGUAGES,
    "et": "Eesti",
    "ru": "Русский",
    "uk": "Українська",
    "so": "Soomaali",
    "ar": "العربية",
}
DEFAULT_LANGUAGE = "fi"
SOURCE_LANGUAGE = "en"
RTL_LANGUAGES = frozenset({"ar"})
LANGUAGE_COOKIE = "lang"
COOKIE_AGE = 365 * 24 * 3600

_forced_language: ContextVar[str | None] = ContextVar("forced_language", default=None)


# ---- which language ----


def is_customer_page() -> bool:
    """True on views marked ``customer_page = True``, which speak eight languages."""
    if not has_request_context() or request.endpoint is None:
        return False
    return bool(getattr(current_app.view_functions.get(request.endpoint), "customer_page", False))


def offered_languages() -> dict[str, str]:
    """The languages of this page, code → own name."""
    return CUSTOMER_LANGUAGES if is_customer_page() else LANGUAGES


def current_language() -> str:
    """The code of the language of this page, letter or decision: ``"fi"``."""
    forced = _forced_language.get()
    if forced:
        return forced
    override = getattr(g, "locale_override", None) if has_app_context() else None
    if override:
        return str(override)
    if not has_request_context():
        return DEFAULT_LANGUAGE
    person_language = getattr(g, "person_language", None)
    # A page asks a thousand times; nothing of this changes but who reads it.
    kept: dict[str | None, str] = request.environ.setdefault("avoin.language", {})
    if person_language not in kept:
        kept[person_language] = _wished(person_language)
    return kept[person_language]


def _wished(person_language: str | None) -> str:
    """The first offered language of: the address, the cookie, the person's own, the device's."""
    offered = offered_languages()
    for wish in (request.args.get("lang"), request.cookies.get(LANGUAGE_COOKIE), person_language):
        if wish in offered:
            return str(wish)
    asked = (tag.partition("-")[0].lower() for tag, _quality in request.accept_languages)
    return next((code for code in asked if code in offered), DEFAULT_LANGUAGE)


def is_rtl() -> bool:
    """True when the page runs from right to left."""
    return current_language() in RTL_LANGUAGES


@contextmanager
def using_language(code: str) -> Iterator[None]:
    """Speak another language for a while: letters, mails and decisions; works with no request or app.

    >>> with using_language("sv"):
    ...     gettext("Send")
    'Skicka'
    """
    token = _forced_language.set(code)
    libraries = (
        flask_babel.force_locale(code) if has_app_context() and "babel" in current_app.extensions else nullcontext()
    )
    try:
        with libraries:
            yield
    finally:
        _forced_language.reset(token)


def localized(thing: object, name: str) -> str:
    """The text of a thing in the language of the page, else in Finnish, else in whatever there is.

    ``localized(category, "name")`` reads ``name_fi``, ``name_sv`` or ``name_en``.
    """
    codes = dict.fromkeys((current_language(), DEFAULT_LANGUAGE, *LANGUAGES))
    texts = (getattr(thing, f"{name}_{code}", None) for code in codes)
    return next((text for text in texts if text), "")


def language_url(code: str) -> str:
    """The address of this page in another language, its path and query kept: ``/systems?q=a&lang=sv``."""
    query = [(key, value) for key, value in request.args.items(multi=True) if key != "lang"]
    return f"{request.path}?{urlencode([*query, ('lang', code)])}"


# ---- words ----


@lru_cache
def catalogue(domain: str, code: str) -> NullTranslations:
    """The texts of a domain in a language; ``.mo`` when it is fresh, else straight from the ``.po``."""
    po = TRANSLATIONS / code / "LC_MESSAGES" / f"{domain}.po"
    mo = po.with_suffix(".mo")
    if mo.exists() and (not po.exists() or mo.stat().st_mtime >= po.stat().st_mtime):
        with mo.open("rb") as file:
            return Translations(file, domain=domain)
    if not po.exists():
        return NullTranslations()
    with po.open("rb") as file:
        catalog = read_po(file, locale=code, domain=domain)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return Translations(compiled, domain=domain)


def _domain_for(code: str) -> str:
    """Shared parts (form marks, the error summary) find their words for customers in the customer catalogue."""
    return "messages" if code in LANGUAGES else "customer"


def _find(domain: str | None, message: str) -> str:
    code = current_language()
    return str(catalogue(domain or _domain_for(code), code).ugettext(message))


def _find_plural(domain: str | None, singular: str, plural: str, num: int) -> str:
    code = current_language()
    return str(catalogue(domain or _domain_for(code), code).ungettext(singular, plural, num))


def gettext(message: str, **variables: object) -> str:
    """A text for staff and suppliers in the language of the page."""
    text = _find(None, message)
    return text % variables if variables else text


def ngettext(singular: str, plural: str, num: int, **variables: object) -> str:
    """A text that depends on a number; ``%(num)s`` is the number."""
    return _find_plural(None, singular, plural, num) % {"num": num, **variables}


def cgettext(message: str, **variables: object) -> str:
    """A text for customers in the language of the page."""
    text = _find("customer", message)
    return text % variables if variables else text


def cngettext(singular: str, plural: str, num: int, **variables: object) -> str:
    """A text for customers that depends on a number."""
    return _find_plural("customer", singular, plural, num) % {"num": num, **variables}


def lazy_gettext(message: str, **variables: object) -> LazyString:
    """A text that is looked up when it is shown, for labels and titles made at import."""
    return LazyString(gettext, message, **variables)


def lazy_ngettext(singular: str, plural: str, num: int, **variables: object) -> LazyString:
    """As ``ngettext``, looked up when it is shown."""
    return LazyString(ngettext, singular, plural, num, **variables)


def lazy_cgettext(message: str, **variables: object) -> LazyString:
    """As ``cgettext``, looked up when it is shown."""
    return LazyString(cgettext, message, **variables)


_ = gettext
_l = lazy_gettext
customer_gettext = cgettext


# ---- the same words in templates ----


def _marked(context: EvalContext, text: str, variables: dict[str, Any]) -> str:
    """Fill in the values, escaped where the template escapes."""
    marked = Markup(text) if context.autoescape else text  # noqa: S704 - our own catalogue; values are escaped
    return marked % variables if variables else marked


def _for_template(domain: str | None) -> Callable[..., str]:
    @pass_eval_context
    def translate(context: EvalContext, message: str, **variables: object) -> str:
        return _marked(context, _find(domain, message), variables)

    return translate


def _for_template_plural(domain: str | None) -> Callable[..., str]:
    @pass_eval_context
    def translate(context: EvalContext, singular: str, plural: str, num: int, **variables: object) -> str:
        return _marked(context, _find_plural(domain, singular, plural, num), {"num": num, **variables})

    return translate


def remember_language(response: Response) -> Response:
    """Keep a language chosen by ``?lang=`` in a cookie, and tell caches what the page depends on."""
    if response.mimetype == "text/html":
        response.content_language.add(current_language())
        response.vary.update(("Accept-Language", "Cookie"))
    wish = request.args.get("lang")
    if wish in offered_languages() and request.cookies.get(LANGUAGE_COOKIE) != wish:
        response.set_cookie(
            LANGUAGE_COOKIE, wish, max_age=COOKIE_AGE, httponly=True, secure=request.is_secure, samesite="Lax"
        )
    return response


def init_app(app: Flask) -> None:
    """Give an app its languages: the choice of language, the words in templates, and WTForms' own messages."""
    flask_babel.Babel(
        app,
        configure_jinja=False,
        default_locale=DEFAULT_LANGUAGE,
        default_timezone="Europe/Helsinki",
        default_translation_directories=str(TRANSLATIONS),
        locale_selector=current_language,
    )
    app.after_request(remember_language)
    words, plural_words = _for_template(None), _for_template_plural(None)
    app.jinja_env.globals.update(
        _=words,
        gettext=words,
        ngettext=plural_words,
        cgettext=_for_template("customer"),
        cngettext=_for_template_plural("customer"),
        current_language=current_language,
        offered_languages=offered_languages,
        is_rtl=is_rtl,
        language_url=language_url,
        localized=localized,
        LANGUAGES=LANGUAGES,
        CUSTOMER_LANGUAGES=CUSTOMER_LANGUAGES,
    )
    app.jinja_env.filters["localized"] = localized
