"""Who may look at markets and states while a block runs.

Does      Fixes what is shown of each cleared market and of each year.
Units     None.
Method    A watch is handed records that it must not change; a run without one does nothing for it.
Assumes   Calls come in the order of a year: each mineral's markets, then the year.
Not here  A watch that checks what it sees: see `oreacle.engine.audit`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from oreacle.engine.markets import Cleared
from oreacle.engine.state import State
from oreacle.market.problem import Prices, Problem


class Watch(Protocol):
    """Looks at a block of members."""

    def market(self, problem: Problem, prices: Prices, solved: np.ndarray) -> None:
        """See one cleared market: of each mineral first the reference, then the case.

        Parameters
        ----------
        problem, prices
            The market and its log prices over base.
        solved
            True where it solved, shape (member,).
        """

    def year(self, before: State, after: State, cleared: Sequence[Cleared]) -> None:
        """See a year: the state at its start and at its end, and what is kept of its markets."""
