"""Who is crossed by the streams of a plan: passages, corridors, territories of third countries.

Does      Sums the shares of streams by what they use.
Units     Shares of a pair's tonnes [1].
Method    Each option of an exporter, gate of an importer, way by land and passage has a row of
          marks; a stream has the marks of its parts, ends of the pair left out.
Assumes   A passage belongs to a state that can close it by its own law, or to nobody.
Not here  The streams: see `oreacle.world.routing.plan`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from oreacle.world.routing.gates import Gate
from oreacle.world.routing.land import LandWays
from oreacle.world.routing.plan import Streams
from oreacle.world.routing.route_plan import Crossed, Shares

TERRITORIAL = {
    "suez": "EGY",
    "panama": "PAN",
    "bosporus": "TUR",
    "dardanelles": "TUR",
    "kiel": "DEU",
    "nsr": "RUS",
    "kerch": "RUS",
}
"""Passages that a state can close by its own law, with the state; the others are straits with a
right of transit, or open sea."""


@dataclass(frozen=True)
class Ends:
    """Countries of a plan, their gates, and their place among the countries with ways by land.

    Attributes
    ----------
    exporters, importers
        Country codes.
    out, into
        Gates of each.
    tails, heads
        Index among the countries of the land ways, -1 for none, shapes (exporter,), (importer,).
    """

    exporters: tuple[str, ...]
    importers: tuple[str, ...]
    out: tuple[tuple[Gate, ...], ...]
    into: tuple[tuple[Gate, ...], ...]
    tails: np.ndarray
    heads: np.ndarray


def crossed(streams: Streams, ends: Ends, land: LandWays, passages: tuple[str, ...]) -> Crossed:
    """Return the shares of a pair's tonnes by passage, corridor and host.

    Parameters
    ----------
    streams
        What takes which way; options are the exporter's gates, then land, then air.
    ends
        Countries and gates.
    land
        Ways by land.
    passages
        Ids of passages, in the order of the bits of the streams.
    """
    by_land = streams.share.shape[1] - 2
    used = (streams.share > 0.0) & (streams.option >= 0)
    used &= np.not_equal.outer(np.array(ends.exporters), np.array(ends.importers))[:, None, :]
    at = np.nonzero(used)
    share, option = streams.share[at], streams.option[at]
    bits = streams.through[at][:, None] >> np.arange(len(passages)) & 1
    is_sea, is_land = option < by_land, option == by_land
    tails, heads = at[0], at[2]
    hosts, corridors = _names(ends, land, passages)
    marks = []
    for names, is_host in ((corridors, False), (hosts, True)):
        mark = np.zeros((len(share), len(names)), dtype=bool)
        out, into = _gate_marks(ends.out, names, is_host), _gate_marks(ends.into, names, is_host)
        entry = streams.import_gate[at][is_sea]
        mark[is_sea] = out[tails[is_sea], option[is_sea]] | into[heads[is_sea], entry]
        mark[is_land] = _land_marks(ends, land, names, is_host, tails[is_land], heads[is_land])
        marks.append(mark)
    owners = [[TERRITORIAL.get(name) == host for host in hosts] for name in passages]
    marks[1] |= (bits @ np.array(owners, dtype=np.int64).reshape(len(passages), len(hosts))) > 0
    for countries, place in ((ends.exporters, tails), (ends.importers, heads)):
        marks[1] &= np.not_equal.outer(np.array(countries), np.array(hosts))[place]
    shape = streams.share.shape[0], streams.share.shape[2]
    return Crossed(
        (passages, _summed(share, at, bits > 0, shape)),
        _kept(corridors, _summed(share, at, marks[0], shape)),
        _kept(hosts, _summed(share, at, marks[1], shape)),
    )


def _names(
    ends: Ends, land: LandWays, passages: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return all hosts and corridors that any stream could use."""
    gates = [gate for found in (*ends.out, *ends.into) for gate in found]
    hosts = {name for gate in gates for name in (gate.host, *gate.crossed)}
    hosts |= {TERRITORIAL[p] for p in passages if p in TERRITORIAL}
    hosts |= {name for crossed in land.hosts.values() for name in crossed}
    corridors = {name for gate in gates for name in gate.corridors}
    corridors |= {name for used in land.corridors.values() for name in used}
    return tuple(sorted(hosts)), tuple(sorted(corridors))


def _gate_marks(gates: Sequence[Sequence[Gate]], names: Sequence[str], is_host: bool) -> np.ndarray:
    """Return what each gate uses, shape (country, gate, name)."""
    widest = max((len(found) for found in gates), default=0)
    at = {name: k for k, name in enumerate(names)}
    marks = np.zeros((len(gates), max(widest, 1), len(names)), dtype=bool)
    for row, found in enumerate(gates):
        for slot, gate in enumerate(found):
            for name in (gate.host, *gate.crossed) if is_host else gate.corridors:
                marks[row, slot, at[name]] = True
    return marks


def _land_marks(
    ends: Ends,
    land: LandWays,
    names: Sequence[str],
    is_host: bool,
    tails: np.ndarray,
    heads: np.ndarray,
) -> np.ndarray:
    """Return what each way by land uses, shape (stream, name)."""
    at = {name: k for k, name in enumerate(names)}
    marks = np.zeros((len(tails), len(names)), dtype=bool)
    used = land.hosts if is_host else land.corridors
    for row, pair in enumerate(zip(ends.tails[tails], ends.heads[heads], strict=True)):
        for name in used.get((int(pair[0]), int(pair[1])), ()):
            marks[row, at[name]] = True
    return marks


def _summed(
    share: np.ndarray, at: tuple[np.ndarray, ...], marks: np.ndarray, shape: tuple[int, int]
) -> np.ndarray:
    """Return shares by pair and name; a pair has a stream at most once in each option."""
    total = np.zeros((*shape, marks.shape[1]))
    for slot in np.unique(at[1]):
        rows = np.flatnonzero(at[1] == slot)
        total[at[0][rows], at[2][rows]] += share[rows, None] * marks[rows]
    return total


def _kept(names: tuple[str, ...], shares: np.ndarray) -> Shares:
    """Return names that some stream uses, with their shares."""
    used = np.flatnonzero(shares.any(axis=(0, 1)))
    return tuple(names[k] for k in used), shares[:, :, used]
