"""Does every market clear to its certificate under hard policies?

Run: python benchmarks/stress.py
For every mineral and each of its three largest places: capacity losses of 50, 99 and 100 %, bans at
95 and 100 %, quotas of nothing and of 40 %, and an export tax of 100 %.
"""

from __future__ import annotations

import time

from oreacle.core.errors import MarketError, ScenarioError
from oreacle.market.clear import clear
from oreacle.market.policies import CapacityLoss, ExportBan, ExportQuota, ExportTax, Policy
from oreacle.world.load import load_world
from oreacle.world.snapshot import World

LARGEST = 3


def hard_policies(world: World, mineral: str) -> list[Policy]:
    """Return the policies of the test on one mineral."""
    chain = world.chain(mineral)
    pool: list[Policy] = []
    for stage, link in (("mined", "ore"), ("refined", "refined")):
        for place in list(chain.shares(stage))[:LARGEST]:
            pool += [CapacityLoss(place, mineral, stage, share) for share in (0.5, 0.99, 1.0)]
            if place == "ROW":
                continue
            actor = world.territory.actor_of[place]
            pool += [ExportBan(actor, mineral, (), strength, link) for strength in (0.95, 1.0)]
            pool += [ExportQuota(actor, mineral, allowed, link) for allowed in (0.0, 0.4)]
            pool.append(ExportTax(actor, mineral, 1.0, (), link))
    return pool


def main() -> None:
    """Print failures and the totals."""
    world, start = load_world(), time.perf_counter()
    cleared, idle, failed = 0, 0, 0
    for mineral in world.mineral_names:
        for policy in hard_policies(world, mineral):
            try:
                clear(world, mineral, [policy])
                cleared += 1
            except ScenarioError:
                idle += 1
            except MarketError as error:
                failed += 1
                print(f"{policy}: {error.what}")
    seconds = time.perf_counter() - start
    print(f"cleared {cleared}, failed {failed}, without exports to touch {idle}; {seconds:.0f} s")


if __name__ == "__main__":
    main()
