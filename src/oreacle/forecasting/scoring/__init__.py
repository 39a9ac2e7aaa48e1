"""Scores of event forecasts: how right, against which baseline, and how surely."""
