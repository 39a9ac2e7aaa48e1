"""Whether the entries of a scenario can touch anything in a world.

Does      Refuses a scenario with an entry on flows, places or measures that are not there, or with
          entries that contradict each other.
Units     None.
Method    Each policy is put in force alone in the market of the base year; shocks and trends are
          held against output and use of the base year.
Assumes   What the base year does not have, a run does not have either.
Not here  What a policy changes: see `oreacle.market.clear`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from oreacle.core.errors import ScenarioError
from oreacle.core.labels import SECTORS
from oreacle.market.apply import PolicyDesk
from oreacle.market.clear import market
from oreacle.scenario.assumptions import DemandTrend
from oreacle.scenario.causes import DEMAND, PASSAGE
from oreacle.scenario.contradictions import contradictions, doctrine_is_neutral
from oreacle.scenario.faults import joined_error
from oreacle.scenario.names import name_book
from oreacle.scenario.scenario import Scenario
from oreacle.world.chain import Chain
from oreacle.world.snapshot import World

STAGES = ("mined", "refined")


def refuse_idle_policies(scenario: Scenario, world: World) -> None:
    """Refuse a scenario in which an entry would change nothing, naming every such entry.

    Raises
    ------
    ScenarioError
        ORE-SCN-007 if an actor supplies nothing that a policy could touch, ORE-SCN-008 if a
        measure to lift did not shape the base year, ORE-SCN-076 on any other entry that touches
        nothing; the codes of `oreacle.scenario.contradictions`; ORE-SCN-011 naming all if there
        are several.
    """
    faults = [
        *_idle_policies(scenario, world),
        *_neutral_entries(scenario),
        *_unreached(scenario, world),
        *(
            _told(_written(place), error)
            for place, error in contradictions(scenario, name_book(world))
        ),
    ]
    if faults:
        raise joined_error(scenario.name, faults)


def _idle_policies(scenario: Scenario, world: World) -> Iterator[ScenarioError]:
    for position, item in enumerate(scenario.policies):
        mineral = item.policy.mineral
        desk = PolicyDesk.of(world, mineral)
        try:
            desk.apply(market(world, mineral), [item.policy])
        except ScenarioError as error:
            yield _told(f"policies[{position}]", error)


def _told(where: str, error: ScenarioError) -> ScenarioError:
    return ScenarioError(error.code, f"{where}: {error.what}", why=error.why, fix=error.fix)


def _written(place: Sequence[str | int]) -> str:
    text = str(place[0])
    for part in place[1:]:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text


def _neutral_entries(scenario: Scenario) -> Iterator[ScenarioError]:
    """Yield entries that are at the strength at which nothing differs."""
    neutral = {
        "doctrines": [doctrine_is_neutral(one) for one in scenario.doctrines],
        "shock_rates": [one.factor == 1.0 for one in scenario.shock_rates],
        "shocks": [one.loss == 0.0 for one in scenario.shocks],
        "trends": [one.yearly == 0.0 for one in scenario.trends],
        "odds": [one.factor == 1.0 for one in scenario.odds],
    }
    for key, flags in neutral.items():
        for k, is_neutral in enumerate(flags):
            if is_neutral:
                yield _idle(f"{key}[{k}]", "is at the strength at which nothing differs")


def _unreached(scenario: Scenario, world: World) -> Iterator[ScenarioError]:
    """Yield shocks and trends in places that have nothing of what they are about."""
    for k, shock in enumerate(scenario.shocks):
        if shock.cause == PASSAGE:
            continue
        chains = _chains(world, shock.mineral)
        if shock.cause == DEMAND:
            missing, is_hit = "use", any(_used(chain, shock.place, world) for chain in chains)
        else:
            stages = STAGES if shock.stage is None else (shock.stage,)
            missing = f"{' or '.join(stages)} output"
            is_hit = any(_makes(c, s, shock.place, world) for c in chains for s in stages)
        if not is_hit:
            goods = shock.mineral or "any mineral"
            yield _idle(f"shocks[{k}]", f"hits {shock.place}, which has no {missing} of {goods}")
    for k, rate in enumerate(scenario.shock_rates):
        if rate.place is not None and not any(
            _makes(c, s, rate.place, world) for c in _chains(world, None) for s in STAGES
        ):
            yield _idle(
                f"shock_rates[{k}]", f"is about {rate.place}, which mines and refines nothing"
            )
    for k, trend in enumerate(scenario.trends):
        if not any(_uses(chain, trend, world) for chain in _chains(world, trend.mineral)):
            parts = [p for p in (trend.mineral, trend.sector, trend.place) if p is not None]
            yield _idle(f"trends[{k}]", f"is about {', '.join(parts)}, where nothing is used")


def _chains(world: World, mineral: str | None) -> list[Chain]:
    return [chain for name, chain in world.chains.items() if mineral in (None, name)]


def _makes(chain: Chain, stage: str, place: str, world: World) -> bool:
    places, output = (
        (chain.miners, chain.mined) if stage == "mined" else (chain.refiners, chain.refined)
    )
    return bool((output[_inside(places, place, world)] > 0.0).any())


def _uses(chain: Chain, trend: DemandTrend, world: World) -> bool:
    if trend.sector is not None and chain.sector_shares[SECTORS.index(trend.sector)] <= 0.0:
        return False
    return trend.place is None or _used(chain, trend.place, world)


def _used(chain: Chain, place: str, world: World) -> bool:
    return bool((chain.used[_inside(chain.users, place, world)] > 0.0).any())


def _inside(places: Sequence[str], place: str, world: World) -> np.ndarray:
    """Return which places are the one that is meant, or in it, shape (place,)."""
    actor_of = world.territory.actor_of
    return np.array([place in (one, actor_of.get(one)) for one in places], dtype=bool)


def _idle(where: str, what: str) -> ScenarioError:
    return ScenarioError(
        "ORE-SCN-076",
        f"{where} {what}.",
        why="the entry would change nothing, and the run would look as if it did.",
        fix="correct it or take it out; `oreacle world country` and `oreacle world mineral` show "
        "who makes and uses what.",
    )
