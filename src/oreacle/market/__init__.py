"""The market engine: clears trade of a mineral under policies, with a certificate."""
