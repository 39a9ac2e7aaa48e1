"""Shortage, and the value added that hangs on it.

Does      Splits lost use into priced out and unserved; values it at what users could bear.
Units     t/yr; USD/yr; shares of gross domestic product [1].
Method    Shortage = max(0, D(w_ref) - D(w)), unserved the part of groups past their choke (MODEL:
          market, shortage). GDP at risk = lost tonnes of each group x its choke price: the choke is
          the value added per tonne, beyond which making the product pays nobody.
Assumes   Every product of a lost tonne is lost with it, and nothing takes its place. Shown beside
          welfare and never added to it. It bounds neither users' loss, which holds dearer purchases
          too, nor what is lost further down the chain.
Not here  Welfare: see `oreacle.market.welfare`.
"""

from __future__ import annotations

import numpy as np
import xarray as xr

from oreacle.market.comparison import Column, Comparison, table_of


def shortage(comparison: Comparison) -> xr.Dataset:
    """Return `total`, `priced_out` and `unserved` by user and case [t/yr]."""
    problem = comparison.now.problem
    lost, unserved = _lost_by_group(comparison)
    total = np.maximum(lost.sum(-1), 0.0)
    never = np.minimum(unserved.sum(-1), total)
    return table_of(
        {
            "total": Column(total, problem.users, "t/yr"),
            "priced_out": Column(total - never, problem.users, "t/yr"),
            "unserved": Column(never, problem.users, "t/yr"),
        }
    )


def gdp_at_risk(comparison: Comparison, gdp: np.ndarray) -> xr.Dataset:
    """Return the value added of lost use by user and case.

    Parameters
    ----------
    gdp
        Gross domestic product, shape (user,) [USD/yr]; NaN where not known.

    Returns
    -------
    Dataset
        `value` [USD/yr] and `share` of the country's gross domestic product [1], missing where
        that is not known.
    """
    problem = comparison.now.problem
    lost, _ = _lost_by_group(comparison)
    choke = problem.price_delivered * np.exp(problem.demand_curve.log_choke)
    value = (np.maximum(lost, 0.0) * choke).sum(-1)
    share = value / np.where(gdp > 0.0, gdp, np.nan)
    return table_of(
        {
            "value": Column(value, problem.users, "USD/yr"),
            "share": Column(share, problem.users, "1"),
        }
    )


def _lost_by_group(comparison: Comparison) -> tuple[np.ndarray, np.ndarray]:
    """Return what each group lost, and what it lost past its choke, (case, user, group) [t/yr]."""
    problem, now = comparison.now.problem, comparison.now.prices.delivered
    wanted, _ = problem.demand_curve.by_group(problem.demand, comparison.then.prices.delivered)
    served, _ = problem.demand_curve.by_group(problem.demand, now)
    given_up = now[..., None] >= problem.demand_curve.log_choke
    return wanted - served, np.where(given_up, np.maximum(wanted, 0.0), 0.0)
