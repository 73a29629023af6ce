"""Access between authorities: a named person of one may do one task for another, until a day (DESIGN.md §7, R107)."""
