"""Rules of stress: who gets what of a shortage, and when stocks are sold."""
