"""The world in the base year: an immutable, validated snapshot.

Does      Holds chains, countries, territory, policy register and parameters; reads the other
          tables of the base year when they are asked for.
Units     As in each part.
Method    None: a record; see `oreacle.world.load`.
Assumes   Base year 2024 in the embedded data.
Not here  The years before: see `oreacle.world.history`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from oreacle.core.errors import ScenarioError
from oreacle.core.labels import suggestion
from oreacle.data.store import read_table
from oreacle.world.by_products import ByProducts, by_products_from_table
from oreacle.world.chain import Chain
from oreacle.world.disruptions import Disruptions, load_disruptions
from oreacle.world.entrepots import Entrepots, load_entrepots
from oreacle.world.institutions import Institutions, load_institutions
from oreacle.world.inventories import Inventory, inventories
from oreacle.world.jurisdictions import Jurisdictions, load_jurisdictions
from oreacle.world.ownership import Ownership, load_ownership
from oreacle.world.parameters import MarketParameters
from oreacle.world.past_acts import PastActs, load_past_acts
from oreacle.world.register import Measure
from oreacle.world.responsiveness import UncertainParameter
from oreacle.world.routes import Routes, load_routes
from oreacle.world.routing.book import RouteNetwork
from oreacle.world.routing.changes import RouteChanges
from oreacle.world.routing.route_plan import RoutePlan
from oreacle.world.routing.routes_of_world import route_network
from oreacle.world.stockpiles import Stockpiles, load_stockpiles
from oreacle.world.territory import Territory
from oreacle.world.ties import Ties, load_ties


@dataclass(frozen=True)
class World:
    """What is where, who trades with whom, on what terms.

    Attributes
    ----------
    base_year
        Year of the snapshot.
    as_of
        Last day that the data cover, ISO date.
    chains
        Supply chain by mineral.
    countries, minerals
        Attribute tables as embedded (see `attributes.csv`).
    demand_paths
        Demand over base by mineral, scenario and year.
    territory
        Which actor each country belongs to.
    measures
        Policy register at the as-of date.
    parameters
        Behavioural parameters of the market.
    directory
        Folder of the tables that the world was made from; None for the default one.
    shared
        Behavioural parameters that all minerals share, with their intervals.
    """

    base_year: int
    as_of: str
    chains: Mapping[str, Chain]
    countries: pd.DataFrame
    minerals: pd.DataFrame
    demand_paths: pd.DataFrame
    territory: Territory
    measures: tuple[Measure, ...]
    parameters: MarketParameters
    directory: Path | None = None
    shared: tuple[UncertainParameter, ...] = ()

    def __getstate__(self) -> dict[str, Any]:
        """Pickle without what is made from the tables on demand: workers make it again."""
        made = ("route_network", "route_plans")
        return {name: value for name, value in vars(self).items() if name not in made}

    def table(self, name: str) -> pd.DataFrame:
        """Return one of the tables that the world was made from.

        Raises
        ------
        DataError
            ORE-DAT-002 if it is missing; ORE-DAT-003 if no table has that name.
        """
        return read_table(name, self.directory)

    @property
    def institutions(self) -> Institutions:
        """Clubs with the dates of their members."""
        return load_institutions(self.directory)

    @property
    def ownership(self) -> Ownership:
        """Who owns mines and refineries."""
        return load_ownership(self.directory)

    @property
    def ties(self) -> Ties:
        """Distance, votes, alliances, agreements and rivalries between countries."""
        return load_ties(self.directory)

    @property
    def past_acts(self) -> PastActs:
        """Past agreements, sanctions and disputes between actors."""
        return load_past_acts(self.directory)

    @property
    def jurisdictions(self) -> Jurisdictions:
        """Tax, permitting, risk and hazards by country."""
        return load_jurisdictions(self.directory)

    @property
    def routes(self) -> Routes:
        """Chokepoints, corridors, gateways and freight quotations."""
        return load_routes(self.directory)

    @cached_property
    def route_network(self) -> RouteNetwork:
        """Sea lanes, land ways and gateways, from which routes are planned."""
        return route_network(self.chains, self.directory)

    @cached_property
    def route_plans(self) -> dict[tuple[str, str, RouteChanges], RoutePlan]:
        """Route plans made so far, by mineral, kind of link and changes."""
        return {}

    @property
    def disruptions(self) -> Disruptions:
        """Past disruptions of mines, plants and routes, and their rates."""
        return load_disruptions(self.directory)

    @property
    def entrepots(self) -> Entrepots:
        """Through whose customs flows of the base year went."""
        return load_entrepots(self.directory)

    @property
    def by_products(self) -> ByProducts:
        """Which minerals come with which hosts.

        Raises
        ------
        DataError
            ORE-DAT-049 if hosts form a cycle or a row is out of bounds.
        """
        return by_products_from_table(self.table("by_products"))

    @property
    def stockpiles(self) -> Stockpiles:
        """Stocks that governments hold or aim at."""
        return load_stockpiles(self.directory)

    def inventories(self, mineral: str) -> tuple[Inventory, ...]:
        """Return stocks of a mineral by country, private and strategic.

        Raises
        ------
        ScenarioError
            ORE-SCN-002 if the mineral is unknown.
        """
        return inventories(self.chain(mineral), self.stockpiles)

    @property
    def economies(self) -> dict[str, float]:
        """Gross domestic product by country [USD/yr]; empty if the tables have none."""
        table = self.countries
        if "gdp_usd" not in table:
            return {}
        sizes = zip(table["country"].astype(str), table["gdp_usd"].astype(float), strict=True)
        return dict(sizes)

    @property
    def mineral_names(self) -> tuple[str, ...]:
        """Mineral slugs in the order of the table."""
        return tuple(self.chains)

    @property
    def base_measures(self) -> tuple[Measure, ...]:
        """Measures that shaped base-year trade."""
        return tuple(m for m in self.measures if m.in_base)

    @property
    def new_measures(self) -> tuple[Measure, ...]:
        """Measures in force at the as-of date that base-year trade does not show yet."""
        return tuple(m for m in self.measures if not m.in_base)

    def chain(self, mineral: str) -> Chain:
        """Return the chain of a mineral.

        Raises
        ------
        ScenarioError
            ORE-SCN-002 if it is unknown, with the nearest valid names.
        """
        if mineral in self.chains:
            return self.chains[mineral]
        raise ScenarioError(
            "ORE-SCN-002",
            f"unknown mineral '{mineral}'.",
            why="nothing is known about its supply chain.",
            fix=f"{suggestion(mineral, self.chains)} `oreacle world minerals` shows all.".strip(),
        )

    def uncertainty(self, mineral: str) -> tuple[UncertainParameter, ...]:
        """Return every behavioural parameter of a mineral's market with its 90 % interval.

        First what the mineral has of its own (substitution of ore and refined product, supply,
        demand, weights of absent links), then what all minerals share.

        Raises
        ------
        ScenarioError
            ORE-SCN-002 if the mineral is unknown.
        """
        own = self.chain(mineral).responsiveness
        return (*(own.parameters() if own is not None else ()), *self.shared)
