"""The map of what closing a passage does to the ways of one mineral.

Does      Collects the ways of the base year's trade before and after, and draws both maps.
Units     t/yr in chain tonnes.
Method    Flows of the base year on both maps: only ways change, so that the maps differ by the
          closure alone. Pairs below a share of all trade between countries are left out and told.
Assumes   Ways are told by whoever routes: this module only asks.
Not here  Ways: see `oreacle.world.routing`. How flows change: see `.shock_charts`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence

from oreacle.present import words
from oreacle.present.charts.chart_style import ChartText, Spec
from oreacle.present.charts.country_shapes import country_shapes
from oreacle.present.charts.route_lines import Place, Stream, route_lines
from oreacle.present.charts.route_map import PassageMark, RouteLine, route_map
from oreacle.world.snapshot import World

Ways = Callable[[str, str], Sequence[Stream]]
"""Ways of the tonnes of an exporter and an importer."""
LEAST_SHARE = 0.002
"""Pairs below this share of the trade between countries are not drawn [1]."""
ALWAYS_NAMED = ("suez", "panama", "malacca", "gibraltar", "hormuz", "cape")
"""Passages that readers look for."""


def closure_map(
    world: World, mineral: str, link: str, ways: tuple[Ways, Ways], closed: Collection[str]
) -> Spec:
    """Return the ways of one mineral before and after passages are closed.

    Parameters
    ----------
    world
        Gives flows, passages, gateways and outlines.
    mineral, link
        Slug, and ``ore`` or ``refined``.
    ways
        Ways of a pair before, and after.
    closed
        Ids of the passages closed.

    Raises
    ------
    ChartError
        ORE-APP-012 if there is no trade between countries.
    """
    pairs, small = _pairs(world, mineral, link)
    passages = {name: (one.lon, one.lat) for name, one in world.routes.chokepoints.items()}
    shapes = country_shapes(world.directory)
    places = {code: place for code in shapes.polygons if (place := shapes.middle(code))}
    for gate in world.routes.gateways:
        if gate.lon is not None and gate.lat is not None:
            places[gate.name] = (gate.lon, gate.lat)
    before: list[RouteLine] = []
    after: list[RouteLine] = []
    undrawn = [0.0, 0.0]
    for exporter, importer, tonnes in pairs:
        for k, (ask, lines) in enumerate(zip(ways, (before, after), strict=True)):
            found, lost = route_lines(ask(exporter, importer), tonnes, places, passages)
            lines.extend(found)
            undrawn[k] += lost
    marks = _marks(world, passages, closed)
    text = _text(world, mineral, link, closed, small, undrawn)
    return route_map(before, after, marks, text, shapes=shapes)


def _pairs(world: World, mineral: str, link: str) -> tuple[list[tuple[str, str, float]], float]:
    """Return the pairs to draw, and the tonnes of those too small [t/yr]."""
    found = list(_flows(world, mineral, link))
    least = LEAST_SHARE * sum(tonnes for _, _, tonnes in found)
    kept = [pair for pair in found if pair[2] >= least]
    return kept, sum(pair[2] for pair in found if pair[2] < least)


def _flows(world: World, mineral: str, link: str) -> Iterator[tuple[str, str, float]]:
    chain = world.chain(mineral)
    is_ore = link == "ore"
    flow = chain.ore_flow if is_ore else chain.refined_flow
    tails, heads = (chain.miners, chain.refiners) if is_ore else (chain.refiners, chain.users)
    for i, exporter in enumerate(tails):
        for j, importer in enumerate(heads):
            if exporter != importer and flow[i, j] > 0.0:
                yield exporter, importer, float(flow[i, j])


def _marks(world: World, passages: dict[str, Place], closed: Collection[str]) -> list[PassageMark]:
    shown = [name for name in passages if name in closed or name in ALWAYS_NAMED]
    names = {name: one.name.partition(" (")[0] for name, one in world.routes.chokepoints.items()}
    return [PassageMark(names[name], passages[name], name in closed) for name in sorted(shown)]


def _text(
    world: World,
    mineral: str,
    link: str,
    closed: Collection[str],
    small: float,
    undrawn: Sequence[float],
) -> ChartText:
    name = words.short_name(world.chain(mineral).name).lower()
    what = f"{name} ore" if link == "ore" else f"refined {name}"
    points = world.routes.chokepoints
    shut = " and ".join(points[one].name.partition(" (")[0] for one in sorted(closed))
    notes = [f"pairs too small: {words.tonnes(small)}"] if small > 0.0 else []
    for lost, when in zip(undrawn, ("before", "after"), strict=True):
        if lost > 0.0:
            notes.append(f"without a way or a place {when}: {words.tonnes(lost)}")
    left_out = f" Not drawn: {'; '.join(notes)}." if notes else ""
    return ChartText(
        f"{shut} closed: how {what} goes round",
        f"Width: tonnes of {what} a year on each leg, trade of {world.base_year} on both maps.",
        f"Source: oreacle, trade of {world.base_year} along the cheapest ways; data as of "
        f"{world.as_of}. Lines join ports and passages and are no ships' tracks.{left_out}",
    )
