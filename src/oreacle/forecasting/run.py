"""Run a forecast, keep it, open it again.

Does      Joins engine, store and outlook behind two functions: `forecast` and `open_run`.
Units     In `attrs["units"]` of the arrays.
Method    See `oreacle.engine.ensemble` and `oreacle.forecasting.summary`.
Assumes   The caller has validated the scenario.
Not here  Showing it: see `oreacle.present`.
"""

from __future__ import annotations

import hashlib
import time
from contextlib import closing, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import xarray as xr

from oreacle import __version__
from oreacle.core.errors import RunError
from oreacle.core.streams import check_seed
from oreacle.data.store import table_path, tables_of
from oreacle.engine.block import BlockResult
from oreacle.engine.ensemble import (
    EnsembleRequest,
    Progress,
    check_request,
    failed_members,
    run_ensemble,
)
from oreacle.engine.store import (
    FORMAT,
    RunRecord,
    folder_of_a_run,
    join_events,
    read_blocks,
    read_record,
    write_block,
    write_record,
)
from oreacle.forecasting.outlook import Outlook
from oreacle.forecasting.preset import chosen_scenario
from oreacle.forecasting.summary import make_outlook
from oreacle.scenario.reach import refuse_idle_policies
from oreacle.scenario.scenario import Scenario
from oreacle.world.load import load_world


@dataclass(frozen=True)
class Run:
    """A finished forecast.

    Attributes
    ----------
    record
        What it was made with.
    arrays
        Prices, quantities, losses and event probabilities by member.
    events
        Acts drawn, by member.
    data
        Folder of tables it was made with, None for the embedded ones.
    folder
        Where it is stored, or None.
    """

    record: RunRecord
    arrays: xr.Dataset
    events: pd.DataFrame
    data: Path | None = None
    folder: Path | None = None

    @property
    def prices(self) -> xr.DataArray:
        """World mean delivered price over base, dims (member, year, mineral) [1]."""
        return self.arrays["price_delivered"]

    def outlook(self) -> Outlook:
        """Return what the run says.

        Raises
        ------
        RunError
            ORE-RUN-006 if the tables are not those that the run was made with.
        """
        if data_checksum(self.data) != self.record.data_sha256:
            raise RunError(
                "ORE-RUN-006",
                "the run was made with other data tables than the ones in use.",
                why="base rates and base prices would not belong to its probabilities.",
                fix="point --data or OREACLE_DATA at the tables of the run, or run it again.",
            )
        return make_outlook(self.record, self.arrays, self.data)

    def save(self, folder: Path | str) -> Run:
        """Write the run to a new folder and return it as stored there.

        Raises
        ------
        RunError
            ORE-RUN-007 if the folder exists, ORE-RUN-003 if it cannot be written.
        """
        folder = Path(folder)
        make_folder(folder)
        whole = BlockResult(self.arrays, self.events)
        with folder_of_a_run(folder):
            record = replace(self.record, blocks=1, files=write_block(folder, 0, whole))
            write_record(folder, record)
        return replace(self, record=record, folder=folder)


def forecast(
    scenario: Scenario | str | Path | None = None,
    *,
    members: int = 100,
    seed: int = 1,
    workers: int = 1,
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
        Processes.
    out
        New folder for the run, written as blocks finish; None keeps it in memory.
    data
        Folder of tables, None for ``OREACLE_DATA`` or the embedded ones.
    progress
        Called with members done and members in all.

    Raises
    ------
    RunError
        ORE-RUN-001 on a bad size, ORE-RUN-002 or 003 if it fails, ORE-RUN-007 if `out` exists.
    ScenarioError
        ORE-SCN-010 on a bad seed, ORE-SCN-007 if a policy of the scenario touches nothing;
        as `oreacle.scenario.presets.load_scenario` on a name or path.
    """
    out, data = (None if place is None else Path(place) for place in (out, data))
    chosen = chosen_scenario(scenario, data)
    request = EnsembleRequest(chosen, members, check_seed(seed), workers, data)
    check_request(request)
    refuse_idle_policies(chosen, load_world(data))
    checksum = data_checksum(data)
    if out is not None:
        make_folder(out)
    with nullcontext() if out is None else folder_of_a_run(out):
        return _forecast(request, checksum, out, progress)


def _forecast(
    request: EnsembleRequest, checksum: str, out: Path | None, progress: Progress | None
) -> Run:
    began, clock = datetime.now(UTC), time.perf_counter()
    results: dict[int, BlockResult] = {}
    files: dict[str, str] = {}
    with closing(run_ensemble(request, progress)) as blocks:
        for block, result in blocks:
            results[block] = result
            if out is not None:
                files |= write_block(out, block, result)
    ordered = [results[block] for block in sorted(results)]
    arrays = xr.concat(
        [r.arrays for r in ordered],
        "member",
        data_vars="minimal",
        coords="minimal",
        compat="equals",
        join="exact",
    )
    record = RunRecord(
        format=FORMAT,
        version=__version__,
        scenario=request.scenario.as_dict(),
        as_of=load_world(request.data).as_of,
        members=request.members,
        seed=request.seed,
        blocks=len(ordered),
        data_sha256=checksum,
        files=files,
        failed=failed_members(arrays["solved"].to_numpy()),
        started=began.isoformat(timespec="seconds"),
        seconds=round(time.perf_counter() - clock, 3),
    )
    if out is not None:
        write_record(out, record)
    return Run(record, arrays, join_events([r.events for r in ordered]), request.data, out)


def open_run(folder: Path | str, data: Path | str | None = None) -> Run:
    """Open a stored run.

    Raises
    ------
    RunError
        ORE-RUN-004 or 005 if the folder holds no complete, readable run.
    """
    folder, data = Path(folder), None if data is None else Path(data)
    record = read_record(folder)
    arrays, events = read_blocks(folder, record)
    return Run(record, arrays, events, data, folder)


def make_folder(folder: Path) -> None:
    """Create a new run folder.

    Raises
    ------
    RunError
        ORE-RUN-007 if it exists or cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=False)
    except OSError as fault:
        raise RunError(
            "ORE-RUN-007",
            f"the run folder '{folder}' cannot be made: {fault.strerror}.",
            why="a run never overwrites another.",
            fix="choose a new folder with --out.",
        ) from fault


def data_checksum(data: Path | None) -> str:
    """Return one checksum over the names and contents of the files of all tables.

    Raises
    ------
    DataError
        ORE-DAT-002 if a table is missing.
    """
    total = hashlib.sha256()
    for name in sorted(tables_of(data)):
        path = table_path(name, data)
        total.update(f"{path.name}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()
