"""What a signed network adds up to: polarisation, balance, cohesion, hedging.

Does      Scores networks and partitions of actors.
Units     All dimensionless.
Method    Polarisation is the signed modularity of Gomez, Jensen and Arenas (2009); structural
          balance is the weighted share of balanced triangles (Cartwright and Harary 1956), a
          triangle weighing the product of its three absolute weights; hedging is the evenness
          of an actor's cooperation with the two largest blocs.
Assumes   Labels are those of `oreacle.relations.network.blocs`.
Not here  How weights come about: see `.state`.

References
----------
Cartwright, D. and Harary, F. (1956). Structural balance: a generalization of Heider's theory.
Psychological Review 63(5), 277-293.
Gomez, S., Jensen, P. and Arenas, A. (2009). Analysis of community structure in networks of
correlated data. Physical Review E 80, 016114.
"""

from __future__ import annotations

import numpy as np

from oreacle.relations.network.blocs import NO_TIE, frustration


def polarisation(weights: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return how far ties follow the blocs beyond what actors' totals explain.

    With s+ and s- the positive and negative weight on each actor, W+ and W- their sums,
    Q = sum over dyads in one bloc of (w - s+ s+ / W+ + s- s- / W-) / (W+ + W-)
    (Gomez et al. 2009). All friends in one bloc give 0; two equal camps, friends inside and
    enemies across, give 1/2, more camps more.

    Parameters
    ----------
    weights : ndarray (member, actor, actor)
        Signed weights.
    labels : ndarray (member, actor)
        Bloc of each actor.

    Returns
    -------
    ndarray (member,) [1]
        At most 1; missing in a network without ties.
    """
    inside = _inside(labels)
    good, bad = np.maximum(weights, 0.0), np.maximum(-weights, 0.0)
    total = np.abs(weights).sum(axis=(1, 2))
    score = (weights * inside).sum(axis=(1, 2))
    score -= _expected(good, inside) - _expected(bad, inside)
    return np.asarray(np.divide(score, total, out=np.full(len(total), np.nan), where=total > 0))


def frustrated_share(weights: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return frustration over all weight, shape (member,) [1]; missing without ties."""
    total = np.abs(weights).sum(axis=(1, 2)) / 2.0
    wrong = frustration(weights, labels)
    return np.asarray(np.divide(wrong, total, out=np.full(len(total), np.nan), where=total > 0))


def structural_balance(weights: np.ndarray) -> np.ndarray:
    """Return the weighted share of balanced triangles.

    A triangle is balanced if the product of its signs is positive, and weighs the product of
    its absolute weights: (1 + tr W^3 / tr |W|^3) / 2.

    Parameters
    ----------
    weights : ndarray (member, actor, actor)
        Signed weights.

    Returns
    -------
    ndarray (member,) [1]
        0 to 1; missing in a network without triangles.
    """
    size = np.abs(weights)
    signed = ((weights @ weights) * weights).sum(axis=(1, 2))
    total = ((size @ size) * size).sum(axis=(1, 2))
    ratio = np.divide(signed, total, out=np.full(len(total), np.nan), where=total > 0)
    return np.asarray((1.0 + ratio) / 2.0)


def cohesion(weights: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the mean weight over the dyads of each bloc, shape (member, bloc) [1].

    Missing for a bloc of one actor, and for numbers that no bloc has.
    """
    count = int(labels.max(initial=0)) + 1
    member_of = (labels[:, None, :] == np.arange(count)[:, None]).astype(float)
    inner = ((member_of @ weights) * member_of).sum(axis=2)
    size = member_of.sum(axis=2)
    dyads = size * (size - 1.0)
    return np.asarray(np.divide(inner, dyads, out=np.full(dyads.shape, np.nan), where=dyads > 0))


def camps(cooperation: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the two largest blocs by the cooperation of their actors.

    Parameters
    ----------
    cooperation : ndarray (member, actor, actor)
        Symmetric intensities.
    labels : ndarray (member, actor)
        Bloc of each actor.

    Returns
    -------
    ndarray (member, 2)
        Labels, the larger first; `NO_TIE` where there is none.
    """
    count = max(int(labels.max(initial=0)) + 1, 2)
    member_of = labels[:, None, :] == np.arange(count)[:, None]
    weight = (member_of * cooperation.sum(axis=2)[:, None, :]).sum(axis=2)
    order = np.argsort(-weight, axis=1, kind="stable")[:, :2]
    held = np.take_along_axis(weight, order, axis=1)
    return np.where(held > 0.0, order, NO_TIE)


def hedging(cooperation: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return how evenly each actor cooperates with the two largest blocs.

    With a and b its cooperation with either, 2 min(a, b) / (a + b): 0 is one camp, 1 is even.

    Parameters
    ----------
    cooperation : ndarray (member, actor, actor)
        Symmetric intensities.
    labels : ndarray (member, actor)
        Bloc of each actor.

    Returns
    -------
    ndarray (member, actor) [1]
        0 to 1; missing for an actor that cooperates with neither, and for all if there are not
        two blocs with cooperation.
    """
    two = camps(cooperation, labels)
    feet = np.stack([(cooperation * _of(labels, two[:, k])).sum(axis=2) for k in (0, 1)])
    total = feet.sum(axis=0)
    known = (total > 0.0) & (two != NO_TIE).all(axis=1)[:, None]
    even = 2.0 * feet.min(axis=0)
    return np.asarray(np.divide(even, total, out=np.full(total.shape, np.nan), where=known))


def together(labels: np.ndarray) -> np.ndarray:
    """Return the share of members in which two actors are in one bloc.

    Returns
    -------
    ndarray (actor, actor) [1]
        An actor is with itself where it has a tie at all.
    """
    return np.asarray(_inside(labels).mean(axis=0))


def _inside(labels: np.ndarray) -> np.ndarray:
    same = labels[:, :, None] == labels[:, None, :]
    return np.asarray(same & (labels != NO_TIE)[:, :, None])


def _of(labels: np.ndarray, bloc: np.ndarray) -> np.ndarray:
    """Return where actors are of a bloc of their member, to multiply with (member, _, actor)."""
    return np.asarray(((labels == bloc[:, None]) & (labels != NO_TIE))[:, None, :])


def _expected(part: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """Return the weight inside blocs that the totals of actors explain, shape (member,)."""
    strength = part.sum(axis=2)
    total = strength.sum(axis=1)
    product = np.einsum("mi,mij,mj->m", strength, inside.astype(float), strength)
    return np.asarray(np.divide(product, total, out=np.zeros(len(total)), where=total > 0))
