"""Reading YAML: traps of the language are mended, and nothing but plain values comes in."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oreacle.core.errors import ScenarioError
from oreacle.scenario.reading import DEEPEST, LARGEST_BYTES, read_document


def read(folder: Path, text: str) -> Any:  # noqa: ANN401 - values of a file
    path = folder / "file.yaml"
    path.write_bytes(text.encode())
    return read_document(path).values


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("NO", "NO"),
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("true", True),
        ("1e3", 1000.0),
        ("2.5E-1", 0.25),
        ("010", 10),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("12:30:45", "12:30:45"),
        ("2027-01-01", "2027-01-01"),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("9" * 5000, "9" * 5000),
        ("null", None),
        ("'1'", "1"),
    ],
)
def test_words_are_read_as_in_the_newer_yaml(tmp_path: Path, word: str, value: object) -> None:
    found = read(tmp_path, f"key: {word}\n")["key"]
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: &x 1\nb: *x\n", "anchors"),
        ("a: !!python/object/apply:os.system [ls]\n", "tag"),
        ("a: !mine 1\n", "tag"),
        ("a: 1\n---\nb: 2\n", "second document"),
        ("a: " + "[" * 200 + "]" * 200, "levels"),
        ("a: " + "[" * 100_000, "levels"),
        ("a: [1\n", "line"),
        ("a: \x00", ""),
        ("? [1]\n: 2\n", ""),
    ],
)
def test_what_is_not_plain_is_refused(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        read(tmp_path, text)
    assert caught.value.code == "ORE-SCN-013"
    assert says in caught.value.what


def test_every_key_that_occurs_twice_is_noted_and_the_rest_is_read(tmp_path: Path) -> None:
    path = tmp_path / "file.yaml"
    path.write_text("a: 1\nb:\n  - {c: 2, c: 3}\na: 4\na: 5\nd: 6\n", encoding="utf-8")
    document = read_document(path)
    assert document.values == {"a": 5, "b": [{"c": 3}], "d": 6}
    assert [fault.code for fault in document.faults] == ["ORE-SCN-013"] * 3
    said = ["line 3: the key b[0].c", "line 4: the key a", "line 5: the key a"]
    for fault, words in zip(document.faults, said, strict=True):
        assert f"{words} occurs twice, first in line " in fault.what
        assert "keep one" in fault.fix


def test_a_bomb_of_references_is_refused_at_once(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x]"] + [
        f"a{k}: &a{k} [" + ", ".join([f"*a{k - 1}"] * 9) + "]" for k in range(1, 30)
    ]
    with pytest.raises(ScenarioError, match="ORE-SCN-013"):
        read(tmp_path, "\n".join(lines))


def test_depth_up_to_the_limit_is_read(tmp_path: Path) -> None:
    assert read(tmp_path, "[" * DEEPEST + "]" * DEEPEST) is not None


def test_a_file_that_is_no_file_or_too_large_or_no_text_is_refused(tmp_path: Path) -> None:
    large, binary = tmp_path / "large.yaml", tmp_path / "binary.yaml"
    large.write_bytes(b"a" * (LARGEST_BYTES + 1))
    binary.write_bytes(b"\xff\xfe\xfd")
    for path in (large, binary, tmp_path, tmp_path / "missing.yaml", Path("/dev/null")):
        with pytest.raises(ScenarioError, match="ORE-SCN-012"):
            read_document(path)


def test_lines_are_remembered(tmp_path: Path) -> None:
    path = tmp_path / "file.yaml"
    path.write_text("a: 1\nb:\n  - c: 2\n    d: 3\n", encoding="utf-8")
    assert read_document(path).lines["b", 0, "d"] == 4


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_read_or_refused_and_never_crashes(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    folder = tmp_path_factory.mktemp("any")
    with contextlib.suppress(ScenarioError):
        read(folder, text.encode("utf-8", "replace").decode())
