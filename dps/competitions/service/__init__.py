"""The verbs of competitions: the only place that changes them."""
