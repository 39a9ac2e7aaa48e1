"""State-backed ventures and agreements between two parties."""
