"""Stocks over years: private, strategic and joint."""
