"""Clubs of states: what they are worth, how that is divided, and where they break.

This layer takes arrays and knows nothing about markets or tables of data.
"""
