"""Links that trade does not show: how strong they are is a draw of its own.

Does      Rescales the base flows of absent links for drawn weights, and balances the others.
Units     Flows t/yr; factors 1.
Method    Flows with basis `prior` in the table `flows` are a weight times the supplier's share of
          world exports times the buyer's imports; a drawn weight scales them, and iterative
          proportional fitting (Deming and Stephan 1940) gives every node its output and intake
          back, so that each draw reproduces the base year's nodes.
Assumes   Ways of a flow keep their shares.
Not here  The estimate of the weight: see `oreacle.data.elasticities`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from oreacle.core.labels import LINKS
from oreacle.market.links import LinkTerms
from oreacle.market.problem import Problem
from oreacle.world.snapshot import World

WEIGHTS = {"ore": "absent_ore_weight", "refined": "absent_refined_weight"}
"""Parameter that scales the absent links of each kind."""
PRIOR = "prior"
MOST_ROUNDS = 2_000
CLOSE = 1e-13
"""Largest gap of a margin over the world's flow at which fitting ends [1]."""


def absent_links(world: World, mineral: str) -> dict[str, np.ndarray]:
    """Return which links trade does not show, by kind, shape (tail, head)."""
    chain = world.chain(mineral)
    table = world.table("flows")
    rows = table[(table["mineral"] == mineral) & (table["basis"] == PRIOR)]
    found = {}
    for link in LINKS:
        tails, heads = chain.ends(link)
        at_tail = {country: k for k, country in enumerate(tails)}
        at_head = {country: k for k, country in enumerate(heads)}
        mask = np.zeros((len(tails), len(heads)), dtype=bool)
        for row in rows[rows["link"] == link].itertuples():
            if row.exporter in at_tail and row.importer in at_head:
                mask[at_tail[str(row.exporter)], at_head[str(row.importer)]] = True
        found[link] = mask
    return found


def with_drawn_weights(
    world: World, mineral: str, problem: Problem, drawn: Mapping[str, np.ndarray]
) -> Problem:
    """Return the batch with the drawn strength of absent links; case 0 keeps its own.

    Parameters
    ----------
    world, mineral
        The world snapshot and the mineral.
    problem
        Case 0 at central values, then one case for each draw.
    drawn
        Drawn values by parameter, shape (draw,) [1].
    """
    own = world.chain(mineral).responsiveness
    if own is None or not set(WEIGHTS.values()) <= set(drawn):
        return problem
    masks = absent_links(world, mineral)
    terms = {}
    for link, name in WEIGHTS.items():
        central = getattr(own, name).value
        factor = np.concatenate([[1.0], drawn[name] / central])
        flow = world.chain(mineral).flow(link)
        ratio = balanced_ratio(flow, masks[link], factor)
        terms[link] = scaled_links(problem.ore if link == "ore" else problem.refined, ratio)
    return replace(problem, ore=terms["ore"], refined=terms["refined"])


def balanced_ratio(flow: np.ndarray, absent: np.ndarray, factor: np.ndarray) -> np.ndarray:
    """Return flows over base flows after the absent ones are scaled, shape (case, tail, head).

    Parameters
    ----------
    flow
        Base flows, shape (tail, head) [t/yr].
    absent
        Links to scale, same shape.
    factor
        Drawn over central weight, shape (case,) [1].
    """
    start = flow * np.where(absent, factor[:, None, None], 1.0)
    rows, columns = flow.sum(axis=1), flow.sum(axis=0)
    fitted = start
    for _ in range(MOST_ROUNDS):
        fitted = fitted * _share(rows, fitted.sum(axis=2))[:, :, None]
        arriving = fitted.sum(axis=1)
        fitted = fitted * _share(columns, arriving)[:, None, :]
        if np.abs(fitted.sum(axis=2) - rows).max() <= CLOSE * flow.sum():
            break
    return np.asarray(np.divide(fitted, flow, out=np.ones_like(fitted), where=flow > 0))


def _share(wanted: np.ndarray, held: np.ndarray) -> np.ndarray:
    return np.asarray(np.divide(wanted, held, out=np.ones_like(held), where=held > 0))


def scaled_links(terms: LinkTerms, ratio: np.ndarray) -> LinkTerms:
    """Return links whose strengths, base flows and registered caps are scaled.

    Parameters
    ----------
    terms
        Links of one kind before any policy.
    ratio
        Factor by case and link, shape (batch, tail, head) [1].
    """
    scaled = terms.scaled(ratio)
    ways = scaled.ways
    if ways is not None:
        ways = replace(ways, cap=ways.cap * ratio[:, ways.tail, ways.head])
    return replace(scaled, cap=terms.cap * ratio, ways=ways)
