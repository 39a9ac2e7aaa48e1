"""The command `world exposure`: who a country depends on, seen through refining.

Does      Prints the exposure of a country or actor to all minerals, or to one in full.
Units     In the heads of tables; % are of the buyer's use unless said otherwise.
Method    Figures come with the grade of the trade data they rest on.
Assumes   The base year of the tables in use.
Not here  What a stop would do to prices: see `oreacle.app.shock`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from oreacle.app.options import AsJson, Data
from oreacle.app.output import say, text_table, write_json

ENTREPOTS = "entrepots"
"""Table of shares of flows that pass the customs of third countries, where it is embedded."""
TOP_PLACES = 8
TOP_PATHS = 8
GRADES = "Grade of trade data, ore/refined: A observed, B partly, C no trade data, - no ore trade."
OVERVIEW = {
    "mineral": "mineral",
    "use_percent_of_world": "% of world use",
    "not_home_percent": "% not home-made",
    "top_refiner": "refined in",
    "top_refiner_percent": "%",
    "top_origin": "mined in",
    "top_origin_percent": "%",
    "stops": "if this stops",
    "left_percent": "% left",
    "grade": "grade",
}
"""Key of a record and head of its column."""
Rows = Sequence[dict[str, Any]]


def exposure(
    name: Annotated[
        str, typer.Argument(metavar="ISO3", help="Country or trade actor, such as JPN or EU.")
    ],
    mineral: Annotated[
        str | None, typer.Option("--mineral", help="One mineral in full, such as gallium.")
    ] = None,
    sources: Annotated[
        bool, typer.Option("--sources", help="Add basis and source of the figures.")
    ] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Show who a country depends on, by refinery and by mine, and what a stop would leave.

    Example: oreacle world exposure JPN --mineral rare_earths_heavy
    """
    from oreacle.app.exposure_records import exposure_record, overview_record, source_records
    from oreacle.data.schema import table_names
    from oreacle.data.store import read_table
    from oreacle.scenario.names import name_book
    from oreacle.world.load import load_world

    world = load_world(data)
    book = name_book(world)
    buyer = book.place(name)
    entrepots = read_table(ENTREPOTS, data) if ENTREPOTS in table_names() else None
    if mineral is None:
        record = overview_record(world, buyer, entrepots=entrepots)
        shown = list(record["minerals"])
    else:
        record = exposure_record(
            world, book.mineral(mineral), buyer, data=data, entrepots=entrepots
        )
        shown = [record]
    if sources:
        nodes, flows = read_table("nodes", data), read_table("flows", data)
        record["sources"] = [
            {"mineral": row["mineral"], **source}
            for row in shown
            for source in source_records(world, str(row["mineral"]), nodes, flows)
        ]
    if as_json:
        write_json(record)
        return
    text = _overview_text(record) if mineral is None else _mineral_text(record)
    say(text + (_sources_text(record["sources"]) if sources else ""))


def _overview_text(record: dict[str, Any]) -> str:
    lines = [
        f"Exposure of {_titled(record)}, base year {record['base_year']}, the worst first",
        "",
        _table(tuple(OVERVIEW.values()), tuple(OVERVIEW), record["minerals"]),
        "",
        "In short",
        *(f"- {text}" for text in record["in_short"]),
    ]
    if record["not_shown"]:
        lines.append(f"- Use not shown apart from the rest: {', '.join(record['not_shown'])}.")
    return "\n".join(
        [
            *lines,
            "",
            "refined in, mined in: the largest named place abroad, % of the use. % left: covered "
            "use if the",
            "worst place abroad stops mining and refining, without re-allocation and stocks.",
            GRADES,
            f"One mineral in full: oreacle world exposure {record['buyer']} --mineral gallium",
        ]
    )


def _mineral_text(record: dict[str, Any]) -> str:
    lines = [
        f"Exposure of {_titled(record)} to {record['mineral_name']}, base year "
        f"{record['base_year']}",
        f"use {record['use_t']:,.0f} t a year on the scale of the chain, "
        f"{record['use_percent_of_world']:g} % of the world's",
        f"trade data: {record['data']}",
        "",
        "In short",
        *(f"- {text}" for text in record["in_short"]),
        "",
        "How much comes from abroad",
        _table(
            ("% of use", "is"),
            ("percent", "meaning"),
            [row for row in record["dependence"] if row["percent"] is not None],
        ),
        *_part("Refined in", ("place", "name", "percent"), record["refined_in"], TOP_PLACES),
        *_sellers(record),
        *_ores(record),
        *_failures(record["points_of_failure"]),
        "",
        "If the largest supplier abroad stops (N-1), without re-allocation and stocks",
        _table(
            ("for", "stops", "at", "% lost", "% left"),
            ("for", "stops", "stage", "lost_percent", "left_percent"),
            record["coverage"],
        ),
        *_concentration(record["concentration"]),
        *_owners(record["sourced_owners_percent"]),
        *_geopolrisk(record["geopolrisk"]),
        *_study(record["eu_supply_risk"]),
    ]
    return "\n".join(lines)


def _owners(sourced: dict[str, float]) -> list[str]:
    if not sourced:
        return []
    parts = ", ".join(f"{percent:g} % of {stage} tonnes" for stage, percent in sourced.items())
    return [f"By owner: owners are sourced for {parts}; the rest counts where it lies."]


def _geopolrisk(rows: Rows) -> list[str]:
    title = "GeoPolRisk: concentration of output x share of imports weighted by instability"
    if not rows:
        return ["", title, "no trade data, or no output by country, for this mineral and importer"]
    heads = ("material", "year", "HHI", "import risk", "score", "imports, t", "world output, t")
    keys = ("material", "year", "hhi", "import_risk", "score", "imports_t", "output_t")
    return [
        "",
        title,
        _table(heads, keys, rows),
        "Imports of one code, mostly ore: a low score says nothing of metal bought abroad.",
    ]


def _sellers(record: dict[str, Any]) -> list[str]:
    """Return sellers by customs, if they differ from the places of refining."""
    rows = record["sellers"]
    if all(row["seller"] == row["origin"] for row in rows):
        return []
    sums: dict[str, float] = {}
    for row in rows:
        sums[row["seller"]] = sums.get(row["seller"], 0.0) + row["percent"]
    ordered = sorted(sums.items(), key=lambda item: (-item[1], item[0]))
    bought = [{"place": place, "percent": round(percent, 1)} for place, percent in ordered]
    title = "Bought from (customs) and refined in"
    return [
        *_part("Bought from, by customs", ("place", "percent"), bought, TOP_PLACES),
        *_part(title, ("seller", "origin", "percent", "basis", "source"), rows, TOP_PLACES),
    ]


def _ores(record: dict[str, Any]) -> list[str]:
    """Return whose ore it is, unless mine and refinery are one."""
    if str(record["grade"]).startswith("-"):
        return []
    keys = ("mined_in", "refined_in", "percent")
    return [
        *_part("Ore mined in", ("place", "name", "percent"), record["mined_in"], TOP_PLACES),
        *_part("Paths from mine to buyer", keys, record["through"], TOP_PATHS),
    ]


def _failures(rows: Rows) -> list[str]:
    title = "Single points of failure, a quarter of the use or more"
    if not rows:
        return ["", title, "none"]
    shown = [
        {**row, "place": f"{row['place']} (home)" if row["is_home"] else row["place"]}
        for row in rows
    ]
    return [
        "",
        title,
        _table(("place", "stage", "counted", "%"), ("place", "stage", "counted", "percent"), shown),
    ]


def _concentration(rows: Rows) -> list[str]:
    heads = ("stage", "counted by", "leader", "%", "top 3 %", "HHI", "HHI-governance", "ROW %")
    keys = (
        "stage",
        "counted",
        "leader",
        "leader_percent",
        "top_three_percent",
        "hhi",
        "hhi_governance",
        "rest_percent",
    )
    return [
        "",
        "Concentration of the world",
        _table(heads, keys, rows),
        "HHI from 0 to 1; HHI-governance from 0 to 10, by political stability; ROW counts as one.",
    ]


def _study(rows: Rows | None) -> list[str]:
    if not rows:
        return []
    keys = ("material", "stage", "published", "recomputed", "low", "high", "verdict", "note")
    return [
        "",
        "Supply risk of the European Union, study of 2023 (mean of 2016-2020), recomputed",
        _table(keys, keys, rows),
    ]


def _sources_text(rows: Rows) -> str:
    heads = ("mineral", "figure", "%", "basis", "source")
    table = _table(heads, ("mineral", "figure", "percent", "basis", "source"), rows)
    return f"\n\nBasis and source of the figures, % of the quantity\n{table}"


def _part(title: str, keys: Sequence[str], rows: Rows, most: int) -> list[str]:
    heads = tuple(
        {"percent": "%", "mined_in": "mined in", "refined_in": "refined in"}.get(k, k) for k in keys
    )
    count = f", {most} of {len(rows)}" if len(rows) > most else ""
    return ["", f"{title}{count}", _table(heads, keys, rows[:most])]


def _table(heads: Sequence[str], keys: Sequence[str], rows: Rows) -> str:
    return text_table(heads, [[row[key] for key in keys] for row in rows])


def _titled(record: dict[str, Any]) -> str:
    is_same = record["name"] == record["buyer"]
    return str(record["buyer"]) if is_same else f"{record['name']} ({record['buyer']})"
