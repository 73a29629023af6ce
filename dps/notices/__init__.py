"""Notices: sent, published, with number and time."""
