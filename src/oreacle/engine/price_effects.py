"""How much each cause moves a mineral's price in a year, to first order.

Does      Turns the conditions of one mechanism into a change of the log delivered price.
Units     Log points.
Method    A share x of supply that is missing, or of use that is added, moves the mean delivered
          price by x / E, with E the shift of demand that moves it by one log point
          (`oreacle.engine.response`). A cost, freight or tariff of c dollars on a mean tonne
          moves it by c over the delivered base price: what a competitive market passes on where
          demand hardly answers.
Assumes   Causes add up; weights are those of the base year. Contracts, caps and private stocks
          have no first-order effect. The effect of measures is not made here: it is cleared.
Not here  Losses by actor: see `oreacle.forecasting.risk`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from oreacle.engine.mechanisms.conditions import Conditions
from oreacle.engine.setting import Setting
from oreacle.world.chain import Chain

DEMAND, MEASURES = "demand", "measures"
LARGEST = 5.0
"""Bound on the effect of one cause: beyond it the first order says nothing [log points]."""


def price_effect(chain: Chain, elasticity: float, said: Conditions) -> np.ndarray:
    """Return what conditions add to the log delivered price, shape (member,) or () [log points].

    Parameters
    ----------
    chain
        The mineral's chain.
    elasticity
        Demand shift that moves the price by one log point [1].
    said
        Conditions of one mechanism.
    """
    missing = np.asarray(0.0)
    for share, base in ((said.mines, chain.mined), (said.plants, chain.refined)):
        if share is not None:
            missing = missing + ((1.0 - share) * base).sum(axis=1) / base.sum()
    missing = missing + _wanted(chain, said)
    dollars = np.asarray(0.0)
    for cost, base in ((said.mine_cost, chain.mined), (said.plant_cost, chain.refined)):
        if cost is not None:
            dollars = dollars + (cost * base).sum(axis=1) / base.sum()
    dollars = dollars + _on_links(chain, said)
    effect = missing / elasticity + dollars / chain.price_delivered
    return np.asarray(np.clip(effect, -LARGEST, LARGEST))


def _wanted(chain: Chain, said: Conditions) -> np.ndarray:
    """Return what is wanted beside the usual, over use, and what scrap gives less."""
    used = chain.used.sum()
    added = np.asarray(0.0)
    if said.use is not None:
        added = added + (said.use * chain.used).sum(axis=1) / used - 1.0
    if said.sectors is not None:
        added = added + said.sectors @ chain.sector_shares - 1.0
    if said.purchase is not None:
        added = added + said.purchase.sum(axis=1) / used
    if said.release is not None:
        added = added - said.release.sum(axis=1) / used
    if said.scrap is not None:
        added = added - ((said.scrap - 1.0) * chain.recycled).sum(axis=1) / used
    return added


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
    held: np.ndarray,
) -> tuple[tuple[str, ...], np.ndarray]:
    """Return causes, and their effects on the log price, shape (member, mineral, cause).

    Parameters
    ----------
    shock
        Random part of log use, shape (member, mineral).
    said
        Conditions by mechanism and position of the mineral.
    held
        Log price with new measures over that without, shape (member, mineral).
    """
    chains: Sequence[Chain] = list(setting.world.chains.values())
    elasticity = setting.traits.elasticity
    causes = (DEMAND, MEASURES, *said)
    effects = np.zeros((*shock.shape, len(causes)))
    # A market that does not answer at all has no first order.
    moved = np.divide(shock, elasticity, out=np.zeros_like(shock), where=elasticity > 0)
    effects[:, :, 0] = np.clip(moved, -LARGEST, LARGEST)
    effects[:, :, 1] = held
    for at, by_mineral in enumerate(said.values(), start=2):
        for k, conditions in by_mineral.items():
            effects[:, k, at] = price_effect(chains[k], float(elasticity[k]), conditions)
    return causes, effects
