"""The verbs of following together."""

from evaluation.together.service.resourcing import report_resourcing
from evaluation.together.service.reviews import MAKE, comment, finish, give_documents, make, take

__all__ = ["MAKE", "comment", "finish", "give_documents", "make", "report_resourcing", "take"]
