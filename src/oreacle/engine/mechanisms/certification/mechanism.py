"""Certification as a mechanism: who is bound, who is certified, and what that moves.

Does      Keeps which users are bound to certified metal, lets certified supply grow, and puts
          premium, cost and preference on markets and on the choice of place for mines.
Units     Shares [1]; USD/t.
Method    What binds: clubs with certification, the battery regulation of the Union, and regimes
          that are drawn as acts. Bound shares close a part of the gap to what is asked each
          year, and the certified share grows from its start to what governance allows. The
          premium is that of `.premium`; certified mines gain what it leaves over cost on their
          certified share, bound users buy less and lean to certified sources.
Assumes   Regimes of the base year are in base trade and not counted again. A regime of an act
          does not end; what a club asks ends with it, at the same pace.
Not here  The exact market with certificates: see `oreacle.market.certification`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from oreacle.engine.mechanisms.certification.premium import (
    Trade,
    certifiable,
    premium_of,
    use_left,
)
from oreacle.engine.mechanisms.clubs_piece import ClubsPiece
from oreacle.engine.mechanisms.conditions import Conditions
from oreacle.engine.mechanisms.contract import (
    MINED,
    UNIFORM,
    Advance,
    DrawShape,
    Mechanism,
    Moment,
    Note,
    Recorded,
)
from oreacle.engine.mechanisms.investment import InvestmentTerms
from oreacle.engine.mechanisms.ranges import refuse_outside
from oreacle.engine.setting import Setting

NAME = "certification"
UNION, UNION_MINERALS = "EU", ("lithium", "cobalt", "nickel", "graphite")
FELT = 1e-6
"""Share of world use that must be bound for a market to be touched [1]."""


@dataclass(frozen=True)
class CertificationParameters:
    """Assumptions; reasons stand in the table of assumptions `mechanism_certification`.

    Attributes
    ----------
    regime_share, teeth
        Part of acts that are regimes, and of those that bind users [1].
    bound_by_act, bound_by_club, bound_by_union
        Share of use that they bind [1].
    union_year, lag
        First year of the battery regulation [yr]; years in which rules are phased in [yr].
    certified_start, certified_most, governance_slope
        Part that is certified at the start, most that can be [1], log-odds per unit of stability.
    cost, enforcement, premium_most
        Cost over the mine price, share of true certificates, largest premium over the delivered
        price [1].
    lean, siting
        Preference of bound users for certified sources, and pull of places that can certify [1].
    supply_left
        Part of the elasticity of mine supply that certified mines have left [1].
    """

    regime_share: float
    teeth: float
    bound_by_act: float
    bound_by_club: float
    bound_by_union: float
    union_year: float
    lag: float
    certified_start: float
    certified_most: float
    governance_slope: float
    cost: float
    enforcement: float
    premium_most: float
    lean: float
    siting: float
    supply_left: float


@dataclass(frozen=True)
class CertificationPiece:
    """Certification at the start of a year.

    Attributes
    ----------
    asked
        Share of use that regimes of acts bind in the end, shape (member, actor, mineral) [1].
    bound
        Share that is bound by now, same shape [1].
    grown
        Part of the way from the certified share at the start to the most, shape
        (member, mineral) [1].
    """

    asked: np.ndarray
    bound: np.ndarray
    grown: np.ndarray


@dataclass(frozen=True)
class CertificationFacts:
    """Base-year facts by mineral.

    Attributes
    ----------
    mines, plants
        Share of output that could be certified, of mines and, by the ore that they buy, of
        plants; shapes (mine,), (plant,) [1].
    trades
        Prices and responses.
    concern
        Value of use, sums to 1, shape (mineral,): what regimes are about [1].
    """

    mines: tuple[np.ndarray, ...]
    plants: tuple[np.ndarray, ...]
    trades: tuple[Trade, ...]
    concern: np.ndarray


def _facts(setting: Setting, parameters: object) -> CertificationFacts:
    if not isinstance(parameters, CertificationParameters):
        raise TypeError("certification takes CertificationParameters")
    own = parameters
    shares = ("regime_share", "teeth", "bound_by_act", "bound_by_club", "bound_by_union")
    more = ("certified_start", "certified_most", "enforcement")
    refuse_outside(NAME, own, dict.fromkeys((*shares, *more), (0.0, 1.0)))
    refuse_outside(NAME, own, {"lag": (1.0, 50.0), "cost": (0.0, 1.0), "premium_most": (0.0, 2.0)})
    known = setting.known.actor.stability[0]
    stability = np.append(known, np.nanmean(known))
    able = certifiable(np.nan_to_num(stability), own.governance_slope, own.certified_most)
    mines, plants, trades = [], [], []
    chains = list(setting.world.chains.values())
    for k, chain in enumerate(chains):
        at_mines = able[setting.space.mine_actor[k]]
        bought = chain.ore_flow.sum(axis=0)
        mixed = np.divide(
            at_mines @ chain.ore_flow, bought, out=np.zeros_like(bought), where=bought > 0
        )
        mines.append(at_mines)
        plants.append(mixed)
        trades.append(
            Trade(
                delivered=chain.price_delivered,
                mine=chain.price_mine,
                demand=chain.demand_elasticity,
                supply=own.supply_left * chain.supply_elasticity,
                cost=own.cost * chain.price_mine,
                most=own.premium_most * chain.price_delivered,
            )
        )
    value = np.array([c.used.sum() * c.price_delivered for c in chains]) ** 0.5
    return CertificationFacts(tuple(mines), tuple(plants), tuple(trades), value / value.sum())


def _draws(setting: Setting) -> Mapping[str, DrawShape]:
    actors = len(setting.acting)
    return {name: DrawShape(UNIFORM, (actors,)) for name in ("mineral", "binds")}


def _start(moment: Moment) -> CertificationPiece:
    space = moment.setting.space
    wide = (moment.members, len(space.actors), len(space.minerals))
    return CertificationPiece(np.zeros(wide), np.zeros(wide), np.zeros((wide[0], wide[2])))


@dataclass(frozen=True)
class Regime:
    """What holds in one mineral's market in a year.

    Attributes
    ----------
    mineral
        Position.
    bound
        Share of use that is bound, shape (member, user) [1].
    premium, gain
        Premium, and what it leaves over cost, shape (member, 1) [USD/t].
    certified
        Certified share of output, shape (member, mine) [1].
    """

    mineral: int
    bound: np.ndarray
    premium: np.ndarray
    gain: np.ndarray
    certified: np.ndarray


def regimes_of(moment: Moment) -> list[Regime]:
    """Return the regimes of a year; nothing for minerals in which nobody is bound."""
    piece, own = moment.piece(CertificationPiece), moment.settings(CertificationParameters)
    facts, space = moment.fact(CertificationFacts), moment.setting.space
    chains, found = list(moment.setting.world.chains.values()), []
    for k in np.flatnonzero(piece.bound.any(axis=(0, 1))):
        chain, trade = chains[k], facts.trades[k]
        bound = piece.bound[:, space.user_actor[k], k]
        use = chain.used * moment.demand[:, k, None]
        asked = own.enforcement * (bound * use).sum(axis=1)
        part = own.certified_start + (1.0 - own.certified_start) * piece.grown[:, k]
        certified = part[:, None] * facts.mines[k]
        output = chain.mined * moment.state.mines[k].level
        # Tonnes of ore in the measure of what users get: losses on the way are not certified.
        yields = chain.used.sum() / max(chain.mined.sum(), 1e-300)
        supply = (certified * output).sum(axis=1) * min(yields, 1.0)
        premium = premium_of(asked, supply, trade)
        if (bound * chain.used).sum(axis=1).max() > FELT * chain.used.sum():
            gain = np.maximum(premium - trade.cost, 0.0)
            found.append(Regime(int(k), bound, premium[:, None], gain[:, None], certified))
    return found


def _conditions(moment: Moment) -> Mapping[int, Conditions]:
    facts, own = moment.fact(CertificationFacts), moment.settings(CertificationParameters)
    chains, found = list(moment.setting.world.chains.values()), {}
    for one in regimes_of(moment):
        trade, able = facts.trades[one.mineral], facts.plants[one.mineral]
        # Preference moves purchases between sources; the mean source keeps its pull.
        refined = chains[one.mineral].refined
        mean = float(refined @ able / max(refined.sum(), 1e-300))
        pull = np.exp(own.lean * (able - mean)[None, :, None] * one.bound[:, None, :])
        found[one.mineral] = Conditions(
            use=use_left(one.bound, one.premium, trade),
            mine_cost=-one.certified * one.gain if one.gain.any() else None,
            metal_pull=pull if own.lean > 0.0 else None,
        )
    return found


def _investment(moment: Moment) -> Mapping[tuple[int, int], InvestmentTerms]:
    facts, own = moment.fact(CertificationFacts), moment.settings(CertificationParameters)
    found = {}
    for one in regimes_of(moment):
        if one.gain.any():
            earned = np.log1p(one.certified * one.gain / facts.trades[one.mineral].mine)
            found[one.mineral, MINED] = InvestmentTerms(attraction=own.siting * earned)
    return found


def _target(moment: Moment, asked: np.ndarray) -> np.ndarray:
    """Return the share of use that is bound in the end, shape (member, actor, mineral)."""
    own, space = moment.settings(CertificationParameters), moment.setting.space
    target = asked
    clubs = moment.other("clubs", ClubsPiece)
    if clubs is not None and clubs.runs(NAME).any():
        target = np.maximum(target, own.bound_by_club * clubs.covered(NAME))
    if UNION in space.actors and moment.year + 1 >= own.union_year:
        target = target.copy()
        at = [space.minerals.index(name) for name in UNION_MINERALS if name in space.minerals]
        here = target[:, space.actors.index(UNION)]
        here[:, at] = np.maximum(here[:, at], own.bound_by_union)
    return target


def _new_regimes(moment: Moment) -> list[tuple[int, int, int]]:
    """Return member, actor and mineral of regimes of the year that bind users."""
    if moment.acts is None or NAME not in moment.acts.by_class:
        return []
    own, numbers = moment.settings(CertificationParameters), moment.numbers
    binds = moment.acts.by_class[NAME] & (numbers["binds"] < own.regime_share * own.teeth)
    edges = np.cumsum(moment.fact(CertificationFacts).concern)
    return [
        (int(m), int(a), min(int(np.searchsorted(edges, numbers["mineral"][m, a])), edges.size - 1))
        for m, a in np.argwhere(binds)
    ]


def _advance(moment: Moment) -> Advance:
    piece, own = moment.piece(CertificationPiece), moment.settings(CertificationParameters)
    asked = piece.asked
    new = _new_regimes(moment)
    if new:
        asked = asked.copy()
        for member, actor, mineral in new:
            asked[member, actor, mineral] = own.bound_by_act
    target = _target(moment, asked)
    bound = piece.bound + (target - piece.bound) / own.lag
    # Certified supply grows while somebody asks for it, and stays.
    wanted = (piece.bound > 0.0).any(axis=1)
    grown = piece.grown + np.where(wanted, (1.0 - piece.grown) / own.lag, 0.0)
    return Advance(CertificationPiece(asked, bound, grown))


def _record(moment: Moment) -> Mapping[str, Recorded]:
    """Return the premium over the delivered base price and the bound share of world use."""
    space, facts = moment.setting.space, moment.fact(CertificationFacts)
    chains = list(moment.setting.world.chains.values())
    premium = np.zeros((moment.members, len(space.minerals)))
    bound = np.zeros_like(premium)
    for one in regimes_of(moment):
        k = one.mineral
        premium[:, k] = one.premium[:, 0] / facts.trades[k].delivered
        bound[:, k] = one.bound @ chains[k].used / chains[k].used.sum()
    return {
        "certified_premium": Recorded(premium, ("mineral",), "1"),
        "bound_use": Recorded(bound, ("mineral",), "1"),
    }


def _tell(moment: Moment) -> Sequence[Note]:
    own, space = moment.settings(CertificationParameters), moment.setting.space

    def called(mineral: str) -> str:
        return moment.setting.world.chain(mineral).in_words

    return [
        Note(
            member,
            NAME,
            space.actors[actor],
            space.minerals[mineral],
            f"asks for certified {called(space.minerals[mineral])}",
            "an act on certification that binds users",
            f"up to {100 * own.bound_by_act:.0f} % of its use, over about {own.lag:.0f} years",
            weight=2.0,
        )
        for member, actor, mineral in _new_regimes(moment)
    ]


CERTIFICATION = Mechanism(
    name=NAME,
    parameters=CertificationParameters,
    draws=_draws,
    facts=_facts,
    start=_start,
    conditions=_conditions,
    investment=_investment,
    advance=_advance,
    record=_record,
    tell=_tell,
)
