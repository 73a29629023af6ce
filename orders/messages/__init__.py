"""Messages between the expert and the provider inside an order."""
