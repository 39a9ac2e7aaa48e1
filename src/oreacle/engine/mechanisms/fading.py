"""Fading of what an event leaves, by half-life, for mechanisms.

Does      Turns a half-life into the share that is left after a year.
Units     Years; shares [1].
Method    2^(-1 / half-life).
Assumes   The half-life is a parameter that a scenario may set: it is checked here.
Not here  What fades: see the mechanisms.
"""

from __future__ import annotations

from oreacle.core.errors import RunError


def fading(half_life: float) -> float:
    """Return the share that is left after a year [1].

    Raises
    ------
    RunError
        ORE-RUN-210 if the half-life is not positive.

    Examples
    --------
    >>> fading(1.0)
    0.5
    """
    if not half_life > 0.0:
        raise RunError(
            "ORE-RUN-210",
            f"a half-life of {half_life:g} years.",
            why="what an event leaves must fade over time, or it would never have a usual level.",
            fix="set the parameter to a positive number of years.",
        )
    return float(0.5 ** (1.0 / half_life))
