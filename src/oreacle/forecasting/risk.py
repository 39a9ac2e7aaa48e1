"""One risk assessment for an actor: what bad years cost its users, and which causes make them.

Does      Joins measures, outages, energy, routes and demand into one distribution of yearly loss.
Units     USD/yr.
Method    Loss of users of actor a from cause c in a year and member,
          sum over minerals of  W_k D_ka (1 - exp(-e_kc)),
          with e the first-order effect of the cause on the log delivered price
          (`oreacle.engine.price_effects`): what its users would save without it. Value at risk
          is the 95 % quantile over members and years of the sum over causes, conditional value
          at risk (expected shortfall) the mean of the worst 5 %; the part of a cause is its mean
          loss in those (Euler allocation; Tasche 1999).
Assumes   An actor keeps its base-year share of the use of a mineral. Effects are against base
          prices along the published demand path, so that luck in demand counts on both sides.
Not here  What measures cost, cleared exactly: see `oreacle.forecasting.summary_markets`.

References
----------
Tasche, D. (1999). Risk contributions and performance measurement. Technische Universität München.
"""

from __future__ import annotations

import numpy as np
import xarray as xr

from oreacle.data.codes import actor_name
from oreacle.engine.setting import Setting
from oreacle.forecasting.outlook import CauseOfLoss, RiskRow

NEAR_YEARS = 5
LEVEL = 0.95
WORLD = "WLD"


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
    shares, price = _use(setting)
    spent = near["price_delivered"].to_numpy() * near["use"].to_numpy() * price
    causes = [str(name) for name in near["cause"].to_numpy()]
    saved = spent[..., None] * -np.expm1(-effect)
    loss = np.einsum("mtkc,ak->amtc", saved, shares)
    flat = loss.reshape(len(loss), -1, len(causes))
    names = setting.space.actors[:-1]
    rows = [_row(WORLD, "all users", saved.sum(axis=2).reshape(-1, len(causes)), causes)]
    actors = [_row(a, actor_name(a), flat[k], causes) for k, a in enumerate(names)]
    ranked = sorted(actors, key=lambda row: -row.cvar if np.isfinite(row.cvar) else -np.inf)
    return (*rows, *ranked[:count])


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
