"""Relations in simulated years: what drawn acts do to the network between actors.

Does      Turns the acts of a year into cooperation and rivalry of dyads, and scores the network
          in the years that are asked about.
Units     Acts [1].
Method    As for the past (`oreacle.engine.relations_history.coding`): a pair or a named target
          gets one act, an act on everyone is one act spread over importers by their dependence,
          parties of clubs share one act each; weighted by the mean weight of the kinds of the
          class.
Assumes   Who joins a club or certifies in a year and member does so together with all who do and
          with whom it has no more rivalry than cooperation. Kinds without a model (corridors,
          informal embargoes and the like) do not occur.
Not here  Fading and blocs: see `oreacle.relations.network`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from oreacle.engine.acts.classes import ACTOR, CLASSES, PAIR, RIVALRY
from oreacle.engine.relations_history.draws import draw_history
from oreacle.engine.relations_history.history import coded_events, states
from oreacle.engine.relations_history.kinds import WEIGHTS
from oreacle.relations.network.blocs import signed_blocs
from oreacle.relations.network.measures import hedging, polarisation, structural_balance
from oreacle.relations.network.state import NetworkState, advance, signed_weights

TOGETHER = ("club", "certification")
"""Classes of one actor whose actors of a year are parties to each other."""
RESTARTS = 4
"""Searches for blocs of each member: a fifth of what the past gets, since members are many."""
SCORED_AFTER = (1, 3, 5, 10)
"""Years after the as-of date in which the network is scored; the last one is added."""
SEED = 1956


@dataclass(frozen=True)
class NetworkScores:
    """The network at the end of a year.

    Attributes
    ----------
    labels
        Bloc of each actor, shape (member, actor).
    polarisation, balance
        Shape (member,) [1].
    hedging
        Shape (member, actor) [1]; missing where it is not defined.
    """

    labels: np.ndarray
    polarisation: np.ndarray
    balance: np.ndarray
    hedging: np.ndarray


def known_network(actors: tuple[str, ...], year: int, data: Path | None) -> NetworkState:
    """Return relations at the end of a year on an axis of actors, one member."""
    coded, _ = coded_events(data)
    centre = draw_history(coded, 0, rng=np.random.default_rng(0))
    *_, (_, state) = states(coded, centre, year)
    spot = {name: at for at, name in enumerate(coded.actors)}
    at = np.array([spot.get(name, len(spot)) for name in actors])

    def on_axis(ties: np.ndarray) -> np.ndarray:
        whole = np.pad(ties, ((0, 0), (0, 1), (0, 1)))
        return np.ascontiguousarray(whole[:, at[:, None], at])

    return NetworkState(on_axis(state.cooperation), on_axis(state.rivalry))


def importer_shares(trade_value: np.ndarray) -> np.ndarray:
    """Return how an act on everyone spreads over importers, shape (exporter, importer) [1].

    By the share of the exporter in the imports of each importer, summing to 1; 0 without trade.

    Parameters
    ----------
    trade_value
        Imports, shape (importer, exporter).
    """
    total = trade_value.sum(axis=-1, keepdims=True)
    share = (trade_value / np.where(total > 0.0, total, 1.0)).T
    whole = share.sum(axis=-1, keepdims=True)
    return np.asarray(share / np.where(whole > 0.0, whole, 1.0))


def class_weight(name: str) -> float:
    """Return the weight of an act of a class in the network [acts].

    Examples
    --------
    >>> class_weight("dispute")
    0.5
    """
    kinds = CLASSES[name].kinds
    return sum(WEIGHTS[kind] for kind in kinds) / len(kinds)


Ties = Sequence[tuple[np.ndarray | None, np.ndarray | None]]
"""Cooperation and rivalry that mechanisms add, each of shape (member, actor, actor) [acts]."""


def after_acts(
    state: NetworkState,
    acts: Mapping[str, np.ndarray],
    spread: np.ndarray,
    ties: Ties = (),
) -> NetworkState:
    """Return the network at the end of a year.

    Parameters
    ----------
    state
        At the end of the year before; a member axis of length 1 holds for all.
    acts
        Acts of the year on the axes of the memory, by class; see
        `oreacle.engine.act_chances.remembered`.
    spread
        From `importer_shares`.
    ties
        What mechanisms add.
    """
    members = max(len(array) for array in acts.values())
    shape = (members, *state.cooperation.shape[1:])
    good, bad = np.zeros(shape), np.zeros(shape)
    friendly = (state.cooperation >= state.dyad_rivalry).astype(float)
    for name, done in acts.items():
        side = bad if CLASSES[name].sign == RIVALRY else good
        side += class_weight(name) * _ties(name, done, spread, friendly)
    for cooperation, rivalry in ties:
        good = good if cooperation is None else good + cooperation
        bad = bad if rivalry is None else bad + rivalry
    good = good + np.swapaxes(good, 1, 2)
    before = NetworkState(
        *(np.broadcast_to(one, shape) for one in (state.cooperation, state.rivalry))
    )
    return advance(before, good, bad)


def _ties(name: str, done: np.ndarray, spread: np.ndarray, friendly: np.ndarray) -> np.ndarray:
    """Return dyads of the acts of a class; cooperation is to be made symmetric by a sum."""
    if CLASSES[name].unit == PAIR:
        return done / 2.0
    if CLASSES[name].unit != ACTOR:
        return done
    if name in TOGETHER:
        # Who is at odds does not found or join clubs together; each shares one act with the rest.
        both = done[:, :, None] * done[:, None, :] * friendly
        both[:, np.arange(done.shape[1]), np.arange(done.shape[1])] = 0.0
        others = np.maximum(both.sum(axis=2), 1.0)
        return np.asarray(both / (others[:, :, None] + others[:, None, :]))
    return np.asarray(done[:, :, None] * spread[None])


def scored_years(years: np.ndarray) -> tuple[int, ...]:
    """Return the simulated years in which the network is scored.

    Examples
    --------
    >>> scored_years(np.arange(2025, 2029))
    (2025, 2027, 2028)
    """
    first = int(years[0]) - 1
    last = int(years[-1])
    return tuple(sorted({*(first + h for h in SCORED_AFTER if first + h < last), last}))


def scored(state: NetworkState, year: int) -> NetworkScores:
    """Return blocs, polarisation, balance and hedging of every member."""
    weights = signed_weights(state)
    blocs = signed_blocs(weights, rng=np.random.default_rng([SEED, year]), restarts=RESTARTS)
    return NetworkScores(
        blocs.labels,
        polarisation(weights, blocs.labels),
        structural_balance(weights),
        hedging(state.cooperation, blocs.labels),
    )
