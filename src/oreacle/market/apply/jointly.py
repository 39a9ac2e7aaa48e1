"""Policies of one type that only make sense together: shifts of demand and contracts.

Does      Writes demand by user and sector, and link strengths under contracts.
Units     t/yr.
Method    Factors on one sector of one user multiply, whoever states them; a user's links grow
          with its use. Contracted tonnes are a floor under a link at base prices; the buyer's
          other links give way in proportion, so that what it takes in at base prices stays.
Assumes   Sectors of one demand group have their world shares of it at every user.
Not here  Policies that can be written one after the other: see `oreacle.market.apply.nodes`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from oreacle.core.errors import ScenarioError
from oreacle.core.labels import SECTORS
from oreacle.market.apply.case import Case, Scope
from oreacle.market.links import LinkTerms
from oreacle.market.policies import DemandShift, Offtake
from oreacle.market.problem import Problem

ROUNDING = 1e-12
"""A contract may exceed what its buyer takes in by this share of it [1]."""


def shift_demand(case: Case, policies: Sequence[DemandShift]) -> None:
    """Scale use at base prices, its split over groups, and the links of users."""
    problem, rows = case.problem, case.rows
    factors = np.ones((len(problem.users), len(SECTORS)))
    for policy in policies:
        sectors = np.array([policy.sector in (None, sector) for sector in SECTORS])
        factors[np.ix_(_users(case, policy), sectors)] *= policy.factor
    weights = _sector_weights(case)
    shares = problem.demand_curve.shares
    grown = shares[rows] * (factors @ weights.T)
    level = grown.sum(axis=-1)
    problem.demand[rows] *= level
    shares[rows] = np.divide(
        grown, level[..., None], out=shares[rows].copy(), where=level[..., None] > 0
    )
    refined = problem.refined
    refined.strength[rows] *= level[:, None, :]
    if refined.ways is not None:
        refined.ways.strength[rows] *= level[:, refined.ways.head]


def contract(case: Case, policies: Sequence[Offtake]) -> None:
    """Raise contracted links to their tonnes; the buyer's others give way.

    Raises
    ------
    ScenarioError
        ORE-SCN-025 if contracts exceed what a buyer takes in, in a strict case; else they are cut.
    """
    for link in dict.fromkeys(policy.link for policy in policies):
        terms = case.terms(link)
        tonnes = sum(
            (_contracted(case, policy) for policy in policies if policy.link == link),
            start=np.zeros_like(terms.strength[case.rows]),
        )
        _give_way(case, link, tonnes)


def idle_shift(scope: Scope, policy: DemandShift) -> str:
    """Return why a shift of demand would touch nothing, or ""."""
    where = f" in {policy.place}" if policy.place is not None else ""
    used = _sector_share(scope, policy.sector) > 0
    if used and _users(scope, policy).any():
        return ""
    sector = f" in {policy.sector}" if policy.sector is not None and not used else ""
    return f"nobody uses {policy.mineral}{sector or where}"


def idle_offtake(scope: Scope, policy: Offtake) -> str:
    """Return why a contract would touch nothing, or ""."""
    tails, heads = _ends(scope.problem, policy.link)
    good = f"{policy.mineral} ore" if policy.link == "ore" else f"refined {policy.mineral}"
    if not scope.is_in(policy.buyer, heads).any():
        return f"nobody in {policy.buyer} takes in {good}"
    if not scope.is_in(policy.seller, tails).any():
        return f"nobody in {policy.seller} makes {good}"
    return ""


def _users(scope: Scope, policy: DemandShift) -> np.ndarray:
    users = scope.problem.users
    everyone = np.ones(len(users), dtype=bool)
    return everyone if policy.place is None else scope.is_in(policy.place, users)


def _sector_share(scope: Scope, sector: str | None) -> float:
    return 1.0 if sector is None else float(scope.chain.sector_shares[SECTORS.index(sector)])


def _sector_weights(scope: Scope) -> np.ndarray:
    """Return the share of each sector in its demand group, shape (group, sector) [1]."""
    groups = scope.problem.demand_curve.sectors
    held = np.array([[sector in group for sector in SECTORS] for group in groups])
    part = held * scope.chain.sector_shares
    return np.asarray(part / part.sum(axis=1, keepdims=True))


def _ends(problem: Problem, link: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if link == "ore":
        return problem.miners, problem.refiners
    return problem.refiners, problem.users


def _contracted(case: Case, policy: Offtake) -> np.ndarray:
    """Return contracted tonnes by link, shape (case, tail, head) [t/yr].

    They are split over the countries of the seller by what they make and over those of the
    buyer by what they take in.
    """
    problem, rows = case.problem, case.rows
    tails, heads = _ends(problem, policy.link)
    if policy.link == "ore":
        made, taken = problem.mine_slack[rows], problem.refinery_slack[rows]
    else:
        made = problem.refinery_slack[rows] + problem.recycled[rows]
        taken = problem.demand[rows]
    sold = np.where(case.is_in(policy.seller, tails), made, 0.0)
    bought = np.where(case.is_in(policy.buyer, heads), taken, 0.0)
    pairs = sold[:, :, None] * bought[:, None, :]
    total = pairs.sum(axis=(1, 2), keepdims=True)
    part = np.divide(pairs, total, out=np.zeros_like(pairs), where=total > 0)
    return np.asarray(policy.tonnes * part)


def _give_way(case: Case, link: str, tonnes: np.ndarray) -> None:
    terms, rows = case.terms(link), case.rows
    undone, way_undone = _undone(terms)
    direct = terms.strength[rows] / undone[rows]
    intake = direct.sum(axis=1)
    if terms.ways is not None:
        around = terms.ways.strength[rows] / way_undone[rows]
        intake = intake + terms.ways.onto_links(around, direct.shape[1:]).sum(axis=1)
    held = tonnes > 0
    floor = np.where(held, np.maximum(direct, tonnes), 0.0)
    before = np.where(held, direct, 0.0).sum(axis=1)
    needed, rest = floor.sum(axis=1), intake - before
    if case.is_strict:
        _refuse_excess(case, link, needed, intake)
    cut = np.divide(intake, needed, out=np.ones_like(needed), where=needed > intake)
    floor, needed = floor * cut[:, None, :], needed * cut
    left = np.maximum(intake - needed, 0.0)
    give = np.divide(left, rest, out=np.ones_like(rest), where=held.any(axis=1) & (rest > 0))
    terms.strength[rows] = np.where(held, floor, direct * give[:, None, :]) * undone[rows]
    if terms.ways is not None:
        terms.ways.strength[rows] *= give[:, terms.ways.head]


def _undone(terms: LinkTerms) -> tuple[np.ndarray, np.ndarray]:
    """Return strength over flow at base prices, of links and of ways: what the register undoes."""
    base = np.zeros(terms.quota.shape)
    cost, _ = terms.delivered_cost(base)
    s = terms.substitution
    undone = (cost / terms.base_cost) ** s
    if terms.ways is None:
        return undone, np.ones_like(base[:, :0])
    paid, _ = terms.ways.delivered_cost(terms.origin_price(base))
    by_way = s[:, :, 0] if isinstance(s, np.ndarray) else s
    return undone, (paid / terms.ways.base_cost) ** by_way


def _refuse_excess(case: Case, link: str, needed: np.ndarray, intake: np.ndarray) -> None:
    over = needed > intake * (1.0 + ROUNDING)
    if not over.any():
        return
    row, head = (int(k) for k in np.argwhere(over)[0])
    buyer = _ends(case.problem, link)[1][head]
    raise ScenarioError(
        "ORE-SCN-025",
        f"contracts of {buyer} for {case.chain.mineral} tie {needed[row, head]:.6g} t a year, and "
        f"it takes in {intake[row, head]:.6g} t.",
        why="tonnes that nobody uses cannot be contracted.",
        fix=f"contract at most {intake[row, head]:.6g} t, or raise the demand of {buyer}.",
    )
