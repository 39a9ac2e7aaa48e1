"""An import writes a whole valid folder, or leaves everything as it was."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.data.importing.files import EVENT, PRICE, RIGHT, STOCK, content, text

from oreacle.app.cli import main
from oreacle.core.errors import DataError, OreacleError
from oreacle.data.catalogue import changed_tables
from oreacle.data.importing import adding, placing
from oreacle.data.importing.adding import ImportRequest, import_file
from oreacle.data.importing.report import ImportResult
from oreacle.data.store import TABLES_DIRECTORY, read_table, tables_of
from oreacle.data.vintage import read_vintage
from oreacle.world.load import load_world
from oreacle.world.past_acts import load_past_acts

PROJECT = Path(__file__).resolve().parents[3]

LIFTING = {
    **EVENT,
    "event_id": "lifted_2025",
    "kind": "restriction_lifted",
    "date": "2025-03-01",
    "status": "",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("OREACLE_DATA", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(rows: str | bytes, table: str = "events", **options: Any) -> ImportResult:  # noqa: ANN401
    raw = rows if isinstance(rows, bytes) else rows.encode()
    Path("mine.csv").write_bytes(raw)
    return import_file(ImportRequest(Path("mine.csv"), table, Path("out"), **options))


def refused(code: str, rows: str, table: str = "events", **options: Any) -> DataError:  # noqa: ANN401
    with pytest.raises(DataError) as caught:
        run(rows, table, **options)
    assert caught.value.code == code
    return caught.value


def test_an_imported_ban_is_in_the_world_with_the_new_as_of_date(folder: Path) -> None:
    before = load_world(TABLES_DIRECTORY)
    result = run(text(EVENT), as_of="2025-04-30")
    world = load_world(folder / "out")
    assert (result.as_of_before, result.as_of) == (before.as_of, "2025-04-30")
    assert (world.as_of, world.base_year) == ("2025-04-30", before.base_year)
    (new,) = [m for m in world.measures if m not in before.measures]
    assert (new.actor, new.mineral, new.link, new.instrument) == (
        "COD",
        "cobalt",
        "ore",
        EVENT["kind"],
    )
    assert not new.in_base
    assert result.measures_added == (new.measure_id,)
    assert read_vintage(folder / "out").fitted_to == before.as_of


@pytest.mark.parametrize("table", RIGHT)
def test_the_new_folder_is_complete_and_agrees_with_its_catalogue(folder: Path, table: str) -> None:
    run(text(RIGHT[table]), table)
    assert changed_tables(folder / "out") == []
    assert set(tables_of(TABLES_DIRECTORY)) <= set(tables_of(folder / "out"))
    name = adding.KINDS[table].table
    row = read_table("catalogue", folder / "out").set_index("table").loc[name]
    assert "user-import" in str(row["sources"]).split(";")
    assert row["rows"] == len(read_table(name, folder / "out"))
    assert "user-import" in set(read_table("sources", folder / "out")["source"])
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []


def test_tables_that_an_import_does_not_concern_stay_byte_by_byte(folder: Path) -> None:
    run(text(STOCK), "stocks")
    new, old = content(folder / "out"), content(TABLES_DIRECTORY)
    differ = {name for name in new if new[name] != old.get(name)}
    assert differ == {"catalogue.csv", "sources.csv", "stocks.csv", "vintage.csv"}


def test_two_imports_add_up_and_each_table_keeps_its_last_day(folder: Path) -> None:
    run(text(PRICE), "prices")
    run(text(EVENT), data=folder / "out")
    vintage = read_vintage(folder / "out")
    assert (vintage.as_of, vintage.events_to) == ("2025-02-22", "2025-02-22")
    assert vintage.prices_to == "2025-12-31"
    assert 2025 in set(read_table("price_history", folder / "out")["year"])
    assert EVENT["event_id"] in set(read_table("events", folder / "out")["event_id"])


@pytest.mark.parametrize("table", ["prices", "stocks"])
def test_prices_and_stocks_leave_the_as_of_date_of_measures_alone(folder: Path, table: str) -> None:
    result = run(text(RIGHT[table]), table)
    assert result.as_of == load_world(folder / "out").as_of == "2024-12-31"
    assert any("the as-of date is that of events" in note for note in result.notes)


def test_the_same_import_gives_the_same_bytes(folder: Path) -> None:
    run(text(EVENT))
    first = content(folder / "out")
    shutil.rmtree(folder / "out")
    run(text(EVENT))
    assert content(folder / "out") == first


def test_a_dry_run_says_the_same_and_writes_nothing(folder: Path) -> None:
    dry = run(text(EVENT), dry_run=True)
    assert not (folder / "out").exists()
    wet = run(text(EVENT))
    assert (dry.rows, dry.as_of, dry.measures_added) == (wet.rows, wet.as_of, wet.measures_added)


@pytest.mark.parametrize(
    "rows",
    [
        text(EVENT, {**EVENT, "event_id": "b", "actors": "NO"}),
        text(EVENT).replace("minerals", "mineral", 1),
        text(EVENT)[:-40],
        "",
    ],
)
def test_a_file_with_one_fault_leaves_an_existing_folder_byte_by_byte(
    folder: Path, rows: str
) -> None:
    run(text(STOCK), "stocks")
    before = content(folder / "out")
    with pytest.raises(DataError):
        run(rows, data=folder / "out")
    assert content(folder / "out") == before


@pytest.mark.parametrize("step", ["write_table", "_check", "_put_in_place"])
def test_a_failure_while_writing_leaves_an_existing_folder_byte_by_byte(
    folder: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    run(text(STOCK), "stocks")
    before = content(folder)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(placing, step, full)
    error = refused("ORE-DAT-009", text(STOCK | {"date": "2025-04"}), "stocks", data=folder / "out")
    assert "No space left" in error.what
    assert str(folder) not in str(error)
    after = content(folder)
    assert {n: b for n, b in after.items() if n != "mine.csv"} == {
        n: b for n, b in before.items() if n != "mine.csv"
    }


def test_the_old_folder_comes_back_if_the_new_one_cannot_be_renamed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(text(STOCK), "stocks")
    before = content(folder / "out")
    rename = Path.rename

    def stubborn(self: Path, target: Path) -> Path:
        if self.name == "new":
            raise OSError(5, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", stubborn)
    refused("ORE-DAT-009", text(EVENT), data=folder / "out")
    assert content(folder / "out") == before


def test_a_folder_with_something_else_in_it_is_never_replaced(folder: Path) -> None:
    (folder / "out").mkdir()
    (folder / "out" / "thesis.txt").write_text("years of work", encoding="utf-8")
    assert "something else" in refused("ORE-DAT-098", text(EVENT)).what
    with pytest.raises(DataError, match="tables of the package"):
        import_file(ImportRequest(Path("mine.csv"), "events", TABLES_DIRECTORY))
    run(text(EVENT), dry_run=True)
    assert content(folder / "out") == {"thesis.txt": b"years of work"}


def test_other_files_of_a_folder_that_is_added_to_stay(folder: Path) -> None:
    run(text(STOCK), "stocks")
    (folder / "out" / "notes.txt").write_text("kept", encoding="utf-8")
    run(text(EVENT), data=folder / "out")
    assert (folder / "out" / "notes.txt").read_text(encoding="utf-8") == "kept"


def test_tables_that_were_edited_are_not_added_to(folder: Path) -> None:
    shutil.copytree(TABLES_DIRECTORY, folder / "own")
    path = folder / "own" / "minerals.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("Gallium", "Galium"), "utf-8")
    assert "minerals" in refused("ORE-DAT-005", text(EVENT), data=folder / "own").what


@pytest.mark.parametrize(
    ("as_of", "what"),
    [
        ("30 April 2025", "no day"),
        ("2025-02-30", "no day"),
        ("2024-12-30", "before 2024-12-31"),
        ("2099-01-01", "in the future"),
    ],
)
def test_an_unusable_as_of_date_is_refused(folder: Path, as_of: str, what: str) -> None:
    assert what in refused("ORE-DAT-097", text(EVENT), as_of=as_of).what
    assert not (folder / "out").exists()


def test_rows_of_a_year_that_is_not_over_need_an_as_of_date(folder: Path) -> None:
    assert "--as-of" in refused("ORE-DAT-097", text({**EVENT, "date": "2099"})).fix
    assert folder.is_dir()


def test_a_lifted_old_ban_stays_in_the_register_with_a_note_and_a_new_one_leaves(
    folder: Path,
) -> None:
    old = {**LIFTING, "actors": "IDN", "minerals": "aluminium"}
    new = {**LIFTING, "event_id": "b", "actors": "CHN", "minerals": "gallium", "stage": "refined"}
    result = run(text(old, new))
    register = read_table("register", folder / "out")
    assert "IDN" in set(register.loc[register["mineral"] == "aluminium", "actor"])
    assert any("stays in the register" in note for note in result.notes)
    assert result.measures_ended
    assert not set(result.measures_ended) & set(register["measure_id"])
    assert register["measure_id"].is_unique


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"actors": "FRA", "minerals": "uranium", "stage": "refined"}, "FRA trades as EU"),
        ({"targets": "NOR;G7"}, "no actor of trade"),
        ({"kind": "export_quota", "targets": "USA"}, "quota cannot be for named targets"),
        ({"actors": "NAM"}, "no output"),
        ({"stage": "technology"}, "no link of the model"),
        ({"status": "announced"}, "status is 'announced'"),
        ({"status": ""}, "status is empty"),
        ({"end_date": "2025-02-25"}, "it ended in 2025-02-25"),
    ],
)
def test_a_measure_that_is_not_entered_is_named_with_its_reason(
    folder: Path, changes: dict[str, str], reason: str
) -> None:
    result = run(text(EVENT | changes), as_of="2025-04-30", dry_run=True)
    assert result.measures_added == ()
    assert any(reason in note for note in result.notes), result.notes
    assert folder.is_dir()


def test_a_lifting_for_one_country_leaves_what_is_aimed_at_everyone(folder: Path) -> None:
    pause = {**LIFTING, "actors": "CHN", "minerals": "antimony", "stage": "all", "targets": "USA"}
    result = run(text(pause), dry_run=True)
    before = read_table("register", TABLES_DIRECTORY).set_index("measure_id")
    ended = before.loc[list(result.measures_ended)]
    assert set(ended["mineral"]) == {"antimony"}
    assert set(ended["targets"]) == {"USA"}
    assert len(ended) == 2
    assert folder.is_dir()


def test_imported_events_are_among_the_past_acts_up_to_their_last_day(folder: Path) -> None:
    run(text(STOCK), "stocks")
    assert load_past_acts(folder / "out").as_of == "2024-12-31"
    run(text(EVENT), data=folder / "out", as_of="2025-04-30")
    acts = load_past_acts(folder / "out")
    assert acts.as_of == "2025-04-30"
    assert EVENT["event_id"] in {act.event_id for act in acts.acts}


def test_the_example_of_the_page_gives_what_the_page_shows(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (PROJECT / "docs" / "import.md").read_text(encoding="utf-8")
    _, _, example = page.partition("## Worked example")
    rows, shown = (block.partition("\n")[2] for block in example.split("```")[1:4:2])
    Path("my-events.csv").write_text(rows, encoding="utf-8")
    command, _, output = shown.partition("\n")
    assert main(command.removeprefix("$ oreacle ").split()) == 0
    assert capsys.readouterr().out == output
    assert (folder / "oreacle-data").is_dir()


def test_namibia_and_norway_come_through_an_import_as_codes(folder: Path) -> None:
    pact = {**EVENT, "kind": "bilateral_mou", "actors": "NAM;NOR", "targets": "", "status": ""}
    run(text(pact))
    events = read_table("events", folder / "out").set_index("event_id")
    assert events.loc[EVENT["event_id"], "actors"] == "NAM;NOR"


def test_rows_of_the_past_are_said_to_change_the_history_of_a_forecast(folder: Path) -> None:
    past = {**EVENT, "date": "2024-02-22"}
    result = run(text(past), allow_past=True)
    assert result.as_of == "2024-12-31"
    assert any("rows of 2024 or before: 1" in note for note in result.notes)
    assert any("counted as part of base-year trade" in note for note in result.notes)
    (new,) = [m for m in load_world(folder / "out").measures if "cod_stop" in m.measure_id]
    assert new.in_base


def test_an_unknown_table_is_refused_with_the_names(folder: Path) -> None:
    assert "events" in refused("ORE-DAT-003", text(EVENT), "event").fix
    assert folder.is_dir()


CELLS = st.one_of(
    st.sampled_from(["", "NA", "NO", "2025-07", "CHN", "export_ban", "all", "-1", "0", "kt", "=1"]),
    st.text(max_size=6),
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data(), table=st.sampled_from(sorted(RIGHT)))
def test_any_file_is_imported_whole_or_leaves_nothing(
    folder: Path, data: st.DataObject, table: str
) -> None:
    shutil.rmtree(folder / "out", ignore_errors=True)
    right = dict(RIGHT[table])
    for name in data.draw(st.lists(st.sampled_from(sorted(right)), unique=True, max_size=2)):
        right[name] = data.draw(CELLS)
    raw = data.draw(
        st.one_of(st.binary(max_size=80), st.just(text(right).encode("utf-8", "replace")))
    )
    try:
        run(raw, table)
    except OreacleError:
        assert [path.name for path in folder.iterdir()] == ["mine.csv"]
    else:
        assert changed_tables(folder / "out") == []
        whole = read_table(adding.KINDS[table].table, folder / "out")
        assert isinstance(whole, pd.DataFrame)
