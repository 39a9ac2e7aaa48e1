"""Support of producers clears in every real market, also where nobody can take the output."""

from __future__ import annotations

from contextlib import suppress

import numpy as np
import pytest

from oreacle.core.errors import ScenarioError
from oreacle.market.apply import PolicyDesk
from oreacle.market.certificate import certify
from oreacle.market.clear import market
from oreacle.market.kernel import solve
from oreacle.market.policies import ExportBan, Policy, PriceFloor, ProductionSubsidy
from oreacle.world.chain import Chain
from oreacle.world.load import load_world

WORLD = load_world()


def producers(chain: Chain) -> list[tuple[str, str]]:
    """Return the largest mine, the fifth, and the largest plant, as stage and place."""
    mines = [chain.miners[k] for k in np.argsort(-chain.mined) if chain.miners[k] != "ROW"]
    plants = [chain.refiners[k] for k in np.argsort(-chain.refined) if chain.refiners[k] != "ROW"]
    return [("mined", mine) for mine in (*mines[:1], *mines[4:5])] + [("refined", plants[0])]


def supports(chain: Chain, stage: str, place: str) -> list[Policy]:
    return [
        PriceFloor(place, chain.mineral, stage, multiple=1.5),
        PriceFloor(place, chain.mineral, stage, multiple=3.0),
        ProductionSubsidy(place, chain.mineral, stage, amount=0.3 * chain.price_refined),
    ]


@pytest.mark.parametrize("mineral", WORLD.mineral_names)
def test_floors_and_subsidies_clear_with_and_without_a_ban(mineral: str) -> None:
    chain = WORLD.chain(mineral)
    desk = PolicyDesk(chain, WORLD.territory, WORLD.measures)
    base = market(WORLD, mineral)
    for stage, place in producers(chain):
        ban = ExportBan(WORLD.territory.actor_of[place], mineral)
        for support in supports(chain, stage, place):
            cases = [desk.apply(base, [support])]
            with suppress(ScenarioError):  # an exporter of nothing has nothing to ban
                cases.append(desk.apply(base, [support, ban]))
            for case in cases:
                assert certify(case, solve(case), 0).is_solved
