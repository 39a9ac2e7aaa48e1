"""The command `escalation`: what acts call forth, and the ladder of two actors.

Does      Shows the measured numbers, or the acts and expected answers of a pair.
Units     As in `oreacle.forecasting.escalation`.
Method    Reads the table of measured numbers; nothing is fitted.
Assumes   None.
Not here  The measuring: see `oreacle.forecasting.escalation.fit`.
"""

from __future__ import annotations

from typing import Annotated

import typer

from oreacle.app.faults import InputError
from oreacle.app.options import AsJson, Data
from oreacle.app.output import show, write_json


def escalation(
    first: Annotated[
        str | None, typer.Argument(help="Such as USA; left out: what was measured over all.")
    ] = None,
    second: Annotated[str | None, typer.Argument(help="The other one, such as CHN.")] = None,
    *,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Show how often acts are answered, and the ladder of two actors.

    Example: oreacle escalation USA CHN

    Others: oreacle escalation (what was measured over all actors).

    Answers, branching and dependence are measured on dated acts against named targets, each with
    its 90 % interval and cases; what is not identified is named.
    """
    from oreacle.app.data_records import require_tables

    if first is not None and second is None:
        raise InputError(
            "ORE-APP-001",
            f"'{first}' stands alone.",
            why="a ladder has two sides.",
            fix=f"name the other side, as in oreacle escalation {first} CHN, or nobody.",
        )
    require_tables(data)
    if first is not None and second is not None:
        _pair(first, second, data, as_json=as_json)
    else:
        _overview(data, as_json=as_json)


def _overview(data: Data, *, as_json: bool) -> None:
    from oreacle.forecasting.escalation.parameters import read_escalation
    from oreacle.present.escalation_text import overview_text
    from oreacle.present.escalation_words import overview_gaps, overview_story

    found = read_escalation(data)
    if as_json:
        write_json(
            {
                "numbers": found.groups,
                "story": overview_story(found),
                "not_identified": overview_gaps(found),
            }
        )
    else:
        show(overview_text(found))


def _pair(first: str, second: str, data: Data, *, as_json: bool) -> None:
    from oreacle.forecasting.escalation.pair import pair_outlook
    from oreacle.present.escalation_text import pair_text
    from oreacle.present.escalation_words import pair_story
    from oreacle.present.shock_text import country_labels
    from oreacle.scenario.names import name_book
    from oreacle.world.load import load_world

    world = load_world(data)
    book, names = name_book(world), country_labels(world)
    one, two = (world.territory.acting(book.place(name)) for name in (first, second))
    found = pair_outlook(one, two, data)
    if as_json:
        write_json({"pair": found, "story": pair_story(found, names)})
    else:
        show(pair_text(found, names))
