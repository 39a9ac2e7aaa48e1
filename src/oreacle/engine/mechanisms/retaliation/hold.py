"""Holds of actors over each other, from who makes what: mutual and one-sided leverage.

Does      Gives the share of one actor in another's imports as output shares move.
Units     Shares of imports by value [1].
Method    d_ij = sum over minerals and links of v_ijm r_im, where v is the base-year share of i's
          flow of m in all imports of j, and r the share of i in world output over its base-year
          share. Mutual: sqrt(d_ij d_ji); one-sided: d_ij - d_ji, the hold of i over j.
Assumes   Buyers follow world output; imports of a mineral weigh as in the base year. The exact
          loss of users (an adjoint of the market) is not asked each year.
Not here  What leverage does to acts: see `.mechanism`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oreacle.engine.acts.classes import DYAD
from oreacle.engine.setting import Setting

MOST_GROWTH = 5.0
"""Most by which a share of output is taken to multiply [1]: beyond it buyers do not follow."""


@dataclass(frozen=True)
class Holds:
    """Base-year imports, arranged for sums over minerals.

    Attributes
    ----------
    over
        Of first parties over others, shape (first, cell, actor) [1]; cells are mineral and link.
    under
        Of others over first parties, shape (actor, cell, first) [1].
    first
        Positions of first parties, shape (first,).
    mutual_sd, one_sided_sd
        Spread over all pairs of actors in the base year [1].
    by_mineral
        Share of an actor in a first party's imports of one mineral and link, shape
        (first, actor, mineral, link) [1].
    """

    over: np.ndarray
    under: np.ndarray
    first: np.ndarray
    mutual_sd: float
    one_sided_sd: float
    by_mineral: np.ndarray


def make_holds(setting: Setting) -> Holds:
    """Return who bought what from whom in the base year."""
    space, chains = setting.space, list(setting.world.chains.values())
    actors = len(space.actors)
    # Axes: importer, exporter, mineral, link.
    value = np.zeros((actors, actors, len(chains), 2))
    for k, chain in enumerate(chains):
        links = (
            (chain.ore_flow * chain.price_mine, space.mine_actor[k], space.plant_actor[k]),
            (chain.refined_flow * chain.price_refined, space.plant_actor[k], space.user_actor[k]),
        )
        for link, (worth, tail, head) in enumerate(links):
            np.add.at(value[:, :, k, link], (head[:, None], tail[None, :]), worth.T)
    value[np.arange(actors), np.arange(actors)] = 0.0
    acting, first = len(setting.acting), setting.first[DYAD]
    share = _shares(value, (1, 2, 3))[:acting, :acting]
    by_mineral = _shares(value, (1,))[:acting, :acting]
    flat = share.reshape(acting, acting, -1)
    whole = flat.sum(axis=2)
    mutual, one_sided = leverage(whole.T, whole)
    off = ~np.eye(acting, dtype=bool)
    return Holds(
        over=np.ascontiguousarray(np.moveaxis(flat[:, first], (0, 1, 2), (2, 0, 1))),
        under=np.ascontiguousarray(np.moveaxis(flat[first], (0, 1, 2), (2, 0, 1))),
        first=first,
        mutual_sd=float(mutual[off].std()),
        one_sided_sd=float(one_sided[off].std()),
        by_mineral=np.ascontiguousarray(by_mineral[first]),
    )


def _shares(value: np.ndarray, axes: tuple[int, ...]) -> np.ndarray:
    total = value.sum(axis=axes, keepdims=True)
    return np.asarray(np.divide(value, total, out=np.zeros_like(value), where=total > 0.0))


def leverage(out: np.ndarray, back: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return mutual and one-sided leverage.

    Parameters
    ----------
    out, back
        Hold of the first over the second, and the other way [1].

    Examples
    --------
    >>> [one.round(2).tolist() for one in leverage(np.array([0.4]), np.array([0.1]))]
    [[0.2], [0.3]]
    """
    return np.sqrt(out * back), out - back


def holds(found: Holds, growth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return holds of first parties over others and of others over them.

    Parameters
    ----------
    growth
        Share of world output over that of the base year, shape (member, actor, mineral, stage)
        [1].

    Returns
    -------
    tuple
        Two arrays of shape (member, first, actor) [1].
    """
    members, actors = growth.shape[:2]
    cells = growth.reshape(members, actors, -1)
    by_actor = np.ascontiguousarray(np.moveaxis(cells, 1, 0))
    over = np.matmul(by_actor[found.first], found.over)
    under = np.matmul(by_actor, found.under)
    return np.moveaxis(over, 0, 1), np.transpose(under, (1, 2, 0))


def growth_of(shares: np.ndarray, base: np.ndarray) -> np.ndarray:
    """Return shares of output over those of the base year, held below `MOST_GROWTH` [1]."""
    ratio = np.divide(shares, base, out=np.ones(np.broadcast(shares, base).shape), where=base > 0)
    return np.asarray(np.minimum(ratio, MOST_GROWTH))
