"""The history half of the tables: shares, imports, prices, ties, chronicle and register."""
