"""Shared costs, statements by party and quarter, and use against what was announced."""
