"""Owners of assets become one vector per country, without counting a tonne twice."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oreacle.core.errors import DataError
from oreacle.data.assumptions import read_assumed
from oreacle.data.ownership import assets as assets_module
from oreacle.data.ownership.assets import (
    AssetsResult,
    assets_table,
    in_force,
    refuse_excess_shares,
)
from oreacle.data.ownership.control import UNKNOWN, control_table, equity_shares, owner_actor
from oreacle.data.readers.ownership import ASSET_KEY, CHECKED, RECOLLECTION, read_control

ACTORS = {"COD": "COD", "CHN": "CHN", "DEU": "EU", "FRA": "EU", "USA": "USA"}
NO_CHANGES = pd.DataFrame(
    columns=["date", "asset", "mineral", "from_owner", "from_actor", "to_owner", "share", "status"]
)
EMPTY_STATED = pd.DataFrame(
    columns=[
        "mineral",
        "stage",
        "country",
        "owner_actor",
        "share",
        "year",
        "basis",
        "confidence",
        "source",
        "seen",
    ]
)


@pytest.fixture(autouse=True)
def _no_hand_kept_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the package's own additions out of the samples."""
    monkeypatch.setattr(assets_module, "read_assumed", lambda name: read_assumed(name).iloc[:0])


def nodes(**quantities: float) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "mineral": "cobalt",
            "stage": "mined",
            "country": list(quantities),
            "quantity_t": list(quantities.values()),
        }
    )


def owner(
    asset: str, name: str, actor: str, share: float, output: float, **more: object
) -> dict[str, object]:
    row: dict[str, object] = {
        "asset": asset,
        "mineral": "cobalt",
        "stage": "mined",
        "country": "COD",
        "owner": name,
        "owner_actor": actor,
        "equity_share": share,
        "annual_output": output,
        "output_year": 2024.0,
        "since_year": 2017.0,
        "link_type": "equity",
        "source": "Annual report 2024",
        "confidence": "high",
        "seen_in": "a site",
        "seen": CHECKED,
    }
    return row | more


# Cobalt of Congo in 2024: three of its mines in round numbers, and their owners.
CONGO = pd.DataFrame(
    [
        owner("TFM", "CMOC", "CHN", 0.8, 37_000),
        owner("TFM", "Gecamines", "COD", 0.2, 37_000),
        owner("KFM", "CMOC", "CHN", 0.7125, 77_000, confidence="medium"),
        owner("KCC", "Glencore", "CHE", 0.7, 27_000, seen=RECOLLECTION),
    ]
)


def made(
    rows: pd.DataFrame, changes: pd.DataFrame = NO_CHANGES, **quantities: float
) -> AssetsResult:
    return assets_table(rows, changes, nodes(**(quantities or {"COD": 226_000.0})), set())


def stated(actor: str, share: float, **more: object) -> dict[str, object]:
    row: dict[str, object] = {
        "mineral": "cobalt",
        "stage": "mined",
        "country": "COD",
        "owner_actor": actor,
        "share": share,
        "year": 2021,
        "basis": "estimated",
        "confidence": "medium",
        "source": "A chamber of mines",
        "seen": CHECKED,
    }
    return row | more


def resolved(
    rows: pd.DataFrame, *published: dict[str, object], year: int = 2024
) -> dict[str, float]:
    said = pd.DataFrame(list(published)) if published else EMPTY_STATED
    table = control_table(rows, said, nodes(COD=226_000.0), ACTORS, year)
    return dict(zip(table["owner_actor"], table["share"], strict=True))


def test_equity_of_congolese_cobalt_is_as_worked_by_hand() -> None:
    shares = resolved(made(CONGO).table)
    assert shares["CHN"] == pytest.approx((0.8 * 37 + 0.7125 * 77) / 226)
    assert shares["COD"] == pytest.approx(0.2 * 37 / 226)
    assert shares["CHE"] == pytest.approx(0.7 * 27 / 226)
    assert sum(shares.values()) == pytest.approx(1.0)
    assert shares[UNKNOWN] == pytest.approx(
        1 - (0.8 * 37 + 0.7125 * 77 + 0.2 * 37 + 0.7 * 27) / 226
    )


def test_a_published_estimate_takes_the_place_of_equity_and_is_never_added() -> None:
    shares = resolved(made(CONGO).table, stated("CHN", 0.7))
    assert shares == {"CHN": pytest.approx(0.7), UNKNOWN: pytest.approx(0.3)}


def test_an_estimate_of_a_later_year_is_not_used() -> None:
    shares = resolved(made(CONGO).table, stated("CHN", 0.7), year=2019)
    assert shares["CHN"] == pytest.approx((0.8 * 37 + 0.7125 * 77) / 226)


def test_what_was_only_recalled_is_sourced_but_not_checked() -> None:
    rows = equity_shares(made(CONGO).table, 2024)
    recalled = rows["owner_actor"] == "CHE"
    assert rows.loc[recalled, "share"].gt(0.0).all()
    assert rows.loc[recalled, "checked_share"].tolist() == [0.0]
    assert rows.loc[~recalled, "checked_share"].equals(rows.loc[~recalled, "share"])


def test_members_of_the_union_are_one_owner_and_others_keep_their_code() -> None:
    rows = pd.DataFrame(
        [owner("A", "Firm", "DEU", 0.3, 50_000), owner("A", "Firm 2", "FRA", 0.4, 50_000)]
    )
    shares = resolved(made(rows).table)
    assert shares["EU"] == pytest.approx(0.7 * 50 / 226)
    assert owner_actor("CHE", ACTORS) == "CHE"


def test_assets_that_exceed_their_country_are_scaled_and_named() -> None:
    result = made(CONGO, COD=100_000.0)
    once = result.table.drop_duplicates(ASSET_KEY)
    assert once["output_share"].sum() == pytest.approx(1.0)
    assert result.excess["ratio"].tolist() == pytest.approx([1.41])


def test_a_mine_without_a_node_of_its_own_belongs_to_the_rest_of_the_world() -> None:
    rows = pd.DataFrame([owner("Bou Azzer", "Managem", "MAR", 1.0, 2_000, country="MAR")])
    table = made(rows, COD=226_000.0, ROW=8_000.0).table
    assert table[["country", "location"]].to_numpy().tolist() == [["ROW", "MAR"]]
    assert table["output_share"].tolist() == [0.25]


def test_output_of_a_later_year_is_a_plan_and_not_counted() -> None:
    table = made(pd.DataFrame([owner("New", "Firm", "CHN", 1.0, 9.0, output_year=2026.0)])).table
    assert table["output_share"].isna().all()


def test_the_seller_of_a_completed_transfer_holds_it_the_year_before() -> None:
    change = {
        "date": "2024-05",
        "asset": "Mine",
        "mineral": "cobalt",
        "from_owner": "Leo",
        "from_actor": "AUS",
        "to_owner": "Buyer",
        "share": 0.4,
        "status": "completed",
    }
    rows = pd.DataFrame([owner("Mine", "Buyer", "CHN", 0.4, 10_000, since_year=2024.0)])
    table = made(rows, pd.DataFrame([change])).table
    assert in_force(table, 2023)["owner_actor"].tolist() == ["AUS"]
    assert in_force(table, 2024)["owner_actor"].tolist() == ["CHN"]


def test_an_owner_of_unknown_first_year_is_not_projected_back() -> None:
    table = made(pd.DataFrame([owner("A", "Firm", "CHN", 1.0, 5.0, since_year=float("nan"))])).table
    assert in_force(table, 2020).empty
    assert len(in_force(table, 2024)) == 1


@pytest.mark.parametrize("share", [1.2, -0.1])
def test_an_impossible_share_of_an_asset_is_refused(share: float) -> None:
    with pytest.raises(DataError) as caught:
        made(pd.DataFrame([owner("TFM", "CMOC", "CHN", share, 37_000)]))
    assert caught.value.code == "ORE-DAT-081"
    assert "TFM" in caught.value.what


def test_two_owners_of_the_same_half_are_refused() -> None:
    rows = pd.DataFrame([owner("A", "X", "CHN", 0.7, 1.0), owner("A", "Y", "USA", 0.7, 1.0)])
    with pytest.raises(DataError) as caught:
        refuse_excess_shares(rows.assign(until_year=float("nan")))
    assert caught.value.code == "ORE-DAT-081"
    assert "1.400" in caught.value.what


def test_an_owner_that_is_no_country_is_refused() -> None:
    with pytest.raises(DataError) as caught:
        owner_actor("Glencore", ACTORS)
    assert caught.value.code == "ORE-DAT-080"


@pytest.mark.parametrize("shares", [(0.7, 0.6), (-0.1, 0.2)])
def test_estimates_beyond_the_whole_or_below_nothing_are_refused(
    shares: tuple[float, float],
) -> None:
    with pytest.raises(DataError) as caught:
        resolved(made(CONGO).table, stated("CHN", shares[0]), stated("USA", shares[1]))
    assert caught.value.code == "ORE-DAT-082"
    assert "cobalt mined COD" in caught.value.what


@settings(max_examples=30, deadline=None)
@given(st.floats(0.0, 0.5), st.floats(0.0, 0.5))
def test_more_foreign_control_never_raises_what_is_left_to_the_country(
    low: float, more: float
) -> None:
    table = made(CONGO.iloc[:0]).table
    before = resolved(table, stated("CHN", low))[UNKNOWN]
    after = resolved(table, stated("CHN", low + more))[UNKNOWN]
    assert after <= before + 1e-12


def test_an_assumption_behind_a_number_is_not_taken_for_an_estimate(tmp_path: Path) -> None:
    folder = tmp_path / "ownership"
    folder.mkdir()
    (folder / "control.csv").write_text(
        "mineral,stage,country,owner_actor,share_of_that_country_output,year,basis,confidence,"
        "source\n"
        "tin,mined,PER,CHN,0.2,2024,derived from assets,low,1 asset(s) covering 20% of output\n"
        "tin,mined,MMR,CHN,0.9,2024,derived from assets,low,a compiler assumption\n"
        "tin,mined,COD,RWA,0.5,2024,published estimate,medium,A group of experts\n",
        encoding="utf-8",
    )
    table = read_control(tmp_path)
    assert table["basis"].tolist() == ["derived", "assumed", "estimated"]
    assert table["from_assets"].tolist() == [True, False, False]
