"""The register beside the chronicle: what is in both, in one, and why."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from oreacle.core.errors import DataError
from oreacle.data.institutions.crosscheck import policy_crosscheck
from oreacle.data.readers.registers import POLICY_FILE

HEAD = "country,year,lever,regime,instrument,primary_source\n"


def event(name: str, year: int, kind: str, actors: str, minerals: str) -> dict[str, object]:
    return {
        "event_id": name,
        "date": f"{year}-01",
        "year": year,
        "kind": kind,
        "sign": "rivalry",
        "actors": actors,
        "minerals_raw": minerals,
        "summary": f"{name} happened",
    }


EVENTS = pd.DataFrame(
    [
        event("idn_nickel_2014", 2014, "export_ban", "IDN", "nickel;bauxite"),
        event("idn_cassiterite_2014", 2014, "export_ban", "IDN", "tin"),
        event("idn_late_2018", 2018, "export_ban", "IDN", "nickel"),
        event("chl_other_2014", 2014, "export_ban", "CHL", "nickel"),
    ]
)


def crosscheck(folder: Path, *rows: str) -> pd.DataFrame:
    path = folder / POLICY_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")
    return policy_crosscheck(folder, EVENTS)


def test_an_act_of_the_same_country_kind_year_and_mineral_is_in_both(tmp_path: Path) -> None:
    table = crosscheck(tmp_path, "Indonesia,2013,Export restriction,x,nickel ore export ban,law")
    first = table.set_index("case").loc["R001"]
    assert (first["status"], first["event_id"]) == ("both", "idn_nickel_2014")
    assert (first["register_year"], first["event_date"]) == (2013, "2014-01")


def test_a_year_two_apart_is_no_match_and_the_event_is_listed_alone(tmp_path: Path) -> None:
    table = crosscheck(tmp_path, "Indonesia,2016,Export restriction,x,nickel ore export ban,law")
    assert table["status"].tolist() == ["register only"] + ["chronicle only"] * 3
    assert "chl_other_2014" not in set(table["event_id"])


def test_a_match_without_a_named_mineral_is_only_possible(tmp_path: Path) -> None:
    table = crosscheck(tmp_path, "Indonesia,2014,Export restriction,x,ban of cassiterite,law")
    first = table.set_index("case").loc["R001"]
    assert (first["status"], first["event_id"]) == ("possible", "idn_cassiterite_2014")


def test_another_instrument_on_the_same_mineral_is_near(tmp_path: Path) -> None:
    table = crosscheck(tmp_path, "Indonesia,2014,Local content,x,nickel smelters,law")
    assert table["status"].tolist()[0] == "near"


def test_an_unknown_lever_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"ORE-DAT-090.*Prayer"):
        crosscheck(tmp_path, "Indonesia,2014,Prayer,x,nickel,law")
