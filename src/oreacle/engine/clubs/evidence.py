"""What one set of draws says about a club: values, divisions, stability and fault lines.

Does      Clears the club, its parts, its members apart and its leavers, and solves the games.
Units     USD/yr; probabilities [1].
Method    Who leaves acts alone or does nothing, whichever it expects more from; the others stay
          together as long as that pays them. Fault lines are found for each rule of division.
Assumes   As for the market under disruptions; leavers decide on expected values known to them.
Not here  Whether it holds on other draws: see `oreacle.engine.clubs.study`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from oreacle.coalitions.club_draws import ClubDraws
from oreacle.coalitions.confirmation import ExpectedValue, expected_with_error
from oreacle.coalitions.core import CoreCheck, CoreResult, core, in_core
from oreacle.coalitions.fault_lines import CommitmentTerms, FaultLines, fault_lines
from oreacle.coalitions.nucleolus import NucleolusResult, nucleolus
from oreacle.coalitions.shapley import shapley
from oreacle.coalitions.stability import ClubStability, club_stability
from oreacle.engine.clubs.clearing import Cleared, cleared
from oreacle.engine.clubs.deciding import decided
from oreacle.engine.clubs.field import ClubField
from oreacle.engine.clubs.piece import PASSIVE, club, left, together_apart_alone
from oreacle.engine.clubs.progress import Progress
from oreacle.engine.clubs.purposes import Purpose
from oreacle.engine.clubs.rules import Rule
from oreacle.engine.clubs.terms import term_range
from oreacle.engine.clubs.values import ClubValues, club_values

CHECKED_AGAIN = 60
"""Clubs cleared again in a study of more than eight members: enough for a 95th percentile."""
WORST = 0.05
"""Share of the years that count as the worst [1]."""


@dataclass(frozen=True)
class Draws:
    """A market under one set of draws, and which distinct draw each draw is.

    Attributes
    ----------
    field
        Distinct draws, cleared without a club.
    inverse
        Distinct draw of each draw, shape (draw,).
    causes
        Causes of each distinct draw.
    """

    field: ClubField
    inverse: np.ndarray
    causes: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class ByRule:
    """A club under one rule.

    Attributes
    ----------
    rule
        How it shares.
    draws
        What members get inside and outside by draw [USD/yr].
    lines, terms
        Where it breaks, and how much members care for the future.
    inside
        Expected gain of each member, with the error of the draws [USD/yr].
    received
        Expected tonnes of stock sold to each member's users, shape (member,) [t/yr].
    """

    rule: Rule
    draws: ClubDraws
    lines: FaultLines
    terms: CommitmentTerms
    inside: ExpectedValue
    received: np.ndarray


@dataclass(frozen=True)
class Evidence:
    """What one set of draws says about a club.

    Attributes
    ----------
    values
        Every club among the members.
    joint, alone, apart
        Joint expected gain together; the sum of what members have alone, each while the others do
        nothing, or nothing if acting alone loses; and of all acting apart at once, NaN where a
        purpose of the mix cannot be told apart [USD/yr].
    cost
        Expected cost of what the club does, in the joint gain already [USD/yr].
    worst_years
        Mean joint gain in the worst twentieth of the years for the members [USD/yr].
    surplus, pooling
        Joint gain less that of members alone, and less that of members apart [USD/yr].
    others
        Gain of each other actor, of what the club does [USD/yr].
    outsiders
        Their names.
    each_alone, each_apart
        Gain of each member that acts alone, and of all apart at once [USD/yr].
    by_rule
        The club under each rule.
    core_gap
        What the value of all lacks for a core, by the clubs that decide on it, with the error of
        the draws [USD/yr]: above zero if the core is empty.
    shapley, nucleolus, core, shapley_in_core, stability
        Of the game among the members, under the rule asked for.
    failed
        Largest weight of draws that did not clear [1].
    """

    values: ClubValues
    joint: ExpectedValue
    alone: ExpectedValue
    apart: ExpectedValue
    cost: float
    worst_years: float
    surplus: ExpectedValue
    pooling: ExpectedValue
    others: ExpectedValue
    outsiders: tuple[str, ...]
    each_alone: ExpectedValue
    each_apart: ExpectedValue
    by_rule: dict[str, ByRule]
    shapley: np.ndarray
    nucleolus: NucleolusResult
    core: CoreResult
    core_gap: ExpectedValue
    shapley_in_core: CoreCheck
    stability: ClubStability
    failed: float


def evidence(
    draws: Draws,
    purposes: Sequence[Purpose],
    rules: Sequence[Rule],
    *,
    seed: int = 0,
    workers: int = 1,
    progress: Progress | None = None,
) -> Evidence:
    """Return what a set of draws says about the club of all players of the field.

    Parameters
    ----------
    draws
        The market; its players are the members.
    purposes
        What the club does.
    rules
        How it may share; the first is the one asked for.
    seed
        Root seed of sampled clubs, where there are too many to clear.
    workers
        Processes that share them; the answer does not depend on their number.
    progress
        Called with clubs done and clubs to do, where there are many.
    """
    field, n = draws.field, len(draws.field.players)
    settings = {"checks": CHECKED_AGAIN, "workers": workers}
    values = club_values(field, purposes, rules[0], seed=seed, progress=progress, **settings)
    values = decided(values, field, purposes, rules[0])
    game = values.payoffs.game()
    found = cleared(field, together_apart_alone(n), purposes, rules[0])
    kept = _kept(draws, found)
    place = _place(draws, kept)
    weight = _even(kept)
    by_draw = found.gain[:, place]
    alone, wanted = _alone(by_draw[2:], weight)
    together, side = by_draw[0].sum(axis=1), by_draw[1].sum(axis=1)
    joint = together + found.spread[0][place]
    is_told = all(purpose.is_shared for purpose in purposes)
    point, hull = shapley(game), core(game)
    return Evidence(
        values=values,
        joint=expected_with_error(joint, weight),
        alone=expected_with_error(wanted, weight),
        apart=_if(is_told, side, weight),
        cost=float(found.cost[0]),
        worst_years=_in_worst_years(draws, kept, together),
        surplus=expected_with_error(joint - wanted, weight),
        pooling=_if(is_told, joint - side, weight),
        others=expected_with_error(found.others[0][place], weight),
        outsiders=tuple(actor for actor in field.actors if actor not in field.players),
        each_alone=expected_with_error(alone, weight),
        each_apart=_if(is_told, by_draw[1], weight),
        by_rule=_by_rules(draws, purposes, rules, values),
        shapley=point,
        nucleolus=nucleolus(game),
        core=hull,
        core_gap=_core_gap(draws, purposes, rules[0], values, hull),
        shapley_in_core=in_core(game, point),
        stability=club_stability(values.payoffs, game.grand),
        failed=max(values.failed, found.failed),
    )


def _alone(by_draw: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return what each member has alone, and their sum where acting alone pays [USD/yr].

    Parameters
    ----------
    by_draw
        Gains of the arrangements in which one member acts, shape (member, draw, player).
    weight
        Weights of the draws.

    Returns
    -------
    numpy.ndarray, numpy.ndarray
        Shapes (draw, member) and (draw,). Who expects to lose by acting alone does not.
    """
    alone = np.stack([gains[:, k] for k, gains in enumerate(by_draw)], axis=1)
    return alone, np.where(weight @ alone > 0.0, alone, 0.0).sum(axis=1)


def _if(is_told: bool, values: np.ndarray, weight: np.ndarray) -> ExpectedValue:
    """Return an expected value, or NaN where it means nothing."""
    return expected_with_error(values, weight) if is_told else _nothing(values.shape[1:])


def _nothing(shape: tuple[int, ...]) -> ExpectedValue:
    unknown = np.full(shape, np.nan)
    return ExpectedValue(unknown, unknown, unknown, unknown, float("nan"))


def _core_gap(
    draws: Draws,
    purposes: Sequence[Purpose],
    rule: Rule,
    values: ClubValues,
    found: CoreResult,
) -> ExpectedValue:
    """Return the balanced values of the deciding clubs less that of all, with its error."""
    players = draws.field.players
    if not found.balancing:
        return _nothing(())
    named = [names for names, _ in found.balancing]
    groups = np.array(
        [club(len(players), [players.index(one) for one in names]) for names in (players, *named)]
    )
    cleared_all = cleared(draws.field, groups, purposes, rule)
    kept = _kept(draws, cleared_all)
    place = _place(draws, kept)
    member = (groups >= 0)[:, None, :]
    joint = (cleared_all.gain[:, place] * member).sum(axis=2) + cleared_all.spread[:, place]
    masks = [values.payoffs.mask_of(names) for names in (players, *named)]
    # A club that does not act has nothing, whatever its draws would have brought.
    joint[[not values.payoffs.payoff[mask].any() for mask in masks]] = 0.0
    balanced = np.array([weight for _, weight in found.balancing]) @ joint[1:]
    return expected_with_error(balanced - joint[0], _even(kept))


def _by_rules(
    draws: Draws,
    purposes: Sequence[Purpose],
    rules: Sequence[Rule],
    values: ClubValues,
) -> dict[str, ByRule]:
    """Return the club under each rule, on the draws that cleared under all of them."""
    n = len(draws.field.players)
    groups = np.array([club(n, range(n)), *_outside_options(n, values)])
    found = [cleared(draws.field, groups, purposes, rule) for rule in rules]
    kept = np.all([_kept(draws, one) for one in found], axis=0)
    return {
        rule.name: _under(draws, rule, one, kept) for rule, one in zip(rules, found, strict=True)
    }


def _under(draws: Draws, rule: Rule, found: Cleared, kept: np.ndarray) -> ByRule:
    """Return the club under a rule: members inside, and each outside.

    Parameters
    ----------
    found
        The club, and each leaver's two options.
    kept
        True for the draws that count, shape (draw,).
    """
    players, place = draws.field.players, _place(draws, kept)
    by_draw = found.gain[:, place]
    weight = _even(kept)
    mean = np.einsum("d,adp->ap", weight, by_draw)
    outside = np.empty_like(by_draw[0])
    for k in range(len(players)):
        options = 1 + 2 * k + np.arange(2)
        best = options[int(np.argmax(mean[options, k]))]
        outside[:, k] = by_draw[best][:, k]
    causes = tuple(_kinds(draws.causes[at]) for at in draws.inverse[kept])
    members = ClubDraws(by_draw[0], outside, weight, causes, players)
    terms = _commitment(draws.field, weight @ by_draw[0])
    return ByRule(
        rule,
        members,
        fault_lines(members, terms),
        terms,
        expected_with_error(by_draw[0], weight),
        weight @ found.received[0][place],
    )


def _commitment(field: ClubField, worth: np.ndarray) -> CommitmentTerms:
    """Return how much members care for the future, and what walking out costs each [USD]."""
    terms, (low, high) = field.terms, term_range("discount")
    bounds = min(low, terms.discount), max(high, terms.discount)
    costs = terms.exit_cost * np.abs(worth)
    return CommitmentTerms(terms.discount, bounds, tuple(float(cost) for cost in costs))


def _outside_options(n: int, values: ClubValues) -> list[np.ndarray]:
    """Return two arrangements for each leaver: doing nothing and acting alone.

    The others stay together if that pays them jointly; else they do nothing.
    """
    options = []
    for k in range(n):
        rest = ((1 << n) - 1) ^ (1 << k)
        acts = bool(values.payoffs.payoff[rest].any())
        others = [i for i in range(n) if i != k] if acts else []
        passive = club(n, others) if others else np.full(n, PASSIVE)
        options += [passive, left(n, [*others, k], k) if others else club(n, [k])]
    return options


def _kinds(causes: tuple[str, ...]) -> tuple[str, ...]:
    """Return causes without their sizes: those of demand alone are ups or downs."""
    kinds = []
    for cause in causes:
        kind = cause.split(":")[0]
        if kind.startswith("demand"):
            kind = "more demand" if "+" in kind else "less demand"
        kinds.append(kind)
    return tuple(dict.fromkeys(kinds))


def _in_worst_years(draws: Draws, kept: np.ndarray, joint: np.ndarray) -> float:
    """Return the mean joint gain where members lose most without the club [USD/yr]."""
    lost = draws.field.losses.sum(axis=1)[draws.inverse[kept]]
    count = max(round(WORST * lost.size), 1)
    return float(joint[np.argsort(-lost, kind="stable")[:count]].mean())


def _place(draws: Draws, kept: np.ndarray) -> np.ndarray:
    """Return where each kept draw stands among the distinct draws that were cleared."""
    positive = np.flatnonzero(draws.field.weight > 0.0)
    at = np.full(draws.field.draws, -1)
    at[positive] = np.arange(positive.size)
    return np.asarray(at[draws.inverse[kept]])


def _kept(draws: Draws, found: Cleared) -> np.ndarray:
    """Return True for draws that cleared without a club and in every arrangement, (draw,)."""
    good = np.zeros(draws.field.draws, dtype=bool)
    good[np.flatnonzero(draws.field.weight > 0.0)] = found.weight > 0.0
    return np.asarray(good[draws.inverse])


def _even(kept: np.ndarray) -> np.ndarray:
    """Return equal weights of the draws that are kept, shape (draw,)."""
    count = int(kept.sum())
    return np.full(count, 1.0 / count)
