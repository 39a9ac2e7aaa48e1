"""Flows on the links between two stages, with caps and quotas.

Does      Evaluates logit flows under tonne caps and export quotas, and their slopes.
Units     Flows t/yr; prices as log over base; costs USD/t.
Method    Flow = min(a exp(s (head - c)), cap); a quota on what leaves an exporter is met by
          one rent on all its bound links, which splits the total by the logit (water-filling
          where single links are capped too).
Assumes   Shapes (batch, tail, head).
Not here  Which policy sets which cap: see `oreacle.market.apply`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oreacle.market.curves import Level, taken

HUGE_EXPONENT = 60.0
"""Exponents are clipped here: far outside any certified solution."""


@dataclass(frozen=True)
class LinkTerms:
    """What holds on every link of one kind.

    Attributes
    ----------
    strength
        a: flow at base prices without any measure, shape (batch, tail, head) [t/yr].
    reference
        Flow at base prices with the register: what bans and quotas refer to, shape
        (batch, tail, head) [t/yr].
    substitution
        s: elasticity to relative delivered cost [1].
    base_cost
        Delivered cost at base without any measure, shape (tail, head) [USD/t].
    tail_price
        Base price at the tail [USD/t].
    freight
        Freight and other specific cost, shape (batch, tail, head) [USD/t].
    export_rate, licence_rate, tariff_rate
        Ad-valorem export tax, cost of licensing (which nobody collects), and tariff, shape
        (batch, tail, head) [1].
    cap
        Tonne cap of each link (inf = none), shape (batch, tail, head) [t/yr].
    quota
        Cap on all that leaves the exporter's territory (inf = none), shape (batch, tail) [t/yr].
    outside
        True where a link leaves the exporter's customs territory, shape (tail, head).
    """

    strength: np.ndarray
    reference: np.ndarray
    substitution: Level
    base_cost: np.ndarray
    tail_price: float
    freight: np.ndarray
    export_rate: np.ndarray
    licence_rate: np.ndarray
    tariff_rate: np.ndarray
    cap: np.ndarray
    quota: np.ndarray
    outside: np.ndarray

    def delivered_cost(self, tail: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return delivered cost and the share of it that moves with the tail price.

        C = (P (1 + export rate + licence rate) + freight) (1 + tariff): policies commute
        within a slot.

        Parameters
        ----------
        tail
            Log price at the tail over base, shape (batch, tail).
        """
        rate = 1.0 + self.export_rate + self.licence_rate
        origin = self.tail_price * np.exp(tail)[..., None] * rate
        before_tariff = origin + self.freight
        return before_tariff * (1.0 + self.tariff_rate), origin / before_tariff

    def take(self, rows: np.ndarray) -> LinkTerms:
        """Return the terms of some problems of the batch only."""
        return LinkTerms(
            self.strength[rows],
            self.reference[rows],
            taken(self.substitution, rows),
            self.base_cost,
            self.tail_price,
            self.freight[rows],
            self.export_rate[rows],
            self.licence_rate[rows],
            self.tariff_rate[rows],
            self.cap[rows],
            self.quota[rows],
            self.outside,
        )


@dataclass(frozen=True)
class LinkState:
    """Flows and the slopes that Newton needs, all of shape (batch, tail, head).

    Attributes
    ----------
    flow
        Flow after caps and quotas [t/yr].
    free
        Slope to the head price of links that answer to their tail price (flow times s), else 0.
    free_tail
        Slope to the tail price, positive; 0 on capped or quota-bound links.
    bound
        Flow times s on links that share a binding quota, else 0.
    bound_total
        Sum of quota-bound flow by exporter, shape (batch, tail); 0 where no quota binds.
    unrestricted
        Flow that the link would carry without cap or quota at these prices [t/yr].
    """

    flow: np.ndarray
    free: np.ndarray
    free_tail: np.ndarray
    bound: np.ndarray
    bound_total: np.ndarray
    unrestricted: np.ndarray


def link_state(terms: LinkTerms, tail: np.ndarray, head: np.ndarray) -> LinkState:
    """Return flows and slopes at the given log prices.

    Parameters
    ----------
    terms
        Costs and limits of the links.
    tail, head
        Log prices over base, shapes (batch, tail) and (batch, head).
    """
    cost, pass_through = terms.delivered_cost(tail)
    exponent = terms.substitution * (head[:, None, :] - np.log(cost / terms.base_cost))
    unrestricted = terms.strength * np.exp(np.clip(exponent, -HUGE_EXPONENT, HUGE_EXPONENT))
    flow = np.minimum(unrestricted, terms.cap)
    loose = unrestricted < terms.cap
    leaving = np.where(terms.outside, flow, 0.0).sum(axis=-1)
    over = leaving > terms.quota
    shared = np.zeros_like(loose)
    if over.any():
        flow, shared = _share_quota(terms, unrestricted, flow, over)
    moves = terms.substitution * flow
    free = np.where(loose & ~(over[..., None] & terms.outside), moves, 0.0)
    bound = np.where(shared, moves, 0.0)
    total = np.where(shared, flow, 0.0).sum(axis=-1)
    return LinkState(flow, free, free * pass_through, bound, total, unrestricted)


def _share_quota(
    terms: LinkTerms, unrestricted: np.ndarray, capped: np.ndarray, over: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Split each binding quota over the links outside; return flows and the sharing links."""
    flow = capped.copy()
    shared = np.zeros(flow.shape, dtype=bool)
    for batch, exporter in np.argwhere(over):
        out = terms.outside[exporter]
        wish = unrestricted[batch, exporter, out]
        limit = np.minimum(terms.cap[batch, exporter, out], wish)
        scale = water_level(wish, limit, float(terms.quota[batch, exporter]))
        split = np.minimum(scale * wish, limit)
        flow[batch, exporter, out] = split
        shared[batch, exporter, out] = (scale * wish < limit) & (wish > 0)
    return flow, shared


def water_level(wish: np.ndarray, limit: np.ndarray, total: float) -> float:
    """Return t in [0, 1] with sum(min(t wish, limit)) = total.

    Parameters
    ----------
    wish, limit
        Wanted flows and their single limits, shape (head,) [t/yr].
    total
        Tonnes to hand out, at most the sum of the limits [t/yr].

    Examples
    --------
    >>> water_level(np.array([6.0, 4.0]), np.array([6.0, 1.0]), 4.0)
    0.5
    """
    positive = wish > 0
    wish, limit = wish[positive], limit[positive]
    if total <= 0 or wish.size == 0:
        return 0.0
    level = limit / wish
    order = np.argsort(level, kind="stable")
    settled = np.concatenate(([0.0], np.cumsum(limit[order])))
    open_wish = wish.sum() - np.concatenate(([0.0], np.cumsum(wish[order])))
    for k in range(order.size):
        candidate = (total - settled[k]) / open_wish[k]
        if candidate <= level[order[k]]:
            return float(max(candidate, 0.0))
    return float(level.max())
