"""The backcast: prices and shares of the past, foreseen by the engine from what was known."""
