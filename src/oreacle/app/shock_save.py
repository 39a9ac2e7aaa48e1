"""The option `--save`: charts of a what-if in a file.

Does      Checks the file before the market is cleared; writes the charts after.
Units     None.
Method    The suffix decides: .png and .svg hold the charts below each other, .html is a page.
Assumes   A file that is there may be replaced, as by `oreacle report --out`.
Not here  The charts: see `oreacle.present.charts`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from oreacle.app.faults import InputError
from oreacle.app.folders import check_writable
from oreacle.app.output import talk

if TYPE_CHECKING:
    from oreacle.market.outcome import Outcome
    from oreacle.market.policies import Policy
    from oreacle.world.snapshot import World

Save = Annotated[
    Path | None,
    typer.Option("--save", help="Write charts to FILE.png, FILE.svg or FILE.html."),
]


def check_save(path: Path | None) -> None:
    """Refuse a file that charts cannot be written to, before anything is computed.

    Raises
    ------
    ChartError
        ORE-APP-010 if the drawing library is missing; ORE-APP-011 if the suffix is another.
    InputError
        ORE-APP-003 if the place is a folder or cannot be written to.
    """
    if path is None:
        return
    from oreacle.present.charts.chart_files import check_suffix, require_drawing

    check_suffix(path)
    require_drawing()
    check_writable(path.parent)
    if path.is_dir():
        raise InputError(
            "ORE-APP-003",
            f"'{path}' is a folder.",
            why="charts are one file.",
            fix="name a file such as --save chart.png.",
        )
    path.parent.mkdir(parents=True, exist_ok=True)


def save_shock(
    path: Path | None,
    cases: Sequence[tuple[tuple[Policy, ...], Outcome]],
    world: World,
) -> None:
    """Write the charts of every market asked about, and say where.

    Raises
    ------
    ChartError
        ORE-APP-012 if there is nothing to draw; ORE-APP-013 if the file cannot be written.
    """
    if path is None:
        return
    from oreacle.present.charts.chart_files import save_charts
    from oreacle.present.charts.shock_charts import named, shock_charts
    from oreacle.present.shock_text import country_labels
    from oreacle.scenario.sentence import policy_sentence

    specs = []
    sentences = []
    for own, outcome in cases:
        sentence = "; ".join(policy_sentence(policy) for policy in own)
        sentences.append(sentence)
        specs += shock_charts(outcome, sentence, world=world, policies=own)
        specs += closure_maps(world, own, outcome.mineral)
    asked = named("; ".join(sentences), country_labels(world))
    title = f"What if {asked}"
    note = (
        f"The market of {world.base_year} cleared again with this in force, against "
        f"{world.base_year} as it was. Grey is not modelled, which is not zero. Point at a "
        "country, an arrow or a bar for its figure."
    )
    save_charts(specs, path, title=title, note=note)
    talk(f"charts: {path}")


def closure_maps(world: World, policies: Sequence[Policy], mineral: str) -> list[dict[str, Any]]:
    """Return maps of the ways of a mineral where policies close routes; none where they do not.

    A map is made for each link, ore or refined, whose ways change.
    """
    from oreacle.core.labels import LINKS
    from oreacle.market.policies.routes import RouteClosure
    from oreacle.present.charts.closure_chart import closure_map
    from oreacle.world.routing.changes import RouteChanges
    from oreacle.world.routing.itinerary import itinerary
    from oreacle.world.routing.routes_of_world import mineral_routes

    shut = {one.route for one in policies if isinstance(one, RouteClosure)}
    passages = shut & set(world.routes.chokepoints)
    if not passages:
        return []
    changes = RouteChanges(closed=frozenset(shut))
    maps = []
    for link in LINKS:
        then, now = (mineral_routes(world, mineral, link, c) for c in (RouteChanges(), changes))
        if (then.through == now.through).all() and (then.reachable == now.reachable).all():
            continue
        before = partial(itinerary, world, mineral, link)
        after = partial(itinerary, world, mineral, link, changes=changes)
        maps.append(closure_map(world, mineral, link, (before, after), passages))
    return maps
