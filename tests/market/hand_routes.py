"""Routes by hand: a strait with a way round, a gulf without one, and a line that is not built.

Carriage abroad is 20 USD/t on both links. All refined metal from China to the United States goes
through the strait; round it costs 30 USD/t and 5 days more. Half of the ore from Australia to
Japan goes through the gulf and has no other way. The line makes metal from China to Japan 5 USD/t
cheaper.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from oreacle.market.carriage import Planner
from oreacle.world.chain import Chain
from oreacle.world.routing.changes import Cargo, RouteChanges
from oreacle.world.routing.plan import Streams
from oreacle.world.routing.route_plan import Crossed, RoutePlan

CARRIAGE, DETOUR, SAVING = 20.0, 30.0, 5.0
DAYS, LATER = 10.0, 5.0
PASSAGES = ("strait", "gulf")
SHARES = (0.5, 0.5)


def planner(chain: Chain) -> Planner:
    """Return the routes of a chain by hand."""
    return Planner(chain, lambda link, changes: plan(chain, link, changes))


def plan(chain: Chain, link: str, changes: RouteChanges) -> RoutePlan:
    """Return the plan of one kind of link under changes."""
    is_ore = link == "ore"
    tails, heads = (chain.miners, chain.refiners) if is_ore else (chain.refiners, chain.users)
    streams = _streams(tails, heads, link, changes)
    home = np.equal.outer(np.array(tails), np.array(heads))
    is_open = streams.option >= 0
    reachable = np.where(home, 1.0, (streams.share * is_open).sum(axis=1))
    through = np.stack(
        [
            (streams.share * (streams.through >> k & 1) * is_open).sum(axis=1)
            for k in range(len(PASSAGES))
        ],
        axis=-1,
    )
    none = (), np.zeros((*home.shape, 0))
    return RoutePlan(
        cargo=Cargo(chain.mineral, link, "bulk", 1.0, 100.0),
        exporters=tails,
        importers=heads,
        is_known=np.ones(home.shape, dtype=bool),
        cost=_mean(streams, streams.cost, home),
        days=_mean(streams, streams.days, home),
        km=_mean(streams, streams.km, home),
        reachable=reachable,
        _streams=lambda: streams,
        _crossed=lambda _: Crossed((PASSAGES, through), none, none),
    )


def _streams(
    tails: tuple[str, ...], heads: tuple[str, ...], link: str, changes: RouteChanges
) -> Streams:
    shape = (len(tails), 2, len(heads))
    through = np.zeros(shape, dtype=np.int64)
    share = np.broadcast_to(np.array(SHARES)[None, :, None], shape).copy()
    cost, days = np.full(shape, CARRIAGE), np.full(shape, DAYS)
    option = np.broadcast_to(np.arange(2)[None, :, None], shape).copy()
    made = Streams(share, option, cost, days, days * 600.0, through, option * 0)
    if link == "ore":
        if "AUS" in tails and "JPN" in heads:
            _gulf(made, (tails.index("AUS"), 1, heads.index("JPN")), changes)
        return made
    if "CHN" in tails and "USA" in heads:
        _strait(made, (tails.index("CHN"), slice(None), heads.index("USA")), changes)
    if "CHN" in tails and "JPN" in heads and "LINE" in changes.opened:
        made.cost[tails.index("CHN"), :, heads.index("JPN")] -= SAVING
    return replace(made)


def _gulf(streams: Streams, cell: tuple[int, int, int], changes: RouteChanges) -> None:
    if "gulf" in changes.closed:
        streams.option[cell] = -1
        streams.cost[cell] = streams.days[cell] = streams.km[cell] = np.inf
    else:
        streams.through[cell] = 2


def _strait(streams: Streams, cell: tuple[int, slice, int], changes: RouteChanges) -> None:
    if "strait" in changes.closed:
        streams.cost[cell] += DETOUR
        streams.days[cell] += LATER
    else:
        streams.through[cell] = 1


def _mean(streams: Streams, values: np.ndarray, home: np.ndarray) -> np.ndarray:
    is_open = streams.option >= 0
    weight = streams.share * is_open
    total = weight.sum(axis=1)
    summed = (weight * np.where(is_open, values, 0.0)).sum(axis=1)
    mean = np.divide(summed, total, out=np.full(total.shape, np.inf), where=total > 0.0)
    return np.where(home, 0.0, mean)
