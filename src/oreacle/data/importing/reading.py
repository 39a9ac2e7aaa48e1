"""Reading a user's CSV file without guessing.

Does      Turns a file into rows of text with their line numbers, and finds what is wrong with
          the file as such: encoding, separator, columns, cells.
Units     None: every value stays text.
Method    UTF-8 unless the user names another encoding; a comma unless the user names another
          separator. What looks like another one is refused with the option that reads it.
Assumes   The first line names the columns.
Not here  What the values mean: see `events`, `prices` and `stocks`.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import stat
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from oreacle.core.labels import suggestion
from oreacle.data.importing.report import Fault, shown, unreadable

LARGEST_BYTES = 200_000_000
"""Largest file, also after unpacking [bytes]."""
SEPARATORS = {",": ",", ";": ";", "comma": ",", "semicolon": ";", "tab": "\t", "\t": "\t"}
GZIP_MARK = b"\x1f\x8b"
ARCHIVE_MARKS = {b"PK": "a zip archive or spreadsheet", b"%PDF": "a PDF document"}
WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
CUT_OFF = "line {line} has no line end: check that the file was not cut off there."
FORMULA_STARTS = ("=", "+", "@", "-")


@dataclass(frozen=True)
class Row:
    """One row: the line that it starts on, and its text by column, without outer spaces."""

    line: int
    values: dict[str, str]

    def get(self, column: str) -> str:
        """Return the text of a column, "" if it is empty or not in the file."""
        return self.values.get(column, "")


@dataclass(frozen=True)
class Sheet:
    """A file as read: its columns, its rows, and what is wrong with it as a file.

    Attributes
    ----------
    columns
        Names of the header.
    rows
        Rows with as many cells as there are columns.
    faults
        Faults of the header and of lines with other numbers of cells.
    content
        The bytes of the file, unpacked: what its checksum is taken over.
    warnings
        What may be a file that was cut off.
    """

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    faults: tuple[Fault, ...]
    content: bytes
    warnings: tuple[str, ...] = ()


def read_sheet(
    path: Path,
    required: Sequence[str],
    optional: Sequence[str],
    *,
    encoding: str | None = None,
    separator: str | None = None,
) -> Sheet:
    """Return the rows of a file.

    Parameters
    ----------
    path
        CSV file, plain or gzipped.
    required, optional
        Columns that must be and that may be there.
    encoding
        Encoding of the file; None for UTF-8, with or without a mark at its start.
    separator
        ``,`` or ``;`` or ``tab``; None for the comma.

    Raises
    ------
    DataError
        ORE-DAT-095 if it is no readable text file, or seems to have another encoding or
        separator than the one named.
    """
    name = str(path)
    sign = _separator(separator, name)
    content = _content(path, name)
    text = _text(content, encoding, name)
    lines = list(_lines(text, sign, name))
    if not lines:
        raise unreadable(name, "it holds no line of text", "give a header and rows")
    header = tuple(cell.strip() for cell in lines[0][1])
    if separator is None:
        _refuse_other_separator(header, name)
    faults = _header_faults(header, required, optional)
    rows: list[Row] = []
    for line, cells in lines[1:]:
        if len(cells) == len(header):
            values = dict(zip(header, (cell.strip() for cell in cells), strict=True))
            rows.append(Row(line, values))
            faults += _cell_faults(line, values)
        else:
            faults.append(_width_fault(line, len(cells), len(header)))
    if len(lines) == 1:
        faults.append(Fault(0, "", "", "there is no row below the header", "add rows"))
    warnings = () if text.endswith(("\n", "\r")) else (CUT_OFF.format(line=lines[-1][0]),)
    return Sheet(header, tuple(rows), tuple(faults), content, warnings)


def _content(path: Path, name: str) -> bytes:
    """Return the bytes of a file, unpacked if it is gzipped, refusing what is too large."""
    _refuse_no_file(path, name)
    try:
        with path.open("rb") as stream:
            raw = stream.read(LARGEST_BYTES + 1)
        if raw.startswith(GZIP_MARK):
            with gzip.GzipFile(fileobj=io.BytesIO(raw)) as packed:
                raw = packed.read(LARGEST_BYTES + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile) as fault:
        raise unreadable(
            name, "the gzipped file is cut off or damaged", "copy or pack it again"
        ) from fault
    except OSError as fault:
        raise unreadable(
            name, str(fault.strerror or "it cannot be opened"), "check that you may read it"
        ) from fault
    if len(raw) > LARGEST_BYTES:
        raise unreadable(
            name,
            f"it is larger than {LARGEST_BYTES // 1_000_000} MB",
            "import the rows that are new, in parts",
        )
    if not raw.strip():
        raise unreadable(name, "it is empty", "give a header and rows")
    return raw


def _refuse_no_file(path: Path, name: str) -> None:
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as fault:
        raise unreadable(
            name, "there is no such file, or you may not see it", "check the name and the folder"
        ) from fault
    if stat.S_ISDIR(mode):
        raise unreadable(name, "it is a folder", "name one CSV file")
    if not stat.S_ISREG(mode):
        raise unreadable(name, "it is no ordinary file", "save the rows as a CSV file")


def _text(raw: bytes, encoding: str | None, name: str) -> str:
    """Return the text of a file in the encoding that the user named, or in UTF-8."""
    for mark, what in ARCHIVE_MARKS.items():
        if raw.startswith(mark):
            raise unreadable(name, f"it is {what}", "save the sheet as CSV (UTF-8)")
    if encoding is None:
        _refuse_wide(raw, name)
    try:
        text = raw.decode(encoding or "utf-8-sig")
    except LookupError as fault:
        raise unreadable(
            name,
            f"'{shown(encoding or '')}' is no encoding of text",
            "use utf-8, utf-16, cp1252 or latin-1",
        ) from fault
    except (UnicodeError, ValueError) as fault:
        line = raw.count(b"\n", 0, getattr(fault, "start", 0)) + 1
        if encoding is not None:
            fix = "name the encoding that the file was saved in, or save it as UTF-8"
        else:
            fix = "save it as UTF-8, or say --encoding cp1252 if it comes from Windows"
        raise unreadable(
            name, f"line {line} holds bytes that are not {encoding or 'UTF-8'}", fix
        ) from fault
    if "\0" in text:
        raise unreadable(name, "it holds zero bytes, so it is no text", "save the rows as CSV")
    return text.removeprefix("\ufeff")


def _refuse_wide(raw: bytes, name: str) -> None:
    head = raw[:200]
    wide = len(head) > 3 and (not any(head[1::2]) or not any(head[::2]))
    if raw.startswith(WIDE_MARKS) or wide:
        raise unreadable(name, "it is UTF-16", "save it as UTF-8, or say --encoding utf-16")


def _lines(text: str, sign: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the line that each record starts on, and its cells; empty lines are skipped."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True)
    start = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield start, cells
            start = reader.line_num + 1
    except csv.Error as fault:
        raise unreadable(
            name,
            f"the text from line {start} on is no CSV ({fault}); the file may be cut off",
            "close every quotation mark, and double those inside a text",
        ) from fault


def _separator(named: str | None, name: str) -> str:
    if named is None:
        return ","
    if named not in SEPARATORS:
        raise unreadable(
            name, f"'{shown(named)}' is no separator that is read", "use comma, semicolon or tab"
        )
    return SEPARATORS[named]


def _refuse_other_separator(header: tuple[str, ...], name: str) -> None:
    if len(header) > 1:
        return
    for sign, word in ((";", "semicolon"), ("\t", "tab")):
        if sign in header[0]:
            raise unreadable(
                name,
                f"its header is separated by {word}, not by comma",
                f"say --separator {word}, or save it with commas; numbers need a decimal point",
            )


def _header_faults(
    header: tuple[str, ...], required: Sequence[str], optional: Sequence[str]
) -> list[Fault]:
    known = (*required, *optional)
    faults = [
        Fault(1, column, "", "is missing from the header", "add the column")
        for column in required
        if column not in header
    ]
    for column, count in Counter(header).items():
        if not column:
            faults.append(Fault(1, "", "", "a column has no name", "name or remove it"))
        elif count > 1:
            faults.append(Fault(1, shown(column), "", f"occurs {count} times", "keep one"))
        elif column not in known:
            near = suggestion(column[:80], known)
            fix = near or f"remove it, or use one of {', '.join(known)}"
            faults.append(Fault(1, shown(column), "", "is no column of this table", fix))
    return faults


def _width_fault(line: int, found: int, wanted: int) -> Fault:
    fix = "put quotation marks around a text that holds the separator"
    if found < wanted:
        fix = "fill the row up; at the end of a file this means that it was cut off"
    return Fault(line, "", "", f"has {found} cells, the header has {wanted}", fix)


def _cell_faults(line: int, values: dict[str, str]) -> list[Fault]:
    """Return faults that no column may have: line breaks and signs that steer a terminal."""
    return [
        Fault(line, shown(column), value, "holds a line break or a control sign", "remove it")
        for column, value in values.items()
        if any(ord(sign) < 32 or ord(sign) == 127 or sign in "\u2028\u2029\x85" for sign in value)
        or any(0xD800 <= ord(sign) < 0xE000 for sign in value)
    ]


def formula_warnings(rows: Sequence[Row], columns: Sequence[str]) -> list[str]:
    """Return texts that a spreadsheet would run as a formula; here they stay text."""
    return [
        f"line {row.line}, {column}: '{shown(row.get(column))}' is kept as text; a spreadsheet "
        "would take it for a formula."
        for row in rows
        for column in columns
        if row.get(column).startswith(FORMULA_STARTS)
    ]
