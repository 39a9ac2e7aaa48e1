"""Barriers that follow from acts of governments other than export restrictions."""
