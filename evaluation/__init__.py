"""Feedback, outcomes, quality records."""
