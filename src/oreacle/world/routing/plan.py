"""Routes of one kind of trade between countries: cost, time, passages, corridors and hosts.

Does      Picks the cheapest way for every pair of countries, and finds another when passages,
          corridors or gateways are closed.
Units     USD per tonne as shipped (times `shipped` for a chain tonne); days; km; shares [1].
Method    A pair ships through the exporter's gates in the order of cost up to what each can
          carry, each with the cheapest gate of the importer, or by land where that is cheaper.
          When something closes, the tonnes of a gate keep it and sail round, unless another gate
          with room, or land, is cheaper; if nothing is left they have no way. A closure never
          makes a way cheaper.
Assumes   All tonnes of a gate and pair take one way. The rest of the world has no place: its
          routes are not known, and nothing that closes touches them.
Not here  Tables and caches: see `oreacle.world.routing.book`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Options:
    """Every way that pairs could take, arrays of shape (exporter, option, importer).

    Attributes
    ----------
    cost
        For a tonne as shipped [USD/t]; infinite where the option does not exist.
    days, km
        Time [day] and length [km].
    through
        Passages as bits.
    import_gate
        Index of the importer's gate, -1 by land.
    most
        Share of a pair's tonnes that an option can carry [1].
    """

    cost: np.ndarray
    days: np.ndarray
    km: np.ndarray
    through: np.ndarray
    import_gate: np.ndarray
    most: np.ndarray


@dataclass(frozen=True)
class Streams:
    """What takes which way, arrays of shape (exporter, option, importer).

    Attributes
    ----------
    share
        Share of a pair's tonnes that began in this option [1].
    option
        Option that they take now; -1 if there is no way left.
    cost
        What they pay [USD/t]; infinite if there is no way.
    days, km
        Time [day] and length [km].
    through
        Passages as bits.
    import_gate
        Index of the importer's gate, -1 by land.
    """

    share: np.ndarray
    option: np.ndarray
    cost: np.ndarray
    days: np.ndarray
    km: np.ndarray
    through: np.ndarray
    import_gate: np.ndarray


def filled(options: Options) -> Streams:
    """Return how pairs ship when nothing is closed beside the base: cheapest options first."""
    order = np.argsort(options.cost, axis=1, kind="stable")
    room = np.where(np.isfinite(options.cost), options.most, 0.0)
    sorted_room = np.take_along_axis(room, order, axis=1)
    before = np.cumsum(sorted_room, axis=1) - sorted_room
    part = np.clip(1.0 - before, 0.0, sorted_room)
    share: np.ndarray = np.zeros(options.cost.shape)
    np.put_along_axis(share, order, part, axis=1)
    # A pair whose open options are all bound sends what is left by the cheapest of them.
    left: np.ndarray = np.maximum(1.0 - share.sum(axis=1), 0.0)
    first = order[:, 0, :]
    rest: np.ndarray = np.where(np.isfinite(options.cost).any(axis=1), first, -1)
    rows, columns = np.argwhere((left > 0.0) & (rest >= 0)).T
    share[rows, rest[rows, columns], columns] += left[rows, columns]
    index = np.broadcast_to(np.arange(share.shape[1])[None, :, None], share.shape)
    none = ~np.isfinite(options.cost)
    return Streams(
        share=share,
        option=np.where(none, -1, index),
        cost=options.cost,
        days=options.days,
        km=options.km,
        through=np.where(none, 0, options.through),
        import_gate=options.import_gate,
    )


def rerouted(base: Streams, options: Options) -> Streams:
    """Return how the tonnes of `base` ship when only `options` are left.

    Parameters
    ----------
    base
        Streams before.
    options
        The same options with what the closure makes of them.
    """
    other = _cheapest_with_room(options)
    own = np.broadcast_to(np.arange(options.cost.shape[1])[None, :, None], options.cost.shape)
    other = np.broadcast_to(np.maximum(other, 0)[:, None, :], own.shape)
    elsewhere = np.take_along_axis(options.cost, other, axis=1)
    option = np.where(options.cost <= elsewhere, own, other)
    cost = np.maximum(np.take_along_axis(options.cost, option, axis=1), base.cost)
    is_open = np.isfinite(cost)
    taken = [
        np.take_along_axis(values, option, axis=1)
        for values in (options.days, options.km, options.through, options.import_gate)
    ]
    return Streams(
        share=base.share,
        option=np.where(is_open, option, -1),
        cost=cost,
        days=np.where(is_open, taken[0], np.inf),
        km=np.where(is_open, taken[1], np.inf),
        through=np.where(is_open, taken[2], 0),
        import_gate=taken[3],
    )


def _cheapest_with_room(options: Options) -> np.ndarray:
    """Return the cheapest option that is not bound, shape (exporter, importer); -1 if none."""
    cost = np.where(options.most >= 1.0, options.cost, np.inf)
    best = np.argmin(cost, axis=1)
    least = np.take_along_axis(cost, best[:, None, :], axis=1)[:, 0]
    return np.where(np.isfinite(least), best, -1)


def mean_of(streams: Streams, values: np.ndarray) -> np.ndarray:
    """Return the mean over the tonnes of a pair that have a way; infinite if none has."""
    is_open = (streams.share > 0.0) & np.isfinite(streams.cost)
    weight = np.where(is_open, streams.share, 0.0)
    total = weight.sum(axis=1)
    summed = (weight * np.where(is_open, values, 0.0)).sum(axis=1)
    return np.where(total > 0.0, summed / np.maximum(total, np.finfo(float).tiny), np.inf)
