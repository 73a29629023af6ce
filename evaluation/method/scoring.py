"""What jobs call: expectations are made once a year (``casemix.fit``), scores at every release."""

from __future__ import annotations

from datetime import date

from evaluation.method.casemix import CaseMix
from evaluation.method.episodes import Episodes
from evaluation.method.finishing import finish
from evaluation.method.parameters import DEFAULT, Parameters
from evaluation.method.results import Results
from evaluation.method.summing import Sums, sums
from evaluation.method.weighing import Raters, Terms, raters_of, terms

__all__ = ["Raters", "Results", "Sums", "Terms", "compute", "finish", "raters_of", "sums", "terms"]


def compute(episodes: Episodes, casemix: CaseMix, frozen_on: date, parameters: Parameters = DEFAULT) -> Results:
    """The results of all episodes: terms, sums, finish."""
    return finish(sums(episodes, terms(episodes, casemix, frozen_on, parameters)), parameters)
