"""The state of a block of members, and what a year records.

Does      Holds capacity, demand, prices, memory and measures; nothing else changes over time.
Units     As in each attribute.
Method    A step is a pure function from state and draws to state and records.
Assumes   Shapes start with (member, ...).
Not here  The step: see `oreacle.engine.year`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from oreacle.engine.acts.memory import Memory
from oreacle.engine.capacity import Fleet, first_fleet
from oreacle.engine.inputs import FeatureInputs
from oreacle.engine.markets import Start
from oreacle.engine.measures import ActiveMeasure
from oreacle.engine.mechanisms.told import Note, Recorded
from oreacle.engine.relations_ahead import NetworkScores
from oreacle.engine.setting import Setting
from oreacle.market.problem import Prices
from oreacle.relations.network.state import NetworkState


@dataclass(frozen=True)
class State:
    """A block of members at the start of a year.

    Attributes
    ----------
    mines, plants
        Fleets by mineral.
    shock, adjustment
        Log demand shock and long-run shift, shape (member, mineral).
    log_price
        World mean delivered log price over base: three observed years, the base year and those
        simulated so far, each of shape (member, mineral).
    shares
        World shares by actor of the base year and the years simulated so far, each of shape
        (member, actor, mineral, stage) [1].
    memory
        Past acts.
    levels
        Level of each class of acts in the last year, shape (member,) [log-odds].
    network
        Relations between actors at the end of the last year.
    measures
        Forecast measures in force, by member; those of the scenario hold by year.
    in_force
        Rows of the register still in force, by member.
    starts
        Last year's prices by mineral: where the next solve starts.
    pieces
        Parts of the state that mechanisms keep, by name.
    """

    mines: tuple[Fleet, ...]
    plants: tuple[Fleet, ...]
    shock: np.ndarray
    adjustment: np.ndarray
    log_price: tuple[np.ndarray, ...]
    shares: tuple[np.ndarray, ...]
    memory: Memory
    levels: Mapping[str, np.ndarray]
    network: NetworkState
    measures: tuple[tuple[ActiveMeasure, ...], ...]
    in_force: tuple[frozenset[str], ...]
    starts: tuple[Start | None, ...]
    pieces: Mapping[str, object] = field(default_factory=dict)

    @property
    def prices(self) -> tuple[Prices | None, ...]:
        """Last year's log prices over base with all measures, by mineral."""
        return tuple(None if start is None else start.case for start in self.starts)


def first_state(setting: Setting, draw: np.ndarray) -> State:
    """Return the state at the as-of date.

    Parameters
    ----------
    draw
        Draw of the coefficients that each member lives in, shape (member,).
    """
    members = len(draw)
    chains = list(setting.world.chains.values())
    zero = np.zeros((members, len(chains)))
    register = frozenset(m.measure_id for m in setting.register)
    observed = np.cumsum(setting.price_path[::-1], axis=0)
    return State(
        mines=tuple(
            first_fleet(
                members,
                len(chain.miners),
                setting.traits.demand[k, 1:],
                round(setting.traits.mine_lead[k]),
            )
            for k, chain in enumerate(chains)
        ),
        plants=tuple(
            first_fleet(
                members,
                len(chain.refiners),
                setting.traits.demand[k, 1:],
                round(setting.traits.plant_lead[k]),
            )
            for k, chain in enumerate(chains)
        ),
        shock=zero,
        adjustment=zero,
        log_price=(*(np.repeat(-row[None], members, axis=0) for row in observed[::-1]), zero),
        shares=(
            setting.space.actor_shares(
                [np.repeat(chain.mined[None], members, axis=0) for chain in chains],
                [np.repeat(chain.published_refined[None], members, axis=0) for chain in chains],
            ),
        ),
        memory=setting.known.memory,
        network=setting.network,
        levels={name: last[draw] for name, last in setting.last_levels.items()},
        measures=tuple(() for _ in range(members)),
        in_force=tuple(register for _ in range(members)),
        starts=tuple(None for _ in chains),
    )


@dataclass(frozen=True)
class YearRecord:
    """What one year leaves behind, shapes (member, ...).

    Attributes
    ----------
    price_delivered, price_reference
        World mean delivered price over base with and without new measures, shape
        (member, mineral) [1].
    shortage
        Use lost to new measures, shape (member, mineral) [1].
    loss
        Users' loss from new measures, shape (member, actor, mineral) [USD/yr].
    output, use
        World supply of refined product, from ore and scrap, and use, shape (member, mineral)
        [t/yr].
    wanted
        Use at base prices, shape (member, mineral) [t/yr].
    mine_capacity, plant_capacity
        World capacity in the year over that of the base year, shape (member, mineral) [1].
    hhi, leader
        Concentration by actor and the largest share, shape (member, mineral, stage) [1].
    mineral_probability, minerals
        Probability of a new restriction by actor and mineral, and what was drawn.
    probability, drawn
        By class of acts: probabilities that the year's draws were compared with, and what was
        drawn, boolean arrays of the same shapes.
    network
        Relations at the end of the year; None in years that are not asked about.
    in_force
        Measures in force: register and forecast, shape (member,).
    solved
        True where all markets solved, shape (member, mineral).
    started
        New measures of the year, by member.
    effects
        Causes, and their first-order effects on the log delivered price, shape
        (member, mineral, cause) [log points].
    figures
        What mechanisms record, by name.
    notes
        What happened, told by mechanisms; empty without a trace.
    inputs
        What governments knew when they acted; None without a trace.
    ended
        Measures of the first member that ended; empty without a trace.
    """

    price_delivered: np.ndarray
    price_reference: np.ndarray
    shortage: np.ndarray
    loss: np.ndarray
    output: np.ndarray
    use: np.ndarray
    wanted: np.ndarray
    mine_capacity: np.ndarray
    plant_capacity: np.ndarray
    hhi: np.ndarray
    leader: np.ndarray
    mineral_probability: np.ndarray
    minerals: np.ndarray
    probability: Mapping[str, np.ndarray]
    drawn: Mapping[str, np.ndarray]
    network: NetworkScores | None
    in_force: np.ndarray
    solved: np.ndarray
    started: tuple[tuple[ActiveMeasure, ...], ...]
    effects: tuple[tuple[str, ...], np.ndarray] = ((), np.zeros((0, 0, 0)))
    figures: Mapping[str, Recorded] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    inputs: FeatureInputs | None = None
    ended: tuple[ActiveMeasure, ...] = ()
