"""What governments know in the first simulated year.

Does      Joins the memory of past acts with the base-year world, for runs and for the level of
          the fitted models alike.
Units     As in `oreacle.engine.inputs`.
Method    Shares are those of the base year; all else as known in the year after it.
Assumes   The history reaches the base year.
Not here  Later years: see `oreacle.engine.decisions`; past years: `oreacle.engine.history_inputs`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from oreacle.core.labels import REST_OF_WORLD
from oreacle.engine.acts.coding import HistoryActs, acts_from_events
from oreacle.engine.history_inputs import carried, history_inputs, memories
from oreacle.engine.history_panel import HistoryPanel, panel_from_tables
from oreacle.engine.inputs import FeatureInputs
from oreacle.engine.space import Space, make_space
from oreacle.world.load import load_world
from oreacle.world.snapshot import World


def inputs_of_tables(tables: Mapping[str, pd.DataFrame], data: Path | None) -> FeatureInputs:
    """Return the first inputs of the world in a folder of tables.

    Parameters
    ----------
    tables
        The tables of `oreacle.engine.history_panel.PANEL_TABLES`.
    data
        Folder of tables, None for the embedded ones.
    """
    world, panel = load_world(data), panel_from_tables(tables)
    space = make_space(world, (*panel.actors, REST_OF_WORLD))
    acts = acts_from_events(tables["events"], panel, world.territory.actor_of)
    return first_inputs(world, space, panel, acts)


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
