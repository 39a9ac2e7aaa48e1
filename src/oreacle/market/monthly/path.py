"""Exports month by month after a measure is announced, over what they were before.

Does      Evaluates the rush before a measure, the freeze after it, licences that resume, and the
          part of the need that buyers meanwhile meet from what they bought early.
Units     Months of 365.25/12 days; exports and stocks in months of exports before [1], [month].
Method    Let A be the day of announcement, F that in force, L = F - A the lead, s = t - F.
          Rush: buyers bring forward R = rho L (1 - expected) months of exports, at a rate that
          rises linearly from A to F. After F exports are the lesser of what is wanted and what
          is let through: x = min(1 - kappa B, ell + (level - ell)(1 - exp(-lambda (s - delta)+))),
          where B is what is left of the early purchases: dB/dt = x - 1, B(F) = R.
          A ban has lambda = 0; a tax or quota lets `level` through at once.
Assumes   Buyers abroad use as much as before; a measure expected with some probability was in
          part stocked for before it was announced. Days are steps.
Not here  Prices and tonnes: see `oreacle.market.monthly.months`; the fit:
          `oreacle.forecasting.monthly_fit`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date

import numpy as np

from oreacle.core.errors import MarketError

DAYS_PER_MONTH = 365.25 / 12.0
LICENSING, BAN, QUOTA, TAX = "licensing", "ban", "quota", "tax"
KINDS = (LICENSING, BAN, QUOTA, TAX)
SHUT = 3
"""Months without exports of the naive path [month]: of one to four the best on graphite, the case
that the path is fitted on, so that both have learned from the same months."""
LONGEST_LEAD = 24.0
"""Longest time from announcement to force that a path is made for [month]."""


@dataclass(frozen=True)
class Notice:
    """When a measure is announced and takes effect, and how much of it was expected.

    Attributes
    ----------
    announced, in_force
        Days.
    expected
        Probability that buyers gave to the measure before it was announced [1].

    Raises
    ------
    MarketError
        ORE-MKT-070 if it is in force before it is announced, or more than 24 months after, or
        `expected` is not from 0 to 1.
    """

    announced: date
    in_force: date
    expected: float = 0.0

    def __post_init__(self) -> None:
        if not 0.0 <= self.lead <= LONGEST_LEAD:
            raise MarketError(
                "ORE-MKT-070",
                f"the measure is announced on {self.announced} and in force on {self.in_force}.",
                why="a path begins with the announcement and covers leads of up to 24 months.",
                fix="give the dates in their order.",
            )
        if not 0.0 <= self.expected <= 1.0:
            raise MarketError(
                "ORE-MKT-070",
                f"the measure was expected with {self.expected:g}.",
                why="a probability is a number from 0 to 1.",
                fix="give a share such as 0.3.",
            )

    @property
    def lead(self) -> float:
        """Time from announcement to force [month]."""
        return (self.in_force - self.announced).days / DAYS_PER_MONTH


@dataclass(frozen=True)
class PathParameters:
    """How exports answer to one kind of measure.

    Attributes
    ----------
    rush
        rho: months of exports that are brought forward for each month of lead [1].
    delay
        delta: time from force until licences resume [month].
    rate
        lambda: rate at which licences resume thereafter [1/month]; 0 for never.
    floor
        ell: share of exports that goes on during the freeze [1].
    payback
        kappa: share of need met from early purchases for each month of them left [1/month].
    """

    rush: float
    delay: float
    rate: float
    floor: float
    payback: float

    @property
    def values(self) -> np.ndarray:
        """The five parameters in their order, shape (5,)."""
        return np.array([getattr(self, field.name) for field in fields(self)])


@dataclass(frozen=True)
class ExportPath:
    """Exports by calendar month.

    Attributes
    ----------
    months
        Year and month, from that of the announcement on.
    exports
        Exports over those before, shape (month,) [1].
    early
        Early purchases that are left at the end of each month, shape (month,) [month].
    let_through
        Most that the measure lets through, mean of each month, shape (month,) [1]; infinite
        while it is not in force for all of a month.
    """

    months: tuple[tuple[int, int], ...]
    exports: np.ndarray
    early: np.ndarray
    let_through: np.ndarray


def export_path(
    notice: Notice, parameters: PathParameters, *, months: int = 13, level: float = 1.0
) -> ExportPath:
    """Return exports over those before, from the month of the announcement on.

    Parameters
    ----------
    notice
        Dates and expectation.
    parameters
        How exports answer.
    months
        Number of calendar months, that of the announcement included.
    level
        What the measure lets through in the long run [1].

    Examples
    --------
    >>> notice = Notice(date(2025, 1, 1), date(2025, 2, 1))
    >>> calm = PathParameters(rush=0.0, delay=0.0, rate=0.0, floor=0.25, payback=0.0)
    >>> export_path(notice, calm, months=3).exports.round(2).tolist()
    [1.0, 0.25, 0.25]
    """
    labels = calendar(notice.announced, months)
    first = date(*labels[0], 1).toordinal()
    last = date(*calendar(notice.announced, months + 1)[-1], 1).toordinal()
    days = np.arange(first, last)
    owner = np.array([_label(int(day)) for day in days])
    since = (days + 0.5 - notice.in_force.toordinal()) / DAYS_PER_MONTH
    flow, limit, early = _daily(notice, parameters, since, level)
    month = owner[:, 0] * 12 + owner[:, 1]
    groups = [month == year * 12 + number for year, number in labels]
    return ExportPath(
        labels,
        np.array([flow[group].mean() for group in groups]),
        np.array([early[group][-1] for group in groups]),
        np.array([limit[group].mean() for group in groups]),
    )


def _daily(
    notice: Notice, parameters: PathParameters, since: np.ndarray, level: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return daily exports, the most let through, and early purchases left."""
    step = 1.0 / DAYS_PER_MONTH
    is_before = since < 0.0
    in_lead = is_before & (since >= -notice.lead)
    weight = np.where(in_lead, since + notice.lead, 0.0)
    total = float(weight.sum()) * step
    rush = parameters.rush * notice.lead * (1.0 - notice.expected)
    extra = rush * weight / total if total > 0.0 else np.zeros(since.shape)
    resumed = -np.expm1(-parameters.rate * np.maximum(since - parameters.delay, 0.0))
    limit = parameters.floor + (level - parameters.floor) * resumed
    limit = np.where(is_before, np.inf, np.minimum(limit, max(level, parameters.floor)))
    flow, early = 1.0 + extra, np.cumsum(extra) * step
    left = float(early[is_before][-1]) if is_before.any() else 0.0
    for day in np.flatnonzero(~is_before):
        wanted = max(1.0 - parameters.payback * left, 0.0)
        flow[day] = min(wanted, limit[day])
        left = max(left - (1.0 - flow[day]) * step, 0.0)
        early[day] = left
    return flow, limit, early


def calendar(day: date, months: int) -> tuple[tuple[int, int], ...]:
    """Return year and month of calendar months from that of a day on.

    Examples
    --------
    >>> calendar(date(2023, 11, 20), 3)
    ((2023, 11), (2023, 12), (2024, 1))
    """
    start = day.year * 12 + day.month - 1
    return tuple((k // 12, k % 12 + 1) for k in range(start, start + months))


def naive_path(notice: Notice, *, months: int = 13, shut: int = SHUT) -> ExportPath:
    """Return the path to beat: as before, then nothing for some months, then as before.

    Parameters
    ----------
    shut
        Calendar months without exports, that of the entry into force included.
    """
    labels = calendar(notice.announced, months)
    force = notice.in_force.year * 12 + notice.in_force.month
    at = np.array([year * 12 + number - force for year, number in labels])
    exports = np.where((at >= 0) & (at < shut), 0.0, 1.0)
    return ExportPath(labels, exports, np.zeros(months), np.where(at < 0, np.inf, exports))


def _label(day: int) -> tuple[int, int]:
    found = date.fromordinal(day)
    return found.year, found.month
