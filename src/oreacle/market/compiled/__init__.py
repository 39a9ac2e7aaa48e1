"""The Newton of the market kernel compiled by numba, case by case; numpy stays the reference."""
