"""A cleared small market beside its reference, for tests of results."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from tests.market.small import PARAMETERS, own_territory, random_chain

from oreacle.market.apply import PolicyDesk
from oreacle.market.calibrate import base_problem
from oreacle.market.comparison import Comparison, State
from oreacle.market.kernel import solve
from oreacle.market.policies import Policy
from oreacle.market.problem import Problem
from oreacle.world.entrepots import Entrepots

VIA = {("testium", "refined", "R00", "U00"): (("R00", 0.4), ("U01", 0.35), ("U02", 0.25))}


def compare(
    policies: Sequence[Policy],
    seed: int = 4,
    change: Callable[[Problem], Problem] | None = None,
    *,
    ways: bool = True,
    leak_cost: float = PARAMETERS.leak_cost,
) -> Comparison:
    """Return a random market with policies, and then with `change`, beside the same without."""
    chain = random_chain(np.random.default_rng(seed), 4, 3, 5)
    territory = own_territory(chain.miners, chain.refiners, chain.users)
    parameters = replace(PARAMETERS, leak_cost=leak_cost)
    entrepots = Entrepots(VIA) if ways else None
    base = base_problem(chain, parameters, territory, entrepots=entrepots)
    case = PolicyDesk(chain, territory).apply(base, policies)
    if change is not None:
        case = change(case)
    one = np.array([0])
    return Comparison(State.of(case, solve(case), one), State.of(base, solve(base), one))
