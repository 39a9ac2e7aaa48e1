"""What stocks do in a what-if, by country.

Does      Lists net release and purchase of stocks, what is left, and how long it lasts.
Units     t/yr and t (or kt, Mt), months, in headings.
Method    Largest movements first; strategic stocks are what is known to be held less what is
          ordered from them.
Assumes   An ordered release comes out of the strategic stock of its country.
Not here  How stocks answer to the price: see `oreacle.market.stocks`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oreacle.market.outcome import Outcome
from oreacle.present import words
from oreacle.present.shock_tables import Names, label
from oreacle.present.shock_words import Write
from oreacle.present.table_view import Cell, Column, TableView
from oreacle.world.inventories import STRATEGIC_METAL
from oreacle.world.snapshot import World

UNITS = {
    "private_ore": "t/yr",
    "private_metal": "t/yr",
    "released": "t/yr",
    "bought": "t/yr",
    "private_left": "t",
    "cover": "months",
    "strategic_left": "t",
}
"""Units of `StockFact`."""
SMALL = 1e-4
"""Movement over world use below which a country is not listed [1]."""


@dataclass(frozen=True)
class StockFact:
    """Stocks of one country in the year.

    Attributes
    ----------
    country
        Code.
    private_ore, private_metal
        Net release of private holders, negative where they buy [t/yr]; NaN without the stage.
    released, bought
        Ordered release and purchase [t/yr].
    private_left
        Private metal at the end of the year [t].
    cover
        The same over use in the case [months].
    strategic_left
        What a government is known to hold less what is released, plus what is bought [t]; NaN
        where nothing is known, negative where more is released than is known to be held.
    """

    country: str
    private_ore: float
    private_metal: float
    released: float
    bought: float
    private_left: float
    cover: float
    strategic_left: float


def stock_facts(outcome: Outcome, world: World) -> tuple[StockFact, ...]:
    """Return what stocks do by country, largest movements first."""
    table = outcome.quantities
    held: dict[str, float] = {}
    for row in world.inventories(outcome.mineral):
        if row.kind == STRATEGIC_METAL:
            held[row.country] = held.get(row.country, 0.0) + row.tonnes
    names = (
        "ore_released",
        "private_released",
        "ordered_released",
        "ordered_bought",
        "private_left",
        "private_cover",
    )
    columns = np.stack([table[name].to_numpy() for name in names], axis=1)
    facts = []
    for country, values in zip(table["country"].values.astype(str), columns, strict=True):
        moved = np.nan_to_num(values[2:4])
        left = held.get(str(country), np.nan) - moved[0] + moved[1]
        ore, metal, released, bought, kept, cover = (float(value) for value in values)
        facts.append(
            StockFact(str(country), ore, metal, released, bought, kept, cover, float(left))
        )
    return tuple(sorted(facts, key=lambda fact: (-_size(fact), fact.country)))


def _size(fact: StockFact) -> float:
    parts = (fact.private_ore, fact.private_metal, fact.released, fact.bought)
    return float(np.nansum(np.abs(parts)))


def stock_view(outcome: Outcome, world: World, names: Names, rows: int) -> TableView:
    """Return the countries whose stocks move most."""
    use = float(np.nansum(outcome.quantities["used"].to_numpy()))
    moved = [fact for fact in stock_facts(outcome, world) if _size(fact) > SMALL * use]
    shown = moved[:rows]
    sizes = [abs(v) for f in shown for v in (f.private_metal, f.private_left) if np.isfinite(v)]
    size, unit = words.tonne_scale(sizes)
    flow, stock = f"[{unit}]", f"[{unit.removesuffix('/yr')}]"
    columns = (
        Column("Country"),
        Column(f"Private ore {flow}", True),
        Column(f"Private metal {flow}", True),
        Column(f"Ordered {flow}", True),
        Column(f"Bought {flow}", True),
        Column(f"Private metal left {stock}", True),
        Column("Lasts [months]", True),
        Column(f"Strategic left {stock}", True),
    )
    body = tuple(
        (
            Cell(label(fact.country, names)),
            *(_cell(v / size, words.signed) for v in (fact.private_ore, fact.private_metal)),
            *(
                _cell(v / size, words.number)
                for v in (fact.released, fact.bought, fact.private_left)
            ),
            _cell(fact.cover, words.number),
            _cell(fact.strategic_left / size, words.number),
        )
        for fact in shown
    )
    caption = (
        "Net release in the year, below zero where holders buy. Left at its end; lasts at use in "
        "the case. Strategic: what is known to be held less what is ordered; below zero: more than "
        "is known."
    )
    return TableView("Stocks drawn and filled", caption, columns, body, len(moved) - len(shown))


def _cell(value: float, write: Write) -> Cell:
    return Cell(write(value), value) if np.isfinite(value) else Cell(words.NOT_KNOWN)
