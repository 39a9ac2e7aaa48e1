"""Calibrated restraint: the strongest export control that keeps prices and shortages low enough."""
