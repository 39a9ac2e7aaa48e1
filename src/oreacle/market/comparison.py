"""A cleared batch beside its reference: what all results are computed from.

Does      Holds markets, prices and balances with and without policies, case by case.
Units     As in `oreacle.market.problem`; tables carry theirs in `attrs["units"]`.
Method    None: records, and tables by country with one row for each case.
Assumes   Case k of the batch and case k of the reference have the same parameters.
Not here  What is computed from it: see `oreacle.market.outcome`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from oreacle.market.balance import Balance, evaluate
from oreacle.market.kernel import Solution, priced
from oreacle.market.problem import Prices, Problem

DRAW = "draw"
"""Name of the batch axis in tables; case 0 holds the central parameters."""


@dataclass(frozen=True)
class State:
    """One cleared market for a batch of cases.

    Attributes
    ----------
    problem, prices, balance
        The market, its clearing prices, and flows and quantities at them.
    """

    problem: Problem
    prices: Prices
    balance: Balance

    @classmethod
    def of(cls, problem: Problem, solution: Solution, rows: np.ndarray) -> State:
        """Return the state of some cases of a solved batch."""
        part, prices = priced(problem, solution).take(rows), solution.prices.take(rows)
        return cls(part, prices, evaluate(part, prices))


@dataclass(frozen=True)
class Comparison:
    """A market with policies (`now`) beside the same market without (`then`)."""

    now: State
    then: State

    @property
    def size(self) -> int:
        """Number of cases."""
        return self.now.problem.size


@dataclass(frozen=True)
class Column:
    """One variable of a table: values of shape (case, place), their places, and their unit."""

    values: np.ndarray
    places: Sequence[str]
    units: str


def table_of(columns: Mapping[str, Column], kind: str = "country") -> xr.Dataset:
    """Return columns as one table over cases and the union of their places, in ABC order.

    A place that a column does not have is missing there, not zero.
    """
    places = sorted({place for column in columns.values() for place in column.places})
    at = {place: k for k, place in enumerate(places)}
    data = {}
    for name, column in columns.items():
        values = np.full((column.values.shape[0], len(places)), np.nan)
        values[:, [at[place] for place in column.places]] = column.values
        data[name] = ((DRAW, kind), values, {"units": column.units})
    return xr.Dataset(data, coords={kind: places})
