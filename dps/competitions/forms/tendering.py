"""What a tenderer types. A draft takes everything as it is written; what is wrong is told before sending."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.i18n import localized
from core.web.text_checks import no_identity_code, no_nul
from dps.competitions import tender_rules
from dps.competitions.content import TenderContent
from dps.competitions.models import Competition
from dps.systems.models import CriterionKind


class TenderForm(FlaskForm):
    """Prices and answers of every lot; made by ``tender_form``."""

    def written(self) -> TenderContent:
        """What stands in the form, in the shape of a tender without its files."""
        lots: dict[str, Any] = {}
        secrets: dict[str, str] = {}
        for name, field in self._fields.items():
            kind, _colon, rest = name.partition(":")
            words = field.data or ""
            if kind == "secret":
                secrets[rest] = words
            elif kind in ("price", "answer"):
                lot, _colon, code = rest.partition(":")
                given = lots.setdefault(lot, {"prices": {}, "answers": {}})
                given["prices" if kind == "price" else "answers"][code] = words
        return {"lots": lots, "secrets": secrets, "note": self._fields["note"].data or ""}


def tender_form(competition: Competition, content: TenderContent) -> TenderForm:
    """The form of a competition's documents, filled with the draft; a field is named as refusals name it."""
    fields: dict[str, Any] = {}
    for lot in competition.lots:
        given = content["lots"].get(lot.code, {})
        for line in lot.lines:
            if line.fixed_price is None:
                fields[tender_rules.price_field(lot, line)] = StringField(
                    _("Price: %(line)s", line=localized(line, "name")),
                    [Optional(), Length(max=tender_rules.LONGEST_PRICE), no_nul],
                    default=given.get("prices", {}).get(line.code, ""),
                )
        for criterion in competition.criteria:
            if criterion.kind is CriterionKind.QUALITY:
                name = tender_rules.answer_field(lot.code, criterion.code)
                fields[name] = TextAreaField(
                    localized(criterion, "text"),
                    [Optional(), Length(max=tender_rules.LONGEST_ANSWER), no_nul, no_identity_code],
                    default=given.get("answers", {}).get(criterion.code, ""),
                    description=localized(criterion, "scale"),
                )
                fields[f"secret:{name}"] = StringField(
                    _("Business secret in this answer: which part, and why"),
                    [Optional(), Length(max=1000), no_nul, no_identity_code],
                    default=content["secrets"].get(name, ""),
                    description=_("The city decides in the end what is secret. Marking everything has no effect."),
                )
    for entry in content["files"]:
        fields[f"secret:file:{entry['id']}"] = StringField(
            _("Business secret in %(name)s: which part, and why", name=entry["name"]),
            [Optional(), Length(max=1000), no_nul, no_identity_code],
            default=content["secrets"].get(f"file:{entry['id']}", ""),
        )
    fields["note"] = TextAreaField(
        _("Anything else"),
        [Optional(), Length(max=tender_rules.LONGEST_NOTE), no_nul, no_identity_code],
        default=content["note"],
        description=_("Conditions against the documents lead to exclusion."),
    )
    form: TenderForm = type("FilledTenderForm", (TenderForm,), fields)()
    return form


class TenderFileForm(FlaskForm):
    file = FileField(
        _l("File"),
        [FileRequired(_l("Choose a file"))],
        description=_l("PDF, Word, Excel, OpenDocument, picture or text, at most 15 MB."),
    )


class SendTenderForm(FlaskForm):
    """Asked on the preview: nothing but the button; ``read`` is the digest of what was shown."""

    read = StringField(validators=[Optional(), Length(max=64)])


class OpenTendersForm(FlaskForm):
    """The member's word that the tenders be opened."""

    key_code = StringField(
        _l("Your key"),
        [Optional(), Length(max=200)],
        description=_l("The key that was shown to you when you made it. It is not stored anywhere."),
    )


class ReceiptForm(FlaskForm):
    number = StringField(_l("Number of the receipt"), [DataRequired(_l("Write the number")), Length(max=40), no_nul])


class CopyForm(FlaskForm):
    copy = FileField(
        _l("Your copy of the tender"),
        [FileRequired(_l("Choose the file you saved when you sent the tender"))],
        description=_l("It is compared with the receipt and not kept."),
    )
