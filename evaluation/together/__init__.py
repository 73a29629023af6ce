"""Following what authorities do together: use and results by party, resourcing, what each does alone, the review."""
