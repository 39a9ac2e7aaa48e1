"""Whether the policies of a scenario can touch anything in a world.

Does      Refuses a scenario with a policy on flows, places or measures that are not there.
Units     None.
Method    Each policy is put in force alone in the market of the base year.
Assumes   What the base year does not have, a run does not have either.
Not here  What a policy changes: see `oreacle.market.clear`.
"""

from __future__ import annotations

from oreacle.core.errors import ScenarioError
from oreacle.market.apply import PolicyDesk
from oreacle.market.clear import market
from oreacle.scenario.faults import joined_error
from oreacle.scenario.scenario import Scenario
from oreacle.world.snapshot import World


def refuse_idle_policies(scenario: Scenario, world: World) -> None:
    """Refuse a scenario in which a policy would change nothing, naming every such policy.

    Raises
    ------
    ScenarioError
        ORE-SCN-007 if an actor supplies nothing that a policy could touch, ORE-SCN-008 if a
        measure to lift did not shape the base year, ORE-SCN-011 naming all if there are several.
    """
    faults = []
    for position, item in enumerate(scenario.policies):
        mineral = item.policy.mineral
        desk = PolicyDesk.of(world, mineral)
        try:
            desk.apply(market(world, mineral), [item.policy])
        except ScenarioError as error:
            what = f"policies[{position}]: {error.what}"
            faults.append(ScenarioError(error.code, what, why=error.why, fix=error.fix))
    if faults:
        raise joined_error(scenario.name, faults)
