"""The tables of the event models: draws, scaling, rates, and the models read back from them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from tests.forecast.events.made_history import LAST, made_tables

from oreacle.engine.acts.classes import CLASS_NAMES, CLASSES, PRIOR_ONLY, SCOPE
from oreacle.forecasting.events.fit import YEAR
from oreacle.forecasting.events.rows import LINKS
from oreacle.forecasting.events.tables import (
    DECIMALS,
    PRIOR_MODEL,
    FittedEvents,
    coefficients_table,
    fit_events,
    model_name,
    prior_rates,
    rates_table,
    scaling_table,
)
from oreacle.relations.model import (
    FIXED,
    INTERCEPT,
    LEVEL,
    level_from_tables,
    model_from_tables,
)

DRAWS = 2000


@pytest.fixture(scope="module")
def fitted() -> FittedEvents:
    return fit_events(made_tables(), LAST)


@pytest.fixture(scope="module")
def coefficients(fitted: FittedEvents) -> pd.DataFrame:
    return coefficients_table(fitted, DRAWS)


@pytest.mark.parametrize("name", [*CLASS_NAMES, SCOPE])
def test_draws_have_the_mean_and_spread_of_the_posterior(
    fitted: FittedEvents, coefficients: pd.DataFrame, name: str
) -> None:
    fit = fitted.fits[name]
    rows = coefficients[coefficients["model"] == model_name(name)]
    wide = rows[rows["group"] == FIXED].pivot(index="draw", columns="label", values="value")
    values = wide[[INTERCEPT, *fit.terms]].to_numpy()
    width = values.shape[1]
    sd = np.sqrt(np.diag(fit.fit.covariance)[:width])
    np.testing.assert_allclose(values[0], fit.fit.mode[:width], atol=10.0**-DECIMALS)
    bound = 4.5 / np.sqrt(DRAWS)
    np.testing.assert_allclose((values[1:].mean(axis=0) - values[0]) / sd, 0.0, atol=bound)
    np.testing.assert_allclose(values[1:].std(axis=0) / sd, 1.0, atol=bound)


def test_effects_of_labels_are_drawn_with_the_slopes(
    fitted: FittedEvents, coefficients: pd.DataFrame
) -> None:
    """The constant and the effects of actors move against each other in the posterior."""
    fit, rows = fitted.fits["restriction"], coefficients[coefficients["model"] == "restriction_act"]
    effects = rows[rows["group"] == "actor"].pivot(index="draw", columns="label", values="value")
    assert list(effects.columns) == [one for one in fitted.case.panel.actors if one in effects]
    level = rows[(rows["group"] == FIXED) & (rows["label"] == INTERCEPT)].set_index("draw")["value"]
    at = fitted.case.panel.actors.index("A02")
    spot = fit.fit.slices["actor"].start + at
    covariance = fit.fit.covariance
    expected = covariance[0, spot] / np.sqrt(covariance[0, 0] * covariance[spot, spot])
    assert np.corrcoef(level[1:], effects["A02"][1:])[0, 1] == pytest.approx(expected, abs=0.08)


def test_the_same_seed_gives_the_same_bytes(fitted: FittedEvents) -> None:
    again = fit_events(made_tables(), LAST)
    for table in (coefficients_table, scaling_table):
        assert table(again).to_csv().encode() == table(fitted).to_csv().encode()


def test_models_draw_from_streams_of_their_own(coefficients: pd.DataFrame) -> None:
    first = coefficients[(coefficients["label"] == INTERCEPT) & (coefficients["draw"] > 0)]
    wide = first.pivot(index="draw", columns="model", values="value")
    apart = np.corrcoef(wide.T)[~np.eye(wide.shape[1], dtype=bool)]
    assert np.abs(apart).max() < 0.12


@pytest.mark.parametrize("name", CLASS_NAMES)
def test_a_model_read_back_from_its_tables_is_the_fitted_one(
    fitted: FittedEvents, coefficients: pd.DataFrame, name: str
) -> None:
    fit, rows = fitted.fits[name], fitted.rows[name]
    model = model_from_tables(model_name(name), coefficients, scaling_table(fitted), fit.terms)
    asked = rows.take(rows.year == LAST)
    features = asked.features[:, fit.columns]
    odds = fit.fit.mode[0] + fit.scaling.apply(features) @ fit.fit.mode[1 : 1 + len(fit.terms)]
    found = model.draws[0, 0] + model.contributions(features).sum(axis=-1)
    np.testing.assert_allclose(found, odds, atol=1e-3)
    path, last = level_from_tables(model_name(name), coefficients)
    assert (path.last, path.persistence, path.spread) == pytest.approx(
        (fit.path.last, fit.path.persistence, fit.path.spread), abs=10.0**-DECIMALS
    )
    year = fit.fit.slices[YEAR].stop - 1
    sd = float(np.sqrt(fit.fit.covariance[year, year]))
    assert last[1:].std() == pytest.approx(sd, rel=4.5 / np.sqrt(DRAWS))


def test_a_scope_has_no_level(coefficients: pd.DataFrame) -> None:
    with_level = coefficients.loc[coefficients["group"] == LEVEL, "model"]
    assert set(with_level) == {CLASSES[name].model for name in CLASS_NAMES}


def test_base_rates_count_every_unit_year_at_risk(fitted: FittedEvents) -> None:
    table = rates_table(fitted, made_tables()["events"], LAST)
    for name in (*CLASS_NAMES, LINKS):
        rows = fitted.rows[name].take(fitted.rows[name].year <= LAST)
        part = table[table["model"] == (SCOPE if name == LINKS else model_name(name))]
        assert part["years"].sum() == len(rows.outcome)
        assert part["acts"].sum() == rows.outcome.sum()
    assert table["rate"].between(0.0, 1.0, inclusive="neither").all()


def test_a_rate_lies_between_that_of_its_unit_and_that_of_its_class(fitted: FittedEvents) -> None:
    table = rates_table(fitted, made_tables()["events"], LAST)
    part = table[table["model"] == "restriction_act"]
    own, whole = part["acts"] / part["years"], part["acts"].sum() / part["years"].sum()
    low, high = np.minimum(own, whole), np.maximum(own, whole)
    assert ((part["rate"] > low * 0.5) & (part["rate"] < high * 1.5)).all()
    assert part["rate"].corr(own, method="spearman") > 0.9


def test_rates_of_kinds_without_a_model_by_hand() -> None:
    """Acts in two of the last ten years: 2.5 of 11; an older one does not count."""
    kind = PRIOR_ONLY[0]
    events = pd.DataFrame({"kind": kind, "year": [2001, 2020, 2020, 2024]})
    rates = prior_rates(events, 2024).set_index("unit")
    assert rates.loc[kind, "rate"] == pytest.approx(2.5 / 11.0)
    assert rates.loc[PRIOR_ONLY[1], "rate"] == pytest.approx(0.5 / 11.0)
    assert (rates["model"] == PRIOR_MODEL).all()


def test_equal_base_rates_and_unequal_positions_give_unequal_probabilities(
    fitted: FittedEvents,
) -> None:
    rows, fit = fitted.rows["restriction"], fitted.fits["restriction"]
    quiet = np.bincount(rows.first, weights=rows.outcome) == 0.0
    asked = rows.take((rows.year == LAST + 1) & quiet[rows.first])
    mean, _ = fit.log_odds(asked)
    assert len(mean) > 1
    assert len(np.unique(mean)) == len(mean)


def test_a_class_without_acts_has_rates_and_no_model() -> None:
    tables = made_tables()
    tables["events"] = tables["events"][tables["events"]["kind"] != "wto_dispute_filed"]
    fitted = fit_events(tables, LAST)
    assert "dispute" not in fitted.fits
    table = rates_table(fitted, tables["events"], LAST)
    rates = table.loc[table["model"] == "dispute_act", "rate"]
    assert rates.nunique() == 1
    assert 0.0 < rates.iloc[0] < 0.001
