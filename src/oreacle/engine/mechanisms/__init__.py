"""What acts on markets and states in a simulated year beside price: one module for a mechanism."""
