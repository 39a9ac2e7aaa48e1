"""The fit of one event model: only what was known, groups, levels, and the market left out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.forecast.events.made_history import ACTORS, MINERALS, made_tables

from oreacle.engine.acts.classes import CLASS_NAMES, CLASSES, SCOPE
from oreacle.engine.acts.units import is_market
from oreacle.forecasting.events.fit import (
    FEWEST_ACTS,
    YEAR,
    EventFit,
    FitSettings,
    Warm,
    fit_event,
    groups_of,
)
from oreacle.forecasting.events.rows import UnitRows, all_rows, history_case

YEARS = np.arange(1998, 2025)
SIZES = (len(ACTORS) - 1, len(MINERALS))
ORIGIN = 2015


@pytest.fixture(scope="module")
def rows() -> dict[str, UnitRows]:
    return all_rows(history_case(made_tables(), YEARS), YEARS)


def fitted(rows: UnitRows, **changes: object) -> EventFit:
    fit = fit_event(rows, ORIGIN, SIZES, replace(FitSettings(), **changes))  # type: ignore[arg-type]
    assert fit is not None
    return fit


@pytest.mark.parametrize("name", [*CLASS_NAMES, SCOPE])
def test_rows_after_the_origin_change_no_byte_of_a_fit(
    rows: dict[str, UnitRows], name: str
) -> None:
    one = fitted(rows[name])
    two = fitted(rows[name].take(rows[name].year <= ORIGIN))
    assert one.fit.mode.tobytes() == two.fit.mode.tobytes()
    assert one.fit.covariance.tobytes() == two.fit.covariance.tobytes()


def test_large_suppliers_act_more_in_the_model_as_in_the_history(
    rows: dict[str, UnitRows],
) -> None:
    fit = fitted(rows["restriction"])
    assert fit.fit.mode[1 + fit.terms.index("largest_share")] > 0.1


def test_too_few_acts_give_no_model(rows: dict[str, UnitRows]) -> None:
    few = rows["control"]
    at = np.flatnonzero((few.outcome == 1.0) & (few.year <= ORIGIN))
    for kept, has_model in ((FEWEST_ACTS, True), (FEWEST_ACTS - 1, False)):
        outcome = np.zeros_like(few.outcome)
        outcome[at[:kept]] = 1.0
        fit = fit_event(replace(few, outcome=outcome), ORIGIN, SIZES, FitSettings())
        assert (fit is not None) == has_model


@pytest.mark.parametrize("name", [*CLASS_NAMES, SCOPE])
def test_without_the_market_its_features_are_gone_and_the_others_stay(
    rows: dict[str, UnitRows], name: str
) -> None:
    full = fitted(rows[name])
    plain = fit_event(rows[name], ORIGIN, SIZES, FitSettings(), market=False)
    assert plain is not None
    assert not is_market(plain.terms).any()
    assert [one for one in full.terms if not is_market((one,))[0]] == list(plain.terms)


def test_the_level_fades_from_the_last_year_with_the_stated_persistence(
    rows: dict[str, UnitRows],
) -> None:
    fit = fitted(rows["restriction"], persistence=0.5)
    last = float(fit.fit.effects(YEAR)[-1])
    assert fit.path.offset(2) == pytest.approx(0.25 * last)
    assert fit.path.spread == fit.fit.spread[YEAR]
    assert len(fit.fit.effects(YEAR)) == ORIGIN - 1998 + 1
    assert fitted(rows[SCOPE]).path.spread == 0.0


def test_log_odds_of_units_are_constant_slopes_effects_and_offset(
    rows: dict[str, UnitRows],
) -> None:
    fit = fitted(rows["agreement"])
    asked = rows["agreement"].take(rows["agreement"].year == ORIGIN + 1)
    features = fit.scaling.apply(asked.features[:, fit.columns])
    expected = fit.fit.mode[0] + features @ fit.fit.mode[1 : 1 + len(fit.terms)]
    expected = expected + fit.fit.effects("first")[asked.first]
    expected = expected + fit.fit.effects("second")[asked.second]
    mean, variance = fit.log_odds(asked)
    np.testing.assert_allclose(mean, expected)
    assert (variance > 0.0).all()


def test_growing_reports_lower_no_past_year_and_raise_the_constant(
    rows: dict[str, UnitRows],
) -> None:
    """Acts of the past were reported less often, so that the rate of today is higher."""
    one, two = (fitted(rows["restriction"], reporting=rate) for rate in (0.0, 0.05))
    assert two.fit.mode[0] > one.fit.mode[0] + 0.2


def test_a_warm_start_ends_where_a_cold_one_does(rows: dict[str, UnitRows]) -> None:
    warm = Warm()
    cold = fit_event(rows["restriction"], ORIGIN, SIZES, FitSettings(), warm=warm)
    again = fit_event(rows["restriction"], ORIGIN, SIZES, FitSettings(), warm=warm)
    assert cold is not None
    assert again is not None
    assert warm.spread["restriction"] == again.fit.spread
    assert again.fit.rounds <= cold.fit.rounds
    np.testing.assert_allclose(again.fit.mode, cold.fit.mode, atol=0.02)


def test_groups_are_those_of_the_unit(rows: dict[str, UnitRows]) -> None:
    names = {name: tuple(groups_of(rows[name])) for name in (*CLASS_NAMES, SCOPE)}
    assert names[SCOPE] == ("actor", "mineral")
    for name in CLASS_NAMES:
        expected = ("actor",) if CLASSES[name].unit == "actor" else ("first", "second")
        assert names[name] == expected
