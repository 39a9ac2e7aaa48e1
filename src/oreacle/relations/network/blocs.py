"""Blocs: the partition of a signed network with the least frustration.

Does      Groups actors so that positive ties lie inside blocs and negative ones between them.
Units     Weights and frustration in the unit of the weights given.
Method    Frustration (Doreian and Mrvar 1996; correlation clustering of Bansal, Blum and Chawla
          2004) is the weight of negative ties inside blocs plus that of positive ties between
          them. Local search of our own: single actors move to the bloc that pulls them most,
          then whole blocs merge, until neither helps; several restarts, the best is kept. A
          bloc that positive ties do not hold together is split: that never costs anything.
Assumes   The optimum is not proven: the problem is NP-hard. `Blocs.reached` says how many
          restarts ended at the best.
Not here  What blocs add up to: see `.measures`.

References
----------
Doreian, P. and Mrvar, A. (1996). A partitioning approach to structural balance. Social Networks
18(2), 149-168.
Bansal, N., Blum, A. and Chawla, S. (2004). Correlation clustering. Machine Learning 56, 89-113.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oreacle.core.errors import RelationsError
from oreacle.relations.network.state import check_dyads

RESTARTS = 20
NO_TIE = -1
"""Label of an actor without any tie."""
TOLERANCE = 1e-12
"""Smallest gain over the largest weight of a member that moves an actor [1]."""
MOST_ROUNDS = 200
"""Rounds of moves and merges; each lowers frustration, so that only a fault would need more."""
LARGEST_START = 6
"""Most blocs of a random start."""
LARGEST_BATCH = 4_000_000
"""Figures held at once [count]."""


@dataclass(frozen=True)
class Blocs:
    """Partitions of the actors of each member.

    Attributes
    ----------
    labels
        Bloc of each actor, shape (member, actor): 0 has the most positive weight on its
        actors; `NO_TIE` for an actor without ties. An actor with only negative ties is a bloc
        of its own.
    frustration
        Negative weight inside plus positive weight between, shape (member,).
    reached
        Share of restarts that ended at this frustration, shape (member,) [1].
    converged
        False if the search was stopped before it ended, shape (member,).
    """

    labels: np.ndarray
    frustration: np.ndarray
    reached: np.ndarray
    converged: np.ndarray


def signed_blocs(
    weights: np.ndarray, *, rng: np.random.Generator, restarts: int = RESTARTS
) -> Blocs:
    """Return the blocs of signed networks.

    Parameters
    ----------
    weights : ndarray (member, actor, actor)
        Symmetric, zero on the diagonal.
    rng
        Draws starts and orders: the same generator gives the same blocs.
    restarts
        Searches for each member; the first starts from single actors.

    Raises
    ------
    RelationsError
        ORE-REL-030 if the weights are not those of a signed network; ORE-REL-032 if
        `restarts` is below 1.

    Examples
    --------
    >>> w = np.zeros((1, 4, 4))
    >>> w[0, 0, 1] = w[0, 1, 0] = w[0, 2, 3] = w[0, 3, 2] = 1.0
    >>> w[0, 0, 2] = w[0, 2, 0] = -1.0
    >>> signed_blocs(w, rng=np.random.default_rng(0)).labels.tolist()
    [[0, 0, 1, 1]]
    """
    check_dyads(weights, "signed weights", symmetric=True, signed=True)
    if restarts < 1:
        raise RelationsError(
            "ORE-REL-032",
            f"{restarts} restarts of the search for blocs.",
            why="no partition would be tried.",
            fix="give 1 or more; 20 is usual.",
        )
    members, actors = weights.shape[:2]
    labels = np.tile(np.arange(actors), (members, 1))
    reached, converged = np.ones(members), np.ones(members, dtype=bool)
    # An actor without a positive tie is best alone: only the others are searched over.
    live = np.flatnonzero((weights > 0.0).any(axis=(0, 1)))
    if len(live):
        inner = np.ascontiguousarray(weights[:, live[:, None], live])  # products are slow if not
        size = max(1, LARGEST_BATCH // (restarts * len(live) ** 2))
        for at in range(0, members, size):
            part = slice(at, at + size)
            found, reached[part], converged[part] = _search(inner[part], restarts, rng)
            labels[part, live] = live[found]
    labels = _numbered(weights, _held_together(weights, labels))
    return Blocs(labels, frustration(weights, labels), reached, converged)


def frustration(weights: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return negative weight inside blocs plus positive weight between them, shape (member,).

    Parameters
    ----------
    weights : ndarray (member, actor, actor)
        Signed weights.
    labels : ndarray (member, actor)
        Bloc of each actor.
    """
    inside = labels[:, :, None] == labels[:, None, :]
    wrong = np.where(inside, np.maximum(-weights, 0.0), np.maximum(weights, 0.0))
    return np.asarray(wrong.sum(axis=(1, 2)) / 2.0)


@dataclass
class _Batch:
    """Searches that run side by side.

    Attributes
    ----------
    weights
        Scaled to a largest weight of 1, shape (member, actor, actor).
    member
        Member of each search, shape (search,).
    labels
        Shape (search, actor), from 0 without gaps.
    """

    weights: np.ndarray
    member: np.ndarray
    labels: np.ndarray

    def pulls(self) -> np.ndarray:
        """Return the weight between each bloc and each actor, shape (search, bloc, actor).

        Two blocs more than there are: an actor may leave for an empty one.
        """
        count = min(int(self.labels.max()) + 3, self.labels.shape[1])
        shape = (len(self.weights), -1, self.labels.shape[1])
        pull = self.inside(count).reshape(shape) @ self.weights
        return np.asarray(pull.reshape(len(self.labels), count, -1))

    def inside(self, count: int) -> np.ndarray:
        """Return 1 where an actor is in a bloc, shape (search, bloc, actor)."""
        found = self.labels[:, None, :] == np.arange(count)[:, None]
        return np.asarray(found.astype(float))

    def cost(self) -> np.ndarray:
        """Return frustration less all positive weight of the member, shape (search,) [1]."""
        pull = self.pulls()
        own = np.take_along_axis(pull, self.labels[:, None, :], axis=1)
        return np.asarray(-own.sum(axis=(1, 2)) / 2.0)


def _search(
    weights: np.ndarray, restarts: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the best labels, the share of restarts that found them, and if all ended."""
    members, actors = weights.shape[:2]
    largest = np.maximum(np.abs(weights).max(axis=(1, 2)), np.finfo(float).tiny)
    batch = _Batch(
        weights / largest[:, None, None],
        np.repeat(np.arange(members), restarts),
        np.tile(_starts(actors, restarts, rng), (members, 1)),
    )
    order = rng.permuted(np.tile(np.arange(actors), (len(batch.member), 1)), axis=1)
    has_ended = False
    for _ in range(MOST_ROUNDS):
        moved = _move_actors(batch, order)
        if not _merge_blocs(batch) and not moved:
            has_ended = True
            break
    cost = batch.cost().reshape(members, restarts)
    best = cost.argmin(axis=1)
    labels = batch.labels.reshape(members, restarts, actors)[np.arange(members), best]
    same = cost <= cost.min(axis=1, keepdims=True) + 1e-9
    return labels, same.mean(axis=1), np.full(members, has_ended)


def _starts(actors: int, restarts: int, rng: np.random.Generator) -> np.ndarray:
    """Return starting labels: single actors, then by turns random blocs and single actors."""
    starts = np.tile(np.arange(actors), (restarts, 1))
    for at in range(1, restarts, 2):
        blocs = rng.integers(1, min(LARGEST_START, actors) + 1)
        starts[at] = rng.integers(blocs, size=actors)
    return starts


def _move_actors(batch: _Batch, order: np.ndarray) -> bool:
    """Let each actor in turn move to the bloc that pulls it most; return whether any did."""
    pull, labels = batch.pulls(), batch.labels
    rows, has_moved = np.arange(len(labels)), False
    while True:
        moves = 0
        for actor in order.T:
            here = pull[rows, :, actor]
            own, best = labels[rows, actor], here.argmax(axis=1)
            go = np.flatnonzero(here[rows, best] - here[rows, own] > TOLERANCE)
            if not len(go):
                continue
            who, left, joined = actor[go], own[go], best[go]
            ties = batch.weights[batch.member[go], who]
            pull[go, left] -= ties
            pull[go, joined] += ties
            labels[go, who] = joined
            moves += len(go)
        if not moves:
            break
        has_moved = True
    batch.labels = _without_gaps(labels)
    return has_moved


def _merge_blocs(batch: _Batch) -> bool:
    """Merge the two blocs with the most weight between them while that helps."""
    labels = batch.labels
    pull = batch.pulls()
    count = pull.shape[1]
    between = pull @ np.swapaxes(batch.inside(count), 1, 2)
    between[:, np.arange(count), np.arange(count)] = 0.0
    has_merged = False
    while True:
        best = between.reshape(len(labels), -1).argmax(axis=1)
        one, two = np.divmod(best, count)
        gain = between[np.arange(len(labels)), one, two]
        go = np.flatnonzero(gain > TOLERANCE)
        if not len(go):
            break
        has_merged, a, b = True, one[go], two[go]
        between[go, a] += between[go, b]
        between[go, :, a] += between[go, :, b]
        between[go, a, a] = 0.0
        between[go, b] = 0.0
        between[go, :, b] = 0.0
        labels[go] = np.where(labels[go] == b[:, None], a[:, None], labels[go])
    batch.labels = _without_gaps(labels)
    return has_merged


def _without_gaps(labels: np.ndarray) -> np.ndarray:
    """Return labels from 0 on without gaps in each row."""
    used = np.zeros((len(labels), int(labels.max(initial=-1)) + 1), dtype=int)
    used[np.arange(len(labels))[:, None], labels] = 1
    return np.asarray(np.take_along_axis(np.cumsum(used, axis=1) - 1, labels, axis=1))


def _held_together(weights: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Split blocs into parts that positive ties hold together; labels are actors' positions."""
    actors = weights.shape[1]
    near = (weights > 0.0) & (labels[:, :, None] == labels[:, None, :])
    near[:, np.arange(actors), np.arange(actors)] = True
    part = np.tile(np.arange(actors), (len(weights), 1))
    while True:
        lowest = np.where(near, part[:, None, :], actors).min(axis=2)
        if (lowest == part).all():
            return part
        part = lowest


def _numbered(weights: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return blocs numbered by the positive weight on their actors; `NO_TIE` without a tie."""
    members, actors = labels.shape
    weight = np.zeros((members, actors))
    rows = np.arange(members)[:, None]
    np.add.at(weight, (rows, labels), np.maximum(weights, 0.0).sum(axis=2))
    size = np.zeros((members, actors))
    np.add.at(size, (rows, labels), 1.0)
    weight[size == 0.0] = -1.0
    rank = np.empty((members, actors), dtype=int)
    order = np.argsort(-weight, axis=1, kind="stable")
    np.put_along_axis(rank, order, np.arange(actors)[None, :], axis=1)
    has_tie = (weights != 0.0).any(axis=2)
    ranked = np.take_along_axis(rank, labels, axis=1)
    ranked = np.where(has_tie, ranked, actors)
    gapless = _without_gaps(ranked)
    return np.where(has_tie, gapless, NO_TIE)
