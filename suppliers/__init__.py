"""Economic operators: register, people and mandates, self-declarations (ESPD)."""
