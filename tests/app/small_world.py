"""A world of three minerals and eight countries for tests of scenarios and commands."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from tests.market.small import PARAMETERS, chain

from oreacle.data.assumptions import read_assumed
from oreacle.data.schema import table_spec
from oreacle.world.chain import Chain
from oreacle.world.register import Measure
from oreacle.world.responsiveness import shared_parameters
from oreacle.world.snapshot import World
from oreacle.world.territory import Territory

COUNTRIES = {
    "AUS": "Australia",
    "CHN": "China",
    "CIV": "Côte d'Ivoire",
    "COD": "Democratic Republic of the Congo",
    "COG": "Congo",
    "DEU": "Germany",
    "FRA": "France",
    "IDN": "Indonesia",
    "JPN": "Japan",
    "USA": "United States",
    "ROW": "Rest of the world",
}
BLOCS = {"DEU": "EU", "FRA": "EU"}
FIRST_YEAR, LAST_YEAR = 2025, 2050


def small_world() -> World:
    """Return the world; its chains close and its markets solve."""
    chains = {
        "gallium": replace(_chain("gallium", "Gallium", "CHN", "JPN"), grade_refined="C"),
        "cobalt": _chain("cobalt", "Cobalt", "COD", "CHN"),
        "rare_earths_heavy": _chain(
            "rare_earths_heavy", "Heavy magnet rare earths (Dy, Tb)", "CHN", "AUS"
        ),
    }
    actor_of = {code: BLOCS.get(code, code) for code in COUNTRIES}
    return World(
        base_year=2024,
        as_of="2024-12-31",
        chains=chains,
        countries=pd.DataFrame(
            {
                "country": list(COUNTRIES),
                "name": list(COUNTRIES.values()),
                "actor": list(actor_of.values()),
                "gdp_usd": [1.0e12] * (len(COUNTRIES) - 1) + [np.nan],
                "gdp_year": [2024] * len(COUNTRIES),
                "source": "made up",
            }
        ),
        minerals=pd.DataFrame([_attributes(c) for c in chains.values()]),
        demand_paths=pd.DataFrame(
            [
                (mineral, scenario, year, 1.0)
                for mineral in chains
                for scenario in ("STEPS", "APS", "NZE")
                for year in range(2024, LAST_YEAR + 1)
            ],
            columns=["mineral", "scenario", "year", "index"],
        ),
        territory=Territory(actor_of),
        measures=(_measure("CHN-2023-gallium", "gallium"),),
        parameters=PARAMETERS,
        shared=shared_parameters(read_assumed("market_parameters")),
    )


def small_nodes() -> pd.DataFrame:
    """Return the table of nodes of the world."""
    return pd.DataFrame(
        [
            (name, stage, country, share * c.throughput, share, 2024, "reported", "high", "src")
            for name, c in small_world().chains.items()
            for stage in ("mined", "refined", "used")
            for country, share in c.shares(stage).items()
        ],
        columns=[
            "mineral",
            "stage",
            "country",
            "quantity_t",
            "share",
            "year",
            "basis",
            "confidence",
            "source",
        ],
    )


def small_table(name: str, _directory: Path | None = None) -> pd.DataFrame:
    """Return a table of the world; one that it does not need is empty."""
    if name == "nodes":
        return small_nodes()
    spec = table_spec(name)
    return pd.DataFrame(
        {c.name: pd.Series(dtype=object if c.is_text else float) for c in spec.columns}
    )


def _chain(mineral: str, name: str, leader: str, second: str) -> Chain:
    ore = np.array([[60.0, 10.0], [10.0, 20.0]])
    metal = np.array([[30.0, 20.0, 20.0], [10.0, 15.0, 5.0]])
    made = chain(
        ore,
        metal,
        ((leader, "AUS" if second != "AUS" else "USA"), (leader, second), ("USA", "JPN", "DEU")),
    )
    return replace(made, mineral=mineral, name=name)


def _attributes(c: Chain) -> dict[str, object]:
    return {
        "mineral": c.mineral,
        "name": c.name,
        "mined_form": "metal contained",
        "refined_form": "metal",
        "unit": "t",
        "price_refined_usd_per_t": c.price_refined,
        "price_refined_basis": "reported",
        "price_refined_source": "made up",
        "ore_value_share": 0.65,
        "ore_value_basis": "assumed",
        "freight_ore_usd_per_t": c.freight_ore,
        "freight_refined_usd_per_t": c.freight_refined,
        "freight_basis": "assumed",
        "supply_elasticity": c.supply_elasticity,
        "supply_elasticity_long_run": c.supply_elasticity_long_run,
        "demand_elasticity": c.demand_elasticity,
        "demand_elasticity_long_run": c.demand_elasticity_long_run,
        "elasticity_basis": "assumed",
        "lead_time_mine_years": c.lead_time_mine,
        "lead_time_refinery_years": c.lead_time_refinery,
        "recycled_total_t": 0.0,
        "recycled_counted": 0,
        "recycled_share_low": None,
        "recycled_share_high": None,
        "grade_ore": c.grade_ore,
        "grade_refined": c.grade_refined,
    }


def _measure(name: str, mineral: str) -> Measure:
    return Measure(
        name,
        "CHN",
        mineral,
        "refined",
        "export_licensing",
        (),
        0.1,
        "assumed",
        "2023-08",
        True,
        "made up",
    )
