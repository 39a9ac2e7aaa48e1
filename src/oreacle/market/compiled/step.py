"""The Newton step of one case, compiled.

Does      Eliminates mine and user prices and solves for gate and refined prices.
Units     Log prices; slopes t/yr per log point.
Method    As `oreacle.market.balance.newton_step`: diagonal blocks of mines and users, one rank per
          binding quota on ore, a dense user block where a quota on metal binds.
Assumes   Balances and slopes of the case stand in the work arrays.
Not here  How far to go along the step: see `oreacle.market.compiled.search`.
"""

from __future__ import annotations

import numpy as np

from oreacle.market.balance import FLAT
from oreacle.market.compiled.jit import jitted
from oreacle.market.compiled.linear import solved
from oreacle.market.compiled.pack import (
    DIAGONAL,
    EXCESS,
    FREE,
    FREE_TAIL,
    HEAD,
    MORE,
    SCALE,
    SHARED,
    SLOPE,
    STEP,
    SUBSTITUTION,
    TAIL,
    TOTAL,
    Links,
    Market,
    Work,
)


@jitted
def newton_step(case: Market, work: Work) -> bool:
    """Write the Newton step; return False if the system is singular."""
    mines, plants, at = case.mines, case.plants, work.nodes
    matrix, right = work.matrix, work.right
    matrix[:] = 0.0
    work.answer[:] = 0.0
    work.reached[:] = 0.0
    for k in range(plants):
        gate, plant = mines + k, mines + plants + k
        ridge = FLAT * case.nodes[SCALE, gate]
        matrix[k, k] = at[SLOPE, gate] + at[MORE, gate] + ridge
        matrix[k, plants + k] = -at[SLOPE, plant]
        matrix[plants + k, k] = -at[SLOPE, gate]
        matrix[plants + k, plants + k] = at[SLOPE, plant] + at[MORE, plant] + ridge
        right[k, 0], right[plants + k, 0] = -at[EXCESS, gate], -at[EXCESS, plant]
    _eliminate_mines(case, work)
    _user_diagonal(case, work)
    is_bound = at[TOTAL, mines + plants : mines + 2 * plants].max() > 0.0
    if is_bound:
        if not _eliminate_bound_users(case, work):
            return False
    else:
        _eliminate_users(case, work)
    if not solved(matrix, right, plants):
        return False
    for k in range(2 * plants):
        at[STEP, mines + k] = right[k, 0]
    _back_to_mines(case, work)
    if is_bound:
        _back_to_bound_users(case, work)
    else:
        _back_to_users(case, work)
    return True


@jitted
def _eliminate_mines(case: Market, work: Work) -> None:
    """Add what elimination of mines gives to the gate block and its right side."""
    links, state, at = case.ore, work.ore, work.nodes
    matrix, right, places, mines = work.matrix, work.right, links.places, case.mines
    for m in range(mines):
        first, last = links.first[m], links.first[m + 1]
        diagonal = at[SLOPE, m] + FLAT * case.nodes[SCALE, m]
        for link in range(first, last):
            diagonal += state[FREE_TAIL, link]
        at[DIAGONAL, m] = diagonal
        s = case.nodes[SUBSTITUTION, m]
        for link in range(first, last):
            work.answer[m, places[HEAD, link] - mines] = state[FREE, link]
        for link in range(first, last):
            head = places[HEAD, link] - mines
            matrix[head, head] += state[FREE, link] + s * state[SHARED, link]
            push = state[FREE_TAIL, link] / diagonal
            if push != 0.0:
                right[head, 0] -= push * at[EXCESS, m]
                for k in range(case.plants):
                    matrix[head, k] -= push * work.answer[m, k]
        if at[TOTAL, m] > 0.0:
            _add_shared(matrix, mines, links, m, state, s / at[TOTAL, m])


@jitted
def _add_shared(
    matrix: np.ndarray, start: int, links: Links, tail: int, state: np.ndarray, rate: float
) -> None:
    """Add the head-to-head coupling of flows that share a binding quota.

    Parameters
    ----------
    matrix, start
        Where it is added, and the node of its first row.
    links, tail, state
        Links, the exporter with a quota, and flows.
    rate
        s over the sum of the flows that share the quota [yr/t].
    """
    places = links.places
    first, last = links.first[tail], links.first[tail + 1]
    for link in range(first, last):
        bound = rate * state[SHARED, link]
        if bound != 0.0:
            row = places[HEAD, link] - start
            for other in range(first, last):
                matrix[row, places[HEAD, other] - start] -= bound * state[SHARED, other]


@jitted
def _user_diagonal(case: Market, work: Work) -> None:
    """Write the diagonal of the user block, and add what users pull to that of refined nodes."""
    at, state, places = work.nodes, work.metal, case.metal.places
    for node in range(case.mines + 2 * case.plants, at.shape[1]):
        at[DIAGONAL, node] = FLAT * case.nodes[SCALE, node] - at[SLOPE, node]
    for link in range(places.shape[1]):
        tail = places[TAIL, link]
        bound = case.nodes[SUBSTITUTION, tail] * state[SHARED, link]
        at[DIAGONAL, places[HEAD, link]] += state[FREE, link] + bound
        node = tail - case.mines
        work.matrix[node, node] += state[FREE_TAIL, link]


@jitted
def _eliminate_users(case: Market, work: Work) -> None:
    """Add what elimination of users gives to the refined block and its right side."""
    places, state, at, plants = case.metal.places, work.metal, work.nodes, case.plants
    refined, start = case.mines + plants, case.mines + 2 * plants
    for link in range(places.shape[1]):
        tail, head = places[TAIL, link] - refined, places[HEAD, link] - start
        work.reached[head, tail] = state[FREE_TAIL, link]
    for link in range(places.shape[1]):
        tail, node = places[TAIL, link] - case.mines, places[HEAD, link]
        pull = state[FREE, link] / at[DIAGONAL, node]
        if pull != 0.0:
            work.right[tail, 0] -= pull * at[EXCESS, node]
            for k in range(plants):
                work.matrix[tail, plants + k] -= pull * work.reached[node - start, k]


@jitted
def _eliminate_bound_users(case: Market, work: Work) -> bool:
    """Do the same where quotas on metal bind: the user block is dense. False if it is singular."""
    places, state, at = case.metal.places, work.metal, work.nodes
    plants, refined = case.plants, case.mines + case.plants
    dense, reached, start = work.dense, work.reached, case.mines + 2 * case.plants
    dense[:] = 0.0
    for user in range(case.users):
        dense[user, user] = at[DIAGONAL, start + user]
        reached[user, plants] = at[EXCESS, start + user]
    for link in range(places.shape[1]):
        user = places[HEAD, link] - start
        reached[user, places[TAIL, link] - refined] = state[FREE_TAIL, link]
    for k in range(plants):
        total = at[TOTAL, refined + k]
        if total > 0.0:
            rate = case.nodes[SUBSTITUTION, refined + k] / total
            _add_shared(dense, start, case.metal, k, state, rate)
    if not solved(dense, reached, 0):
        return False
    for link in range(places.shape[1]):
        free = state[FREE, link]
        if free != 0.0:
            tail, user = places[TAIL, link] - case.mines, places[HEAD, link] - start
            for k in range(plants):
                work.matrix[tail, plants + k] -= free * reached[user, k]
            work.right[tail, 0] -= free * reached[user, plants]
    return True


@jitted
def _back_to_mines(case: Market, work: Work) -> None:
    """Write the steps of mines from those of gates."""
    links, at = case.ore, work.nodes
    for m in range(case.mines):
        pull = -at[EXCESS, m]
        for link in range(links.first[m], links.first[m + 1]):
            pull += work.ore[FREE, link] * at[STEP, links.places[HEAD, link]]
        at[STEP, m] = pull / at[DIAGONAL, m]


@jitted
def _back_to_users(case: Market, work: Work) -> None:
    """Write the steps of users from those of refined prices."""
    places, state, at = case.metal.places, work.metal, work.nodes
    start = case.mines + 2 * case.plants
    for node in range(start, at.shape[1]):
        at[STEP, node] = -at[EXCESS, node]
    for link in range(places.shape[1]):
        at[STEP, places[HEAD, link]] += state[FREE_TAIL, link] * at[STEP, places[TAIL, link]]
    for node in range(start, at.shape[1]):
        at[STEP, node] /= at[DIAGONAL, node]


@jitted
def _back_to_bound_users(case: Market, work: Work) -> None:
    """Do the same where quotas on metal bind."""
    at, reached, plants = work.nodes, work.reached, case.plants
    refined, start = case.mines + plants, case.mines + 2 * plants
    for user in range(case.users):
        move = -reached[user, plants]
        for k in range(plants):
            move += reached[user, k] * at[STEP, refined + k]
        at[STEP, start + user] = move
