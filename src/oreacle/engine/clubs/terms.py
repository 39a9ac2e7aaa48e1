"""Terms of clubs that are stated assumptions.

Does      Reads `assumed/club_terms.csv` into a frozen record and checks what is changed.
Units     Each field says its own.
Method    None.
Assumes   One value holds for all minerals and members.
Not here  What the terms do: see `oreacle.engine.clubs.levers`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import pandas as pd

from oreacle.core.errors import DataError, ScenarioError
from oreacle.core.labels import suggestion
from oreacle.data.assumptions import read_assumed

LARGEST = {
    "desk_supply": 1000.0,
    "desk_demand": 1000.0,
    "stock_days": 3650.0,
    "stock_trigger": 100.0,
    "plant_payback": 100.0,
    "research_saving": 0.9,
    "tail_level": 0.999,
    "discount": 0.999,
    "exit_cost": 100.0,
}
"""Largest values that can be asked for; all other terms end at 1."""
SMALLEST = {
    "desk_supply": 0.01,
    "stock_trigger": 1.0,
    "plant_experience": 0.001,
    "plant_reference": 0.001,
}
"""Smallest values that can be asked for; all other terms begin at 0."""


@dataclass(frozen=True)
class ClubTerms:
    """Assumptions about clubs; reasons stand in the table of assumptions `club_terms`.

    Attributes
    ----------
    stock_days, stock_trigger, stock_cost
        Stock in days of use [d], price over the calm year above which it is sold [1], cost of
        holding over its value [1/yr].
    desk_share, desk_supply, desk_demand, desk_cost
        Part of one buyer's restraint that a joint desk reaches, elasticities of world supply and of
        others' demand that it reckons with, and its cost over value [1].
    plant_share, plant_know_how, plant_experience, plant_payback, plant_annuity, plant_scale,
    plant_reference
        Added capacity over use [1], output over design without know-how [1], share of world
        refining that holds all of it [1], investment over yearly margin [yr], yearly charge
        [1/yr], exponent of cost over size [1], reference size over world use [1].
    research_saving, research_spill, research_cost
        Use saved [1], part of it that reaches others [1], cost over the value of world use [1/yr].
    certified_share, certified_bound, certified_cover, certified_cost, certified_safety,
    certified_worth
        Share of output that can be certified, largest share of use bound to it, duty over supply,
        cost over the mine price, stoppages prevented, worth over the delivered price [1].
    enforcement
        Share of certificates that enforcement makes true [1].
    floor_level
        Guaranteed price over base [1].
    cover_share, capital_cost, tail_level, pool_cost
        Insured share of losses [1], cost of capital [1/yr], level of the tail [1], cost of running
        over expected losses [1].
    scrap_share, scrap_cost
        Scrap over use [1], cost over the refined price [1].
    discount, exit_cost
        Yearly discount factor [1]; cost of walking out in years of what the club is worth [yr].
    """

    stock_days: float
    stock_trigger: float
    stock_cost: float
    desk_share: float
    desk_supply: float
    desk_demand: float
    desk_cost: float
    plant_share: float
    plant_know_how: float
    plant_experience: float
    plant_payback: float
    plant_annuity: float
    plant_scale: float
    plant_reference: float
    research_saving: float
    research_spill: float
    research_cost: float
    certified_share: float
    certified_bound: float
    certified_cover: float
    certified_cost: float
    certified_safety: float
    certified_worth: float
    enforcement: float
    floor_level: float
    cover_share: float
    capital_cost: float
    tail_level: float
    pool_cost: float
    scrap_share: float
    scrap_cost: float
    discount: float
    exit_cost: float

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Return the names of all terms."""
        return tuple(field.name for field in fields(cls))

    def changed(self, **values: float) -> ClubTerms:
        """Return the terms with some of them changed.

        Raises
        ------
        ScenarioError
            ORE-SCN-060 if there is no such term; ORE-SCN-061 if a value is out of range.

        Examples
        --------
        >>> club_terms().changed(stock_days=90.0).stock_days
        90.0
        """
        for name, value in values.items():
            _check(name, value)
        return replace(self, **{name: float(value) for name, value in values.items()})


def _check(name: str, value: float) -> None:
    if name not in ClubTerms.names():
        near = suggestion(name, ClubTerms.names())
        raise ScenarioError(
            "ORE-SCN-060",
            f"unknown term of a club '{name}'.",
            why="it would change nothing.",
            fix=f"{near} Terms: {', '.join(ClubTerms.names())}.".strip(),
        )
    low, high = SMALLEST.get(name, 0.0), LARGEST.get(name, 1.0)
    if isinstance(value, bool) or not low <= value <= high:
        raise ScenarioError(
            "ORE-SCN-061",
            f"the term {name} is {value!r:.30}.",
            why=f"it lies between {low:g} and {high:g}.",
            fix="see the table of assumptions `club_terms` for its value, range and reason.",
        )


def terms_from_table(table: pd.DataFrame) -> ClubTerms:
    """Build the terms from their table.

    Raises
    ------
    DataError
        ORE-DAT-170 if a term is missing.
    """
    values = dict(zip(table["parameter"], table["value"].astype(float), strict=True))
    missing = [name for name in ClubTerms.names() if name not in values]
    if missing:
        raise DataError(
            "ORE-DAT-170",
            f"terms of clubs are missing: {', '.join(missing)}.",
            why="a default would be an assumption that nobody stated.",
            fix="add the rows to assumed/club_terms.csv.",
        )
    return ClubTerms(**{name: values[name] for name in ClubTerms.names()})


def term_range(name: str) -> tuple[float, float]:
    """Return the lowest and the highest value of a term that is taken seriously, in its unit.

    Examples
    --------
    >>> term_range("discount")
    (0.8, 0.97)
    """
    table = read_assumed("club_terms")
    row = table[table["parameter"] == name]
    return float(row["low"].iloc[0]), float(row["high"].iloc[0])


def club_terms(**changes: float) -> ClubTerms:
    """Return the stated terms with some of them changed; raises as `ClubTerms.changed`."""
    return terms_from_table(read_assumed("club_terms")).changed(**changes)
