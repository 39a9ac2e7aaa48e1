"""Labels, errors, statuses and random streams that every layer shares."""
