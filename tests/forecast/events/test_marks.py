"""Marks of restrictions: shares of instruments, spells, lifting rates, strengths."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.forecast.events.made_history import made_tables

from oreacle.core.errors import DataError
from oreacle.engine.acts.coding import RESTRICTION_KINDS
from oreacle.forecasting.events.marks import (
    LARGEST_RATE,
    PRIOR_ENDS,
    PRIOR_TARGETED,
    decimal_year,
    instrument_shares,
    lifting_rates,
    marks_table,
    measure_spells,
    targeted_shares,
)

LAST_DAY = "2024-12-31"
NO_REGISTER = pd.DataFrame(columns=["instrument", "link", "strength", "strength_basis"])
ASSUMED = pd.DataFrame({"instrument": RESTRICTION_KINDS}).assign(strength=0.5, use="default")


def measures(rows: list[tuple[str, str, str, str]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["kind", "date", "status", "end_date"])
    return table.assign(actors="AAA", minerals_raw="copper", targets="WLD", stage="ore")


def test_instrument_shares_sum_to_one_on_each_link() -> None:
    shares = instrument_shares(made_tables()["events"].query("kind in @RESTRICTION_KINDS"))
    for link in ("ore", "refined"):
        total = sum(share for (_, where), share in shares.items() if where == link)
        assert total == pytest.approx(1.0)


def test_shares_of_three_bans_by_hand() -> None:
    """Each instrument starts with one: 4 of 7 on ore, and 1 of 4 on refined product."""
    shares = instrument_shares(measures([("export_ban", "2020", "in_force", "")] * 3))
    assert shares["export_ban", "ore"] == pytest.approx(4.0 / 7.0)
    assert shares["export_ban", "refined"] == pytest.approx(0.25)


def test_a_renewed_quota_is_one_spell() -> None:
    acts = measures(
        [
            ("export_quota", "2010-01-01", "expired", "2011-01-01"),
            ("export_quota", "2011-01-01", "expired", "2012-01-01"),
            ("export_quota", "2020-01-01", "in_force", ""),
        ]
    )
    spells = measure_spells(acts, LAST_DAY)
    assert spells["exposure"].tolist() == pytest.approx([2.0, 5.0])
    assert spells["ended"].tolist() == [1.0, 0.0]


def test_lifting_rates_by_hand() -> None:
    """One end over 2 and 3 years: pooled 1.5 / 5; bans 3 over 2 + 2 / 0.3, taxes 2 over 3 more."""
    acts = measures(
        [
            ("export_ban", "2010-01-01", "withdrawn", "2012-01-01"),
            ("export_tax", "2022-01-01", "in_force", ""),
        ]
    )
    rates = lifting_rates(acts, LAST_DAY)
    start = PRIOR_ENDS / 0.3
    assert rates["export_ban"] == pytest.approx((1.0 + PRIOR_ENDS) / (2.0 + start))
    assert rates["export_tax"] == pytest.approx(PRIOR_ENDS / (3.0 + start))
    assert rates["export_quota"] == pytest.approx(0.3)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(2000, 2023), min_size=1, max_size=12))
def test_lifting_rates_are_positive_and_within_their_bound(starts: list[int]) -> None:
    rows = [("export_ban", f"{year}-01-01", "in_force", "") for year in starts]
    rows.append(("export_tax", "2001-01-01", "withdrawn", "2003-01-01"))
    rates = lifting_rates(measures(rows), LAST_DAY)
    assert rates.between(0.0, LARGEST_RATE, inclusive="right").all()


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 20))
def test_a_longer_time_in_force_lowers_the_rate(years: int) -> None:
    ended = ("export_tax", "2001-01-01", "withdrawn", "2003-01-01")
    rates = [
        lifting_rates(measures([ended, ("export_ban", f"{start}-01-01", "in_force", "")]), LAST_DAY)
        for start in (2024 - years, 2024)
    ]
    assert rates[0]["export_ban"] < rates[1]["export_ban"]


def test_shares_on_named_actors_are_drawn_to_the_pooled_one() -> None:
    acts = measures([("export_ban", "2020", "in_force", ""), ("export_tax", "2020", "x", "")])
    shares = targeted_shares(acts.assign(targets=["JPN", "WLD"]))
    assert shares["export_ban"] == pytest.approx(
        (1.0 + 0.5 * PRIOR_TARGETED) / (1 + PRIOR_TARGETED)
    )
    assert shares["export_quota"] == pytest.approx(0.5)


def test_a_date_in_years_worked_by_hand() -> None:
    assert decimal_year("2011-07") == pytest.approx(2011.5 + 0.5 / 12.0)
    assert decimal_year("2011-07-01") == pytest.approx(2011.5)


def test_marks_cover_every_instrument_and_link() -> None:
    table = marks_table(made_tables()["events"], NO_REGISTER, ASSUMED, LAST_DAY)
    assert len(table) == 2 * len(RESTRICTION_KINDS)
    assert (table["strength_basis"] == "assumed").all()
    np.testing.assert_allclose(table.groupby("link")["probability"].sum(), 1.0)


def test_the_median_of_three_reported_strengths_replaces_the_assumed_one() -> None:
    reported = pd.DataFrame({"strength": [0.1, 0.2, 0.9]}).assign(
        instrument="export_tax", link="ore", strength_basis="reported"
    )
    table = marks_table(made_tables()["events"], reported, ASSUMED, LAST_DAY)
    row = table[(table["instrument"] == "export_tax") & (table["link"] == "ore")].iloc[0]
    assert (row["strength"], row["strength_basis"]) == (0.2, "reported")
    two = marks_table(made_tables()["events"], reported[:2], ASSUMED, LAST_DAY)
    assert (two["strength_basis"] == "assumed").all()


def test_an_instrument_without_a_default_strength_is_refused() -> None:
    kept = ASSUMED.assign(use="keep")
    with pytest.raises(DataError) as caught:
        marks_table(made_tables()["events"], NO_REGISTER, kept, LAST_DAY)
    assert caught.value.code == "ORE-DAT-061"
