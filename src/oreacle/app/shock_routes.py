"""What-ifs on the routes of all minerals: one summary in place of thirty pages.

Does      Clears every mineral that a sentence on routes touches and shows the sum of it.
Units     As in `oreacle.present.route_facts`.
Method    Central parameters only; one mineral is asked for with `--mineral` and then shown like any
          what-if, with intervals.
Assumes   All policies are on routes.
Not here  Reading the sentence: see `oreacle.scenario.sentence`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from oreacle.app.faults import InputError
from oreacle.app.output import show, write_json
from oreacle.app.shock_save import save_shock
from oreacle.core.labels import LINKS
from oreacle.market.policies import CorridorOpening, Policy, RouteClosure, RouteRisk
from oreacle.market.policies.routes import RoutePolicy

if TYPE_CHECKING:
    import xarray as xr

    from oreacle.market.outcome import Outcome
    from oreacle.world.snapshot import World

PAGES = 3
"""Up to this many minerals are shown one by one, as any other what-if."""


def route_policies(policies: Sequence[Policy]) -> list[RoutePolicy]:
    """Return those of the policies that are on routes."""
    return [p for p in policies if isinstance(p, RouteClosure | CorridorOpening | RouteRisk)]


def is_summary(policies: Sequence[Policy]) -> bool:
    """Return True if policies are on routes alone, of more minerals than are shown one by one."""
    minerals = {policy.mineral for policy in policies}
    return len(route_policies(policies)) == len(policies) and len(minerals) > PAGES


def on_mineral(policies: Sequence[Policy], name: str) -> tuple[Policy, ...]:
    """Return the policies on one mineral, by its slug.

    Raises
    ------
    InputError
        ORE-APP-001 if none of them is on it, or if some are on something else than routes.
    """
    found = tuple(policy for policy in policies if policy.mineral == name)
    if found and len(route_policies(policies)) == len(policies):
        return found
    touched = ", ".join(dict.fromkeys(policy.mineral for policy in policies))
    raise InputError(
        "ORE-APP-001",
        f"--mineral {name} stands beside a sentence that is not on its routes.",
        why="with a sentence it chooses one of the minerals whose routes change.",
        fix=f"leave it out, or name one of {touched}.",
    )


def show_summary(
    world: World,
    policies: Sequence[Policy],
    sentence: str,
    *,
    save: Path | None = None,
    as_json: bool,
) -> None:
    """Clear every mineral and print the summary, or all records as JSON.

    With `save` the charts are those of the minerals with the largest losses.

    Raises
    ------
    MarketError
        ORE-MKT-002 if a market did not solve to its certificate.
    ChartError
        As `oreacle.app.shock_save.save_shock`.
    """
    from oreacle.app.outcomes import outcome_record
    from oreacle.market.clear import cleared
    from oreacle.market.passages import rerouting
    from oreacle.present.route_facts import route_facts
    from oreacle.present.route_text import route_summary_text

    own = {
        mineral: [p for p in route_policies(policies) if p.mineral == mineral]
        for mineral in dict.fromkeys(policy.mineral for policy in policies)
    }
    moves = {mineral: rerouting(world, mineral, mine) for mineral, mine in own.items()}
    outcomes = {mineral: cleared(world, mineral, mine) for mineral, mine in own.items()}
    facts = route_facts(outcomes, moves, _traded(world, own), world.economies)
    most = [one.mineral for one in facts.minerals[:PAGES]]
    save_shock(save, [(tuple(own[name]), outcomes[name]) for name in most], world)
    if not as_json:
        show(route_summary_text(facts, route_policies(policies), world))
        return
    markets = [outcome_record(own[mineral], one, world) for mineral, one in outcomes.items()]
    write_json(
        {
            "sentence": sentence,
            "draws": 0,
            "seed": None,
            "summary": {**asdict(facts), "paid": facts.paid, "welfare": facts.welfare},
            "rerouting": rerouting_records(moves),
            "markets": markets,
            "by_products": [],
        }
    )


def show_pairs(world: World, policies: Sequence[Policy], outcomes: Sequence[Outcome]) -> None:
    """Print the pairs that changed routes touch, for each of a few minerals."""
    if not route_policies(policies):
        return
    from oreacle.market.passages import rerouting
    from oreacle.present.route_text import route_pairs_text

    for outcome in outcomes:
        own = [p for p in route_policies(policies) if p.mineral == outcome.mineral]
        move = rerouting(world, outcome.mineral, own) if own else None
        # What opens takes nothing away: no pair has to go another way.
        if move is not None and move.sizes["pair"]:
            show(route_pairs_text(move, world))


def rerouting_records(moves: Mapping[str, xr.Dataset]) -> list[dict[str, Any]]:
    """Return what was rerouted as plain values: a row for each pair, missing as None."""
    names = ("link", "exporter", "importer")
    rows: list[dict[str, Any]] = []
    for mineral, move in moves.items():
        for k in range(move.sizes["pair"]):
            one = move.isel(pair=k)
            values = {str(name): float(one[name]) for name in move.data_vars}
            ends = {name: str(one[name].values) for name in names}
            plain = {n: v if np.isfinite(v) else None for n, v in values.items()}
            rows.append({"mineral": mineral, **ends, **plain})
    return rows


def _traded(world: World, minerals: Mapping[str, object]) -> dict[str, float]:
    found = {}
    for mineral in minerals:
        chain = world.chain(mineral)
        total = 0.0
        for link in LINKS:
            tails, heads = chain.ends(link)
            abroad = np.not_equal.outer(np.array(tails), np.array(heads))
            total += float((chain.flow(link) * abroad).sum())
        found[mineral] = total
    return found
