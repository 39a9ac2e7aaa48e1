"""Base-year tables: who mines, refines, uses and ships what in 2024, at which prices."""
