"""Frozen forecasts of an unseen window: shares of years, outcomes, and what is left out."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.forecast.events.made_history import LAST, made_tables

from oreacle.core.errors import RunError
from oreacle.engine.acts.classes import CLASS_NAMES
from oreacle.forecasting.events.fit import FitSettings, fit_event
from oreacle.forecasting.events.horizons import within, yearly
from oreacle.forecasting.events.origins import forecasts_at
from oreacle.forecasting.events.rows import LINKS, all_rows, history_case
from oreacle.forecasting.events.unseen import (
    UnseenForecasts,
    Window,
    unseen_forecasts,
    window_of,
)
from oreacle.forecasting.scoring.forecasts import (
    ALL,
    BASELINES,
    BEST_TWO,
    MODEL,
    NO_MARKET,
    checked_forecasts,
    in_windows,
)

YEAR = LAST + 1
COLUMNS = ("date", "kind", "actors", "minerals", "stage", "targets")
ACTS = (
    (f"{YEAR}-02-04", "export_licensing", "A02", "copper;tin", "refined", "WLD"),
    (f"{YEAR}-03", "bilateral_mou", "A20;A03", "", "all", ""),
    (f"{YEAR}-04-02", "tariff", "A20", "", "all", "A04"),
    (f"{YEAR}-06-30", "club_joined", "A01", "", "all", ""),
)
OUTSIDE = (
    (f"{YEAR}-07-01", "nationalisation", "A02", "copper", "ore", ""),
    (f"{YEAR}-07", "sanction", "A20", "", "all", "A05"),
    (f"{LAST}-12-31", "restriction_lifted", "A02", "tin", "ore", ""),
)


def events_of(rows: tuple[tuple[str, ...], ...]) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=list(COLUMNS))
    return frame.assign(year=frame["date"].str[:4].astype(int), minerals_raw=frame["minerals"])


def half_year() -> Window:
    return window_of(f"{YEAR}-01-01", f"{YEAR}-06-30", LAST)


def whole_year() -> Window:
    return window_of(f"{YEAR}-01-01", f"{YEAR}-12-31", LAST)


@pytest.fixture(scope="module")
def half() -> UnseenForecasts:
    return unseen_forecasts(made_tables(), events_of(ACTS + OUTSIDE), half_year())


@pytest.fixture(scope="module")
def whole() -> UnseenForecasts:
    return unseen_forecasts(made_tables(), events_of(ACTS + OUTSIDE), whole_year())


def acted(found: UnseenForecasts) -> set[tuple[str, str]]:
    rows = found.table[found.table["outcome"] == 1]
    return set(zip(rows["event_class"], rows["unit"], strict=True))


def test_a_share_of_a_year_by_hand() -> None:
    assert half_year().shares() == {1: pytest.approx(181 / 365)}
    leap = window_of("2028-02-29", "2028-02-29", 2024)
    assert leap.shares() == {4: pytest.approx(1 / 366)}
    across = window_of("2027-12-31", "2028-01-31", 2024)
    assert across.shares() == {3: pytest.approx(1 / 365), 4: pytest.approx(31 / 366)}
    assert across.years == pytest.approx(1 / 365 + 31 / 366)
    assert whole_year().shares() == {1: 1.0}


@given(st.integers(0, 1500), st.integers(0, 1500), st.integers(0, 1500))
def test_windows_beside_each_other_add_up(start: int, first: int, second: int) -> None:
    opening = date(2025, 1, 1) + timedelta(days=start)
    between = opening + timedelta(days=first)
    closing = between + timedelta(days=second + 1)
    one, two = Window(2024, opening, between), Window(2024, between + timedelta(days=1), closing)
    assert one.years + two.years == pytest.approx(Window(2024, opening, closing).years)


@pytest.mark.parametrize(
    ("first", "last", "told"),
    [
        ("2024-12-31", "2025-06-30", "2025-01-01"),
        ("2025-03-01", "2025-02-28", "cannot be scored"),
        ("2025-02-30", "2025-06-30", "'2025-02-30' is no day"),
        ("2025-01-01", "summer", "'summer' is no day"),
    ],
)
def test_a_window_that_is_no_test_is_refused(first: str, last: str, told: str) -> None:
    with pytest.raises(RunError) as caught:
        window_of(first, last, 2024)
    assert caught.value.code == "ORE-RUN-130"
    assert told in caught.value.what + caught.value.fix


def test_outcomes_land_on_the_units_that_acted_and_on_no_other(half: UnseenForecasts) -> None:
    assert acted(half) == {
        ("restriction", "A02"),
        (LINKS, "A02;copper"),
        (LINKS, "A02;tin"),
        ("agreement", "A20;A03"),
        ("trade_barrier", "A20;A04"),
        ("club", "A00"),  # A01 is a member of A00
    }


def test_acts_outside_the_window_are_not_counted_and_told(half: UnseenForecasts) -> None:
    assert half.events == len(ACTS)
    assert half.uncounted == {("", "outside the window"): len(OUTSIDE)}


def test_a_longer_window_takes_in_later_acts_and_none_from_before_it(
    whole: UnseenForecasts, half: UnseenForecasts
) -> None:
    assert acted(whole) - acted(half) == {
        ("control", "A02"),
        ("investment_block", "A20;A05"),
    }
    assert whole.uncounted == {("", "outside the window"): 1}


def test_what_no_forecast_is_about_is_counted_by_reason() -> None:
    rows = (
        (f"{YEAR}-02", "joint_stockpile", "A20", "", "all", ""),
        (f"{YEAR}-02", "export_ban", "A02", "copper", "component", "WLD"),
        (f"{YEAR}-02", "bilateral_mou", "A20;A03;A04", "", "all", ""),
        (f"{YEAR}-02", "bilateral_mou", "A03;A04", "", "all", ""),  # nobody there buys
        (f"{YEAR}-02", "tariff", "A20", "", "all", "WLD"),
    )
    found = unseen_forecasts(made_tables(), events_of(rows), half_year())
    asked = set(found.table.loc[found.table["event_class"] == "agreement", "unit"])
    assert not {"A03;A04", "A04;A03"} & asked
    assert not acted(found)
    assert found.uncounted == {
        ("", "of a kind without a model"): 1,
        ("restriction", "on components or technology"): 1,
        ("agreement", "of more or fewer than two parties"): 1,
        ("agreement", "by who was not at risk"): 1,
        ("trade_barrier", "without a named target inside the model"): 1,
    }


def test_a_whole_year_is_the_forecast_of_the_last_origin(whole: UnseenForecasts) -> None:
    origin = forecasts_at(made_tables(), LAST, horizons=(1,))
    keys = ["event_class", "unit"]
    columns = [MODEL, NO_MARKET, *(name for name in BASELINES if name != BEST_TWO)]
    one, two = (frame.set_index(keys)[columns].sort_index() for frame in (whole.table, origin))
    # The search for the fit without market features starts elsewhere and ends within its tolerance.
    pd.testing.assert_frame_equal(one, two, rtol=5e-3)


def test_half_a_year_has_half_the_hazard_of_every_node(half: UnseenForecasts) -> None:
    settings = FitSettings()
    years = np.arange(settings.first_year, LAST + 2)
    case = history_case(made_tables(), years)
    rows = all_rows(case, years)["control"]
    fit = fit_event(rows, LAST, (len(case.panel.actors), len(case.panel.minerals)), settings)
    assert fit is not None
    chance = yearly(fit, rows.take(rows.year == YEAR), 1)
    assert chance.std(axis=0).min() > 0.0  # nodes differ: the root of the mean is another number
    part = 181 / 365
    by_hand = within([1.0 - (1.0 - chance) ** part])
    found = half.table[half.table["event_class"] == "control"][MODEL].to_numpy()
    np.testing.assert_allclose(found, by_hand, rtol=1e-9)
    assert not np.allclose(found, 1.0 - (1.0 - within([chance])) ** part, rtol=1e-6)


def test_baselines_of_half_a_year_by_hand(half: UnseenForecasts, whole: UnseenForecasts) -> None:
    for name in (one for one in BASELINES if one != BEST_TWO):
        by_hand = 1.0 - (1.0 - whole.table[name]) ** (181 / 365)
        np.testing.assert_allclose(half.table[name], by_hand, rtol=1e-9)


def test_a_shorter_window_is_less_likely_for_every_unit(
    half: UnseenForecasts, whole: UnseenForecasts
) -> None:
    assert half.table["unit"].equals(whole.table["unit"])
    assert (half.table[MODEL] < whole.table[MODEL]).all()


def test_the_forecasts_are_what_a_scoreboard_takes(half: UnseenForecasts) -> None:
    table = in_windows(checked_forecasts(half.table), ALL)
    assert set(table["event_class"]) == {*CLASS_NAMES, LINKS}
    assert len(table) == len(half.table)


def test_the_unseen_events_change_no_probability(half: UnseenForecasts) -> None:
    quiet = unseen_forecasts(made_tables(), events_of(ACTS[:1]), half_year())
    columns = [MODEL, NO_MARKET, *BASELINES]
    assert quiet.table[columns].equals(half.table[columns])


def test_acts_after_the_origin_in_the_tables_are_not_known(half: UnseenForecasts) -> None:
    tables = made_tables()
    later = events_of(ACTS).assign(status="in_force", end_date="", intensity="1", confidence="high")
    tables["events"] = pd.concat([tables["events"], later], ignore_index=True)
    again = unseen_forecasts(tables, events_of(ACTS + OUTSIDE), half_year())
    assert again.table.equals(half.table)


def test_no_event_at_all_leaves_every_unit_quiet() -> None:
    found = unseen_forecasts(made_tables(), events_of(OUTSIDE), half_year())
    assert found.events == 0
    assert not found.table["outcome"].any()
