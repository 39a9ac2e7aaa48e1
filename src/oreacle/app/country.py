"""The command `world country`: what the world holds of one country.

Does      Shows supply, ownership abroad, measures, clubs, conditions and hazards.
Units     In the heads of tables.
Method    The largest lines of each list; `--json` holds all.
Assumes   The record of `oreacle.app.country_records`.
Not here  Whom it depends on: see `world exposure`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from oreacle.app.options import AsJson, Data, Sources
from oreacle.app.output import say, text_table, write_json

TOP = 12


def country(
    name: Annotated[
        str, typer.Argument(metavar="ISO3", help="Country or trade actor, such as CHL or EU.")
    ],
    data: Data = None,
    sources: Sources = False,
    as_json: AsJson = False,
) -> None:
    """Show one country: what it mines, refines and uses, owns abroad, restricts, and belongs to.

    Example: oreacle world country CHL
    """
    from oreacle.app.country_records import country_record
    from oreacle.scenario.names import name_book
    from oreacle.world.load import load_world

    world = load_world(data)
    record = country_record(world, name_book(world).place(name))
    if as_json:
        write_json(record)
        return
    say(_text(record, with_sources=sources))


def _text(record: dict[str, Any], *, with_sources: bool) -> str:
    lines = _head(record)
    lines += _part(
        "Shares of the world",
        {
            "mineral": "mineral",
            "stage": "stage",
            "t/yr": "quantity_t",
            "%": "percent",
            "rank": "rank",
        },
        record["supply"],
    )
    lines += _owned_part(record, with_sources=with_sources)
    heads = {"measure": "measure_id", "instrument": "instrument", "link": "link", "since": "since"}
    if with_sources:
        heads |= {"basis": "strength_basis", "source": "source"}
    lines += _part("Export measures in force", heads, record["measures"])
    lines += _part("Measures of others aimed at it", heads, record["aimed_at_it"])
    if record["clubs"]:
        lines += ["", f"Member of: {', '.join(record['clubs'])}"]
    facts = {"field": "field", "value": "value", "words": "text", "unit": "unit", "year": "year"}
    hazards = {"hazard": "hazard", "class": "level", "in words": "text"}
    if with_sources:
        facts |= {"basis": "basis", "source": "source"}
        hazards |= {"seen": "seen", "source": "source"}
    lines += _part("Conditions of mining", facts, record["conditions"])
    lines += _part("Hazards", hazards, record["hazards"])
    stocks = {
        "material": "material",
        "kind": "kind",
        "value": "value",
        "unit": "unit",
        "year": "year",
    }
    lines += _part("Public stocks", stocks, record["stockpiles"])
    lines += ["", f"Whom it depends on: oreacle world exposure {record['place']}"]
    return "\n".join(lines)


def _owned_part(record: dict[str, Any], *, with_sources: bool) -> list[str]:
    heads = {
        "mineral": "mineral",
        "stage": "stage",
        "in": "country",
        "% of the world": "percent_of_world",
        "% of the country's": "percent_of_country",
        "measure": "measure",
        "basis": "basis",
    }
    if with_sources:
        heads |= {"confidence": "confidence", "source": "source"}
    owner = record["owner"]
    whose = "" if owner == record["place"] else f" by owners of {owner}, not of the country alone"
    return _part(f"Owned or controlled in other countries{whose}", heads, record["owns"])


def _head(record: dict[str, Any]) -> list[str]:
    gdp = record["gdp_usd"]
    lines = [
        f"{record['name']} ({record['place']}), base year {record['base_year']}",
        "gross domestic product: "
        + ("no figure" if gdp is None else f"{gdp / 1e9:,.0f} billion USD ({record['gdp_year']})"),
    ]
    if record["members"]:
        lines.append(f"members: {', '.join(record['members'])}")
    elif record["actor"] != record["place"]:
        lines.append(f"export rules are made by {record['actor']}")
    for title, key in (
        ("political stability (-2.5 to 2.5)", "stability"),
        ("ideal point in United Nations votes", "ideal_point"),
    ):
        for found in record[key]:
            known = found["value"] is not None
            lines.append(
                f"{title}: {found['value']:.2f} in {found['year']}" if known else f"{title}: none"
            )
    return lines


def _part(title: str, heads: dict[str, str], rows: Sequence[dict[str, Any]]) -> list[str]:
    """Return a titled table; nothing where there is no row."""
    if not rows:
        return []
    shown = rows[:TOP]
    more = f", {len(shown)} of {len(rows)}" if len(shown) < len(rows) else ""
    cells = [[_cell(row[key]) for key in heads.values()] for row in shown]
    return ["", title + more, text_table(list(heads), cells)]


def _cell(value: object) -> object:
    return "-" if value is None or value == "" else value
