"""Arrays and events of a stored run: opened at once, loaded one variable at a time.

Does      Opens the blocks of a run as one dataset that reads when it is used; reads events.
Units     In `attrs["units"]` of the arrays.
Method    A variable spans all block files; what is asked of it is read from the files concerned and
          not kept. On opening, every file is held against its checksum, and every block against the
          first: same variables, same shapes but for members, same coordinates.
Assumes   The first dimension of every variable is `member`.
Not here  Writing: see `oreacle.engine.store`.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import xarray as xr
from xarray.backends import BackendArray
from xarray.core import indexing

from oreacle.engine.block import EVENT_COLUMNS
from oreacle.engine.run_files import (
    DAMAGED,
    block_path,
    check_file,
    events_path,
    unreadable,
)
from oreacle.engine.run_record import RunRecord

MEMBER = "member"


@dataclass(frozen=True)
class _Span:
    """The file of a block and its members, from `first` to before `end`."""

    path: Path
    first: int
    end: int


class _BlockArray(BackendArray):
    """One variable over all block files, read when it is asked for."""

    def __init__(self, name: str, spans: Sequence[_Span], like: xr.Variable) -> None:
        self.name = name
        self.spans = tuple(spans)
        self.dtype = like.dtype
        self.shape = (spans[-1].end, *like.shape[1:])

    def __getitem__(self, key: indexing.ExplicitIndexer) -> np.ndarray:
        """Return what is asked for, as xarray asks."""
        found = indexing.explicit_indexing_adapter(
            key, self.shape, indexing.IndexingSupport.BASIC, self._read
        )
        return np.asarray(found)

    def _read(self, key: tuple[int | slice, ...]) -> np.ndarray:
        """Return a part: one whole number or slice with a positive step for each dimension."""
        asked, rest = key[0], key[1:]
        rows = np.atleast_1d(np.arange(self.shape[0])[asked])
        pieces = [self._of_block(span, rows, rest) for span in self.spans]
        found = [piece for piece in pieces if piece is not None]
        if not found:
            found = [self._from_file(self.spans[0], slice(0, 0), rest)]
        values = np.concatenate(found) if len(found) > 1 else found[0]
        return np.asarray(values if isinstance(asked, slice) else values[0])

    def _of_block(
        self, span: _Span, rows: np.ndarray, rest: tuple[int | slice, ...]
    ) -> np.ndarray | None:
        inside = rows[(rows >= span.first) & (rows < span.end)] - span.first
        if not inside.size:
            return None
        step = int(inside[1] - inside[0]) if inside.size > 1 else 1
        return self._from_file(span, slice(int(inside[0]), int(inside[-1]) + 1, step), rest)

    def _from_file(self, span: _Span, rows: slice, rest: tuple[int | slice, ...]) -> np.ndarray:
        try:
            with h5py.File(span.path, "r") as file:
                return np.asarray(file[self.name][(rows, *rest)]).astype(self.dtype, copy=False)
        except DAMAGED as fault:
            raise unreadable(span.path, f"{self.name} cannot be read") from fault


def open_arrays(folder: Path, record: RunRecord) -> xr.Dataset:
    """Return the arrays of all blocks, members in order; variables are read when they are used.

    Parameters
    ----------
    folder
        The run folder; it must stay where it is.
    record
        Its record: number of blocks and members, checksums.

    Raises
    ------
    RunError
        ORE-RUN-005 if a file is missing, not readable, or not the one that the run wrote.
    """
    paths = [block_path(folder, block) for block in range(record.blocks)]
    for block, path in enumerate(paths):
        check_file(path, record.files.get(path.name))
        events = events_path(folder, block)
        check_file(events, record.files.get(events.name))
    first = _first_block(paths[0])
    spans, end = [], 0
    for path in paths:
        span = _span(path, end, paths[0])
        spans.append(span)
        end = span.end
    if end != record.members:
        raise unreadable(
            folder / "block-*.nc", f"they do not hold members 0 to {record.members - 1} in order"
        )
    data = {
        name: xr.Variable(
            one.dims,
            indexing.LazilyIndexedArray(_BlockArray(str(name), spans, one.variable)),
            one.attrs,
        )
        for name, one in first.data_vars.items()
    }
    coords = {name: one for name, one in first.coords.items() if name != MEMBER}
    return xr.Dataset(data, {MEMBER: np.arange(record.members), **coords}, first.attrs)


def _first_block(path: Path) -> xr.Dataset:
    """Return dimensions, types, units and coordinates of the first block."""
    try:
        with xr.open_dataset(path, engine="h5netcdf") as dataset:
            for name in dataset.coords:
                dataset[name].load()
            wrong = [str(name) for name, one in dataset.data_vars.items() if one.dims[0] != MEMBER]
            if wrong:
                raise unreadable(path, f"without {MEMBER} first: {', '.join(wrong)}")
            return dataset
    except (*DAMAGED, IndexError) as fault:
        raise unreadable(path, "it is not netCDF") from fault


def _span(path: Path, first: int, model: Path) -> _Span:
    """Return the members of a block file that fits the first one and goes on from `first`."""
    try:
        with h5py.File(path, "r") as file, h5py.File(model, "r") as other:
            members = np.asarray(file[MEMBER])
            fits = set(file) == set(other) and all(
                _fits(file[name], other[name], name) for name in file if name != MEMBER
            )
    except (*DAMAGED, AttributeError) as fault:
        raise unreadable(path, "it is not netCDF") from fault
    if not fits:
        raise unreadable(path, "blocks do not fit together")
    if not np.array_equal(members, np.arange(first, first + len(members))) or not len(members):
        raise unreadable(
            path,
            f"it does not go on from member {first}",
        )
    return _Span(path, first, first + len(members))


def _fits(one: h5py.Dataset, other: h5py.Dataset, name: str) -> bool:
    if one.dtype != other.dtype or one.ndim != other.ndim:
        return False
    if one.is_scale:  # a coordinate: the same everywhere
        return name == MEMBER or np.array_equal(one[()], other[()])
    return bool(one.shape[1:] == other.shape[1:])


def read_events(folder: Path, record: RunRecord) -> pd.DataFrame:
    """Return the events of all blocks.

    Raises
    ------
    RunError
        ORE-RUN-005 as `open_arrays`.
    """
    return join_events(
        [_events_of(events_path(folder, block), record) for block in range(record.blocks)]
    )


def _events_of(path: Path, record: RunRecord) -> pd.DataFrame:
    check_file(path, record.files.get(path.name))
    try:
        content = io.BytesIO(path.read_bytes())
        table = pd.read_csv(content, keep_default_na=False, na_values={"strength": [""]})
    except DAMAGED as fault:
        raise unreadable(path, "it is not CSV") from fault
    if tuple(table.columns) != EVENT_COLUMNS:
        raise unreadable(path, "its columns are others")
    return table


def join_events(events: list[pd.DataFrame]) -> pd.DataFrame:
    """Return the events of all blocks in one table."""
    filled = [part for part in events if len(part)]
    if not filled:
        return pd.DataFrame(columns=list(EVENT_COLUMNS))
    return pd.concat(filled, ignore_index=True)
