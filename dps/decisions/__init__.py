"""Decisions: reasons, legal basis, appeal instruction, signature."""
