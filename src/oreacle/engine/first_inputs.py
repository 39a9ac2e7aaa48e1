"""What governments know in the first simulated year.

Does      Gives the inputs of the first year, and shares as they would be published later.
Units     As in `oreacle.engine.inputs`.
Method    History as known in the year after the base year; later shares move by what the
          simulated market does.
Assumes   The history reaches the base year.
Not here  Later years: see `oreacle.engine.act_chances`; past years:
          `oreacle.engine.history_inputs`.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from oreacle.engine.acts.coding import HistoryActs
from oreacle.engine.history_inputs import carried, history_inputs, memories
from oreacle.engine.history_panel import HistoryPanel
from oreacle.engine.inputs import FeatureInputs


def first_inputs(panel: HistoryPanel, acts: HistoryActs, base_year: int) -> FeatureInputs:
    """Return what is known in the first simulated year: what the models were fitted and scored on.

    Where no vector of two years before was published, that of the base year stands.
    """
    year = base_year + 1
    known = history_inputs(panel, memories(panel, acts, np.array([year]))[year], year)
    share = known.market.share
    now = published_shares(panel, base_year)
    return replace(known, market=replace(known.market, share=np.where(np.isnan(share), now, share)))


def published_shares(panel: HistoryPanel, base_year: int) -> np.ndarray:
    """Return the published shares of the base year, shape (1, actor, mineral, stage) [1]."""
    return carried(panel.share, panel.position(base_year))[None]


def seen_shares(published: np.ndarray, simulated: np.ndarray, base: np.ndarray) -> np.ndarray:
    """Return shares as they would be published in a simulated year.

    Published vectors and those of the simulated market differ in basis (outputs or exports,
    countries left out): the published ones move by what the simulated ones do.

    Parameters
    ----------
    published, base
        Published and simulated shares of the base year, shape (1, actor, mineral, stage) and
        (member, actor, mineral, stage) [1]; published ones may be unknown.
    simulated
        Simulated shares of the year that is known, shape as `base` [1].
    """
    return np.asarray(np.clip(published + (simulated - base), 0.0, 1.0))
