"""What is wrong with a world, what in it is assumed, and where publishers disagree.

Does      Measures balances, and lists links without trade data, statistical differences, rival
          figures, output without a place, missing figures and assumptions.
Units     Residuals relative to throughput [1]; ratios [1]; shares [1].
Method    Reads the world and its tables; changes nothing.
Assumes   The tables loaded: faults of single rows are found when tables are read.
Not here  Checking files and checksums: see `oreacle.data.schema` and `oreacle.data.catalogue`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from oreacle.core.labels import REST_OF_WORLD
from oreacle.data.assumptions import ASSUMED_DIRECTORY, read_assumed
from oreacle.data.rows import text_rows
from oreacle.world.chain import CLOSURE, Chain
from oreacle.world.snapshot import World

LEAST_SHARE = 0.01
"""Rival figures of smaller producers are not listed [1]."""
LEAST_RATIO = 1.25
"""Publishers that differ by less are taken to agree [1]."""
LARGE_REST = 0.1
"""Share of a stage from which output without a place is listed [1]."""
KEY_COLUMNS = (
    "parameter",
    "mineral",
    "stage",
    "link",
    "exporter",
    "importer",
    "country",
    "code",
    "hs",
    "side",
    "event_id",
)
"""Columns of assumed tables that say what a value is of."""
BASIS_COLUMNS = {
    "nodes": "basis",
    "flows": "basis",
    "sectors": "basis",
    "demand_paths": "basis",
    "register": "strength_basis",
    "by_products": "basis",
}


@dataclass(frozen=True)
class Balance:
    """Largest misses of one mineral's matrices over its throughput [1]."""

    mineral: str
    ore: float
    refined: float

    @property
    def is_closed(self) -> bool:
        """True if both matrices close."""
        return max(self.ore, self.refined) <= CLOSURE


@dataclass(frozen=True)
class Rival:
    """A figure of a producer on which another publisher differs.

    Attributes
    ----------
    mineral, stage, country
        Which figure.
    used, source
        The figure in use and its source: output [t/yr] for mining, share [1] for refining.
    other, other_source, other_year
        The figure that differs most, its source and year.
    """

    mineral: str
    stage: str
    country: str
    used: float
    source: str
    other: float
    other_source: str
    other_year: int

    @property
    def ratio(self) -> float:
        """The rival figure over the one in use [1]."""
        return self.other / self.used


def balances(world: World) -> list[Balance]:
    """Return the residuals of every mineral."""
    return [_balance(chain) for chain in world.chains.values()]


def _balance(chain: Chain) -> Balance:
    size = chain.throughput
    ore = max(
        float(np.abs(chain.ore_flow.sum(axis=1) - chain.mined).max()),
        float(np.abs(chain.ore_flow.sum(axis=0) - chain.refined).max()),
    )
    supply = chain.refined + chain.recycled
    metal = max(
        float(np.abs(chain.refined_flow.sum(axis=1) - supply).max()),
        float(np.abs(chain.refined_flow.sum(axis=0) - chain.used).max()),
    )
    return Balance(chain.mineral, ore / size, metal / size)


def rivals(world: World) -> list[Rival]:
    """Return figures of the world's larger producers on which publishers differ, widest first.

    A publisher that prints no figure does not disagree; one that prints nil does not count.
    """
    table = world.table("alternatives")
    table = table.assign(figure=table["quantity_t"].fillna(table["share"]))
    table = table[table["figure"] > 0]
    found = []
    for (mineral, stage, country), rows in table.groupby(["mineral", "stage", "country"]):
        used, others = rows[rows["used"] == 1], rows[rows["used"] == 0]
        share = world.chain(str(mineral)).shares(str(stage)).get(str(country), 0.0)
        if len(used) == 0 or len(others) == 0 or share < LEAST_SHARE:
            continue
        figure = float(used["figure"].iloc[0])
        gap = np.abs(np.log(others["figure"].to_numpy(dtype=float) / figure))
        worst = others.iloc[int(gap.argmax())]
        if gap.max() >= np.log(LEAST_RATIO):
            found.append(
                Rival(
                    str(mineral),
                    str(stage),
                    str(country),
                    figure,
                    str(used["source"].iloc[0]),
                    float(worst["figure"]),
                    str(worst["source"]),
                    int(worst["year"]),
                )
            )
    return sorted(found, key=lambda rival: -abs(np.log(rival.ratio)))


def unplaced(world: World) -> list[tuple[str, str, float]]:
    """Return (mineral, stage, share) of output that lies nowhere in particular, largest first."""
    found = [
        (chain.mineral, stage, chain.shares(stage).get(REST_OF_WORLD, 0.0))
        for chain in world.chains.values()
        for stage in ("mined", "refined", "used")
    ]
    return sorted((row for row in found if row[2] >= LARGE_REST), key=lambda row: -row[2])


def differences(world: World) -> list[dict[str, str]]:
    """Return published totals over chain tonnes where both count the same thing and differ."""
    table = world.table("differences")
    same = table["note"].str.startswith("same unit") | (table["stage"] == "used")
    wide = (table["ratio"] - 1.0).abs() > 1e-6
    return text_rows(table[same & wide])


def missing_figures(world: World) -> list[str]:
    """Return sentences on countries for which a publisher has no figure."""
    countries = world.countries[world.countries["country"] != REST_OF_WORLD]
    named = set(countries["country"])
    sentences = []
    for name, column, what in (
        ("gdp", "country", "gross domestic product"),
        ("governance", "country", "political stability"),
        ("idealpoints", "country", "United Nations votes"),
    ):
        absent = sorted(named - set(world.table(name)[column]))
        if absent:
            note = "assumed instead" if name == "gdp" else "missing, not zero"
            sentences.append(f"no {what} for {', '.join(absent)}: {note}.")
    return sentences


def basis_counts(world: World) -> pd.DataFrame:
    """Return rows by table and basis: columns table, basis, rows."""
    parts = []
    for name, column in BASIS_COLUMNS.items():
        counts = world.table(name)[column].value_counts().sort_index()
        parts.append(
            pd.DataFrame({"table": name, "basis": counts.index, "rows": counts.to_numpy()})
        )
    return pd.concat(parts, ignore_index=True)


def assumptions() -> list[dict[str, str]]:
    """Return every stated assumption with a value: table, what, value, unit, reason."""
    found = []
    for path in sorted(ASSUMED_DIRECTORY.glob("*.csv")):
        table = read_assumed(path.stem)
        if not {"value", "reason"} <= set(table.columns):
            continue
        for row in text_rows(table):
            if row.get("basis", "assumed") == "assumed" and row["value"]:
                keys = [row[name] for name in KEY_COLUMNS if row.get(name)]
                found.append(
                    {
                        "table": path.stem,
                        "what": " ".join(keys),
                        "value": row["value"],
                        "unit": row.get("unit", ""),
                        "reason": row["reason"],
                    }
                )
    return found
