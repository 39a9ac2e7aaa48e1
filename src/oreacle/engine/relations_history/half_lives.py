"""Half-lives of cooperation and rivalry from the acts up to 2014.

Does      Gives the profile likelihood of each half-life on the chronicle.
Units     Years; nats.
Method    Acts on named parties alone; scored years 2000 to `last`, told from all acts before.
Assumes   Where the likelihood is flat the prior of 5 years stands.
Not here  The likelihood: see `oreacle.relations.network.half_life`.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from oreacle.engine.relations_history.coding import CodedEvents
from oreacle.engine.relations_history.draws import draw_history
from oreacle.engine.relations_history.history import FIRST_YEAR, acts_of
from oreacle.relations.network.half_life import HalfLifeProfile, half_life_profile

FIRST_EVENTS = 1990
LAST_WINDOW = 2014
"""Last year that choices of the model may look at."""


def half_life_profiles(
    coded: CodedEvents, last: int = LAST_WINDOW
) -> tuple[HalfLifeProfile, HalfLifeProfile]:
    """Return the profiles of cooperation and of rivalry.

    Parameters
    ----------
    coded
        Events as weights of dyads.
    last
        Last year that is scored.
    """
    named = np.flatnonzero(~coded.is_spread & (coded.year <= last))
    parts = {name: getattr(coded, name)[named] for name in _ROWS}
    known = replace(coded, **parts)
    weight = draw_history(known, 0, rng=np.random.default_rng(0)).weight
    years = range(FIRST_EVENTS, last + 1)
    pairs = [acts_of(known, weight, year) for year in years]
    good = np.concatenate([pair[0] for pair in pairs])
    bad = np.concatenate([pair[1] for pair in pairs])
    start = FIRST_YEAR - FIRST_EVENTS
    return (
        half_life_profile(good, start),
        half_life_profile(bad + np.swapaxes(bad, 1, 2), start),
    )


_ROWS = ("event", "kind", "year", "source", "target", "weight", "is_rivalry", "is_spread")
"""Attributes of coded events with one figure for each row."""
