"""What a customer writes before the meeting."""
