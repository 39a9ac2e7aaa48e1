"""Every chokepoint closed for a year, for all minerals: tonnes, costs, and how long it takes.

Run from the project: python benchmarks/chokepoints.py
"""

from __future__ import annotations

from time import perf_counter

from oreacle.core.labels import LINKS
from oreacle.market.apply.routes import route_effect
from oreacle.market.carriage import planner_of
from oreacle.market.passages import RouteDesk, rerouting
from oreacle.market.policies import RouteClosure
from oreacle.market.route_use import minerals_touched
from oreacle.world.load import load_world
from oreacle.world.snapshot import World

WARMING = 1


def main() -> None:
    """Print one line for each passage."""
    world = load_world()
    desk = RouteDesk(world)
    for mineral in world.mineral_names:
        desk.ready(mineral)
    print(
        f"{'passage':<12} {'minerals':>8} {'used':>10} {'rerouted':>10} {'stranded':>10} "
        f"{'gap':>8} {'extra':>9} {'wedge gap':>9} {'solved':>7} {'time':>7}"
    )
    print(
        f"{'':<12} {'':>8} {'kt/yr':>10} {'kt/yr':>10} {'kt/yr':>10} "
        f"{'1':>8} {'M USD/yr':>9} {'1':>9} {'':>7} {'ms':>7}"
    )
    for passage in world.routes.chokepoints:
        start = perf_counter()
        minerals = minerals_touched(world, RouteClosure("any", passage))
        policies = [RouteClosure(mineral, passage) for mineral in minerals]
        markets = desk.clear(policies)
        taken = perf_counter() - start
        if not minerals:
            print(f"{passage:<12} {0:>8}")
            continue
        found = [rerouting(world, p.mineral, [p]) for p in policies]
        used, rerouted, stranded, paid = (
            sum(float(one[name].sum()) for one in found)
            for name in ("used", "rerouted", "stranded", "paid")
        )
        gap = abs(used - rerouted - stranded) / max(used, 1e-9)
        wedge = max(_wedge_gap(world, policy) for policy in policies)
        solved = sum(bool(solution.solved.all()) for _, solution in markets.values())
        print(
            f"{passage:<12} {len(minerals):>8} {used / 1e3:>10.1f} {rerouted / 1e3:>10.1f} "
            f"{stranded / 1e3:>10.1f} {gap:>8.1e} {paid / 1e6:>9.1f} {wedge:>9.1e} "
            f"{solved:>3}/{len(markets):<3} {taken * 1e3:>7.0f}"
        )


def _wedge_gap(world: World, policy: RouteClosure) -> float:
    """Return the largest gap of the market's wedge to the table's extra cost, fully open pairs."""
    planner = planner_of(world, policy.mineral)
    if planner is None:
        return 0.0
    table = rerouting(world, policy.mineral, [policy])
    gaps = [0.0]
    for link in LINKS:
        effect = route_effect(planner, link, [policy])
        base = planner.chain
        flow = base.ore_flow if link == "ore" else base.refined_flow
        rows = table.where(table.link == link, drop=True)
        ends = zip(
            rows.exporter.values,
            rows.importer.values,
            rows.paid.values,
            rows.stranded.values,
            strict=True,
        )
        for tail, head, paid, stranded in ends:
            cell = effect.exporters.index(tail), effect.importers.index(head)
            if stranded == 0.0:
                spent = float(effect.extra[cell]) * float(flow[cell])
                gaps.append(abs(spent - paid) / max(abs(paid), 1.0))
    return max(gaps)


if __name__ == "__main__":
    main()
