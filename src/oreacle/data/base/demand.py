"""What minerals are used for, and how use grows.

Does      Makes the tables `sectors` and `demand_paths`.
Units     Shares of world use; index of demand, base year 1.
Method    Seven harmonised sector groups, the residual to "other". Paths of the published
          scenarios, between the published years interpolated in logarithms; minerals without
          one grow at stated rates, the same in every scenario.
Assumes   Nothing beyond the last published year; where a path is damped the table of growth
          says from which year and why.
Not here  Price response: see `oreacle.market`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from oreacle.core.errors import DataError
from oreacle.core.labels import SECTORS
from oreacle.data.assumptions import read_assumed
from oreacle.data.base.chains import BASE_YEAR
from oreacle.data.readers.facts import read_scenarios, read_uses

SECTOR_SLUGS = {
    "EV_battery": "ev_storage",
    "grid_renewables": "grid_renewables",
    "electronics_semiconductors": "electronics",
    "defence_aerospace": "defence_aerospace",
    "steel_alloys": "steel",
    "chemicals": "chemicals",
    "other": "other",
}
SCENARIOS = ("STEPS", "APS", "NZE")
LAST_YEAR = 2050
RARE_EARTHS = {"rare_earths_light": "rare_earths_magnet", "rare_earths_heavy": "rare_earths_magnet"}
PATH_SOURCES = {
    "total_demand": ("reported", "iea-critical-minerals-2025"),
    "total_demand_assumed": ("assumed", "iea-critical-minerals-2025; other uses +2 %/yr assumed"),
}


def sectors_table(sources: Path, minerals: list[str]) -> pd.DataFrame:
    """Return the table `sectors`: shares of world use that add to one for every mineral.

    Raises
    ------
    DataError
        ORE-DAT-025 on an unknown group, a mineral without groups, or shares above one.
    """
    facts = read_uses(sources)
    rows = facts[(facts["dimension"] == "sector_group") & facts["mineral"].isin(minerals)]
    unknown = sorted(set(rows["sector_group"]) - set(SECTOR_SLUGS))
    absent = sorted(set(minerals) - set(rows["mineral"]))
    sums = rows.groupby("mineral")["share"].sum()
    above = sorted(sums[sums > 1.0 + 1e-6].index)
    if unknown or absent or above:
        raise DataError(
            "ORE-DAT-025",
            f"sector groups unknown: {unknown}; minerals without: {absent}; above one: {above}.",
            why="shares scaled or dropped silently would move demand between sectors.",
            fix="mend the rows of dimension sector_group in the demand table.",
        )
    table = pd.DataFrame(
        {
            "mineral": rows["mineral"],
            "sector": rows["sector_group"].map(SECTOR_SLUGS),
            "share": rows["share"],
            "basis": rows["basis"],
            "source": "compiled-use-estimates: " + rows["source"],
        }
    )
    return _with_residual(table, 1.0 - sums)


def _with_residual(table: pd.DataFrame, residual: pd.Series) -> pd.DataFrame:
    left = residual[residual > 1e-12]
    extra = pd.DataFrame(
        {
            "mineral": left.index,
            "sector": "other",
            "share": left.to_numpy(),
            "basis": "derived",
            "source": "residual",
        }
    )
    joined = pd.concat([table, extra], ignore_index=True) if len(extra) else table
    grouped = joined.groupby(["mineral", "sector"], as_index=False).agg(
        share=("share", "sum"), basis=("basis", "first"), source=("source", "first")
    )
    return grouped.assign(sector=pd.Categorical(grouped["sector"], SECTORS).astype(str))


def demand_paths_table(sources: Path, minerals: list[str]) -> pd.DataFrame:
    """Return the table `demand_paths`: yearly index of use to 2050 by scenario.

    Raises
    ------
    DataError
        ORE-DAT-026 if a mineral has neither a published path nor a stated growth rate.
    """
    facts = read_scenarios(sources)
    facts = facts[(facts["base_year"] == BASE_YEAR) & facts["scope"].isin(PATH_SOURCES)]
    facts = facts.rename(columns={"index": "index_of_base"})
    growth = read_assumed("demand_growth")
    parts = []
    for mineral in minerals:
        stated = growth[growth["mineral"] == mineral].sort_values("from_year")
        published = facts[facts["mineral"] == RARE_EARTHS.get(mineral, mineral)]
        for scenario in SCENARIOS:
            path = published[published["scenario"] == scenario].sort_values("year")
            if path.empty and stated.empty:
                raise _no_path(mineral, scenario)
            parts.append(_path(mineral, scenario, path, stated))
    return pd.concat(parts, ignore_index=True)


def interpolated(years: list[int], index: list[float], wanted: list[int]) -> list[float]:
    """Return an index between its known years, linear in logarithms.

    Examples
    --------
    >>> [round(value, 6) for value in interpolated([2024, 2026], [1.0, 4.0], [2024, 2025, 2026])]
    [1.0, 2.0, 4.0]
    """
    return [float(value) for value in np.exp(np.interp(wanted, years, np.log(index)))]


def _path(
    mineral: str, scenario: str, published: pd.DataFrame, stated: pd.DataFrame
) -> pd.DataFrame:
    """Return one path: published as far as it is used, then stated growth."""
    years, index = [BASE_YEAR], [1.0]
    stop = int(stated["from_year"].min()) if len(stated) else LAST_YEAR
    for row in published[published["year"] <= stop].to_dict("records"):
        years.append(int(row["year"]))
        index.append(float(row["index_of_base"]))
    basis, source = ("assumed", "assumed/demand_growth")
    if len(years) > 1:
        basis, source = PATH_SOURCES[str(published["scope"].iloc[0])]
    for row in stated.to_dict("records"):
        later = stated.loc[stated["from_year"] > row["from_year"], "from_year"]
        until = int(later.min()) if len(later) else LAST_YEAR
        start = float(interpolated(years, index, [int(row["from_year"])])[0])
        years.append(until)
        index.append(start * (1.0 + float(row["growth_rate"])) ** (until - int(row["from_year"])))
    wanted = list(range(BASE_YEAR, max(years) + 1))
    values = interpolated(years, index, wanted)
    damped = len(published) > 0 and len(stated) > 0
    return pd.DataFrame(
        {
            "mineral": mineral,
            "scenario": scenario,
            "year": wanted,
            "index": values,
            "basis": [
                "derived" if basis == "reported" and y not in years else basis for y in wanted
            ],
            "source": [
                f"{source}; assumed/demand_growth" if damped and y > stop else source
                for y in wanted
            ],
        }
    )


def _no_path(mineral: str, scenario: str) -> DataError:
    return DataError(
        "ORE-DAT-026",
        f"no demand path for '{mineral}' in scenario {scenario}.",
        why="its use would silently stay as it is.",
        fix="state a growth rate in `assumed/demand_growth.csv`.",
    )
