"""A user's own cases are read as they are, or refused with every fault at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.data.importing.case_files import case_files

from oreacle.core.errors import DataError
from oreacle.data.importing.cases import read_case_files
from oreacle.data.readers.market_cases import read_market_cases, typed_cases
from oreacle.data.schema import validate


def test_good_files_give_valid_tables(tmp_path: Path) -> None:
    found = read_case_files(case_files(tmp_path))
    assert {name: len(table) for name, table in found.items()} == {
        "market_cases": 1,
        "market_case_flows": 12,
        "market_case_values": 3,
        "market_case_outcomes": 4,
    }
    for name, table in found.items():
        assert validate(table, name) == []
    assert found["market_case_values"]["tonnes"].isna().all()  # not given is not zero


def test_the_publishers_reader_gives_the_same_tables(tmp_path: Path) -> None:
    own = read_case_files(
        case_files(tmp_path, unit_value_change_world="0.1", clean_score="3", shock_to_normal="0.4")
    )
    folder = tmp_path / "natural_experiments"
    folder.mkdir()
    for part in ("cases", "base", "truth"):
        text = (tmp_path / f"mine_{part}.csv").read_text(encoding="utf-8")
        if part == "base":
            head, *rows = text.splitlines()
            text = "\n".join([head + ",tonnes,value_kusd", *(row + ",," for row in rows)]) + "\n"
        (folder / f"public_{part}.csv").write_text(text, encoding="utf-8")
    for name, table in read_market_cases(tmp_path).items():
        assert table.equals(own[name]), name
    assert callable(typed_cases)


def faults(path: Path) -> list[str]:
    with pytest.raises(DataError) as caught:
        read_case_files(path)
    assert caught.value.code == "ORE-DAT-110"
    return caught.value.what.splitlines()[1:]


def test_every_fault_of_all_three_files_is_told_at_once(tmp_path: Path) -> None:
    path = case_files(
        tmp_path,
        base="case_id,year,exporter,importer,quantity\nA-1,20x7,AUS,CHN,-1\nA-1,2017,aus,CHN,inf\n",
        truth="case_id,exporter,importer,share\nA-1,AUS,CHN,1.5\nA-1,AUS,CHN,0.5\n",
        effective="soon",
        unit="kg",
        remaining_fraction="",
        base_years="2017;x",
    )
    told = "\n".join(faults(path))
    for part in (
        "mine_cases.csv: line 2, effective: 'soon' is no day",
        "unit: 'kg' is unknown",
        "remaining_fraction: is empty",
        "base_years: '2017;x' is no list of years",
        "mine_base.csv: line 2, quantity: '-1' is outside",
        "mine_base.csv: line 2, year: '20x7' is no year",
        "line 3, exporter: 'aus' is no country",
        "line 3, quantity: 'inf' is outside",
        "mine_truth.csv: line 2, share: '1.5' is outside",
        "line 3, case_id: 'A-1' repeats line 2",
    ):
        assert part in told, part


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"base_years": "2013;2017"}, "holds 2013, of which there are no flows"),
        ({"outcome_years": "2017;2019"}, "of which base has flows"),
        ({"effective": "2016-02-01"}, "holds a year after the measure of 2016"),
        ({"effective": "2030-02-01"}, "begins before the measure of 2030"),
        ({"outcome_years": "2010"}, "or within the base years"),
        ({"affected_importers": "DEU"}, "names nobody who buys"),
        ({"exporter": "NCL", "targets": "CHN"}, "sells nothing to the targets"),
        ({"id": "B-1"}, "has rows in base and is no case"),
    ],
)
def test_what_does_not_fit_together_is_refused(
    changes: dict[str, str], said: str, tmp_path: Path
) -> None:
    assert said in "\n".join(faults(case_files(tmp_path, **changes)))


def test_shares_that_do_not_add_to_one_are_refused(tmp_path: Path) -> None:
    path = case_files(tmp_path, truth="case_id,exporter,importer,share\nA-1,AUS,CHN,0.5\n")
    assert "add to 0.500" in "\n".join(faults(path))


def test_a_column_that_is_missing_or_strange_is_told(tmp_path: Path) -> None:
    path = case_files(tmp_path, base="case_id,year,exporter,importer,tons\nA-1,2017,AUS,CHN,1\n")
    told = "\n".join(faults(path))
    assert "quantity: is missing from the header" in told
    assert "tons: is no column" in told


def test_a_file_that_is_missing_or_misnamed_is_refused(tmp_path: Path) -> None:
    path = case_files(tmp_path)
    (tmp_path / "mine_truth.csv").unlink()
    for wrong in (path, tmp_path / "mine.csv"):
        with pytest.raises(DataError, match="ORE-DAT-095"):
            read_case_files(wrong)
