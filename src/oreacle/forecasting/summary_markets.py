"""Prices, shortages, concentration and exposure of a run.

Does      Summarises market arrays by mineral and by actor.
Units     Prices over base [1]; shortage over world use [1]; losses USD/yr.
Method    Quantiles over members; a member that failed has missing values and is left out of
          bands, and counted as the worst in tail figures.
Assumes   Losses compare each year with the same year without new measures.
Not here  Events: see `oreacle.forecasting.summary_events`.
"""

from __future__ import annotations

import numpy as np
import xarray as xr

from oreacle.engine.setting import Setting
from oreacle.forecasting.outlook import Exposure, MineralOutlook
from oreacle.forecasting.summary_events import actor_name

NEAR_YEARS = 5
SHORTAGE = 0.05
BAND = (0.1, 0.5, 0.9)
TOP_MINERALS = 3


def mineral_outlooks(setting: Setting, arrays: xr.Dataset) -> tuple[MineralOutlook, ...]:
    """Return one record per mineral."""
    price = arrays["price_delivered"].to_numpy().astype(float)
    shortage = arrays["shortage"].to_numpy().astype(float)[:, :NEAR_YEARS]
    ends = arrays["hhi"].to_numpy().astype(float)[:, -1]
    space = setting.space
    chains = list(setting.world.chains.values())
    base = space.actor_shares(
        [chain.mined[None] for chain in chains], [chain.refined[None] for chain in chains]
    )[0]
    years = tuple(int(year) for year in arrays["year"].to_numpy())
    made = []
    for k, chain in enumerate(chains):
        bands = np.nanquantile(price[:, :, k], BAND, axis=0)
        worst = np.where(np.isnan(shortage[:, :, k]), np.inf, shortage[:, :, k]).max(axis=1)
        leader = base[:, k].argmax(axis=0)
        made.append(
            MineralOutlook(
                mineral=chain.mineral,
                name=chain.name,
                grade=chain.grades,
                base_price=chain.price_refined,
                years=years,
                price_low=tuple(bands[0].tolist()),
                price_mid=tuple(bands[1].tolist()),
                price_high=tuple(bands[2].tolist()),
                shortage_probability=float((worst >= SHORTAGE).mean()),
                shortage_high=float(np.quantile(np.minimum(worst, 1.0), 0.9)),
                mined_leader=space.actors[leader[0]],
                mined_share=float(base[leader[0], k, 0]),
                mined_hhi=float((base[:, k, 0] ** 2).sum()),
                refined_leader=space.actors[leader[1]],
                refined_share=float(base[leader[1], k, 1]),
                refined_hhi=float((base[:, k, 1] ** 2).sum()),
                refined_hhi_end=float(np.nanmedian(ends[:, k, 1])),
            )
        )
    return tuple(made)


def exposures(setting: Setting, arrays: xr.Dataset, count: int) -> tuple[Exposure, ...]:
    """Return the actors whose users lose most, largest mean loss first; ROW is left out."""
    loss = arrays["loss"].to_numpy().astype(float)[:, :NEAR_YEARS, :-1]
    whole = np.nan_to_num(loss, nan=0.0)
    failed = np.isnan(loss).any(axis=(1, 2, 3))
    mean = whole.mean(axis=(0, 1))
    yearly = whole.sum(axis=3).max(axis=1)
    yearly[failed] = np.inf
    gdp = _gdp(setting)
    made = []
    for k in np.argsort(-mean.sum(axis=1), kind="stable")[:count]:
        actor = setting.acting[k]
        total = float(mean[k].sum())
        if total <= 0:
            continue
        order = np.argsort(-mean[k], kind="stable")[:TOP_MINERALS]
        size = gdp.get(actor)
        made.append(
            Exposure(
                actor=actor,
                name=actor_name(actor),
                loss_mean=total,
                loss_high=float(np.quantile(yearly[:, k], 0.9, method="higher")),
                loss_per_gdp=total / size if size else None,
                minerals=tuple(
                    (setting.space.minerals[m], float(mean[k, m] / total)) for m in order
                ),
            )
        )
    return tuple(made)


def _gdp(setting: Setting) -> dict[str, float]:
    """Return GDP by actor, only where that of every member country is known [USD]."""
    table = setting.world.countries
    total = table.groupby("actor")["gdp_usd"].sum(min_count=1)
    complete = table.groupby("actor")["gdp_usd"].apply(lambda column: bool(column.notna().all()))
    return {str(actor): float(total[actor]) for actor in total.index if complete[actor]}
