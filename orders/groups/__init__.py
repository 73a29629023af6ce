"""Groups (courses) bought together, the queues to them, who was there, and training bought with an employer."""
