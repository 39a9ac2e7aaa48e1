"""The world as its trade was in a past year, in the shape of the base-year world.

Does      Makes a world with one validated chain for each mineral that the history allows, so
          that a market clears in it; says why others are absent and how each part is known.
Units     As `World`; prices in nominal USD of the year.
Method    See `oreacle.world.past_chains`: output and trade of the year, levels tied to the base
          year.
Assumes   Members of the European Union are those of the year; responses, stocks in days of use,
          routes and gross freight are those of the base year. No measure and no entrepot is in it:
          strengths of links are as traded under whatever was in force then.
Not here  The yearly tables themselves: see `oreacle.world.history`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from oreacle.core.errors import DataError
from oreacle.core.labels import REST_OF_WORLD
from oreacle.data.codes import EUROPEAN_UNION, eu_members
from oreacle.data.store import FolderState, folder_state, read_table, tables_directory
from oreacle.world.chain import Chain
from oreacle.world.entrepots import Entrepots
from oreacle.world.history import LAST_YEAR, load_history
from oreacle.world.history_trade import FIRST_YEAR
from oreacle.world.load import load_world
from oreacle.world.past_chains import PastInputs, PastRecord, past_chain
from oreacle.world.past_evidence import Unknown
from oreacle.world.snapshot import World
from oreacle.world.stockpiles import Stockpiles
from oreacle.world.territory import Territory


@dataclass(frozen=True)
class PastWorld(World):
    """A world of a past year.

    Attributes
    ----------
    absent
        Why a mineral has no chain in the year, by mineral.
    records
        How each chain is known, by mineral.
    lacking
        Links that trade of the year does not show, by mineral and link.
    """

    absent: Mapping[str, str] = field(default_factory=dict)
    records: Mapping[str, PastRecord] = field(default_factory=dict)
    lacking: Mapping[str, Mapping[str, np.ndarray]] = field(default_factory=dict)

    @property
    def entrepots(self) -> Entrepots:
        """None: flows of a past year go direct."""
        return Entrepots({})

    @property
    def stockpiles(self) -> Stockpiles:
        """None: what governments held then is not known."""
        return Stockpiles(())

    def table(self, name: str) -> pd.DataFrame:
        """Return a table; `flows` is that of the past chains, others are of the base year."""
        return past_flows(self) if name == "flows" else World.table(self, name)

    def chain(self, mineral: str) -> Chain:
        """Return the chain of a mineral.

        Raises
        ------
        DataError
            ORE-DAT-141 if the data of the year do not allow it.
        ScenarioError
            ORE-SCN-002 if the mineral is unknown.
        """
        if mineral in self.absent:
            raise DataError(
                "ORE-DAT-141",
                f"the world of {self.base_year} has no chain of {mineral}: {self.absent[mineral]}.",
                why="missing is not zero: a market without these data would be made up.",
                fix="`past_coverage(year)` lists what is known of each year; try a later one.",
            )
        return World.chain(self, mineral)


def world_in(year: int, directory: Path | None = None) -> PastWorld:
    """Return the world as its trade was in a year.

    Parameters
    ----------
    year
        1995 to the base year; the base year is rebuilt by the same method, for comparison.
    directory
        Folder of tables; None for ``OREACLE_DATA`` or the embedded ones.

    Raises
    ------
    DataError
        ORE-DAT-140 if the year is outside the history.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise DataError(
            "ORE-DAT-140",
            f"no world can be made for {year}.",
            why="trade by country is known from 1995 to the base year.",
            fix=f"name a year from {FIRST_YEAR} to {LAST_YEAR}; refined products of most "
            "minerals from 2002.",
        )
    folder = tables_directory(directory)
    return _world_in(int(year), folder, folder_state(folder))


def past_coverage(year: int, directory: Path | None = None) -> pd.DataFrame:
    """Return what is known of each mineral in a year.

    Returns
    -------
    DataFrame
        mineral, mined, refined, ore_trade, refined_trade, size, price (how each is known),
        grade (A to C; "" if absent) and absent (why there is no chain, "" if there is one).

    Raises
    ------
    DataError
        ORE-DAT-140 as `world_in`.
    """
    world = world_in(year, directory)
    rows = []
    for mineral in world.minerals["mineral"]:
        record = world.records.get(mineral)
        known = {} if record is None else vars(record)
        grade = "" if record is None else record.grade
        why = world.absent.get(mineral, "")
        rows.append({"mineral": mineral, **known, "grade": grade, "absent": why})
    names = [*PastRecord.__dataclass_fields__, "grade", "absent"]
    return pd.DataFrame(rows).reindex(columns=["mineral", *names]).fillna("")


def past_flows(world: PastWorld) -> pd.DataFrame:
    """Return flows of all chains: mineral, link, exporter, importer, quantity_t [t/yr], basis."""
    parts = []
    for mineral, chain in world.chains.items():
        for link, tails, heads, flow in (
            ("ore", chain.miners, chain.refiners, chain.ore_flow),
            ("refined", chain.refiners, chain.users, chain.refined_flow),
        ):
            i, j = np.nonzero(flow > 0)
            seller, buyer = np.array(tails)[i], np.array(heads)[j]
            lacks = world.lacking[mineral][link]
            basis = np.where(lacks[i, j], "prior", "trade")
            basis = np.where(seller == buyer, "domestic", basis)
            columns = {"exporter": seller, "importer": buyer, "quantity_t": flow[i, j]}
            parts.append(
                pd.DataFrame({"mineral": mineral, "link": link, **columns, "basis": basis})
            )
    return pd.concat(parts, ignore_index=True)


@lru_cache(maxsize=32)
def _world_in(year: int, folder: Path, _state: FolderState) -> PastWorld:
    base = load_world(folder)
    openings = read_table("openings", folder).set_index("link")["calm_weight"]
    explicit = frozenset(base.countries["country"]) - {REST_OF_WORLD}
    inputs = PastInputs(
        load_history(folder),
        year,
        explicit,
        {str(link): float(weight) for link, weight in openings.items()},
        _growth(read_table("gdp", folder), year),
    )
    chains, records, absent, lacking = {}, {}, {}, {}
    for mineral, chain in base.chains.items():
        try:
            made, record, lacks = past_chain(chain, inputs)
        except Unknown as reason:
            absent[mineral] = str(reason)
            continue
        chains[mineral], records[mineral] = made, record
        lacking[mineral] = {"ore": _widened(lacks["ore"], made), "refined": lacks["refined"]}
    return PastWorld(
        base_year=year,
        as_of=f"{year}-12-31",
        chains=chains,
        countries=base.countries.assign(
            actor=base.countries["country"].map(_actors(base.territory, year))
        ),
        minerals=base.minerals,
        demand_paths=base.demand_paths,
        territory=Territory(_actors(base.territory, year)),
        measures=(),
        parameters=base.parameters,
        directory=folder,
        shared=base.shared,
        absent=absent,
        records=records,
        lacking=lacking,
    )


def _widened(lacks: np.ndarray, chain: Chain) -> np.ndarray:
    """Return links of ore that trade lacks over all refiners, recyclers included."""
    wide = np.zeros(chain.ore_flow.shape, dtype=bool)
    wide[:, np.flatnonzero(chain.refined > 0)] = lacks
    return wide


def _actors(territory: Territory, year: int) -> dict[str, str]:
    """Return the actor of each country by the members of the European Union in the year."""
    members = eu_members(year)
    return {
        code: EUROPEAN_UNION if code in members else (code if actor == EUROPEAN_UNION else actor)
        for code, actor in territory.actor_of.items()
    }


def _growth(gdp: pd.DataFrame, year: int) -> pd.Series:
    """Return gross product over its last year by country, that of all together for ROW [1]."""
    wide = gdp.pivot_table(index="country", columns="year", values="gdp_usd")
    last = wide.ffill(axis=1).iloc[:, -1]
    then = wide[min(year, int(wide.columns.max()))]
    ratio = then / last
    both = then.notna() & last.notna()
    ratio[REST_OF_WORLD] = float(then[both].sum() / last[both].sum())
    return ratio
