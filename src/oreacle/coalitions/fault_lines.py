"""Where a club breaks: who gains from leaving, under which shock, and who walks out.

Does      Scores strain and break-up of a club over the distribution of disruptions.
Units     USD/yr; probabilities and the index of strain from 0 to 1.
Method    Gain from leaving g = outside - inside, by draw. Limited commitment: a member walks out
          in a draw if g > beta / (1 - beta) max(E[inside - outside], 0) + exit cost, that is, if
          the temptation of the day exceeds the discounted value of staying (Thomas and Worrall
          1988; Kocherlakota 1996; Ligon, Thomas and Worrall 2002: their constraint of
          sustainability, here for a rule that is fixed in advance, not for an optimal contract).
Assumes   Years are independent draws of one distribution; a member that has left stays out; when
          it weighs the future it counts on the others to stay.
Not here  What mends a club: see `oreacle.coalitions.repairs`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oreacle.coalitions.club_draws import ClubDraws
from oreacle.core.errors import CoalitionError

Z_90 = 1.6448536269514722  # normal quantile of 0.95: two-sided intervals of 90 %


@dataclass(frozen=True)
class CommitmentTerms:
    """How much members care for the future, and what walking out costs them.

    Parameters
    ----------
    discount
        Yearly discount factor beta, from 0 to below 1; an assumption of the caller.
    discount_range
        Lowest and highest discount factor that is taken seriously; None is `discount` alone.
    exit_cost
        One-off cost of walking out, for all or by member, at least 0 [USD].

    Raises
    ------
    CoalitionError
        ORE-COA-045 if a factor is outside 0 to below 1 or outside its range, or a cost is
        negative or not finite.
    """

    discount: float
    discount_range: tuple[float, float] | None = None
    exit_cost: float | tuple[float, ...] = 0.0

    def __post_init__(self) -> None:
        """Refuse terms that mean nothing."""
        low, high = self.bounds
        costs = np.asarray(self.exit_cost, dtype=float)
        is_factor = 0.0 <= low <= self.discount <= high < 1.0
        if not is_factor or not np.isfinite(costs).all() or (costs < 0.0).any():
            raise CoalitionError(
                "ORE-COA-045",
                f"discount factor {self.discount} in {low} to {high}, exit cost {self.exit_cost}.",
                why="the value of staying is a sum over years that must be finite, and leaving "
                "has no negative cost.",
                fix="take factors from 0 to below 1 with the central one inside the range, and "
                "costs of at least 0 USD.",
            )

    @property
    def bounds(self) -> tuple[float, float]:
        """Return the lowest and the highest discount factor."""
        return self.discount_range or (self.discount, self.discount)

    def costs(self, n_members: int) -> np.ndarray:
        """Return exit costs by member, shape (member,) [USD].

        Raises
        ------
        CoalitionError
            ORE-COA-040 if there are costs for another number of members.
        """
        costs = np.asarray(self.exit_cost, dtype=float)
        if costs.ndim and costs.shape != (n_members,):
            raise CoalitionError(
                "ORE-COA-040",
                f"{costs.size} exit costs for {n_members} members.",
                why="a cost would be charged to the wrong member.",
                fix="give one cost for all, or one per member in their order.",
            )
        return np.broadcast_to(costs, (n_members,)).copy()


@dataclass(frozen=True)
class FaultLines:
    """Strain and break-up of a club.

    Attributes
    ----------
    expected_gain : ndarray (member,) [USD/yr]
        Expected gain from leaving, signed: negative if the member is better off inside.
    strain : ndarray (member,) [USD/yr]
        Expected positive part of the gain: what the years in which leaving pays are worth.
    temptation : ndarray (member,) [1]
        Probability that leaving pays in a year.
    strained : ndarray (member,) of bool
        Whether the expected gain is positive.
    strain_index
        Expected positive gains over expected gains in absolute value, summed over members: 0 if
        leaving never pays, 1 if staying never does; NaN if the club changes nothing for anyone.
    cause_probability : ndarray (cause,) [1]
        Expected part of draws that a cause has.
    gain_by_cause : ndarray (member, cause) [USD/yr]
        Mean gain from leaving in draws of a cause; NaN if its draws weigh nothing.
    strain_by_cause : ndarray (member, cause) [USD/yr]
        Part of `strain` in draws of a cause; rows sum to `strain`.
    walks : ndarray (draw, member) of bool
        Who walks out in which draw.
    walk_probability : ndarray (member,) [1]
        Probability that a member walks out in a year.
    break_up
        Probability that at least one member walks out in a year.
    break_up_interval
        90 % interval of `break_up` for the number of draws: Wilson, with effective draws. The value
        of staying is taken as known.
    break_up_range
        `break_up` at the highest and at the lowest discount factor.
    break_up_by_cause : ndarray (cause,) [1]
        Part of `break_up` in draws of a cause; sums to it.
    effective_draws
        Number of equally likely draws that would tell as much.
    """

    members: tuple[str, ...]
    causes: tuple[str, ...]
    expected_gain: np.ndarray
    strain: np.ndarray
    temptation: np.ndarray
    strained: np.ndarray
    strain_index: float
    cause_probability: np.ndarray
    gain_by_cause: np.ndarray
    strain_by_cause: np.ndarray
    walks: np.ndarray
    walk_probability: np.ndarray
    break_up: float
    break_up_interval: tuple[float, float]
    break_up_range: tuple[float, float]
    break_up_by_cause: np.ndarray
    effective_draws: float

    def worst_cause(self, member: str) -> str | None:
        """Return the cause with the largest mean gain from leaving; None if none is positive."""
        gains = np.nan_to_num(self.gain_by_cause[self.members.index(member)], nan=-np.inf)
        place = int(gains.argmax())
        return self.causes[place] if gains[place] > 0.0 else None

    def ranked_causes(self, member: str) -> tuple[tuple[str, float], ...]:
        """Return causes with their part of a member's strain, largest first [USD/yr]."""
        return _ranked(self.causes, self.strain_by_cause[self.members.index(member)])

    def breaking_members(self) -> tuple[tuple[str, float], ...]:
        """Return members that walk out with their yearly probability, likeliest first."""
        return _ranked(self.members, self.walk_probability)

    def breaking_causes(self) -> tuple[tuple[str, float], ...]:
        """Return causes of break-up with their part of its yearly probability, largest first."""
        return _ranked(self.causes, self.break_up_by_cause)

    def break_up_within(self, years: int) -> float:
        """Return the probability of a break-up within some years, 1 - (1 - p)^years."""
        return within(self.break_up, years)

    def interval_within(self, years: int) -> tuple[float, float]:
        """Return the 90 % interval of `break_up_within` for the number of draws."""
        low, high = self.break_up_interval
        return within(low, years), within(high, years)

    def walk_within(self, years: int) -> np.ndarray:
        """Return the probability that a member walks out within some years, shape (member,)."""
        return np.array([within(float(each), years) for each in self.walk_probability])


def fault_lines(club: ClubDraws, terms: CommitmentTerms) -> FaultLines:
    """Return who gains from leaving under which shock, and whether the club breaks.

    Parameters
    ----------
    club
        Amounts inside and outside by draw and member [USD/yr].
    terms
        Discount factor and exit costs.

    Returns
    -------
    FaultLines
        Strain and break-up by member and cause.

    Raises
    ------
    CoalitionError
        ORE-COA-040 if there are exit costs for another number of members.

    References
    ----------
    Thomas, J. and Worrall, T. (1988). Self-enforcing wage contracts. Review of Economic Studies
    55(4), 541-554. Kocherlakota, N. R. (1996). Implications of efficient risk sharing without
    commitment. Review of Economic Studies 63(4), 595-609. Ligon, E., Thomas, J. P. and Worrall,
    T. (2002). Informal insurance arrangements with limited commitment. Review of Economic Studies
    69(1), 209-244.

    Examples
    --------
    Under a ban, in a quarter of years, JPN would have 10 outside and gets 6 inside:

    >>> inside = np.array([[4.0, 4.0], [6.0, 6.0]])
    >>> outside = np.array([[2.0, 3.0], [10.0, 1.0]])
    >>> club = ClubDraws(inside, outside, np.array([0.75, 0.25]), ((), "ban"), ("JPN", "KOR"))
    >>> found = fault_lines(club, CommitmentTerms(0.8))
    >>> found.expected_gain.tolist(), found.strain.tolist(), found.break_up
    ([-0.5, -2.0], [1.0, 0.0], 0.25)
    """
    gain, weight = club.gain, club.weight
    names, shares = club.cause_shares()
    positive, is_tempted = np.maximum(gain, 0.0), gain > club.smallest
    expected, strain = weight @ gain, weight @ positive
    stakes = float((weight @ np.abs(gain)).sum())
    parts = weight[:, None] * shares
    likely = parts.sum(axis=0)
    walks = walk_outs(club, terms)
    is_broken = np.asarray(walks.any(axis=1))
    low, high = terms.bounds
    n_effective = effective_draws(weight)
    broken = _probability(weight, is_broken)
    return FaultLines(
        members=club.members,
        causes=names,
        expected_gain=expected,
        strain=strain,
        temptation=np.minimum(weight @ is_tempted, 1.0),
        strained=expected > club.smallest,
        strain_index=min(float(strain.sum()) / stakes, 1.0) if stakes > 0.0 else float("nan"),
        cause_probability=likely,
        gain_by_cause=np.divide(
            gain.T @ parts,
            likely,
            out=np.full((gain.shape[1], len(names)), np.nan),
            where=likely > 0,
        ),
        strain_by_cause=positive.T @ parts,
        walks=walks,
        walk_probability=np.minimum(weight @ walks, 1.0),
        break_up=broken,
        break_up_interval=wilson_interval(broken, n_effective),
        break_up_range=(_break_up_at(club, terms, high), _break_up_at(club, terms, low)),
        break_up_by_cause=parts.T @ is_broken,
        effective_draws=n_effective,
    )


def walk_outs(
    club: ClubDraws, terms: CommitmentTerms, *, discount: float | None = None
) -> np.ndarray:
    """Return who walks out in which draw, shape (draw, member) of bool.

    Parameters
    ----------
    club
        Amounts inside and outside by draw and member [USD/yr].
    terms
        Discount factor and exit costs.
    discount
        Another discount factor than the central one.
    """
    factor = terms.discount if discount is None else discount
    worth = np.maximum(club.weight @ -club.gain, 0.0)
    hold = factor / (1.0 - factor) * worth + terms.costs(club.gain.shape[1])
    return np.asarray(club.gain - hold > club.smallest)


def effective_draws(weight: np.ndarray) -> float:
    """Return the number of equally likely draws that would tell as much, 1 / sum of squares.

    References
    ----------
    Kish, L. (1965). Survey Sampling. Wiley.

    Examples
    --------
    >>> effective_draws(np.full(4, 0.25)), effective_draws(np.array([1.0, 0.0]))
    (4.0, 1.0)
    """
    return float(1.0 / np.square(weight).sum())


def wilson_interval(share: float, n_draws: float) -> tuple[float, float]:
    """Return the 90 % interval of a probability that was seen in a number of draws.

    With weighted draws `n_draws` is their effective number, so that a probability of 0 still has
    an upper end above 0.

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference.
    Journal of the American Statistical Association 22(158), 209-212.

    Examples
    --------
    >>> low, high = wilson_interval(0.5, 100.0)
    >>> round(low, 4), round(high, 4)
    (0.4188, 0.5812)
    """
    z2 = Z_90**2
    scale = 1.0 + z2 / n_draws
    middle = (share + z2 / (2.0 * n_draws)) / scale
    spread = share * (1.0 - share) / n_draws + z2 / (4.0 * n_draws**2)
    half = Z_90 * float(np.sqrt(spread)) / scale
    # At 0 and 1 one end is exact; rounding would move it.
    low = 0.0 if share <= 0.0 else max(middle - half, 0.0)
    return low, 1.0 if share >= 1.0 else min(middle + half, 1.0)


def within(yearly: float, years: int) -> float:
    """Return the probability of an event within some independent years.

    Raises
    ------
    CoalitionError
        ORE-COA-046 if there is not at least one year.

    Examples
    --------
    >>> within(0.5, 3)
    0.875
    """
    if years < 1:
        raise CoalitionError(
            "ORE-COA-046",
            f"{years} years.",
            why="nothing happens within no time.",
            fix="ask for at least one year.",
        )
    return 1.0 - (1.0 - yearly) ** years


def _break_up_at(club: ClubDraws, terms: CommitmentTerms, discount: float) -> float:
    walks = walk_outs(club, terms, discount=discount)
    return _probability(club.weight, np.asarray(walks.any(axis=1)))


def _probability(weight: np.ndarray, is_so: np.ndarray) -> float:
    return min(float(weight @ is_so), 1.0)


def _ranked(names: tuple[str, ...], sizes: np.ndarray) -> tuple[tuple[str, float], ...]:
    """Return names with positive sizes, largest first, ties by name."""
    found = [(name, float(size)) for name, size in zip(names, sizes, strict=True) if size > 0.0]
    return tuple(sorted(found, key=lambda pair: (-pair[1], pair[0])))
