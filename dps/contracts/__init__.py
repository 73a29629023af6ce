"""Frame contracts: without one in force nothing can be ordered outside dps_strict."""
