"""News for companies: muted by kind of service and area, at once or once a day, unsubscribed from in each mail.

Decisions, hearings, questions about an application, renewals and changes that concern a company (R18) do not pass
here: they always go at once to every address and nobody can mute them.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import exists, select
from sqlalchemy.dialects.postgresql import insert

from core import audit, clock, jobs, mail
from core.db import db, lock, new_id, transaction
from core.errors import NotAllowed, NotFound, RuleBroken
from core.i18n import lazy_gettext as _l
from core.i18n import using_language
from core.identity.mandates import Mandate
from core.mail.models import Mail
from suppliers.messages_models import MessageSetting, News, NewsKind
from suppliers.models import Supplier

SAVED = audit.declare("message_setting.saved", "muted_services", "muted_areas", "is_digest")
UNSUBSCRIBED = audit.declare("message_setting.unsubscribed")

#: So many companies are told in one transaction; the next ones are promised in the same one.
BATCH = 200
#: What is older is no news any more (a queue that stood still, a demo's past).
FRESH = timedelta(days=7)

_TELL, _DIGEST = "news.tell", "news.digest"


@dataclass(frozen=True)
class Topic:
    """What news is about: a kind of service and where."""

    service: str
    areas: Sequence[str]


@dataclass(frozen=True)
class Content:
    """What is told: whose name per language, on which page, about which topics."""

    names: Mapping[str, str]
    path: str
    topics: Sequence[Topic]


_writers: dict[NewsKind, Callable[[uuid.UUID], Content | None]] = {}
_services: dict[str, Any] = {}
_areas: list[Callable[[], Iterable[str]]] = []


def write(kind: NewsKind, writer: Callable[[uuid.UUID], Content | None]) -> None:
    """``writer(about_id)`` says what the news is; ``None`` when it holds no more. Rooms above know."""
    _writers[kind] = writer


def know_topics(services: Mapping[Any, Any], areas: Callable[[], Iterable[str]]) -> None:
    """The kinds of service with their titles, and a query of the areas, that can be muted."""
    _services.update({str(key): title for key, title in services.items()})
    if areas not in _areas:
        _areas.append(areas)


def known_services() -> dict[str, Any]:
    """Code → title."""
    return dict(_services)


def known_areas() -> list[str]:
    """Municipalities of open categories, in order."""
    return sorted({area for query in _areas for area in query()})


def setting_of(supplier: Supplier) -> MessageSetting:
    """The company's settings; made with nothing muted when there are none."""
    query = select(MessageSetting).where(MessageSetting.supplier_id == supplier.id)
    found = db.session.scalars(query).one_or_none()
    if found is None:
        db.session.execute(
            insert(MessageSetting)
            .values(id=new_id(), version=1, supplier_id=supplier.id, muted_services=[], muted_areas=[], unsubscribed=[])
            .on_conflict_do_nothing(index_elements=["supplier_id"])
        )
        found = db.session.scalars(query).one()
    return found


def shown_setting(supplier: Supplier) -> MessageSetting:
    """The settings to be read on a page, without making any."""
    query = select(MessageSetting).where(MessageSetting.supplier_id == supplier.id)
    found = db.session.scalars(query).one_or_none()
    return found or MessageSetting(
        supplier_id=supplier.id, muted_services=[], muted_areas=[], is_digest=False, unsubscribed=[]
    )


@dataclass(frozen=True)
class Choices:
    """What a company chooses about news."""

    muted_services: Sequence[str]
    muted_areas: Sequence[str]
    is_digest: bool
    #: Send news to all addresses again, also those that unsubscribed.
    resubscribe: bool = False


@transaction
def save_settings(supplier: Supplier, choices: Choices, *, by: Mandate) -> MessageSetting:
    """Mute kinds of service and areas, choose between at once and once a day; admissions stay as they are."""
    if by.supplier_id != supplier.id:
        raise NotAllowed(_l("You act for another company."), rule="I4")
    row = setting_of(supplier)
    lock(row)
    now = clock.now()
    for field, chosen, known in (
        ("muted_services", choices.muted_services, set(_services)),
        ("muted_areas", choices.muted_areas, {*known_areas(), *row.muted_areas}),
    ):
        if set(chosen) - known:
            raise RuleBroken(_l("Choose from the list."), rule="message-setting", field=field)
    row.muted_services = sorted(set(choices.muted_services))
    row.muted_areas = sorted(set(choices.muted_areas))
    row.is_digest = choices.is_digest
    if choices.resubscribe:
        row.unsubscribed = []
    audit.record(
        SAVED,
        subject=row,
        actor=by,
        at=now,
        muted_services=row.muted_services,
        muted_areas=row.muted_areas,
        is_digest=row.is_digest,
    )
    return row


def is_wanted(setting: MessageSetting, topics: Iterable[Topic]) -> bool:
    """Whether one topic at least is not muted: its kind of service is heard, and one of its areas."""
    muted = set(setting.muted_areas)
    return any(
        topic.service not in setting.muted_services and (not topic.areas or bool(set(topic.areas) - muted))
        for topic in topics
    )


def announce(kind: NewsKind, about: uuid.UUID, *, at: datetime) -> None:
    """Promise in the present transaction that every registered company is told of something, once."""
    jobs.add(_TELL, at=at, key=f"{_TELL}:{kind}:{about}:", kind=kind.value, about=about, since=at.isoformat(), after="")


@jobs.job(_TELL)
@transaction
def tell_some(kind: str, about: str, since: str, after: str) -> None:
    """Tell the next companies, and promise the ones after them in the same transaction: a crash loses nobody."""
    now = clock.now()
    content = _writers[NewsKind(kind)](uuid.UUID(about))
    if content is None or now - datetime.fromisoformat(since) > FRESH:
        return
    query = select(Supplier).order_by(Supplier.id).limit(BATCH)
    suppliers = db.session.scalars(query.where(Supplier.id > uuid.UUID(after)) if after else query).unique().all()
    for supplier in suppliers:
        tell_news(supplier, NewsKind(kind), about=uuid.UUID(about), content=content, at=now)
    if len(suppliers) == BATCH:
        last = str(suppliers[-1].id)
        jobs.add(_TELL, at=now, key=f"{_TELL}:{kind}:{about}:{last}", kind=kind, about=about, since=since, after=last)


def tell_news(supplier: Supplier, kind: NewsKind, *, about: uuid.UUID, content: Content, at: datetime) -> bool:
    """Tell a company of something it may mute, once; whether it was told or waits for the daily mail.

    A company that was written to about the same matter, since it has a right to know of it, is not told again.
    """
    setting = setting_of(supplier)
    if not is_wanted(setting, content.topics) or not _addresses(setting) or _was_written_to(supplier, about):
        return False
    row_id = db.session.scalars(
        insert(News)
        .values(
            id=new_id(),
            version=1,
            supplier_id=supplier.id,
            kind=kind,
            about_id=about,
            names=dict(content.names),
            path=content.path,
            topics=[asdict(topic) for topic in content.topics],
            told_at=at,
            is_sent=False,
        )
        .on_conflict_do_nothing(index_elements=["supplier_id", "kind", "about_id"])
        .returning(News.id)
    ).one_or_none()
    if row_id is None:
        return False
    if not setting.is_digest:
        _send(setting, [db.session.get_one(News, row_id)], at)
    return True


def _was_written_to(supplier: Supplier, about: uuid.UUID) -> bool:
    query = select(exists().where(Mail.about_id == about, Mail.to_address.in_(supplier.emails)))
    return bool(db.session.scalar(query))


def _addresses(setting: MessageSetting) -> list[str]:
    return [address for address in setting.supplier.emails if address not in setting.unsubscribed]


def _send(setting: MessageSetting, rows: Sequence[News], at: datetime) -> None:
    """One mail with these news to each address that wants them; each mail has its own link to unsubscribe."""
    base = current_app.config["BASE_URL"].rstrip("/")
    language = setting.supplier.language
    with using_language(language):
        lines = [(row.title(language), base + row.path) for row in rows]
    for address in _addresses(setting):
        mail.send(
            address,
            "news",
            language=language,
            at=at,
            lines=lines,
            unsubscribe=f"{base}/unsubscribe/{token_for(setting, address)}",
            settings=f"{base}/provider/messages",
        )
    for row in rows:
        row.settled_at, row.is_sent = at, True


@jobs.periodic("news.digests", every=timedelta(days=1))
@transaction
def promise_digests() -> None:
    """Promise one mail for each company for which news wait."""
    now = clock.now()
    day = clock.helsinki_date(now)
    for supplier_id in db.session.scalars(select(News.supplier_id).where(News.settled_at.is_(None)).distinct()):
        jobs.add(_DIGEST, at=now, key=f"{_DIGEST}:{supplier_id}:{day}", supplier_id=supplier_id)


@jobs.job(_DIGEST)
@transaction
def send_digest(supplier_id: str) -> None:
    """The day's news in one mail; what was muted in the meantime is settled unsent. A second run finds nothing."""
    setting = db.session.scalars(
        select(MessageSetting).where(MessageSetting.supplier_id == uuid.UUID(supplier_id))
    ).one()
    lock(setting)
    now = clock.now()
    waiting = db.session.scalars(
        select(News).where(News.supplier_id == setting.supplier_id, News.settled_at.is_(None)).order_by(News.id)
    ).all()
    heard = [row for row in waiting if is_wanted(setting, [Topic(**topic) for topic in row.topics])]
    for row in waiting:
        row.settled_at = now
    if heard and _addresses(setting):
        _send(setting, heard, now)


# Unsubscribing, without logging in


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="news/unsubscribe")


def _mark(address: str) -> str:
    return hashlib.sha256(address.encode()).hexdigest()[:24]


def token_for(setting: MessageSetting, address: str) -> str:
    """What a mail's link holds: signed, and without a word about the company or the address."""
    return str(_signer().dumps([str(setting.id), _mark(address)]))


@dataclass(frozen=True)
class Subscription:
    """One address of a company, as a link names it."""

    setting: MessageSetting
    address: str


def subscription(token: str) -> Subscription:
    """:raises NotFound: the link is not one of ours, or the address is not the company's any more"""
    try:
        setting_id, mark = _signer().loads(token)
        setting = db.session.get(MessageSetting, uuid.UUID(setting_id))
    except (BadSignature, ValueError, TypeError):
        setting, mark = None, ""
    known = [*setting.supplier.emails, *setting.unsubscribed] if setting else []
    address = next((each for each in known if _mark(each) == mark), None)
    if setting is None or address is None:
        raise NotFound(
            _l("This link does not work."),
            rule="not-found",
            next_step=_l("Open the link as it stands in the message, or log in and change the settings of messages."),
        )
    return Subscription(setting, address)


@transaction
def unsubscribe(token: str) -> None:
    """No more news to the address of a mail's link; doing it twice is doing it once."""
    found = subscription(token)
    lock(found.setting)
    now = clock.now()
    if found.address in found.setting.unsubscribed:
        return
    found.setting.unsubscribed = [*found.setting.unsubscribed, found.address]
    audit.record(UNSUBSCRIBED, subject=found.setting, actor=None, at=now)
