"""Prices, shortages, concentration and exposure of a run.

Does      Summarises market arrays by mineral and by actor.
Units     Prices over base [1]; shortage over world use [1]; losses USD/yr.
Method    Quantiles over members; a member that failed has missing values and is left out of
          bands and means, and counted as the worst in tail figures. Where no member solved,
          every figure is missing.
Assumes   Losses compare each year with the same year without new measures.
Not here  Events: see `oreacle.forecasting.summary_events`.
"""

from __future__ import annotations

import numpy as np
import xarray as xr

from oreacle.data.codes import actor_name
from oreacle.engine.setting import Setting
from oreacle.forecasting.outlook import NEAR_YEARS, Exposure, MineralOutlook

SHORTAGE = 0.05
BAND = (0.1, 0.5, 0.9)
TOP_MINERALS = 3


def mineral_outlooks(setting: Setting, arrays: xr.Dataset) -> tuple[MineralOutlook, ...]:
    """Return one record per mineral; figures that no member solved are missing (NaN)."""
    price = arrays["price_delivered"].to_numpy().astype(float)
    shortage = arrays["shortage"].to_numpy().astype(float)[:, :NEAR_YEARS]
    # A market that did not solve carries its last shares: they are no answer for that year.
    solved = arrays["solved"].to_numpy().astype(bool)[:, -1, :, None]
    ends = np.where(solved, arrays["hhi"].to_numpy().astype(float)[:, -1], np.nan)
    space, chains, base = setting.space, list(setting.world.chains.values()), base_shares(setting)
    years = tuple(int(year) for year in arrays["year"].to_numpy())
    made = []
    for k, chain in enumerate(chains):
        bands = _quantiles(price[:, :, k], BAND)
        chance, high = _shortage_tail(shortage[:, :, k])
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
                shortage_probability=chance,
                shortage_high=high,
                mined_leader=space.actors[leader[0]],
                mined_share=float(base[leader[0], k, 0]),
                mined_hhi=float((base[:, k, 0] ** 2).sum()),
                refined_leader=space.actors[leader[1]],
                refined_share=float(base[leader[1], k, 1]),
                refined_hhi=float((base[:, k, 1] ** 2).sum()),
                refined_hhi_end=float(_quantiles(ends[:, k, 1:], (0.5,))[0, 0]),
            )
        )
    return tuple(made)


def base_shares(setting: Setting) -> np.ndarray:
    """Return shares of world output in the base year, shape (actor, mineral, stage) [1]."""
    chains = list(setting.world.chains.values())
    mined = [chain.mined[None] for chain in chains]
    refined = [chain.published_refined[None] for chain in chains]
    return np.asarray(setting.space.actor_shares(mined, refined)[0])


def _quantiles(values: np.ndarray, levels: tuple[float, ...]) -> np.ndarray:
    """Return quantiles over members that solved, shape (level, year); NaN where none did.

    Parameters
    ----------
    values
        Shape (member, year), missing as NaN.
    levels
        Quantile levels [1].
    """
    known = ~np.isnan(values).all(axis=0)
    found = np.full((len(levels), values.shape[1]), np.nan)
    if known.any():
        found[:, known] = np.nanquantile(values[:, known], levels, axis=0)
    return found


def _shortage_tail(shortage: np.ndarray) -> tuple[float, float]:
    """Return the probability of a shortage and its 90 % quantile, failed members as the worst.

    Both are missing (NaN) if no member solved some year: the worst case of everybody would be an
    answer without a single market behind it.

    Parameters
    ----------
    shortage
        Use lost to new measures, shape (member, year) [1], missing as NaN.
    """
    gap = np.isnan(shortage)
    if gap.all(axis=0).any():
        return float("nan"), float("nan")
    worst = np.where(gap, np.inf, shortage).max(axis=1)
    return float((worst >= SHORTAGE).mean()), float(np.quantile(np.minimum(worst, 1.0), 0.9))


def exposures(setting: Setting, arrays: xr.Dataset, count: int) -> tuple[Exposure, ...]:
    """Return the actors whose users lose most, largest mean loss first; ROW is left out.

    An actor that uses a mineral that no member solved in some year has missing figures (NaN,
    without minerals), and is ranked by the part of its loss that is known.
    """
    loss = arrays["loss"].to_numpy().astype(float)[:, :NEAR_YEARS, :-1]
    mean = _mean_loss(loss)
    known = np.nansum(mean, axis=1)
    gdp = _gdp(setting)
    made = []
    for k in np.argsort(-known, kind="stable")[:count]:
        actor = setting.acting[k]
        total = float(mean[k].sum())
        if total <= 0:
            continue
        missing = np.isnan(total)
        order = np.argsort(-mean[k], kind="stable")[: 0 if missing else TOP_MINERALS]
        size = gdp.get(actor)
        made.append(
            Exposure(
                actor=actor,
                name=actor_name(actor),
                loss_mean=total,
                loss_high=float("nan") if missing else _loss_tail(loss[:, :, k]),
                loss_per_gdp=total / size if size and not missing else None,
                minerals=tuple(
                    (setting.space.minerals[m], float(mean[k, m] / total)) for m in order
                ),
            )
        )
    return tuple(made)


def _mean_loss(loss: np.ndarray) -> np.ndarray:
    """Return the mean yearly loss, shape (actor, mineral) [USD/yr].

    Mean over the members that solved, year by year, then over years, so that a year in which
    some failed weighs as much as the others; NaN if nobody solved some year.

    Parameters
    ----------
    loss
        Shape (member, year, actor, mineral) [USD/yr], missing as NaN.
    """
    solved = (~np.isnan(loss)).sum(axis=0)
    yearly = np.full(solved.shape, np.nan)
    np.divide(np.nansum(loss, axis=0), solved, out=yearly, where=solved > 0)
    return np.asarray(yearly.mean(axis=0))


def _loss_tail(loss: np.ndarray) -> float:
    """Return the 90 % quantile of the worst year of one actor, failed members as the worst.

    Parameters
    ----------
    loss
        Shape (member, year, mineral) [USD/yr], missing as NaN.
    """
    worst = loss.sum(axis=2).max(axis=1)
    return float(np.quantile(np.where(np.isnan(worst), np.inf, worst), 0.9, method="higher"))


def _gdp(setting: Setting) -> dict[str, float]:
    """Return GDP by actor, only where that of every member country is known [USD]."""
    table = setting.world.countries
    total = table.groupby("actor")["gdp_usd"].sum(min_count=1)
    complete = table.groupby("actor")["gdp_usd"].apply(lambda column: bool(column.notna().all()))
    return {str(actor): float(total[actor]) for actor in total.index if complete[actor]}
