"""How much each cause moves a mineral's price in a year, to first order.

Does      Turns the conditions of one mechanism into a change of the log delivered price.
Units     Log points.
Method    A share x of supply that is missing, or of use that is added, moves the mean delivered
          price by x / E, with E the shift of demand that moves it by one log point
          (`oreacle.engine.response`). Orders of states count by what was sold and bought at the
          year's prices, and tonnes over what the year wants. What the mechanism of stocks adds to
          the demand shock, since stocks damp it, is luck in demand. A cost, freight or tariff of c
          dollars on a mean tonne moves the price by c over the delivered base price: what a
          competitive market passes on where demand hardly answers.
Assumes   Causes add up; weights are those of the base year. Contracts, caps and private stocks
          have no first-order effect. The effect of measures is not made here: it is cleared.
Not here  Losses by actor: see `oreacle.forecasting.risk`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from oreacle.engine.markets import Cleared
from oreacle.engine.mechanisms.conditions import Conditions
from oreacle.engine.mechanisms.stocks.mechanism import NAME as STOCKS
from oreacle.engine.mechanisms.stocks.moves import traded
from oreacle.engine.setting import Setting
from oreacle.engine.year_record import held_log
from oreacle.world.chain import Chain

DEMAND, MEASURES = "demand", "measures"
LARGEST = 5.0
"""Bound on the effect of one cause: beyond it the first order says nothing [log points]."""


def price_effect(chain: Chain, elasticity: float, said: Conditions, cleared: Cleared) -> np.ndarray:
    """Return what conditions add to the log delivered price, shape (member,) or () [log points].

    Parameters
    ----------
    chain
        The mineral's chain.
    elasticity
        Demand shift that moves the price by one log point [1].
    said
        Conditions of one mechanism.
    cleared
        The mineral's market of the year.
    """
    missing = np.asarray(0.0)
    for share, base in ((said.mines, chain.mined), (said.plants, chain.refined)):
        if share is not None:
            missing = missing + ((1.0 - share) * base).sum(axis=1) / base.sum()
    missing = missing + _wanted(chain, said) + _tonnes(said, cleared)
    dollars = np.asarray(0.0)
    for cost, base in ((said.mine_cost, chain.mined), (said.plant_cost, chain.refined)):
        if cost is not None:
            dollars = dollars + (cost * base).sum(axis=1) / base.sum()
    dollars = dollars + _on_links(chain, said)
    effect = missing / elasticity + dollars / chain.price_delivered
    return np.asarray(np.clip(effect, -LARGEST, LARGEST))


def _wanted(chain: Chain, said: Conditions) -> np.ndarray:
    """Return factors on use, and on scrap that follows it, as a share of use that is added."""
    added = np.asarray(0.0)
    if said.use is not None:
        added = added + _use_factor(chain, said.use) - 1.0
    if said.sectors is not None:
        added = added + said.sectors @ chain.sector_shares - 1.0
    if said.scrap is not None:
        added = added - ((said.scrap - 1.0) * chain.recycled).sum(axis=1) / chain.used.sum()
    return added


def _use_factor(chain: Chain, use: np.ndarray) -> np.ndarray:
    """Return the factor on the world's use of factors on that of users, shape (member,) [1]."""
    return np.asarray((use * chain.used).sum(axis=1) / chain.used.sum())


def _tonnes(said: Conditions, cleared: Cleared) -> np.ndarray:
    """Return tonnes bought, less those sold and those from new scrap, over what the year wants."""
    added = np.zeros(cleared.wanted.shape)
    if said.release is not None or said.purchase is not None:
        price = np.where(cleared.solved[:, None], cleared.prices.delivered, np.nan)
        sold, bought = traded(said, price)
        added = (bought - sold).sum(axis=1)
    if said.scrap_added is not None:
        added = added - said.scrap_added.sum(axis=1)
    return np.asarray(added / cleared.wanted)


def _on_links(chain: Chain, said: Conditions) -> np.ndarray:
    """Return dollars that freight and tariffs put on a mean tonne [USD/t]."""
    dollars = np.asarray(0.0)
    for freight, tariff, licence, flow, price in (
        (said.ore_freight, said.ore_tariff, said.ore_licence, chain.ore_flow, chain.price_mine),
        (
            said.metal_freight,
            said.metal_tariff,
            said.metal_licence,
            chain.refined_flow,
            chain.price_refined,
        ),
    ):
        weight = flow / flow.sum()
        if freight is not None:
            dollars = dollars + (freight * weight).sum(axis=(1, 2))
        for rate in (tariff, licence):
            if rate is not None:
                dollars = dollars + price * (rate * weight).sum(axis=(1, 2))
    return dollars


def price_effects(
    setting: Setting,
    shock: np.ndarray,
    said: Mapping[str, Mapping[int, Conditions]],
    cleared: Sequence[Cleared],
) -> tuple[tuple[str, ...], np.ndarray]:
    """Return causes, and their effects on the log price, shape (member, mineral, cause).

    Parameters
    ----------
    shock
        Random part of log use, shape (member, mineral), without the fast part.
    said
        Conditions by mechanism and position of the mineral.
    cleared
        Markets of the year, by position of the mineral.
    """
    chains: Sequence[Chain] = list(setting.world.chains.values())
    elasticity = setting.traits.elasticity
    causes = (DEMAND, MEASURES, *said)
    effects = np.zeros((*shock.shape, len(causes)))
    luck = shock + _fast_shock(chains, said.get(STOCKS, {}), shock)
    # A market that does not answer at all has no first order.
    moved = np.divide(luck, elasticity, out=np.zeros_like(shock), where=elasticity > 0)
    effects[:, :, 0] = np.clip(moved, -LARGEST, LARGEST)
    effects[:, :, 1] = held_log(cleared)
    for at, (name, by_mineral) in enumerate(said.items(), start=2):
        for k, conditions in by_mineral.items():
            own = replace(conditions, use=None) if name == STOCKS else conditions
            effects[:, k, at] = price_effect(chains[k], float(elasticity[k]), own, cleared[k])
    return causes, effects


def _fast_shock(
    chains: Sequence[Chain], said: Mapping[int, Conditions], shock: np.ndarray
) -> np.ndarray:
    """Return the fast part of the demand shock, shape (member, mineral) [log points].

    Observed prices moved as they did with stocks; the mechanism of stocks restores that.
    """
    fast = np.zeros_like(shock)
    for k, conditions in said.items():
        if conditions.use is not None:
            fast[:, k] = np.log(_use_factor(chains[k], conditions.use))
    return fast
