"""Many orders from one file: checked line by line before any of it is done, then worked through."""
