"""Certified and uncertified supply, its premium, and enforcement that leaks."""
