"""Events are checked against the codebook, all faults at once, and mapped to model minerals."""

from __future__ import annotations

import pandas as pd
import pytest

from oreacle.core.errors import DataError
from oreacle.data.history.chronicle import events_table, first_day, model_minerals
from oreacle.data.readers.chronicle import COLUMNS
from oreacle.data.schema import validate

MINERALS = {"aluminium", "palladium", "platinum", "rare_earths_heavy", "rare_earths_light", "tin"}


def event(**changes: str) -> dict[str, str]:
    row = dict.fromkeys(COLUMNS, "")
    row |= {
        "event_id": "idn_tin",
        "date": "2013-08",
        "date_precision": "month",
        "kind": "export_ban",
        "sign": "rivalry",
        "actors": "IDN",
        "targets": "WLD",
        "minerals": "tin",
        "stage": "ore",
        "intensity": "0.5",
        "status": "in_force",
        "summary": "A ban",
        "source": "A ministry",
        "confidence": "high",
    }
    return row | changes


def events(*rows: dict[str, str]) -> pd.DataFrame:
    return events_table(pd.DataFrame(list(rows)), {"QUAD", "EU"}, MINERALS)


def test_an_event_keeps_its_codes_and_the_union_has_one_code() -> None:
    table = events(event(actors="EUU;FRA;QUAD", targets="ZAR;EU27", intensity=""))
    assert validate(table, "events") == []
    assert table["actors"].tolist() == ["EU;FRA;QUAD"]
    assert table["targets"].tolist() == ["COD;EU"]
    assert table["year"].tolist() == [2013]
    assert table["intensity"].isna().all()


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("rare_earths", ["rare_earths_light", "rare_earths_heavy"]),
        ("platinum_group;platinum", ["platinum", "palladium"]),
        ("bauxite;aluminium", ["aluminium"]),
        ("iron_ore;potash", []),
        ("tin;all", ["tin", "all"]),
        ("", []),
    ],
)
def test_coded_minerals_become_model_minerals(raw: str, expected: list[str]) -> None:
    assert model_minerals(raw, MINERALS) == expected


def test_an_unknown_mineral_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(DataError) as caught:
        model_minerals("platinium", MINERALS)
    assert caught.value.code == "ORE-DAT-017"
    assert "platinum" in caught.value.fix


def test_every_fault_of_the_chronicle_is_named_together() -> None:
    with pytest.raises(DataError) as caught:
        events(
            event(kind="export_bann", event_id="a"),
            event(sign="cooperation", event_id="b"),
            event(actors="IDX7", event_id="c"),
            event(date="2013-13", event_id="d"),
            event(date="2013-08-01", event_id="e"),
            event(date="1989", date_precision="year", event_id="f"),
            event(minerals="unobtainium", event_id="g"),
            event(stage="mine", event_id="h"),
            event(actors="", event_id="i"),
        )
    assert caught.value.code == "ORE-DAT-001"
    for name in "abcdefghi":
        assert f"- {name}: " in caught.value.what


def test_a_date_of_low_precision_starts_on_its_first_day() -> None:
    assert [first_day(text) for text in ("2002", "2021-04", "2023-06-10")] == [
        "2002-01-01",
        "2021-04-01",
        "2023-06-10",
    ]
