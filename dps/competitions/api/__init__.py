"""The JSON operations of competitions."""
