"""Builds the graph of sea and land routes from a shipping network and the compiled tables."""
