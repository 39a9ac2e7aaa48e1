"""How a solve ended.

Does      Names the ways in which a market clearing can end.
Units     None.
Method    A closed set; "not converged" is a status, never a number.
Assumes   Values of an unsolved market are missing (NaN), not guesses.
Not here  The residuals behind a status: see `oreacle.market.certificate`.
"""

from __future__ import annotations

from enum import StrEnum


class SolveStatus(StrEnum):
    """Status of one market clearing."""

    SOLVED = "solved"
    NOT_CONVERGED = "not_converged"
    SMALL_PIVOT = "small_pivot"
