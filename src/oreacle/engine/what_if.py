"""What governments would know in the first year if a what-if had happened in the base year.

Does      Moves the features' inputs by the prices and the acts of a what-if, and nothing else.
Units     As in `oreacle.engine.inputs`.
Method    A price moves both log price changes that end in the base year. A restriction is
          an act of the base year: it is added to the memory as acts of the chronicle are, once a
          year and link.
Assumes   Output, trade, gross product and votes are those of two years before: a what-if of the
          base year is not in them yet. Stocks of past acts of others stay.
Not here  Probabilities: see `oreacle.engine.act_chances`; what they mean:
          `oreacle.forecasting.cascade`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from oreacle.core.labels import LINKS
from oreacle.engine.acts.memory import Memory
from oreacle.engine.acts.risk import known_share
from oreacle.engine.inputs import FeatureInputs, MarketView
from oreacle.engine.setting import Setting
from oreacle.market.exposed import RESTRICTIONS
from oreacle.market.policies import Policy


@dataclass(frozen=True)
class Moves:
    """What a what-if changes in what is known.

    Attributes
    ----------
    log_price
        Log of the price over the reference, by mineral [1].
    restricted
        New restrictions as (actor, mineral, link).
    """

    log_price: Mapping[str, float] = field(default_factory=dict)
    restricted: tuple[tuple[str, str, str], ...] = ()


def restricted_links(policies: Iterable[Policy]) -> tuple[tuple[str, str, str], ...]:
    """Return what policies restrict, as (actor, mineral, link)."""
    return tuple(
        dict.fromkeys(
            (policy.actor, policy.mineral, link)
            for policy in policies
            if isinstance(policy, RESTRICTIONS)
            for link in (LINKS if policy.link is None else (policy.link,))
        )
    )


def moved_inputs(setting: Setting, moves: Moves) -> FeatureInputs:
    """Return what is known in the first year after a what-if.

    Without moves it is what is known anyway, the same arrays.
    """
    known = setting.known
    market = _moved_market(known, moves.log_price)
    memory = _moved_memory(setting, moves.restricted)
    if market is known.market and memory is known.memory:
        return known
    return replace(known, market=market, memory=memory)


def _moved_market(known: FeatureInputs, log_price: Mapping[str, float]) -> MarketView:
    shift = np.array([log_price.get(mineral, 0.0) for mineral in known.minerals])
    if not shift.any():
        return known.market

    def moved(change: np.ndarray) -> np.ndarray:
        # A price without a series is no signal, unless the what-if moves it.
        start = np.where(np.isnan(change) & (shift != 0.0), 0.0, change)
        return np.asarray(start + shift)

    return replace(
        known.market,
        price_change_1=moved(known.market.price_change_1),
        price_change_3=moved(known.market.price_change_3),
    )


def _moved_memory(setting: Setting, restricted: Iterable[tuple[str, str, str]]) -> Memory:
    known, memory = setting.known, setting.known.memory
    at = {actor: k for k, actor in enumerate(known.actors)}
    row = {mineral: k for k, mineral in enumerate(known.minerals)}
    share = known_share(known.market.share)[0]
    links = np.zeros(memory.links.shape[1:])
    for actor, mineral, link in restricted:
        cell = at[actor], row[mineral], LINKS.index(link)
        if share[cell] > 0.0:
            links[cell] = 1.0
    # What the chronicle has for the base year already is in the memory.
    new_links = np.maximum(links - setting.acts.links[-1], 0.0)
    new_acts = np.maximum(links.any(axis=(1, 2)) - setting.acts.by_class["restriction"][-1], 0.0)
    if not new_links.any() and not new_acts.any():
        return memory
    return replace(
        memory,
        acts={**memory.acts, "restriction": memory.acts["restriction"] + new_acts},
        links=memory.links + new_links,
    )
