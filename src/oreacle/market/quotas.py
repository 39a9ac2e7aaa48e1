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
    found = [
        (tail, rows, _leaving(terms, wish, way_wish, tail, rows))
        for tail, rows in _under_quota(terms.quota)
    ]
    binding = [one for one in found if one[2][0].size]
    if not binding:
        return None
    ways = terms.ways
    direct = np.minimum(wish, terms.cap)
    way_flow = way_wish.copy() if ways is None else np.minimum(way_wish, ways.cap)
    shared, way_shared = np.zeros_like(direct), np.zeros_like(way_flow)
    total, under = np.zeros(terms.quota.shape), np.zeros(terms.quota.shape, dtype=bool)
    for tail, rows, (at, wanted, limit) in binding:
        over = rows[at]
        under[over, tail] = True
        level = water_levels(wanted, limit, terms.quota[over, tail])
        scaled = level[:, None] * wanted
        flow = np.minimum(scaled, limit)
        part = np.where(scaled < limit, scaled, 0.0)
        total[over, tail] = part.sum(axis=1)
        cells, around = _cells(terms, tail)
        place = np.ix_(over, cells)
        direct[:, tail][place], shared[:, tail][place] = (
            flow[:, : cells.size],
            part[:, : cells.size],
        )
        place = np.ix_(over, around)
        way_flow[place], way_shared[place] = flow[:, cells.size :], part[:, cells.size :]
    return Split(direct, way_flow, shared, way_shared, total, under)


def _under_quota(quota: np.ndarray) -> list[tuple[int, np.ndarray]]:
    """Return exporters with a quota in some case, and those cases."""
    limited = np.isfinite(quota)
    return [
        (int(tail), np.flatnonzero(limited[:, tail]))
        for tail in np.flatnonzero(limited.any(axis=0))
    ]


def _cells(terms: LinkTerms, tail: int) -> tuple[np.ndarray, np.ndarray]:
    """Return heads of the direct ways, and indirect ways, that leave an exporter's territory."""
    ways = terms.ways
    around = np.zeros(0, dtype=np.int64)
    if ways is not None:
        around = np.flatnonzero((ways.tail == tail) & ways.outside)
    return np.flatnonzero(terms.outside[tail]), around


def _leaving(
    terms: LinkTerms, wish: np.ndarray, way_wish: np.ndarray, tail: int, rows: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return which of the cases are over their quota, and wishes and limits of all ways there."""
    cells, around = _cells(terms, tail)
    place = np.ix_(rows, cells)
    wanted = wish[:, tail][place]
    limit = np.minimum(wanted, terms.cap[:, tail][place])
    if terms.ways is not None and around.size:
        more = way_wish[np.ix_(rows, around)]
        wanted = np.concatenate([wanted, more], axis=1)
        limit = np.concatenate(
            [limit, np.minimum(more, terms.ways.cap[np.ix_(rows, around)])], axis=1
        )
    at = np.flatnonzero(limit.sum(axis=1) > terms.quota[rows, tail])
    return at, wanted[at], limit[at]


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
    if (limit == wish).all():
        whole = wish.sum(axis=1)
        return np.asarray(np.divide(total, whole, out=np.zeros_like(whole), where=whole > 0))
    ratio = np.divide(limit, wish, out=np.full_like(wish, np.inf), where=wish > 0)
    order = np.argsort(ratio, axis=1, kind="stable")
    level = np.take_along_axis(ratio, order, axis=1)
    caps = np.take_along_axis(np.where(wish > 0, limit, 0.0), order, axis=1)
    wants = np.take_along_axis(np.maximum(wish, 0.0), order, axis=1)
    # Summed without taking off: a wish of e^20 would leave nothing of the tonnes beside it.
    settled = np.zeros_like(caps)
    np.cumsum(caps[:, :-1], axis=1, out=settled[:, 1:])
    still = np.cumsum(wants[:, ::-1], axis=1)[:, ::-1]
    left = total[:, None] - settled
    candidate = np.divide(left, still, out=np.zeros_like(left), where=still > 0)
    fits = (candidate <= level) & (still > 0)
    first = np.argmax(fits, axis=1)
    chosen = np.take_along_axis(candidate, first[:, None], axis=1)[:, 0]
    finite = np.where(np.isfinite(level), level, 0.0)
    most = finite.max(axis=1)
    return np.asarray(np.clip(np.where(fits.any(axis=1), chosen, most), 0.0, None))
