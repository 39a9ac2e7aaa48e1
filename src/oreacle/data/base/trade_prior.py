"""The prior of a link's matrix before balancing.

Does      Joins observed trade, home supply, gravity and sourcing evidence into one prior, with
          an estimated flow on links that trade does not show.
Units     Chain tonnes per year.
Method    Observed links: contained trade; home supply is the larger of what trade leaves of
          output and of what imports leave of need, at least a floor; an exporter whose surplus
          trade does not explain sends the rest by gravity, to partners that it is seen to trade
          with. Ore without trade data: the same with stated routes only. Refined products
          without: gravity supply x demand / distance^theta with a home bias, columns of the
          United States and the European Union by published sourcing shares. Absent links:
          calm-time opening weight x supplier's share of world exports x buyer's imports;
          closed links (war, embargo) that times the weight again.
Assumes   Trade of the base year is typical of it. Parameters in `assumed/gravity.csv`.
Not here  Margins: see `margins`; balancing: see `balance`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oreacle.data.base.margins import LinkMargins

Matrix = NDArray[np.float64]
DOMESTIC, TRADE, GRAVITY, PRIOR = "domestic", "trade", "gravity", "prior"


@dataclass(frozen=True)
class GravityParameters:
    """Stated parameters of the prior, as in `assumed/gravity.csv`."""

    distance_exponent: float
    home_bias: float
    domestic_floor: float
    pattern_export_floor: float
    coverage_for_scaling: float


@dataclass(frozen=True)
class LinkPrior:
    """A prior [chain t] and where each cell comes from."""

    matrix: Matrix
    basis: NDArray[np.str_]


def gravity(margins: LinkMargins, distance_km: Matrix, parameters: GravityParameters) -> Matrix:
    """Return supply x demand / distance^theta, home cells multiplied by the bias, to scale.

    The sum is the throughput, so that levels compare with trade.
    """
    pull = margins.supply[:, None] * margins.demand[None, :]
    matrix = pull / distance_km**parameters.distance_exponent
    rest = np.array([code == "ROW" for code in margins.suppliers])[:, None]
    matrix = np.where(margins.own() & ~rest, parameters.home_bias * matrix, matrix)
    scaled: Matrix = matrix / matrix.sum() * margins.throughput
    return scaled


def levels_of_pattern(
    pattern: Matrix, margins: LinkMargins, parameters: GravityParameters
) -> Matrix:
    """Return export levels for a code that tells directions only.

    An exporter sends what its home use cannot take, at least a stated share of its output.
    """
    shipped = np.where(margins.own(), 0.0, pattern)
    sums = shipped.sum(axis=1, keepdims=True)
    shares = np.divide(shipped, sums, out=np.zeros_like(shipped), where=sums > 0)
    home_use = (margins.own() * margins.demand[None, :]).sum(axis=1)
    level = np.maximum(margins.supply - home_use, parameters.pattern_export_floor * margins.supply)
    levels: Matrix = shares * level[:, None]
    return levels


def observed_prior(
    observed: Matrix, margins: LinkMargins, distance_km: Matrix, parameters: GravityParameters
) -> LinkPrior:
    """Return the prior of a link with observed trade.

    Parameters
    ----------
    observed : Array (supplier, buyer) [chain t]
        Contained trade between nodes; what a country sends itself is ignored, except inside
        the rest of the world.
    margins
        What nodes send and take.
    distance_km
        Distances between nodes.
    parameters
        Stated parameters.

    Returns
    -------
    LinkPrior
        Cells without trade or gravity are zero here: see `with_absent_links`.
    """
    own = margins.own()
    shipped = np.where(own, 0.0, observed)
    exports = shipped.sum(axis=1)
    home_use = (own * margins.demand[None, :]).sum(axis=1)
    possible = np.minimum(margins.supply, home_use)
    kept = np.maximum(margins.supply - exports, home_use - (own * shipped.sum(axis=0)).sum(axis=1))
    home = np.minimum(np.maximum(kept, parameters.domestic_floor * possible), possible)
    surplus = np.maximum(margins.supply - home - exports, 0.0)
    needed = margins.supply - home
    covered = exports >= parameters.coverage_for_scaling * needed
    extra = _surplus_by_gravity(
        np.where(covered, 0.0, surplus), shipped, home, margins, distance_km, parameters
    )
    matrix = shipped + extra + own * home[:, None]
    basis = np.where(extra > shipped, GRAVITY, TRADE)
    basis = np.where(own, DOMESTIC, basis)
    return LinkPrior(matrix, np.where(matrix > 0, basis, PRIOR))


def gravity_prior(
    margins: LinkMargins, distance_km: Matrix, parameters: GravityParameters
) -> LinkPrior:
    """Return the prior of a link without trade data: gravity in every cell."""
    matrix = gravity(margins, distance_km, parameters)
    return LinkPrior(matrix, np.where(margins.own(), DOMESTIC, GRAVITY))


def with_sourcing(
    prior: LinkPrior,
    margins: LinkMargins,
    buyers: NDArray[np.bool_],
    shares: dict[str, float],
    *,
    holds_own: bool,
) -> LinkPrior:
    """Return the prior with a block of buyers supplied by published shares.

    Parameters
    ----------
    prior
        Prior to change.
    margins
        Nodes of the link.
    buyers
        Columns of the block (the United States, or members of the European Union).
    shares
        Share of each supplier in the block's sourcing [1]. What the shares leave goes to ROW
        and unnamed suppliers where ROW is a node, else to all in proportion to the prior.
    holds_own
        True if the shares hold the block's own output; else they are shares of imports and
        the prior's own supply is kept.
    """
    matrix = prior.matrix.copy()
    block = matrix[:, buyers]
    members = np.array([margins.buyers[place] for place in np.flatnonzero(buyers)])
    inside = np.array([[code == member for member in members] for code in margins.suppliers])
    free = np.ones_like(block, dtype=bool) if holds_own else ~inside
    target_total = float((block * free).sum())
    named = np.array([shares.get(code, 0.0) for code in margins.suppliers])
    sums = (block * free).sum(axis=1)
    named = np.where(sums > 0, named, 0.0)
    others = (named <= 0) | ("ROW" not in margins.suppliers)
    unnamed = np.where(others, sums, 0.0)
    rest = max(1.0 - float(named.sum()), 0.0)
    target = named + (rest * unnamed / unnamed.sum() if unnamed.sum() > 0 else 0.0)
    if target.sum() <= 0:
        return prior  # none of the named suppliers has a link to the block: nothing to share out
    target = target / target.sum() * target_total
    factor = np.divide(target, sums, out=np.ones_like(sums), where=sums > 0)
    matrix[:, buyers] = np.where(free, block * factor[:, None], block)
    return LinkPrior(matrix, prior.basis)


def with_absent_links(
    prior: LinkPrior,
    margins: LinkMargins,
    calm_weight: float,
    closed: NDArray[np.bool_] | None = None,
) -> LinkPrior:
    """Return the prior with an estimated flow on every link that is zero.

    The flow is ``calm_weight x e_i x M_j``: e_i the supplier's share of world exports of the
    link, M_j the buyer's imports. A supplier that exports nothing counts with its share of
    world output times the same weight: it must first become an exporter.

    Parameters
    ----------
    prior
        Prior of the link.
    margins
        Nodes of the link.
    calm_weight
        Mean import share of an absent supplier after a calm year over its share of world
        exports, as estimated in `openings`.
    """
    own = margins.own()
    shut = np.zeros_like(own) if closed is None else closed & ~own
    foreign = np.where(own | shut, 0.0, prior.matrix)
    exports, imports = foreign.sum(axis=1), foreign.sum(axis=0)
    world = exports.sum()
    output_share = margins.supply / margins.throughput
    export_share = exports / world if world > 0 else np.zeros_like(exports)
    reach = np.where(export_share > 0, export_share, calm_weight * output_share)
    wanted = np.where(imports > 0, imports, calm_weight * margins.demand)
    flow = calm_weight * reach[:, None] * wanted[None, :]
    flow = np.where(shut, calm_weight * flow, flow)
    absent = (prior.matrix <= 0) | shut
    return LinkPrior(
        np.where(absent, flow, prior.matrix), np.where(absent & ~own, PRIOR, prior.basis)
    )


def _surplus_by_gravity(
    surplus: NDArray[np.float64],
    shipped: Matrix,
    home: NDArray[np.float64],
    margins: LinkMargins,
    distance_km: Matrix,
    parameters: GravityParameters,
) -> Matrix:
    """Return unexplained surpluses sent to buyers whose needs trade does not fill."""
    own = margins.own()
    gap = np.maximum(margins.demand - shipped.sum(axis=0) - (own * home[:, None]).sum(axis=0), 0.0)
    seen = shipped > 0
    partner = seen | ~seen.any(axis=1, keepdims=True)
    gap = np.maximum(gap, 1e-3 * margins.demand)
    pull = np.where(partner & ~own, gap[None, :] / distance_km**parameters.distance_exponent, 0.0)
    sums = pull.sum(axis=1, keepdims=True)
    shares = np.divide(pull, sums, out=np.zeros_like(pull), where=sums > 0)
    sent: Matrix = shares * surplus[:, None]
    return sent
