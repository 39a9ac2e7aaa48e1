"""Natural experiments as cases of a market: what was traded before a measure, and after.

Does      Turns tables of cases into records of yearly flow matrices, the flow that was restricted,
          and, apart from them, what came out.
Units     Flows in the unit of the case (t/yr or kUSD/yr); shares of world trade [1].
Method    Countries are those that traded before the measure; a newcomer of the outcome years is
          known to the score alone.
Assumes   Flows are annual; the lists of countries hold ROW for the small ones together.
Not here  Rules and markets that predict: see `case_rules` and `case_market`; reading files.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from oreacle.core.labels import EVERYONE
from oreacle.data.rows import text_rows

WORLDWIDE = (EVERYONE, "WLD")
LIFTING = "lifting"
LAST_MONTH = 9
"""A measure after September leaves its own year untouched but for a few weeks' shipments."""
RECENT = 3
"""Years before the measure that a forecast of drift uses."""


@dataclass(frozen=True)
class MarketCase:
    """What was known before a measure took effect, and the size of the shock.

    Attributes
    ----------
    case, kind, measure, effective
        Label, kind, words and first day.
    exporters, importers
        Codes in the order of the matrices.
    years
        Years with flows, rising.
    base_years, outcome_years
        Years that are compared: how far ahead a prediction looks is no secret.
    yearly
        Flows, shape (year, exporter, importer) [unit of the case].
    base, reference
        Means over the base and the reference years, shape (exporter, importer).
    restricted
        True where the measure bites, shape (exporter, importer).
    remaining
        Restricted flow after the measure over that of the reference years [1]: observed, as
        the naive rules know it; not used where a measure is taken as announced.
    affected
        Positions of the main buyers among the importers.
    unit_values
        Unit value of world trade by year, NaN where unknown, shape (year,) [kUSD/t].
    shock_to_normal
        Size of the shock over the usual change of shares; NaN if not stated [1].
    """

    case: str
    kind: str
    measure: str
    effective: str
    unit: str
    exporters: tuple[str, ...]
    importers: tuple[str, ...]
    years: tuple[int, ...]
    base_years: tuple[int, ...]
    outcome_years: tuple[int, ...]
    yearly: np.ndarray
    base: np.ndarray
    reference: np.ndarray
    restricted: np.ndarray
    remaining: float
    affected: tuple[int, ...]
    unit_values: np.ndarray
    shock_to_normal: float

    @property
    def year(self) -> int:
        """Year in which the measure took effect."""
        return int(self.effective[:4])

    @property
    def last_untouched(self) -> int:
        """Last year of which at least three quarters passed before the measure."""
        return self.year if int(self.effective[5:7]) > LAST_MONTH else self.year - 1

    @property
    def is_lifting(self) -> bool:
        """True if a restriction ended."""
        return self.kind == LIFTING

    @property
    def volume(self) -> float:
        """Restricted flow after the measure [unit of the case]."""
        return self.remaining * float(self.reference[self.restricted].sum())

    @property
    def recent(self) -> np.ndarray:
        """Shares of the last years before the measure, oldest first, shape (year, ...) [1]."""
        known = [k for k, year in enumerate(self.years) if year <= max(self.base_years)]
        last = self.yearly[known[-RECENT:]]
        return np.asarray(last / last.sum(axis=(1, 2), keepdims=True))


@dataclass(frozen=True)
class CaseOutcome:
    """What came out, for the score alone.

    Attributes
    ----------
    shares
        Shares of world trade, shape (exporter, importer) [1].
    newcomers
        Share of pairs with a country that traded nothing before, by importer and, last, to
        importers that are new themselves, shape (importer + 1,) [1].
    unit_value_change
        Log change of the unit value of world trade; NaN if unknown [1].
    """

    shares: np.ndarray
    newcomers: np.ndarray
    unit_value_change: float


def market_cases(tables: Mapping[str, pd.DataFrame]) -> tuple[MarketCase, ...]:
    """Return the cases of a set of tables, by effective date and label.

    Parameters
    ----------
    tables
        Frames ``market_cases``, ``market_case_flows`` and ``market_case_values``.
    """
    flows = dict(list(tables["market_case_flows"].groupby("case")))
    values = dict(list(tables["market_case_values"].groupby("case")))
    rows = text_rows(tables["market_cases"].sort_values(["effective", "case"]))
    return tuple(_case(row, flows[row["case"]], values.get(row["case"])) for row in rows)


def case_outcomes(
    tables: Mapping[str, pd.DataFrame], cases: Sequence[MarketCase]
) -> dict[str, CaseOutcome]:
    """Return what came out of each case, by label.

    Parameters
    ----------
    tables
        Frames ``market_cases`` and ``market_case_outcomes``.
    cases
        The cases, whose lists of countries the shares follow.
    """
    found = dict(list(tables["market_case_outcomes"].groupby("case")))
    moves = tables["market_cases"].set_index("case")["unit_value_change"]
    return {one.case: _outcome(one, found[one.case], float(moves[one.case])) for one in cases}


def _case(row: Mapping[str, str], flows: pd.DataFrame, values: pd.DataFrame | None) -> MarketCase:
    exporters = tuple(sorted(set(flows["exporter"])))
    importers = tuple(sorted(set(flows["importer"])))
    years = tuple(sorted({int(year) for year in flows["year"]}))
    yearly = np.zeros((len(years), len(exporters), len(importers)))
    cells = (
        _places(years, flows["year"]),
        _places(exporters, flows["exporter"]),
        _places(importers, flows["importer"]),
    )
    np.add.at(yearly, cells, flows["quantity"].to_numpy(float))
    acting, targets = _listed(row["restricted"]), _listed(row["targets"])
    [code for code in _listed(row["affected_importers"]) if code in importers]
    aimed = np.array([bool({*WORLDWIDE, code} & set(targets)) for code in importers])
    base_years = tuple(int(year) for year in _listed(row["base_years"]))
    return MarketCase(
        case=row["case"],
        kind=row["kind"],
        measure=row["measure"],
        effective=row["effective"],
        unit=row["unit"],
        exporters=exporters,
        importers=importers,
        years=years,
        base_years=base_years,
        outcome_years=tuple(int(year) for year in _listed(row["outcome_years"])),
        yearly=yearly,
        base=_mean(yearly, years, base_years),
        reference=_mean(yearly, years, [int(y) for y in _listed(row["reference_years"])]),
        restricted=np.array([code in acting for code in exporters])[:, None] & aimed,
        remaining=float(row["remaining_fraction"]),
        affected=tuple(
            importers.index(code)
            for code in _listed(row["affected_importers"])
            if code in importers
        ),
        unit_values=_unit_values(years, values),
        shock_to_normal=float(row["shock_to_normal"]),
    )


def _outcome(case: MarketCase, found: pd.DataFrame, move: float) -> CaseOutcome:
    rows = _places(case.exporters, found["exporter"])
    columns = _places(case.importers, found["importer"])
    share = found["share"].to_numpy(float)
    share = share / share.sum()
    known = (rows >= 0) & (columns >= 0)
    shares = np.zeros((len(case.exporters), len(case.importers)))
    np.add.at(shares, (rows[known], columns[known]), share[known])
    newcomers = np.zeros(len(case.importers) + 1)
    np.add.at(newcomers, columns[~known], share[~known])  # -1, an unknown importer, is the last
    return CaseOutcome(shares, newcomers, float(np.log1p(move)))


def _places(known: Sequence[object], wanted: pd.Series) -> np.ndarray:
    """Return the position of each value, -1 where it is not known."""
    return np.asarray(pd.Index(list(known)).get_indexer(pd.Index(wanted)))


def _mean(yearly: np.ndarray, years: Sequence[int], wanted: Sequence[int]) -> np.ndarray:
    return np.asarray(yearly[[years.index(year) for year in wanted]].mean(axis=0))


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _unit_values(years: Sequence[int], values: pd.DataFrame | None) -> np.ndarray:
    if values is None:
        return np.full(len(years), np.nan)
    held = values.set_index("year").reindex(list(years))
    tonnes = held["tonnes"].to_numpy(float)
    worth = held["value_kusd"].to_numpy(float)
    return np.asarray(np.divide(worth, tonnes, out=np.full(len(years), np.nan), where=tonnes > 0))
