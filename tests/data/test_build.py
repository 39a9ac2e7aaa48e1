"""A build puts all tables in place, or none."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from oreacle.core.errors import DataError
from oreacle.data import build, catalogue
from oreacle.data.history.build import HistoryResult
from oreacle.data.ownership.build import OwnershipResult
from oreacle.data.schema import table_spec


def countries(codes: tuple[str, ...] = ("CHL", "FRA")) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "country": codes,
            "name": codes,
            "actor": ["EU" if code == "FRA" else code for code in codes],
            "gdp_usd": 1.0,
            "gdp_year": 2023,
            "source": "world-bank-wdi",
        }
    )


def gdp(**changes: object) -> pd.DataFrame:
    columns: dict[str, object] = {"country": ["CHL"], "year": [2020], "gdp_usd": [1.0]}
    return pd.DataFrame(columns | changes)


def minerals() -> pd.DataFrame:
    row = {
        column.name: column.name if column.is_text else 1
        for column in table_spec("minerals").columns
    }
    return pd.DataFrame([row | {"mineral": "tin"}])


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Sources whose parts are the small frames of this module."""
    install(monkeypatch, gdp())
    return tmp_path / "sources"


def install(monkeypatch: pytest.MonkeyPatch, table: pd.DataFrame) -> None:
    """Let the halves of the build return small frames, and skip the checksums of inputs."""
    base = {"countries": countries(), "minerals": minerals()}
    history = HistoryResult({"gdp": table}, ("one measure left out",), ("'a' may be 'b'",))
    monkeypatch.setattr(build, "build_base", lambda _: base)
    monkeypatch.setattr(build, "build_history", lambda *_: history)
    monkeypatch.setattr(build, "build_institutions", lambda *_: {})
    monkeypatch.setattr(build, "build_elasticities", lambda *_: {})
    monkeypatch.setattr(build, "build_routing", lambda *_: {})
    monkeypatch.setattr(build, "build_ownership", lambda *_: OwnershipResult({}, ("too much",)))
    monkeypatch.setattr(catalogue, "_inputs_checksum", lambda *_: "0" * 64)


def test_a_build_writes_all_tables_and_says_what_it_left_out(sources: Path, tmp_path: Path) -> None:
    said: list[str] = []
    table = build.build_tables(sources, tmp_path / "out", said.append)
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == [
        "catalogue.csv",
        "countries.csv",
        "gdp.csv",
        "minerals.csv",
        "sources.csv",
        "vintage.csv",
    ]
    assert table["table"].tolist() == ["countries", "gdp", "minerals", "sources", "vintage"]
    assert table.attrs["notes"] == ["one measure left out"]
    assert table.attrs["like_events"] == ["'a' may be 'b'"]
    assert "events: 'a' may be 'b'" in said
    assert "not in the register: one measure left out" in said
    assert "ownership: too much" in said


def test_two_builds_give_the_same_bytes(sources: Path, tmp_path: Path) -> None:
    for name in ("first", "second"):
        build.build_tables(sources, tmp_path / name)
    for path in (tmp_path / "first").iterdir():
        assert path.read_bytes() == (tmp_path / "second" / path.name).read_bytes()


def test_a_faulty_table_leaves_the_old_tables_untouched(
    sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    build.build_tables(sources, out)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    install(monkeypatch, gdp(gdp_usd=[-1.0], country=["PER"]))
    with pytest.raises(DataError) as caught:
        build.build_tables(sources, out)
    assert caught.value.code == "ORE-DAT-001"
    assert "gdp_usd is below 0" in caught.value.what
    assert "country 'PER' is not in `countries`" in caught.value.what
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_other_files_of_the_folder_stay(sources: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (out / "notes").mkdir(parents=True)
    (out / "relations_rates.csv").write_text("kept")
    (out / "gdp.csv.gz").write_bytes(b"an old form of a table that is built")
    build.build_tables(sources, out)
    assert (out / "relations_rates.csv").read_text() == "kept"
    assert (out / "notes").is_dir()
    assert not (out / "gdp.csv.gz").exists()


def test_a_folder_that_cannot_be_written_is_an_error_of_its_own(
    sources: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DataError) as caught:
        build.build_tables(sources, tmp_path / "file" / "out")
    assert caught.value.code == "ORE-DAT-009"


def test_strange_actors_minerals_and_sources_are_found_across_tables() -> None:
    shares = pd.DataFrame({"mineral": ["tin", "tinn"], "actor": ["EU", "PER"]})
    tables = {
        "countries": countries(),
        "minerals": minerals(),
        "history_shares": shares,
        "nodes": pd.DataFrame({"country": ["CHL"], "source": ["nobody-knows"]}),
    }
    faults = build.all_faults(tables)
    assert any("history_shares: line 3: actor 'PER' is not in" in fault for fault in faults)
    assert any("history_shares: line 3: mineral 'tinn' is not in" in fault for fault in faults)
    assert any("nobody-knows" in fault for fault in faults)


def test_a_strange_entrepot_is_found_and_the_origin_of_a_corridor_is_no_country() -> None:
    tables = {
        "countries": countries(),
        "minerals": minerals(),
        "entrepots": pd.DataFrame({"origin": ["CHL"], "via": ["HKG"], "source": ["cepii-baci"]}),
        "corridors": pd.DataFrame({"origin": ["Red Dog"], "source": ["cepii-baci"]}),
    }
    faults = build.all_faults(tables)
    assert any("via 'HKG' is not in `countries`" in fault for fault in faults)
    assert not any("origin: '" in fault for fault in faults)
