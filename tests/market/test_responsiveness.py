"""A chain's own s1 and s2 enter its links; without them the shared ones do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from tests.market.small import PARAMETERS, own_territory, random_chain

from oreacle.market.calibrate import base_problem
from oreacle.world.responsiveness import Responsiveness, UncertainParameter


def own(name: str, value: float) -> UncertainParameter:
    return UncertainParameter(name, value, value / 2, value * 2, "1", "estimated", "made up")


def test_own_substitution_replaces_the_shared_one_on_its_links_and_changes_nothing_else() -> None:
    chain = random_chain(np.random.default_rng(2), 4, 3, 5)
    territory = own_territory(chain.miners, chain.refiners, chain.users)
    response = Responsiveness(
        ore_substitution=own("ore_substitution", 5.0),
        refined_substitution=own("refined_substitution", 7.0),
        supply_elasticity=own("supply_elasticity", 0.9),
        demand_elasticity=own("demand_elasticity", 0.9),
        absent_ore_weight=own("absent_ore_weight", 0.1),
        absent_refined_weight=own("absent_refined_weight", 0.1),
    )
    shared = base_problem(chain, PARAMETERS, territory)
    changed = base_problem(replace(chain, responsiveness=response), PARAMETERS, territory)
    assert (shared.ore.substitution, shared.refined.substitution) == (3.0, 4.0)
    assert (changed.ore.substitution, changed.refined.substitution) == (5.0, 7.0)
    for link in ("ore", "refined"):
        same, other = getattr(shared, link), getattr(changed, link)
        np.testing.assert_array_equal(same.strength, other.strength)
        np.testing.assert_array_equal(same.reference, other.reference)
    np.testing.assert_array_equal(shared.mine_slack, changed.mine_slack)
    assert shared.mine_curve == changed.mine_curve
