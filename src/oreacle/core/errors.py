"""Errors that say what happened, why it matters and how to mend it.

Does      Defines `OreacleError` and its kinds; every error carries a stable code.
Units     None.
Method    An error is data (code, what, why, fix); its text is made from them.
Assumes   Every code used in the package has an entry in `docs/errors.md` (tested).
Not here  How errors are shown to a user: see `oreacle.app`.
"""

from __future__ import annotations

from typing import Any


class OreacleError(Exception):
    """An error with a stable code, a reason and a way out.

    Parameters
    ----------
    code
        Stable code such as ``ORE-SCN-002``; explained in `docs/errors.md`.
    what
        What was found, naming the offending value and its place.
    why
        Why going on would be wrong.
    fix
        What the user can do.

    Examples
    --------
    >>> print(DataError("ORE-DAT-004", "a gap.", why="unknown.", fix="fill it."))
    ORE-DAT-004: a gap.
      why: unknown.
      fix: fill it.
    """

    def __init__(self, code: str, what: str, *, why: str, fix: str) -> None:
        super().__init__(code, what, why, fix)
        self.code = code
        self.what = what
        self.why = why
        self.fix = fix

    def __str__(self) -> str:
        return f"{self.code}: {self.what}\n  why: {self.why}\n  fix: {self.fix}"

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle with all fields: errors travel back from worker processes."""
        return _rebuild, (type(self), self.code, self.what, self.why, self.fix)

    def as_dict(self) -> dict[str, str]:
        """Return code, what, why and fix as text, for `--json` output."""
        return {"code": self.code, "what": self.what, "why": self.why, "fix": self.fix}


def _rebuild(kind: type[OreacleError], code: str, what: str, why: str, fix: str) -> OreacleError:
    return kind(code, what, why=why, fix=fix)


class DataError(OreacleError):
    """A table, a source file or a figure is missing, wrong or inconsistent (ORE-DAT)."""


class UnitsError(OreacleError):
    """A quantity carries no unit, or the wrong one (ORE-UNI)."""


class ScenarioError(OreacleError):
    """A scenario, a sentence or a policy names something unknown or contradictory (ORE-SCN)."""


class MarketError(OreacleError):
    """A market could not be set up or cleared (ORE-MKT)."""


class CoalitionError(OreacleError):
    """A game, a table of payoffs, a club or a rule of division cannot be used (ORE-COA)."""


class RelationsError(OreacleError):
    """A relations model got features or coefficients that it cannot use (ORE-REL)."""


class RunError(OreacleError):
    """A run folder is missing, incomplete or not readable, or a run failed (ORE-RUN)."""
