"""What mechanisms put on the market of one mineral in one year, and how several add up.

Does      Holds shifts of capacity, cost, use, scrap, stocks and links by member, and joins them.
Units     Each field says its own; None where a mechanism leaves something alone.
Method    Shares and factors multiply, costs, rates and tonnes add, the tightest trigger holds: the
          order of mechanisms does not matter.
Assumes   Shapes start with (member, ...); nodes are those of the mineral's chain.
Not here  How they change a market: see `oreacle.engine.pressed`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np

from oreacle.engine.mechanisms.joining import joined_by


@dataclass(frozen=True)
class Conditions:
    """Shifts of one mineral's market, for a block of members.

    Attributes
    ----------
    mines, plants
        Share of capacity that can run this year, shapes (member, mine), (member, plant) [1].
    mine_cost, plant_cost
        Added to the cost of a tonne, shapes (member, mine), (member, plant) [USD/t]; negative for
        a subsidy.
    use
        Factor on use at base prices, shape (member, user) [1].
    sectors
        Factor on use of each sector, shape (member, sector), sectors as
        `oreacle.core.labels.SECTORS` [1].
    scrap
        Factor on supply from scrap, which otherwise follows use, shape (member, plant) [1].
    scrap_added
        Supply from scrap at base prices beside that of the base year, shape (member, plant) [t/yr].
    ore_stock, metal_stock
        Private ore at plants and metal at users, shapes (member, plant), (member, user) [t]; what
        holders release as the price rises, and buy as it falls.
    ore_usual, metal_usual
        Log price over base at which they neither release nor buy, shapes as the stocks [1].
    release, purchase
        Ordered release and purchase of metal, shape (member, user) [t/yr].
    release_limit, purchase_limit
        Log price over base below which nothing is released, and above which nothing is bought,
        shape (member, user) [1].
    ore_freight, metal_freight
        Added freight, shapes (member, mine, plant), (member, plant, user) [USD/t].
    ore_tariff, metal_tariff
        Added tariff, shapes as freight [1].
    ore_licence, metal_licence
        Added cost of trading that nobody collects, over the price at the tail, shapes as freight
        [1].
    ore_pull, metal_pull
        Factor on the strength of links: contracts, standards, trust; shapes as freight [1].
    ore_cap, metal_cap
        Most that a link carries over what it carried at base prices, infinite for no cap, shapes
        as freight [1].
    """

    mines: np.ndarray | None = None
    plants: np.ndarray | None = None
    mine_cost: np.ndarray | None = None
    plant_cost: np.ndarray | None = None
    use: np.ndarray | None = None
    sectors: np.ndarray | None = None
    scrap: np.ndarray | None = None
    scrap_added: np.ndarray | None = None
    ore_stock: np.ndarray | None = None
    metal_stock: np.ndarray | None = None
    ore_usual: np.ndarray | None = None
    metal_usual: np.ndarray | None = None
    release: np.ndarray | None = None
    purchase: np.ndarray | None = None
    release_limit: np.ndarray | None = None
    purchase_limit: np.ndarray | None = None
    ore_freight: np.ndarray | None = None
    metal_freight: np.ndarray | None = None
    ore_tariff: np.ndarray | None = None
    metal_tariff: np.ndarray | None = None
    ore_licence: np.ndarray | None = None
    metal_licence: np.ndarray | None = None
    ore_pull: np.ndarray | None = None
    metal_pull: np.ndarray | None = None
    ore_cap: np.ndarray | None = None
    metal_cap: np.ndarray | None = None

    @property
    def is_empty(self) -> bool:
        """True if nothing is shifted."""
        return all(getattr(self, item.name) is None for item in fields(self))


JOIN: Mapping[str, np.ufunc] = {
    "mines": np.multiply,
    "plants": np.multiply,
    "mine_cost": np.add,
    "plant_cost": np.add,
    "use": np.multiply,
    "sectors": np.multiply,
    "scrap": np.multiply,
    "scrap_added": np.add,
    "ore_stock": np.add,
    "metal_stock": np.add,
    "ore_usual": np.add,
    "metal_usual": np.add,
    "release": np.add,
    "purchase": np.add,
    "release_limit": np.maximum,
    "purchase_limit": np.minimum,
    "ore_freight": np.add,
    "metal_freight": np.add,
    "ore_tariff": np.add,
    "metal_tariff": np.add,
    "ore_licence": np.add,
    "metal_licence": np.add,
    "ore_pull": np.multiply,
    "metal_pull": np.multiply,
    "ore_cap": np.minimum,
    "metal_cap": np.minimum,
}
"""How two mechanisms that shift the same thing add up."""


def joined(parts: Sequence[Conditions]) -> Conditions:
    """Return the conditions that hold together."""
    return joined_by(Conditions, parts, JOIN)
