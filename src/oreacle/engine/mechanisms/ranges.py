"""Refuses parameters with which a mechanism would make no sense.

Does      Checks parameters of a mechanism against the range in which its equations hold.
Units     Those of the parameters.
Method    None.
Assumes   The range of the equations is wider than that which is thought likely.
Not here  Likely ranges: see the tables `mechanism_<name>`.
"""

from __future__ import annotations

from collections.abc import Mapping

from oreacle.core.errors import RunError


def refuse_outside(
    mechanism: str, parameters: object, ranges: Mapping[str, tuple[float, float]]
) -> None:
    """Refuse a parameter outside the range in which the equations hold.

    Parameters
    ----------
    mechanism
        Its name, for the message.
    parameters
        Its parameters.
    ranges
        Lowest and highest value by parameter, in its unit.

    Raises
    ------
    RunError
        ORE-RUN-230 naming the parameter and its range.
    """
    for name, (low, high) in ranges.items():
        value = float(getattr(parameters, name))
        if not low <= value <= high:
            raise RunError(
                "ORE-RUN-230",
                f"the parameter {mechanism}.{name} is {value:g}.",
                why=f"the equations of the mechanism hold from {low:g} to {high:g}.",
                fix=f"choose a value in that range, or leave {mechanism}.{name} out.",
            )
