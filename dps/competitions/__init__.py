"""Competitions inside a category: invited, sealed, opened by two, judged, decided (R35-R60)."""
