"""What went wrong in a service, answered and settled."""
