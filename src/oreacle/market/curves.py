"""Supply, refining and demand curves with their slopes.

Does      Evaluates the three behavioural curves of the market and their derivatives.
Units     Quantities t/yr; `p`, `w` log price over base; margins USD/t.
Method    Soft minimum with capacity; log-linear demand with a choke per sector
          (MODEL: market, equations for S, Z and D).
Assumes   Arrays broadcast; the last axis is the node.
Not here  Who trades with whom: see `oreacle.market.links`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from oreacle.market.batch import parameter

Curve = tuple[np.ndarray, np.ndarray]

SHUTDOWN_SHARPNESS = 3.0
"""Rate at which output recovers above the shut-down price [per log point or per base margin];
assumed: at 3, three quarters of what price allows is back half a log point above it."""
MOST_OVER = 700.0
"""Exponents are held below this [1]: what they measure is nil long before."""


def soft_minimum(
    slack: np.ndarray, capacity: np.ndarray, drive: np.ndarray, rho: float | np.ndarray
) -> Curve:
    """Return output that follows `slack * exp(drive)` until capacity binds, and its slope.

    S = [(q^-rho - K^-rho) e^(-rho x) + K^-rho]^(-1/rho), with q the output at x = 0.

    Parameters
    ----------
    slack
        Output q at zero drive, not above `capacity` [t/yr].
    capacity
        Upper bound K [t/yr].
    drive
        x: elasticity times log price, or its like in dollars [1].
    rho
        Sharpness of the bend [1].

    Returns
    -------
    output, slope
        S and dS/dx [t/yr]; zero where `slack` is zero.
    """
    ratio = np.divide(slack, capacity, out=np.zeros_like(slack + drive), where=capacity > 0)
    filled = ratio**rho
    with np.errstate(over="ignore"):
        gap = (1.0 - filled) * np.exp(-rho * drive)
    bracket = gap + filled
    output = slack * np.exp(-np.log(np.maximum(bracket, 1e-300)) / rho)
    slope = output * gap / np.maximum(bracket, 1e-300)
    return output, slope


def start_up(distance: np.ndarray) -> Curve:
    """Return the share of plants that run, and its slope, over the distance above shut-down.

    Zero at and below zero distance, rising towards one.
    """
    above = np.maximum(distance, 0.0)
    decay = np.exp(-SHUTDOWN_SHARPNESS * above)
    return 1.0 - decay, np.where(distance > 0, SHUTDOWN_SHARPNESS * decay, 0.0)


@dataclass(frozen=True)
class SupplyCurve:
    """Response of a mine or refinery: slack output, capacity and shut-down point.

    Each is one value for all cases, or one for each case, shape (batch, 1).

    Attributes
    ----------
    elasticity
        Drive per unit of the argument [1].
    floor
        Argument at and below which output is zero (log price, or margin over base margin less 1).
    rho
        Sharpness of the capacity bend [1].
    """

    elasticity: float | np.ndarray = parameter(1)
    floor: float | np.ndarray = parameter(1)
    rho: float | np.ndarray = parameter(1)

    def output(
        self,
        slack: np.ndarray,
        capacity: np.ndarray,
        argument: np.ndarray,
        filled: np.ndarray | None = None,
    ) -> Curve:
        """Return output and slope at `argument` (0 at base) [t/yr, t/yr per unit].

        Parameters
        ----------
        slack, capacity
            Output at `argument` 0 and its bound [t/yr].
        argument
            Log price over base, or margin over base margin less 1.
        filled
            What `filled` returns, if it is known already.
        """
        # The same as soft_minimum times start_up over start_up at base, in fewer passes.
        held = np.maximum(argument, self.floor)
        decay = np.exp(SHUTDOWN_SHARPNESS * (self.floor - held))
        if filled is None:
            filled = self.filled(slack, capacity)
        gap = np.exp(np.minimum((-self.rho * self.elasticity) * held, MOST_OVER))
        gap *= 1.0 - filled
        bracket = np.maximum(gap + filled, 1e-300)
        body = np.exp(np.log(bracket) * (-1.0 / self.rho))
        body *= slack
        body /= 1.0 - np.exp(SHUTDOWN_SHARPNESS * self.floor)
        run = 1.0 - decay
        decay *= argument > self.floor
        decay *= SHUTDOWN_SHARPNESS
        gap /= bracket
        gap *= self.elasticity
        gap *= run
        gap += decay
        gap *= body
        body *= run
        return body, gap

    def filled(self, slack: np.ndarray, capacity: np.ndarray) -> np.ndarray:
        """Return (slack / capacity) ** rho, which no price changes [1]."""
        share = np.divide(slack, capacity, out=np.zeros(slack.shape), where=capacity > 0)
        return np.asarray(share**self.rho)


class _Held(NamedTuple):
    """Use by group, and what its slope is worked out from; groups first."""

    use: np.ndarray
    level: np.ndarray
    gone: np.ndarray
    keep: np.ndarray
    elasticity: float | np.ndarray
    choke: float | np.ndarray
    width: float | np.ndarray


@dataclass(frozen=True)
class DemandCurve:
    """Demand of one user by group of sectors: log-linear, giving up near the choke.

    D = sum_g d_g e^(-e_g w) [F_g(w) - F_g(wbar_g)]+ / [F_g(0) - F_g(wbar_g)],
    F_g(w) = 1 / (1 + e^((w - m_g)/h)), m_g = wbar_g - 3h.

    The logistic of the model is shifted down so that use ends *at* the choke wbar_g: no
    price can lie above the highest choke.

    Attributes
    ----------
    elasticity, log_choke
        e_g and wbar_g by group, shape (group,), or by case, (batch, 1, group) [1, log].
    width
        h, or by case, shape (batch, 1, 1) [log points].
    shares
        Share of use by group, shape (group,), or by case and user, (batch, user, group) [1].
    sectors
        Sectors of each group, in the order of the groups; empty if the groups have no sectors.
    """

    elasticity: np.ndarray = parameter(2)
    log_choke: np.ndarray = parameter(2)
    width: float | np.ndarray = parameter(2)
    shares: np.ndarray = parameter(2)
    sectors: tuple[tuple[str, ...], ...] = ()

    @property
    def highest_choke(self) -> np.ndarray:
        """Log price over base above which nothing is bought, shape () or (batch, user or 1) [1]."""
        held = np.where(self.shares > 0, self.log_choke, -np.inf)
        return np.asarray(held.max(axis=-1))

    def by_group(self, scale: np.ndarray, log_price: np.ndarray) -> Curve:
        """Return use and slope by group.

        Parameters
        ----------
        scale
            Demand at base prices, shape (..., user) [t/yr].
        log_price
            Delivered log price over base, shape (..., user).

        Returns
        -------
        use, slope
            Shapes (..., user, group) [t/yr, t/yr per log point].
        """
        use, slope = self._groups_first(scale, log_price)
        return np.moveaxis(use, 0, -1), np.moveaxis(slope, 0, -1)

    def total(self, scale: np.ndarray, log_price: np.ndarray) -> Curve:
        """Return use and slope summed over groups, shape (..., user)."""
        use, slope = self._groups_first(scale, log_price)
        return use.sum(axis=0), slope.sum(axis=0)

    def use(self, scale: np.ndarray, log_price: np.ndarray) -> np.ndarray:
        """Return use summed over groups, shape (..., user) [t/yr]."""
        return np.asarray(self._held(scale, log_price).use.sum(axis=0))

    def _groups_first(self, scale: np.ndarray, log_price: np.ndarray) -> Curve:
        held = self._held(scale, log_price)
        fall = held.gone
        fall *= held.keep
        fall *= held.keep
        fall *= log_price < held.choke
        fall /= held.width
        return held.use, -held.elasticity * held.use - held.level * fall

    def _held(self, scale: np.ndarray, log_price: np.ndarray) -> _Held:
        # Groups are few: with users as the last axis each pass runs over long rows.
        rank = log_price.ndim
        elasticity, choke, width, shares = (
            _group_first(value, rank)
            for value in (self.elasticity, self.log_choke, self.width, self.shares)
        )
        middle = choke - 3.0 * width
        last = 1.0 / (1.0 + np.exp((choke - middle) / width))
        base = 1.0 / (1.0 + np.exp(-middle / width)) - last
        over = np.minimum((log_price - middle) / width, MOST_OVER)
        gone = np.exp(over, out=over)
        keep = 1.0 / (1.0 + gone)
        level = np.exp(-elasticity * log_price)
        level *= (shares / base) * scale
        use = np.subtract(keep, last)
        np.maximum(use, 0.0, out=use)
        use *= level
        return _Held(use, level, gone, keep, elasticity, choke, width)


def _group_first(value: float | np.ndarray, rank: int) -> float | np.ndarray:
    """Return a parameter by group, (group,) or (..., group), ready for (group, ..., user)."""
    if not isinstance(value, np.ndarray) or value.ndim == 0:
        return value
    if value.ndim == 1:
        return value.reshape(-1, *(1,) * rank)
    return np.moveaxis(value, -1, 0)
