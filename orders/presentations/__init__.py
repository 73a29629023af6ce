"""Providers present themselves before customers choose."""
