"""Sheets of Excel files as text.

Does      Reads one sheet of a publisher's workbook, every cell as text.
Units     None.
Method    openpyxl, values as stored; numbers in the shortest form that gives them back.
Assumes   Formulas have been calculated by the publisher.
Not here  What the rows mean: see the reader of each publisher.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from oreacle.core.errors import DataError
from oreacle.data.readers.source_files import source_file


def read_sheet(sources: Path, relative: str, names: Sequence[str]) -> pd.DataFrame:
    """Return the cells of the first of the named sheets that a workbook has.

    Parameters
    ----------
    sources
        Folder of all source files.
    relative
        Path of the workbook below it.
    names
        Names of sheets, the preferred one first.

    Returns
    -------
    DataFrame
        Text; rows and columns numbered from 0; an empty cell is "".

    Raises
    ------
    DataError
        ORE-DAT-011 if the file is missing or unreadable, ORE-DAT-013 if no reader is
        installed, ORE-DAT-102 if there is none of the sheets.
    """
    path = source_file(sources, relative)
    try:
        import openpyxl
    except ImportError as error:
        raise DataError(
            "ORE-DAT-013",
            f"source file '{relative}' is an Excel file and no reader for it is installed.",
            why="only building the tables needs it; using them does not.",
            fix='install the build extra: pip install "oreacle[build]".',
        ) from error
    try:
        with path.open("rb") as file:
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
            name = next((name for name in names if name in book.sheetnames), None)
            if name is None:
                raise layout_error(
                    relative, f"no sheet {' or '.join(names)}; it has {', '.join(book.sheetnames)}"
                )
            book[name].reset_dimensions()  # some programs write a size that is too small
            rows = [[_text(cell) for cell in row] for row in book[name].values]
    except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile, SyntaxError) as error:
        raise DataError(
            "ORE-DAT-011",
            f"source file '{relative}' cannot be read: {error}.",
            why="the tables that are made from it cannot be built.",
            fix="fetch the file from its publisher again.",
        ) from error
    width = max((len(row) for row in rows), default=0)
    if not width:
        raise layout_error(relative, f"its sheet {name} is empty")
    return pd.DataFrame([row + [""] * (width - len(row)) for row in rows], dtype=str)


def layout_error(relative: str, what: str) -> DataError:
    """Return the error for a file whose layout is not the one that its reader knows."""
    return DataError(
        "ORE-DAT-102",
        f"'{relative}' is not laid out as its reader knows: {what}.",
        why="figures taken from other rows or columns would look right and be wrong.",
        fix="use the file that the page on source files names, as downloaded.",
    )


def _text(cell: object) -> str:
    if cell is None:
        return ""
    return repr(cell) if isinstance(cell, float) else str(cell).strip()
