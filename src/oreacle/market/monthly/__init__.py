"""The first months after a measure is announced: rush, freeze, resumption, stocks and prices."""
