"""The purchasing system: set up, decide, qualify, contract, offer, publish."""
