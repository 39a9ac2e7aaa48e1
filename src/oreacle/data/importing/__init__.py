"""Adding a user's own events, prices and stocks to the tables."""
