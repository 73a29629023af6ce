"""Readiness for sudden change: a lay-off plan, the services, seats and money it takes, shared between the parties."""
