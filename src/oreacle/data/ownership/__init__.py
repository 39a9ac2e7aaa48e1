"""Ownership of mines and refineries: assets, and who holds a country's output."""
