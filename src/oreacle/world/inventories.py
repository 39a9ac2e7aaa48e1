"""Stocks of ore and metal at the end of the base year, by mineral and country.

Does      Gives private ore at refinery gates, private metal at users, and metal that governments
          hold, each with a range, a basis and a source.
Units     Chain tonnes [t]; assumed stocks are stated in weeks, programmes in days of use.
Method    Private: weeks of `assumed/inventories.csv` over 52 times the country's intake or use.
          Strategic: the latest holding of the table `stockpiles`, tonnes before days of use.
Assumes   Weeks are alike in all countries. Tonnes of an alloy or an ore are taken as chain tonnes.
          Firms' stocks inside a national programme move by order of the state.
Not here  How stocks answer to price: see `oreacle.market.stocks`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from oreacle.data.assumptions import read_assumed
from oreacle.world.chain import Chain
from oreacle.world.stockpiles import Stockpile, Stockpiles

PRIVATE_ORE, PRIVATE_METAL, STRATEGIC_METAL = "private_ore", "private_metal", "strategic_metal"
WEEKS_A_YEAR, DAYS_A_YEAR = 52.0, 365.0
DAYS = "holding_days_consumption"
EVERY_MINERAL = "all"
SPREAD = {"high": 0.1, "medium": 0.25, "low": 0.5}
"""Half range of a holding for which none is stated, by confidence, over the holding [1]; assumed:
what is published is near, what is recollected may be half or one and a half times as much."""


@dataclass(frozen=True)
class Inventory:
    """One stock.

    Attributes
    ----------
    mineral, country, kind
        What, where, and ``private_ore``, ``private_metal`` or ``strategic_metal``.
    tonnes, low, high
        Stock and its range [t].
    basis
        ``assumed``, ``estimated`` or ``reported``.
    source
        Reason or publisher.
    """

    mineral: str
    country: str
    kind: str
    tonnes: float
    low: float
    high: float
    basis: str
    source: str


@dataclass(frozen=True)
class Cover:
    """Weeks of intake or use that a private stock covers, with range, basis and reason."""

    weeks: float
    low: float
    high: float
    basis: str
    reason: str


def inventories(chain: Chain, stockpiles: Stockpiles) -> tuple[Inventory, ...]:
    """Return the stocks of one mineral: ore, metal, strategic metal; by country in chain order.

    Parameters
    ----------
    chain
        The mineral's chain.
    stockpiles
        What governments say they hold.

    Returns
    -------
    tuple of Inventory
        Nothing is listed where nothing is known of a government's stock, which is not zero.
    """
    kinds = [(PRIVATE_METAL, "metal", chain.users, chain.used)]
    if not chain.is_integrated:
        kinds.insert(0, (PRIVATE_ORE, "ore", chain.refiners, chain.refined))
    held = [
        private_stock(chain.mineral, country, kind, float(flow), cover_of(chain.mineral, stage))
        for kind, stage, countries, flows in kinds
        for country, flow in zip(countries, flows, strict=True)
        if flow > 0
    ]
    return tuple(held) + strategic_stocks(chain, stockpiles)


def private_stock(mineral: str, country: str, kind: str, flow: float, cover: Cover) -> Inventory:
    """Return a private stock that covers some weeks of a yearly flow [t/yr].

    Examples
    --------
    >>> cover = Cover(13.0, 6.5, 26.0, "assumed", "a quarter of a year")
    >>> private_stock("tin", "JPN", "private_metal", 400.0, cover).tonnes
    100.0
    """
    tonnes, low, high = (
        flow * weeks / WEEKS_A_YEAR for weeks in (cover.weeks, cover.low, cover.high)
    )
    return Inventory(mineral, country, kind, tonnes, low, high, cover.basis, cover.reason)


def cover_of(mineral: str, stage: str) -> Cover:
    """Return the weeks of a mineral's stock of ``ore`` or ``metal``, or of all minerals."""
    covers = _covers()
    return covers.get((mineral, stage), covers[EVERY_MINERAL, stage])


@lru_cache(maxsize=1)
def _covers() -> dict[tuple[str, str], Cover]:
    return {
        (str(row.mineral), str(row.stage)): Cover(
            float(row.value),  # type: ignore[arg-type]
            float(row.low),  # type: ignore[arg-type]
            float(row.high),  # type: ignore[arg-type]
            str(row.basis),
            str(row.reason),
        )
        for row in read_assumed("inventories").itertuples()
    }


def strategic_stocks(chain: Chain, stockpiles: Stockpiles) -> tuple[Inventory, ...]:
    """Return what governments hold of a mineral, by country in alphabetical order."""
    latest: dict[str, Inventory] = {}
    ranks: dict[str, tuple[bool, int]] = {}
    used = dict(zip(chain.users, chain.used, strict=True))
    for row in stockpiles.of(mineral=chain.mineral):
        share = _over_holding(row)
        tonnes = holding(row, float(used.get(row.country, np.nan)))
        rank = (row.tonnes is not None, row.year)
        if tonnes is None or rank < ranks.get(row.country, rank):
            continue
        ranks[row.country] = rank
        latest[row.country] = Inventory(
            chain.mineral,
            row.country,
            STRATEGIC_METAL,
            tonnes,
            tonnes * share[0],
            tonnes * share[1],
            row.basis,
            f"{row.source} ({row.year})",
        )
    return tuple(latest[country] for country in sorted(latest))


def holding(row: Stockpile, used: float) -> float | None:
    """Return the tonnes that a statement says are held; None if it states no holding.

    Parameters
    ----------
    row
        The statement.
    used
        The country's use [t/yr]; NaN where it is not modelled.
    """
    if row.tonnes is not None:
        return row.tonnes
    if row.kind != DAYS or row.value is None or not np.isfinite(used):
        return None
    return row.value / DAYS_A_YEAR * used


def _over_holding(row: Stockpile) -> tuple[float, float]:
    """Return the range of a statement over its value [1]."""
    spread = SPREAD[row.confidence]
    low, high = 1.0 - spread, 1.0 + spread
    if not row.value:
        return low, high
    return (
        low if row.low is None else row.low / row.value,
        high if row.high is None else row.high / row.value,
    )
