"""Flows on a flat list of direct and indirect ways, with caps and quotas: a second writing."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix

from oreacle.market.links import LinkTerms


def pick(value: float | np.ndarray, case: int) -> float:
    """Return the parameter of one case, given once for all or by case."""
    array = np.asarray(value, dtype=float)
    return float(array) if array.ndim == 0 else float(array[case].ravel()[0])


def column(group: object | None, name: str, case: int, count: int) -> np.ndarray:
    """Return one row of an optional group's array, zeros where there is no group."""
    if group is None:
        return np.zeros(count)
    row: np.ndarray = getattr(group, name)[case]
    return row


class Flows:
    """Every way of one kind of link, direct ones first."""

    def __init__(self, terms: LinkTerms, case: int) -> None:
        tails, heads = terms.outside.shape
        tail, head = np.divmod(np.arange(tails * heads), heads)
        self._s = pick(terms.substitution, case)
        self._price = terms.tail_price
        self.quota = terms.quota[case]
        direct: dict[str, np.ndarray] = {
            "tail": tail,
            "head": head,
            "strength": terms.strength[case].ravel(),
            "cap": terms.cap[case].ravel(),
            "base": terms.base_cost.ravel(),
            "dollars": (terms.freight[case] + terms.export_specific[case]).ravel(),
            "rate": (1.0 + terms.export_rate[case] + terms.licence_rate[case]).ravel(),
            "tariff": 1.0 + terms.tariff_rate[case].ravel(),
            "outside": terms.outside.ravel(),
        }
        table = direct
        ways = terms.ways
        if ways is not None:
            rate = 1.0 + ways.export_rate[case] + ways.licence_rate[case] + ways.leak_rate[case]
            around: dict[str, np.ndarray] = {
                "tail": ways.tail,
                "head": ways.head,
                "strength": ways.strength[case],
                "cap": ways.cap[case],
                "base": ways.base_cost,
                "dollars": ways.freight[case] + ways.export_specific[case],
                "rate": rate,
                "tariff": 1.0 + ways.tariff_rate[case],
                "outside": ways.outside,
            }
            table = {key: np.concatenate([direct[key], around[key]]) for key in direct}
        self._table = table
        self.tail, self.head = table["tail"], table["head"]

    def passable(self) -> np.ndarray:
        """Return True where a tonne may pass, shape (way,)."""
        table = self._table
        shut = table["outside"] & (self.quota[self.tail] <= 0.0)
        return np.asarray((table["strength"] > 0.0) & (table["cap"] > 0.0) & ~shut)

    def keep(self, some: np.ndarray) -> None:
        """Drop all other ways."""
        self._table = {key: value[some] for key, value in self._table.items()}
        self.tail, self.head = self._table["tail"], self._table["head"]

    def any_at_tail(self, some: np.ndarray, count: int) -> np.ndarray:
        """Return True for tails with one of some ways."""
        return np.bincount(self.tail, weights=some, minlength=count) > 0

    def any_at_head(self, some: np.ndarray, count: int) -> np.ndarray:
        """Return True for heads with one of some ways."""
        return np.bincount(self.head, weights=some, minlength=count) > 0

    def at(self, tail: np.ndarray, head: np.ndarray) -> np.ndarray:
        """Return flows, shape (point, way), at log prices of shape (point, node)."""
        self._ends = tail.shape[1], head.shape[1]
        table = self._table
        price = self._price * np.exp(tail)[:, self.tail]
        cost = (price * table["rate"] + table["dollars"]) * table["tariff"]
        with np.errstate(over="ignore"):
            gap = head[:, self.head] - np.log(cost / table["base"])
            wish = table["strength"] * np.exp(self._s * gap)
        cap = table["cap"]
        flow = np.where(wish.real < cap, wish, cap)
        for exporter in np.flatnonzero(np.isfinite(self.quota)):
            out = table["outside"] & (self.tail == exporter)
            if flow[0, out].real.sum() > self.quota[exporter]:
                flow[:, out] = _shared(wish[:, out], cap[out], self.quota[exporter])
        return flow

    def sums(self, flow: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return what leaves tails and what reaches heads, shapes (point, node)."""
        ways = np.arange(self.tail.size)
        ones = np.ones(self.tail.size)
        leave, arrive = (
            csr_matrix((ones, (node, ways)), shape=(count, ways.size))
            for node, count in zip((self.tail, self.head), self._ends, strict=True)
        )
        return (leave @ flow.T).T, (arrive @ flow.T).T

    def matrix(self, flow: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
        """Return flows of one point by tail and head."""
        cell = self.tail * shape[1] + self.head
        total = np.bincount(cell, weights=flow, minlength=shape[0] * shape[1])
        return np.asarray(total.reshape(shape))


def _shared(wish: np.ndarray, cap: np.ndarray, quota: float) -> np.ndarray:
    """Return min(t wish, cap) with t in [0, 1] such that they sum to the quota, by bisection.

    All points share their real parts: they are complex steps around one point.
    """
    low, high = 0.0, 1.0
    for _ in range(200):
        middle = 0.5 * (low + high)
        if np.minimum(middle * wish[0].real, cap).sum() > quota:
            high = middle
        else:
            low = middle
    full = low * wish[0].real >= cap
    left = quota - cap[full].sum()
    scale = left / wish[:, ~full].sum(axis=1)
    return np.where(full, cap, scale[:, None] * wish)
