"""Outages of mines and refineries in a year, drawn by country.

Does      Draws events of each kind and puts their losses on countries.
Units     Share of a country's capacity lost in the year [1].
Method    Numbers of events from a Poisson with a gamma rate, so that the rate's own uncertainty is
          in the draws. An event hits a country with the probability of its share in output: with
          nothing known about who is prone to what, sites per tonne are taken as equal everywhere.
          Losses of several events multiply.
Assumes   A loss beyond what a country makes is cut at all of it: what is left is not lost
          elsewhere, so that expected losses stay below rate times size.
Not here  Rates and sizes: see `oreacle.engine.disruptions.noted`.
"""

from __future__ import annotations

import numpy as np

from oreacle.core.streams import member_stream
from oreacle.engine.disruptions.noted import OutageKind
from oreacle.engine.disruptions.rates import LossSizes, event_counts


def drawn_outages(
    kind: OutageKind, share: np.ndarray, draws: int, multiplier: float, *, seed: int, purpose: int
) -> np.ndarray:
    """Return the share of capacity lost, shape (draw, node) [1].

    Parameters
    ----------
    kind
        Rate and sizes.
    share
        Share of each node in the output of the stage, sums to 1, shape (node,) [1].
    draws
        Number of draws; draw k is the same however many others there are.
    multiplier
        Multiplies the rate [1]; a higher one never lowers a loss of a draw.
    seed, purpose
        Root seed, and the purpose of the streams.
    """
    streams = [member_stream(seed, draw, purpose=purpose) for draw in range(draws)]
    uniforms = np.stack([stream.random(2) for stream in streams])
    steps = np.cumsum(share)
    lost = np.zeros((draws, share.size))
    for draw, count in enumerate(event_counts(kind.rate, multiplier, uniforms)):
        for source, size, place in streams[draw].random((count, 3)):
            node = min(int(np.searchsorted(steps, place, side="right")), share.size - 1)
            one = node_loss(kind.sizes, float(source), float(size), float(share[node]))
            lost[draw, node] = 1.0 - (1.0 - lost[draw, node]) * (1.0 - one)
    return lost


def node_loss(sizes: LossSizes, source: float, place: float, share: float) -> float:
    """Return the share of a node's capacity that an event takes, 1 at most [1].

    Parameters
    ----------
    sizes
        Losses as shares of world supply.
    source, place
        Uniform numbers that choose the loss.
    share
        Share of the node in world output [1].
    """
    return min(sizes.at(source, place) / share, 1.0) if share > 0.0 else 1.0
