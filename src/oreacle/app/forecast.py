"""The command `forecast`: run an ensemble, keep it, show its outlook.

Does      Checks all input, runs, shows; writes only below `--out`.
Units     None.
Method    Everything that can be wrong with the input is refused before the folder is made.
Assumes   More than `TOLERANCE` failed members make the run a failed one.
Not here  The run itself: see `oreacle.forecasting.run`.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from oreacle.app.faults import FAILED
from oreacle.app.folders import RUNS, new_run_folder
from oreacle.app.options import AsJson, Data, Overlay, Quiet
from oreacle.app.output import Update, progress_bar, show, talk, write_json

TOLERANCE = 0.001
"""Share of failed members above which the exit code is 1 [1]."""


def forecast(
    scenario: Annotated[
        str, typer.Argument(help="Name of a preset, or path of a .yaml file.")
    ] = "baseline",
    *,
    overlay: Overlay = None,
    members: Annotated[int, typer.Option("--members", "-n", help="Size of the ensemble.")] = 100,
    seed: Annotated[int, typer.Option(help="Root seed: same seed, same numbers.")] = 1,
    until: Annotated[
        int | None, typer.Option(help="Last year; default: the scenario's, usually 2040.")
    ] = None,
    workers: Annotated[
        int | None, typer.Option(help="Processes; default: one for each core.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Parent folder of runs.")] = RUNS,
    data: Data = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Forecast restrictions, agreements, prices and shortages.

    Example: oreacle forecast baseline -n 100 --seed 1 --until 2035
    """
    from oreacle.app.data_records import require_tables
    from oreacle.core.streams import check_seed
    from oreacle.engine.ensemble import EnsembleRequest, check_request
    from oreacle.forecasting.run import forecast as run_forecast
    from oreacle.present.terminal import outlook_text
    from oreacle.scenario.names import name_book
    from oreacle.scenario.presets import load_scenario, with_last_year
    from oreacle.scenario.reach import refuse_idle_policies
    from oreacle.world.load import load_world

    check_seed(seed)
    require_tables(data)
    world = load_world(data)
    names = name_book(world)
    chosen = load_scenario(scenario, names, [str(one) for one in overlay or ()])
    refuse_idle_policies(chosen, world)
    chosen = with_last_year(chosen, chosen.until if until is None else until, names)
    processes = available_cores() if workers is None else workers
    check_request(EnsembleRequest(chosen, members, seed, processes, data))
    folder = new_run_folder(out, chosen.name, seed, members)
    with _interruptible(folder) as checked, progress_bar("members", quiet=quiet) as update:
        run = run_forecast(
            chosen,
            members=members,
            seed=seed,
            workers=processes,
            out=folder,
            data=data,
            progress=checked(update),
        )
    outlook = run.outlook()
    if as_json:
        tables = None if data is None else str(data)
        write_json({"run": str(folder), "data": tables, "outlook": outlook.as_dict()})
    else:
        show(outlook_text(outlook))
    if not quiet:
        where = "" if data is None else f" --data {data}"
        talk(f"saved in {folder}; as one page: oreacle report {folder}{where}")
    if outlook.failed > TOLERANCE * members:
        talk(f"{outlook.failed} of {members} members failed; see the notes of the outlook.")
        raise typer.Exit(FAILED)


@contextmanager
def _interruptible(folder: Path) -> Iterator[Callable[[Update], Update]]:
    """Say after Ctrl-C what is left of the run, and exit with 1.

    Yields a function that makes a progress function raise if Ctrl-C was pressed before: an
    exception that is raised inside a callback of a library can get lost there.
    """
    from oreacle.engine.store import finished_blocks

    pressed: list[int] = []

    def hear(number: int, _frame: object) -> None:
        pressed.append(number)
        raise KeyboardInterrupt

    def checked(update: Update) -> Update:
        def progress(done: int, total: int) -> None:
            if pressed:
                raise KeyboardInterrupt
            update(done, total)

        return progress

    is_usual = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if is_usual:
        signal.signal(signal.SIGINT, hear)
    try:
        yield checked
    except KeyboardInterrupt:
        kept = finished_blocks(folder)
        left = f"{kept} finished blocks are kept in {folder}, which is no complete run"
        talk(f"stopped: {left if kept else 'nothing was written'}.")
        raise typer.Exit(FAILED) from None
    finally:
        if is_usual:
            signal.signal(signal.SIGINT, signal.default_int_handler)


def available_cores() -> int:
    """Return the number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
