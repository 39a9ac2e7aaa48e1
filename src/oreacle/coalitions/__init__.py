"""Coalitions of actors: what a club is worth, how to share it, whether it lasts, where it breaks.

This layer takes tables and arrays of payoffs and knows nothing about markets or tables of data.
"""
