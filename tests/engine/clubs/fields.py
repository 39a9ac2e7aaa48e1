"""Markets made by hand that tests of clubs share: a big exporter, two members that buy, two others.

CHN mines, refines and exports; USA does all a little; JPN only uses; AUS mines and uses a little;
IND only uses. Nobody holds a stock, and no measure is in force.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from tests.market.small import PARAMETERS, chain, own_territory

from oreacle.engine.clubs.clearing import Cleared, cleared
from oreacle.engine.clubs.field import ClubField, Markets, field_of
from oreacle.engine.clubs.piece import apart, club
from oreacle.engine.clubs.purposes import read_purposes
from oreacle.engine.clubs.rules import Rule
from oreacle.engine.clubs.terms import ClubTerms, club_terms
from oreacle.engine.disruptions import DisruptionDraws
from oreacle.market.apply import PolicyDesk
from oreacle.market.calibrate import base_problem
from oreacle.market.groups import lean, writable
from oreacle.market.policies import CapacityLoss, DemandShift, ExportBan, Policy
from oreacle.market.problem import Problem

MINERS, REFINERS = ("CHN", "USA", "AUS"), ("CHN", "USA")
USERS = ("CHN", "USA", "JPN", "AUS", "IND")
ORE = np.array([[60.0, 0.0], [5.0, 5.0], [10.0, 10.0]])
METAL = np.array([[30.0, 10.0, 15.0, 8.0, 12.0], [0.0, 7.0, 4.0, 2.0, 2.0]])
PLAYERS = ("USA", "JPN", "AUS")
CALM, BAN, BAN_ON_JAPAN, STRIKE, SLUMP, BOOM = range(6)
"""Draws of the hand-made market, in order."""
WEIGHT = np.array([0.5, 0.1, 0.1, 0.1, 0.1, 0.1])
CLOSED = 0.08
"""Share of mines that closes in a slump: the setting of the engine."""
NOISE = 1e-5
"""Money that solves of a market with a turnover of some 90,000 USD leave open [USD/yr]."""

CHAIN = chain(ORE, METAL, (MINERS, REFINERS, USERS))
TERRITORY = own_territory(MINERS, REFINERS, USERS)


def measures() -> list[list[Policy]]:
    """Return what happens in each draw, as policies."""
    return [
        [],
        [ExportBan("CHN", "testium")],
        [ExportBan("CHN", "testium", ("JPN",))],
        [CapacityLoss("AUS", "testium", "mined", 0.5)],
        [CapacityLoss(mine, "testium", "mined", CLOSED) for mine in MINERS],
        [DemandShift("testium", 1.1)],
    ]


def made_draws() -> DisruptionDraws:
    """Return the draws as a record; what happens in them is in `measures`."""
    size, mines = WEIGHT.size, len(MINERS)
    social = np.zeros((size, mines))
    social[STRIKE, MINERS.index("AUS")] = 0.5
    demand = np.ones(size)
    demand[BOOM] = 1.1
    return DisruptionDraws(
        mineral="testium",
        seed=0,
        measures=((),) * size,
        causes=((), ("ban",), ("ban on JPN",), ("strike",), ("slump",), ("demand +10 %",)),
        mine_social=social,
        mine_other=np.zeros((size, mines)),
        refinery=np.zeros((size, len(REFINERS))),
        demand=demand,
        slump=np.arange(size) == SLUMP,
        miners=MINERS,
        refiners=REFINERS,
        weight=WEIGHT,
    )


def markets(supply: float = 0.2, always: Sequence[Policy] = ()) -> Markets:
    """Return the hand-made market, calm and in each draw.

    Parameters
    ----------
    supply
        Elasticity of mine supply.
    always
        Policies in force in the calm year and in all draws.
    """
    made = chain(ORE, METAL, (MINERS, REFINERS, USERS), elasticity=(supply, 0.1))
    base = base_problem(made, PARAMETERS, TERRITORY)
    desk = PolicyDesk(made, TERRITORY)
    calm = desk.apply(base, always) if always else base
    case: Problem = writable(calm.take(np.zeros(WEIGHT.size, dtype=int)))
    for k, policies in enumerate(measures()):
        if policies:
            desk.put_in_force(case, policies, slice(k, k + 1))
    return Markets(base, calm, lean(case))


def made_field(
    players: Sequence[str] = PLAYERS,
    terms: ClubTerms | None = None,
    supply: float = 0.2,
    always: Sequence[Policy] = (),
) -> ClubField:
    """Return the hand-made market without clubs."""
    return field_of(
        markets(supply, always),
        TERRITORY,
        players,
        made_draws(),
        terms or club_terms(),
    )


@cache
def plain_field() -> ClubField:
    """Return the hand-made market with the stated terms."""
    return made_field()


def runs(
    field: ClubField,
    purpose: str,
    groups: Sequence[np.ndarray],
    rule: str = "need",
    first: tuple[str, ...] = (),
) -> Cleared:
    """Clear arrangements for a purpose."""
    return cleared(field, np.array(groups), read_purposes(purpose), Rule(rule, first))


def together_apart_alone(field: ClubField, purpose: str, rule: str = "need") -> Cleared:
    """Clear the club of all players, all of them apart, and each alone."""
    n = len(field.players)
    groups = [club(n, range(n)), apart(n, range(n)), *(club(n, [k]) for k in range(n))]
    return runs(field, purpose, groups, rule)
