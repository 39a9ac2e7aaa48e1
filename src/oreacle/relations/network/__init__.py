"""The signed network of relations: ties, blocs and what they add up to, on plain arrays."""
