"""Who somebody is and in whose name they act: people, organisations, roles, sessions, tokens."""
