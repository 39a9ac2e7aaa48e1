"""Turn policies into caps, quotas, rates and capacity: the one place where this happens.

Does      Returns a new problem in which the given policies hold, for chosen cases.
Units     t/yr, ad-valorem rates.
Method    A ban caps each link at (1 - enforcement) of its base flow; a quota caps what leaves
          the territory; rates add within their slot (MODEL: market, caps on tonnes).
Assumes   Policies are about the mineral of the problem.
Not here  The list of policies: see `oreacle.market.policies`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

import numpy as np

from oreacle.core.errors import ScenarioError
from oreacle.core.labels import EVERYONE, LINKS
from oreacle.market.groups import lean, writable
from oreacle.market.links import LinkTerms
from oreacle.market.policies import (
    CapacityLoss,
    ExportBan,
    ExportLicensing,
    ExportQuota,
    ExportTax,
    LiftMeasure,
    Policy,
)
from oreacle.market.problem import Problem
from oreacle.market.ways import Ways, ways_hit
from oreacle.world.chain import Chain
from oreacle.world.register import Measure
from oreacle.world.territory import Territory

Restriction = ExportBan | ExportQuota | ExportTax | ExportLicensing
"""Policies on exports."""
_NAMES: dict[type[Policy], str] = {
    ExportBan: "a ban on exports",
    ExportQuota: "a quota on exports",
    ExportTax: "a tax on exports",
    ExportLicensing: "a licence for exports",
    CapacityLoss: "a loss of capacity",
}
"""What people call a policy."""
_STRENGTHS: dict[type[Policy], str] = {
    ExportBan: "enforcement",
    ExportTax: "rate",
    ExportLicensing: "cost",
    CapacityLoss: "share",
}
"""Field that makes a policy idle at 0; a quota of 0 stops all exports."""


class PolicyDesk:
    """Applies policies to problems of one mineral.

    Parameters
    ----------
    chain
        The mineral's chain: base flows are what bans and quotas refer to.
    territory
        Which actor each country belongs to.
    measures
        The policy register, needed to lift a measure.
    """

    def __init__(
        self, chain: Chain, territory: Territory, measures: Sequence[Measure] = ()
    ) -> None:
        self._chain = chain
        self._territory = territory
        self._measures = {m.measure_id: m for m in measures}
        self._hits: dict[tuple[str, str, tuple[str, ...]], np.ndarray] = {}

    def apply(
        self, problem: Problem, policies: Sequence[Policy], *, case: int | None = None
    ) -> Problem:
        """Return the problem with the policies in force in one case, or in all.

        Raises
        ------
        ScenarioError
            ORE-SCN-003 or 015 on a name that is not one of an actor;
            ORE-SCN-004 if the strength of a policy is 0, so that it changes nothing;
            ORE-SCN-007 if a policy touches nothing that the actor supplies;
            ORE-SCN-008 if a measure to lift is unknown or not in force in the base year.
        """
        fresh = writable(problem)
        rows = slice(None) if case is None else slice(case, case + 1)
        for policy in policies:
            _refuse_strength_zero(policy)
            self.apply_in_place(fresh, policy, rows)
        return lean(fresh)

    def apply_in_place(self, problem: Problem, policy: Policy, rows: slice) -> None:
        """Put one policy in force in some cases of a problem from `writable`."""
        if isinstance(policy, CapacityLoss):
            self._lose_capacity(problem, policy, rows)
        elif isinstance(policy, LiftMeasure):
            self._lift(problem, policy, rows)
        else:
            self._restrict(problem, policy, rows)

    def bites(self, policy: Restriction) -> bool:
        """Return True if the policy touches a flow of the base year."""
        return any(self._touched(policy, link) for link in _links(policy))

    def _touched(self, policy: Restriction, link: str) -> bool:
        flow = self._chain.ore_flow if link == "ore" else self._chain.refined_flow
        return bool((flow[self._hit(link, policy.actor, _targets(policy))] > 0).any())

    def _hit(self, link: str, actor: str, targets: tuple[str, ...]) -> np.ndarray:
        key = link, actor, targets
        if key not in self._hits:
            acting = self._territory.acting
            aimed = () if _is_everyone(targets) else tuple(acting(name) for name in targets)
            self._hits[key] = self._territory.hit(*self._ends(link), acting(actor), aimed)
        return self._hits[key]

    def _restrict(
        self,
        problem: Problem,
        policy: Restriction,
        rows: slice,
    ) -> None:
        if not self.bites(policy):
            self._refuse_restriction(policy)
        for link in _links(policy):
            terms = problem.ore if link == "ore" else problem.refined
            hit = self._hit(link, policy.actor, _targets(policy))
            flow = terms.reference[rows]
            if isinstance(policy, ExportBan):
                limit = np.where(hit, (1.0 - policy.enforcement) * flow, np.inf)
                terms.cap[rows] = np.minimum(terms.cap[rows], limit)
            elif isinstance(policy, ExportQuota):
                base = np.where(hit, flow, 0.0).sum(axis=-1)
                limit = np.where(hit.any(axis=1), policy.allowed * base, np.inf)
                terms.quota[rows] = np.minimum(terms.quota[rows], limit)
            elif isinstance(policy, ExportTax):
                terms.export_rate[rows] += policy.rate * hit
            else:
                terms.licence_rate[rows] += policy.cost * hit
            if terms.ways is not None:
                self._restrict_ways(terms, terms.ways, policy, link, rows)

    def _restrict_ways(
        self, terms: LinkTerms, ways: Ways, policy: Restriction, link: str, rows: slice
    ) -> None:
        """Put a policy on the indirect ways that it hits, and a cost on those that go round it."""
        hit = self._way_hit(ways, link, policy.actor, _targets(policy))
        if isinstance(policy, ExportQuota):
            base = np.where(hit, ways.reference[rows], 0.0)
            mine = ways.tail[:, None] == np.arange(terms.quota.shape[1])
            terms.quota[rows] += policy.allowed * (base @ mine)
            return
        if isinstance(policy, ExportBan):
            limit = np.where(hit, (1.0 - policy.enforcement) * ways.reference[rows], np.inf)
            ways.cap[rows] = np.minimum(ways.cap[rows], limit)
        elif isinstance(policy, ExportTax):
            ways.export_rate[rows] += policy.rate * hit
        else:
            ways.licence_rate[rows] += policy.cost * hit
        direct = self._hit(link, policy.actor, _targets(policy))
        round_it = direct[ways.tail, ways.head] & ~hit
        cost = ways.leak_cost if isinstance(ways.leak_cost, float) else ways.leak_cost[rows]
        ways.leak_rate[rows] = np.where(
            round_it, np.maximum(ways.leak_rate[rows], cost), ways.leak_rate[rows]
        )

    def _way_hit(self, ways: Ways, link: str, actor: str, targets: tuple[str, ...]) -> np.ndarray:
        acting = self._territory.acting
        aimed = () if _is_everyone(targets) else tuple(acting(name) for name in targets)
        return ways_hit(ways, self._ends(link), self._territory, acting(actor), aimed)

    def _refuse_restriction(self, policy: Restriction) -> NoReturn:
        targets, mineral = _targets(policy), self._chain.mineral
        names = {} if _is_everyone(targets) else {name.upper(): name for name in targets}
        if set(names) == {policy.actor.upper()}:
            raise ScenarioError(
                "ORE-SCN-007",
                f"{policy.actor} is the actor and the only target of {_NAMES[type(policy)]} of "
                f"{mineral}.",
                why="a measure on exports touches what leaves the territory, not trade inside it.",
                fix="name another target, or none for everyone.",
            )
        good = {"ore": f"{mineral} ore", "refined": f"refined {mineral}"}.get(
            policy.link or "", mineral
        )
        to = f" to {', '.join(names.values())}" if names else ""
        named = _NAMES[type(policy)]
        self._refuse(f"{policy.actor} exports no {good}{to} that {named} could touch")

    def _refuse(self, what: str) -> NoReturn:
        raise ScenarioError(
            "ORE-SCN-007",
            f"{what}.",
            why="the answer would be 'nothing changes', for the wrong reason.",
            fix=f"`oreacle world mineral {self._chain.mineral}` shows who supplies what to whom.",
        )

    def _lose_capacity(self, problem: Problem, policy: CapacityLoss, rows: slice) -> None:
        mined = policy.stage == "mined"
        places = problem.miners if mined else problem.refiners
        actor_of = self._territory.actor_of
        self._territory.resolve(policy.place)
        hit = np.array([policy.place.upper() in (c, actor_of[c]) for c in places])
        if not hit.any():
            verb = "mines" if mined else "refines"
            self._refuse(f"{policy.place} {verb} no {self._chain.mineral} that could be lost")
        kept = np.where(hit, 1.0 - policy.share, 1.0)
        slack = problem.mine_slack if mined else problem.refinery_slack
        capacity = problem.mine_capacity if mined else problem.refinery_capacity
        slack[rows] *= kept
        capacity[rows] *= kept
        _close_dead_links(problem, rows)

    def _lift(self, problem: Problem, policy: LiftMeasure, rows: slice) -> None:
        measure = self._measures.get(policy.measure_id)
        if measure is None or measure.mineral != self._chain.mineral or not measure.in_base:
            raise ScenarioError(
                "ORE-SCN-008",
                f"no measure '{policy.measure_id}' on {self._chain.mineral} shaped the base year.",
                why="lifting it could not change anything.",
                fix="`oreacle world info --json` lists the register.",
            )
        terms = problem.ore if measure.link == "ore" else problem.refined
        tails, heads = self._ends(measure.link)
        hit = self._hit(measure.link, measure.actor, measure.targets)
        if measure.is_rate:
            taxed = measure.instrument == "export_tax"
            rate = terms.export_rate if taxed else terms.licence_rate
            rate[rows] -= measure.strength * hit
            if terms.ways is not None:
                passing = self._way_hit(terms.ways, measure.link, measure.actor, measure.targets)
                around = terms.ways.export_rate if taxed else terms.ways.licence_rate
                around[rows] -= measure.strength * passing
            return
        for held in self._chain.registered_caps:
            if held.measure_id == measure.measure_id and held.link == measure.link:
                cell = tails.index(held.exporter), heads.index(held.importer)
                terms.cap[(rows, *cell)] = np.inf
                if terms.ways is not None:
                    here = (terms.ways.tail == cell[0]) & (terms.ways.head == cell[1])
                    terms.ways.cap[rows, here] = np.inf

    def _ends(self, link: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        chain = self._chain
        if link == "ore":
            return chain.miners, chain.refiners
        return chain.refiners, chain.users


def _close_dead_links(problem: Problem, rows: slice) -> None:
    """Close the links of nodes that cannot move a tonne, so that no price is sought for them.

    Dead are mines and refineries without capacity, and refineries that no mine can reach; scrap
    still leaves where it is recycled.
    """
    ore, refined = problem.ore.strength[rows], problem.refined.strength[rows]
    ore *= (problem.mine_slack[rows] > 0.0)[:, :, None]
    ore *= (problem.refinery_slack[rows] > 0.0)[:, None, :]
    fed = ore.sum(axis=1) > 0.0
    makes = fed & (problem.refinery_slack[rows] > 0.0)
    refined *= (makes | (problem.recycled[rows] > 0.0))[:, :, None]
    for terms, links in ((problem.ore, ore), (problem.refined, refined)):
        if terms.ways is not None:
            # Several ways share a link: what is closed is read off the node, not the link.
            terms.ways.strength[rows] *= np.asarray(links.any(axis=2))[:, terms.ways.tail]


def _refuse_strength_zero(policy: Policy) -> None:
    field = _STRENGTHS.get(type(policy), "")
    if field and getattr(policy, field) == 0.0:
        raise ScenarioError(
            "ORE-SCN-004",
            f"{_NAMES[type(policy)]} of {policy.mineral} has {field} 0.",
            why="at 0 % it changes nothing.",
            fix="give a number above 0, or leave it out.",
        )


def _is_everyone(targets: Sequence[str]) -> bool:
    return not targets or EVERYONE in (name.upper() for name in targets)


def _links(policy: Restriction) -> tuple[str, ...]:
    return LINKS if policy.link is None else (policy.link,)


def _targets(policy: Restriction) -> tuple[str, ...]:
    return () if isinstance(policy, ExportQuota) else policy.targets
