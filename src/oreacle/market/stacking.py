"""One batch of markets with parameters of their own.

Does      Joins markets of the same places into one batch, so that one solve clears them all.
Units     As in the markets.
Method    Arrays with a batch axis are joined along it; a parameter that differs between markets
          becomes an array with one value for each case.
Assumes   The markets share places, base prices and base trade; what must be shared is checked.
Not here  Where the parameters come from: see `oreacle.market.draws`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

import numpy as np

from oreacle.core.errors import MarketError
from oreacle.market.curves import DemandCurve, Level, SupplyCurve
from oreacle.market.problem import Problem

Part = TypeVar("Part")
TWICE = np.array([0, 0])


def stack(problems: Sequence[Problem]) -> Problem:
    """Return markets of one case each as one batch, in their order.

    Parameters
    ----------
    problems
        Markets of size 1 with the same mineral, places and base prices.

    Raises
    ------
    MarketError
        ORE-MKT-020 if they do not share what a batch must share.
    """
    if len(problems) == 1:
        return problems[0]
    return _joined(problems, "problem")


def _joined(parts: Sequence[Part], name: str) -> Part:
    """Join records field by field: batched arrays, curves, nested records, shared values."""
    first: Any = parts[0]
    twice = first.take(TWICE)
    joined: dict[str, Any] = {}
    for field in fields(first):
        values = [getattr(part, field.name) for part in parts]
        value, doubled = values[0], getattr(twice, field.name)
        if isinstance(value, SupplyCurve):
            joined[field.name] = _supply_curve(values)
        elif isinstance(value, DemandCurve):
            joined[field.name] = _demand_curve(values)
        elif field.name == "substitution":
            joined[field.name] = _level(values, 2)
        elif is_dataclass(value):
            joined[field.name] = _joined(values, field.name)
        elif isinstance(value, np.ndarray) and doubled.shape != value.shape:
            joined[field.name] = np.concatenate(values)
        else:
            _require_shared(values, f"{name}.{field.name}")
    return replace(first, **joined)


def _require_shared(values: Sequence[Any], name: str) -> None:
    first = values[0]
    same = np.array_equal if isinstance(first, np.ndarray) else lambda one, other: one == other
    if not all(value is first or same(first, value) for value in values[1:]):
        raise MarketError(
            "ORE-MKT-020",
            f"markets with different {name} cannot be one batch.",
            why="all cases of a batch share places, base prices and base costs.",
            fix="clear them one after the other.",
        )


def _level(values: Sequence[Level], axes: int) -> Level:
    """Return one value if all agree, else an array of shape (batch, 1, ...)."""
    first = values[0]
    if all(value == first for value in values[1:]):
        return first
    return np.array(values, dtype=float).reshape(-1, *(1,) * axes)


def _supply_curve(curves: Sequence[SupplyCurve]) -> SupplyCurve:
    names = [field.name for field in fields(SupplyCurve)]
    return SupplyCurve(*(_level([getattr(curve, name) for curve in curves], 1) for name in names))


def _demand_curve(curves: Sequence[DemandCurve]) -> DemandCurve:
    """Join curves; one with fewer groups than the others gets groups that use nothing."""
    groups = max(curve.shares.size for curve in curves)

    def padded(values: np.ndarray, *, empty: bool) -> np.ndarray:
        missing = groups - values.size
        return np.pad(values, (0, missing)) if empty else np.pad(values, (0, missing), mode="edge")

    return DemandCurve(
        np.stack([padded(curve.elasticity, empty=False) for curve in curves])[:, None, :],
        np.stack([padded(curve.log_choke, empty=False) for curve in curves])[:, None, :],
        _level([curve.width for curve in curves], 2),
        np.stack([padded(curve.shares, empty=True) for curve in curves])[:, None, :],
    )
