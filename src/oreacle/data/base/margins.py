"""Row and column sums of a link's matrix, in the tonnes of the chain.

Does      Scales mined and used shares to the throughput and names suppliers and buyers.
Units     Chain tonnes per year.
Method    Share of the stage times the refined total, so both margins have the same sum.
Assumes   The difference between published totals of the stages is a fixed ratio, printed in
          the table `differences`.
Not here  The matrix between the margins: see `trade_prior` and `balance`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

ENDS = {"ore": ("mined", "refined"), "refined": ("refined", "used")}


@dataclass(frozen=True)
class LinkMargins:
    """Suppliers and buyers of one link with what they send and take [chain t]."""

    suppliers: tuple[str, ...]
    supply: NDArray[np.float64]
    buyers: tuple[str, ...]
    demand: NDArray[np.float64]

    @property
    def throughput(self) -> float:
        """Return the total of the link [chain t]."""
        return float(self.supply.sum())

    def own(self) -> NDArray[np.bool_]:
        """Return which cells are a country with itself; ROW with ROW is one of them."""
        return np.array([[seller == buyer for buyer in self.buyers] for seller in self.suppliers])


def link_margins(nodes: pd.DataFrame, mineral: str, link: str, throughput: float) -> LinkMargins:
    """Return the margins of one mineral's link.

    Parameters
    ----------
    nodes : DataFrame
        Table `nodes`.
    mineral, link
        Which link.
    throughput
        Refined total of the mineral [chain t].
    """
    sides = []
    for stage in ENDS[link]:
        rows = nodes[(nodes["mineral"] == mineral) & (nodes["stage"] == stage)]
        rows = rows.sort_values("country")
        share = rows["share"].to_numpy(dtype=float)
        sides.append((tuple(rows["country"]), share / share.sum() * throughput))
    (suppliers, supply), (buyers, demand) = sides
    return LinkMargins(suppliers, supply, buyers, demand)


def pooled_matrix(trade: pd.DataFrame, margins: LinkMargins) -> NDArray[np.float64]:
    """Return trade between nodes; countries that are no node count as ROW where ROW is one.

    Trade of a country outside the nodes is left out where the stage has no ROW: what a
    re-exporter passes on is not its output.

    Parameters
    ----------
    trade : DataFrame
        exporter, importer, tonnes.
    margins
        Nodes of the link.
    """
    row = _positions(trade["exporter"], margins.suppliers)
    column = _positions(trade["importer"], margins.buyers)
    keep = (row >= 0) & (column >= 0)
    matrix = np.zeros((len(margins.suppliers), len(margins.buyers)))
    np.add.at(matrix, (row[keep], column[keep]), trade["tonnes"].to_numpy(dtype=float)[keep])
    return matrix


def _positions(codes: pd.Series, nodes: tuple[str, ...]) -> NDArray[np.int64]:
    place = {code: number for number, code in enumerate(nodes)}
    rest = place.get("ROW", -1)
    return np.array([place.get(str(code), rest) for code in codes], dtype=np.int64)
