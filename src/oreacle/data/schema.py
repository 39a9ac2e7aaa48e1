"""What every embedded table holds: columns, kinds, units and bounds.

Does      Reads the attribute table once and checks frames against it, all faults at once.
Units     As the attribute table names them, column by column.
Method    One declarative file, `attributes.csv`, is the only place where columns are named.
Assumes   A key column with a lower bound holds whole numbers, any other key holds text.
Not here  Reading and writing tables: see `oreacle.data.store`.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from oreacle.core.errors import DataError
from oreacle.core.labels import suggestion

ATTRIBUTES_FILE = Path(__file__).parent / "attributes.csv"
_BREAK = frozenset("\n\r")
KINDS = ("key", "text", "number", "integer", "flag")
OPTIONAL_TABLES = frozenset({"stocks"})
"""Tables that a folder may lack: nothing of the model reads them."""


@dataclass(frozen=True)
class ColumnSpec:
    """One column of one table.

    Attributes
    ----------
    name, kind, unit, description
        As in the attribute table; kind is one of `KINDS`.
    required
        True if no row may leave the column empty.
    minimum, maximum
        Bounds of a numeric column; None where there is none.
    """

    name: str
    kind: str
    unit: str
    required: bool
    minimum: float | None
    maximum: float | None
    description: str

    @property
    def is_integer(self) -> bool:
        """True if the column holds whole numbers."""
        return self.kind in ("integer", "flag") or (self.kind == "key" and self.minimum is not None)

    @property
    def is_text(self) -> bool:
        """True if the column holds text."""
        return self.kind in ("key", "text") and not self.is_integer


@dataclass(frozen=True)
class TableSpec:
    """The columns of one table, in the order in which they are written."""

    name: str
    columns: tuple[ColumnSpec, ...]

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names of all columns in order."""
        return tuple(column.name for column in self.columns)

    @property
    def key_names(self) -> tuple[str, ...]:
        """Names of the key columns: together they are unique in every row."""
        return tuple(column.name for column in self.columns if column.kind == "key")


def table_names() -> tuple[str, ...]:
    """Return the names of all tables, in the order of the attribute table."""
    return tuple(_specs())


def table_spec(name: str) -> TableSpec:
    """Return the specification of one table.

    Raises
    ------
    DataError
        ORE-DAT-003 if no table has this name.

    Examples
    --------
    >>> table_spec("gdp").key_names
    ('country', 'year')
    """
    specs = _specs()
    if name not in specs:
        raise DataError(
            "ORE-DAT-003",
            f"there is no table named '{name}'.",
            why="the attribute table names every table that the package reads or writes.",
            fix=suggestion(name, specs) or f"use one of: {', '.join(specs)}.",
        )
    return specs[name]


def validate(frame: pd.DataFrame, table: str) -> list[str]:
    """Return every fault of `frame` as a sentence with row, column, reason and fix.

    Parameters
    ----------
    frame
        Rows of the table with the columns of the attribute table, in any order.
    table
        Name of the table.

    Returns
    -------
    list of str
        Empty if the frame is valid. Rows are counted as lines of the file: the header is
        line 1.
    """
    spec = table_spec(table)
    faults = _column_faults(frame, spec)
    for column in spec.columns:
        if column.name in frame.columns:
            faults += _value_faults(frame, column, spec)
    if set(spec.key_names) <= set(frame.columns):
        faults += _duplicate_faults(frame, spec)
    return faults


def check(frame: pd.DataFrame, table: str) -> None:
    """Refuse `frame` if it has any fault.

    Raises
    ------
    DataError
        ORE-DAT-001 naming every fault, its row and its fix.
    """
    refuse_faults(validate(frame, table), table)


def refuse_faults(faults: list[str], place: str) -> None:
    """Raise one error that holds all `faults`; do nothing if there is none.

    Raises
    ------
    DataError
        ORE-DAT-001.
    """
    if not faults:
        return
    count = len(faults)
    raise DataError(
        "ORE-DAT-001",
        f"{place} has {count} fault{'s' if count > 1 else ''}:\n  - " + "\n  - ".join(faults),
        why="a wrong row would pass silently into every result that uses the table.",
        fix="mend each row as said above, then read or build the table again.",
    )


@functools.cache
def _specs() -> dict[str, TableSpec]:
    rows = pd.read_csv(ATTRIBUTES_FILE, dtype=str, keep_default_na=False, encoding="utf-8")
    columns: dict[str, list[ColumnSpec]] = {}
    for row in rows.to_dict("records"):
        if row["kind"] not in KINDS:
            raise DataError(
                "ORE-DAT-001",
                f"attributes.csv: column {row['table']}.{row['column']} has kind '{row['kind']}'.",
                why="the kind decides how the column is read and checked.",
                fix=f"use one of: {', '.join(KINDS)}.",
            )
        columns.setdefault(row["table"], []).append(
            ColumnSpec(
                name=row["column"],
                kind=row["kind"],
                unit=row["unit"],
                required=row["required"] == "yes",
                minimum=float(row["minimum"]) if row["minimum"] else None,
                maximum=float(row["maximum"]) if row["maximum"] else None,
                description=row["description"],
            )
        )
    return {name: TableSpec(name, tuple(specs)) for name, specs in columns.items()}


def _column_faults(frame: pd.DataFrame, spec: TableSpec) -> list[str]:
    wanted, found = spec.column_names, list(frame.columns)
    faults = [f"column '{name}' is missing: add it." for name in wanted if name not in found]
    for name in found:
        if name not in wanted:
            near = suggestion(str(name), wanted)
            faults.append(f"column '{name}' is unknown: {near or 'remove it.'}")
        elif found.count(name) > 1:
            faults.append(f"column '{name}' occurs {found.count(name)} times: keep one.")
    return list(dict.fromkeys(faults))


def _row_name(frame: pd.DataFrame, position: int, spec: TableSpec) -> str:
    keys = [name for name in spec.key_names if name in frame.columns]
    values = ", ".join(f"{name}={frame[name].iloc[position]}" for name in keys)
    return f"line {position + 2} ({values})" if values else f"line {position + 2}"


def _value_faults(frame: pd.DataFrame, column: ColumnSpec, spec: TableSpec) -> list[str]:
    if list(frame.columns).count(column.name) != 1:
        return []
    values = frame[column.name]
    if column.is_text:
        problems = _text_problems(values, column)
    elif not pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values):
        return [f"column '{column.name}' is not numeric: give plain numbers."]
    else:
        problems = _number_problems(values, column)
    return [
        f"{_row_name(frame, int(position), spec)}: {column.name}{text}"
        for text, wrong in problems
        for position in np.flatnonzero(wrong)
    ]


def _text_problems(values: pd.Series, column: ColumnSpec) -> list[tuple[str, np.ndarray]]:
    # Each distinct value is judged once: a table of trade repeats a few hundred codes.
    place, distinct = pd.factorize(values.astype(object), use_na_sentinel=False)
    is_text = np.array([isinstance(v, str) for v in distinct], dtype=bool)[place]
    empty = np.array([not isinstance(v, str) or not v.strip() for v in distinct], dtype=bool)[place]
    breaks = np.array([isinstance(v, str) and bool(_BREAK & set(v)) for v in distinct], dtype=bool)
    problems = [(" holds a line break: write it on one line.", breaks[place])]
    if column.required:
        problems.append((" is empty: it is required, name the value or drop the row.", empty))
    else:
        problems.append((' is missing: write an empty text ("").', ~is_text))
    return problems


def _number_problems(values: pd.Series, column: ColumnSpec) -> list[tuple[str, np.ndarray]]:
    numbers = values.to_numpy(dtype=float, na_value=np.nan)
    missing = np.isnan(numbers)
    problems = [(" is infinite: give a number, or leave it missing.", np.isinf(numbers))]
    if column.required:
        problems.append((" is missing: it is required, missing is not zero.", missing))
    if column.is_integer:
        fraction = np.isfinite(numbers) & (numbers != np.round(numbers))
        problems.append((" is not a whole number: round it at the source.", fraction))
    if column.minimum is not None:
        below = numbers < column.minimum
        problems.append((f" is below {column.minimum:g}: check unit and sign.", below))
    if column.maximum is not None:
        above = numbers > column.maximum
        problems.append((f" is above {column.maximum:g}: check unit and scale.", above))
    return problems


def _duplicate_faults(frame: pd.DataFrame, spec: TableSpec) -> list[str]:
    keys = list(spec.key_names)
    if not keys:
        return []
    repeated = frame.duplicated(subset=keys, keep="first").to_numpy()
    return [
        f"{_row_name(frame, int(position), spec)}: the key occurs twice: keep one row."
        for position in np.flatnonzero(repeated)
    ]
