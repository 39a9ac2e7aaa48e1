"""History as dense arrays: one axis per year, actor, mineral and stage.

Does      Holds the arrays that the features of any past year are cut from, and builds them.
Units     Shares [1]; prices as log changes; GDP as a log share of the world's; distance in log km.
Method    See `oreacle.engine.history_arrays`. Stand-ins for countries that a publisher leaves
          out come from `assumed/actor_stand_ins.csv`, each with its reason.
Assumes   Blocs have the members of the base year in all years, with the weights of `WEIGHT_YEAR`:
          gross product of the base year would carry growth from after an origin into its forecast.
Not here  What was known when: see `.history_inputs`; acts: `oreacle.engine.acts.coding`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from oreacle.core.errors import DataError
from oreacle.core.labels import REST_OF_WORLD
from oreacle.engine.history_arrays import (
    log_distance,
    log_share,
    member_weights,
    price_changes,
    share_array,
    spell_array,
    trade_array,
    yearly_array,
)

FIRST_YEAR = 1995
WEIGHT_YEAR = FIRST_YEAR
"""Year whose gross product weights the members of a bloc: before any origin, and the first in which
all members of the European Union are known [year]."""
STAND_INS_FILE = Path(__file__).parents[1] / "data" / "assumed" / "actor_stand_ins.csv"
PANEL_TABLES = (
    "countries",
    "minerals",
    "history_shares",
    "history_imports",
    "trade_dependence",
    "price_history",
    "governance",
    "idealpoints",
    "gdp",
    "distances",
    "alliances",
    "trade_agreements",
    "events",
)
"""Tables that the panel and the acts are made from."""
YEARLY_ATTRIBUTES = {
    "governance": "stability",
    "idealpoints": "ideal_point",
    "gdp": "gdp_usd",
}
"""Figure of each yearly table of countries."""


@dataclass(frozen=True)
class HistoryPanel:
    """History of markets, actors and ties.

    Attributes
    ----------
    years, actors, minerals
        Labels of the axes.
    by_product, traded_ore
        Flags, shape (mineral,).
    share, import_share
        Shape (year, actor, mineral, stage) [1]; NaN where the vector of the year is unknown.
    price_change
        Log change of price over a year within one series, shape (year, mineral) [1].
    stability, ideal_point, log_gdp
        Shape (year, actor); NaN before the first figure.
    trade_value
        Shape (year, importer, exporter) [kUSD].
    log_distance
        Shape (actor, actor) [log km].
    alliance, trade_agreement
        Shape (year, actor, actor) [1].
    """

    years: np.ndarray
    actors: tuple[str, ...]
    minerals: tuple[str, ...]
    by_product: np.ndarray
    traded_ore: np.ndarray
    share: np.ndarray
    import_share: np.ndarray
    price_change: np.ndarray
    stability: np.ndarray
    ideal_point: np.ndarray
    log_gdp: np.ndarray
    trade_value: np.ndarray
    log_distance: np.ndarray
    alliance: np.ndarray
    trade_agreement: np.ndarray

    def position(self, year: int) -> int:
        """Return the place of a year on the year axis.

        Raises
        ------
        DataError
            ORE-DAT-060 if the panel does not cover it.
        """
        spot = int(year) - int(self.years[0])
        if not 0 <= spot < len(self.years):
            raise DataError(
                "ORE-DAT-060",
                f"year {year} is outside the history, {self.years[0]} to {self.years[-1]}.",
                why="features of that year would need figures that nobody has.",
                fix="choose a year inside the history, or simulate it.",
            )
        return spot


def panel_from_tables(
    tables: Mapping[str, pd.DataFrame], stand_ins: pd.DataFrame | None = None
) -> HistoryPanel:
    """Build the panel.

    Parameters
    ----------
    tables
        The tables of `PANEL_TABLES`.
    stand_ins
        Columns `table`, `country`, `stand_in`, `factor`; the assumed table if None.
    """
    countries, traits = tables["countries"], tables["minerals"].set_index("mineral").sort_index()
    actors = tuple(sorted(set(countries["actor"].astype(str)) - {REST_OF_WORLD}))
    minerals = tuple(str(name) for name in traits.index)
    last = int(max(tables["history_shares"]["year"].max(), tables["price_history"]["year"].max()))
    years = np.arange(FIRST_YEAR, last + 1)
    weights = member_weights(sized_early(countries, tables["gdp"]), actors)
    rules = read_stand_ins() if stand_ins is None else stand_ins
    yearly = {
        name: yearly_array(
            with_stand_ins(tables[name], name, value, rules),
            value,
            years,
            weights,
            add=name == "gdp",
        )
        for name, value in YEARLY_ATTRIBUTES.items()
    }
    return HistoryPanel(
        years=years,
        actors=actors,
        minerals=minerals,
        by_product=traits["by_product"].to_numpy(dtype=float),
        traded_ore=1.0 - traits["integrated"].to_numpy(dtype=float),
        share=share_array(tables["history_shares"], years, actors, minerals),
        import_share=share_array(tables["history_imports"], years, actors, minerals),
        price_change=price_changes(tables["price_history"], years, minerals),
        stability=yearly["governance"],
        ideal_point=yearly["idealpoints"],
        log_gdp=log_share(yearly["gdp"]),
        trade_value=trade_array(tables["trade_dependence"], years, actors),
        log_distance=log_distance(tables["distances"], weights),
        alliance=spell_array(tables["alliances"], years, weights),
        trade_agreement=spell_array(tables["trade_agreements"], years, weights),
    )


def sized_early(countries: pd.DataFrame, gdp: pd.DataFrame) -> pd.DataFrame:
    """Return countries with their gross product of `WEIGHT_YEAR` in the column `gdp_usd`.

    A figure stands until the next one; a country whose figures begin later has its first one.
    """
    ordered = gdp.dropna(subset="gdp_usd").sort_values("year")
    early = ordered[ordered["year"] <= WEIGHT_YEAR].groupby("country")["gdp_usd"].last()
    size = early.combine_first(ordered.groupby("country")["gdp_usd"].first())
    return countries.assign(gdp_usd=countries["country"].map(size))


def known_to(tables: Mapping[str, pd.DataFrame], year: int) -> dict[str, pd.DataFrame]:
    """Return history tables without the rows of later years.

    Rows of imported later years would otherwise stand in for the base year.
    """
    return {
        name: table[table["year"] <= year] if "year" in table.columns else table
        for name, table in tables.items()
    }


def read_stand_ins() -> pd.DataFrame:
    """Return the assumed stand-ins of countries that a publisher leaves out."""
    table = pd.read_csv(STAND_INS_FILE, dtype=str, keep_default_na=False, encoding="utf-8")
    return table.assign(factor=table["factor"].astype(float))


def with_stand_ins(table: pd.DataFrame, name: str, value: str, rules: pd.DataFrame) -> pd.DataFrame:
    """Return a yearly table with rows for countries that it lacks, taken from their stand-ins.

    A year that the publisher does cover for the country is never replaced.
    """
    parts = [table]
    chosen = rules[rules["table"] == name]
    names = zip(chosen["country"], chosen["stand_in"], chosen["factor"], strict=True)
    for country, stand_in, factor in names:
        covered = table.loc[table["country"] == country, "year"]
        rows = table[(table["country"] == stand_in) & ~table["year"].isin(covered)]
        parts.append(rows.assign(**{"country": country, value: rows[value] * float(factor)}))
    return pd.concat(parts, ignore_index=True)
