"""Two runs compared member by member, under the same luck.

Does      Takes the difference of every member of one run from the same member of another.
Units     In each row: prices over base [1], shares [1], USD/yr, acts a year.
Method    Common random numbers: member n has the same draws in both, so that what the scenarios
          share cancels in its difference. A figure of a member is the mean over years. The interval
          of the mean difference is that of Student, mean +- t(n - 1) s / sqrt(n), 95 %
          (Law, Simulation Modeling and Analysis, 5th ed., section 10.2.1: paired-t).
Assumes   Differences of members are independent. A member whose market did not solve in a year of
          either run has no difference there: it is left out and counted.
Not here  Showing it: see `oreacle.present.comparison_text`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from scipy import stats

from oreacle.core.errors import RunError
from oreacle.forecasting.opened import Run, open_run
from oreacle.forecasting.run_tables import DRAWN

LEVEL = 0.95
"""Probability of the interval [1]."""
METHOD = "paired t interval over members, 95 %"
PRICE, LAST_PRICE, SHORTAGE, LOSS = "price", "price in the last year", "shortage", "users' loss"
MINED, REFINED = "concentration of mining", "concentration of refining"
MEASURES, ACTS = "measures in force", "acts"


@dataclass(frozen=True)
class PairedDifference:
    """One figure in both runs.

    Attributes
    ----------
    quantity
        What is compared.
    item
        Of which mineral, actor or class of acts; "" for all.
    unit
        Of means and interval.
    mean_first, mean_second
        Mean over members that have it in both runs.
    mean, low, high
        Mean of second minus first, and its interval; the interval is missing (NaN) with fewer than
        two members, all are with none.
    higher, lower
        Share of members in which the second run is higher, and lower [1].
    members
        Members behind it.
    """

    quantity: str
    item: str
    unit: str
    mean_first: float
    mean_second: float
    mean: float
    low: float
    high: float
    higher: float
    lower: float
    members: int


@dataclass(frozen=True)
class RunComparison:
    """Two runs, member by member.

    Attributes
    ----------
    first, second
        Names of the scenarios.
    members, seed
        Of both.
    first_year, last_year
        Of both.
    method
        What the intervals are.
    rows
        The differences.
    remarks
        What else a reader must know, one sentence or two each.
    """

    first: str
    second: str
    members: int
    seed: int
    first_year: int
    last_year: int
    method: str
    rows: tuple[PairedDifference, ...]
    remarks: tuple[str, ...] = ()

    def of(self, quantity: str) -> tuple[PairedDifference, ...]:
        """Return the rows of a quantity, largest differences first, missing ones last."""
        rows = [row for row in self.rows if row.quantity == quantity]
        return tuple(sorted(rows, key=lambda row: -abs(row.mean) if row.mean == row.mean else 1.0))

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for `--json` output."""
        return asdict(self)


def compare_runs(first: Run | Path | str, second: Run | Path | str) -> RunComparison:
    """Compare two runs member by member, second minus first.

    Parameters
    ----------
    first, second
        Runs, or folders of stored ones, of one version, from the same tables, seed, members and
        years.

    Raises
    ------
    RunError
        ORE-RUN-165 naming everything in which they differ; as `open_run` on a folder.
    """
    one, two = (run if isinstance(run, Run) else open_run(run) for run in (first, second))
    _refuse_others(one, two)
    years = one.arrays["year"].to_numpy()
    return RunComparison(
        first=str(one.record.scenario["name"]),
        second=str(two.record.scenario["name"]),
        members=one.record.members,
        seed=one.record.seed,
        first_year=int(years[0]),
        last_year=int(years[-1]),
        method=METHOD,
        rows=tuple(_rows(one.arrays, two.arrays)),
        remarks=_remarks(one, two),
    )


def _refuse_others(one: Run, two: Run) -> None:
    """Refuse runs whose members do not share their luck, or are not of one world."""
    a, b = one.record, two.record
    pairs: dict[str, tuple[object, object]] = {
        "seed": (a.seed, b.seed),
        "members": (a.members, b.members),
        "version": (a.version, b.version),
        "tables": (a.data_sha256[:8], b.data_sha256[:8]),
        **{
            f"{name}s": tuple(_ends(run.arrays[name].to_numpy()) for run in (one, two))  # type: ignore[misc]
            for name in ("year", "mineral", "actor")
        },
    }
    other = [f"{name} {x} and {y}" for name, (x, y) in pairs.items() if x != y]
    if other:
        raise RunError(
            "ORE-RUN-165",
            f"the runs cannot be compared member by member: {'; '.join(other)}.",
            why="members share their luck only under the same seed, tables, version and years; "
            "other differences would look like effects.",
            fix="run both scenarios with the same --seed, --members, --until and tables.",
        )


def _remarks(one: Run, two: Run) -> tuple[str, ...]:
    """Return a word on runs whose markets were cleared by different kernels.

    They are not refused: a difference of kernels is far below that of scenarios in all but the few
    draws that fall just beside a probability, and those favour neither run.
    """
    first, second = one.record.kernel, two.record.kernel
    if first == second:
        return ()
    return (
        f"The markets of the first run were cleared by '{first}', those of the second by "
        f"'{second}', which agree to rounding only: tiny differences mean nothing, and a member "
        "in which a draw falls just beside a probability can take another course in one of them.",
    )


def _ends(values: np.ndarray) -> str:
    return f"{values[0]} to {values[-1]} ({len(values)})"


def _rows(one: xr.Dataset, two: xr.Dataset) -> Iterator[PairedDifference]:
    minerals = [str(name) for name in one["mineral"].to_numpy()]

    def pair(name: str, **at: object) -> tuple[np.ndarray, np.ndarray]:
        a, b = (
            run[name].sel(at).to_numpy().astype(float) if at else run[name].to_numpy().astype(float)
            for run in (one, two)
        )
        return a, b

    def by_item(
        quantity: str, unit: str, items: list[str], values: tuple[np.ndarray, np.ndarray]
    ) -> Iterator[PairedDifference]:
        for k, item in enumerate(items):
            yield paired(quantity, item, unit, values[0][:, k], values[1][:, k])

    solved = _gaps(one, two)
    price = pair("price_delivered")
    yield from by_item(PRICE, "over base", minerals, _yearly(price))
    yield from by_item(LAST_PRICE, "over base", minerals, _at_end(price))
    yield from by_item(SHORTAGE, "share of use", minerals, _yearly(pair("shortage")))
    loss = pair("loss")
    yield from by_item(LOSS, "USD/yr", minerals, _yearly(_summed(loss, 2)))
    actors = [str(name) for name in one["actor"].to_numpy()]
    yield from by_item(f"{LOSS} by actor", "USD/yr", actors, _yearly(_summed(loss, 3)))
    for quantity, stage in ((MINED, "mined"), (REFINED, "refined")):
        values = tuple(
            part + gap for part, gap in zip(pair("hhi", stage=stage), solved, strict=True)
        )
        yield from by_item(quantity, "HHI", minerals, _yearly(values))
    yield paired(MEASURES, "", "measures", *_yearly(pair("in_force")))
    yield from _acts(one, two)


def _gaps(one: xr.Dataset, two: xr.Dataset) -> list[np.ndarray]:
    """Return 0 where a market solved, missing where it did not, shape (member, year, mineral).

    Shares of a market that did not solve are those of its last step: no answer.
    """
    return [np.where(run["solved"].to_numpy().astype(bool), 0.0, np.nan) for run in (one, two)]


def _acts(one: xr.Dataset, two: xr.Dataset) -> Iterator[PairedDifference]:
    """Yield acts a year by class; restrictions count once for each actor and year."""
    for name in (
        str(n) for n in one.data_vars if str(n).endswith(DRAWN) and n != f"mineral{DRAWN}"
    ):
        a, b = (
            run[name].to_numpy().reshape(run.sizes["member"], run.sizes["year"], -1).sum(axis=2)
            for run in (one, two)
        )
        yield paired(ACTS, name.removesuffix(DRAWN), "acts/yr", a.mean(axis=1), b.mean(axis=1))


def _yearly(values: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Return means over years; missing in one year is missing."""
    return values[0].mean(axis=1), values[1].mean(axis=1)


def _at_end(values: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    return values[0][:, -1], values[1][:, -1]


def _summed(values: tuple[np.ndarray, np.ndarray], axis: int) -> tuple[np.ndarray, np.ndarray]:
    return values[0].sum(axis=axis), values[1].sum(axis=axis)


def paired(
    quantity: str, item: str, unit: str, first: np.ndarray, second: np.ndarray
) -> PairedDifference:
    """Return the paired difference of one figure.

    Parameters
    ----------
    quantity, item, unit
        What it is.
    first, second
        The figure by member, missing as NaN, shape (member,).
    """
    known = np.isfinite(first) & np.isfinite(second)
    a, b = first[known], second[known]
    count = int(known.sum())
    change = b - a
    mean = float(change.mean()) if count else np.nan
    half = np.nan
    if count > 1:
        quantile = stats.t.ppf((1.0 + LEVEL) / 2.0, count - 1)
        half = float(quantile * change.std(ddof=1) / np.sqrt(count))
    return PairedDifference(
        quantity=quantity,
        item=item,
        unit=unit,
        mean_first=float(a.mean()) if count else np.nan,
        mean_second=float(b.mean()) if count else np.nan,
        mean=mean,
        low=mean - half,
        high=mean + half,
        higher=float((change > 0).mean()) if count else np.nan,
        lower=float((change < 0).mean()) if count else np.nan,
        members=count,
    )
