"""A bench for single mechanisms on the embedded world: moments, and one market at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np

from oreacle.engine.markets import Cleared, Growth, clear_year, grown
from oreacle.engine.mechanisms.clubs_piece import ClubsPiece, no_clubs
from oreacle.engine.mechanisms.conditions import Conditions
from oreacle.engine.mechanisms.contract import Mechanism, Moment
from oreacle.engine.mechanisms.machinery import Machinery, MechanismStreams, make_machinery
from oreacle.engine.pressed import pressed
from oreacle.engine.setting import Setting, make_setting
from oreacle.engine.state import first_state
from oreacle.engine.year import first_moment
from oreacle.forecasting.preset import baseline
from oreacle.market.apply import PolicyDesk
from oreacle.market.calibrate import base_problem
from oreacle.market.carriage import carriages, planner_of
from oreacle.scenario.assumptions import CLUB_INSTRUMENTS


@lru_cache(maxsize=1)
def real_setting() -> Setting:
    """The fixed part of a baseline run."""
    return make_setting(baseline())


def setting_with(**scenario: Any) -> Setting:  # noqa: ANN401 - fields of a scenario
    """The same with other values in its scenario: off, parameters, doctrines, shocks, ..."""
    found = real_setting()
    return replace(found, scenario=replace(found.scenario, **scenario))


def machinery_of(setting: Setting, *known: Mechanism) -> Machinery:
    """Only these mechanisms, with the scenario's parameters."""
    return make_machinery(setting, known)


def moment_of(
    machinery: Machinery, setting: Setting, *, members: int = 3, step: int = 0, seed: int = 1
) -> tuple[Moment, dict[str, dict[str, np.ndarray]]]:
    """The start of a year with first pieces of the state, and draws for the mechanisms."""
    state = first_state(setting, np.zeros(members, dtype=int))
    demand = np.repeat(setting.traits.demand[:, step + 1][None], members, axis=0)
    before = first_moment(setting, state, demand, np.zeros_like(demand), step)
    state = replace(state, pieces=machinery.first_pieces(before))
    numbers = MechanismStreams(machinery, seed, range(members)).year(setting)
    return first_moment(setting, state, demand, np.zeros_like(demand), step), numbers


def position(setting: Setting, mineral: str) -> int:
    """Position of a mineral."""
    return setting.space.minerals.index(mineral)


def club_of(
    moment: Moment, instrument: str, names: Sequence[str], minerals: Sequence[str]
) -> ClubsPiece:
    """One club with one instrument on some minerals, in all members."""
    space = moment.setting.space
    clubs = no_clubs(moment.members, len(space.actors), len(space.minerals))
    clubs.member_of[:, 0, [space.actors.index(name) for name in names]] = True
    clubs.instruments[:, 0, CLUB_INSTRUMENTS.index(instrument)] = True
    clubs.minerals[:, 0, [space.minerals.index(name) for name in minerals]] = True
    return clubs


def cleared_under(
    setting: Setting,
    mineral: str,
    conditions: Conditions,
    *,
    members: int = 3,
    policies: Sequence[Sequence[Any]] | None = None,
) -> Cleared:
    """The base-year market of a mineral under conditions."""
    world = setting.world
    chain = world.chains[mineral]
    problem = base_problem(
        chain,
        world.parameters,
        world.territory,
        world.base_measures,
        routed=carriages(planner_of(world, mineral)),
        size=members,
    )
    one = Growth(
        np.ones((members, len(chain.miners))),
        np.ones((members, len(chain.refiners))),
        np.ones(members),
    )
    response = world.parameters.stock_response
    market = pressed(grown(problem, one), chain, conditions, response)
    none: list[list[Any]] = [[] for _ in range(members)]
    desk = PolicyDesk.of(world, mineral)
    return clear_year(market, desk, policies or none, none, None)
