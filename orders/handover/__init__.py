"""The work of an absent expert moves to colleagues."""
