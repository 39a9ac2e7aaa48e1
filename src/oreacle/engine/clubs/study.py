"""Study a club: what it is worth, to whom, how sure that is, and where it breaks.

Does      Joins the evidence of two independent sets of draws, other instruments, invitations,
          repairs and the range of the market's parameters.
Units     USD/yr; probabilities [1].
Method    Every statement on signs, the core and stability is drawn from both sets; what differs is
          not a conclusion (MODEL, coalitions). Intervals: 90 %, of the draws; beside them the range
          of expected values over drawn market parameters.
Assumes   The second set has the next seed.
Not here  The evidence of one set: see `oreacle.engine.clubs.evidence`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from oreacle.coalitions.confirmation import (
    NEGATIVE,
    NO,
    POSITIVE,
    UNCLEAR,
    YES,
    Conclusion,
    confirmed,
    expected_with_error,
    paired_difference,
    sign_statements,
)
from oreacle.coalitions.fault_lines import fault_lines
from oreacle.coalitions.repairs import Repair, RuleComparison, compare_rules, side_payments
from oreacle.coalitions.repairs_of_break_up import (
    payments_against_break_up,
    payments_in_breaking_draws,
)
from oreacle.engine.clubs.evidence import ByRule, Draws, Evidence, evidence
from oreacle.engine.clubs.field import ClubField
from oreacle.engine.clubs.instruments import InstrumentLine, instrument_lines
from oreacle.engine.clubs.invitations import Invitation, invitations
from oreacle.engine.clubs.levers.procurement import group_margin
from oreacle.engine.clubs.parameters import ParameterRange, parameter_range
from oreacle.engine.clubs.progress import Progress, Steps
from oreacle.engine.clubs.question import (
    ClubQuestion,
    Question,
    checked_members,
    disruptions_of,
    drawn_set,
)
from oreacle.engine.clubs.rules import CONTRIBUTION, NEED, PRICE, Rule
from oreacle.engine.clubs.values import EXACT_PLAYERS
from oreacle.engine.disruptions import DisruptionSummary, disruption_summary
from oreacle.world.snapshot import World

SIDE_PAYMENTS = "side payments"
CORE_SLACK = 1e-9
"""Gap of the core over the joint gain that is the error of solvers [1]."""
TARGET = 0.01
"""Yearly probability of a break-up at which a club counts as mended [1]."""


@dataclass(frozen=True)
class ClubStudy:
    """What is found about a club.

    Attributes
    ----------
    question
        What was asked.
    disruptions
        What the first set of draws holds.
    first, second
        Evidence of both sets.
    conclusions
        Every statement with its verdict on both sets.
    parameters
        Range over the market's parameters; None if none were drawn.
    instruments
        Every purpose for the same members, with free-riders' gain.
    invitations
        What each candidate would add, best first.
    comparison, second_comparison
        Rules, the best first, on the first and on the second set.
    repairs
        Side payments, payments against break-up and payments in breaking years, under the rule
        asked for.
    repairs_hold
        For each repair, whether it also mends the club on the second set; None without a repair.
    idle_members
        Members that neither mine, refine nor use the mineral in the model.
    use_share, mined_share, refined_share
        Share of each member in the world [1].
    desk_margin, desk_margin_alone
        Margin over price that one buying desk of all members, and one of each alone, puts on what
        comes from outside [1]; alone of shape (member,).
    """

    question: ClubQuestion
    disruptions: DisruptionSummary
    first: Evidence
    second: Evidence
    conclusions: tuple[Conclusion, ...]
    parameters: ParameterRange | None
    instruments: tuple[InstrumentLine, ...]
    invitations: tuple[Invitation, ...]
    comparison: RuleComparison
    second_comparison: RuleComparison
    repairs: tuple[Repair, ...]
    repairs_hold: tuple[bool | None, ...]
    idle_members: tuple[str, ...]
    use_share: np.ndarray
    mined_share: np.ndarray
    refined_share: np.ndarray
    desk_margin: float
    desk_margin_alone: np.ndarray

    def holds(self, text_key: str, subject: str = "") -> str | None:
        """Return the verdict of a conclusion that holds on both sets; None if it does not."""
        for one in self.conclusions:
            if one.text_key == text_key and one.subject == (subject or "club") and one.holds:
                return one.first
        return None


def study_club(world: World, question: Question, *, progress: Progress | None = None) -> ClubStudy:
    """Return what is found about a club.

    Parameters
    ----------
    world
        The world snapshot.
    question
        What is asked.
    progress
        Called with what is done and what there is to do.

    Raises
    ------
    ScenarioError
        ORE-SCN-064 on fewer than two members, more than 12 or one named twice; ORE-SCN-002, 003 or
        015 on unknown names.
    RunError
        ORE-RUN-133 on a number of draws that cannot be used; ORE-RUN-150 if too many draws do not
        clear; ORE-RUN-151 if a question asks for fewer than 20 draws.
    """
    members = checked_members(world, question)
    steps = Steps(progress, _shares_of_time(len(members), question))
    sets = [drawn_set(world, question, members, second=k == 1) for k in range(2)]
    steps.end()
    found = [_evidence(one, question, steps) for one in sets]
    parameters = _parameters(world, question, members, steps)
    instruments = instrument_lines(sets[0], sets[1], question)
    steps.end()
    invited = invitations(world, question, members)
    name = question.rule.name
    repairs = _repairs(found[0].by_rule[name])
    first = sets[0].field
    shares = _shares(first)
    steps.end()
    return ClubStudy(
        question=question,
        disruptions=_summary(world, question),
        first=found[0],
        second=found[1],
        conclusions=_conclusions(found[0], found[1]),
        parameters=parameters,
        instruments=instruments,
        invitations=invited,
        comparison=_comparison(found[0], name),
        second_comparison=_comparison(found[1], name),
        repairs=repairs,
        repairs_hold=tuple(_also_mends(repair, found[1], name) for repair in repairs),
        idle_members=tuple(
            member
            for at, member in enumerate(members)
            if not any(share[at] > 0.0 for share in shares)
        ),
        use_share=shares[0],
        mined_share=shares[1],
        refined_share=shares[2],
        desk_margin=float(group_margin(first, shares[0].sum())),
        desk_margin_alone=group_margin(first, shares[0]),
    )


def _repairs(under: ByRule) -> tuple[Repair, ...]:
    """Return what would mend a club under its rule, in the order of `ClubStudy.repairs`."""
    return (
        side_payments(under.draws, under.terms),
        payments_against_break_up(under.draws, under.terms, target=TARGET),
        payments_in_breaking_draws(under.draws, under.terms),
    )


def _shares_of_time(size: int, question: Question) -> list[float]:
    """Return roughly how long the draws, both sets, parameters, purposes and invitations take."""
    club, draw = (30.0, 1.0) if size > EXACT_PLAYERS else (3.0, 0.3)
    return [1.0, club, club, draw * question.parameter_draws + 0.1, 2.0, 2.0]


def _evidence(draws: Draws, question: Question, steps: Steps) -> Evidence:
    found = evidence(
        draws,
        question.purposes,
        _rules(question.rule),
        seed=question.seed,
        workers=question.workers,
        progress=steps.within,
    )
    steps.end()
    return found


def _parameters(
    world: World, question: Question, members: Sequence[str], steps: Steps
) -> ParameterRange | None:
    found = None
    if question.parameter_draws:
        found = parameter_range(world, question, members, progress=steps.within)
    steps.end()
    return found


def _comparison(found: Evidence, name: str) -> RuleComparison:
    clubs = {rule: by.draws for rule, by in found.by_rule.items()}
    return compare_rules(clubs, found.by_rule[name].terms, current=name, target=TARGET)


def _rules(asked: Rule) -> tuple[Rule, ...]:
    """Return the rule asked for, and the others that need no favoured members."""
    plain = tuple(Rule(name) for name in (NEED, CONTRIBUTION, PRICE))
    return (asked, *(rule for rule in plain if rule.name != asked.name))


def _summary(world: World, question: Question) -> DisruptionSummary:
    return disruption_summary(disruptions_of(world, question), world)


def _shares(field: ClubField) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return shares of players in world use, mining and refining, shape (player,) each [1]."""
    mined, refined = field.calm.mine_slack[0], field.calm.refinery_slack[0]
    return (
        field.use / field.world_use,
        field.places.mine @ mined / mined.sum(),
        field.places.plant @ refined / refined.sum(),
    )


def _conclusions(first: Evidence, second: Evidence) -> tuple[Conclusion, ...]:
    return confirmed(_statements(first), _statements(second))


def _statements(found: Evidence) -> dict[tuple[str, str], str]:
    """Return everything that one set of draws says, by kind and subject."""
    said: dict[tuple[str, str], str] = {}
    asked = next(iter(found.by_rule.values()))
    totals = {"joint gain": found.joint, "gain over alone": found.surplus}
    if np.isfinite(found.pooling.value):
        totals["gain over apart"] = found.pooling
    for key, value in totals.items():
        said |= {(key, "club"): str(value.signs())}
    said |= {(key, "club"): verdict for key, verdict in _verdicts(found, asked).items()}
    for name, by in found.by_rule.items():
        leaving = paired_difference(by.draws.outside, by.draws.inside, by.draws.weight)
        said |= sign_statements(f"gain from leaving under {name}", by.draws.members, leaving)
    return said


def _verdicts(found: Evidence, asked: ByRule) -> dict[str, str]:
    """Return what one set of draws says on stability and the core; unclear within its error."""
    club = asked.draws
    leaving = paired_difference(club.outside, club.inside, club.weight)
    total = expected_with_error((club.outside - club.inside).sum(axis=1), club.weight)
    stays = (leaving.high < 0.0) | (np.abs(leaving.value) <= club.smallest)
    internal = YES if stays.all() else NO if (leaving.low > club.smallest).any() else UNCLEAR
    paid = {NEGATIVE: YES, POSITIVE: NO}.get(str(total.signs()), UNCLEAR)
    gap, slack = found.core_gap, CORE_SLACK * abs(float(found.joint.value))
    empty = UNCLEAR
    if str(found.joint.signs()) == POSITIVE:
        empty = YES if gap.low > slack else NO if gap.high <= slack else UNCLEAR
    inside = YES if found.shapley_in_core.inside else NO
    return {
        "core is empty": empty,
        "shapley in core": inside if empty == NO else UNCLEAR,
        "internally stable": internal,
        "stable with side payments": paid,
    }


def _also_mends(repair: Repair, second: Evidence, rule: str) -> bool | None:
    """Return whether a repair mends the club on other draws too."""
    if repair.status != "repaired" or repair.payments is None:
        return None
    by = second.by_rule[rule]
    if repair.payments.ndim > 1:
        # Payments by draw cannot be carried to other draws: they must exist there too.
        return payments_in_breaking_draws(by.draws, by.terms).status in ("repaired", "not needed")
    lines = fault_lines(by.draws.with_payments(repair.payments), by.terms)
    if repair.kind == SIDE_PAYMENTS:
        return not bool(lines.strained.any())
    return bool(lines.break_up <= TARGET)
