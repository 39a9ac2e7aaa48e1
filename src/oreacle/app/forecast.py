"""The command `forecast`: run an ensemble, keep it, show its outlook.

Does      Checks all input, runs or goes on with a run, shows; writes only below `--out`.
Units     None.
Method    Everything that can be wrong with the input is refused before the folder is made.
Assumes   More than `TOLERANCE` failed members make the run a failed one.
Not here  The run itself: see `oreacle.forecasting.run`.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from oreacle.app.faults import FAILED
from oreacle.app.folders import RUNS, new_run_folder
from oreacle.app.options import AsJson, Data, Overlay, Quiet
from oreacle.app.output import Update, progress_bar, show, talk, write_json
from oreacle.core.errors import RunError

if TYPE_CHECKING:
    from oreacle.forecasting.run import Run

TOLERANCE = 0.001
"""Share of failed members above which the exit code is 1 [1]."""
SETTINGS = ("scenario", "overlay", "members", "seed", "until", "out")
"""What a run that is gone on with has already."""


def forecast(
    context: typer.Context,
    scenario: Annotated[
        str, typer.Argument(help="Name of a preset, or path of a .yaml file.")
    ] = "baseline",
    *,
    overlay: Overlay = None,
    members: Annotated[int, typer.Option("--members", "-n", help="Size of the ensemble.")] = 200,
    seed: Annotated[int, typer.Option(help="Root seed: same seed, same numbers.")] = 1,
    until: Annotated[
        int | None, typer.Option(help="Last year; default: the scenario's, usually 2040.")
    ] = None,
    workers: Annotated[
        str | None,
        typer.Option(
            help="Processes; default: one for each core. `dask` or `dask:4`: a cluster on this "
            "machine; tcp://host:8786: one elsewhere."
        ),
    ] = None,
    out: Annotated[Path, typer.Option(help="Parent folder of runs.")] = RUNS,
    resume: Annotated[
        Path | None, typer.Option(help="Go on with the run in this folder; it has its settings.")
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Forecast restrictions, agreements, prices and shortages.

    Example: oreacle forecast baseline -n 200 --seed 1 --until 2035
    """
    from oreacle.app.data_records import require_tables

    where = _workers(workers)
    if resume is None:
        folder, run = _new_run(
            ([scenario, *map(str, overlay or ())], members, seed, until),
            where,
            out,
            data,
            quiet=quiet,
        )
    else:
        _refuse_settings(context)
        require_tables(data)
        folder, run = resume, _resumed(resume, where, data, quiet=quiet)
    _show(run, folder, data, as_json=as_json, quiet=quiet)


def _new_run(
    asked: tuple[list[str], int, int, int | None],
    workers: int | str,
    out: Path,
    data: Path | None,
    *,
    quiet: bool,
) -> tuple[Path, Run]:
    """Check everything, then run: scenario and overlays, members, seed and last year."""
    from oreacle.app.data_records import require_tables
    from oreacle.core.streams import check_seed
    from oreacle.engine.ensemble import EnsembleRequest, check_request
    from oreacle.engine.kernels import best_kernel, make_ready
    from oreacle.forecasting.run import forecast as run_forecast
    from oreacle.scenario.names import name_book
    from oreacle.scenario.presets import load_scenario, with_last_year
    from oreacle.scenario.reach import refuse_idle_policies
    from oreacle.world.load import load_world

    (scenario, *overlays), members, seed, until = asked
    check_seed(seed)
    require_tables(data)
    world = load_world(data)
    names = name_book(world)
    chosen = load_scenario(scenario, names, overlays)
    refuse_idle_policies(chosen, world)
    chosen = with_last_year(chosen, chosen.until if until is None else until, names)
    check_request(EnsembleRequest(chosen, members, seed, workers, data))
    folder = new_run_folder(out, chosen.name, seed, members)
    make_ready(best_kernel(), None if quiet else talk)
    with _interruptible(folder) as checked, progress_bar("member-years", quiet=quiet) as update:
        run = run_forecast(
            chosen,
            members=members,
            seed=seed,
            workers=workers,
            out=folder,
            data=data,
            progress=checked(update),
        )
    return folder, run


def _resumed(folder: Path, workers: int | str, data: Path | None, *, quiet: bool) -> Run:
    from oreacle.engine.kernels import make_ready, refuse_other_kernel
    from oreacle.engine.run_plan import read_plan
    from oreacle.forecasting.run import resume_run

    # A folder that holds no plan, or one of another kernel, is refused before anything is shown.
    kernel = read_plan(folder).kernel
    refuse_other_kernel(kernel)
    make_ready(kernel, None if quiet else talk)
    with _interruptible(folder) as checked, progress_bar("member-years", quiet=quiet) as update:
        return resume_run(folder, workers=workers, data=data, progress=checked(update), told=talk)


def _refuse_settings(context: typer.Context) -> None:
    given = [
        name
        for name in SETTINGS
        if getattr(context.get_parameter_source(name), "name", "") == "COMMANDLINE"
    ]
    if given:
        raise RunError(
            "ORE-RUN-160",
            f"--resume was given with {', '.join(given)}.",
            why="a run that is gone on with keeps the settings that it was begun with.",
            fix="leave them out, or start a new run without --resume.",
        )


def _show(run: Run, folder: Path, data: Path | None, *, as_json: bool, quiet: bool) -> None:
    from oreacle.present.terminal import outlook_text

    outlook = run.outlook()
    if as_json:
        tables = None if data is None else str(data)
        write_json({"run": str(folder), "data": tables, "outlook": outlook.as_dict()})
    else:
        show(outlook_text(outlook))
    if not quiet:
        where = "" if data is None else f" --data {data}"
        talk(f"saved in {folder}; as one page: oreacle report {folder}{where}")
    if outlook.failed > TOLERANCE * outlook.members:
        talk(f"{outlook.failed} of {outlook.members} members failed; see the notes of the outlook.")
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
        go_on = f"go on with `oreacle forecast --resume {folder}`"
        left = f"{kept} finished blocks are kept in {folder}; {go_on}"
        talk(f"stopped: {left if kept else 'nothing was written'}.")
        raise typer.Exit(FAILED) from None
    finally:
        if is_usual:
            signal.signal(signal.SIGINT, signal.default_int_handler)


def _workers(text: str | None) -> int | str:
    """Return a number of processes, or the words of a cluster."""
    from oreacle.engine.executors.choice import available_cores

    if text is None:
        return available_cores()
    try:
        return int(text)
    except ValueError:
        return text
