"""The exposure of a buyer in one record: one mineral, or all of them by risk.

Does      Gathers use, suppliers by refinery, customs and origin, dependence, failure points and
          coverage, with the grade of the trade data they rest on.
Units     Shares of the buyer's use (dimensionless); use in t/yr.
Method    As in the modules that compute each part.
Assumes   Minerals are ordered by what is left when the worst place abroad stops mining and
          refining, then by the share that is not home-made throughout.
Not here  The parts themselves: see `oreacle.world.exposure`, `failure_points` and `customs`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import xarray as xr

from oreacle.world.chain import Chain
from oreacle.world.customs import customs_suppliers
from oreacle.world.exposure import (
    Buyer,
    Dependence,
    by_place,
    dependence,
    find_buyer,
    is_user,
    look_through,
    purchases,
)
from oreacle.world.failure_points import (
    LEAST_LOSS,
    Coverage,
    buyer_coverage,
    single_points,
    world_coverage,
)
from oreacle.world.snapshot import World
from oreacle.world.territory import Territory

GRADE_WORDS = {
    "A": "trade observed",
    "B": "trade partly observed",
    "C": "no trade data: pairs of countries rest on distance and sourcing evidence",
    "N": "no traded ore: mine and refinery are one",
}


@dataclass(frozen=True)
class Exposure:
    """What a buyer takes of one mineral, and what it rests on.

    Attributes
    ----------
    mineral, buyer
        What, and who.
    use_t, use_share
        Use [t/yr], and its share of world use [1].
    grade_ore, grade_refined
        Data grades of the flows.
    refiners, origins
        Share of the use by trade actor of the refinery, and of the mine; largest first [1].
    through
        DataArray (origin, exporter) in t/yr: whose ore through whose refineries.
    customs
        Sellers by customs beside the place of refining, as from `customs_suppliers`.
    dependence
        How much comes from abroad.
    points
        Single points of failure, as from `single_points`.
    coverage, world
        Supply left when the largest supplier stops: for the buyer, and for the world.
    """

    mineral: str
    buyer: Buyer
    use_t: float
    use_share: float
    grade_ore: str
    grade_refined: str
    refiners: pd.Series
    origins: pd.Series
    through: xr.DataArray
    customs: pd.DataFrame
    dependence: Dependence
    points: pd.DataFrame
    coverage: tuple[Coverage, ...]
    world: tuple[Coverage, ...]

    @property
    def worst(self) -> Coverage:
        """Return what is left when the worst place abroad stops mining and refining."""
        return next(item for item in self.coverage if item.stage == "both")


def exposure(
    chain: Chain,
    territory: Territory,
    name: str,
    *,
    entrepots: pd.DataFrame | None = None,
    control: Mapping[str, xr.DataArray] | None = None,
    spare: Mapping[str, xr.DataArray] | None = None,
    threshold: float = LEAST_LOSS,
) -> Exposure:
    """Return the exposure of a country or actor to one mineral.

    Parameters
    ----------
    chain, territory
        A supply chain, and which actor each country belongs to.
    name
        Country, or an actor such as ``EU``.
    entrepots
        As in `customs_suppliers`; None: everything goes direct.
    control
        As in `single_points`: owners of output by country, for a stage.
    spare
        As in `buyer_coverage`.
    threshold
        Least loss of a single point of failure [1].

    Raises
    ------
    ScenarioError
        ORE-SCN-003 if the name is unknown.
    DataError
        ORE-DAT-088 if the chain does not show the buyer's use; ORE-DAT-089 on wrong inputs.
    """
    buyer = find_buyer(territory, name)
    through = look_through(chain, buyer)
    use = float(through.sum())
    return Exposure(
        mineral=chain.mineral,
        buyer=buyer,
        use_t=use,
        use_share=use / float(chain.used.sum()),
        grade_ore=chain.grade_ore,
        grade_refined=chain.grade_refined,
        refiners=by_place(purchases(chain, buyer), buyer, territory),
        origins=by_place(through.sum("exporter"), buyer, territory),
        through=through,
        customs=customs_suppliers(chain, buyer, territory, entrepots),
        dependence=dependence(chain, buyer),
        points=single_points(chain, buyer, territory, threshold=threshold, control=control),
        coverage=buyer_coverage(chain, buyer, territory, spare=spare),
        world=world_coverage(chain, territory, spare=spare),
    )


def exposures(
    world: World, name: str, *, entrepots: pd.DataFrame | None = None
) -> tuple[Exposure, ...]:
    """Return the exposure to every mineral whose chain shows the buyer's use, the worst first.

    Raises
    ------
    ScenarioError
        ORE-SCN-003 if the name is unknown.
    """
    buyer = find_buyer(world.territory, name)
    found = [
        exposure(chain, world.territory, name, entrepots=entrepots)
        for chain in world.chains.values()
        if is_user(chain, buyer)
    ]
    return tuple(
        sorted(found, key=lambda e: (round(e.worst.left, 6), -e.dependence.not_home_throughout))
    )


def grade_statement(item: Exposure) -> str:
    """Return in words what the shares rest on.

    Examples
    --------
    >>> from oreacle.world.load import load_world
    >>> world = load_world()
    >>> grade_statement(exposure(world.chain("zinc"), world.territory, "JPN"))
    'ore A, trade observed; refined C, no trade data: pairs of countries rest on distance and
    sourcing evidence'
    """
    return (
        f"ore {item.grade_ore}, {GRADE_WORDS[item.grade_ore]}; "
        f"refined {item.grade_refined}, {GRADE_WORDS[item.grade_refined]}"
    )
