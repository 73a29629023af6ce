"""Pages of the people who set systems up, approve them, change them and answer questions."""

from dps.systems.views import categories, changes, cpv, questions, systems
from dps.systems.views.blueprint import bp

__all__ = ["bp", "categories", "changes", "cpv", "questions", "systems"]
