"""The option `--history` of the command `power`: leverage of one actor year by year.

Does      Clears the threats of each year and shows loss of the main targets and own cost.
Units     USD/yr, nominal; the table in million.
Method    See `oreacle.market.leverage.over_years`.
Assumes   An actor and one mineral are given.
Not here  Single years: see `oreacle.app.power`.
"""

from __future__ import annotations

from pathlib import Path

from oreacle.app.faults import InputError
from oreacle.app.output import show, write_json

THREADS = 2


def show_history(
    actor: str | None, mineral: str | None, data: Path | None, top: int, *, as_json: bool
) -> None:
    """Print leverage of an actor in a mineral over the years.

    Raises
    ------
    InputError
        ORE-APP-001 if the actor or the mineral is not given.
    """
    from oreacle.market.leverage.over_years import leverage_over_years
    from oreacle.present.power_history import history_record, history_text
    from oreacle.present.shock_text import country_labels
    from oreacle.scenario.names import name_book
    from oreacle.world.load import load_world

    if actor is None or mineral is None:
        raise InputError(
            "ORE-APP-001",
            "--history lacks an actor or --mineral.",
            why="a series is of one actor in one mineral.",
            fix="write oreacle power CHN --mineral rare_earths_light --history.",
        )
    world = load_world(data)
    book = name_book(world)
    code = world.territory.acting(book.place(actor))
    found = leverage_over_years(code, book.mineral(mineral), threads=THREADS, directory=data)
    if as_json:
        write_json(history_record(found))
    else:
        show(history_text(found, country_labels(world), top))
