"""The world before the base year: trade, output, prices and standing, 1995 to the base year.

Does      Gives each part of the history as a labelled array or a tidy frame; hides what is
          dated after a chosen year.
Units     In `attrs["units"]` of every result: kUSD/yr, t/yr, USD/t, or 1.
Method    Tables are read when first asked for and kept; every question is answered from rows
          dated to the last year of the view.
Assumes   A row is dated by the year that it describes, not by when it was published; editions
          of a publisher are not told apart by their own date.
Not here  The base year as a balanced chain: see `oreacle.world.load`. Features of the engine.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from numbers import Integral
from pathlib import Path

import pandas as pd
import xarray as xr

from oreacle.core.errors import DataError
from oreacle.core.labels import REST_OF_WORLD, suggestion
from oreacle.data.store import read_table, tables_directory
from oreacle.world.history_output import output_history, publishers_side_by_side
from oreacle.world.history_trade import (
    COLUMNS,
    FIRST_YEAR,
    STAGE_OF_LINK,
    UNITS,
    TradeTables,
    exporter_shares,
    mineral_trade,
    missing_countries,
    supplier_shares,
)

LAST_YEAR = 2024
EARLIEST_VIEW = 1989
FIRST_GOVERNANCE_YEAR = 1996
FIRST_VOTING_YEAR = 1990
DATED_TABLES = (
    "events",
    "gdp",
    "governance",
    "governance_risk",
    "history_imports",
    "history_shares",
    "idealpoints",
    "price_history",
    "production_history",
    "trade_dependence",
    "trade_history",
    "trade_history_refined",
    "unit_values",
)
STAGES = tuple(STAGE_OF_LINK.values())
Years = int | Iterable[int] | None


@dataclass(frozen=True)
class History:
    """Yearly tables of the world, seen from the end of one year.

    Attributes
    ----------
    directory
        Folder of the tables.
    last_year
        Last year that is visible; see `until`.

    Examples
    --------
    >>> from oreacle.world.history import load_history
    >>> history = load_history()
    >>> history.until(2010).last_year
    2010
    """

    directory: Path
    last_year: int = LAST_YEAR

    def until(self, year: int) -> History:
        """Return the same history with every row dated after `year` hidden.

        A view of a view shows what both show. Of an event, how it ended is hidden too if it
        ended later.

        Raises
        ------
        DataError
            ORE-DAT-079 if `year` is before 1989: nothing would be left.
        """
        if year < EARLIEST_VIEW:
            raise DataError(
                "ORE-DAT-079",
                f"the history has no year up to {year}.",
                why="every answer would be empty.",
                fix=f"name a year from {EARLIEST_VIEW + 1} to {LAST_YEAR}.",
            )
        return replace(self, last_year=min(int(year), self.last_year))

    def table(self, name: str) -> pd.DataFrame:
        """Return the visible rows of a dated table, in the columns of `attributes.csv`.

        Raises
        ------
        DataError
            ORE-DAT-079 if the table is unknown or its rows have no year.
        """
        if name not in DATED_TABLES:
            raise _unknown("dated table", name, DATED_TABLES)
        rows = _table(name, self.directory)
        rows = rows[rows["year"] <= self.last_year].reset_index(drop=True)
        if name == "events" and self.last_year < LAST_YEAR:
            ended = pd.to_numeric(rows["end_date"].str[:4], errors="coerce")
            later = ended.isna() | (ended > self.last_year)
            rows = rows.assign(status="", end_date=rows["end_date"].mask(later, ""))
        return rows

    def trade(
        self, mineral: str, link: str, years: Years = None, *, by: str = "country"
    ) -> pd.DataFrame:
        """Return bilateral trade of a mineral: gross value and weight of product.

        Parameters
        ----------
        mineral
            Slug.
        link
            ``ore`` or ``refined``.
        years
            A year, several, or None for all.
        by
            ``country`` (every partner of the source) or ``actor`` (the European Union as one
            without its inner trade, other countries that are not explicit as ROW).

        Returns
        -------
        DataFrame
            year, exporter, importer, hs, vintage, value_kusd [kUSD/yr], quantity_t [t/yr].
            `attrs`: `units`; `years_without_data`; `missing_countries`, those that the source
            lacks in some of the years.

        Raises
        ------
        DataError
            ORE-DAT-077 if no commodity code stands for the link, ORE-DAT-079 if a name is
            unknown.
        """
        _known("link", link, STAGE_OF_LINK)
        stage, asked = STAGE_OF_LINK[link], self._years(years, FIRST_YEAR)
        flows = self._flows(mineral, stage, by)
        rows = flows.loc[flows["year"].isin(asked), COLUMNS].reset_index(drop=True)
        seen = set(rows["year"])
        missing = {name for year in seen for name in missing_countries(mineral, stage, year)}
        rows.attrs = {
            "units": dict(UNITS),
            "years_without_data": tuple(year for year in asked if year not in seen),
            "missing_countries": tuple(sorted(missing)),
        }
        return rows

    def import_shares(
        self, mineral: str, stage: str, year: int, *, by: str = "actor"
    ) -> xr.DataArray:
        """Return who supplies whom: shares of each importer's imports, (importer, exporter) [1].

        The shares of an importer sum to one over the exporters listed. Missing: everything in a
        year without data, an importer without imports, a pair without a row in years of
        incomplete lists, a country that the source lacks in the year.

        Raises
        ------
        DataError
            ORE-DAT-077, ORE-DAT-079 as `trade`.
        """
        _known("stage", stage, STAGES)
        flows = self._flows(mineral, stage, by)
        return supplier_shares(flows, year, missing_countries(mineral, stage, year))

    def export_shares(
        self, mineral: str, stage: str, year: int, *, by: str = "actor"
    ) -> xr.DataArray:
        """Return shares of listed world exports by value, (exporter) [1]; see `import_shares`."""
        _known("stage", stage, STAGES)
        flows = self._flows(mineral, stage, by)
        return exporter_shares(flows, year, missing_countries(mineral, stage, year))

    def output(self, mineral: str, stage: str, years: Years = None) -> xr.DataArray:
        """Return output by year and country under the publisher rule, (year, country) [t/yr].

        The coordinate `publisher` names who stands for each year ("" where nobody does): a
        change from one to the other is not a change of output. The coordinate `basis` says
        reported, estimated or derived. `attrs["counts"]` says what is counted. The rule is in
        `oreacle.world.history_output`.

        Raises
        ------
        DataError
            ORE-DAT-078 if the rule covers no publisher, ORE-DAT-079 if the mineral is unknown.
        """
        self._known_mineral(mineral)
        asked = self._years(years, FIRST_YEAR)
        return output_history(self.table("production_history"), mineral, stage, asked)

    def output_by_publisher(self, mineral: str, stage: str, year: int) -> pd.DataFrame:
        """Return every publisher's output of a year side by side [t/yr], and their ratio.

        Raises
        ------
        DataError
            ORE-DAT-078 if nobody publishes the stage in that year, ORE-DAT-079 if the mineral
            is unknown.
        """
        self._known_mineral(mineral)
        return publishers_side_by_side(self.table("production_history"), mineral, stage, year)

    def prices(self, mineral: str) -> pd.DataFrame:
        """Return annual prices [USD/t]: mineral, year, price_usd_per_t, series, basis, source.

        Only changes within one series have meaning. Empty if no series is known.
        """
        self._known_mineral(mineral)
        rows = self.table("price_history")
        return _labelled(rows[rows["mineral"] == mineral], {"price_usd_per_t": "USD/t"})

    def unit_values(self, hs: str) -> pd.DataFrame:
        """Return unit values of a code [USD/t], median and quartiles: derived, not quotations.

        Raises
        ------
        DataError
            ORE-DAT-079 if the code has no unit values.
        """
        rows = self.table("unit_values")
        _known("commodity code", hs, set(rows["hs"]))
        units = dict.fromkeys(("price_usd_per_t", "median", "lower", "upper"), "USD/t")
        return _labelled(rows[rows["hs"] == hs], units)

    def governance(self, country: str) -> xr.DataArray:
        """Return political risk by year, 0 stable to 1, (year) [1]; missing where unknown.

        Raises
        ------
        DataError
            ORE-DAT-079 for a territory without figures; blocs and ROW have none.
        """
        return self._series("governance_risk", "risk", country, FIRST_GOVERNANCE_YEAR)

    def ideal_points(self, country: str) -> xr.DataArray:
        """Return positions in UN voting by year, (year) [1]; missing where unknown.

        Raises
        ------
        DataError
            ORE-DAT-079 for a country without figures.
        """
        return self._series("idealpoints", "ideal_point", country, FIRST_VOTING_YEAR)

    def events(
        self,
        *,
        actor: str | None = None,
        mineral: str | None = None,
        kind: str | None = None,
        sign: str | None = None,
    ) -> pd.DataFrame:
        """Return events of the chronicle, by any of actor, mineral, kind and sign.

        An event without minerals is about none in particular, and is not found by mineral.
        """
        rows = self.table("events")
        for column, wanted in (("actors", actor), ("minerals", mineral)):
            if wanted is not None:
                rows = rows[[wanted in text.split(";") for text in rows[column]]]
        for column, wanted in (("kind", kind), ("sign", sign)):
            if wanted is not None:
                rows = rows[rows[column] == wanted]
        return rows.reset_index(drop=True)

    def _flows(self, mineral: str, stage: str, by: str) -> pd.DataFrame:
        _known("grouping", by, ("country", "actor"))
        self._known_mineral(mineral)
        return _flows(self.directory, mineral, stage, by).pipe(
            lambda rows: rows[rows["year"] <= self.last_year]
        )

    def _years(self, years: object, first: int) -> list[int]:
        if years is None:
            return list(range(first, self.last_year + 1))
        asked: list[object] = [years]
        if isinstance(years, Iterable) and not isinstance(years, str):
            asked = list(years)
        wrong = [year for year in asked if not isinstance(year, Integral)]
        if wrong:
            raise DataError(
                "ORE-DAT-079",
                f"{wrong[0]!r} is no year.",
                why="an empty answer would look like a fact.",
                fix="give years as whole numbers: 2015, [2010, 2015] or range(2010, 2016).",
            )
        return [
            int(year) for year in asked if isinstance(year, Integral) and year <= self.last_year
        ]

    def _series(self, table: str, column: str, country: str, first: int) -> xr.DataArray:
        rows = self.table(table)
        _known("country with figures", country, set(rows["country"]) - {REST_OF_WORLD})
        values = rows[rows["country"] == country].set_index("year")[column].astype(float)
        years = self._years(None, first)
        return xr.DataArray(
            values.reindex(years).to_numpy(),
            {"year": years},
            ("year",),
            name=column,
            attrs={"units": "1", "country": country},
        )

    def _known_mineral(self, mineral: str) -> None:
        _known("mineral", mineral, set(_table("minerals", self.directory)["mineral"]))


def load_history(directory: Path | str | None = None) -> History:
    """Return the history of the embedded tables, or of another folder.

    Nothing is read until it is asked for.

    Parameters
    ----------
    directory
        Folder of tables; None for ``OREACLE_DATA`` or the embedded ones.

    Raises
    ------
    DataError
        ORE-DAT-002 if the folder does not exist.
    """
    return History(tables_directory(directory))


@lru_cache(maxsize=32)
def _table(name: str, directory: Path) -> pd.DataFrame:
    return read_table(name, directory)


@lru_cache(maxsize=32)
def _flows(directory: Path, mineral: str, stage: str, by: str) -> pd.DataFrame:
    countries = _table("countries", directory)["country"]
    tables = TradeTables(
        _table("trade_history", directory),
        _table("trade_history_refined", directory),
        _table("history_shares", directory),
        tuple(str(code) for code in countries if code != REST_OF_WORLD),
    )
    return mineral_trade(tables, mineral, stage, by=by)


def _labelled(rows: pd.DataFrame, units: dict[str, str]) -> pd.DataFrame:
    frame = rows.reset_index(drop=True)
    frame.attrs = {"units": units}
    return frame


def _known(what: str, name: str, valid: Iterable[str]) -> None:
    options = sorted(valid)
    if name not in options:
        raise _unknown(what, name, options)


def _unknown(what: str, name: str, valid: Iterable[str]) -> DataError:
    options = list(valid)
    near = suggestion(str(name), options)
    shown = ", ".join(options[:12]) + (", ..." if len(options) > 12 else "")
    return DataError(
        "ORE-DAT-079",
        f"the history knows no {what} '{name}'.",
        why="an empty answer would look like a fact.",
        fix=near or f"use one of: {shown}.",
    )
