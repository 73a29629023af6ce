"""Needs and search, choice, orders, budgets, deliveries."""
