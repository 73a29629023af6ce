"""Meeting the customer: who may know who they are, what of their health, and whose interests stand in the way."""
