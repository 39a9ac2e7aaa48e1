"""Models of events: rows, fits, forecasts at past origins, and their track record."""
