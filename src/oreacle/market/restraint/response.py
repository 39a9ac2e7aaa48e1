"""How the level of each ceiling answers the strength of a control.

Does      Clears many strengths, or many draws, in one batch and reads the ceilings.
Units     Those of the ceilings.
Method    Each case carries a control of its own; the reference of a case has the same parameters
          and no control. A case that does not solve reads as missing (NaN), never as safe.
Assumes   As `oreacle.market.sampled`.
Not here  The search: see `oreacle.market.restraint.search`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import numpy as np

from oreacle.market.apply import PolicyDesk
from oreacle.market.balance import evaluate
from oreacle.market.clear import market
from oreacle.market.comparison import Comparison, State
from oreacle.market.groups import lean, writable
from oreacle.market.policies import ExportMeasure
from oreacle.market.restraint.ceilings import Ceiling, reader_of
from oreacle.market.restraint.control import ExportControl
from oreacle.market.sampled import Sample, sampled_markets, solve_each, solve_from_first
from oreacle.world.snapshot import World


class Response:
    """The ceilings of one control as functions of its strength.

    Parameters
    ----------
    world
        The world snapshot.
    control
        The control without its number.
    ceilings
        What it may not break.
    sample
        Draws of the parameters; case 0 has the central ones.

    Raises
    ------
    ScenarioError
        ORE-SCN-007 if the control touches nothing; as `oreacle.market.clear.clear`.
    MarketError
        ORE-MKT-051 if a ceiling is about a place without such a price or use.
    """

    def __init__(
        self, world: World, control: ExportControl, ceilings: Sequence[Ceiling], sample: Sample
    ) -> None:
        chain = world.chain(control.mineral)
        self._control = control
        self._desk = PolicyDesk(chain, world.territory, world.measures)
        actor = world.territory.acting(control.actor)
        self._readers = [reader_of(one, actor, chain, world.territory) for one in ceilings]
        _, reference, _ = sampled_markets(
            world,
            control.mineral,
            (),
            sample,
            lambda one, ways, routed: market(one, control.mineral, ways=ways, routed=routed),
        )
        self._desk.apply(reference.take(np.array([0])), (control.policy(control.strongest),))
        solution = solve_from_first(reference)
        self._then = State.of(reference, solution, np.arange(reference.size))
        self._is_solved = solution.solved

    def levels(self, rows: np.ndarray, strengths: np.ndarray) -> np.ndarray:
        """Return the level of each ceiling, shape (ceiling, case); NaN where not solved.

        Parameters
        ----------
        rows
            Parameters of each case: 0 for the central ones, k + 1 for draw k, shape (case,).
        strengths
            Strength of the control in each case, shape (case,) [1].
        """
        made = {float(s): self._control.policy(float(s)) for s in np.unique(strengths)}
        return self.levels_under(rows, [made[float(s)] for s in strengths])

    def levels_under(self, rows: np.ndarray, policies: Sequence[ExportMeasure]) -> np.ndarray:
        """Return the level of each ceiling under a policy for each case, shape (ceiling, case)."""
        prices = self._then.prices.take(rows)
        reference = self._then.problem.take(rows)
        case = writable(reference)
        start = 0
        for policy, group in groupby(policies):
            stop = start + len(list(group))
            self._desk.put_in_force(case, (policy,), slice(start, stop))
            start = stop
        problem = lean(case)
        solution = solve_each(problem, None)
        then = State(reference, prices, evaluate(reference, prices))
        comparison = Comparison(State.of(problem, solution, np.arange(problem.size)), then)
        found = np.array([read(comparison) for read in self._readers])
        return np.where(solution.solved & self._is_solved[rows], found, np.nan)
