"""What an admitted supplier offers: services, places, starts, capacity, price."""
