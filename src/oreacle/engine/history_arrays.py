"""Dense arrays from the history tables.

Does      Pivots shares, prices, trade, yearly attributes and ties onto fixed axes.
Units     As in the tables; GDP becomes a log share of the known world, distance a log.
Method    Members of a bloc are averaged with GDP weights (GDP itself is added up); a yearly
          figure stands until the next is published.
Assumes   One set of weights for all years: a bloc's composition moves slowly.
Not here  The record that holds them: see `oreacle.engine.history_panel`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from oreacle.engine.inputs import STAGES_AT_RISK

SMALLEST_WEIGHT = 1e-12


def place(labels: Sequence[str]) -> dict[str, int]:
    """Return the position of each label."""
    return {label: position for position, label in enumerate(labels)}


def member_weights(countries: pd.DataFrame, actors: Sequence[str]) -> pd.DataFrame:
    """Return the weight of each country in its actor, rows actors, columns countries.

    A lone country weighs 1; a member of a bloc weighs its share of the bloc's GDP.
    """
    table = countries[countries["actor"].isin(list(actors))]
    gdp = pd.to_numeric(table["gdp_usd"]).fillna(0.0)
    size = table.groupby("actor")["country"].transform("size")
    total = gdp.groupby(table["actor"]).transform("sum")
    weight = np.where(size == 1, 1.0, gdp / np.maximum(total, SMALLEST_WEIGHT))
    wide = pd.DataFrame({"actor": table["actor"], "country": table["country"], "weight": weight})
    return wide.pivot(index="actor", columns="country", values="weight").fillna(0.0)


def share_array(
    table: pd.DataFrame, years: np.ndarray, actors: Sequence[str], minerals: Sequence[str]
) -> np.ndarray:
    """Return shares of shape (year, actor, mineral, stage).

    Missing where the table has no row at all for the year, mineral and stage; 0 for an actor
    without a row in a vector that exists.
    """
    rows = table[table["year"].isin(years) & table["mineral"].isin(list(minerals))]
    year = rows["year"].to_numpy(dtype=int) - int(years[0])
    mineral = rows["mineral"].map(place(minerals)).to_numpy(dtype=int)
    stage = rows["stage"].map(place(STAGES_AT_RISK)).to_numpy(dtype=int)
    known = np.zeros((len(years), len(minerals), len(STAGES_AT_RISK)), dtype=bool)
    known[year, mineral, stage] = True
    array = np.zeros((len(years), len(actors), len(minerals), len(STAGES_AT_RISK)))
    actor = rows["actor"].map(place(actors))
    listed = actor.notna().to_numpy()
    spot = (year[listed], actor[listed].to_numpy(dtype=int), mineral[listed], stage[listed])
    np.add.at(array, spot, rows["share"].to_numpy(dtype=float)[listed])
    return np.where(known[:, None], array, np.nan)


def price_changes(table: pd.DataFrame, years: np.ndarray, minerals: Sequence[str]) -> np.ndarray:
    """Return log changes over a year within one series, shape (year, mineral).

    Where several series have the change, their mean is taken.
    """
    rows = table[table["price_usd_per_t"] > 0].sort_values(["mineral", "series", "year"])
    rows = rows.assign(log_price=np.log(rows["price_usd_per_t"].to_numpy(dtype=float)))
    before = rows.groupby(["mineral", "series"])[["year", "log_price"]].shift()
    change = (rows["log_price"] - before["log_price"]).where(rows["year"] - before["year"] == 1)
    tidy = pd.DataFrame({"year": rows["year"], "mineral": rows["mineral"], "change": change})
    wide = tidy.pivot_table(index="year", columns="mineral", values="change", aggfunc="mean")
    return wide.reindex(index=years, columns=list(minerals)).to_numpy(dtype=float)


def yearly_array(
    table: pd.DataFrame, value: str, years: np.ndarray, weights: pd.DataFrame, *, add: bool = False
) -> np.ndarray:
    """Return a yearly attribute of actors, shape (year, actor); a figure stands until the next.

    Parameters
    ----------
    table
        Columns `country`, `year` and `value`.
    value
        Name of the figure.
    years
        Years of the first axis.
    weights
        From `member_weights`.
    add
        Add members up in place of averaging them.
    """
    wide = table.pivot_table(index="year", columns="country", values=value, aggfunc="mean")
    span = np.arange(min(int(wide.index.min()), int(years[0])), int(years[-1]) + 1)
    filled = wide.reindex(span).ffill().reindex(index=years, columns=weights.columns)
    figure = filled.to_numpy(dtype=float)
    share = weights.to_numpy(dtype=float)
    if add:
        share = (share > 0.0).astype(float)
    known = np.isfinite(figure)
    total = _year_by_year(np.where(known, figure, 0.0), share)
    weight = _year_by_year(known.astype(float), share)
    if not add:
        total = total / np.where(weight > 0.0, weight, 1.0)
    return np.where(weight > 0.0, total, np.nan)


def _year_by_year(figure: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Return sums over countries, shape (year, actor).

    Not a matrix product: its last digits would depend on how many later years there are.
    """
    return np.asarray(np.einsum("yc,ac->ya", figure, share))


def log_share(gdp: np.ndarray) -> np.ndarray:
    """Return the log of GDP over the sum of what is known in the year, shape (year, actor)."""
    return np.asarray(np.log(gdp / np.nansum(gdp, axis=1, keepdims=True)))


def trade_array(table: pd.DataFrame, years: np.ndarray, actors: Sequence[str]) -> np.ndarray:
    """Return imports of modelled minerals, shape (year, importer, exporter) [kUSD]."""
    spots = place(actors)
    rows = table[
        table["year"].isin(years) & table["importer"].isin(spots) & table["exporter"].isin(spots)
    ]
    array = np.zeros((len(years), len(actors), len(actors)))
    index = (
        rows["year"].to_numpy(dtype=int) - int(years[0]),
        rows["importer"].map(spots).to_numpy(dtype=int),
        rows["exporter"].map(spots).to_numpy(dtype=int),
    )
    np.add.at(array, index, rows["import_value_kusd"].to_numpy(dtype=float))
    array[:, np.arange(len(actors)), np.arange(len(actors))] = 0.0
    return array


def log_distance(table: pd.DataFrame, weights: pd.DataFrame) -> np.ndarray:
    """Return the log of the GDP-weighted mean distance, shape (actor, actor); 0 on the diagonal."""
    square = _square(table, "distance_km", weights.columns)
    share = weights.to_numpy(dtype=float)
    known = np.isfinite(square)
    total = share @ np.where(known, square, 0.0) @ share.T
    weight = share @ known.astype(float) @ share.T
    mean = np.where(weight > 0.0, total / np.where(weight > 0.0, weight, 1.0), np.nan)
    np.fill_diagonal(mean, 1.0)
    return np.asarray(np.log(mean))


def spell_array(table: pd.DataFrame, years: np.ndarray, weights: pd.DataFrame) -> np.ndarray:
    """Return the share of member pairs with a tie in force, shape (year, actor, actor) [1].

    A tie without `until`, or observed to the last year of its source, goes on.
    """
    share = weights.to_numpy(dtype=float)
    last = table["until"].max() if "until" in table.columns and len(table) else np.inf
    ends = table["until"] if "until" in table.columns else pd.Series(np.inf, index=table.index)
    ends = ends.where(ends < last, np.inf)
    array = np.zeros((len(years), len(weights), len(weights)))
    for position, year in enumerate(years):
        live = table[(table["since"] <= year) & (ends >= year)]
        tie = np.nan_to_num(_square(live.assign(tie=1.0), "tie", weights.columns))
        array[position] = share @ tie @ share.T
        np.fill_diagonal(array[position], 0.0)
    return array


def _square(table: pd.DataFrame, value: str, countries: pd.Index) -> np.ndarray:
    """Return a symmetric matrix over countries from rows of unordered pairs."""
    spots = place([str(name) for name in countries])
    rows = table[table["country_a"].isin(spots) & table["country_b"].isin(spots)]
    square = np.full((len(spots), len(spots)), np.nan)
    one = rows["country_a"].map(spots).to_numpy(dtype=int)
    two = rows["country_b"].map(spots).to_numpy(dtype=int)
    square[one, two] = square[two, one] = rows[value].to_numpy(dtype=float)
    return square
