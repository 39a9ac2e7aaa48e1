"""Who uses what in the base year.

Does      Makes one vector of use per mineral, with blocks split among their countries.
Units     Chain tonnes times the published total of use where there is one.
Method    One source of shares per mineral; the European Union is split among its members and
          the residual among countries that the source does not name, by apparent use (refined
          output plus net imports) blended with gross domestic product, or by the product alone
          where refined trade is not observed; by population for fertiliser. The rest of the
          world keeps the part of the residual that it is of all countries not named.
Assumes   The first use counts: magnets, cathode, steel, not cars.
Not here  Sectors and growth: see `demand`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from oreacle.core.errors import DataError
from oreacle.data.assumptions import read_assumed
from oreacle.data.base.chains import BASE_YEAR, ChainSpec
from oreacle.data.base.countries import LEAST_SHARE, rest_of_world
from oreacle.data.base.margins import Throughput
from oreacle.data.base.production import VECTOR
from oreacle.data.codes import eu_members
from oreacle.data.readers.facts import read_uses

USE_UNIT = "share of world refined use"
USE_SOURCE = "compiled-use-estimates"
OBSERVED_GRADES = ("A", "B")


@dataclass(frozen=True)
class SplitWeights:
    """Apparent use by mineral [chain t], sizes of countries (gdp, population), the explicit."""

    apparent: dict[str, pd.Series]
    sizes: dict[str, pd.Series]
    explicit: tuple[str, ...]

    def size(self, mineral: str) -> pd.Series:
        """Return the size that a mineral's blocks are split by: product, or as stated."""
        table = read_assumed("use_split").set_index("mineral")["by"]
        return self.sizes[str(table.get(mineral, "gdp"))]


def published_shares(sources: Path, minerals: list[str]) -> pd.DataFrame:
    """Return the one published vector of use shares of each mineral.

    Returns
    -------
    DataFrame
        mineral, country (codes, EU, ROW), share [1], year, basis, confidence. Shares of one
        mineral add to one; a residual that the source leaves out is ROW.

    Raises
    ------
    DataError
        ORE-DAT-044 if a mineral has no vector, or one that adds to more than one.
    """
    facts = read_uses(sources)
    rules = read_assumed("use_sources").astype(str).set_index("mineral")
    parts = []
    for mineral in minerals:
        if mineral in rules.index:
            rule = rules.loc[mineral]
            rows = _rows(facts, str(rule["key"]), str(rule["dimension"]), str(rule["unit"]))
        else:
            rows = _rows(facts, mineral, "country_consumption", USE_UNIT)
        parts.append(_closed(mineral, rows))
    return pd.concat(parts, ignore_index=True)


def named_users(shares: pd.DataFrame) -> set[str]:
    """Return countries that a source names with at least 0.5 % of a mineral's use."""
    return set(shares.loc[shares["share"] >= LEAST_SHARE, "country"]) - {"EU", "ROW"}


def apparent_use(chain: ChainSpec, refined: pd.DataFrame, trade: pd.DataFrame) -> pd.Series:
    """Return refined output plus net imports by country, never below zero.

    Parameters
    ----------
    chain
        Definition; without observed refined trade the result is empty.
    refined : DataFrame [chain t]
        country, quantity_t of this mineral.
    trade : DataFrame [chain t]
        exporter, importer, tonnes of the refined link.
    """
    if chain.grade_refined not in OBSERVED_GRADES or chain.measure_refined == "pattern":
        return pd.Series(dtype=float)
    output = refined.groupby("country")["quantity_t"].sum()
    inflow = trade.groupby("importer")["tonnes"].sum()
    outflow = trade.groupby("exporter")["tonnes"].sum()
    use = output.add(inflow, fill_value=0.0).sub(outflow, fill_value=0.0)
    return use.clip(lower=0.0).drop("ROW", errors="ignore")


def totals_of_use(sizes: Mapping[str, Throughput]) -> dict[str, float]:
    """Return the world's use of every mineral [chain t].

    The published total where there is one, with recycled supply on top where it leaves that
    out; else all that reaches users.
    """
    published = read_assumed("use_totals").set_index("mineral")
    totals = {}
    for mineral, size in sizes.items():
        totals[mineral] = size.total
        if mineral in published.index:
            beside = 0.0 if bool(published.at[mineral, "holds_recycled"]) else size.recycled
            totals[mineral] = float(str(published.at[mineral, "value"])) + beside
    return totals


def used_vectors(
    shares: pd.DataFrame, weights: SplitWeights, totals: dict[str, float]
) -> pd.DataFrame:
    """Return use of every mineral by explicit country and ROW.

    Parameters
    ----------
    shares
        As from `published_shares`.
    weights
        What blocks are split by.
    totals
        World use by mineral [chain t].

    Returns
    -------
    DataFrame
        `VECTOR` with stage used.
    """
    parts = [
        _split(str(mineral), rows, weights, totals[str(mineral)])
        for mineral, rows in shares.groupby("mineral", sort=False)
    ]
    return pd.concat(parts, ignore_index=True)[VECTOR]


def _split(mineral: str, rows: pd.DataFrame, weights: SplitWeights, total: float) -> pd.DataFrame:
    """Return one mineral's vector with EU and ROW split."""
    named = rows[~rows["country"].isin(["EU", "ROW"])]
    listed = set(named["country"])
    members = eu_members()
    eu_share = float(rows.loc[rows["country"] == "EU", "share"].sum())
    rest_share = float(rows.loc[rows["country"] == "ROW", "share"].sum())
    # Countries that are not explicit fall to the rest of the world.
    outside = named[~named["country"].isin(weights.explicit)]
    direct = named[named["country"].isin(weights.explicit)]
    shares: dict[str, float] = dict(zip(direct["country"], direct["share"], strict=True))
    in_eu = [code for code in weights.explicit if code in members and code not in listed]
    _add(shares, split_block(mineral, eu_share, in_eu, weights))
    block_covered = eu_share > 0
    others = [
        code
        for code in weights.explicit
        if code not in listed and not (block_covered and code in members)
    ]
    kept = rest_share * _rest_part(others, weights, mineral)
    _add(shares, split_block(mineral, rest_share - kept, others, weights))
    _add(shares, {"ROW": kept + float(outside["share"].sum())})
    table = pd.DataFrame({"country": list(shares), "share": list(shares.values())})
    source = rows.iloc[0]
    reported = table["country"].isin(set(direct["country"]))
    return table.assign(
        mineral=mineral,
        stage="used",
        quantity_t=table["share"] * total,
        year=int(source["year"]),
        basis=reported.map({True: str(source["basis"]), False: "derived"}),
        confidence=reported.map({True: str(source["confidence"]), False: "low"}),
        source=USE_SOURCE,
    )


def split_block(
    mineral: str, share: float, countries: list[str], weights: SplitWeights
) -> dict[str, float]:
    """Return a block's share split among countries by apparent use and gross product.

    The weight of a country is ``(1 - b) use/sum(use) + b gdp/sum(gdp)`` with b the stated
    blend; b is 1 where there is no apparent use. Stated weights replace both.
    """
    if share <= 0 or not countries:
        return {}
    stated = stated_weights(mineral)
    if not stated.empty:
        part = stated.reindex(countries).fillna(0.0)
    else:
        size = weights.size(mineral).reindex(countries).fillna(0.0)
        part = size / size.sum()
        use = weights.apparent.get(mineral, pd.Series(dtype=float)).reindex(countries).fillna(0.0)
        if use.sum() > 0:
            blend = _parameter("gdp_blend")
            part = (1.0 - blend) * use / use.sum() + blend * part
    return {str(code): share * float(value) for code, value in (part / part.sum()).items()}


def stated_weights(mineral: str) -> pd.Series:
    """Return hand-stated weights of a mineral's unnamed users, empty if there are none."""
    table = read_assumed("use_weights")
    return table[table["mineral"] == mineral].set_index("country")["value"].astype(float)


def _rest_part(others: list[str], weights: SplitWeights, mineral: str) -> float:
    """Return the part of the residual that stays with the rest of the world."""
    stated = stated_weights(mineral)
    if not stated.empty:
        outside = stated[~stated.index.isin(others)]
        return float(outside.sum() / stated.sum())
    size = weights.size(mineral)
    rest = rest_of_world(list(weights.explicit), size)
    return rest / (rest + float(size.reindex(others).fillna(0.0).sum()))


def _rows(facts: pd.DataFrame, key: str, dimension: str, unit: str) -> pd.DataFrame:
    rows = facts[(facts["mineral"] == key) & (facts["dimension"] == dimension)]
    rows = rows[rows["unit"].str.startswith(unit) & (rows["year"] <= BASE_YEAR)]
    rows = rows[rows["year"] == rows["year"].max()]
    latest: pd.DataFrame = rows.drop_duplicates(["key"]).rename(columns={"key": "country"})
    return latest


def _closed(mineral: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Return shares that add to one, the missing part as ROW.

    Where a source lists the European Union beside its larger members, the members stand and
    the Union keeps what they leave.
    """
    columns = ["country", "share", "year", "basis", "confidence"]
    table = rows[columns].assign(mineral=mineral)
    members = table["country"].isin(eu_members())
    union = table["country"] == "EU"
    if members.any() and union.any():
        left = float(table.loc[union, "share"].sum() - table.loc[members, "share"].sum())
        table.loc[union, "share"] = max(left, 0.0)
    total = float(table["share"].sum())
    if table.empty or total > 1.05:
        raise DataError(
            "ORE-DAT-044",
            f"use shares of '{mineral}' add to {total:.3f} over {len(table)} rows.",
            why="two sources, or a block and its members, would be counted together.",
            fix="name one source in `assumed/use_sources.csv`.",
        )
    if total >= 1.0:
        return table.assign(share=table["share"] / total)
    rest = table["country"] == "ROW"
    if rest.any():
        return table.assign(share=table["share"] + (1.0 - total) * rest)
    row = table.iloc[[0]].assign(country="ROW", share=1.0 - total, basis="derived")
    return pd.concat([table, row], ignore_index=True)


def _add(shares: dict[str, float], more: dict[str, float]) -> None:
    for code, value in more.items():
        shares[code] = shares.get(code, 0.0) + value


def _parameter(name: str) -> float:
    table = read_assumed("gravity").set_index("parameter")["value"]
    return float(table[name])
