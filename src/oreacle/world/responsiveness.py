"""How the market of one mineral responds: values used and their intervals.

Does      Holds elasticities of substitution, supply and demand and the weights of absent links of
          a mineral, and lists every behavioural parameter with its interval.
Units     As each parameter says; intervals hold 90 %.
Method    None: values and intervals are made by `oreacle.data.elasticities`; parameters that are
          the same for all minerals keep their stated interval.
Assumes   A parameter is positive, so draws are best made in logs, but for
          `shutdown_margin_ratio`, whose low end is 0.
Not here  Drawing: see the markets that use them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from oreacle.core.errors import DataError

OWN = (
    "ore_substitution",
    "refined_substitution",
    "supply_elasticity",
    "demand_elasticity",
    "absent_ore_weight",
    "absent_refined_weight",
)
"""Parameters that each mineral has its own value of, in the order of `Responsiveness`."""


@dataclass(frozen=True)
class UncertainParameter:
    """One behavioural parameter.

    Attributes
    ----------
    name
        As in the tables `elasticities` and `market_parameters`.
    value
        The value that the market uses [`unit`].
    low, high
        Interval that holds 90 % [`unit`].
    unit
        Unit.
    basis
        ``estimated``, ``pooled`` (from other minerals), ``prior`` or ``assumed``.
    source
        Where value and interval come from.
    """

    name: str
    value: float
    low: float
    high: float
    unit: str
    basis: str
    source: str

    def at(self, value: float) -> UncertainParameter:
        """Return the parameter at another value, in an interval that holds it."""
        return replace(self, value=value, low=min(self.low, value), high=max(self.high, value))

    def __post_init__(self) -> None:
        if not self.low <= self.value <= self.high:
            raise DataError(
                "ORE-DAT-123",
                f"{self.name} is {self.value:g}, outside its interval {self.low:g} to "
                f"{self.high:g}.",
                why="draws from the interval would not surround the value that is used.",
                fix="mend the interval, or rebuild the tables with `oreacle data build`.",
            )


@dataclass(frozen=True)
class Responsiveness:
    """What one mineral has of its own.

    Attributes
    ----------
    ore_substitution, refined_substitution
        s1 and s2: elasticity of a buyer's supplier shares to relative delivered cost [1].
    supply_elasticity, demand_elasticity
        Own-price elasticities within a year, positive [1].
    absent_ore_weight, absent_refined_weight
        Share that a supplier without trade on a link has of the buyer's imports, over its share
        of world exports [1].
    """

    ore_substitution: UncertainParameter
    refined_substitution: UncertainParameter
    supply_elasticity: UncertainParameter
    demand_elasticity: UncertainParameter
    absent_ore_weight: UncertainParameter
    absent_refined_weight: UncertainParameter

    def parameters(self) -> tuple[UncertainParameter, ...]:
        """Return all six, in the order of `OWN`."""
        return tuple(getattr(self, name) for name in OWN)

    def holding(self, values: Mapping[str, float]) -> Responsiveness:
        """Return the same with other values; what is not named stays.

        One value in ten lies outside its interval, which then reaches up to it.

        Parameters
        ----------
        values
            By name of the parameter [1].
        """
        changed = {
            one.name: one.at(values[one.name]) for one in self.parameters() if one.name in values
        }
        return replace(self, **changed)


def responsiveness_from_table(table: pd.DataFrame) -> dict[str, Responsiveness]:
    """Return the responsiveness of each mineral.

    Parameters
    ----------
    table
        Table `elasticities`.

    Raises
    ------
    DataError
        ORE-DAT-124 if a mineral lacks a parameter, ORE-DAT-123 if a value lies outside its
        interval.
    """
    found: dict[str, dict[str, UncertainParameter]] = {}
    for row in table.to_dict("records"):
        own = found.setdefault(str(row["mineral"]), {})
        own[str(row["parameter"])] = UncertainParameter(
            name=str(row["parameter"]),
            value=float(row["used"]),
            low=float(row["low"]),
            high=float(row["high"]),
            unit="1",
            basis=str(row["basis"]),
            source=f"table elasticities: {row['source']}",
        )
    return {mineral: _complete(mineral, own) for mineral, own in found.items()}


def _complete(mineral: str, own: Mapping[str, UncertainParameter]) -> Responsiveness:
    missing = [name for name in OWN if name not in own]
    if missing:
        raise lacking(mineral, missing)
    return Responsiveness(**{name: own[name] for name in OWN})


def lacking(mineral: str, parameters: list[str]) -> DataError:
    """Return the error of a mineral whose responses are not all known."""
    return DataError(
        "ORE-DAT-124",
        f"table elasticities has no {', '.join(parameters)} of {mineral}.",
        why="a value of another mineral would pass for this one.",
        fix="rebuild the tables with `oreacle data build`.",
    )


def shared_parameters(table: pd.DataFrame) -> tuple[UncertainParameter, ...]:
    """Return the parameters that all minerals share, with their stated intervals.

    Parameters
    ----------
    table
        `assumed/market_parameters.csv`; parameters in `OWN` are left out: there they are priors.
    """
    return tuple(one for one in stated_parameters(table) if one.name not in OWN)


def stated_parameters(table: pd.DataFrame) -> tuple[UncertainParameter, ...]:
    """Return every row of `assumed/market_parameters.csv` with its interval, in its order."""
    return tuple(
        UncertainParameter(
            name=str(row["parameter"]),
            value=float(row["value"]),
            low=float(row["low"]),
            high=float(row["high"]),
            unit=str(row["unit"]),
            basis=str(row["basis"]),
            source=f"assumed/market_parameters: {row['reason']}",
        )
        for row in table.to_dict("records")
    )
