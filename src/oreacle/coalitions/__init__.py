"""Coalitions of actors: what a club is worth, how to share it and whether it lasts.

This layer takes tables of payoffs and knows nothing about markets or tables of data.
"""
