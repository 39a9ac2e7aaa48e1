"""One risk assessment for an actor: what bad years cost its users, and which causes make them.

Does      Joins measures, outages, energy, routes and demand into one distribution of yearly loss.
Units     USD/yr.
Method    Loss of users of actor a in a year and member: what they pay above base prices for what
          they use, sum over minerals of  D_ka (p_k - 1),  with p the delivered price over base
          and D use at base prices of the base year [USD/yr]. Value at risk is its 95 % quantile
          over members and years, conditional value at risk (expected shortfall) the mean of the
          worst 5 %; the part of a cause is the mean of its loss in those (Euler allocation; Tasche
          1999). In a mineral the loss of a cause is  D (p - 1) e_c / log p,  with e_c its
          first-order effect on the log price (`oreacle.engine.price_effects`): what the sum of
          effects leaves of log p is a cause of its own, the answers of the market, below 0 where
          it takes up part of what the others do. So causes add up to the loss (logarithmic mean
          weights; Ang 2004).
Assumes   An actor keeps its base-year share of the use of a mineral, and pays the mean price of
          the world. Use is that of the run: what users go without is no loss here.
Not here  What measures cost, cleared exactly: see `oreacle.forecasting.summary_markets`.

References
----------
Ang, B. W. (2004). Decomposition analysis for policymaking in energy: which is the preferred
method? Energy Policy 32(9), 1131-1139.
Tasche, D. (1999). Risk contributions and performance measurement. Technische Universität München.
"""

from __future__ import annotations

import numpy as np
import xarray as xr

from oreacle.data.codes import actor_name
from oreacle.engine.setting import Setting
from oreacle.forecasting.outlook import NEAR_YEARS, CauseOfLoss, RiskRow

LEVEL = 0.95
WORLD = "WLD"
ANSWERS = "answers"
"""Cause of what first-order effects do not explain: capacity, stocks, slow demand, curves."""


def risk_rows(setting: Setting, arrays: xr.Dataset, count: int) -> tuple[RiskRow, ...]:
    """Return the risk of the world and of the actors with the largest tail, that first.

    Parameters
    ----------
    setting
        Of the run, for use and prices of the base year.
    arrays
        With `price_effect`, `price_delivered` and `use`.
    count
        Actors beside the world.
    """
    near = arrays.isel(year=slice(0, NEAR_YEARS))
    effect = near["price_effect"].to_numpy().astype(float)
    price = near["price_delivered"].to_numpy().astype(float)
    shares, base = _use(setting)
    caused = losses_by_cause(price, near["use"].to_numpy() * base, effect)
    causes = [*(str(name) for name in near["cause"].to_numpy()), ANSWERS]
    loss = np.einsum("mtkc,ak->amtc", caused, shares)
    flat = loss.reshape(len(loss), -1, len(causes))
    names = setting.space.actors[:-1]
    rows = [_row(WORLD, "all users", caused.sum(axis=2).reshape(-1, len(causes)), causes)]
    actors = [_row(a, actor_name(a), flat[k], causes) for k, a in enumerate(names)]
    ranked = sorted(actors, key=lambda row: -row.cvar if np.isfinite(row.cvar) else -np.inf)
    return (*rows, *ranked[:count])


def losses_by_cause(price: np.ndarray, worth: np.ndarray, effect: np.ndarray) -> np.ndarray:
    """Return what users pay above base prices, by cause, the answers of the market last [USD/yr].

    Parameters
    ----------
    price
        Delivered price over base, any shape [1].
    worth
        Use at base prices, shape of `price` [USD/yr].
    effect
        Of the causes on the log price, shape (..., cause) [log points].

    Returns
    -------
    np.ndarray
        Shape (..., cause + 1); its sum over causes is `worth` times `price` less 1.

    Examples
    --------
    >>> half = np.log(2.0) / 2.0
    >>> found = losses_by_cause(np.array([2.0]), np.array([8.0]), np.array([[half, 2.0 * half]]))
    >>> found.round(6).tolist()
    [[4.0, 8.0, -4.0]]
    """
    log_price = np.log(price)
    moved = log_price != 0.0
    # The logarithmic mean of the price and 1; it is 1 where the price stays.
    mean = np.divide(price - 1.0, log_price, out=np.ones_like(price), where=moved)
    answers = log_price - effect.sum(axis=-1)
    parts = np.concatenate([effect, answers[..., None]], axis=-1)
    return np.asarray((worth * mean)[..., None] * parts)


def _use(setting: Setting) -> tuple[np.ndarray, np.ndarray]:
    """Return each actor's share of the use of each mineral, and delivered base prices."""
    space, chains = setting.space, list(setting.world.chains.values())
    shares = np.stack(
        [
            space.by_actor((chain.used / chain.used.sum())[None], space.user_actor[k])[0]
            for k, chain in enumerate(chains)
        ],
        axis=1,
    )
    return shares[:-1], np.array([chain.price_delivered for chain in chains])


def _row(actor: str, name: str, loss: np.ndarray, causes: list[str]) -> RiskRow:
    """Return the risk of one actor from its losses, shape (member and year, cause) [USD/yr]."""
    mean, var, cvar, parts = tail_of(loss)
    known = np.nanmean(loss, axis=0) if np.isfinite(loss).any() else np.full(len(causes), np.nan)
    found = [CauseOfLoss(cause, float(known[k]), float(parts[k])) for k, cause in enumerate(causes)]
    ranked = sorted(found, key=lambda one: -one.tail if np.isfinite(one.tail) else np.inf)
    return RiskRow(actor, name, mean, var, cvar, tuple(ranked))


def tail_of(loss: np.ndarray, level: float = LEVEL) -> tuple[float, float, float, np.ndarray]:
    """Return expected loss, value at risk, conditional value at risk, and each cause's part.

    Parameters
    ----------
    loss
        Shape (case, cause); a case with a missing cause is a failed one and counts as the worst.
    level
        Share of cases below the tail [1].

    Returns
    -------
    mean, var, cvar, parts
        Means over cases that are known; `parts`, shape (cause,), sum to `cvar` where no failed case
        reaches into the tail; then var and cvar may be infinite, and parts are those of the known
        cases in it.

    Examples
    --------
    >>> loss = np.stack([np.arange(100.0), np.zeros(100)], axis=1)
    >>> mean, var, cvar, parts = tail_of(loss)
    >>> mean, var, cvar, parts.tolist()
    (49.5, 95.0, 97.0, [97.0, 0.0])
    """
    total = loss.sum(axis=1)
    failed = ~np.isfinite(total)
    worst = np.where(failed, np.inf, total)
    order = np.argsort(worst, kind="stable")
    count = max(round(len(worst) * (1.0 - level)), 1)
    tail = order[-count:]
    known = tail[~failed[tail]]
    parts = loss[known].mean(axis=0) if known.size else np.full(loss.shape[1], np.nan)
    mean = float(total[~failed].mean()) if (~failed).any() else float("nan")
    return mean, float(worst[tail[0]]), float(worst[tail].mean()), parts
