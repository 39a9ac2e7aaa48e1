"""A user's file is read in one way, or refused with the way to read it."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oreacle.core.errors import DataError, OreacleError
from oreacle.data.importing import reading
from oreacle.data.importing.reading import Row, Sheet, read_sheet

COLUMNS = ("name", "value")
PLAIN = "name,value\nNA,1\nNO,2\n"


def sheet(path: Path, raw: bytes, **options: str) -> Sheet:
    path.write_bytes(raw)
    return read_sheet(path, COLUMNS, ("note",), **options)


def refused(path: Path, raw: bytes, **options: str) -> DataError:
    with pytest.raises(DataError) as caught:
        sheet(path, raw, **options)
    assert caught.value.code == "ORE-DAT-095"
    return caught.value


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "mine.csv"


def test_na_and_no_survive_as_text_with_their_lines(path: Path) -> None:
    read = sheet(path, PLAIN.encode())
    assert [(r.line, r.get("name"), r.get("value")) for r in read.rows] == [
        (2, "NA", "1"),
        (3, "NO", "2"),
    ]
    assert read.faults == ()


@pytest.mark.parametrize(
    "raw",
    [
        b"\xef\xbb\xbf" + PLAIN.encode(),
        PLAIN.replace("\n", "\r\n").encode(),
        gzip.compress(PLAIN.encode(), mtime=0),
        PLAIN.replace("\n", "\n\n").encode(),
        PLAIN.removesuffix("\n").encode(),
    ],
)
def test_marks_line_ends_and_gzip_do_not_change_the_rows(path: Path, raw: bytes) -> None:
    assert [r.values for r in sheet(path, raw).rows] == [
        {"name": "NA", "value": "1"},
        {"name": "NO", "value": "2"},
    ]


@pytest.mark.parametrize(
    ("raw", "what", "fix"),
    [
        (b"", "empty", "header"),
        (b" \n\n", "empty", "header"),
        ("name,value\nC\xf4te,1\n".encode("cp1252"), "line 2 holds bytes", "--encoding cp1252"),
        (PLAIN.encode("utf-16"), "UTF-16", "--encoding utf-16"),
        (PLAIN.encode("utf-16-le"), "UTF-16", "--encoding utf-16"),
        (PLAIN.replace(",", ";").encode(), "semicolon", "--separator semicolon"),
        (PLAIN.replace(",", "\t").encode(), "tab", "--separator tab"),
        (b"PK\x03\x04 sheet", "spreadsheet", "CSV"),
        (b"%PDF-1.7", "PDF", "CSV"),
        (b"name,value\n\x00\x01\x02\xff,1", "bytes", "UTF-8"),
        (b"name,value\na\x00b,1\n", "zero bytes", "CSV"),
        (gzip.compress(PLAIN.encode(), mtime=0)[:-9], "cut off", "again"),
        (b"\x1f\x8b\x08nonsense", "cut off", "again"),
        (b'name,value\n"cut off,1\n', "cut off", "quotation"),
    ],
)
def test_a_file_that_is_no_plain_csv_is_refused_with_the_fix(
    path: Path, raw: bytes, what: str, fix: str
) -> None:
    error = refused(path, raw)
    assert what in error.what
    assert fix in error.fix


def test_a_named_encoding_and_separator_are_used(path: Path) -> None:
    raw = "name;value\nC\xf4te;1\n".encode("cp1252")
    (row,) = sheet(path, raw, encoding="cp1252", separator="semicolon").rows
    assert row.get("name") == "C\xf4te"
    assert len(sheet(path, PLAIN.encode("utf-16"), encoding="utf-16").rows) == 2
    assert "no encoding" in refused(path, raw, encoding="klingon").what
    assert "no encoding" in refused(path, raw, encoding="base64").what
    assert "no separator" in refused(path, raw, separator="|").what


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    cases = {"missing.csv": "no such file", ".": "a folder", "pipe": "no ordinary file"}
    for name, what in cases.items():
        with pytest.raises(DataError, match=what) as caught:
            read_sheet(tmp_path / name, COLUMNS, ())
        assert caught.value.code == "ORE-DAT-095"


@pytest.mark.parametrize("packed", [False, True])
def test_a_file_that_is_too_large_also_unpacked_is_refused(
    path: Path, monkeypatch: pytest.MonkeyPatch, packed: bool
) -> None:
    monkeypatch.setattr(reading, "LARGEST_BYTES", 1000)
    raw = b"name,value\n" + b"a,1\n" * 1000
    assert "larger than" in refused(path, gzip.compress(raw, mtime=0) if packed else raw).what


def test_every_fault_of_header_and_lines_is_found(path: Path) -> None:
    raw = b"nam,note,note,\na,b,c,d\na,b\na,b,c,d,e\n\x1b,b,c,d\n"
    faults = sheet(path, raw).faults
    assert {(f.line, f.column) for f in faults} == {
        (1, "name"),
        (1, "value"),
        (1, "nam"),
        (1, "note"),
        (1, ""),
        (3, ""),
        (4, ""),
        (5, "nam"),
    }
    assert any("did you mean 'name'?" in f.fix for f in faults)
    assert all(f.sentence().endswith((".", "?")) for f in faults)


def test_a_line_is_where_its_record_starts(path: Path) -> None:
    read = sheet(path, b'name,value\n"two\nlines",1\n\nlast,2\n')
    assert [row.line for row in read.rows] == [2, 5]
    assert [(f.line, f.column) for f in read.faults] == [(2, "name")]


def test_a_last_line_without_an_end_is_named(path: Path) -> None:
    assert sheet(path, PLAIN.encode()).warnings == ()
    (warning,) = sheet(path, PLAIN.strip().encode()).warnings
    assert warning.startswith("line 3 ")


def test_a_header_alone_is_a_fault(path: Path) -> None:
    (fault,) = sheet(path, b"name,value\n").faults
    assert "no row" in fault.reason


@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    raw=st.one_of(
        st.binary(max_size=200),
        st.text(max_size=200).map(lambda s: s.encode("utf-8", "surrogatepass")),
        st.binary(max_size=100).map(gzip.compress),
        st.binary(max_size=60).map(lambda b: b"\x1f\x8b\x08" + b),
    ),
    encoding=st.sampled_from([None, "utf-8", "utf-16", "cp1252", "idna", "punycode", "utf-7", ""]),
    separator=st.sampled_from([None, "comma", "semicolon", "tab"]),
)
def test_any_bytes_give_rows_or_one_of_our_errors(
    path: Path, raw: bytes, encoding: str | None, separator: str | None
) -> None:
    path.write_bytes(raw)
    code = ""
    rows: tuple[Row, ...] = ()
    try:
        rows = read_sheet(path, COLUMNS, (), encoding=encoding, separator=separator).rows
    except OreacleError as error:
        code = error.code
    assert code in ("", "ORE-DAT-095")
    assert all(row.line > 1 and row.values for row in rows)
