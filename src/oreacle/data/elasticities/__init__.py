"""Behavioural parameters of the market, estimated on trade, output and prices."""
