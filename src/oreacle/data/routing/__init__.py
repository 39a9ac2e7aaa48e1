"""The graph of trade routes, contracted from a shipping network to ports and passages."""
