"""No act without trace (I2): ``record`` inside a verb, ``saw`` where personal data is read."""

from core.audit.chain import declare, declared_events, follow, keep_unnamed, record, trail
from core.audit.reading import saw

__all__ = ["declare", "declared_events", "follow", "keep_unnamed", "record", "saw", "trail"]
