"""The history of one member: what happened, why, with what effect."""
