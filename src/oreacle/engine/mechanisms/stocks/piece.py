"""Stocks of a run: parameters, what is held, and where holders are.

Does      Holds the state of stocks and the places of holders, all minerals on one axis.
Units     Stocks t; prices as log over base; shares [1].
Method    None: frozen records, and the layout of the base year.
Assumes   Private stocks of the base year are what holders want at base prices: targets keep the
          weeks of intake and use, which grow with the published demand path.
Not here  How stocks move: see `oreacle.engine.mechanisms.stocks.moves`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from oreacle.engine.mechanisms.stocks.shock import fast_share
from oreacle.engine.setting import Setting
from oreacle.market.calibrate import demand_curve
from oreacle.world.chain import Chain
from oreacle.world.inventories import (
    DAYS_A_YEAR,
    PRIVATE_METAL,
    PRIVATE_ORE,
    STRATEGIC_METAL,
)

TARGET_DAYS = "target_days_consumption"


@dataclass(frozen=True)
class StockParameters:
    """Assumptions; reasons stand in the table of assumptions `mechanism_stocks`.

    Attributes
    ----------
    price_memory
        Share of a price gap by which the usual price moves [1/yr].
    refill
        Asked price per log point of stock below target [1].
    hoarding_weeks
        Purchases from a supplier pulled forward when it announces a restriction [weeks].
    hoarding_most
        Most that is added to a stock in a year, over the stock [1].
    state_fill_years, state_fill_price, state_trigger, state_release
        Years to close a gap [yr]; log prices over the usual one at which a state stops buying and
        starts selling [1]; share offered [1/yr].
    joint_days, joint_trigger, joint_release, joint_lean
        Days of use that a member of a club holds [d]; log price over the usual one above which
        the stock is sold [1]; share offered [1/yr]; pull to members that pay more [1].
    """

    price_memory: float
    refill: float
    hoarding_weeks: float
    hoarding_most: float
    state_fill_years: float
    state_fill_price: float
    state_trigger: float
    state_release: float
    joint_days: float
    joint_trigger: float
    joint_release: float
    joint_lean: float


@dataclass(frozen=True)
class StocksPiece:
    """What is held at the start of a year.

    Attributes
    ----------
    ore, metal
        Private ore at plants and metal at users, shapes (member, plant), (member, user), plants
        and users of all minerals in a row [t].
    state
        Metal that states hold at users, alone or in a club, shape (member, user) [t].
    ore_usual, metal_usual
        Log price over base that holders think usual, shapes as the stocks [1].
    """

    ore: np.ndarray
    metal: np.ndarray
    state: np.ndarray
    ore_usual: np.ndarray
    metal_usual: np.ndarray


@dataclass(frozen=True)
class Places:
    """Where holders are, and what they hold in the base year.

    Attributes
    ----------
    plants, users
        Slices of each mineral's nodes on the joint axes.
    plant_mineral, user_mineral, user_actor
        Positions of the mineral and the actor of each node.
    ore, metal, state, state_target
        Base-year stocks, and what states want to hold, shapes (plant,), (user,) [t].
    intake, use
        Base-year intake and use, shapes (plant,), (user,) [t/yr].
    ore_from, metal_from
        Share of a node's supply that comes from each foreign actor, by mineral, shapes
        (actor, plant), (actor, user) [1].
    demand
        Published use over base, shape (mineral, year), the base year first [1].
    response
        Share of a private stock that is released per log point of price [1].
    fast
        Fast part of the demand shock over its innovation, shape (mineral,) [1].
    choke
        Log price over base above which a user buys nothing, shape (user,) [1].
    """

    plants: tuple[slice, ...]
    users: tuple[slice, ...]
    plant_mineral: np.ndarray
    user_mineral: np.ndarray
    user_actor: np.ndarray
    ore: np.ndarray
    metal: np.ndarray
    state: np.ndarray
    state_target: np.ndarray
    intake: np.ndarray
    use: np.ndarray
    ore_from: tuple[np.ndarray, ...]
    metal_from: tuple[np.ndarray, ...]
    demand: np.ndarray
    response: float
    fast: np.ndarray
    choke: np.ndarray

    def grown(self, values: np.ndarray, mineral: np.ndarray, step: int) -> np.ndarray:
        """Return base-year tonnes times the published use of a year, `step` as in the moment."""
        return np.asarray(values * self.demand[mineral, step + 1])

    def pace(self, mineral: np.ndarray, step: int) -> np.ndarray:
        """Return use of the next year over that of this one, shape (node,) [1]; 1 at the end."""
        last = self.demand.shape[1] - 1
        ahead = self.demand[:, min(step + 2, last)] / self.demand[:, step + 1]
        return np.asarray(ahead[mineral])


def places_of(setting: Setting, parameters: StockParameters) -> Places:
    """Return holders, base-year stocks and whom they buy from."""
    world, space = setting.world, setting.space
    chains = list(world.chains.values())
    response = float(world.parameters.stock_response)
    ore, metal, state, target = [], [], [], []
    for mineral, chain in world.chains.items():
        held = world.inventories(mineral)

        def of(
            kind: str, nodes: Sequence[str], rows: Sequence[tuple[str, str, float]]
        ) -> np.ndarray:
            found = {country: tonnes for what, country, tonnes in rows if what == kind}
            return np.array([found.get(node, 0.0) for node in nodes])

        rows = [(row.kind, row.country, row.tonnes) for row in held]
        ore.append(of(PRIVATE_ORE, chain.refiners, rows))
        metal.append(of(PRIVATE_METAL, chain.users, rows))
        state.append(of(STRATEGIC_METAL, chain.users, rows))
        target.append(np.maximum(state[-1], _wanted(setting, chain)))
    use = np.concatenate([chain.used for chain in chains])
    user_mineral = _mineral_of([len(chain.users) for chain in chains])
    private = [float(m.sum() / c.used.sum()) for m, c in zip(metal, chains, strict=True)]
    return Places(
        plants=_slices([len(chain.refiners) for chain in chains]),
        users=_slices([len(chain.users) for chain in chains]),
        plant_mineral=_mineral_of([len(chain.refiners) for chain in chains]),
        user_mineral=user_mineral,
        user_actor=np.concatenate(space.user_actor),
        ore=np.concatenate(ore),
        metal=np.concatenate(metal),
        state=np.concatenate(state),
        state_target=np.concatenate(target),
        intake=np.concatenate([chain.refined for chain in chains]),
        use=use,
        ore_from=_sources(
            [c.ore_flow for c in chains], space.mine_actor, space.plant_actor, len(space.actors)
        ),
        metal_from=_sources(
            [c.refined_flow for c in chains], space.plant_actor, space.user_actor, len(space.actors)
        ),
        demand=setting.traits.demand,
        response=response,
        fast=_fast(setting, parameters, np.array(private), response),
        choke=np.array([_choke(setting, chain) for chain in chains])[user_mineral],
    )


def _fast(
    setting: Setting, parameters: StockParameters, cover: np.ndarray, response: float
) -> np.ndarray:
    traits, persistence = setting.traits, setting.settings.shock_persistence
    found = []
    for shock, elasticity, years in zip(traits.shock, traits.elasticity, cover, strict=True):
        volatility = shock / elasticity / np.sqrt((1.0 + persistence) / 2.0)
        # What a typical move of the price frees, per log point: less than at the margin.
        mobile = -np.expm1(-response * volatility) / volatility if volatility > 0 else response
        found.append(
            fast_share(
                elasticity=float(elasticity),
                cover=float(years),
                response=float(mobile),
                refill=parameters.refill,
                memory=parameters.price_memory,
                persistence=persistence,
            )
        )
    return np.array(found)


def _choke(setting: Setting, chain: Chain) -> float:
    return float(demand_curve(chain, setting.world.parameters).highest_choke)


def _wanted(setting: Setting, chain: Chain) -> np.ndarray:
    """Return what states say they want to hold of a mineral, shape (user,) [t]; 0 if they do not.

    Only targets that name the mineral count.
    """
    wanted = dict.fromkeys(chain.users, 0.0)
    used = dict(zip(chain.users, chain.used, strict=True))
    for row in setting.world.stockpiles.of(mineral=chain.mineral):
        if row.kind == TARGET_DAYS and row.value is not None and row.country in wanted:
            wanted[row.country] = row.value / DAYS_A_YEAR * float(used[row.country])
    return np.array(list(wanted.values()))


def _sources(
    flows: Sequence[np.ndarray],
    tails: Sequence[np.ndarray],
    heads: Sequence[np.ndarray],
    actors: int,
) -> tuple[np.ndarray, ...]:
    found = []
    for flow, tail, head in zip(flows, tails, heads, strict=True):
        by_actor = np.zeros((actors, flow.shape[1]))
        np.add.at(by_actor, tail, flow)
        total = by_actor.sum(axis=0)
        share = np.divide(by_actor, total, out=np.zeros_like(by_actor), where=total > 0)
        share[head, np.arange(head.size)] = 0.0  # nobody hoards against itself
        found.append(share)
    return tuple(found)


def _slices(sizes: Sequence[int]) -> tuple[slice, ...]:
    ends = np.cumsum(sizes)
    return tuple(slice(int(end - size), int(end)) for size, end in zip(sizes, ends, strict=True))


def _mineral_of(sizes: Sequence[int]) -> np.ndarray:
    return np.repeat(np.arange(len(sizes)), sizes)
