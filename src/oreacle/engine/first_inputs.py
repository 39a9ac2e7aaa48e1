"""What governments know in the first simulated year.

Does      Joins the memory of past acts with the base-year world.
Units     As in `oreacle.engine.inputs`.
Method    Shares are those of the base year; all else as known in the year after it.
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
from oreacle.engine.space import Space
from oreacle.world.snapshot import World


def first_inputs(
    world: World, space: Space, panel: HistoryPanel, acts: HistoryActs
) -> FeatureInputs:
    """Return what is known in the first simulated year.

    Shares are those of the base year, as in all later years: published vectors of the year before
    mix outputs and exports, and a change of basis would look like a change of the market.
    """
    year = world.base_year + 1
    known = history_inputs(panel, memories(panel, acts, np.array([year]))[year], year)
    chains = list(world.chains.values())
    share = space.actor_shares(
        [c.mined[None] for c in chains], [c.published_refined[None] for c in chains]
    )
    market = replace(
        known.market,
        share=visible_shares(share[:, :-1], known.traded_ore),
        import_share=carried(panel.import_share, panel.position(world.base_year))[None],
    )
    return replace(known, market=market)


def visible_shares(share: np.ndarray, traded_ore: np.ndarray) -> np.ndarray:
    """Return shares with the mined stage unknown where no ore is traded, as in the history.

    Parameters
    ----------
    share
        Shape (member, actor, mineral, stage) [1].
    traded_ore
        1 where ore is traded, shape (mineral,).
    """
    hidden = np.stack([traded_ore == 0, np.zeros(len(traded_ore), dtype=bool)], axis=-1)
    return np.where(hidden, np.nan, share)
