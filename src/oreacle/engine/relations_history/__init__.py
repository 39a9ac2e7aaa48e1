"""Relations since 2000 from the chronicle: ties by year, with their uncertainty."""
