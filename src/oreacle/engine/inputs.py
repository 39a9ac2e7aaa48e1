"""What governments know when they act: the inputs of every feature.

Does      Holds the arrays that features are made from, for history and simulation alike.
Units     Shares of world output or imports [1]; log price changes [1].
Method    A record in four parts, so that a simulated year replaces only what moved. Every array
          with a member axis may have length 1 there: it then holds for all members.
Assumes   Publication lags are applied by who fills the record: output, trade, GDP, governance
          and votes of year - 2, prices of year - 1, acts up to year - 1.
Not here  The features: see `oreacle.engine.acts`; history: `oreacle.engine.history_inputs`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from oreacle.engine.acts.memory import Memory

STAGES_AT_RISK = ("mined", "refined")
"""Stages in the order of the stage axis; the link axis is the same: ore leaves a mine, refined
product leaves a refinery."""
STATISTICS_LAG = 2
"""Years from the end of output, trade, governance and votes to their publication [yr]."""
PRICE_LAG = 1


@dataclass(frozen=True)
class MarketView:
    """The market as known.

    Attributes
    ----------
    share
        Share of world output, shape (member, actor, mineral, stage) [1]; NaN for a mineral and
        stage whose vector is not known, 0 for an actor absent from a known vector.
    import_share
        Share of world imports by value, shape (member, actor, mineral, stage) [1]; NaN as above.
    price_change_1, price_change_3
        Log change of the price over one and three years to the last known year, shape
        (member, mineral) [1]; NaN without a series.
    """

    share: np.ndarray
    import_share: np.ndarray
    price_change_1: np.ndarray
    price_change_3: np.ndarray


@dataclass(frozen=True)
class ActorView:
    """Actors as known.

    Attributes
    ----------
    stability
        Political stability, shape (member, actor) [WGI units].
    ideal_point
        UN voting ideal point, shape (member, actor) [1].
    log_gdp
        Log of GDP over the sum of known GDP of the year (no inflation in it), shape
        (member, actor).
    """

    stability: np.ndarray
    ideal_point: np.ndarray
    log_gdp: np.ndarray


@dataclass(frozen=True)
class TieView:
    """Ties between actors as known; zero on the diagonal.

    Attributes
    ----------
    trade_value
        Imports of modelled minerals, shape (member, importer, exporter) [any money unit].
    log_distance
        Log of the distance, shape (actor, actor) [log km].
    alliance, trade_agreement
        1 where one is in force (a share between 0 and 1 for a bloc), shape (member, actor, actor).
    """

    trade_value: np.ndarray
    log_distance: np.ndarray
    alliance: np.ndarray
    trade_agreement: np.ndarray


@dataclass(frozen=True)
class FeatureInputs:
    """Everything that features are made from.

    Attributes
    ----------
    actors, minerals
        Labels of the axes.
    by_product, traded_ore
        1 where the mineral is mostly a by-product, and where its ore is traded, shape (mineral,).
    market, actor, ties, memory
        The four parts.
    """

    actors: tuple[str, ...]
    minerals: tuple[str, ...]
    by_product: np.ndarray
    traded_ore: np.ndarray
    market: MarketView
    actor: ActorView
    ties: TieView
    memory: Memory
    _derived: dict[str, np.ndarray] = field(
        init=False, default_factory=dict, repr=False, compare=False
    )
    _of_ties: dict[str, tuple[ActorView, TieView, np.ndarray]] = field(
        default_factory=dict, repr=False, compare=False
    )

    def once(self, name: str, compute: Callable[[FeatureInputs], np.ndarray]) -> np.ndarray:
        """Return what is derived from the inputs, computed once for all classes of acts.

        A record made by `dataclasses.replace` starts without any.
        """
        if name not in self._derived:
            self._derived[name] = compute(self)
        return self._derived[name]

    def once_for_ties(
        self, name: str, compute: Callable[[FeatureInputs], np.ndarray]
    ) -> np.ndarray:
        """Return what is derived from actors and ties alone, kept while both stay the same."""
        kept = self._of_ties.get(name)
        if kept is None or kept[0] is not self.actor or kept[1] is not self.ties:
            kept = self.actor, self.ties, compute(self)
            self._of_ties[name] = kept
        return kept[2]
