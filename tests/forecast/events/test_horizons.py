"""Probabilities within a horizon: quadrature, years joined, scope given an act."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from oreacle.core.status import SolveStatus
from oreacle.engine.acts.classes import SCOPE
from oreacle.forecasting.events.fit import EventFit
from oreacle.forecasting.events.horizons import (
    mineral_forecast,
    unit_forecast,
    within,
    yearly,
)
from oreacle.forecasting.events.rows import UnitRows
from oreacle.relations.levels import LevelPath
from oreacle.relations.logistic import sigmoid
from oreacle.relations.pooled import PooledFit
from oreacle.relations.scaling import Scaling

NODES, RAW = np.polynomial.hermite_e.hermegauss(9)
WEIGHTS = RAW / RAW.sum()


def made_fit(
    name: str,
    constant: float,
    *,
    sd: float = 0.0,
    path: LevelPath | None = None,
    last: tuple[float, float] = (0.0, 0.0),
) -> EventFit:
    """One slope of 1 on a feature in its own unit, and no effects of 3 labels a group.

    `last` is the variance of the level of the last year, and its covariance with the constant.
    """
    groups = {"actor": 3, "mineral": 3} if name == SCOPE else {"actor": 3, "year": 1}
    slices, width = {}, 2
    for group, size in groups.items():
        slices[group] = slice(width, width + size)
        width += size
    mode, covariance = np.zeros(width), np.zeros((width, width))
    mode[:2], covariance[0, 0] = (constant, 1.0), sd**2
    if name != SCOPE:
        covariance[-1, -1] = last[0]
        covariance[0, -1] = covariance[-1, 0] = last[1]
    fit = PooledFit(
        mode, covariance, dict.fromkeys(groups, 1.0), slices, SolveStatus.SOLVED, 0.0, 1
    )
    scaling = Scaling(("x",), np.zeros(1), np.ones(1))
    blank = LevelPath(0.0, 0.5, 0.0)
    return EventFit(name, ("x",), np.array([0]), scaling, fit, path or blank, 2020)


def units(name: str, features: list[float], first: list[int], second: list[int]) -> UnitRows:
    size = len(features)
    return UnitRows(
        name,
        np.full(size, 2021),
        np.array(first),
        np.array(second),
        np.array(features)[:, None],
        np.zeros(size),
        np.zeros(size),
        np.zeros(size),
        {},
    )


ONE = units("restriction", [0.0], [0], [-1])


def test_without_uncertainty_three_years_are_three_tries() -> None:
    fit = made_fit("restriction", float(np.log(0.25)))
    assert unit_forecast(fit, ONE, 1) == pytest.approx([0.2])
    assert unit_forecast(fit, ONE, 3) == pytest.approx([1.0 - 0.8**3])


def test_a_level_fades_over_the_years_by_hand() -> None:
    """Log-odds of 0 and a level of 2 ln 3 that halves: ln 3 is 3/4, half of it 0.634."""
    fit = made_fit("restriction", 0.0, path=LevelPath(2.0 * np.log(3.0), 0.5, 0.0))
    half = 3.0**0.5 / (1.0 + 3.0**0.5)
    assert unit_forecast(fit, ONE, 2) == pytest.approx([1.0 - 0.25 * (1.0 - half)])


@given(st.floats(-6.0, 1.0), st.floats(0.0, 2.0), st.floats(0.0, 1.5), st.floats(-1.0, 1.0))
def test_one_year_is_the_mean_of_the_yearly_nodes(
    constant: float, sd: float, spread: float, last: float
) -> None:
    fit = made_fit("restriction", constant, sd=sd, path=LevelPath(last, 0.6, spread))
    nodes = yearly(fit, ONE, 1)
    assert nodes.shape == (9, 1)
    assert unit_forecast(fit, ONE, 1) == pytest.approx(WEIGHTS @ nodes, rel=1e-12)


@given(st.floats(-6.0, 1.0), st.floats(0.0, 2.0))
def test_the_nodes_give_the_mean_over_a_normal(constant: float, sd: float) -> None:
    fit = made_fit("restriction", constant, sd=sd)
    draws = norm.ppf((np.arange(4000) + 0.5) / 4000.0)
    exact = sigmoid(constant + sd * draws).mean()
    assert unit_forecast(fit, ONE, 1)[0] == pytest.approx(exact, rel=0.01)


@given(st.floats(-6.0, 1.0), st.floats(0.0, 2.0), st.floats(0.0, 1.5), st.floats(-2.0, 2.0))
def test_more_years_never_lower_a_probability(
    constant: float, sd: float, spread: float, last: float
) -> None:
    fit = made_fit("restriction", constant, sd=sd, path=LevelPath(last, 0.6, spread))
    chances = [unit_forecast(fit, ONE, horizon)[0] for horizon in range(1, 7)]
    assert np.all(np.diff(chances) >= 0.0)
    assert 0.0 < chances[0] < chances[-1] < 1.0


@given(st.floats(0.0, 2.0))
def test_what_is_common_to_the_years_lowers_the_chance_of_any_act(sd: float) -> None:
    """Given the chance of one year, years that share their luck bring fewer units to an act."""
    fit = made_fit("restriction", -1.5, sd=sd)
    one, five = (unit_forecast(fit, ONE, horizon)[0] for horizon in (1, 5))
    assert five <= 1.0 - (1.0 - one) ** 5 + 1e-12


def test_the_variance_of_a_level_by_hand() -> None:
    """Stationary 4, half left a year later: of new surprise 4 (1 - 1/4), and of the last 1/4."""
    plain = made_fit("restriction", 0.0, path=LevelPath(0.0, 0.5, 2.0))
    assert [plain.with_level(ONE, ahead)[1][0] for ahead in (0, 1, 2)] == [0.0, 3.0, 3.75]
    known = made_fit("restriction", 0.0, sd=1.0, path=LevelPath(0.0, 0.5, 2.0), last=(0.4, -0.2))
    expected = [1.0 - 0.4 + 0.4, 1.0 - 0.2 + 0.1 + 3.0, 1.0 - 0.1 + 0.025 + 3.75]
    found = [known.with_level(ONE, ahead)[1][0] for ahead in (0, 1, 2)]
    assert found == pytest.approx(expected)


@given(st.floats(0.0, 0.99), st.floats(0.0, 3.0), st.integers(1, 30))
def test_the_variance_of_a_known_level_grows_to_that_of_all_years(
    persistence: float, spread: float, ahead: int
) -> None:
    fit = made_fit("restriction", 0.0, path=LevelPath(0.0, persistence, spread))
    now, later = (fit.with_level(ONE, step)[1][0] for step in (ahead, ahead + 1))
    assert 0.0 <= now <= later <= spread**2 + 1e-12


def test_a_scope_has_no_level() -> None:
    links = units(SCOPE, [0.3], [0], [1])
    fit = made_fit(SCOPE, -1.0, sd=0.5)
    for one, two in zip(fit.with_level(links, 3), fit.log_odds(links), strict=True):
        np.testing.assert_array_equal(one, two)


def test_within_two_years_by_hand() -> None:
    chances = [np.full((9, 2), [0.5, 0.1]), np.full((9, 2), [0.2, 0.0])]
    assert within(chances) == pytest.approx([0.6, 0.1])


def test_two_links_that_are_alike_share_an_act_by_hand() -> None:
    """Each covered with 1/2, one at least: (1/2) / (3/4) of the acts reach each mineral."""
    act, scope = made_fit("restriction", 0.0), made_fit(SCOPE, 0.0)
    links = units(SCOPE, [0.0, 0.0], [0, 0], [0, 2])
    cells, chance = mineral_forecast(act, scope, ONE, links, 1)
    assert cells.tolist() == [[0, 0], [0, 2]]
    assert chance == pytest.approx([1.0 / 3.0, 1.0 / 3.0])


def test_the_only_link_of_an_actor_is_covered_by_every_act() -> None:
    act, scope = made_fit("restriction", -1.0, sd=0.7), made_fit(SCOPE, -4.0)
    links = units(SCOPE, [0.0], [0], [1])
    _, chance = mineral_forecast(act, scope, ONE, links, 3)
    assert chance == pytest.approx(unit_forecast(act, ONE, 3), rel=1e-9)


def test_ore_and_refined_of_a_mineral_are_one_cell_by_hand() -> None:
    """Either link: 3/4; of an act on that mineral or another with 1/2: (3/4) / (7/8)."""
    act, scope = made_fit("restriction", 0.0), made_fit(SCOPE, 0.0)
    links = units(SCOPE, [0.0] * 3, [0, 0, 0], [0, 0, 1])
    _, chance = mineral_forecast(act, scope, ONE, links, 1)
    assert chance == pytest.approx([0.5 * 6.0 / 7.0, 0.5 * 4.0 / 7.0])


@given(st.lists(st.floats(-3.0, 3.0), min_size=1, max_size=3))
def test_an_act_is_at_least_as_likely_as_its_likeliest_mineral_and_covers_one(
    features: list[float],
) -> None:
    act, scope = made_fit("restriction", -1.0), made_fit(SCOPE, -1.0)
    links = units(SCOPE, features, [0] * len(features), list(range(len(features))))
    _, chance = mineral_forecast(act, scope, ONE, links, 1)
    whole = unit_forecast(act, ONE, 1)[0]
    assert chance.max() <= whole + 1e-12
    assert chance.sum() >= whole - 1e-9


def test_links_of_an_actor_that_was_not_asked_about_are_refused() -> None:
    act, scope = made_fit("restriction", 0.0), made_fit(SCOPE, 0.0)
    with pytest.raises(KeyError):
        mineral_forecast(act, scope, ONE, units(SCOPE, [0.0], [1], [0]), 1)
