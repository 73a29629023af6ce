"""What every room uses and nothing of procurement."""
