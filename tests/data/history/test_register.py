"""The register holds what is in force and binds, and says what it leaves out."""

from __future__ import annotations

import pandas as pd
import pytest

from oreacle.core.errors import DataError
from oreacle.data.assumptions import read_assumed
from oreacle.data.history import register
from oreacle.data.history.register import COLUMNS, producers_of, register_table
from oreacle.data.rows import text_rows
from oreacle.data.schema import validate

STRENGTHS = [
    ("*", "*", "default", "export_ban", "0.95", "assumed", "", "", "default"),
    ("*", "*", "default", "export_quota", "0.8", "assumed", "", "", "default"),
    ("*", "*", "default", "export_tax", "0.1", "assumed", "", "", "default"),
    ("*", "*", "default", "export_licensing", "0.1", "assumed", "", "", "default"),
]
STRENGTH_COLUMNS = [
    "event_id",
    "mineral",
    "use",
    "instrument",
    "strength",
    "basis",
    "since",
    "last_unrestricted_year",
    "reason",
]


@pytest.fixture
def strengths(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Hand-written strengths that a test may add to."""
    rows: list[tuple[str, ...]] = list(STRENGTHS)
    monkeypatch.setattr(
        register, "read_assumed", lambda _: pd.DataFrame(rows, columns=STRENGTH_COLUMNS)
    )
    return rows


def event(**changes: str) -> dict[str, str]:
    row = {
        "event_id": "ban",
        "date": "2021-08",
        "kind": "export_ban",
        "actors": "IDN",
        "targets": "WLD",
        "minerals": "tin",
        "stage": "ore",
        "status": "in_force",
        "end_date": "",
        "source": "A ministry",
    }
    return row | changes


def build(*events: dict[str, str]) -> register.Register:
    nodes = pd.DataFrame(
        [
            ("tin", "mined", "IDN", 5.0),
            ("tin", "refined", "IDN", 5.0),
            ("tin", "mined", "FIN", 1.0),
            ("gallium", "mined", "IDN", 1.0),
            ("gallium", "refined", "IDN", 1.0),
        ],
        columns=["mineral", "stage", "country", "quantity_t"],
    )
    return register_table(pd.DataFrame(list(events)), producers_of(nodes, {"gallium"}))


def test_a_measure_gets_the_default_of_its_instrument(strengths: list[tuple[str, ...]]) -> None:
    table = build(event()).table
    assert table.columns.tolist() == COLUMNS
    assert validate(table, "register") == []
    row = table.iloc[0].to_dict()
    assert row["measure_id"] == "ban.tin.ore"
    assert (row["strength"], row["strength_basis"]) == (0.95, "assumed")
    assert (row["since"], row["in_base"], row["last_unrestricted_year"]) == ("2021-08", 1, 2020)
    assert len(strengths) == 4


@pytest.mark.parametrize(
    ("date", "in_base"), [("2024-06-30", 1), ("2024-07", 0), ("2024-12-03", 0), ("2024", 1)]
)
@pytest.mark.usefixtures("strengths")
def test_only_measures_before_the_middle_of_the_year_shaped_its_trade(
    date: str, in_base: int
) -> None:
    assert build(event(date=date)).table["in_base"].tolist() == [in_base]


@pytest.mark.usefixtures("strengths")
def test_a_measure_on_all_stages_holds_both_links_and_the_union_is_its_members() -> None:
    table = build(event(stage="all"), event(event_id="eu", actors="EU")).table
    assert table["measure_id"].tolist() == ["ban.tin.ore", "ban.tin.refined", "eu.tin.ore"]


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "announced"},
        {"status": "expired"},
        {"end_date": "2024-12-31"},
        {"kind": "tariff"},
    ],
)
@pytest.mark.usefixtures("strengths")
def test_what_is_not_in_force_or_no_export_measure_is_not_registered(
    changes: dict[str, str],
) -> None:
    assert build(event(**changes)).table.empty


@pytest.mark.usefixtures("strengths")
def test_a_later_lifting_by_the_same_actor_ends_a_measure() -> None:
    lifting = event(event_id="lift", kind="restriction_lifted", date="2022")
    result = build(event(), lifting)
    assert result.table.empty
    assert result.left_out == ["ban (tin): lifted by lift"]
    other = build(event(), lifting | {"actors": "CHN"}, lifting | {"minerals": "gallium"})
    earlier = build(event(), lifting | {"date": "2021"})
    assert len(other.table) == len(earlier.table) == 1


@pytest.mark.usefixtures("strengths")
def test_a_measure_without_output_or_link_is_reported_not_dropped_in_silence() -> None:
    result = build(
        event(actors="CHN"),
        event(event_id="part", stage="component"),
        event(event_id="by", minerals="gallium"),
    )
    assert result.table.empty
    assert result.left_out == [
        "ban (tin, ore): CHN has no output of it in the base year",
        "part (tin): no link of the model at its stage",
        "by (gallium): no link of the model at its stage",
    ]


def test_a_written_choice_sets_strength_date_year_and_instrument(
    strengths: list[tuple[str, ...]],
) -> None:
    strengths.append(
        ("ban", "tin", "keep", "export_tax", "0.3", "reported", "2022-01-01", "2019", "a law")
    )
    row = build(event()).table.iloc[0]
    assert row["instrument"] == "export_tax"
    assert (row["strength"], row["strength_basis"]) == (0.3, "reported")
    assert (row["since"], row["last_unrestricted_year"]) == ("2022-01-01", 2019)


def test_a_written_omission_is_reported_with_its_reason(
    strengths: list[tuple[str, ...]],
) -> None:
    strengths.append(("ban", "*", "skip", "", "", "", "", "", "it binds nothing"))
    result = build(event(minerals="all"))
    assert result.table.empty
    assert result.left_out == ["ban (all): it binds nothing"]


def test_strengths_of_unknown_events_are_refused(strengths: list[tuple[str, ...]]) -> None:
    strengths.append(("bann", "tin", "keep", "", "", "", "", "", ""))
    with pytest.raises(DataError) as caught:
        build(event())
    assert caught.value.code == "ORE-DAT-018"
    assert "bann" in caught.value.what


def test_every_written_strength_has_a_reason_and_a_basis() -> None:
    table = read_assumed("measure_strengths").astype(str)
    assert (table["reason"].str.len() > 20).all()
    given = table[table["strength"] != ""]
    assert set(given["basis"]) <= {"assumed", "reported"}
    assert set(table["use"]) == {"default", "keep", "skip"}


def test_the_last_free_years_agree_with_the_unrestricted_flows() -> None:
    flows = text_rows(read_assumed("unrestricted_years"))
    choices = {
        (row["event_id"], row["mineral"]): row["last_unrestricted_year"]
        for row in text_rows(read_assumed("measure_strengths"))
    }
    included = [row for row in flows if row["included"] == "1"]
    assert included
    for row in included:
        assert choices[row["event_id"], row["mineral"]] == row["last_year"]
