"""Row and column sums of a link's matrix, in the tonnes of the chain.

Does      Scales mined and used shares to the throughput and names suppliers and buyers.
Units     Chain tonnes per year.
Method    Ore: shares of mining times what is refined from ore, against refined output from ore.
          Refined: output from ore plus recycled supply, against shares of use times their sum.
          So both margins of a link have the same sum.
Assumes   The difference between published totals of the stages is a fixed ratio, printed in
          the table `differences`.
Not here  The matrix between the margins: see `trade_prior` and `balance`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray


@dataclass(frozen=True)
class Throughput:
    """Size of one mineral's chain [chain t].

    Attributes
    ----------
    from_ore
        World output of refineries from ore.
    recycled
        World supply from scrap.
    is_counted
        True if the published refined output, country by country, holds the recycled supply.
    """

    from_ore: float
    recycled: float
    is_counted: bool

    @property
    def total(self) -> float:
        """Return all that reaches users [chain t]."""
        return self.from_ore + self.recycled


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


def link_margins(
    nodes: pd.DataFrame, mineral: str, link: str, throughput: Throughput
) -> LinkMargins:
    """Return the margins of one mineral's link.

    Parameters
    ----------
    nodes : DataFrame
        Table `nodes`.
    mineral, link
        Which link.
    throughput
        Size of the chain.
    """
    share = stage_shares(nodes, mineral)
    recycled = share["recycled"] * throughput.recycled
    smelted = refined_from_ore(share["refined"], recycled, throughput)
    if link == "ore":
        sides = (share["mined"] * throughput.from_ore, smelted[smelted > 0])
    else:
        supply = smelted.add(recycled, fill_value=0.0).sort_index()
        sides = (supply, share["used"] * throughput.total)
    supply, demand = sides
    # Sums are put equal to the last bit: balancing asks for it.
    amounts = demand.to_numpy(dtype=float)
    amounts = amounts / amounts.sum() * float(supply.sum())
    return LinkMargins(
        tuple(map(str, supply.index)),
        supply.to_numpy(dtype=float),
        tuple(map(str, demand.index)),
        amounts,
    )


def stage_shares(nodes: pd.DataFrame, mineral: str) -> dict[str, pd.Series]:
    """Return each country's share of each stage, countries in alphabetical order [1]."""
    rows = nodes[nodes["mineral"] == mineral].sort_values("country")
    found = {}
    for stage in ("mined", "refined", "recycled", "used"):
        share = rows.loc[rows["stage"] == stage].set_index("country")["share"].astype(float)
        found[stage] = share / share.sum() if len(share) else share
    return found


def refined_from_ore(
    refined_share: pd.Series, recycled: pd.Series, throughput: Throughput
) -> pd.Series:
    """Return what refineries make from ore, by country [chain t].

    Published output, less the recycled supply where it is counted in it.
    """
    if not throughput.is_counted:
        return refined_share * throughput.from_ore
    inside = recycled.reindex(refined_share.index).fillna(0.0)
    smelted: pd.Series = refined_share * throughput.total - inside
    return smelted.clip(lower=0.0)


def throughput_of(
    mineral: str, totals: Mapping[tuple[str, str], float], *, is_counted: bool
) -> Throughput:
    """Return the size of a chain.

    Parameters
    ----------
    mineral
        Slug.
    totals
        World total by (mineral, stage) [chain t].
    is_counted
        True if the refined total holds the recycled one.
    """
    refined = totals[mineral, "refined"]
    recycled = totals.get((mineral, "recycled"), 0.0)
    return Throughput(refined - recycled if is_counted else refined, recycled, is_counted)


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
