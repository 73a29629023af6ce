"""What people type about systems, categories, changes and questions."""

from dps.systems.forms.categories import (
    CopyForm,
    OrderingForm,
    PricesForm,
    StepForm,
    TermsFileForm,
    TermsForm,
    TurnoverForm,
    WhatForm,
)
from dps.systems.forms.items import ITEM_FORMS, item_form
from dps.systems.forms.questions import AnswerForm, QuestionForm
from dps.systems.forms.shared import CheckBoxes, ReasonForm
from dps.systems.forms.systems import ChangeReasonForm, SystemChangeForm, SystemForm, ValidityForm

__all__ = [
    "ITEM_FORMS",
    "AnswerForm",
    "ChangeReasonForm",
    "CheckBoxes",
    "CopyForm",
    "OrderingForm",
    "PricesForm",
    "QuestionForm",
    "ReasonForm",
    "StepForm",
    "SystemChangeForm",
    "SystemForm",
    "TermsFileForm",
    "TermsForm",
    "TurnoverForm",
    "ValidityForm",
    "WhatForm",
    "item_form",
]
