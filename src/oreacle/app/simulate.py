"""The command `simulate`: one path of a scenario, told year by year.

Does      Runs one member, tells its history with `--trace`, or its yearly figures without.
Units     As in `oreacle.forecasting.histories`.
Method    None.
Assumes   One member: ensembles are the business of `oreacle forecast`.
Not here  The history itself: see `oreacle.forecasting.histories`.
"""

from __future__ import annotations

from typing import Annotated

import typer

from oreacle.app.options import AsJson, Data, Overlay, Quiet
from oreacle.app.output import progress_bar, show, talk, write_json


def simulate(
    scenario: Annotated[
        str, typer.Argument(help="Name of a preset, or path of a .yaml file.")
    ] = "baseline",
    *,
    overlay: Overlay = None,
    trace: Annotated[
        bool, typer.Option("--trace", help="Tell every act, price and event with its reasons.")
    ] = False,
    member: Annotated[int, typer.Option(help="Number of the member, from 0.")] = 0,
    seed: Annotated[int, typer.Option(help="Root seed: same seed, same numbers.")] = 1,
    until: Annotated[
        int | None, typer.Option(help="Last year; default: the scenario's, usually 2040.")
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Simulate one path of a scenario and tell what happens in it, why, and with what effect.

    Example: oreacle simulate baseline --trace --member 3 --until 2032
    """
    from oreacle.app.data_records import require_tables
    from oreacle.core.streams import check_seed
    from oreacle.engine.kernels import best_kernel, make_ready
    from oreacle.forecasting.histories.member import check_member, member_history
    from oreacle.present.history_text import history_text, summary_text
    from oreacle.scenario.names import name_book
    from oreacle.scenario.presets import load_scenario, with_last_year
    from oreacle.scenario.reach import refuse_idle_policies
    from oreacle.world.load import load_world

    check_seed(seed)
    check_member(member)
    require_tables(data)
    world = load_world(data)
    book = name_book(world)
    chosen = load_scenario(scenario, book, [str(one) for one in overlay or ()])
    refuse_idle_policies(chosen, world)
    chosen = with_last_year(chosen, chosen.until if until is None else until, book)
    make_ready(best_kernel(), None if quiet else talk)
    with progress_bar("years", quiet=quiet) as update:
        history = member_history(chosen, member=member, seed=seed, data=data, progress=update)
    if as_json:
        write_json(history.as_dict())
        return
    names = {slug: chain.name for slug, chain in world.chains.items()}
    show(history_text(history, names) if trace else summary_text(history, names))
