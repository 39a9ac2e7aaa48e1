"""The run folder: files are whole or not there, and a damaged folder is never shown as whole."""

from __future__ import annotations

import errno
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from oreacle.core.errors import RunError
from oreacle.engine.block import EVENT_COLUMNS, BlockResult
from oreacle.engine.run_files import FORMAT
from oreacle.engine.run_record import RunRecord, read_record, write_record
from oreacle.engine.store import folder_of_a_run, write_block
from oreacle.engine.stored_arrays import open_arrays, read_events

MEMBERS = 4


def block(first: int) -> BlockResult:
    """Return a block of two members."""
    members = [first, first + 1]
    solved = np.array([[[True]], [[first != 2]]])
    arrays = xr.Dataset(
        {
            "price": ("member", np.array(members) / 2),
            "solved": (("member", "year", "mineral"), solved),
        },
        {"member": members, "year": [2025], "mineral": ["gallium"]},
    )
    act = (first, 2025, "restriction", "CHN", "", "gallium", "refined", "ban", 0.5, "USA;JPN")
    deal = (first, 2026, "agreement", "USA", "AUS", "", "", "", float("nan"), "")
    return BlockResult(arrays, pd.DataFrame([act, deal], columns=list(EVENT_COLUMNS)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = write_block(tmp_path, 0, block(0)).files | write_block(tmp_path, 1, block(2)).files
    scenario: dict[str, object] = {"name": "test"}
    end = ("2026-01-01T00:00:00+00:00", 1.0)
    record = RunRecord(
        FORMAT, "0", scenario, "2024-12-31", MEMBERS, 1, 2, "0" * 64, "numpy", files, 0, *end
    )
    write_record(tmp_path, record)
    return tmp_path


def change(folder: Path, **values: object) -> None:
    path = folder / "run.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


def replace_file(folder: Path, name: str, content: bytes) -> None:
    """Write a file and enter its checksum, as if the run had written it."""
    (folder / name).write_bytes(content)
    files = json.loads((folder / "run.json").read_text())["files"]
    change(folder, files={**files, name: hashlib.sha256(content).hexdigest()})


def swap(folder: Path, *names: str) -> None:
    one, two = (folder / name for name in names)
    first, second = one.read_bytes(), two.read_bytes()
    one.write_bytes(second)
    two.write_bytes(first)


def edit_events(folder: Path) -> None:
    path = folder / "events-0001.csv"
    path.write_text(path.read_text().replace("gallium", "lithium"))


def read_all(folder: Path) -> None:
    record = read_record(folder)
    open_arrays(folder, record)
    read_events(folder, record)


def refused(folder: Path) -> RunError:
    with pytest.raises(RunError) as caught:
        read_all(folder)
    assert caught.value.code == "ORE-RUN-005"
    return caught.value


def test_a_folder_reads_back_as_it_was_written(folder: Path) -> None:
    arrays = open_arrays(folder, read_record(folder))
    events = read_events(folder, read_record(folder))
    assert arrays["price"].to_numpy().tolist() == [0.0, 0.5, 1.0, 1.5]
    assert events["targets"].tolist() == ["USA;JPN", "", "USA;JPN", ""]
    assert events["strength"].isna().tolist() == [False, True, False, True]


@pytest.mark.parametrize(
    ("damage", "name"),
    [
        (lambda folder: swap(folder, "block-0000.nc", "block-0001.nc"), "block-0000.nc"),
        (lambda folder: swap(folder, "events-0000.csv", "events-0001.csv"), "events-0000.csv"),
        (edit_events, "events-0001.csv"),
        (lambda folder: (folder / "block-0001.nc").write_bytes(b"garbage"), "block-0001.nc"),
        (lambda folder: (folder / "block-0001.nc").write_bytes(b""), "block-0001.nc"),
        (lambda folder: (folder / "block-0001.nc").unlink(), "block-0001.nc"),
        (lambda folder: (folder / "events-0000.csv").unlink(), "events-0000.csv"),
        (lambda folder: (folder / "run.json").write_text("[]"), "run.json"),
        (lambda folder: (folder / "run.json").write_text("[" * 100_000), "run.json"),
        (lambda folder: (folder / "run.json").write_bytes(b"\xff"), "run.json"),
    ],
)
def test_damaged_files_are_refused_by_name(
    folder: Path, damage: Callable[[Path], object], name: str
) -> None:
    damage(folder)
    assert name in refused(folder).what


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("blocks", 0),
        ("blocks", 1),
        ("blocks", 3),
        ("blocks", -1),
        ("blocks", 10**9),
        ("blocks", True),
        ("blocks", 2.0),
        ("blocks", "2"),
        ("members", 0),
        ("members", 3),
        ("members", None),
        ("failed", None),
        ("failed", -1),
        ("failed", MEMBERS + 1),
        ("failed", False),
        ("format", 2),
        ("format", None),
        ("seed", "1"),
        ("seed", -1),
        ("seconds", True),
        ("seconds", "1"),
        ("seconds", float("nan")),
        ("version", 1),
        ("as_of", None),
        ("started", []),
        ("scenario", []),
        ("scenario", {"name": 1}),
        ("data_sha256", "0"),
        ("files", None),
        ("files", {"block-0000.nc": "0" * 64}),
        ("files", {"block-0000.nc": 1}),
        ("more", 1),
    ],
)
def test_a_record_with_a_wrong_field_is_refused(folder: Path, field: str, value: object) -> None:
    change(folder, **{field: value})
    refused(folder)


@pytest.mark.parametrize("content", [b"garbage", b"\x89HDF\r\n\x1a\n" + b"\0" * 200, b""])
def test_what_is_no_netcdf_is_refused_even_with_its_checksum(folder: Path, content: bytes) -> None:
    replace_file(folder, "block-0001.nc", content)
    assert "block-0001.nc" in refused(folder).what


def test_every_cut_of_a_block_is_refused_even_with_its_checksum(folder: Path) -> None:
    whole = (folder / "block-0001.nc").read_bytes()
    for share in (0.1, 0.5, 0.9):
        replace_file(folder, "block-0001.nc", whole[: int(share * len(whole))])
        refused(folder)


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\xff\xfe"])
def test_what_is_no_list_of_events_is_refused(folder: Path, content: bytes) -> None:
    replace_file(folder, "events-0000.csv", content)
    assert "events-0000.csv" in refused(folder).what


def test_blocks_of_other_members_are_refused_even_with_their_checksums(folder: Path) -> None:
    first, second = ((folder / f"block-000{k}.nc").read_bytes() for k in (0, 1))
    replace_file(folder, "block-0000.nc", second)
    replace_file(folder, "block-0001.nc", first)
    assert "does not go on from member 0" in refused(folder).what


def full(_path: Path, content: bytes) -> int:
    raise OSError(errno.ENOSPC, "No space left on device", str(_path) + str(len(content)))


def test_a_full_disk_is_named_without_a_path_and_leaves_no_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.write_bytes

    def half(path: Path, content: bytes) -> int:
        real(path, content[: len(content) // 2])
        return full(path, content)

    monkeypatch.setattr(Path, "write_bytes", half)
    with pytest.raises(RunError) as caught:
        write_block(tmp_path, 0, block(0))
    assert caught.value.code == "ORE-RUN-003"
    assert "No space left" in caught.value.what
    assert str(tmp_path) not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_record_that_cannot_be_put_in_place_leaves_no_part(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = read_record(folder)
    before = sorted(folder.iterdir())

    def fails(path: Path, _target: Path) -> Path:
        raise OSError(errno.EIO, "Input/output error", str(path))

    monkeypatch.setattr(Path, "replace", fails)
    with pytest.raises(RunError, match="ORE-RUN-003"):
        write_record(folder, record)
    assert sorted(folder.iterdir()) == before


@pytest.mark.parametrize(("blocks", "stays"), [(0, False), (1, True)])
def test_a_folder_without_a_finished_block_is_removed(
    tmp_path: Path, blocks: int, stays: bool
) -> None:
    folder = tmp_path / "run"
    folder.mkdir()

    def stop() -> None:
        with folder_of_a_run(folder):
            for k in range(blocks):
                write_block(folder, k, block(2 * k))
            (folder / "events-0009.csv").touch()
            (folder / "block-0009.nc.part").touch()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stop()
    assert folder.exists() == stays


def test_a_dimension_without_labels_is_read_back(tmp_path: Path) -> None:
    parts = [block(first) for first in (0, 2)]
    files: dict[str, str] = {}
    for k, part in enumerate(parts):
        bare = part.arrays.assign(bare=(("member", "rank"), np.full((2, 3), k)))
        files |= write_block(tmp_path, k, BlockResult(bare, part.events)).files
    end = ("2026-01-01T00:00:00+00:00", 1.0)
    scenario: dict[str, object] = {"name": "test"}
    record = RunRecord(
        FORMAT, "0", scenario, "2024-12-31", MEMBERS, 1, 2, "0" * 64, "numpy", files, 0, *end
    )
    found = open_arrays(tmp_path, record)["bare"]
    assert found.dims == ("member", "rank")
    assert found.to_numpy()[:, 0].tolist() == [0, 0, 1, 1]
