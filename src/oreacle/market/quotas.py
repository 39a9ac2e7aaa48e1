"""Share out a quota on what leaves an exporter's customs territory.

Does      Splits a binding total over direct and indirect ways that leave the territory.
Units     t/yr.
Method    One rent on all bound flows scales every wish alike: flow = min(t wish, cap) with
          sum flow = quota, solved exactly by filling in the order of cap over wish.
Assumes   One quota for each exporting country. One for several would let their prices trade
          places, and the Jacobian would be no M-matrix any more.
Not here  What a way wishes to carry: see `oreacle.market.links`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from oreacle.market.links import LinkTerms


class Split(NamedTuple):
    """Flows under binding quotas.

    Attributes
    ----------
    direct, way_flow
        Flow of direct and indirect ways [t/yr].
    shared, way_shared
        The part of it that shares a binding quota without a cap of its own [t/yr].
    total
        Sum of shared flow by exporter, shape (batch, tail) [t/yr].
    under
        True where a quota binds, shape (batch, tail).
    """

    direct: np.ndarray
    way_flow: np.ndarray
    shared: np.ndarray
    way_shared: np.ndarray
    total: np.ndarray
    under: np.ndarray


def share_quotas(terms: LinkTerms, wish: np.ndarray, way_wish: np.ndarray) -> Split | None:
    """Return the split of every quota that binds, None if none does.

    Parameters
    ----------
    terms
        Links with caps and quotas.
    wish, way_wish
        What direct and indirect ways would carry, shapes (batch, tail, head) and (batch, way).
    """
    cases, tails, heads = wish.shape
    wanted, limit = wish.reshape(cases, -1), np.minimum(wish, terms.cap).reshape(cases, -1)
    owner = np.where(terms.outside, np.arange(tails)[:, None], -1).ravel()
    if terms.ways is not None:
        wanted = np.concatenate([wanted, way_wish], axis=1)
        limit = np.concatenate([limit, np.minimum(way_wish, terms.ways.cap)], axis=1)
        leaves = np.where(terms.ways.outside, terms.ways.tail, -1)
        owner = np.concatenate([owner, leaves])
    flow, shared = limit.copy(), np.zeros_like(limit)
    under = np.zeros(terms.quota.shape, dtype=bool)
    for tail in np.flatnonzero(np.isfinite(terms.quota).any(axis=0)):
        cells = np.flatnonzero(owner == tail)
        over = np.flatnonzero(limit[:, cells].sum(axis=1) > terms.quota[:, tail])
        if over.size == 0:
            continue
        under[over, tail] = True
        place = np.ix_(over, cells)
        level = water_levels(wanted[place], limit[place], terms.quota[over, tail])
        scaled = level[:, None] * wanted[place]
        flow[place] = np.minimum(scaled, limit[place])
        shared[place] = np.where(scaled < limit[place], scaled, 0.0)
    if not under.any():
        return None
    total = np.zeros_like(terms.quota)
    for tail in np.flatnonzero(under.any(axis=0)):
        total[:, tail] = shared[:, owner == tail].sum(axis=1)
    links = tails * heads
    direct, ways = (flow[:, :links], shared[:, :links]), (flow[:, links:], shared[:, links:])
    shape = (cases, tails, heads)
    return Split(direct[0].reshape(shape), ways[0], direct[1].reshape(shape), ways[1], total, under)


def water_levels(wish: np.ndarray, limit: np.ndarray, total: np.ndarray) -> np.ndarray:
    """Return t in [0, 1] with sum(min(t wish, limit)) = total, shape (case,).

    Parameters
    ----------
    wish, limit
        Wanted flows and their single limits, not above the wish, shape (case, flow) [t/yr].
    total
        Tonnes to hand out, at most the sum of the limits, shape (case,) [t/yr].

    Examples
    --------
    >>> water_levels(np.array([[6.0, 4.0]]), np.array([[6.0, 1.0]]), np.array([4.0]))
    array([0.5])
    """
    ratio = np.divide(limit, wish, out=np.full_like(wish, np.inf), where=wish > 0)
    order = np.argsort(ratio, axis=1, kind="stable")
    level = np.take_along_axis(ratio, order, axis=1)
    caps = np.take_along_axis(np.where(wish > 0, limit, 0.0), order, axis=1)
    wants = np.take_along_axis(np.maximum(wish, 0.0), order, axis=1)
    settled = np.cumsum(caps, axis=1) - caps
    still = wants.sum(axis=1, keepdims=True) - (np.cumsum(wants, axis=1) - wants)
    left = total[:, None] - settled
    candidate = np.divide(left, still, out=np.zeros_like(left), where=still > 0)
    fits = (candidate <= level) & (still > 0)
    first = np.argmax(fits, axis=1)
    chosen = np.take_along_axis(candidate, first[:, None], axis=1)[:, 0]
    finite = np.where(np.isfinite(level), level, 0.0)
    most = finite.max(axis=1)
    return np.asarray(np.clip(np.where(fits.any(axis=1), chosen, most), 0.0, None))
