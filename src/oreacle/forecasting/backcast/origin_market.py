"""The market of one mineral in the year of an origin.

Does      Makes a world of one past year whose chains rest on records up to it alone.
Units     Chain tonnes per year; base-year USD per tonne, of which only ratios matter.
Method    Mines and refineries have the shares of the year. Supply of each is spread over those
          that take it in, in proportion to their intake (one pool); users are one node. A mineral
          without traded ore is refined where it is mined.
Assumes   Elasticities, ratios of prices of stages, freight over price, recycled share, utilisation
          and lead times are those of the base year: parameters leak, outcomes do not.
          `oreacle.world.past` has that year's trade, but ties levels to the base year, which at
          an origin lies ahead, and knows 12 to 14 minerals before 2018.
Not here  Running it forward: see `.forward`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

import numpy as np

from oreacle.core.labels import REST_OF_WORLD
from oreacle.forecasting.backcast.known import Known
from oreacle.world.chain import Chain
from oreacle.world.past import PastWorld
from oreacle.world.past_evidence import pooled
from oreacle.world.snapshot import World

WORLD_TONNES = 1e6
"""Size of every market [t/yr]: only ratios matter."""


def origin_world(base: World, known: Mapping[str, Known], origin: int) -> PastWorld:
    """Return the world of an origin.

    Parameters
    ----------
    base
        World of the base year: its parameters are used, its flows and outputs are not.
    known
        What is known of each mineral at the origin.
    origin
        Year.
    """
    explicit = frozenset(base.countries["country"]) - {REST_OF_WORLD}
    return PastWorld(
        base_year=origin,
        as_of=f"{origin}-12-31",
        chains={
            mineral: origin_chain(base.chains[mineral], one, explicit)
            for mineral, one in known.items()
        },
        countries=base.countries,
        minerals=base.minerals,
        demand_paths=base.demand_paths,
        territory=base.territory,
        measures=(),
        parameters=base.parameters,
        directory=base.directory,
        shared=base.shared,
    )


def origin_chain(chain: Chain, known: Known, explicit: Collection[str]) -> Chain:
    """Return a mineral's chain in the year of an origin.

    Parameters
    ----------
    chain
        Chain of the base year: parameters alone.
    known
        What is known at the origin.
    explicit
        Countries that stand for themselves; others and small ones are one.
    """
    scrap = float(chain.recycled.sum()) / chain.throughput
    mined = pooled(known.mined.shares, explicit)
    refined = mined if chain.is_integrated else pooled(known.refined.shares, explicit)
    ore = WORLD_TONNES * (1.0 - scrap)
    from_ore = ore * refined.to_numpy()
    recycled = WORLD_TONNES * scrap * refined.to_numpy()
    flow = np.diag(from_ore) if chain.is_integrated else np.outer(mined.to_numpy(), from_ore)
    supply = from_ore + recycled
    return replace(
        chain,
        miners=tuple(str(name) for name in mined.index),
        refiners=tuple(str(name) for name in refined.index),
        users=(REST_OF_WORLD,),
        mined=flow.sum(axis=1),
        refined=flow.sum(axis=0),
        recycled=recycled,
        used=np.array([supply.sum()]),
        mine_capacity=np.full(len(mined), np.nan),
        refinery_capacity=np.full(len(refined), np.nan),
        ore_flow=flow,
        refined_flow=supply[:, None],
        registered_caps=(),
        # None: no routes of the base year, and links follow the shared parameters.
        responsiveness=None,
    )
