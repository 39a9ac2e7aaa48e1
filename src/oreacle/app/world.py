"""The commands `world info`, `world minerals` and `world mineral`: what the model knows.

Does      Shows the embedded world: sizes, minerals, and one supply chain with its sources.
Units     In the heads of tables; t means tonnes of the chain unit.
Method    Figures come with the basis and source that their table names.
Assumes   The base year of the tables in use.
Not here  What would happen if: see `oreacle.app.shock`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from oreacle.app.options import AsJson, Data
from oreacle.app.output import say, text_table, write_json
from oreacle.core.labels import LINKS, STAGES
from oreacle.world.grades import NO_TRADE_DATA

TOP_NODES = 8
TOP_FLOWS = 10

app = typer.Typer(
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Show what the model knows of the world.\n\nExample: oreacle world mineral gallium",
)


@app.command()
def info(data: Data = None, as_json: AsJson = False) -> None:
    """Show size, dates, countries and actors of the world.

    Example: oreacle world info --json
    """
    from oreacle.app.world_records import world_record
    from oreacle.world.load import load_world

    record = world_record(load_world(data))
    if as_json:
        write_json(record)
        return
    say(f"World of {record['base_year']}, known to {record['as_of']}")
    counts = {name: len(record[name]) for name in ("minerals", "countries", "actors", "measures")}
    say(", ".join(f"{count} {name}" for name, count in counts.items()))
    say("")
    rows = [
        (row["country"], row["name"], row["actor"], row["gdp_usd"] and row["gdp_usd"] / 1e9)
        for row in record["countries"]
    ]
    say(text_table(("country", "name", "actor", "GDP, billion USD"), rows))
    say("\nMeasures of one mineral: oreacle world mineral gallium; all: oreacle world info --json")


@app.command()
def minerals(data: Data = None, as_json: AsJson = False) -> None:
    """List all minerals with size, leaders, price and data grade.

    Example: oreacle world minerals
    """
    from oreacle.app.world_records import mineral_rows
    from oreacle.world.grades import footnote
    from oreacle.world.load import load_world

    rows = mineral_rows(load_world(data))
    if as_json:
        write_json({"minerals": rows})
        return
    heads = ("mineral", "t/yr", "most mined", "%", "most refined", "%", "USD/t", "basis", "grade")
    keys = (
        "mineral",
        "throughput_t",
        "mined_leader",
        "mined_percent",
        "refined_leader",
        "refined_percent",
        "price_refined_usd_per_t",
        "price_refined_basis",
        "grade",
    )
    say(text_table(heads, [[row[key] for key in keys] for row in rows]))
    say(
        "\nGrade of trade data, ore/refined: A observed, B partly, C no trade data, "
        "- no ore traded."
    )
    note = footnote((str(row["mineral"]), str(row["grade"])) for row in rows)
    if note:
        say(note)


@app.command()
def mineral(
    name: Annotated[str, typer.Argument(metavar="ID", help="Such as gallium.")],
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Show one supply chain: who mines, refines and uses, links, measures, sources.

    Example: oreacle world mineral gallium
    """
    from oreacle.app.world_records import chain_record
    from oreacle.data.store import read_table
    from oreacle.scenario.names import name_book
    from oreacle.world.load import load_world

    world = load_world(data)
    slug = name_book(world).mineral(name)
    record = chain_record(world, slug, read_table("nodes", data))
    if as_json:
        write_json(record)
        return
    say(_chain_text(record))


def _chain_text(record: dict[str, Any]) -> str:
    """Return a chain as text: size, prices, nodes, links and measures."""
    lines = [
        f"{record['name']}: {record['throughput_t']:,.0f} {record['unit']} a year, "
        f"base year {record['base_year']}",
        f"mined counts {record['mined_form']}; refined counts {record['refined_form']}",
        f"price {record['price_refined_usd_per_t']:,.0f} USD/t "
        f"({record['price_refined_basis']}: {record['price_refined_source']})",
        f"trade data: {record['grade_words']}",
        "",
        text_table(("parameter", "value", "unit", "basis"), _rows(record["parameters"], 4)),
    ]
    for stage in STAGES:
        rows = [row for row in record["nodes"] if row["stage"] == stage]
        kept = _rows([list(row.values())[1:] for row in rows[:TOP_NODES]], 6)
        heads = ("country", "t/yr", "%", "year", "basis", "source")
        lines += ["", f"{stage}, {min(TOP_NODES, len(rows))} of {len(rows)} countries"]
        lines.append(text_table(heads, kept))
    for link in LINKS:
        flows = [row for row in record["flows"] if row["link"] == link]
        if flows:
            blind = record["trade_data"][link] == NO_TRADE_DATA
            caveat = f" (estimated: {NO_TRADE_DATA})" if blind else ""
            lines += ["", f"{link} flows across borders, the largest{caveat}"]
            top = [list(row.values())[1:] for row in flows[:TOP_FLOWS]]
            lines.append(text_table(("from", "to", "t/yr", "% of chain"), top))
    lines += ["", f"{len(record['measures'])} measures in the register"]
    if record["measures"]:
        lines.append(_measure_table(record["measures"]))
    return "\n".join(lines)


def _rows(rows: Sequence[Sequence[object]], width: int) -> list[list[object]]:
    return [list(row)[:width] for row in rows]


def _measure_table(measures: Sequence[dict[str, Any]]) -> str:
    heads = ("measure", "actor", "instrument", "link", "strength", "basis", "since", "targets")
    keys = (
        "measure_id",
        "actor",
        "instrument",
        "link",
        "strength",
        "strength_basis",
        "since",
        "targets",
    )
    rows = [
        [", ".join(row[key]) or "all" if key == "targets" else row[key] for key in keys]
        for row in measures
    ]
    return text_table(heads, rows)
