"""Records whose arrays hold one row per case: take some rows, put several batches in one.

Does      Marks the fields of a record that carry the batch, and takes or stacks their rows.
Units     Those of the fields.
Method    A `batched` field has the case as its first axis. A `parameter` field holds one value for
          all cases, or one for each: then its first axis is the case and the others broadcast.
Assumes   Records are frozen dataclasses; nested records mark their own fields.
Not here  What the fields mean: see `oreacle.market.problem`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field, fields, is_dataclass, replace
from functools import cache
from typing import Any, TypeVar

import numpy as np

Record = TypeVar("Record")
BATCHED, RANK = "batched", "rank"


def batched() -> Any:  # noqa: ANN401 - a field stands for a value of any type
    """Return a field whose first axis is the case."""
    return field(metadata={BATCHED: True})


def parameter(rank: int) -> Any:  # noqa: ANN401 - as above
    """Return a field with one value for all cases, or one for each.

    Parameters
    ----------
    rank
        Number of axes, beside that of the case, with which the value broadcasts.
    """
    return field(metadata={RANK: rank})


def take_rows(record: Record, rows: np.ndarray) -> Record:
    """Return a record that holds some cases only.

    Parameters
    ----------
    record
        Frozen dataclass with fields from `batched` and `parameter`.
    rows
        Indices of cases, or a boolean mask, shape (case,).
    """
    kept = record.__dict__
    held: dict[str, Any] = {}
    for name, is_batched, rank in _marks(type(record)):  # type: ignore[arg-type]
        value = kept[name]
        if is_batched or _has_rows(value, rank):
            value = _rows_of(value, rows)
        elif _is_record(value):
            value = take_rows(value, rows)
        held[name] = value
    return _made(record, held)


def _made(record: Record, held: dict[str, Any]) -> Record:
    """Return a record of the same type: `replace` in a tenth of the time, as solves need it."""
    fresh: Record = object.__new__(type(record))
    fresh.__dict__.update(held)
    return fresh


@cache
def _marks(kind: type) -> tuple[tuple[str, bool, int | None], ...]:
    """Return name, whether it is batched, and rank of the fields of a type of records."""
    return tuple(
        (item.name, bool(item.metadata.get(BATCHED)), item.metadata.get(RANK))
        for item in fields(kind)
    )


@cache
def _is_marked(kind: type) -> bool:
    return is_dataclass(kind) and any(
        is_batched or rank is not None for _, is_batched, rank in _marks(kind)
    )


def repeated(record: Record, size: int) -> Record:
    """Return a record whose `size` cases are all its first one, without a copy of it.

    Its arrays by case may be read, not written.
    """
    held: dict[str, Any] = {}
    for name, is_batched, _ in _marks(type(record)):  # type: ignore[arg-type]
        value = record.__dict__[name]
        if is_batched:
            value = repeat_row(value, size)
        elif _is_record(value):
            value = repeated(value, size)
        held[name] = value
    return _made(record, held)


def repeat_row(values: np.ndarray, size: int) -> np.ndarray:
    """Return the first row for `size` cases without a copy: it may be read, not written."""
    return np.broadcast_to(values[0], (size, *values.shape[1:]))


def is_one_row(values: np.ndarray) -> bool:
    """Return True if the cases are known to be one row, as from `repeat_row`."""
    return values.shape[0] == 1 or values.strides[0] == 0


def _rows_of(values: np.ndarray, rows: np.ndarray) -> np.ndarray:
    if values.shape[0] > 1 and values.strides[0] == 0:
        return repeat_row(values, int(np.arange(values.shape[0])[rows].size))
    return np.asarray(values[rows])


def stack_rows(records: Sequence[Record]) -> Record:
    """Return one record with the cases of all, in their order.

    Fields that carry no case are those of the first record. All must have the same nodes.
    """
    return _stack(records, [cases(record) for record in records])


def _stack(records: Sequence[Record], sizes: Sequence[int]) -> Record:
    """Stack records of the given numbers of cases; a nested record may not know its own."""
    first = records[0]
    changed: dict[str, Any] = {}
    for item in fields(first):  # type: ignore[arg-type]
        values = [getattr(record, item.name) for record in records]
        if _is_record(values[0]):
            changed[item.name] = _stack(values, sizes)
        elif item.metadata.get(BATCHED) and values[0] is not None:
            changed[item.name] = np.concatenate(values)
        elif RANK in item.metadata:
            changed[item.name] = _stacked(values, item.metadata[RANK], sizes)
    return replace(first, **changed)  # type: ignore[type-var]


def _is_record(value: object) -> bool:
    kind: Any = type(value)
    if _is_marked(kind):
        return True
    if not is_dataclass(kind):
        return False
    return any(_is_record(getattr(value, name)) for name, _, _ in _marks(type(value)))  # type: ignore[arg-type]


def _has_rows(value: object, rank: int | None) -> bool:
    return rank is not None and isinstance(value, np.ndarray) and value.ndim == rank + 1


def _stacked(values: list[Any], rank: int, sizes: Sequence[int]) -> object:
    """Return the values of a parameter with one row for each case."""
    if all(value is values[0] or np.array_equal(value, values[0]) for value in values) and (
        not _has_rows(values[0], rank)
    ):
        return values[0]
    parts = []
    for value, size in zip(values, sizes, strict=True):
        array = np.asarray(value, dtype=float)
        if array.ndim == rank + 1:
            parts.append(array)
            continue
        wide = array.reshape((1,) * (rank + 1 - array.ndim) + array.shape)
        parts.append(np.repeat(wide, size, axis=0))
    return np.concatenate(parts)


def cases(record: object) -> int:
    """Return the number of cases of a record; 1 where no field carries them."""
    for item in fields(record):  # type: ignore[arg-type]
        value = getattr(record, item.name)
        if item.metadata.get(BATCHED) and value is not None:
            return int(value.shape[0])
        if _has_rows(value, item.metadata.get(RANK)):
            return int(value.shape[0])
    return 1
