"""The servers Avoin brings along: PostgreSQL and Valkey out of wheels, for the demo and the tests only."""

from core.embedded.errors import EmbeddedError
from core.embedded.servers import Servers, create_database, servers

__all__ = ["EmbeddedError", "Servers", "create_database", "servers"]
