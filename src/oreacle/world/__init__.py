"""The world as it is known: typed and validated tables with their sources."""
