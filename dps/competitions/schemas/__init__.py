"""What machines send and get about competitions."""
