"""By-products that follow a what-if on their hosts, as a table.

Does      Sums what moved hosts do to each by-product, and what its price does.
Units     Changes over base [1].
Method    One row for each by-product and host; the country where it takes most stands beside it.
Assumes   A by-product that a policy names itself is shown with its own market.
Not here  The links: see `oreacle.market.by_products`.
"""

from __future__ import annotations

from collections.abc import Sequence

from oreacle.market.by_products import HostEffect, Markets
from oreacle.present import words
from oreacle.present.shock_facts import shock_facts
from oreacle.present.shock_tables import INTERVAL, Names, cells, label, table
from oreacle.present.table_view import Cell, Column, TableView
from oreacle.world.snapshot import World

HIDDEN = 5e-4
"""Change of a by-product's world capacity below which it is not listed [1]."""
COLUMNS = (
    Column("By-product"),
    Column("Follows"),
    Column("World capacity", True),
    Column("Most in"),
    Column("Host there", True),
    Column("Users' price", True),
    Column(INTERVAL, True),
)
CAPTION = (
    "What comes out of other metals' ores follows their output in the same year and country. A "
    "loss is lost output; a gain is room that a higher price would use. The price is the mean over "
    "users of the by-product's own market."
)


def by_product_view(markets: Markets, world: World, names: Names) -> TableView:
    """Return the by-products that moved hosts pull along, largest first.

    Parameters
    ----------
    markets
        From `oreacle.market.by_products.clear_all`.
    world
        The world that was cleared.
    names
        Names of countries by code.
    """
    found = []
    for mineral, outcome in markets.outcomes.items():
        own = [effect for effect in markets.host_effects if effect.mineral == mineral]
        size = float(world.chain(mineral).mined.sum())
        facts = shock_facts(outcome, world.territory)
        means = {(fact.place, fact.stage): fact.change for fact in facts.means}
        price = cells(means.get(("world", "delivered")), words.change)
        for host in dict.fromkeys(effect.host for effect in own):
            rows = [effect for effect in own if effect.host == host]
            change = sum(effect.output_change for effect in rows) / size
            if abs(change) >= HIDDEN:
                found.append((abs(change), (*_cells(world, rows, change, names), *price)))
    found.sort(key=lambda row: -row[0])
    return table("By-products that follow", CAPTION, COLUMNS, [row for _, row in found])


def _cells(
    world: World, rows: Sequence[HostEffect], change: float, names: Names
) -> tuple[Cell, ...]:
    first = max(rows, key=lambda effect: abs(effect.output_change))
    return (
        Cell(world.chain(first.mineral).name),
        Cell(f"{world.chain(first.host).name}, {first.host_stage}"),
        Cell(words.change(change), change),
        Cell(label(first.country, names)),
        Cell(words.change(first.host_output_change), first.host_output_change),
    )
