"""What a club does to a market, one module for each purpose."""
