"""What a country or actor takes, from whom, and whose ore is in it.

Does      Splits a buyer's use of a mineral by refiner and by origin of the ore; measures how
          much of it comes from abroad; sums this up for one mineral or for all.
Units     t/yr, and shares of the buyer's use (dimensionless).
Method    Proportional mixing: the product of a refinery holds the ores of its intake in equal
          proportion to every buyer, origin = refined flow x share of the ore in throughput.
Assumes   Balanced base-year flows; throughput of a refiner is what leaves it, recycled metal
          counted as an origin of its own where the chain has it.
Not here  What fails first: see `oreacle.world.failure_points`. Customs and entrepots: see
          `oreacle.world.customs`. Prices after a stop: see `oreacle.market`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from oreacle.core.errors import DataError
from oreacle.core.labels import suggestion
from oreacle.world.chain import Chain
from oreacle.world.concentration import TONNES
from oreacle.world.territory import Territory

RECYCLED = "recycled"
"""Label of recycled metal among the origins: it was mined nowhere in this year."""


@dataclass(frozen=True)
class Buyer:
    """Who takes the mineral: a country, or the members of a trade actor.

    Attributes
    ----------
    name
        Country or actor.
    members
        Countries whose use is added up; flows between them are domestic.
    """

    name: str
    members: tuple[str, ...]

    def label(self, place: str) -> str:
        """Return the buyer's own name for a member, else the place as it is."""
        return self.name if place in self.members else place


@dataclass(frozen=True)
class Dependence:
    """How much of what a buyer uses comes from abroad, as shares of its use [1].

    Attributes
    ----------
    refined_imported
        Refined product bought from refiners abroad.
    ore_foreign
        Metal whose ore was mined abroad, wherever it was refined; recycled metal counts at the
        place where it was recovered.
    not_home_throughout
        Metal that was not mined (or recycled) and refined at home: the wide measure, embodied
        ore counted.
    net_mined, net_refined
        Net import reliance: one less own output over own use of that stage; negative for a net
        exporter. For ore the use is the intake of the buyer's refineries, missing without any.
    """

    refined_imported: float
    ore_foreign: float
    not_home_throughout: float
    net_mined: float
    net_refined: float

    @property
    def home_throughout(self) -> float:
        """Return the share of the use that is mined (or recycled) and refined at home [1]."""
        return 1.0 - self.not_home_throughout


def find_buyer(territory: Territory, name: str) -> Buyer:
    """Return the buyer of that name.

    A bloc such as ``EU`` stands for its members together. A member is taken alone: its
    exposure is that of the country, and supply from other members comes from abroad.

    Raises
    ------
    ScenarioError
        ORE-SCN-003 if neither a country nor an actor has that name.
    """
    upper = name.upper()
    if upper in territory.actor_of:
        return Buyer(upper, (upper,))
    return Buyer(upper, territory.members(territory.resolve(name)))


def is_user(chain: Chain, buyer: Buyer) -> bool:
    """Return True if the chain shows the buyer's use; else it is part of the rest of the world."""
    return any(name in buyer.members for name in chain.users)


def look_through(chain: Chain, buyer: Buyer) -> xr.DataArray:
    """Return whose ore reaches a buyer through whose refineries.

    Parameters
    ----------
    chain, buyer
        A supply chain, and who buys.

    Returns
    -------
    DataArray (origin, exporter) [t/yr]
        Tonnes by country of the mine and country of the refinery; the origin `recycled` holds
        metal that entered a refinery from scrap. The total is the buyer's use.

    Raises
    ------
    DataError
        ORE-DAT-088 if the chain does not show the buyer's use.

    Examples
    --------
    A buyer that takes all from one refiner sees that refiner's intake:

    >>> from oreacle.world.load import load_world
    >>> world = load_world()
    >>> seen = look_through(world.chain("cobalt"), find_buyer(world.territory, "JPN"))
    >>> seen.dims
    ('origin', 'exporter')
    """
    bought = purchases(chain, buyer)
    throughput = chain.refined_flow.sum(axis=1)
    used = throughput > 0
    content = np.divide(
        chain.ore_flow, throughput, out=np.zeros_like(chain.ore_flow, dtype=float), where=used
    )
    origins = list(chain.miners)
    if chain.recycled.any():
        scrap = np.divide(chain.recycled, throughput, out=np.zeros_like(throughput), where=used)
        content = np.vstack([content, scrap])
        origins.append(RECYCLED)
    return xr.DataArray(
        content * bought.values,
        {"origin": origins, "exporter": list(chain.refiners)},
        dims=("origin", "exporter"),
        attrs={"units": TONNES},
    )


def purchases(chain: Chain, buyer: Buyer) -> xr.DataArray:
    """Return refined product that a buyer takes, by country of the refinery.

    Returns
    -------
    DataArray (exporter) [t/yr]
        Own product included.

    Raises
    ------
    DataError
        ORE-DAT-088 if the chain does not show the buyer's use.
    """
    columns = [k for k, name in enumerate(chain.users) if name in buyer.members]
    tonnes = chain.refined_flow[:, columns].sum(axis=1)
    if not tonnes.sum() > 0:
        raise DataError(
            "ORE-DAT-088",
            f"{buyer.name} is not shown as a user of {chain.mineral}.",
            why="its use is too small or not known; it is part of the rest of the world (ROW), "
            "and no share of it can be told.",
            fix=f"{suggestion(buyer.name, chain.users)} `oreacle world mineral {chain.mineral}` "
            "lists the users.".strip(),
        )
    return xr.DataArray(
        tonnes, {"exporter": list(chain.refiners)}, dims="exporter", attrs={"units": TONNES}
    )


def by_place(tonnes: xr.DataArray, buyer: Buyer, territory: Territory | None = None) -> pd.Series:
    """Return shares by place, the largest first, the buyer's own under its name.

    Parameters
    ----------
    tonnes
        One dimension of places.
    buyer
        Its members are added up under its name.
    territory
        If given, members of other blocs are added up under the bloc's name.

    Returns
    -------
    Series
        Share of the total by place; sums to 1.
    """
    dimension = str(tonnes.dims[0])
    labels = [_place(str(name), buyer, territory) for name in tonnes[dimension].values]
    sums = pd.Series(tonnes.values).groupby(labels, sort=True).sum()
    shares = sums[sums > 0] / sums.sum()
    return shares.sort_values(ascending=False, kind="stable")


def dependence(chain: Chain, buyer: Buyer) -> Dependence:
    """Return how much of a buyer's use comes from abroad.

    Raises
    ------
    DataError
        ORE-DAT-088 if the chain does not show the buyer's use.

    References
    ----------
    Net import reliance as in U.S. Geological Survey, Mineral Commodity Summaries, appendix on
    definitions: imports less exports over apparent consumption; stock changes are not in it.
    """
    seen = look_through(chain, buyer)
    use = float(seen.sum())
    home_plant = np.isin(seen["exporter"].values, buyer.members)
    home_mine = np.isin(seen["origin"].values, buyer.members)
    scrap = seen["origin"].values == RECYCLED
    tonnes = seen.values
    home_scrap = float(tonnes[np.ix_(scrap, home_plant)].sum())
    throughout = float(tonnes[np.ix_(home_mine, home_plant)].sum()) + home_scrap
    return Dependence(
        refined_imported=1.0 - float(tonnes[:, home_plant].sum()) / use,
        ore_foreign=1.0 - (float(tonnes[home_mine].sum()) + home_scrap) / use,
        not_home_throughout=1.0 - throughout / use,
        net_mined=_net_reliance(
            _own(chain, "mined", buyer), float(chain.ore_flow[:, _at(chain, buyer)].sum())
        ),
        net_refined=_net_reliance(float(chain.refined_flow[_at(chain, buyer)].sum()), use),
    )


def _place(name: str, buyer: Buyer, territory: Territory | None) -> str:
    own = buyer.label(name)
    if own != name or territory is None:
        return own
    return territory.actor_of.get(name, name)


def _at(chain: Chain, buyer: Buyer) -> list[int]:
    """Return the buyer's refineries."""
    return [k for k, name in enumerate(chain.refiners) if name in buyer.members]


def _own(chain: Chain, stage: str, buyer: Buyer) -> float:
    pairs = zip(chain.nodes(stage), chain.quantity(stage), strict=True)
    return float(sum(tonnes for name, tonnes in pairs if name in buyer.members))


def _net_reliance(output: float, use: float) -> float:
    return 1.0 - output / use if use > 0 else float("nan")
