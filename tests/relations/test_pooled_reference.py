"""The pooled fits beside a sampler that approximates nothing.

Measured with 4 x 1000 draws (`python benchmarks/pooled_sampler.py restriction`; more in
`docs/benchmarks.md`), on the embedded class `restriction`, 1790 rows and 46 acts:

                                              at the mode     averaged
    largest difference of means, slopes [sd]         1.46         0.35
    the same, effects of actors [sd]                 0.80         0.30
    the same, effects of years [sd]                  0.28         0.09
    sampler within 80 % intervals, slopes            0.69         0.74
    acts of the next year (sampler: 2.40)            3.06         2.43
    ratio of a unit's probability, median            1.87         1.04

The largest difference at the mode is that of the constant; slopes of features differ by 0.3 sd at
most in either fit.
"""

from __future__ import annotations

import importlib.util
from functools import cache

import numpy as np
import pytest
from benchmarks.pooled_sampler import (
    LAST_YEAR,
    SEED,
    Sampled,
    both_fits,
    coverage,
    embedded,
    forecast,
    held,
    mean_gaps,
    next_year,
    sampled,
    simulated_rows,
)

from oreacle.relations.pooled import PooledFit

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        importlib.util.find_spec("numpyro") is None, reason="needs the extra `bayes`"
    ),
    pytest.mark.filterwarnings("default"),
]
CLASS = "restriction"
MODE, AVERAGED = "at the mode", "averaged"


@cache
def simulated_case() -> tuple[Sampled, dict[str, PooledFit], np.ndarray]:
    _, rows, slope_sd = embedded(CLASS)
    made, truth = simulated_rows(rows, slope_sd, SEED)
    return sampled(made, slope_sd), both_fits(made, slope_sd), truth


@cache
def embedded_case() -> tuple[Sampled, dict[str, PooledFit]]:
    _, rows, slope_sd = embedded(CLASS)
    return sampled(rows, slope_sd), both_fits(rows, slope_sd)


def test_the_chains_have_mixed() -> None:
    assert simulated_case()[0].largest_rhat < 1.02
    assert embedded_case()[0].largest_rhat < 1.02


def test_on_simulated_rows_the_averaged_fit_has_the_means_of_the_sampler() -> None:
    draws, fits, _ = simulated_case()
    assert max(mean_gaps(fits[AVERAGED], draws).values()) < 0.2
    assert mean_gaps(fits[MODE], draws)["actor"] < 0.4


def test_on_simulated_rows_intervals_hold_the_true_values() -> None:
    draws, fits, truth = simulated_case()
    for fit in fits.values():
        own, peer = coverage(fit, draws, truth)
        assert own == pytest.approx(0.8, abs=0.1)
        assert own == pytest.approx(peer, abs=0.08)


def test_on_the_embedded_class_the_averaged_fit_is_near_the_sampler() -> None:
    draws, fits = embedded_case()
    assert max(mean_gaps(fits[AVERAGED], draws).values()) < 0.5
    for mean, least in held(fits[AVERAGED], draws).values():
        assert mean > 0.68
        assert least > 0.4


def test_slopes_of_features_agree_in_both_fits() -> None:
    draws, fits = embedded_case()
    for fit in fits.values():
        part = slice(1, min(one.start for one in fit.slices.values()))
        sd = draws.coefficients[:, part].std(axis=0)
        gap = (fit.mode[part] - draws.coefficients[:, part].mean(axis=0)) / sd
        assert np.abs(gap).max() < 0.4


def test_probabilities_of_the_next_year_and_how_far_the_mode_is_off() -> None:
    fitted, _, _ = embedded(CLASS)
    draws, fits = embedded_case()
    rows, fit = fitted.rows[CLASS], fitted.fits[CLASS]
    asked = rows.take(rows.year == LAST_YEAR + 1)
    peer = next_year(fit, asked, draws)
    near = forecast(fit, fits[AVERAGED], asked)
    assert near.sum() == pytest.approx(peer.sum(), rel=0.04)
    assert np.abs(near - peer).max() < 0.02
    far = forecast(fit, fits[MODE], asked)
    assert 1.15 < far.sum() / peer.sum() < 1.4
    assert np.abs(far - peer).max() < 0.05
