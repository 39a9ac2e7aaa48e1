"""What mends a club: certain payments, payments in the years that break it, another rule.

Does      Finds payments among members that sum to zero and make them stay; compares rules.
Units     USD/yr.
Method    Expected gains: certain payments exist if and only if the expected surpluses of members
          sum to at least zero (potential internal stability: Eyckmans and Finus 2004; Carraro,
          Eyckmans and Finus 2006); members that gain pay pro rata to what they gain, which moves
          the least money. Break-up: see `oreacle.coalitions.repairs_of_break_up`.
          Every repair is judged by the fault lines of the club after it.
Assumes   Payments cost nothing to make and are paid by and to those inside only.
Not here  Who should get more than it needs to stay: see the Shapley value and the nucleolus.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from oreacle.coalitions.club_draws import ClubDraws, same_draws
from oreacle.coalitions.fault_lines import CommitmentTerms, FaultLines, fault_lines
from oreacle.core.errors import CoalitionError
from oreacle.core.labels import suggestion

Status = Literal["not needed", "repaired", "not reachable", "not settled"]
# A difference of probabilities below this is rounding.
SAME_PROBABILITY = 1e-12


@dataclass(frozen=True)
class Repair:
    """Payments among members of a club, and its fault lines before and after.

    Attributes
    ----------
    kind
        ``side payments``, ``payments against break-up`` or ``payments in breaking draws``.
    status
        ``not needed``; ``repaired``; ``not reachable``: proved that no such payments do it;
        ``not settled``: the search ended before it found any or proved that there are none.
    payments : ndarray (member,) or (draw, member) [USD/yr], or None
        What members receive; negative if they pay; sums to zero over members. None if there
        is no repair.
    volume
        Expected money that changes hands in a year [USD/yr]; NaN without a repair.
    missing
        Money from outside a year with which certain payments would do [USD/yr]: exact for
        ``side payments``, a lower bound for ``payments against break-up``; 0 after a repair, NaN
        where it is not known.
    least_break_up
        A proved lower bound of the break-up probability under certain payments that sum to
        zero; NaN for other kinds.
    is_least
        Whether no payments of this kind that do it move less money.
    before, after : FaultLines
        `after` is `before` if nothing is paid.
    """

    kind: str
    status: Status
    payments: np.ndarray | None
    volume: float
    missing: float
    least_break_up: float
    is_least: bool
    before: FaultLines
    after: FaultLines


@dataclass(frozen=True)
class RuleComparison:
    """Break-up and strain of one club under several rules.

    Attributes
    ----------
    rules
        Names, from the best to the worst: sound rules first, then least break-up, then least
        strain, then by name.
    break_up : ndarray (rule,) [1]
        Yearly probability of a break-up.
    strain : ndarray (rule,) [USD/yr]
        Strain of all members.
    strain_index : ndarray (rule,) [1]
        Index of strain; NaN where a rule changes nothing for anyone.
    n_strained : ndarray (rule,)
        Members with a positive expected gain from leaving.
    is_sound : ndarray (rule,) of bool
        Whether break-up reaches the target and nobody has a positive expected gain.
    current
        Rule in force.
    target
        Break-up probability that counts as mended.
    """

    rules: tuple[str, ...]
    break_up: np.ndarray
    strain: np.ndarray
    strain_index: np.ndarray
    n_strained: np.ndarray
    is_sound: np.ndarray
    current: str
    target: float

    @property
    def best(self) -> str:
        """Return the best rule."""
        return self.rules[0]

    @property
    def is_repaired_by_rule(self) -> bool:
        """Return whether the rule in force is not sound and another one is."""
        return not self.is_sound[self.rules.index(self.current)] and bool(self.is_sound.any())


def side_payments(club: ClubDraws, terms: CommitmentTerms, *, margin: float = 0.0) -> Repair:
    """Return the smallest certain payments with which nobody expects to gain from leaving.

    Parameters
    ----------
    club
        Amounts inside and outside by draw and member [USD/yr].
    terms
        Discount factor and exit costs, for the break-up before and after.
    margin
        What each member should at least expect to gain from staying [USD/yr]; above 0 a
        repair also holds on draws that differ a little.

    Returns
    -------
    Repair
        ``not reachable`` if the expected surpluses sum to less than the margins.

    Raises
    ------
    CoalitionError
        ORE-COA-048 if the margin is negative or not finite.

    References
    ----------
    Eyckmans, J. and Finus, M. (2004). An almost ideal sharing scheme for coalition games with
    externalities. FEEM working paper 155.2004. Carraro, C., Eyckmans, J. and Finus, M. (2006).
    Optimal transfers and participation decisions in international environmental agreements. Review
    of International Organizations 1(4), 379-396.

    Examples
    --------
    >>> inside, outside = np.array([[1.0, 9.0, 8.0]]), np.array([[3.0, 3.0, 6.0]])
    >>> club = ClubDraws(inside, outside, np.ones(1), ("ban",), ("AUS", "JPN", "KOR"))
    >>> side_payments(club, CommitmentTerms(0.9)).payments.tolist()
    [2.0, -1.5, -0.5]
    """
    if not (np.isfinite(margin) and margin >= 0.0):
        raise CoalitionError(
            "ORE-COA-048",
            f"a margin of {margin} USD/yr.",
            why="members that are paid to expect less than outside would leave.",
            fix="give a margin of at least 0 USD/yr.",
        )
    before = fault_lines(club, terms)
    required = before.expected_gain + margin
    if (required <= (club.smallest if margin == 0.0 else 0.0)).all():
        return unpaid("side payments", "not needed", before)
    missing = float(required.sum())
    if missing > club.smallest:
        return unpaid("side payments", "not reachable", before, missing=missing)
    return paid("side payments", club, terms, least_payments(required), before)


def least_payments(required: np.ndarray) -> np.ndarray:
    """Return payments that sum to zero and give each member at least what it requires.

    A member that requires something gets just that; members with something to spare pay pro rata
    to it. No other payments move less money.

    Parameters
    ----------
    required : ndarray (member,) [USD/yr]
        Least payment of each member, negative if it can spare something; sums to at most 0.

    Examples
    --------
    >>> least_payments(np.array([2.0, -6.0, -2.0])).tolist()
    [2.0, -1.5, -0.5]
    """
    get, spare = np.maximum(required, 0.0), np.maximum(-required, 0.0)
    total, all_spare = float(get.sum()), float(spare.sum())
    if total <= 0.0 or all_spare <= 0.0:
        return np.zeros(required.shape)
    payments = get - spare * (total / all_spare)
    # Rounding goes to the largest payer, so that no money is made.
    payments[int(spare.argmax())] -= payments.sum()
    return np.asarray(payments)


def compare_rules(
    clubs: Mapping[str, ClubDraws], terms: CommitmentTerms, *, current: str, target: float = 0.0
) -> RuleComparison:
    """Return break-up and strain by rule, best rule first.

    Parameters
    ----------
    clubs
        Rule to amounts under it, all on the same draws.
    terms
        Discount factor and exit costs.
    current
        Rule in force, one of those in `clubs`.
    target
        Yearly break-up probability that counts as mended.

    Raises
    ------
    CoalitionError
        ORE-COA-044 if the rule in force is not among them, ORE-COA-047 if draws differ,
        ORE-COA-046 if the target is no probability.
    """
    if current not in clubs:
        raise CoalitionError(
            "ORE-COA-044",
            f"the rule in force '{current}' is not among those compared.",
            why="a change of rule is judged against the rule in force.",
            fix=f"{suggestion(current, clubs)} Rules are {', '.join(clubs)}.".strip(),
        )
    same_draws(clubs)
    check_target(target)
    found = {rule: fault_lines(club, terms) for rule, club in clubs.items()}
    sound = {
        rule: lines.break_up <= target + SAME_PROBABILITY and not lines.strained.any()
        for rule, lines in found.items()
    }
    rules = sorted(found, key=lambda rule: (not sound[rule], *_badness(found[rule]), rule))
    return RuleComparison(
        rules=tuple(rules),
        break_up=np.array([found[rule].break_up for rule in rules]),
        strain=np.array([float(found[rule].strain.sum()) for rule in rules]),
        strain_index=np.array([found[rule].strain_index for rule in rules]),
        n_strained=np.array([int(found[rule].strained.sum()) for rule in rules]),
        is_sound=np.array([sound[rule] for rule in rules]),
        current=current,
        target=target,
    )


def check_target(target: float) -> float:
    """Return a break-up probability to reach if it is one.

    Raises
    ------
    CoalitionError
        ORE-COA-046 if it is outside 0 to below 1.
    """
    if 0.0 <= target < 1.0:
        return target
    raise CoalitionError(
        "ORE-COA-046",
        f"a break-up probability of at most {target}.",
        why="a yearly probability lies between 0 and 1, and at 1 nothing is asked for.",
        fix="give a target from 0 to below 1, such as 0.02.",
    )


def unpaid(
    kind: str,
    status: Status,
    before: FaultLines,
    *,
    missing: float = 0.0,
    least_break_up: float = float("nan"),
) -> Repair:
    """Return a repair that pays nothing: none is needed, reachable or found."""
    is_needed = status != "not needed"
    return Repair(
        kind=kind,
        status=status,
        payments=None if is_needed else np.zeros(len(before.members)),
        volume=float("nan") if is_needed else 0.0,
        missing=missing,
        least_break_up=least_break_up,
        is_least=not is_needed,
        before=before,
        after=before,
    )


def paid(
    kind: str,
    club: ClubDraws,
    terms: CommitmentTerms,
    payments: np.ndarray,
    before: FaultLines,
    *,
    least_break_up: float = float("nan"),
    is_least: bool = True,
) -> Repair:
    """Return a repair with the fault lines of the club after its payments."""
    by_draw = np.broadcast_to(payments, club.inside.shape)
    return Repair(
        kind=kind,
        status="repaired",
        payments=payments,
        volume=float(club.weight @ np.maximum(by_draw, 0.0).sum(axis=1)),
        missing=0.0,
        least_break_up=least_break_up,
        is_least=is_least,
        before=before,
        after=fault_lines(club.with_payments(payments), terms),
    )


def _badness(lines: FaultLines) -> tuple[float, float]:
    return round(lines.break_up, 12), float(lines.strain.sum())
