"""Features of pairs and of imposer and target.

Does      Defines what lies between two actors: distance, ties, dependence, past acts.
Units     In each definition.
Method    Pure functions of `FeatureInputs` over all actors; the book cuts out the first parties.
Assumes   The first party is the demand side of a pair or the imposer of an act.
Not here  Features of either party alone: ``own.`` and ``other.`` with `.actor_features`.
"""

from __future__ import annotations

import numpy as np

from oreacle.engine.acts.actor_features import dependence, import_needs
from oreacle.engine.acts.classes import CLASSES, PAIR, RIVALRY
from oreacle.engine.acts.feature import Feature, FeatureBook
from oreacle.engine.acts.risk import output_share
from oreacle.engine.inputs import FeatureInputs

LARGEST_LEAD = 1.0
"""Bound of how far past acts set parties apart [log]: the range seen in history."""
LARGEST_COUNT = 3.0
"""Bound of faded counts of acts between two parties [1]: the range seen in history."""


def partner_alternative(inputs: FeatureInputs, first: np.ndarray) -> np.ndarray:
    """Return how far a partner could stand in for leading suppliers, (member, actor, actor).

    Root of the partner's mean share of world output over mineral-stages in which it is not the
    leader, weighted by the first party's imports and by the share of the leader. Only the rows
    of first parties are known; the others are missing.
    """
    share = output_share(inputs)
    leader = share.max(axis=1, keepdims=True)
    second = np.where(share < leader, share, 0.0) * leader
    need = import_needs(inputs)[:, first]
    flat = np.matmul(
        need.reshape(*need.shape[:2], -1),
        np.swapaxes(second.reshape(*second.shape[:2], -1), 1, 2),
    )
    whole = np.full((len(flat), len(inputs.actors), len(inputs.actors)), np.nan)
    whole[:, first] = np.sqrt(flat)
    return whole


def _bounded(count: np.ndarray) -> np.ndarray:
    """Return the log of 1 + a faded count, within the range of history."""
    return np.asarray(np.log1p(np.clip(count, 0.0, LARGEST_COUNT)))


def _relative(active: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """Return activity less its mean, bounded: a wave that all share does not feed the next."""
    return np.asarray(np.clip(active - mean, -LARGEST_LEAD, LARGEST_LEAD))


def _pair_acts(book: FeatureBook, act: str) -> np.ndarray:
    return _bounded(book.inputs.memory.acts[act])


def _own_lead(book: FeatureBook, act: str) -> np.ndarray:
    past = book.inputs.memory.acts[act]
    active = np.log1p(np.maximum(past.sum(axis=-1, keepdims=True) - past, 0.0))
    rows = active[:, book.first[CLASSES[act].unit]]
    return _relative(active, rows.mean(axis=1, keepdims=True))


def _other_lead(book: FeatureBook, _act: str) -> np.ndarray:
    past = book.inputs.memory.dyads(RIVALRY)
    hit = np.log1p(np.maximum(past.sum(axis=-2, keepdims=True) - past, 0.0))
    return _relative(hit, hit.mean(axis=-1, keepdims=True))


def _received(book: FeatureBook, _act: str) -> np.ndarray:
    return _bounded(np.swapaxes(book.inputs.memory.dyads(RIVALRY), -2, -1))


def _ideal_distance(book: FeatureBook, _act: str) -> np.ndarray:
    point = book.inputs.actor.ideal_point
    return np.asarray(np.abs(point[:, :, None] - point[:, None, :]))


def _export_dependence(book: FeatureBook, _act: str) -> np.ndarray:
    return np.asarray(np.sqrt(np.swapaxes(dependence(book.inputs), -2, -1)))


PAIR_FEATURES = {
    "partner_alternative": Feature(
        "root of the partner's mean share where it does not lead, weighted by the first party's "
        "imports and the leader's share [1]",
        "partner can stand in for the top supplier",
        "partner cannot stand in for the top supplier",
        True,
        lambda book, _act: partner_alternative(book.inputs, book.first[PAIR]),
    ),
    "ideal_distance": Feature(
        "distance between UN voting ideal points",
        "the two vote differently",
        "the two vote alike",
        False,
        _ideal_distance,
    ),
    "log_distance": Feature(
        "log of the distance in km",
        "far apart",
        "near each other",
        False,
        lambda book, _act: book.inputs.ties.log_distance[None],
    ),
    "alliance": Feature(
        "1 where an alliance is in force; for a bloc the share of pairs of members, weighted by "
        "gross product",
        "allied",
        "not allied",
        False,
        lambda book, _act: book.inputs.ties.alliance,
    ),
    "trade_agreement": Feature(
        "1 where a trade agreement is in force; for a bloc as above",
        "share a trade agreement",
        "share no trade agreement",
        False,
        lambda book, _act: book.inputs.ties.trade_agreement,
    ),
    "import_dependence": Feature(
        "root of the share of the second party in the first one's imports of modelled minerals",
        "first party buys much from the second",
        "first party buys little from the second",
        True,
        lambda book, _act: np.sqrt(dependence(book.inputs)),
    ),
    "export_dependence": Feature(
        "root of the share of the first party in the second one's imports of modelled minerals",
        "second party buys much from the first",
        "second party buys little from the first",
        True,
        _export_dependence,
    ),
    "pair_acts": Feature(
        "log of 1 + faded count of years with an act of the class between the two, the count "
        "bounded at 3",
        "the two did so before",
        "the two have not done so lately",
        False,
        _pair_acts,
        of_class=True,
    ),
    "own_lead": Feature(
        "log of 1 + faded count of acts of the class by the first party with or on others, less "
        "its mean over first parties, bounded at 1: a wave does not feed the next",
        "first party does so often",
        "first party does so seldom",
        False,
        _own_lead,
        of_class=True,
    ),
    "other_lead": Feature(
        "log of 1 + faded count of acts of rivalry by others on the second party, less its mean "
        "over second parties, bounded at 1",
        "second party is hit by others, too",
        "second party is hit by nobody else",
        False,
        _other_lead,
    ),
    "received_acts": Feature(
        "log of 1 + faded count of acts of rivalry by the second party on the first, the count "
        "bounded at 3",
        "second party acted against the first",
        "second party has not acted against the first",
        False,
        _received,
    ),
}
"""Features of pairs, by name."""
