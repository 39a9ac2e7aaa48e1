"""Random streams: one independent child per ensemble member.

Does      Derives the generator of a member from the root seed and the member number alone.
Units     None.
Method    `numpy.random.SeedSequence` with the member number as spawn key.
Assumes   Nothing about workers or order: a member draws the same numbers anywhere.
Not here  Who draws what: see `oreacle.engine`.
"""

from __future__ import annotations

import numpy as np

from oreacle.core.errors import ScenarioError

MAX_SEED = 2**63 - 1


def check_seed(seed: int) -> int:
    """Return `seed` if it is usable as a root seed.

    Raises
    ------
    ScenarioError
        ORE-SCN-010 if it is not a whole number, negative or above 2**63 - 1.
    """
    if isinstance(seed, bool) or not isinstance(seed, int):
        raise ScenarioError(
            "ORE-SCN-010",
            f"seed {seed!r} is not a whole number ({type(seed).__name__}).",
            why="a seed that is converted in silence would not be the one that the run records.",
            fix="give a whole number (int) such as 7.",
        )
    if not 0 <= seed <= MAX_SEED:
        raise ScenarioError(
            "ORE-SCN-010",
            f"seed {seed} is outside 0 to {MAX_SEED}.",
            why="the random streams are derived from a non-negative 63-bit root seed.",
            fix="give a whole number such as --seed 7.",
        )
    return seed


def member_stream(seed: int, member: int, *, purpose: int = 0) -> np.random.Generator:
    """Return the random stream of one member.

    Parameters
    ----------
    seed
        Root seed of the run.
    member
        Number of the member, from 0.
    purpose
        Separates independent streams of one member, so that switching one mechanism
        off does not shift the draws of another.

    Examples
    --------
    >>> a = member_stream(1, 5).random()
    >>> b = member_stream(1, 5).random()
    >>> a == b
    True
    """
    sequence = np.random.SeedSequence(check_seed(seed), spawn_key=(member, purpose))
    return np.random.Generator(np.random.PCG64(sequence))
