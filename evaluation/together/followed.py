"""An agreement as it is followed: what is agreed now, who the parties are, whose orders count for whom."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import ColumnElement, String, and_, case, func, null, or_, select
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import joinedload

from core import clock
from core.db import db
from core.i18n import localized
from core.identity.mandates import Mandate
from core.web.formatting import listing
from dps.joint.agreements import queries as agreements
from dps.joint.agreements.models import (
    AgreementParty,
    AgreementVersion,
    CooperationAgreement,
)
from dps.joint.agreements.rules import same_place
from dps.joint.procurements.models import JointProcurement
from dps.systems.models import Category
from orders.models import Need, Order

#: A page offers so many agreements to choose from.
MOST = 20


@dataclass(frozen=True)
class Followed:
    """An agreement with the version that its figures are counted by."""

    agreement: CooperationAgreement
    version: AgreementVersion

    @property
    def id(self) -> uuid.UUID:
        return self.agreement.id

    @property
    def parties(self) -> Sequence[AgreementParty]:
        return self.version.parties

    @cached_property
    def authority_ids(self) -> set[uuid.UUID]:
        return {party.authority_id for party in self.parties}

    @cached_property
    def categories(self) -> Sequence[Category]:
        """What its joint procurements have brought about, system by system: one category, or all of a system."""
        of_one = JointProcurement.category_id == Category.id
        of_whole = and_(JointProcurement.category_id.is_(None), JointProcurement.system_id == Category.system_id)
        bought = select(JointProcurement.id).where(JointProcurement.agreement_id == self.id, or_(of_one, of_whole))
        return db.session.scalars(
            select(Category)
            .where(bought.exists())
            .options(joinedload(Category.system))
            .order_by(Category.system_id, Category.position)
        ).all()

    def keys_of(self, authority_id: uuid.UUID | None) -> list[str]:
        """The parties an authority acts for, by their keys."""
        return [party.key for party in self.parties if party.authority_id == authority_id]

    def name(self, keys: Collection[str]) -> str:
        """``Espoo and Kauniainen``"""
        return listing(localized(party, "name") for party in self.parties if party.key in keys)

    def party_key(self) -> ColumnElement[str]:
        """Whose customer an order's need is, as SQL: the same as ``rules.party_of`` says of one (R104).

        By the authority that ordered, and by the home municipality kept with the need.
        """
        home = func.lower(func.btrim(func.regexp_replace(Need.municipality, r"\s+", " ", "g")))
        named = [
            (and_(Order.authority_id == party.authority_id, home.in_([same_place(m) for m in party.municipalities])), p)
            for party in self.parties
            for p in [party.key]
        ]
        own = [(Order.authority_id == party.authority_id, party.key) for party in self.parties if party.is_own]
        return case(*named, *own, else_=sql_cast(null(), String))


def of_agreement(agreement_id: uuid.UUID) -> Followed | None:
    """An agreement that has been approved; followed by what is in force today, else by what was approved last."""
    today = clock.helsinki_date(clock.now())
    version = agreements.version_in_force(agreement_id, today) or _last_approved(agreement_id)
    return Followed(version.agreement, version) if version is not None else None


def _last_approved(agreement_id: uuid.UUID) -> AgreementVersion | None:
    return db.session.scalars(
        select(AgreementVersion)
        .where(AgreementVersion.agreement_id == agreement_id, AgreementVersion.in_force_at.is_not(None))
        .order_by(AgreementVersion.number.desc())
        .limit(1)
    ).one_or_none()


def agreements_of(mandate: Mandate) -> Sequence[CooperationAgreement]:
    """The approved agreements that the mandate's authority is a party of, the newest first."""
    approved = (
        select(AgreementVersion.agreement_id)
        .join(AgreementParty, AgreementParty.version_id == AgreementVersion.id)
        .where(AgreementVersion.in_force_at.is_not(None), AgreementParty.authority_id == mandate.authority_id)
    )
    return db.session.scalars(
        select(CooperationAgreement)
        .where(CooperationAgreement.id.in_(approved))
        .order_by(CooperationAgreement.id.desc())
        .limit(MOST)
    ).all()


def first_of(rows: Sequence[CooperationAgreement], mandate: Mandate) -> Followed | None:
    """The first of some agreements that the mandate follows."""
    for each in rows:
        found = of_agreement(each.id)
        if found is not None and mandate.authority_id in found.authority_ids:
            return found
    return None
