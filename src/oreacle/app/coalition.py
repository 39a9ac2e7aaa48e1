"""The command `coalition`: what a club is worth, to whom, and where it breaks.

Does      Reads a club, or an actor to found one around, and shows what is found.
Units     As in `oreacle.engine.clubs.study`.
Method    Members are trade actors, countries or clubs of countries; a threat is a sentence.
Assumes   Options that would change nothing are refused.
Not here  The study: see `oreacle.engine.clubs`. Its pages: see `oreacle.present.coalition_text`.
"""

from __future__ import annotations

from typing import Annotated

import typer

from oreacle.app.coalition_question import PARAMETERS, SHARE, Asked
from oreacle.app.options import AsJson, Data, Quiet
from oreacle.app.shock_save import Save, check_save

DRAWS = 500


def coalition(
    members: Annotated[
        list[str] | None,
        typer.Argument(help="Such as USA,JPN,EU or MSP; with --around: whom to try."),
    ] = None,
    *,
    mineral: Annotated[str | None, typer.Option(help="Such as cobalt.")] = None,
    purpose: Annotated[
        str, typer.Option(help="What it does; a mix: stockpile+procurement; or all.")
    ] = "stockpile",
    rule: Annotated[
        str, typer.Option(help='How it shares: need, contribution, price or "allies first".')
    ] = "need",
    first: Annotated[
        str | None, typer.Option(help='With "allies first": who comes first, such as JPN,EU.')
    ] = None,
    around: Annotated[
        str | None, typer.Option(help="Find the best clubs around this actor.")
    ] = None,
    covers: Annotated[
        str | None,
        typer.Option(help='With --around: smallest club against "CHN bans exports of gallium".'),
    ] = None,
    share: Annotated[
        float | None,
        typer.Option(help=f"With --covers: share of the loss to cover; default: {SHARE}."),
    ] = None,
    term: Annotated[
        list[str] | None, typer.Option(help="A term of clubs, such as stock_days=90; repeatable.")
    ] = None,
    restrictions: Annotated[
        float, typer.Option(help="Multiplies how likely new export restrictions are.")
    ] = 1.0,
    outages: Annotated[float, typer.Option(help="Multiplies how likely outages are.")] = 1.0,
    draws: Annotated[int, typer.Option("--draws", help="Draws of disruptions, twice.")] = DRAWS,
    seed: Annotated[int, typer.Option(help="Root seed: same seed, same numbers.")] = 0,
    parameters: Annotated[
        int | None,
        typer.Option(
            "--parameters",
            help=f"Draws of the market's parameters; 0 for none; default: {PARAMETERS}.",
        ),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(help="Processes for nine members or more; default: all cores.")
    ] = None,
    save: Save = None,
    data: Data = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Show what a club of states is worth, to whom, where it breaks and what mends it.

    Example: oreacle coalition USA,JPN,KOR,EU,AUS --mineral rare_earths_heavy

    Others: oreacle coalition MSP --purpose procurement --mineral cobalt;
    oreacle coalition --around USA --mineral gallium (the best clubs);
    oreacle coalition --around USA --covers "CHN bans exports of gallium" (the smallest).

    Purposes: stockpile, procurement, refining, research, certification, floor, insurance,
    recycling.

    Gains are expected over drawn disruptions of one year, against no club, in dollars. A sign is
    stated only if two independent sets of draws agree on it.
    """
    from oreacle.app.coalition_show import show_best, show_cover, show_study
    from oreacle.app.data_records import require_tables
    from oreacle.world.load import load_world

    asked = Asked(
        members=tuple(members or ()),
        mineral=mineral,
        purpose=purpose,
        rule=rule,
        first=first,
        around=around,
        covers=covers,
        share=share,
        terms=tuple(term or ()),
        rates=(restrictions, outages),
        draws=draws,
        seed=seed,
        parameters=parameters,
        workers=workers,
        save=save,
    )
    check_save(save)
    require_tables(data)
    world = load_world(data)
    shown = show_study if around is None else show_best if covers is None else show_cover
    shown(world, asked, as_json=as_json, quiet=quiet)
