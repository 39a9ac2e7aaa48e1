"""The command `world route`: by which ports, passages and corridors a mineral travels.

Does      Shows the ways of one pair of countries leg by leg, in the base year and under changes.
Units     USD per tonne as shipped and per chain tonne; days; km.
Method    As `oreacle.world.routing.itinerary`.
Assumes   The base year of the tables in use.
Not here  What a closure does to prices: see `oreacle.app.shock`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from oreacle.app.options import AsJson, Data
from oreacle.app.output import say, text_table, write_json

if TYPE_CHECKING:
    from oreacle.world.routing import RouteChanges, RouteStream
    from oreacle.world.snapshot import World

Country = Annotated[str, typer.Argument(metavar="ISO3", help="Such as COD.")]
Names = Annotated[list[str] | None, typer.Option(help="Passage, corridor or gateway; repeat.")]


def route(
    exporter: Country,
    importer: Annotated[str, typer.Argument(metavar="ISO3", help="Such as CHN.")],
    mineral: Annotated[str, typer.Argument(metavar="ID", help="Such as copper.")],
    link: Annotated[str, typer.Option(help="ore or refined.")] = "refined",
    close: Names = None,
    open_: Annotated[
        list[str] | None, typer.Option("--open", help="Planned corridor, or nsr; repeat.")
    ] = None,
    *,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Show by which ports, passages and corridors a mineral travels.

    Example: oreacle world route COD CHN copper --close malacca
    """
    from oreacle.data.codes import canonical_code
    from oreacle.scenario.names import name_book
    from oreacle.world.load import load_world
    from oreacle.world.routing import RouteChanges

    world = load_world(data)
    changes = RouteChanges(frozenset(close or ()), frozenset(open_ or ()))
    slug = name_book(world).mineral(mineral)
    pair = canonical_code(exporter), canonical_code(importer)
    record = route_record(world, slug, link, pair, changes)
    if as_json:
        write_json(record)
        return
    say(_text(record))


def route_record(
    world: World, mineral: str, link: str, pair: tuple[str, str], changes: RouteChanges
) -> dict[str, Any]:
    """Return the ways of a pair as a record.

    Raises
    ------
    ScenarioError
        ORE-SCN-002 if the mineral is unknown.
    DataError
        ORE-DAT-133, 134 or 136 if a name or a country does not fit.
    """
    from oreacle.world.routing import itinerary, mineral_routes

    plan = mineral_routes(world, mineral, link, changes)
    streams = itinerary(world, mineral, link, *pair, changes)
    at = plan.exporters.index(pair[0]), plan.importers.index(pair[1])
    hosts = zip(plan.hosts, plan.across[at].tolist(), strict=True)
    return {
        "mineral": mineral,
        "link": link,
        "exporter": pair[0],
        "importer": pair[1],
        "closed": sorted(changes.closed),
        "opened": sorted(changes.opened),
        "is_known": bool(plan.is_known[at]),
        "vessel": plan.cargo.vessel,
        "shipped_per_chain_t": plan.cargo.shipped,
        "cost_usd_per_chain_t": float(plan.cost[at]),
        "days": float(plan.days[at]),
        "km": float(plan.km[at]),
        "reachable": float(plan.reachable[at]),
        "hosts": {name: share for name, share in hosts if share > 0.0},
        "ways": [_stream_record(stream) for stream in streams],
    }


def _stream_record(stream: RouteStream) -> dict[str, Any]:
    from dataclasses import asdict

    record = asdict(stream)
    record["legs"] = [asdict(leg) for leg in stream.legs]
    return record


def _text(record: dict[str, Any]) -> str:
    head = f"{record['mineral']}, {record['link']}, {record['exporter']} to {record['importer']}"
    for word in ("closed", "opened"):
        head += f"; {word}: {', '.join(record[word])}" if record[word] else ""
    if record["exporter"] == record["importer"]:
        return f"{head}\ninside one country: no route is reckoned"
    if not record["is_known"]:
        return f"{head}\nnot known: the rest of the world has no place on the map"
    lines = [head]
    if record["reachable"] <= 0.0:
        return f"{head}\nno way is left"
    lines.append(
        f"{record['cost_usd_per_chain_t']:,.0f} USD per chain tonne "
        f"({record['shipped_per_chain_t']:g} t as shipped, {record['vessel']}), "
        f"{record['days']:.0f} days, {record['km']:,.0f} km, "
        f"{record['reachable']:.0%} of tonnes have a way"
    )
    for way in record["ways"]:
        lines += ["", *_way_lines(way)]
    if record["hosts"]:
        shares = ", ".join(f"{name} {share:.0%}" for name, share in record["hosts"].items())
        lines += ["", f"across third countries: {shares}"]
    return "\n".join(lines)


def _way_lines(way: dict[str, Any]) -> list[str]:
    share = f"{way['share']:.1%} of tonnes"
    if not way["is_open"]:
        return [f"{share}: no way is left"]
    corridors = f" along {', '.join(way['corridors'])}" if way["corridors"] else ""
    rows = [
        [
            leg["start"],
            leg["end"],
            leg["mode"],
            leg["km"],
            leg["days"],
            leg["cost"],
            ", ".join(leg["passages"]) or "-",
        ]
        for leg in way["legs"]
    ]
    heads = ("from", "to", "mode", "km", "days", "USD/t", "passages")
    return [
        f"{share}{corridors}: {way['cost']:,.0f} USD/t as shipped, "
        f"of which money under way {way['money']:,.0f}",
        text_table(heads, rows),
    ]
