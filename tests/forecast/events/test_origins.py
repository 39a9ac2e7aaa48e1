"""Forecasts at an origin: nothing from after it, and outcomes of the window asked about."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
import pytest
from tests.forecast.events.made_history import HINDSIGHT, made_tables

from oreacle.engine.acts.classes import CLASS_NAMES
from oreacle.engine.history_panel import PANEL_TABLES, WEIGHT_YEAR, sized_early
from oreacle.forecasting.events.fit import FitSettings
from oreacle.forecasting.events.origins import HORIZONS, event_forecasts, forecasts_at
from oreacle.forecasting.events.rows import LINKS
from oreacle.forecasting.events.tables import read_history
from oreacle.forecasting.scoring.forecasts import BASELINES, BEST_TWO, FORECASTERS, KEYS

DATED = tuple(name for name in PANEL_TABLES if name not in ("countries", "minerals", "distances"))
"""Tables whose rows have a year; the others hold one row for all years."""
ORIGIN = 2014


def cut(table: pd.DataFrame, origin: int) -> pd.DataFrame:
    """Return a table as it could have stood at the end of a year: no later row, no later end."""
    for column in ("year", "since"):
        if column in table.columns:
            table = table[table[column] <= origin]
    return table.assign(until=table["until"].clip(upper=origin)) if "until" in table else table


def as_of(
    tables: dict[str, pd.DataFrame], names: Iterable[str], origin: int
) -> dict[str, pd.DataFrame]:
    return {**tables, **{name: cut(tables[name], origin) for name in names}}


def same_bytes(one: pd.DataFrame, two: pd.DataFrame) -> bool:
    pd.testing.assert_frame_equal(one, two, check_exact=True)
    return all(
        one[name].to_numpy(dtype=float).tobytes() == two[name].to_numpy(dtype=float).tobytes()
        for name in FORECASTERS
        if name in one.columns
    )


@pytest.fixture(scope="module")
def made() -> pd.DataFrame:
    return forecasts_at(made_tables(), ORIGIN)


def test_every_table_but_three_has_dated_rows() -> None:
    tables = made_tables()
    for name in PANEL_TABLES:
        dated = len(cut(tables[name], ORIGIN)) < len(tables[name])
        assert dated == (name in DATED), name


def test_deleting_every_later_row_changes_no_byte_of_a_forecast(made: pd.DataFrame) -> None:
    assert same_bytes(made, forecasts_at(as_of(made_tables(), DATED, ORIGIN), ORIGIN))


@pytest.mark.slow
@pytest.mark.parametrize("name", DATED)
def test_deleting_later_rows_of_a_table_changes_no_byte_of_a_forecast(
    made: pd.DataFrame, name: str
) -> None:
    assert same_bytes(made, forecasts_at(as_of(made_tables(), [name], ORIGIN), ORIGIN))


@pytest.mark.slow
@pytest.mark.parametrize("name", DATED)
def test_deleting_earlier_rows_of_a_table_does_change_the_forecasts(
    made: pd.DataFrame, name: str
) -> None:
    """Without this, the test above would pass on a table that nobody reads."""
    tables = made_tables()
    if "since" in tables[name].columns:
        tables[name] = tables[name][tables[name]["since"] > ORIGIN]
    elif name == "events":
        tables[name] = tables[name][tables[name]["year"] != ORIGIN]
    else:
        figure = tables[name].columns[-1 if name != "price_history" else 2]
        rng = np.random.default_rng(1)
        values = tables[name][figure] * rng.uniform(0.5, 1.5, len(tables[name]))
        tables[name] = tables[name].assign(**{figure: values})
    changed = forecasts_at(tables, ORIGIN)
    assert len(changed) != len(made) or not np.array_equal(changed["model"], made["model"])


def test_what_was_coded_with_hindsight_changes_no_byte_of_a_forecast(made: pd.DataFrame) -> None:
    tables = made_tables()
    tables["events"] = tables["events"].drop(columns=list(HINDSIGHT))
    tables["countries"] = tables["countries"].assign(gdp_usd=np.nan)
    assert same_bytes(made, forecasts_at(tables, ORIGIN))


@pytest.mark.slow
@pytest.mark.parametrize("origin", [2010, 2019])
def test_embedded_history_cut_at_an_origin_gives_the_same_bytes(origin: int) -> None:
    tables = read_history()
    known = as_of(tables, DATED, origin)
    known["countries"] = tables["countries"].assign(gdp_usd=np.nan)
    known["events"] = cut(tables["events"], origin).drop(columns=list(HINDSIGHT))
    assert same_bytes(forecasts_at(tables, origin), forecasts_at(known, origin))


def test_the_embedded_weights_of_blocs_are_figures_of_their_year() -> None:
    tables = read_history()
    sized = sized_early(tables["countries"], tables["gdp"])
    members = sized[sized.groupby("actor")["country"].transform("size") > 1]
    early = tables["gdp"][tables["gdp"]["year"] == WEIGHT_YEAR].set_index("country")["gdp_usd"]
    np.testing.assert_array_equal(members["gdp_usd"], early.reindex(members["country"]))


def test_early_sizes_by_hand() -> None:
    gdp = pd.DataFrame(
        [("A", 1990, 1.0), ("A", 1996, 9.0), ("B", 2001, 3.0), ("B", 2002, 4.0)],
        columns=["country", "year", "gdp_usd"],
    )
    sized = sized_early(pd.DataFrame({"country": ["A", "B", "C"], "gdp_usd": 7.0}), gdp)
    assert sized["gdp_usd"].tolist()[:2] == [1.0, 3.0]
    assert np.isnan(sized["gdp_usd"].iloc[2])


@pytest.fixture(scope="module")
def rolled() -> pd.DataFrame:
    return event_forecasts(made_tables(), [ORIGIN, 2022, 2024])


def test_forecasts_with_outcomes_are_those_without(
    rolled: pd.DataFrame, made: pd.DataFrame
) -> None:
    plain = rolled[rolled["origin"] == ORIGIN].drop(columns=["outcome", BEST_TWO])
    ordered = made.sort_values(list(KEYS), kind="stable", ignore_index=True)
    assert same_bytes(plain.reset_index(drop=True), ordered)


def test_an_outcome_is_an_act_in_the_window_by_hand(rolled: pd.DataFrame) -> None:
    events = made_tables()["events"]
    club = events[events["kind"] == "club_joined"]
    rows = rolled[(rolled["event_class"] == "club") & (rolled["origin"] == ORIGIN)]
    for horizon in HORIZONS:
        window = club[club["year"].between(ORIGIN + 1, ORIGIN + horizon)]
        acted = set(window["actors"].replace("A01", "A00"))
        part = rows[rows["horizon"] == horizon]
        assert set(part.loc[part["outcome"] == 1, "unit"]) == acted


def test_windows_that_are_not_over_are_left_out(rolled: pd.DataFrame) -> None:
    assert set(rolled.loc[rolled["origin"] == 2022, "horizon"]) == {1}
    assert 2024 not in set(rolled["origin"])
    assert set(rolled.loc[rolled["origin"] == ORIGIN, "horizon"]) == set(HORIZONS)


def test_every_class_has_a_probability_from_every_forecaster(rolled: pd.DataFrame) -> None:
    assert set(rolled["event_class"]) == {*CLASS_NAMES, LINKS}
    chances = rolled[["model", "no_market", *BASELINES]].to_numpy()
    assert ((chances > 0.0) & (chances < 1.0)).all()


def test_every_origin_is_told(made: pd.DataFrame) -> None:
    told: list[int] = []
    event_forecasts(made_tables(), [2023, ORIGIN], FitSettings(), told=told.append)
    assert told == [ORIGIN, 2023]
