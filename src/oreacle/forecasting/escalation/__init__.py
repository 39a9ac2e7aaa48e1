"""Retaliation, ladders and leverage, measured from the chronicle and from trade."""
