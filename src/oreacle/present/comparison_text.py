"""Two runs compared, as text for a terminal.

Does      Lists the largest differences of prices, losses, concentration, measures and acts.
Units     Prices over base, shares of use, HHI [1]; losses in million USD a year.
Method    Minerals by the size of their mean difference; an interval that holds 0 is marked. A table
          in which members are missing says how many stand behind each row.
Assumes   None.
Not here  The numbers: see `oreacle.forecasting.run_comparison`.
"""

from __future__ import annotations

import math

from rich.console import Group
from rich.table import Table
from rich.text import Text

from oreacle.forecasting.run_comparison import (
    ACTS,
    LAST_PRICE,
    LOSS,
    MEASURES,
    MINED,
    PRICE,
    REFINED,
    SHORTAGE,
    PairedDifference,
    RunComparison,
)

SHOWN = 8
"""Items shown of each quantity."""
MISSING = (
    "Members whose market did not solve in a year of either run are left out; where there are "
    "such, the column `members` says how many a row rests on, and all its figures are of those."
)
PARTS = (
    (PRICE, "Price, mean over years, over base"),
    (LAST_PRICE, "Price in the last year, over base"),
    (SHORTAGE, "Use lost to new measures, share"),
    (LOSS, "Users' losses from new measures by mineral, million USD a year"),
    (f"{LOSS} by actor", "Users' losses from new measures by actor, million USD a year"),
    (MINED, "Concentration of mining by actor, HHI"),
    (REFINED, "Concentration of refining by actor, HHI"),
    (MEASURES, "Export measures in force, mean over years"),
    (ACTS, "Acts a year, all actors"),
)


def comparison_text(found: RunComparison) -> Group:
    """Return the comparison as tables, largest differences first."""
    head = Text(
        f"{found.second} against {found.first}: {found.members} members with the same luck (seed "
        f"{found.seed}), {found.first_year} to {found.last_year}."
    )
    legend = Text(
        f"Differences are {found.second} minus {found.first}, member by member; in brackets the "
        f"{found.method}. Higher, lower: share of members. ~ marks an interval that holds 0."
    )
    parts: list[Text | Table] = [head, legend, *map(Text, found.remarks)]
    if any(row.members < found.members for row in found.rows):
        parts.append(Text(MISSING))
    for quantity, title in PARTS:
        every = found.of(quantity)
        rows = [row for row in every if row.mean != 0.0 or row.higher or row.lower][:SHOWN]
        parts.append(_table(title, rows, found.members) if rows else _nothing(title, every, found))
    return Group(*parts)


def _nothing(title: str, rows: tuple[PairedDifference, ...], found: RunComparison) -> Text:
    fewest = min((row.members for row in rows), default=found.members)
    where = "" if fewest == found.members else f" in the {fewest} or more members of each row"
    return Text(f"{title}: no difference{where}.")


def _table(title: str, rows: list[PairedDifference], members: int) -> Table:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    table.add_column("")
    is_short = any(row.members < members for row in rows)
    counts = ("members",) if is_short else ()
    for name in ("first", "second", "difference", "interval", "higher", "lower", *counts):
        table.add_column(name, justify="right", no_wrap=True)
    scale = 1e-6 if rows[0].unit == "USD/yr" else 1.0
    for row in rows:
        low, high = row.low * scale, row.high * scale
        mark = " ~" if low <= 0.0 <= high else ""
        table.add_row(
            row.item.replace("_", " ") or "all",
            _number(row.mean_first * scale),
            _number(row.mean_second * scale),
            f"{_number(row.mean * scale, signed=True)}{mark}",
            f"[{_number(low, signed=True)}, {_number(high, signed=True)}]",
            _share(row.higher),
            _share(row.lower),
            *([f"{row.members} of {members}"] if is_short else []),
        )
    return table


def _number(value: float, *, signed: bool = False) -> str:
    if math.isnan(value):
        return "-"
    sign = "+" if signed else ""
    if abs(value) >= 100:
        return f"{value:{sign},.0f}"
    if 0.0 < abs(value) < 0.001:
        return f"{value:{sign}.1e}"
    return f"{value:{sign}.3f}"


def _share(value: float) -> str:
    return "-" if math.isnan(value) else f"{100 * value:.0f} %"
