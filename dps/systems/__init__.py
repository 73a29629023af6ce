"""Purchasing systems and their categories."""
