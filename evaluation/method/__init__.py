"""How providers are compared fairly (EVALUATION.md): arithmetic only, no database, no clock, no request.

The web process never imports this package: it loads numpy and scipy. ``scoring`` is what jobs call.
"""
