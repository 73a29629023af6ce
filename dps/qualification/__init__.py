"""Applications, and the qualifications they lead to."""
