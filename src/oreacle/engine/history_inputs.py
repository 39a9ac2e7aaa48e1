"""What was known in a past year.

Does      Cuts the inputs of features for a year out of the panel and the past acts.
Units     As in `oreacle.engine.inputs`.
Method    Output, trade, GDP, governance and votes of two years before; prices to the year before;
          acts up to the year before. A vector that the publisher skipped is carried for at most
          three years.
Assumes   Statistics were published as they stand now (later revisions are not undone).
Not here  The features: see `oreacle.engine.acts`.
"""

from __future__ import annotations

import functools

import numpy as np

from oreacle.engine.acts.coding import HistoryActs
from oreacle.engine.acts.memory import Memory, advance, empty_memory
from oreacle.engine.history_panel import HistoryPanel
from oreacle.engine.inputs import (
    PRICE_LAG,
    STATISTICS_LAG,
    ActorView,
    FeatureInputs,
    MarketView,
    TieView,
)

LONGEST_CARRY = 3
"""Years for which the last known share vector stands [yr]."""


def history_inputs(panel: HistoryPanel, memory: Memory, year: int) -> FeatureInputs:
    """Return what governments knew when they acted in `year`, one member.

    Parameters
    ----------
    panel
        History up to the lagged years at least.
    memory
        Past acts as they stood at the start of the year; see `memories`.
    year
        Year of the acts; may be up to the year after the last of the panel.

    Raises
    ------
    DataError
        ORE-DAT-060 if a lagged year is outside the panel.
    """
    then = panel.position(year - STATISTICS_LAG)
    priced = panel.position(year - PRICE_LAG)
    market = MarketView(
        share=carried(panel.share, then)[None],
        import_share=carried(panel.import_share, then)[None],
        price_change_1=panel.price_change[priced][None],
        price_change_3=panel.price_change[max(priced - 2, 0) : priced + 1].sum(axis=0)[None],
    )
    actor = ActorView(
        panel.stability[then][None], panel.ideal_point[then][None], panel.log_gdp[then][None]
    )
    ties = TieView(
        panel.trade_value[then][None],
        panel.log_distance,
        panel.alliance[then][None],
        panel.trade_agreement[then][None],
    )
    return FeatureInputs(
        panel.actors,
        panel.minerals,
        panel.by_product,
        panel.traded_ore,
        market,
        actor,
        ties,
        memory,
    )


def carried(shares: np.ndarray, then: int) -> np.ndarray:
    """Return the share vectors of a year, the last known one standing in for up to three years."""
    window = [shares[at] for at in range(then, max(then - LONGEST_CARRY, 0) - 1, -1)]
    return functools.reduce(_first_known, window)


def _first_known(new: np.ndarray, old: np.ndarray) -> np.ndarray:
    return np.where(np.isnan(new), old, new)


def memories(panel: HistoryPanel, acts: HistoryActs, years: np.ndarray) -> dict[int, Memory]:
    """Return the memory of acts at the start of each year, by year.

    Years run from the first of the panel to the year after the last of the acts.
    """
    memory = empty_memory(len(panel.actors), len(panel.minerals))
    found: dict[int, Memory] = {}
    for position, year in enumerate(range(int(panel.years[0]), int(max(years)) + 1)):
        found[year] = memory
        if position < len(acts.links):
            done = {name: array[position][None] for name, array in acts.by_class.items()}
            memory = advance(memory, done, acts.links[position][None])
    return {int(year): found[int(year)] for year in years}
