"""Routes of trade: ways by sea and land, what they cost, and whose passages they use."""
