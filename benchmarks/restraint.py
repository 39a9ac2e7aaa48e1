"""Calibrated controls beside bans: the price, and the acts of others in the next year.

Run: python benchmarks/restraint.py [--ceiling 0.2] [--draws 100] [--sweep]
For each mineral the actor that sells most of the world's ore or refined product abroad: the
strongest quota under which the price abroad rises by less than the ceiling, at the central
parameters and in 90 % of draws, and a ban on the same exports. For the second and the third: rise
of the price abroad at first, in expectation over who follows, and if all likely followers do; and
the change of the expected number of other actors with a new restriction in the next year, with its
10 to 90 % band. The last lines sum up, and give the wall time of a question.
With --sweep: how many of many questions without draws are answered, and how the others are refused
(quota and tax, on everyone and on the USA, seven ceilings, all minerals).
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from itertools import product

import numpy as np

from oreacle.core.errors import OreacleError
from oreacle.core.labels import REST_OF_WORLD
from oreacle.engine.setting import Setting
from oreacle.engine.what_if import Moves, moved_inputs, restricted_links
from oreacle.forecasting.cascade import all_draws, cascade, log_prices, setting_of
from oreacle.forecasting.cascade_records import SecondRound
from oreacle.market.by_products import clear_all
from oreacle.market.policies import ExportMeasure
from oreacle.market.restraint.calibrate import restrain
from oreacle.market.restraint.ceilings import Ceiling, PriceCeiling, ShortageCeiling
from oreacle.market.restraint.control import KINDS, ExportControl
from oreacle.world.snapshot import World

LEAST_SHARE = 0.2
"""Share of the world's product sold abroad from which an actor is asked about [1]."""


def leading_seller(world: World, mineral: str) -> tuple[str, float]:
    """Return the actor that sells most abroad, and its share of the world's product [1]."""
    chain = world.chain(mineral)
    links = (
        (chain.ore_flow, chain.miners, chain.refiners),
        (chain.refined_flow, chain.refiners, chain.users),
    )
    sold = dict.fromkeys(world.territory.actors, 0.0)
    for flow, tails, heads in links:
        abroad = np.where(world.territory.is_outside(tails, heads), flow, 0.0).sum(axis=1)
        own = dict.fromkeys(sold, 0.0)
        for country, tonnes in zip(tails, abroad, strict=True):
            own[world.territory.actor_of[country]] += float(tonnes) / float(flow.sum())
        sold = {actor: max(sold[actor], own[actor]) for actor in sold}
    sold.pop(REST_OF_WORLD, None)
    leader = max(sold, key=lambda actor: sold[actor])
    return leader, sold[leader]


def followed(
    setting: Setting, policy: ExportMeasure
) -> tuple[SecondRound, tuple[float, float, float]]:
    """Return the prices round by round, and the change of others' expected acts with its band."""
    policies = (policy,)
    markets = clear_all(setting.world, policies)
    second = cascade(markets, policies, setting=setting).second_rounds[0]
    moves = Moves(log_prices(markets, policies, setting.world), restricted_links(policies))
    before = all_draws(setting, setting.known).act
    after = all_draws(setting, moved_inputs(setting, moves)).act
    others = [k for k, actor in enumerate(setting.acting) if actor != policy.actor]
    change = (after - before)[:, others].sum(axis=1)
    low, high = np.quantile(change, (0.1, 0.9))
    return second, (float(change.mean()), float(low), float(high))


def line(second: SecondRound, acts: tuple[float, float, float]) -> str:
    """Return one case as text."""
    prices = (second.first_round, second.expected, second.all_of_them)
    rises = " ".join(f"{100.0 * one.abroad:+8.1f}" for one in prices)
    return f"{rises}   {acts[0]:+.3f} ({acts[1]:+.3f} to {acts[2]:+.3f})"


def sweep(world: World) -> Counter[str]:
    """Return how often each status and each refusal comes."""
    found: Counter[str] = Counter()
    for mineral in world.chains:
        actor, _ = leading_seller(world, mineral)
        ceilings: tuple[Ceiling, ...] = (
            PriceCeiling(0.3),
            PriceCeiling(0.3, "JPN"),
            PriceCeiling(0.3, "EU"),
            PriceCeiling(0.3, "CHN", stage="refined"),
            PriceCeiling(0.3, actor),
            ShortageCeiling(0.05),
            ShortageCeiling(0.05, "USA"),
        )
        for kind, targets, ceiling in product(KINDS, ((), ("USA",)), ceilings):
            if targets == (actor,):
                continue
            control = ExportControl(actor, mineral, kind, targets)
            try:
                found[restrain(world, control, [ceiling], draws=0).status] += 1
            except OreacleError as error:
                found[error.code] += 1
    return found


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser()
    options.add_argument("--ceiling", type=float, default=0.2)
    options.add_argument("--draws", type=int, default=100)
    options.add_argument("--sweep", action="store_true")
    chosen = options.parse_args()
    setting = setting_of()
    if chosen.sweep:
        print(dict(sweep(setting.world)))
        return
    seconds, added = [], {"ban": [], "calibrated": []}
    print("% of the price abroad: first, expected, all follow; then acts of others a year")
    for mineral in setting.world.chains:
        actor, share = leading_seller(setting.world, mineral)
        if share < LEAST_SHARE:
            continue
        control = ExportControl(actor, mineral)
        start = time.perf_counter()
        try:
            found = restrain(
                setting.world, control, [PriceCeiling(chosen.ceiling)], draws=chosen.draws
            )
        except OreacleError as error:
            print(f"{actor} {mineral}: {error.what}")
            continue
        seconds.append(time.perf_counter() - start)
        stopped = [float("nan") if x is None else x.strength for x in (found.central, found.safe)]
        print(
            f"{actor} {mineral}, {share:.0%} of the world: {found.status}, stopped "
            f"{stopped[0]:.2%} at the centre, {stopped[1]:.2%} safely"
        )
        for name, one in (("ban", found.ban), ("calibrated", found.advised)):
            if one is None or one.policy is None:
                print(f"  {name:10} none")
                continue
            second, acts = followed(setting, one.policy)
            added[name].append(acts)
            print(f"  {name:10} {line(second, acts)}")
    for name, acts in added.items():
        means = [one[0] for one in acts]
        firm = sum(one[1] > 0.0 or one[2] < 0.0 for one in acts)
        print(
            f"{name}: others' acts {np.mean(means):+.3f} a year on the mean, at most "
            f"{max(means):+.3f}; band on one side of zero in {firm} of {len(acts)}"
        )
    print(f"a question: median {np.median(seconds):.2f} s, slowest {max(seconds):.2f} s")


if __name__ == "__main__":
    main()
