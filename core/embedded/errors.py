"""The one failure of the embedded servers that people see."""


class EmbeddedError(Exception):
    """An embedded server cannot run here; the message says what to do."""
