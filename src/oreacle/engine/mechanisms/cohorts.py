"""Goods in use by age: what comes back of each sector, year after year.

Does      Turns past and simulated use into what reaches the end of its life.
Units     Use and outflow over base-year use of the sector [1]; years.
Method    Outflow O(t) = sum over ages a of w(a) U(t - a), U past use, w(a) = F(a) - F(a - 1), F the
          Weibull distribution of lives with a stated mean and shape. Before the base year use grew
          at a stated rate.
Assumes   Lives of a sector are the same for all minerals and years.
Not here  What is recovered of it: see `oreacle.engine.mechanisms.recycling`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from oreacle.core.errors import RunError
from oreacle.core.labels import SECTORS
from oreacle.data.assumptions import read_assumed

OLDEST = 120
"""Age beyond which no good is in use [yr]."""


@dataclass(frozen=True)
class Cohorts:
    """Lives of goods, and what comes back of use before the first simulated year.

    Attributes
    ----------
    leaving
        Share of a year's use that leaves at each age from 1 on, shape (age, sector) [1].
    from_past
        Outflow of use up to the base year, in the base year and those after it, shape
        (year, sector) [1].
    recovered
        Share of what leaves that is recovered in the base year, shape (sector,) [1].
    """

    leaving: np.ndarray
    from_past: np.ndarray
    recovered: np.ndarray

    def outflow(self, use: Sequence[np.ndarray]) -> np.ndarray:
        """Return what leaves in the year after the last of `use`.

        Parameters
        ----------
        use
            Use of the simulated years so far over that of the base year, first to last, shape
            (..., sector) each [1]; empty in the first.

        Returns
        -------
        array
            Shape (..., sector), or (sector,) without simulated use [1].
        """
        year = len(use) + 1
        total = self.from_past[year]
        for k, one in enumerate(use):
            total = total + self.leaving[year - k - 2] * one
        return np.asarray(total)


def lives(mean: np.ndarray, shape: np.ndarray) -> np.ndarray:
    """Return the share that leaves at each age from 1 on, shape (age, sector) [1].

    Parameters
    ----------
    mean
        Mean life, shape (sector,) [yr].
    shape
        Shape of the Weibull distribution, same shape [1].

    Raises
    ------
    RunError
        ORE-RUN-202 if a mean or a shape is not positive.
    """
    if not (np.all(mean > 0.0) and np.all(shape > 0.0)):
        raise RunError(
            "ORE-RUN-202",
            "a life of goods in use, or its shape, is not positive.",
            why="goods would leave before they are used.",
            fix="mend assumed/use_cohorts.csv, or give recycling.life above 0.",
        )
    scale = mean / special.gamma(1.0 + 1.0 / shape)
    age = np.arange(OLDEST + 1)[:, None]
    gone = -np.expm1(-((age / scale) ** shape))
    return np.asarray(np.diff(gone, axis=0))


def past_outflow(leaving: np.ndarray, growth: np.ndarray, years: int) -> np.ndarray:
    """Return the outflow of use up to the base year, shape (year, sector) [1].

    Parameters
    ----------
    leaving
        From `lives`.
    growth
        Yearly growth of the log of use before the base year, shape (sector,) [1/yr].
    years
        Years after the base year; the base year comes first.
    """
    age = np.arange(1, len(leaving) + 1)[:, None]
    rows = []
    for year in range(years + 1):
        since = np.minimum(year - age, 0)
        made = np.where(age >= year, np.exp(growth * since), 0.0)
        rows.append((leaving * made).sum(axis=0))
    return np.array(rows)


def make_cohorts(years: int, life: float) -> Cohorts:
    """Return the cohorts of all sectors.

    Parameters
    ----------
    years
        Simulated years.
    life
        Factor on lives [1].

    Raises
    ------
    RunError
        ORE-RUN-202 as `lives`.
    """
    rows = read_assumed("use_cohorts").set_index("sector").loc[list(SECTORS)]
    mean, shape, growth, recovered = (
        rows[name].to_numpy(dtype=float)
        for name in ("mean_life", "shape", "past_growth", "recovered")
    )
    leaving = lives(life * mean, shape)
    return Cohorts(leaving, past_outflow(leaving, growth, years + 1), recovered)
