"""Together: agreements between authorities, and the procurements they run by them (DESIGN.md §7)."""
