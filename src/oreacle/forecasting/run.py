"""Run a forecast, keep it, go on with one that did not end.

Does      Joins engine and run folder behind `forecast` and `resume_run`.
Units     In `attrs["units"]` of the arrays.
Method    A run with a folder writes each block when it is finished and lets go of it; afterwards
          arrays are read from the folder when they are used. A run without one stays in memory.
Assumes   The caller has validated the scenario.
Not here  What can be done with a run: see `oreacle.forecasting.opened`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import xarray as xr

from oreacle import __version__
from oreacle.core.errors import RunError
from oreacle.core.streams import check_seed
from oreacle.engine.block import BLOCK_SIZE, BlockResult, failed_members
from oreacle.engine.ensemble import (
    MOST_IN_MEMORY,
    EnsembleRequest,
    Progress,
    check_request,
    run_ensemble,
)
from oreacle.engine.kernels import best_kernel, make_ready
from oreacle.engine.run_files import FORMAT
from oreacle.engine.run_plan import RunPlan, read_plan, refuse_other_conditions, write_plan
from oreacle.engine.run_record import RunRecord, read_record, write_record
from oreacle.engine.store import (
    BlockNote,
    clear_remains,
    folder_of_a_run,
    sound_blocks,
    write_block,
)
from oreacle.engine.stored_arrays import join_events
from oreacle.forecasting.opened import Run, data_checksum, files_of, make_folder, open_run
from oreacle.forecasting.preset import chosen_scenario
from oreacle.scenario.reach import refuse_idle_policies
from oreacle.scenario.scenario import Scenario
from oreacle.world.load import load_world

__all__ = ["Run", "data_checksum", "forecast", "open_run", "resume_run"]


def forecast(
    scenario: Scenario | str | Path | None = None,
    *,
    members: int = 100,
    seed: int = 1,
    workers: int | str = 1,
    out: Path | str | None = None,
    data: Path | str | None = None,
    progress: Progress | None = None,
) -> Run:
    """Run a forecast.

    Parameters
    ----------
    scenario
        Scenario, name of a preset or path of a ``.yaml`` file; the baseline if None.
    members
        Size of the ensemble.
    seed
        Root seed: the same seed gives the same numbers on any number of workers.
    workers
        Number of processes; ``dask``, ``dask:N`` or the address of a Dask scheduler.
    out
        New folder for the run, written as blocks finish; None keeps it in memory.
    data
        Folder of tables, None for ``OREACLE_DATA`` or the embedded ones.
    progress
        Called with member-years done and member-years in all.

    Raises
    ------
    RunError
        ORE-RUN-001 on a bad size, ORE-RUN-153 to 155 if there are no such workers; ORE-RUN-002,
        003, 152, 156 or 157 if it fails on the way, ORE-RUN-007 if `out` exists.
    ScenarioError
        ORE-SCN-010 on a bad seed, ORE-SCN-007 if a policy of the scenario touches nothing;
        as `oreacle.scenario.presets.load_scenario` on a name or path.
    """
    out, data = (None if place is None else Path(place) for place in (out, data))
    chosen = chosen_scenario(scenario, data)
    kernel = best_kernel()
    request = EnsembleRequest(chosen, members, check_seed(seed), workers, data, kernel=kernel)
    check_request(request)
    refuse_idle_policies(chosen, load_world(data))
    plan = _plan(request, data_checksum(data))
    if out is None:
        _refuse_large(members)
        return _in_memory(request, plan, progress)
    make_folder(out)
    with folder_of_a_run(out):
        write_plan(out, plan)
        return _to_folder(request, plan, out, [], progress)


def resume_run(
    folder: Path | str,
    *,
    workers: int | str = 1,
    data: Path | str | None = None,
    progress: Progress | None = None,
    told: Callable[[str], None] | None = None,
) -> Run:
    """Go on with a run that did not end, or mend one whose blocks are damaged.

    Blocks that fit their checksums are kept; the others are run. Afterwards the folder is the one
    of a run that was never interrupted, but for its clock fields.

    Parameters
    ----------
    folder
        The run folder.
    workers, data, progress
        As for `forecast`.
    told
        Called with a line for each damaged or half-written block, which is run again.

    Raises
    ------
    RunError
        ORE-RUN-158 if the folder has no plan, ORE-RUN-159 if version or tables are others than
        when it was begun, ORE-RUN-241 if its kernel does not work here; as `forecast` if it
        fails.
    """
    folder, data = Path(folder), None if data is None else Path(data)
    plan = read_plan(folder)
    refuse_other_conditions(plan, __version__, data_checksum(data))
    found = sound_blocks(folder, plan)
    for block, what in found.damaged:
        if told is not None:
            told(f"block {block} is run again: {what}")
    finished = frozenset(note.block for note in found.notes)
    request = EnsembleRequest(
        plan.settings(), plan.members, plan.seed, workers, data, finished, plan.kernel
    )
    check_request(request)
    if not request.waiting and _is_complete(folder, files_of(found.notes)):
        return open_run(folder, data)
    clear_remains(folder)
    return _to_folder(request, plan, folder, list(found.notes), progress)


def _is_complete(folder: Path, files: dict[str, str]) -> bool:
    """Return True if the record is there and lists just these files."""
    try:
        return read_record(folder).files == files
    except RunError:
        return False


def _refuse_large(members: int) -> None:
    if members > MOST_IN_MEMORY:
        raise RunError(
            "ORE-RUN-001",
            f"{members} members were asked for without a folder.",
            why=f"more than {MOST_IN_MEMORY:,} do not fit the memory of most machines.",
            fix="name a folder with `out`: blocks are then written as they finish.",
        )


def _in_memory(request: EnsembleRequest, plan: RunPlan, progress: Progress | None) -> Run:
    make_ready(request.kernel)
    clock = _Clock()
    results: dict[int, BlockResult] = {}
    with closing(run_ensemble(request, progress)) as blocks:
        results.update(blocks)
    ordered = [results[block] for block in sorted(results)]
    arrays = xr.concat(
        [result.arrays for result in ordered],
        "member",
        data_vars="minimal",
        coords="minimal",
        compat="equals",
        join="exact",
    )
    failed = failed_members(arrays["solved"].to_numpy())
    record = clock.record(plan, len(ordered), {}, failed)
    events = join_events([result.events for result in ordered])
    return Run(record, arrays, request.data, None, events)


def _to_folder(
    request: EnsembleRequest,
    plan: RunPlan,
    folder: Path,
    notes: list[BlockNote],
    progress: Progress | None,
) -> Run:
    """Run what is waiting, write each block as it finishes, and open the whole."""
    make_ready(request.kernel)
    clock = _Clock()
    with closing(run_ensemble(request, progress)) as blocks:
        for block, result in blocks:
            notes.append(write_block(folder, block, result))
            del result  # or it would stay until the next one is there
    failed = sum(note.failed for note in notes)
    write_record(folder, clock.record(plan, len(notes), files_of(notes), failed))
    return open_run(folder, request.data)


def _plan(request: EnsembleRequest, checksum: str) -> RunPlan:
    return RunPlan(
        format=FORMAT,
        version=__version__,
        scenario=request.scenario.as_dict(),
        as_of=load_world(request.data).as_of,
        members=request.members,
        seed=request.seed,
        block_size=BLOCK_SIZE,
        data_sha256=checksum,
        kernel=request.kernel,
    )


class _Clock:
    """When a run began and how long it takes: the only fields that differ between two runs."""

    def __init__(self) -> None:
        self._began, self._start = datetime.now(UTC), time.perf_counter()

    def record(self, plan: RunPlan, blocks: int, files: dict[str, str], failed: int) -> RunRecord:
        """Return the record of a run that ends now."""
        return RunRecord(
            format=plan.format,
            version=plan.version,
            scenario=plan.scenario,
            as_of=plan.as_of,
            members=plan.members,
            seed=plan.seed,
            blocks=blocks,
            data_sha256=plan.data_sha256,
            kernel=plan.kernel,
            files=files,
            failed=failed,
            started=self._began.isoformat(timespec="seconds"),
            seconds=round(time.perf_counter() - self._start, 3),
        )
