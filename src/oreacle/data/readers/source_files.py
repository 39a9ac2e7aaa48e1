"""Finding and opening the publishers' files.

Does      Opens a file below the source folder as text columns or Parquet, with clear refusals.
Units     None: every value of a text file stays text until a reader converts it.
Method    pandas, with nothing read as missing.
Assumes   The folder layout `raw/PUBLISHER/FILE`, `facts/FILE`, `chronicle/FILE`.
Not here  What the columns mean: see the reader of each publisher.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from oreacle.core.errors import DataError


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
            fix="fetch the file from its publisher, or name the right folder with --sources.",
        )
    return path


def read_text_table(
    sources: Path,
    relative: str,
    columns: Iterable[str],
    *,
    separator: str = ",",
    encoding: str = "utf-8-sig",
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

    Raises
    ------
    DataError
        ORE-DAT-011 if the file is missing or unreadable, ORE-DAT-012 if a column is missing.
    """
    path = source_file(sources, relative)
    try:
        frame = pd.read_csv(
            path, sep=separator, dtype=str, keep_default_na=False, encoding=encoding
        )
    except (OSError, EOFError, UnicodeDecodeError, pd.errors.ParserError) as error:
        raise _unreadable(relative, str(error)) from error
    except pd.errors.EmptyDataError as error:
        raise _unreadable(relative, "the file is empty") from error
    _require_columns(frame, relative, columns)
    return frame


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


def numbers_of(text: pd.Series, relative: str) -> pd.Series:
    """Return text as numbers; empty text is missing, anything else must be a number.

    Raises
    ------
    DataError
        ORE-DAT-014 naming the values that are not numbers.
    """
    numbers = pd.to_numeric(text.where(text.str.strip() != ""), errors="coerce").astype(float)
    wrong = text[numbers.isna() & (text.str.strip() != "")]
    if len(wrong):
        shown = ", ".join(repr(value) for value in pd.unique(wrong)[:5])
        raise DataError(
            "ORE-DAT-014",
            f"column '{text.name}' of '{relative}' holds values that are no numbers: {shown}.",
            why="reading them as missing or zero would hide a fault of the source.",
            fix="mend the source file, or teach the reader what these marks mean.",
        )
    return numbers


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
