"""A run that is there: its arrays, events, tables and outlook.

Does      Holds a run, opens one from its folder, and stores one that is in memory.
Units     In `attrs["units"]` of the arrays.
Method    Arrays and events of a stored run are read from the folder when they are used.
Assumes   The folder stays where it is while the run is used.
Not here  Making a run: see `oreacle.forecasting.run`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
import xarray as xr

from oreacle.core.errors import RunError
from oreacle.data.store import table_path, tables_of
from oreacle.engine.block import BLOCK_SIZE, BlockResult
from oreacle.engine.run_plan import RunPlan, write_plan
from oreacle.engine.run_record import RunRecord, read_record, write_record
from oreacle.engine.store import BlockNote, folder_of_a_run, write_block
from oreacle.engine.stored_arrays import join_events, open_arrays, read_events
from oreacle.forecasting.outlook import Outlook
from oreacle.forecasting.run_query import query
from oreacle.forecasting.run_tables import tidy_table
from oreacle.forecasting.summary import make_outlook


@dataclass(frozen=True)
class Run:
    """A finished forecast.

    Attributes
    ----------
    record
        What it was made with.
    arrays
        Prices, quantities, losses and event probabilities by member. Those of a stored run are
        read from its folder each time they are used; `.load()` keeps them.
    data
        Folder of tables it was made with, None for the embedded ones.
    folder
        Where it is stored, or None.
    held_events
        Events of a run that is not stored.
    """

    record: RunRecord
    arrays: xr.Dataset
    data: Path | None = None
    folder: Path | None = None
    held_events: pd.DataFrame | None = None

    @property
    def events(self) -> pd.DataFrame:
        """Acts drawn, by member; those of a stored run are read from its folder.

        Raises
        ------
        RunError
            ORE-RUN-005 if a file was changed since.
        """
        if self.held_events is not None:
            return self.held_events
        return join_events([]) if self.folder is None else read_events(self.folder, self.record)

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

    def table(self, name: str) -> pd.DataFrame:
        """Return one table of the run, tidy: a row for each member, year and so on.

        Parameters
        ----------
        name
            Such as ``prices``; `oreacle.forecasting.run_tables` lists all, with units.

        Raises
        ------
        RunError
            ORE-RUN-164 if there is no table of that name.
        """
        return self.events if name == "events" else tidy_table(name, self.arrays)

    def sql(self, text: str, limit: int | None = None) -> pd.DataFrame:
        """Return the answer to an SQL query over the tables of the run.

        Parameters
        ----------
        text
            One query that reads, such as ``select mineral, avg(delivered) from prices group by
            all``.
        limit
            Most rows; None for all.

        Raises
        ------
        RunError
            ORE-RUN-161 without the extra `sql`; ORE-RUN-162 if it is no single reading query;
            ORE-RUN-163 if it is wrong.
        """
        return query(text, self.table, limit)

    def save(self, folder: Path | str) -> Run:
        """Write the run to a new folder and return it as stored there.

        Raises
        ------
        RunError
            ORE-RUN-007 if the folder exists, ORE-RUN-003 if it cannot be written.
        """
        folder = Path(folder)
        make_folder(folder)
        with folder_of_a_run(folder):
            write_plan(folder, _plan_of(self.record))
            notes = [write_block(folder, block, part) for block, part in self._blocks()]
            record = replace(self.record, blocks=len(notes), files=files_of(notes))
            write_record(folder, record)
        return open_run(folder, self.data)

    def _blocks(self) -> Iterator[tuple[int, BlockResult]]:
        """Yield the run in the blocks in which it was made."""
        events = self.events
        for block, first in enumerate(range(0, self.record.members, BLOCK_SIZE)):
            end = min(first + BLOCK_SIZE, self.record.members)
            of_block = events["member"].between(first, end - 1)
            acts = events[of_block].reset_index(drop=True)
            yield block, BlockResult(self.arrays.isel(member=slice(first, end)).load(), acts)


def open_run(folder: Path | str, data: Path | str | None = None) -> Run:
    """Open a stored run; its arrays are read when they are used.

    Raises
    ------
    RunError
        ORE-RUN-004 or 005 if the folder holds no complete, readable run.
    """
    folder, data = Path(folder), None if data is None else Path(data)
    record = read_record(folder)
    return Run(record, open_arrays(folder, record), data, folder)


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


def files_of(notes: Iterable[BlockNote]) -> dict[str, str]:
    """Return the checksums of all files of blocks by name."""
    return {name: found for note in notes for name, found in note.files.items()}


def _plan_of(record: RunRecord) -> RunPlan:
    """Return the plan that a record goes back to."""
    return RunPlan(
        record.format,
        record.version,
        record.scenario,
        record.as_of,
        record.members,
        record.seed,
        BLOCK_SIZE,
        record.data_sha256,
        record.kernel,
    )
