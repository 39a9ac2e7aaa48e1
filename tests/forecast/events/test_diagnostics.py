"""What fits rest on and how they ended; and that no class feeds itself."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from tests.forecast.events.made_history import LAST, made_tables

from oreacle.engine.acts.classes import CLASS_NAMES, CLASSES, SCOPE
from oreacle.engine.acts.feature import FeatureBook
from oreacle.engine.acts.risk import first_parties
from oreacle.forecasting.events.branching import MOST_DIRECT, branching, log_odds
from oreacle.forecasting.events.diagnostics import FitDiagnostics, fit_diagnostics
from oreacle.forecasting.events.horizons import unit_forecast
from oreacle.forecasting.events.tables import FittedEvents, fit_events, read_history
from oreacle.relations.logistic import NODES, WEIGHTS, sigmoid
from oreacle.relations.pooled import TOLERANCE


@cache
def made() -> FittedEvents:
    return fit_events(made_tables(), LAST)


@cache
def embedded() -> FittedEvents:
    return fit_events(read_history(), LAST)


def by_name(fitted: FittedEvents) -> dict[str, FitDiagnostics]:
    return {one.name: one for one in fit_diagnostics(fitted)}


@pytest.mark.slow
@pytest.mark.parametrize("name", [*CLASS_NAMES, SCOPE])
def test_every_embedded_fit_has_converged(name: str) -> None:
    one = by_name(embedded())[name]
    assert one.is_fitted
    assert one.residual is not None
    assert one.residual < TOLERANCE
    assert one.rounds is not None
    assert 1 <= one.rounds < 60
    assert all(0.1 < spread < 2.5 for spread in one.spread.values())


@pytest.mark.slow
def test_embedded_acts_in_the_fits_and_outside_them_are_all_acts() -> None:
    case, found = embedded().case, by_name(embedded())
    for name in CLASS_NAMES:
        acts = case.acts.by_class[name][1998 - int(case.panel.years[0]) :].sum()
        total = acts / (2.0 if CLASSES[name].unit == "pair" else 1.0)
        assert found[name].acts + found[name].outside == total


@pytest.mark.slow
def test_every_reason_for_leaving_out_is_reported_once() -> None:
    reported = {
        f"{name} {reason}": count
        for name, one in by_name(embedded()).items()
        for reason, count in one.left_out.items()
    }
    assert reported == dict(embedded().case.acts.left_out)


def test_rows_of_the_year_after_do_not_count() -> None:
    one, rows = by_name(made())["restriction"], made().rows["restriction"]
    assert one.rows == int((rows.year <= LAST).sum()) < len(rows.year)
    assert one.acts == int(rows.outcome.sum())


def test_a_class_without_a_model_says_so() -> None:
    fits = {name: fit for name, fit in made().fits.items() if name != "dispute"}
    one = by_name(replace(made(), fits=fits))["dispute"]
    assert not one.is_fitted
    assert (one.rounds, one.residual, one.spread) == (None, None, {})
    assert one.rows > 0


def test_figures_are_plain_for_output() -> None:
    for one in fit_diagnostics(made()):
        assert json.loads(json.dumps(one.as_dict())) == one.as_dict()


def test_log_odds_of_units_are_those_of_their_rows() -> None:
    """Otherwise a run would measure another model than the one that was fitted."""
    known = made().case.inputs[LAST + 1]
    first = first_parties(known)
    for name in CLASS_NAMES:
        fit, rows = made().fits[name], made().rows[name]
        asked = rows.take(rows.year == LAST + 1)
        whole = log_odds(fit, FeatureBook(known, first), CLASSES[name])[0]
        if CLASSES[name].unit != "actor":
            whole = whole[np.searchsorted(first[CLASSES[name].unit], asked.first), asked.second]
        else:
            whole = whole[asked.first]
        np.testing.assert_allclose(whole, fit.log_odds(asked)[0], rtol=1e-9)


def without_memory(fitted: FittedEvents, name: str, terms: tuple[str, ...]) -> FittedEvents:
    """The same fits with slopes of zero on some terms of one class."""
    fit = fitted.fits[name]
    mode = fit.fit.mode.copy()
    for term in terms:
        mode[1 + fit.terms.index(term)] = 0.0
    changed = replace(fit, fit=replace(fit.fit, mode=mode))
    return replace(fitted, fits={**fitted.fits, name: changed})


def test_without_a_slope_on_own_acts_an_act_brings_no_other() -> None:
    found = branching(without_memory(made(), "club", ("own_acts",)), years=4, units=3)
    assert found.own("club") == pytest.approx(0.0, abs=1e-12)
    assert found.own("certification") != 0.0


def test_one_year_of_one_act_by_hand() -> None:
    """The act of one actor: its own log-odds move by the slope times log(2 + m) - log(1 + m)."""
    fitted, name = made(), "certification"
    fit, known = fitted.fits[name], fitted.case.inputs[LAST + 1]
    rows = fitted.rows[name].take(fitted.rows[name].year == LAST + 1)
    at = fit.terms.index("own_acts")
    before = unit_forecast(fit, rows, 1)
    memory = known.memory.acts[name][0, rows.first]
    mean, variance = fit.with_level(rows, 1)
    step = np.log((2.0 + memory) / (1.0 + memory)) / fit.scaling.sd[at]
    moved = mean + fit.fit.mode[1 + at] * step
    after = WEIGHTS @ sigmoid(moved + NODES[:, None] * np.sqrt(variance))
    sums = np.cumsum(before)
    chosen = np.searchsorted(sums, (np.arange(5) + 0.5) / 5 * sums[-1])
    expected = (after - before)[chosen].mean()
    assert branching(fitted, years=1, units=5).own(name) == pytest.approx(expected, rel=1e-6)


def test_more_years_bring_more_of_the_acts_that_feed_on_their_own() -> None:
    one, three = (branching(made(), years=years, units=3) for years in (1, 3))
    for name in ("restriction", "club"):
        slope = made().fits[name].fit.mode[1 + made().fits[name].terms.index("own_acts")]
        assert np.sign(three.own(name)) == np.sign(slope)
        assert abs(three.own(name)) > abs(one.own(name))


@pytest.mark.slow
def test_no_embedded_class_feeds_itself() -> None:
    """Measured: 0.69 for investment blocks, 0.51 for disputes, 0.49 and less for the others."""
    found = branching(embedded())
    assert found.names == CLASS_NAMES
    for name in CLASS_NAMES:
        assert found.own(name) < MOST_DIRECT, name
    assert found.radius < MOST_DIRECT
    assert found.own("restriction") > 0.05
    assert np.all(np.diag(found.whole) < 2.5)
    assert set(found.as_dict()["classes"]) == set(CLASS_NAMES)
