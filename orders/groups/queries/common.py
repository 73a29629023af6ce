"""What the questions of groups share."""

from __future__ import annotations

from core.identity.models import Role
from orders.models import OrderState

PAGE_SIZE = 50
BUYERS = (Role.EXPERT, Role.COORDINATOR, Role.DECIDER)
#: Orders whose customer takes part in a course, or may still do so.
TAKING_PART = (OrderState.ACCEPTED, OrderState.SCHEDULED, OrderState.STARTED, OrderState.PAUSED)
