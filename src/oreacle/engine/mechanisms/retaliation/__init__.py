"""Answers to acts of rivalry, and what leverage and crisis management make of them."""
