"""What happens to agreements and matters to later rooms."""

from __future__ import annotations

import uuid
from dataclasses import dataclass


@dataclass(frozen=True)
class VersionInForce:
    """Every authority has approved the version; where it binds running procurements, they go by it from now on."""

    agreement_id: uuid.UUID
    version_id: uuid.UUID
    binds_running: bool
