"""Typed records from the rows of a table.

Does      Makes one frozen dataclass a row, field by column of the same name.
Units     As in the table.
Method    The type of a field says how its column is read: a missing number becomes None, a flag
          a bool, a text with semicolons a tuple.
Assumes   The table was validated when it was read.
Not here  Which columns a table has: see `oreacle.data.schema`.
"""

from __future__ import annotations

import math
import typing
from collections.abc import Callable, Iterable
from dataclasses import fields
from typing import Any, TypeVar

import pandas as pd

from oreacle.core.errors import DataError
from oreacle.core.labels import suggestion

Record = TypeVar("Record")
Reader = Callable[[Any], Any]


def records_of(table: pd.DataFrame, kind: type[Record]) -> tuple[Record, ...]:
    """Return the rows of a table as records, in the order of the table.

    Parameters
    ----------
    table
        Frame with at least the columns that `kind` has as fields.
    kind
        Dataclass with fields of type str, int, float, bool, a number or None, or tuple of str.
    """
    hints = typing.get_type_hints(kind)
    names = [field.name for field in fields(typing.cast("Any", kind))]
    columns = [[_reader(hints[name])(value) for value in table[name].tolist()] for name in names]
    return tuple(kind(**dict(zip(names, row, strict=True))) for row in zip(*columns, strict=True))


def unknown_name(what: str, name: str, known: Iterable[str], why: str) -> DataError:
    """Return the error for a name that no record has.

    Examples
    --------
    >>> print(unknown_name("passage", "sues", ["suez"], "nothing is known about it.").what)
    unknown passage 'sues'.
    """
    options = sorted(known)
    shown = ", ".join(options[:12]) + (" ..." if len(options) > 12 else "")
    return DataError(
        "ORE-DAT-091",
        f"unknown {what} '{name}'.",
        why=why,
        fix=f"{suggestion(name, options)} Known are: {shown}.".strip(),
    )


def _reader(hint: object) -> Reader:
    """Return the function that turns a cell into a value of the type of the field."""
    if hint == tuple[str, ...]:
        return _split
    if hint is bool:
        return bool
    if hint == float | None:
        return lambda value: None if _is_missing(value) else float(value)
    if hint == int | None:
        return lambda value: None if _is_missing(value) else int(value)
    return typing.cast("Reader", hint)


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


def _is_missing(value: object) -> bool:
    return value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value))
