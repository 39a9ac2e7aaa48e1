"""The commands `world info`, `world minerals` and `world mineral`: what the model knows.

Does      Shows the embedded world: sizes, minerals, and one supply chain with its sources.
Units     In the heads of tables; t means tonnes of the chain unit.
Method    Figures come with the basis and source that their table names.
Assumes   The base year of the tables in use.
Not here  What would happen if: see `oreacle.app.shock`.
"""

from __future__ import annotations

from typing import Annotated

import typer

from oreacle.app.clubs import clubs
from oreacle.app.country import country
from oreacle.app.exposure import exposure
from oreacle.app.options import AsJson, Data, Sources
from oreacle.app.output import say, text_table, write_json
from oreacle.app.route import route
from oreacle.app.world_check import check

app = typer.Typer(
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Show what the model knows of the world.\n\nExample: oreacle world mineral gallium",
)
app.command()(check)
app.command()(clubs)
app.command()(country)
app.command()(exposure)
app.command()(route)


@app.command()
def info(data: Data = None, sources: Sources = False, as_json: AsJson = False) -> None:
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
    heads = ["country", "name", "actor", "GDP, billion USD"]
    keys = ["country", "name", "actor", "gdp_billion_usd"]
    if sources:
        heads += ["year", "source"]
        keys += ["gdp_year", "source"]
    rows = [
        {**row, "gdp_billion_usd": row["gdp_usd"] and row["gdp_usd"] / 1e9}
        for row in record["countries"]
    ]
    say(text_table(heads, [[row[key] for key in keys] for row in rows]))
    say("\nMeasures of one mineral: oreacle world mineral gallium; all: oreacle world info --json")


@app.command()
def minerals(data: Data = None, sources: Sources = False, as_json: AsJson = False) -> None:
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
    heads = ["mineral", "t/yr", "most mined", "%", "most refined", "%", "USD/t", "basis", "grade"]
    keys = [
        "mineral",
        "throughput_t",
        "mined_leader",
        "mined_percent",
        "refined_leader",
        "refined_percent",
        "price_refined_usd_per_t",
        "price_refined_basis",
        "grade",
    ]
    if sources:
        heads += ["mined by", "refined by", "price by"]
        keys += ["mined_source", "refined_source", "price_refined_source"]
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
    sources: Sources = False,
    as_json: AsJson = False,
) -> None:
    """Show one supply chain: who mines, refines, recycles and uses, prices, links, measures.

    Example: oreacle world mineral gallium --sources
    """
    from oreacle.app.mineral_text import chain_text
    from oreacle.app.world_records import chain_record
    from oreacle.scenario.names import name_book
    from oreacle.world.load import load_world

    world = load_world(data)
    slug = name_book(world).mineral(name)
    record = chain_record(world, slug)
    if as_json:
        write_json(record)
        return
    say(chain_text(record, with_sources=sources))
