"""The text of a contract as both parties sign it, its digest, and the request to sign."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from decimal import Decimal
from typing import Any

from core.i18n import localized, using_language
from dps.contracts import annex
from dps.contracts.models import FrameContract
from dps.systems.models import Category
from suppliers import mailing


def terms_of(category: Category) -> dict[str, Any]:
    """The published terms of a category with the annex on data processing."""
    texts = {"fi": category.terms_fi, "sv": category.terms_sv, "en": category.terms_en or category.terms_fi}
    return with_annex(texts)


def with_annex(texts: dict[str, str]) -> dict[str, Any]:
    """Terms per language with the annex on data processing."""
    return {code: {"terms": text, "data_processing": annex.TEXTS[code]} for code, text in texts.items()}


def price_list_of(category: Category) -> dict[str, Any]:
    """The published ceilings of a category."""
    return {
        "unit": category.price_unit.value,
        "ceiling": str(category.price_ceiling),
        "modules": {module.code: str(module.price_ceiling) for module in category.modules},
    }


def _number(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:.2f}"


def digest_of(contract: FrameContract) -> str:
    """The digest of everything both parties sign."""
    content: dict[str, Any] = {
        "supplier": str(contract.supplier.id),
        "category": str(contract.category.id),
        "terms_version": contract.terms_version,
        "terms": contract.terms,
        "price_list": contract.price_list,
        "data_processing_version": contract.data_processing_version,
        "starts_on": contract.starts_on.isoformat(),
        "ends_on": contract.signed_ends_on.isoformat(),
    }
    if contract.options:
        content["options"] = [option.days for option in contract.options]
    if (agreement := contract.production_agreement) is not None:
        content["production"] = {
            "agreement": str(agreement.id),
            "kind": agreement.kind.value,
            "reference": agreement.reference,
        }
    if contract.award_decision_id is not None:
        content["award"] = {
            "decision": str(contract.award_decision_id),
            "lot": contract.lot,
            "lot_name": contract.lot_name,
            "rank": contract.rank,
            "maximum_quantity": _number(contract.maximum_quantity),
            "maximum_value": _number(contract.maximum_value),
        }
    body = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(body.encode()).hexdigest()


def is_unchanged(contract: FrameContract) -> bool:
    """Whether the stored text still is what was signed."""
    return digest_of(contract) == contract.content_sha256


def tell_of_offer(contract: FrameContract, at: datetime) -> None:
    """Ask the supplier to read and sign."""
    supplier = contract.supplier
    with using_language(supplier.language):
        category = localized(contract.category, "name")
        authority = localized(contract.authority, "name")
    mailing.tell(
        supplier,
        "contract_offered",
        at=at,
        about_id=contract.id,
        path=f"/provider/contracts/{contract.id}",
        category=category,
        authority=authority,
    )
