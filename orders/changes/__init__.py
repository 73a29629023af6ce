"""Amendments of an order: one side proposes, the other consents, and nothing changes before."""
