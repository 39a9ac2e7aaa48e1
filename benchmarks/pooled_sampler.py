"""The pooled fit of a class of acts beside a sampler that approximates nothing.

Run: python benchmarks/pooled_sampler.py [CLASS]      (pip install 'oreacle[bayes]' first)
The same model, with the same priors, by the No-U-Turn sampler (Hoffman and Gelman 2014): 4 chains
of 500 steps of warm-up and 1000 draws, on the rows of the class (default: restriction) with
simulated outcomes, and with those that happened. Prints, for the fit at the mode and for the
averaged one: the largest difference of means in standard deviations of the sampler, how much of the
sampler lies within the 80 % intervals of the fit, how many of these hold the true values of the
simulation, and the probabilities of the next year.

Hoffman, M. D. and Gelman, A. (2014). The No-U-Turn sampler. Journal of Machine Learning Research
15, 1593-1623.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, replace

import numpy as np
from scipy.stats import norm

from oreacle.forecasting.events.fit import YEAR, EventFit, FitSettings, groups_of, pooled_rows
from oreacle.forecasting.events.horizons import unit_forecast
from oreacle.forecasting.events.rows import UnitRows
from oreacle.forecasting.events.tables import FittedEvents, fit_events, read_history
from oreacle.relations.logistic import sigmoid
from oreacle.relations.pooled import (
    CONSTANT_SD,
    PRIOR_LABELS,
    PRIOR_SD,
    PooledFit,
    PooledRows,
    fit_pooled,
)
from oreacle.relations.pooled_design import design_of

WARMUP, DRAWS, CHAINS, SEED = 500, 1000, 4, 2024
LAST_YEAR = 2024
HALF_WIDTH = norm.ppf(0.9)
"""Half the width of an 80 % interval [standard deviations]."""


@dataclass(frozen=True)
class Sampled:
    """Draws of the posterior.

    Attributes
    ----------
    coefficients
        Constant, slopes and effects in the order of the fit, shape (draw, coefficient).
    spread
        Standard deviations of the groups, shape (draw,) each.
    largest_rhat
        Largest split R-hat of any coefficient [1].
    seconds
        Wall time [s].
    """

    coefficients: np.ndarray
    spread: dict[str, np.ndarray]
    largest_rhat: float
    seconds: float


def sampled(rows: PooledRows, slope_sd: float) -> Sampled:
    """Sample the model of `oreacle.relations.pooled` on rows.

    The fixed point of the spreads is the mode, on the log scale, of a scaled inverse chi-squared
    prior of the variance: an inverse gamma with shape labels / 2 and scale labels sd^2 / 2.
    """
    import jax
    import numpyro
    from numpyro import distributions as dist
    from numpyro.diagnostics import split_gelman_rubin
    from numpyro.infer import MCMC, NUTS

    jax.config.update("jax_enable_x64", True)

    def model() -> None:
        constant = numpyro.sample("constant", dist.Normal(0.0, CONSTANT_SD))
        slopes = numpyro.sample(
            "slopes", dist.Normal(0.0, slope_sd).expand([rows.features.shape[1]]).to_event(1)
        )
        odds = constant + rows.features @ slopes + rows.offset
        for name, size in rows.sizes.items():
            variance = numpyro.sample(
                f"variance {name}",
                dist.InverseGamma(PRIOR_LABELS / 2.0, PRIOR_LABELS * PRIOR_SD**2 / 2.0),
            )
            raw = numpyro.sample(f"raw {name}", dist.Normal(0.0, 1.0).expand([size]).to_event(1))
            effect = numpyro.deterministic(f"effect {name}", raw * variance**0.5)
            odds = odds + effect[rows.groups[name]]
        numpyro.sample("outcome", dist.Bernoulli(logits=odds), obs=rows.outcome)

    begun = time.perf_counter()
    chains = MCMC(
        NUTS(model, target_accept_prob=0.9),
        num_warmup=WARMUP,
        num_samples=DRAWS,
        num_chains=CHAINS,
        chain_method="vectorized",
        progress_bar=False,
    )
    chains.run(jax.random.PRNGKey(SEED))
    by_chain = {name: np.asarray(x) for name, x in chains.get_samples(group_by_chain=True).items()}
    parts = [by_chain["constant"][..., None], by_chain["slopes"]]
    parts += [by_chain[f"effect {name}"] for name in rows.sizes]
    whole = np.concatenate(parts, axis=-1)
    spread = {name: by_chain[f"variance {name}"].reshape(-1) ** 0.5 for name in rows.sizes}
    rhat = float(np.max(split_gelman_rubin(whole)))
    draws = whole.reshape(-1, whole.shape[-1])
    return Sampled(draws, spread, rhat, time.perf_counter() - begun)


def mean_gaps(fit: PooledFit, draws: Sampled) -> dict[str, float]:
    """Return the largest difference of means by part, in standard deviations of the sampler."""
    sd = draws.coefficients.std(axis=0)
    gap = np.abs(fit.mode - draws.coefficients.mean(axis=0)) / sd
    return {name: float(gap[part].max()) for name, part in _parts(fit).items()}


def held(fit: PooledFit, draws: Sampled) -> dict[str, tuple[float, float]]:
    """Return how much of the sampler the 80 % intervals of the fit hold: mean and least, by part.

    0.8 if the two agree.
    """
    half = HALF_WIDTH * np.sqrt(np.diag(fit.covariance))
    inside = (np.abs(draws.coefficients - fit.mode) <= half).mean(axis=0)
    return {
        name: (float(inside[part].mean()), float(inside[part].min()))
        for name, part in _parts(fit).items()
    }


def coverage(fit: PooledFit, draws: Sampled, truth: np.ndarray) -> tuple[float, float]:
    """Return the share of true values within the 80 % intervals of the fit and of the sampler."""
    half = HALF_WIDTH * np.sqrt(np.diag(fit.covariance))
    low, high = np.quantile(draws.coefficients, [0.1, 0.9], axis=0)
    own = float((np.abs(truth - fit.mode) <= half).mean())
    return own, float(((low <= truth) & (truth <= high)).mean())


def _parts(fit: PooledFit) -> dict[str, slice]:
    first = min((part.start for part in fit.slices.values()), default=len(fit.mode))
    return {"slopes": slice(0, first), **fit.slices}


def next_year(fit: EventFit, asked: UnitRows, draws: Sampled) -> np.ndarray:
    """Return the sampler's mean probabilities of the year after the last, shape (row,)."""
    rng = np.random.default_rng(SEED)
    groups = groups_of(asked)
    features = fit.scaling.apply(asked.features[:, fit.columns])
    sizes = {name: fit.fit.slices[name].stop - fit.fit.slices[name].start for name in groups}
    design = design_of(features, groups, sizes)
    keep = np.arange(design.width)
    if fit.fit.slices[YEAR].start < design.width:
        raise AssertionError("the years stand last among the groups")
    last = draws.coefficients[:, fit.fit.slices[YEAR].stop - 1]
    kept = fit.path.persistence
    surprise = rng.standard_normal(len(last)) * draws.spread[YEAR] * np.sqrt(1.0 - kept**2)
    level = kept * last + surprise
    total = np.zeros(len(features))
    for one, shift in zip(draws.coefficients, level, strict=True):
        total += sigmoid(design.log_odds(one[keep]) + asked.offset + shift)
    return total / len(level)


def simulated_rows(rows: PooledRows, slope_sd: float, seed: int) -> tuple[PooledRows, np.ndarray]:
    """Return rows like those given with outcomes of a known model, and its coefficients.

    Slopes and effects are drawn from the priors, with the spreads 0.8 for every group; the
    constant is moved until the expected number of acts is that of the rows.
    """
    rng = np.random.default_rng(seed)
    slopes = slope_sd * rng.standard_normal(rows.features.shape[1])
    effects = [0.8 * rng.standard_normal(size) for size in rows.sizes.values()]
    truth = np.concatenate([[0.0], slopes, *effects])
    design = design_of(rows.features, rows.groups, rows.sizes)
    low, high = -20.0, 20.0
    for _ in range(60):
        truth[0] = (low + high) / 2.0
        expected = sigmoid(design.log_odds(truth) + rows.offset).sum()
        low, high = (truth[0], high) if expected < rows.outcome.sum() else (low, truth[0])
    chance = sigmoid(design.log_odds(truth) + rows.offset)
    return replace(rows, outcome=(rng.random(len(chance)) < chance).astype(float)), truth


def embedded(name: str) -> tuple[FittedEvents, PooledRows, float]:
    """Return the fits on the embedded history, the rows of a class and the prior of its slopes."""
    fitted, settings = fit_events(read_history(), LAST_YEAR), FitSettings()
    sizes = len(fitted.case.panel.actors), len(fitted.case.panel.minerals)
    rows = pooled_rows(fitted.rows[name], fitted.fits[name], sizes, settings)
    return fitted, rows, settings.slope_sd(name)


def both_fits(rows: PooledRows, slope_sd: float) -> dict[str, PooledFit]:
    """Return the fit at the mode and the averaged one, by name."""
    return {
        name: fit_pooled(rows, slope_sd=slope_sd, averaged=averaged)
        for name, averaged in (("at the mode", False), ("averaged", True))
    }


def forecast(fit: EventFit, pooled: PooledFit, asked: UnitRows) -> np.ndarray:
    """Return the probabilities of the year after the last by another fit of the same rows."""
    last = float(pooled.effects(YEAR)[-1])
    path = replace(fit.path, last=last, spread=float(pooled.spread[YEAR]))
    return unit_forecast(replace(fit, fit=pooled, path=path), asked, 1)


def _show(name: str, fit: PooledFit, draws: Sampled) -> None:
    print(f"  {name}:")
    shares = held(fit, draws)
    for part, gap in mean_gaps(fit, draws).items():
        mean, least = shares[part]
        print(
            f"    {part:7s} means differ by up to {gap:.2f} sd; held {mean:.2f}, least {least:.2f}"
        )
    for group, values in draws.spread.items():
        low, high = np.quantile(values, [0.1, 0.9])
        print(
            f"    spread of {group} {fit.spread[group]:.2f}, sampler {np.median(values):.2f} "
            f"({low:.2f} to {high:.2f})"
        )


def main() -> None:
    """Print the comparison on simulated and on embedded rows."""
    name = sys.argv[1] if len(sys.argv) > 1 else "restriction"
    fitted, rows, slope_sd = embedded(name)
    made, truth = simulated_rows(rows, slope_sd, SEED)
    draws = sampled(made, slope_sd)
    print(f"simulated, {len(made.outcome)} rows: {draws.seconds:.0f} s, ", end="")
    print(f"R-hat up to {draws.largest_rhat:.3f}")
    for how, fit in both_fits(made, slope_sd).items():
        _show(how, fit, draws)
        own, peer = coverage(fit, draws, truth)
        print(f"    true values within 80 % intervals {own:.2f}, sampler {peer:.2f}")
    draws = sampled(rows, slope_sd)
    print(f"embedded {name}: {draws.seconds:.0f} s, R-hat up to {draws.largest_rhat:.3f}")
    unit_rows = fitted.rows[name]
    asked = unit_rows.take(unit_rows.year == LAST_YEAR + 1)
    two = next_year(fitted.fits[name], asked, draws)
    for how, fit in both_fits(rows, slope_sd).items():
        _show(how, fit, draws)
        one = forecast(fitted.fits[name], fit, asked)
        at = np.abs(one - two).argmax()
        print(
            f"    next year {one.sum():.2f} acts, sampler {two.sum():.2f}; a unit differs by up to "
            f"{abs(one[at] - two[at]):.3f} ({one[at]:.3f}, sampler {two[at]:.3f}); ratios "
            f"{(one / two).min():.2f} to {(one / two).max():.2f}, median {np.median(one / two):.2f}"
        )


if __name__ == "__main__":
    main()
