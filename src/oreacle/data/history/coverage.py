"""What the chronicle covers: events by kind and period, and how it fares beside a register.

Does      Counts events by kind and five years; counts acts of a public register of resource
          nationalism that have an event.
Units     Counts; shares are dimensionless, 0 to 1.
Method    Periods of five years from 1990 on. An act counts as found if the table
          `policy_crosscheck` says "both"; "possible" and "near" matches are added for the most
          that can have been found.
Assumes   The register did not feed the chronicle; where it did, shares are too high.
Not here  The matching: see `oreacle.data.institutions.crosscheck`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from oreacle.data.history.chronicle import FIRST_YEAR
from oreacle.data.institutions.crosscheck import BOTH, NEAR, POSSIBLE, REGISTER_ONLY

PERIOD_YEARS = 5
"""Length of a period [yr]."""


def period_of(year: int) -> str:
    """Return the five years that a year lies in.

    Examples
    --------
    >>> period_of(1990), period_of(2024)
    ('1990-94', '2020-24')
    """
    first = FIRST_YEAR + (year - FIRST_YEAR) // PERIOD_YEARS * PERIOD_YEARS
    return f"{first}-{(first + PERIOD_YEARS - 1) % 100:02d}"


def events_by_kind(events: pd.DataFrame) -> pd.DataFrame:
    """Return the number of events by kind and five years.

    Parameters
    ----------
    events
        Table `events`.

    Returns
    -------
    DataFrame
        `kind`, `sign`, one column a period from 1990 to the last year of the events, `all`; in
        the order of signs and falling counts, and a last row `all` over the kinds.
    """
    last = max((int(year) for year in events["year"]), default=FIRST_YEAR)
    periods = [period_of(year) for year in range(FIRST_YEAR, last + 1, PERIOD_YEARS)]
    named = events.assign(period=[period_of(int(year)) for year in events["year"]])
    counts = pd.crosstab([named["kind"], named["sign"]], named["period"])
    counts = counts.reindex(columns=periods, fill_value=0)
    table = counts.assign(all=counts.sum(axis=1)).reset_index()
    table = table.sort_values(["sign", "all", "kind"], ascending=[False, False, True])
    sums = {"kind": "all", "sign": "", **table[[*periods, "all"]].sum().to_dict()}
    return pd.concat([table, pd.DataFrame([sums])], ignore_index=True).rename_axis(columns=None)


def register_found(crosscheck: pd.DataFrame) -> pd.DataFrame:
    """Return how many acts of the register have an event, by five years and over all.

    Parameters
    ----------
    crosscheck
        Table `policy_crosscheck`.

    Returns
    -------
    DataFrame
        `period`, `acts`, `found`, `possible`, `near`, `missed`, and the shares `at_least`
        (found) and `at_most` (found, possible or near) of the acts [1].
    """
    acts = crosscheck[crosscheck["register_year"].notna()]
    acts = acts.assign(period=[period_of(int(year)) for year in acts["register_year"]])
    rows = [_found(str(period), part) for period, part in acts.groupby("period")]
    return pd.DataFrame([*rows, _found("all", acts)])


def _found(period: str, acts: pd.DataFrame) -> dict[str, object]:
    """Return one row of counts and shares; shares are missing where there is no act."""
    count = {
        name: int((acts["status"] == name).sum()) for name in (BOTH, POSSIBLE, NEAR, REGISTER_ONLY)
    }
    likely = count[BOTH] + count[POSSIBLE] + count[NEAR]
    size = len(acts)
    return {
        "period": period,
        "acts": size,
        "found": count[BOTH],
        "possible": count[POSSIBLE],
        "near": count[NEAR],
        "missed": count[REGISTER_ONLY],
        "at_least": count[BOTH] / size if size else float("nan"),
        "at_most": likely / size if size else float("nan"),
    }


def marks_known(marks: pd.DataFrame) -> pd.DataFrame:
    """Return the number of events with each mark, by basis of the value.

    Parameters
    ----------
    marks
        Table `event_marks`.

    Returns
    -------
    DataFrame
        `mark`, `unit`, `events`, `lowest`, `median`, `highest` [unit], `reported`, `derived`,
        `recollected`; only marks that some event has.
    """
    rows = []
    for (mark, unit), part in marks.groupby(["mark", "unit"]):
        basis = part["value_basis"].value_counts()
        value = part["value"]
        rows.append(
            {
                "mark": mark,
                "unit": unit,
                "events": len(part),
                "lowest": float(value.min()),
                "median": float(value.median()),
                "highest": float(value.max()),
                **{
                    name: int(basis.get(name, 0)) for name in ("reported", "derived", "recollected")
                },
            }
        )
    return pd.DataFrame(rows)


COVERAGE: Mapping[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "events": events_by_kind,
    "policy_crosscheck": register_found,
    "event_marks": marks_known,
}
"""Counts by the table that they are made from."""
