"""Mechanisms and their parameters as a scenario names them.

Does      Finds a mechanism or a parameter by its name; says whether a value has a meaning.
Units     As each parameter's own.
Method    A value must have the sign of its range, and be at most ten times as far from zero as
          the range goes; a value outside the range is allowed and noted.
Assumes   The tables of `oreacle.data.mechanisms`, looked up when asked.
Not here  What the mechanisms do: see `oreacle.engine.mechanisms`.
"""

from __future__ import annotations

from oreacle.core.errors import ScenarioError
from oreacle.core.labels import suggestion
from oreacle.core.spelling import shown
from oreacle.data.mechanisms import mechanism_parameters, mechanisms

FARTHEST = 10.0
"""Of the end of a range that is farther from zero: beyond it a value is a slip, such as 25 for
0.25 [1]; assumed."""


def check_mechanism(name: str) -> str:
    """Return the name of a mechanism.

    Raises
    ------
    ScenarioError
        ORE-SCN-068 if there is no such mechanism, with the nearest names.
    """
    known = [str(one) for one in mechanisms()["mechanism"]]
    if name in known:
        return name
    raise ScenarioError(
        "ORE-SCN-068",
        f"unknown mechanism '{shown(name)}'.",
        why="nothing would be switched off.",
        fix=f"{suggestion(name, known)} Use one of {', '.join(known)}.".strip(),
    )


def parameter_range(name: str) -> tuple[float, float, float]:
    """Return value, low and high of a parameter, written ``mechanism.parameter``.

    Raises
    ------
    ScenarioError
        ORE-SCN-068 if there is no such parameter, with the nearest names.
    """
    table = mechanism_parameters()
    full = (table["mechanism"].astype(str) + "." + table["parameter"].astype(str)).tolist()
    if name in full:
        row = table.iloc[full.index(name)]
        return float(row["value"]), float(row["low"]), float(row["high"])
    mechanism = name.partition(".")[0]
    of_it = [one for one in full if one.startswith(f"{mechanism}.")]
    near = suggestion(name, of_it or full)
    more = f"Parameters of {mechanism}: {', '.join(of_it)}." if of_it else ""
    raise ScenarioError(
        "ORE-SCN-068",
        f"unknown parameter '{shown(name)}'.",
        why="nothing in the model would differ.",
        fix=f"{near} {more} Write mechanism.parameter; `oreacle scenario --parameters` lists "
        "all.".strip(),
    )


def check_parameter(name: str, value: float) -> float:
    """Return the value of a parameter if it has a meaning.

    Raises
    ------
    ScenarioError
        ORE-SCN-068 if there is no such parameter, ORE-SCN-069 if its value has the wrong sign or
        lies beyond ten times its range.
    """
    _, low, high = parameter_range(name)
    limit = FARTHEST * max(abs(low), abs(high))
    least = 0.0 if low >= 0.0 else -limit
    most = 0.0 if high <= 0.0 else limit
    if least <= value <= most:
        return value
    raise ScenarioError(
        "ORE-SCN-069",
        f"{name} is {value:g}, which has no meaning.",
        why=f"its range is {low:g} to {high:g}.",
        fix=f"give a number from {low:g} to {high:g}; at the very most {least:g} to {most:g}.",
    )


def range_notes(parameters: tuple[tuple[str, float], ...]) -> tuple[str, ...]:
    """Return a sentence for each parameter outside the range that its reason supports.

    Raises
    ------
    ScenarioError
        ORE-SCN-068 if there is no such parameter.
    """
    notes = []
    for name, value in parameters:
        _, low, high = parameter_range(name)
        if not low <= value <= high:
            notes.append(f"{name} is {value:g}, outside its range of {low:g} to {high:g}.")
    return tuple(notes)
