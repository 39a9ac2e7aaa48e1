"""Taxes and permits in the choice of place, the race to the bottom, and importers' incentives.

Does      Lets places that lose share cut tax and permitting time, at a cost in local benefits;
          lets importers that new restrictions put at risk have capacity started at home.
Units     Tax rates, shares [1]; money USD/yr.
Method    A place that lost log share beyond a tolerance aims at cuts in proportion and goes part
          of the way each year; it goes back likewise. A tax cut of t moves the log share of new
          projects by e t times how far a promise is believed, Phi(stability): incentives work
          where the climate is good (James 2009). Permits cut lead times. Benefits fall with both.
          An importer has a stated part of its use at risk started each year, within its plants or
          mines.
Assumes   Rates of the base year are in base-year shares: change alone moves projects. Rule of law
          stays as it is. A place without a published tax rate does not react.
Not here  What lost benefits do at mines: see the mechanism `licence`.

References
----------
de Mooij, R. A., and Ederveen, S. (2003). Taxation and foreign direct investment: a synthesis of
empirical research. International Tax and Public Finance 10(6), 673-693.
James, S. (2009). Tax and non-tax incentives and investments: evidence and policy implications.
FIAS, World Bank Group; SSRN 1540074.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from oreacle.core.labels import LINKS
from oreacle.engine.mechanisms.contract import (
    MINED,
    REFINED,
    Advance,
    Mechanism,
    Moment,
    Note,
    Recorded,
)
from oreacle.engine.mechanisms.investment import InvestmentTerms
from oreacle.engine.mechanisms.places import Places, known_facts, make_places
from oreacle.engine.setting import Setting
from oreacle.engine.state import State
from oreacle.world.chain import Chain

TOLD_COST = 2e7
"""Yearly cost of incentives from which an importer is told of [USD/yr]."""
TOLD_CUT = 0.02
"""Tax cut from which a place is told of, once [1]."""


@dataclass(frozen=True)
class SitingParameters:
    """Parameters of the choice of place; see `assumed/mechanism_siting.csv`."""

    tax_semi_elasticity: float
    tax_reaction: float
    permit_reaction: float
    tolerance: float
    speed: float
    most_tax_cut: float
    most_permit_cut: float
    permit_share: float
    benefit_tax: float
    benefit_permit: float
    incentive_rate: float
    incentive_limit: float
    incentive_security: float
    incentive_share: float
    mine_capital: float
    plant_capital: float


@dataclass(frozen=True)
class SitingFacts:
    """What is known of places, and whose use hangs on whom.

    Attributes
    ----------
    places
        Countries.
    tax
        Tax rate on profits, NaN where none is published, shape (place,) [1].
    belief
        How far promises are believed, 0 to 1, shape (place,) [1].
    hanging
        Part of an actor's supply that comes from another, by link: shape
        (mineral, supplier, buyer) [1].
    goal
        Capacity over base of an actor's own nodes that would meet all its supply, by link, shape
        (mineral, actor) [1]; 0 where it has none.
    """

    places: Places
    tax: np.ndarray
    belief: np.ndarray
    hanging: tuple[np.ndarray, np.ndarray]
    goal: tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class SitingPiece:
    """Taxes and permits at the start of a year.

    Attributes
    ----------
    share
        Share in the world's capacity at base prices in the first year, shape (member, place) [1].
    tax_cut, permit_cut
        Cut of the tax rate, and part of permitting time cut, shape (member, place) [1].
    benefit
        Local benefits of mining over those of the base year, shape (member, place) [1].
    """

    share: np.ndarray
    tax_cut: np.ndarray
    permit_cut: np.ndarray
    benefit: np.ndarray


def next_cut(
    cut: np.ndarray, lost: np.ndarray, reaction: float, most: np.ndarray, p: SitingParameters
) -> np.ndarray:
    """Return cuts a year later: part of the way to what lost share asks for [1].

    Parameters
    ----------
    cut, lost
        Cut so far, and log share lost, shape (member, place) [1].
    reaction
        Cut aimed at for a log point lost beyond the tolerance [1].
    most
        Largest cut, shape (place,) [1].
    p
        Parameters.
    """
    aim = np.minimum(reaction * np.maximum(lost - p.tolerance, 0.0), most)
    return np.asarray(cut + p.speed * (aim - cut))


def benefit_left(
    tax: np.ndarray, tax_cut: np.ndarray, permit_cut: np.ndarray, p: SitingParameters
) -> np.ndarray:
    """Return local benefits over those of the base year, none negative [1].

    Parameters
    ----------
    tax
        Tax rate of the base year, NaN where unknown, shape (place,) [1].
    tax_cut, permit_cut
        Shape (member, place) [1].
    p
        Parameters.
    """
    paid = np.divide(tax_cut, tax, out=np.zeros_like(tax_cut), where=np.nan_to_num(tax) > 0.0)
    return np.asarray(np.maximum(1.0 - p.benefit_tax * paid - p.benefit_permit * permit_cut, 0.0))


def _facts(setting: Setting, _: object) -> SitingFacts:
    places, known = make_places(setting), setting.world.jurisdictions
    table = setting.world.table("governance").sort_values("year")
    table = table[table["year"] <= setting.world.base_year]
    stable = table.groupby("country")["stability"].last()

    def tax_of(country: str) -> float | None:
        fact = known.fact(country, "corporate_tax_rate")
        return None if fact is None else fact.value

    belief = norm.cdf(known_facts(places, stable.get))
    chains = list(setting.world.chains.values())
    ore = [_hanging(setting, k, chain.ore_flow, 0) for k, chain in enumerate(chains)]
    metal = [_hanging(setting, k, chain.refined_flow, 1) for k, chain in enumerate(chains)]
    goals = [_goals(setting, k, chain) for k, chain in enumerate(chains)]
    return SitingFacts(
        places,
        known_facts(places, tax_of),
        np.nan_to_num(belief),
        (np.stack(ore), np.stack(metal)),
        (np.stack([g[0] for g in goals]), np.stack([g[1] for g in goals])),
    )


def _hanging(setting: Setting, mineral: int, flow: np.ndarray, link: int) -> np.ndarray:
    space = setting.space
    nodes = (space.mine_actor, space.plant_actor, space.user_actor)
    between = np.zeros((len(space.actors), len(space.actors)))
    np.add.at(between, (nodes[link][mineral][:, None], nodes[link + 1][mineral][None]), flow)
    total = between.sum(axis=0)
    share = np.divide(between, total, out=np.zeros_like(between), where=total > 0.0)
    np.fill_diagonal(share, 0.0)
    return np.asarray(share)


def _goals(setting: Setting, mineral: int, chain: Chain) -> tuple[np.ndarray, np.ndarray]:
    space, found = setting.space, []
    for flow, buyers, owners, made in (
        (chain.ore_flow, space.plant_actor[mineral], space.mine_actor[mineral], chain.mined),
        (chain.refined_flow, space.user_actor[mineral], space.plant_actor[mineral], chain.refined),
    ):
        need = np.zeros(len(space.actors))
        own = np.zeros(len(space.actors))
        np.add.at(need, buyers, flow.sum(axis=0))
        np.add.at(own, owners, made)
        found.append(np.divide(need, own, out=np.zeros_like(need), where=own > 0.0))
    return found[0], found[1]


def _world_share(places: Places, state: State) -> np.ndarray:
    worth = places.standing(state, MINED) + places.standing(state, REFINED)
    return np.asarray(worth / worth.sum(axis=1, keepdims=True))


def _start(moment: Moment) -> SitingPiece:
    places = moment.fact(SitingFacts).places
    share = _world_share(places, moment.state)
    zero = np.zeros_like(share)
    return SitingPiece(share, zero, zero, np.ones_like(share))


def at_risk(moment: Moment) -> dict[tuple[int, int], np.ndarray]:
    """Return use that new restrictions put at risk, by mineral and stage, (member, actor) [1]."""
    facts, space = moment.fact(SitingFacts), moment.setting.space
    minerals = {name: k for k, name in enumerate(space.minerals)}
    actors = {name: k for k, name in enumerate(space.actors)}
    found: dict[tuple[int, int], np.ndarray] = {}
    for member, active in enumerate(moment.measures):
        for cell, targets in {m.cell: m.targets for m in active}.items():
            actor, mineral, link = cell
            if actor not in actors or mineral not in minerals:
                continue
            k, stage = minerals[mineral], LINKS.index(link)
            row = facts.hanging[stage][k, actors[actor]]
            if targets:
                hit = np.zeros_like(row)
                named = [actors[t] for t in targets if t in actors]
                hit[named] = row[named]
                row = hit
            rows = found.setdefault((k, stage), np.zeros((moment.members, len(actors))))
            rows[member] += row
    return {cell: np.minimum(rows, 1.0) for cell, rows in found.items()}


def _incentives(moment: Moment) -> dict[tuple[int, int], np.ndarray]:
    """Return capacity started over an actor's base capacity, shape (member, actor) [1/yr]."""
    facts, p = moment.fact(SitingFacts), moment.settings(SitingParameters)
    will = np.ones(len(moment.setting.space.actors))
    for one in moment.setting.scenario.doctrines:
        if one.span.holds(moment.year) and one.actor in moment.setting.space.actors:
            at = moment.setting.space.actors.index(one.actor)
            will[at] = max(will[at] + p.incentive_security * one.security, 0.0)
    will[-1] = 0.0
    return {
        (k, stage): np.minimum(
            p.incentive_rate * will * risk * facts.goal[stage][k], p.incentive_limit
        )
        for (k, stage), risk in at_risk(moment).items()
    }


def _investment(moment: Moment) -> Mapping[tuple[int, int], InvestmentTerms]:
    facts, p = moment.fact(SitingFacts), moment.settings(SitingParameters)
    own = moment.piece(SitingPiece)
    space = moment.setting.space
    pull = p.tax_semi_elasticity * facts.belief * own.tax_cut
    wait = 1.0 - p.permit_share * own.permit_cut
    found = {
        (k, stage): InvestmentTerms(attraction=pull[:, node], lead=wait[:, node])
        for k, nodes in enumerate(facts.places.nodes)
        for stage, node in enumerate(nodes)
    }
    for (k, stage), started in _incentives(moment).items():
        owner = (space.mine_actor, space.plant_actor)[stage][k]
        terms = found[k, stage]
        found[k, stage] = InvestmentTerms(
            terms.attraction, lead=terms.lead, started=started[:, owner]
        )
    return found


def _next(moment: Moment) -> SitingPiece:
    facts, p = moment.fact(SitingFacts), moment.settings(SitingParameters)
    own = moment.piece(SitingPiece)
    share = _world_share(facts.places, moment.state)
    ratio = np.divide(
        own.share, share, out=np.ones_like(share), where=(share > 0) & (own.share > 0)
    )
    lost = np.log(ratio)
    known = np.isfinite(facts.tax)
    most = np.where(known, np.minimum(p.most_tax_cut, np.nan_to_num(facts.tax)), 0.0)
    tax_cut = next_cut(own.tax_cut, lost, p.tax_reaction, most, p)
    slow = np.where(known, p.most_permit_cut, 0.0)
    permit_cut = next_cut(own.permit_cut, lost, p.permit_reaction, slow, p)
    benefit = benefit_left(facts.tax, tax_cut, permit_cut, p)
    return SitingPiece(own.share, tax_cut, permit_cut, benefit)


def _advance(moment: Moment) -> Advance:
    return Advance(_next(moment))


def _cost(moment: Moment) -> np.ndarray:
    """Return what incentives cost, shape (member, actor) [USD/yr]."""
    facts, p, space = (
        moment.fact(SitingFacts),
        moment.settings(SitingParameters),
        moment.setting.space,
    )
    cost = np.zeros((moment.members, len(space.actors)))
    for (k, stage), started in _incentives(moment).items():
        owner = (space.mine_actor, space.plant_actor)[stage][k]
        worth = np.zeros(len(space.actors))
        np.add.at(worth, owner, facts.places.worth[k][stage])
        years = p.mine_capital if stage == MINED else p.plant_capital
        cost += p.incentive_share * years * started * worth
    return cost


def _record(moment: Moment) -> Mapping[str, Recorded]:
    facts, own = moment.fact(SitingFacts), moment.piece(SitingPiece)
    weight = facts.places.standing(moment.state)
    weight = weight / weight.sum(axis=1, keepdims=True)
    return {
        "tax_cut": Recorded((weight * own.tax_cut).sum(axis=1), (), "1"),
        "local_benefit": Recorded((weight * own.benefit).sum(axis=1), (), "1"),
        "incentive_cost": Recorded(_cost(moment), ("actor",), "USD/yr"),
    }


def _tell(moment: Moment) -> Sequence[Note]:
    facts, own = moment.fact(SitingFacts), moment.piece(SitingPiece)
    after = _next(moment)
    notes = []
    crossed = (own.tax_cut < TOLD_CUT) & (after.tax_cut >= TOLD_CUT)
    for member, place in np.argwhere(crossed).tolist():
        country = facts.places.countries[place]
        what = f"cuts tax on mines and plants by {100 * after.tax_cut[member, place]:.0f} points"
        why = "its share of the world's capacity has fallen"
        effect = f"local benefits {100 * (after.benefit[member, place] - 1.0):+.0f} %"
        notes.append(Note(member, "siting", country, "", what, why, effect, 0.7))
    space, cost = moment.setting.space, _cost(moment)
    for member in range(moment.members):
        at = int(cost[member].argmax())
        if cost[member, at] >= TOLD_COST:
            what = "pays for mines and plants at home"
            why = "new restrictions put part of its supply at risk"
            effect = f"{cost[member, at] / 1e6:.0f} million USD in the year"
            notes.append(Note(member, "siting", space.actors[at], "", what, why, effect, 0.6))
    return notes


SITING = Mechanism(
    name="siting",
    parameters=SitingParameters,
    facts=_facts,
    start=_start,
    investment=_investment,
    advance=_advance,
    record=_record,
    tell=_tell,
)
