"""Questions, probabilities, drivers, scores and backtests."""
