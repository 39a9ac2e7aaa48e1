"""Leverage: who can hurt whom in a mineral, at what own cost, and what is left of it."""
