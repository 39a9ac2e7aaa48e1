"""Members of clubs: two statements that exclude each other are refused, days refine years."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oreacle.core.errors import DataError
from oreacle.data.assumptions import read_assumed
from oreacle.data.institutions import clubs
from oreacle.data.readers.compiled_politics import MEMBERSHIP_FILE

HEAD = "bloc,iso3,country,year_joined,year_left,source,basis,confidence,seen_in,note\n"
EVENT_HEAD = (
    "event_id,date,date_precision,kind,sign,actors,targets,minerals,stage,intensity,status,"
    "end_date,summary,source,confidence,verified,seen_in\n"
)
EVENTS = {"found": ("2022-06-14", "USA;EU;MSP"), "join": ("2023-02", "ITA;MSP")}


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Sources with one club, founded and enlarged by two events."""
    tables = {
        "club_events": pd.DataFrame(
            {"club": ["MSP", "MSP"], "event_id": ["found", "join"], "adds": [1, 0]}
        ),
        "club_dates": pd.DataFrame(
            {"club": ["EU"], "country": ["GBR"], "side": ["until"], "year": [2020]}
        ).assign(date="2020-02-01"),
    }
    monkeypatch.setattr(clubs, "read_assumed", lambda name: tables.get(name, pd.DataFrame()))
    rows = [
        f"{name},{date},day,club_joined,cooperation,{actors},,all,all,0.5,in_force,,s,src,high,yes,x"
        for name, (date, actors) in EVENTS.items()
    ]
    write(tmp_path, "chronicle/events.csv", EVENT_HEAD + "\n".join(rows) + "\n")
    write(tmp_path, "chronicle/blocs.csv", "code,name,members_iso3,note\nMSP,x,USA;ITA;EU,\n")
    members(tmp_path)
    return tmp_path


def write(folder: Path, relative: str, text: str) -> None:
    path = folder / relative
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def members(folder: Path, italy: int = 2023, more: str = "") -> None:
    rows = "EU,GBR,x,1973,2020,s,reported,high,recollection,\nMSP,USA,x,2022,,s,reported,"
    rows += f"medium,recollection,\nMSP,ITA,x,{italy},,s,reported,medium,recollection,\n{more}"
    write(folder, MEMBERSHIP_FILE, HEAD + rows)


def test_events_date_members_and_add_the_party_that_the_list_lacks(sources: Path) -> None:
    table = clubs.members_table(sources).set_index(["club", "country"])
    assert table.loc[("MSP", "USA"), "since_date"] == "2022-06-14"
    assert table.loc[("MSP", "ITA"), "since_date"] == "2023-02"
    assert table.loc[("MSP", "EU"), "seen"] == "seen"
    assert table.loc[("MSP", "USA"), "seen"] == "partly"
    assert table.loc[("EU", "GBR"), "until_date"] == "2020-02-01"


def test_a_joining_after_the_last_year_covered_is_left_out(sources: Path) -> None:
    members(sources, more="BRICS,IDN,x,2025,,s,reported,high,recollection,\n")
    assert "BRICS" not in set(clubs.members_table(sources)["club"])


def test_an_event_and_a_list_of_different_years_are_refused(sources: Path) -> None:
    members(sources, italy=2022)
    with pytest.raises(DataError, match=r"ORE-DAT-090.*join"):
        clubs.members_table(sources)


def test_a_member_of_the_chronicle_that_the_list_lacks_is_refused(sources: Path) -> None:
    text = "code,name,members_iso3,note\nMSP,x,USA;ITA;EU;JPN,\n"
    write(sources, "chronicle/blocs.csv", text)
    with pytest.raises(DataError, match="JPN in MSP"):
        clubs.members_table(sources)


def test_a_date_for_an_unknown_membership_is_refused(
    sources: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dates = read_assumed("club_dates").assign(date="1999-01-01")
    tables = {
        "club_additions": pd.DataFrame(),
        "club_dates": dates,
        "club_events": read_assumed("club_events").head(0),
    }
    monkeypatch.setattr(clubs, "read_assumed", lambda name: tables[name])
    with pytest.raises(DataError, match="ORE-DAT-090"):
        clubs.members_table(sources)


def test_a_club_without_a_kind_is_refused() -> None:
    with pytest.raises(DataError, match="HANSE"):
        clubs.clubs_table(pd.DataFrame({"club": ["EU", "HANSE"]}))


def spells(*years: tuple[int, int | None]) -> pd.DataFrame:
    since, until = zip(*years, strict=True)
    table = pd.DataFrame({"club": "C", "country": "NOR", "since": since})
    return table.assign(until=pd.array(until, dtype="Int64"))


@given(st.lists(st.integers(1950, 2024), min_size=2, max_size=6, unique=True))
def test_spells_one_after_the_other_pass_and_a_copy_never_does(years: list[int]) -> None:
    ordered = sorted(years)
    apart = [(first, last) for first, last in zip(ordered[::2], ordered[1::2], strict=False)]
    clubs.refuse_overlaps(spells(*apart))
    with pytest.raises(DataError, match="ORE-DAT-090"):
        clubs.refuse_overlaps(spells(*apart, apart[-1]))


def test_a_spell_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(DataError, match="NOR in C"):
        clubs.refuse_overlaps(spells((2000, 1999)))
