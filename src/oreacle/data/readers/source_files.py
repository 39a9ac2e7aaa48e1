"""Finding and opening the publishers' files.

Does      Opens a file below the source folder as text columns or Parquet, with clear refusals.
Units     None: every value of a text file stays text until a reader converts it.
Method    pandas, with nothing read as missing.
Assumes   The folder layout `raw/PUBLISHER/FILE`, `facts/FILE`, `chronicle/FILE`.
Not here  What the columns mean: see the reader of each publisher.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from oreacle.core.errors import DataError

UNREADABLE = (OSError, EOFError, zlib.error, UnicodeDecodeError, pd.errors.ParserError)
BLOCK_ROWS = 500_000
LONGEST_ROW = 1 << 16
SHOWN = 5


def source_file(sources: Path, relative: str) -> Path:
    """Return the path of a source file.

    Raises
    ------
    DataError
        ORE-DAT-011 if it does not exist.
    """
    path = Path(sources) / relative
    if not path.is_file():
        raise DataError(
            "ORE-DAT-011",
            f"source file '{relative}' is missing from '{sources}'.",
            why="the tables that are made from it cannot be built.",
            fix="fetch the file from its publisher, or name the right folder with --sources. "
            "`oreacle data build --sources DIR --check` lists all that is missing.",
        )
    return path


def read_text_table(
    sources: Path,
    relative: str,
    columns: Iterable[str],
    *,
    separator: str = ",",
    encoding: str = "utf-8-sig",
    skip: int = 0,
) -> pd.DataFrame:
    """Return a CSV source file with every value as text.

    Parameters
    ----------
    sources
        Folder of all source files.
    relative
        Path of the file below it; a name that ends in .gz is unpacked.
    columns
        Columns that the reader needs; others are kept as they are.
    skip
        Lines before the line of names.

    Raises
    ------
    DataError
        ORE-DAT-011 if the file is missing, unreadable or cut off, ORE-DAT-012 if a column is
        missing.
    """
    path = source_file(sources, relative)
    try:
        frame = pd.read_csv(
            path,
            sep=separator,
            dtype=str,
            keep_default_na=False,
            encoding=encoding,
            skiprows=skip,
        )
    except pd.errors.EmptyDataError as error:
        raise _unreadable(relative, "the file is empty") from error
    except UnicodeDecodeError as error:
        raise _unreadable(relative, f"it is not in {encoding} ({error})") from error
    except UNREADABLE as error:
        raise _unreadable(relative, str(error)) from error
    _require_columns(frame, relative, columns)
    _refuse_cut(path, relative, separator, len(frame.columns))
    return frame


def read_text_blocks(
    sources: Path, relative: str, columns: Iterable[str], *, rows: int = BLOCK_ROWS
) -> Iterator[pd.DataFrame]:
    """Yield a large CSV source file in blocks of rows, every value as text.

    Parameters
    ----------
    sources, relative, columns
        As for `read_text_table`; only these columns are read.
    rows
        Rows of a block.

    Raises
    ------
    DataError
        ORE-DAT-011 if the file is missing or unreadable, ORE-DAT-012 if a column is missing.
    """
    path = source_file(sources, relative)
    wanted = list(columns)
    try:
        head = pd.read_csv(path, nrows=0, encoding="utf-8-sig")
        _require_columns(head, relative, wanted)
        _refuse_cut(path, relative, ",", len(head.columns))
        with pd.read_csv(
            path,
            usecols=wanted,
            dtype=str,
            keep_default_na=False,
            encoding="utf-8-sig",
            chunksize=rows,
        ) as blocks:
            yield from blocks
    except pd.errors.EmptyDataError as error:
        raise _unreadable(relative, "the file is empty") from error
    except UNREADABLE as error:
        raise _unreadable(relative, str(error)) from error


def read_parquet_table(sources: Path, relative: str, columns: Iterable[str]) -> pd.DataFrame:
    """Return a Parquet source file.

    Raises
    ------
    DataError
        ORE-DAT-011 if the file is missing or unreadable, ORE-DAT-012 if a column is missing,
        ORE-DAT-013 if no Parquet reader is installed.
    """
    path = source_file(sources, relative)
    try:
        frame = pd.read_parquet(path)
    except ImportError as error:
        raise DataError(
            "ORE-DAT-013",
            f"source file '{relative}' is Parquet and no reader for it is installed.",
            why="only building the tables needs it; using them does not.",
            fix='install the build extra: pip install "oreacle[build]".',
        ) from error
    except (OSError, ValueError) as error:
        raise _unreadable(relative, str(error)) from error
    _require_columns(frame, relative, columns)
    return frame


def refuse_repeats(frame: pd.DataFrame, keys: list[str], relative: str) -> None:
    """Refuse rows that give the same figure twice.

    Parameters
    ----------
    frame
        Text of a source, or figures made from it.
    keys
        Columns that together name one figure.
    relative
        The source file, for the message.

    Raises
    ------
    DataError
        ORE-DAT-015 naming the first of them.
    """
    twice = frame.loc[frame.duplicated(keys), keys]
    if len(twice):
        shown = "; ".join(
            ", ".join(str(value) for value in row) for row in twice.head(SHOWN).to_numpy().tolist()
        )
        raise DataError(
            "ORE-DAT-015",
            f"'{relative}' gives {len(twice)} figures more than once ({', '.join(keys)}): {shown}.",
            why="one of the two would be counted twice, or chosen by chance.",
            fix="keep one row of each in the source file.",
        )


def numbers_of(text: pd.Series, relative: str) -> pd.Series:
    """Return text as numbers; empty text is missing, anything else must be a number.

    Raises
    ------
    DataError
        ORE-DAT-014 naming the values that are not numbers, and their rows.
    """
    numbers = pd.to_numeric(text.where(text.str.strip() != ""), errors="coerce").astype(float)
    wrong = text[~np.isfinite(numbers) & (text.str.strip() != "")]
    if len(wrong):
        shown = ", ".join(repr(value) for value in pd.unique(wrong)[:SHOWN])
        places = ", ".join(str(label + 1) for label in wrong.index[:SHOWN])
        more = f" and {len(wrong) - SHOWN} more" if len(wrong) > SHOWN else ""
        raise DataError(
            "ORE-DAT-014",
            f"column '{text.name}' of '{relative}' holds values that are no numbers: {shown} "
            f"(row {places}{more}, the first below the names being 1).",
            why="reading them as missing or zero would hide a fault of the source.",
            fix="mend the source file, or teach the reader what these marks mean.",
        )
    return numbers


def whole_numbers_of(text: pd.Series, relative: str) -> pd.Series:
    """Return text such as years as whole numbers; none may be missing.

    Raises
    ------
    DataError
        ORE-DAT-014 naming the rows that are blank, no numbers or no whole ones.
    """
    numbers = numbers_of(text, relative)
    wrong = numbers[numbers.isna() | (numbers % 1 != 0)]
    if len(wrong):
        places = ", ".join(str(label + 1) for label in wrong.index[:SHOWN])
        raise DataError(
            "ORE-DAT-014",
            f"column '{text.name}' of '{relative}' holds {len(wrong)} values that are no whole "
            f"numbers, as in row {places} (the first below the names being 1).",
            why="a figure without its year, or of half a year, belongs nowhere.",
            fix="mend the source file.",
        )
    return numbers.astype("int64")


def refuse_unknown(text: pd.Series, known: Collection[str], relative: str) -> None:
    """Refuse marks, such as units, whose meaning the reader does not know.

    Raises
    ------
    DataError
        ORE-DAT-014 naming the marks.
    """
    unknown = sorted(set(text) - set(known))
    if unknown:
        raise DataError(
            "ORE-DAT-014",
            f"column '{text.name}' of '{relative}' holds unknown marks: "
            f"{', '.join(repr(mark) for mark in unknown[:SHOWN])}; known are {', '.join(known)}.",
            why="a unit or basis taken for another one makes a figure that looks right.",
            fix="mend the source file, or teach the reader what these marks mean.",
        )


def _refuse_cut(path: Path, relative: str, separator: str, columns: int) -> None:
    """Refuse a file that ends within a row: what follows was lost on the way."""
    if path.suffix == ".gz":
        return  # a cut stream does not unpack
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - LONGEST_ROW))
        last = file.read().rpartition(b"\n")[2]
    fields = last.count(separator.encode()) + 1
    if last.strip() and b'"' not in last and fields < columns:
        raise _unreadable(relative, f"it ends within a row, after {fields} of {columns} fields")


def _require_columns(frame: pd.DataFrame, relative: str, columns: Iterable[str]) -> None:
    absent = [name for name in columns if name not in frame.columns]
    if absent:
        raise DataError(
            "ORE-DAT-012",
            f"source file '{relative}' lacks the columns {', '.join(absent)}.",
            why="the publisher's format has changed, or this is another file.",
            fix=f"it has: {', '.join(str(name) for name in frame.columns)}. Use the format that "
            "the reader names, or mend the reader.",
        )


def _unreadable(relative: str, cause: str) -> DataError:
    return DataError(
        "ORE-DAT-011",
        f"source file '{relative}' cannot be read: {cause}.",
        why="the tables that are made from it cannot be built.",
        fix="fetch the file from its publisher again.",
    )
