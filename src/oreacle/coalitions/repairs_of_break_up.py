"""Payments after which members stay: certain ones, and ones in the years that break the club.

Does      Finds the least payments that bring the probability of a break-up to a target.
Units     USD/yr; probabilities.
Method    A certain payment y keeps a member in a draw if g - y <= B max(S + y, 0) + cost, with
          B = beta / (1 - beta) and S its expected surplus: solved for y, each draw asks for a least
          payment. Which draws may break is a mixed-integer programme; a member's payment is
          at least the quantile of what its draws ask for (Luedtke, Ahmed and Nemhauser 2010), which
          keeps the programme small and proves many cases out of reach. Payments in breaking draws
          are a linear programme. Both by HiGHS, in units of the largest amount.
Assumes   As `oreacle.coalitions.repairs`.
Not here  Payments against expected gains, and rules: see `oreacle.coalitions.repairs`.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import coo_array, csr_array, eye_array, hstack, kron, vstack

from oreacle.coalitions.club_draws import ClubDraws
from oreacle.coalitions.fault_lines import CommitmentTerms, FaultLines, fault_lines
from oreacle.coalitions.repairs import (
    SAME_PROBABILITY,
    Repair,
    check_target,
    least_payments,
    paid,
    unpaid,
)

CERTAIN, CONTINGENT = "payments against break-up", "payments in breaking draws"
# A limit on nodes, not on seconds: the same inputs give the same answer on any machine.
NODES = 2000
SOLVED, INFEASIBLE = 0, 2
# Rows of the linear programme are met to 1e-7; a solution that fails by that is asked for more.
MARGINS = (0.0, 1e-6)


def required_to_stay(club: ClubDraws, terms: CommitmentTerms) -> np.ndarray:
    """Return the least certain payment with which a member stays in a draw.

    Parameters
    ----------
    club
        Amounts inside and outside by draw and member [USD/yr].
    terms
        Discount factor and exit costs.

    Returns
    -------
    ndarray (draw, member) [USD/yr]
        Negative where a member could pay and would still stay.

    Examples
    --------
    >>> club = ClubDraws(np.array([[4.0, 9.0], [4.0, 9.0]]), np.array([[3.0, 3.0], [9.0, 3.0]]),
    ...                  np.full(2, 0.5), ((), "ban"), ("JPN", "KOR"))
    >>> required_to_stay(club, CommitmentTerms(0.5)).tolist()
    [[-1.0, -6.0], [3.5, -6.0]]
    """
    ratio = terms.discount / (1.0 - terms.discount)
    surplus = club.weight @ -club.gain
    over = club.gain - terms.costs(club.gain.shape[1])
    # Below y = -S a member expects nothing from staying and only the day counts.
    return np.asarray(np.where(over >= -surplus, (over - ratio * surplus) / (1.0 + ratio), over))


def payments_against_break_up(
    club: ClubDraws, terms: CommitmentTerms, *, target: float = 0.0, nodes: int = NODES
) -> Repair:
    """Return the least certain payments with which break-up is at most a target.

    Parameters
    ----------
    club
        Amounts inside and outside by draw and member [USD/yr].
    terms
        Discount factor and exit costs.
    target
        Yearly probability of a break-up to reach.
    nodes
        Most nodes of the search; after them the status may be ``not settled``, or a repair
        may not be the least.

    Returns
    -------
    Repair
        ``not reachable`` only if proved.

    Raises
    ------
    CoalitionError
        ORE-COA-046 if the target is no probability.

    References
    ----------
    Luedtke, J., Ahmed, S. and Nemhauser, G. L. (2010). An integer programming approach for linear
    programs with probabilistic constraints. Mathematical Programming 122(2), 247-272.

    Examples
    --------
    >>> club = ClubDraws(np.array([[4.0, 9.0], [4.0, 9.0]]), np.array([[3.0, 3.0], [9.0, 3.0]]),
    ...                  np.full(2, 0.5), ((), "ban"), ("JPN", "KOR"))
    >>> found = payments_against_break_up(club, CommitmentTerms(0.5))
    >>> found.status, found.payments.tolist(), found.before.break_up, found.after.break_up
    ('repaired', [3.5, -3.5], 0.5, 0.0)
    """
    check_target(target)
    before = fault_lines(club, terms)
    asked, weight = _live(required_to_stay(club, terms), club.weight)
    least = _least_break_up(asked, weight)
    if before.break_up <= target + SAME_PROBABILITY:
        return unpaid(CERTAIN, "not needed", before, least_break_up=least)
    floor = _floor(asked, weight, target)
    missing = float(floor.sum())
    if missing > club.smallest:
        return unpaid(CERTAIN, "not reachable", before, missing=missing, least_break_up=least)
    required, code = floor, SOLVED
    if _broken(asked, weight, floor) > target + SAME_PROBABILITY:
        required, code = _search(asked, weight, floor, target, nodes)
        if code == INFEASIBLE:
            least = max(least, target)
            return unpaid(
                CERTAIN, "not reachable", before, missing=float("nan"), least_break_up=least
            )
    if np.isfinite(required).all() and required.sum() <= club.smallest:
        payments, is_least = least_payments(required), code == SOLVED
        repair = paid(
            CERTAIN, club, terms, payments, before, least_break_up=least, is_least=is_least
        )
        if repair.after.break_up <= target + SAME_PROBABILITY:
            return repair
    return unpaid(CERTAIN, "not settled", before, missing=float("nan"), least_break_up=least)


def payments_in_breaking_draws(club: ClubDraws, terms: CommitmentTerms) -> Repair:
    """Return the least payments, made in breaking draws alone, after which nobody walks out.

    In each draw that would break the club members that stay pay those that would leave: insurance
    among members. Everyone must expect to gain from the club so repaired.

    Parameters
    ----------
    club
        Amounts inside and outside by draw and member [USD/yr].
    terms
        Discount factor and exit costs.

    Returns
    -------
    Repair
        `payments` by draw and member; its `volume` is the expected sum of what is paid.

    Examples
    --------
    >>> club = ClubDraws(np.array([[4.0, 9.0], [4.0, 9.0]]), np.array([[3.0, 3.0], [9.0, 3.0]]),
    ...                  np.full(2, 0.5), ((), "ban"), ("JPN", "KOR"))
    >>> found = payments_in_breaking_draws(club, CommitmentTerms(0.5))
    >>> found.status, found.volume, found.after.break_up
    ('repaired', 2.333..., 0.0)
    >>> found.payments.round(3).tolist()
    [[0.0, 0.0], [4.667, -4.667]]
    """
    before = fault_lines(club, terms)
    if before.break_up <= 0.0:
        return unpaid(CONTINGENT, "not needed", before)
    for margin in MARGINS:
        status, flows = _contingent(club, terms, before, margin)
        if status == INFEASIBLE and margin == 0.0:
            return unpaid(CONTINGENT, "not reachable", before, missing=float("nan"))
        if status == SOLVED:
            repair = paid(CONTINGENT, club, terms, flows, before)
            if repair.after.break_up <= SAME_PROBABILITY:
                return repair
    return unpaid(CONTINGENT, "not settled", before, missing=float("nan"))


def _live(asked: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return draws that can happen."""
    return asked[weight > 0.0], weight[weight > 0.0]


def _broken(asked: np.ndarray, weight: np.ndarray, payments: np.ndarray) -> float:
    return float(weight @ (asked > payments).any(axis=1))


def _floor(asked: np.ndarray, weight: np.ndarray, share: float) -> np.ndarray:
    """Return the least payment of each member alone with which it walks out in a share of years.

    No payments with that break-up probability are lower for any member.
    """
    order = np.argsort(-asked, axis=0, kind="stable")
    levels, weights = np.take_along_axis(asked, order, axis=0), weight[order]
    above = np.cumsum(weights, axis=0) - weights
    last = (above <= share + SAME_PROBABILITY).sum(axis=0) - 1
    return np.asarray(np.take_along_axis(levels, last[None, :], axis=0)[0])


def _least_break_up(asked: np.ndarray, weight: np.ndarray) -> float:
    """Return the least probability at which the members' floors can be paid among themselves."""
    order = np.argsort(-asked, axis=0, kind="stable")
    weights = weight[order]
    shares = np.unique(np.maximum(np.cumsum(weights, axis=0) - weights, 0.0))
    low, high = 0, len(shares)
    while low < high:
        middle = (low + high) // 2
        if _floor(asked, weight, float(shares[middle])).sum() <= 0.0:
            high = middle
        else:
            low = middle + 1
    return float(shares[low]) if low < len(shares) else 1.0


def _search(
    asked: np.ndarray, weight: np.ndarray, floor: np.ndarray, target: float, nodes: int
) -> tuple[np.ndarray, int]:
    """Return what members require when the best draws are let go, and how the search ended.

    Unknowns: payments of members, their positive parts, and which open draws break.
    """
    is_open = (asked > floor).any(axis=1)
    rows, likely = asked[is_open], weight[is_open]
    scale = max(float(np.abs(asked).max()), np.finfo(float).tiny)
    n = asked.shape[1]
    is_draw = np.repeat([0.0, 0.0, 1.0], [n, n, len(rows)])
    low = np.concatenate([floor / scale, np.zeros(n + len(rows))])
    high = np.concatenate([asked.max(axis=0) / scale, np.full(n, np.inf), np.ones(len(rows))])
    found = milp(
        np.repeat([0.0, 1.0, 0.0], [n, n, len(rows)]),
        integrality=is_draw,
        bounds=Bounds(low, high),
        constraints=_constraints(rows / scale, likely, floor / scale, target),
        options={"node_limit": nodes, "mip_rel_gap": 1e-6},
    )
    if found.status == INFEASIBLE or found.x is None:
        return np.full(n, np.nan), int(found.status)
    is_kept = np.ones(len(asked), dtype=bool)
    is_kept[np.flatnonzero(is_open)[found.x[2 * n :] > 0.5]] = False
    return np.maximum(floor, asked[is_kept].max(axis=0, initial=-np.inf)), int(found.status)


def _constraints(
    rows: np.ndarray, likely: np.ndarray, floor: np.ndarray, target: float
) -> list[LinearConstraint]:
    n_draws, n = rows.shape
    draw, member = np.nonzero(rows > floor)
    places = np.arange(len(draw))
    entries = np.concatenate([np.ones(len(draw)), (rows - floor)[draw, member]])
    columns = np.concatenate([member, 2 * n + draw])
    width = 2 * n + n_draws
    stay = coo_array((entries, (np.tile(places, 2), columns)), shape=(len(draw), width))
    positive = np.hstack([-np.eye(n), np.eye(n), np.zeros((n, n_draws))])
    # In units of the mean draw: the solver's tolerance then is far below one draw.
    unit = float(likely.mean())
    return [
        LinearConstraint(csr_array(stay), lb=rows[draw, member]),
        LinearConstraint(positive, lb=0.0),
        LinearConstraint(np.repeat([1.0, 0.0, 0.0], [n, n, n_draws])[None, :], ub=0.0),
        LinearConstraint(
            np.concatenate([np.zeros(2 * n), likely / unit])[None, :],
            ub=(target + SAME_PROBABILITY) / unit,
        ),
    ]


def _contingent(
    club: ClubDraws, terms: CommitmentTerms, before: FaultLines, margin: float
) -> tuple[int, np.ndarray]:
    """Return how the linear programme ended and its payments, shape (draw, member).

    Unknowns: what is received and what is paid by breaking draw and member, then the expected
    payment of each member.
    """
    ratio = terms.discount / (1.0 - terms.discount)
    n = club.gain.shape[1]
    surplus, over = -before.expected_gain, club.gain - terms.costs(n)
    is_breaking = before.walks.any(axis=1) & (club.weight > 0.0)
    is_quiet = ~is_breaking & (club.weight > 0.0)
    scale = max(float(np.abs(over).max()), float(np.abs(surplus).max()), np.finfo(float).tiny)
    weight = club.weight[is_breaking]
    size = len(weight) * n
    to_member = kron(weight[None, :], eye_array(n))
    in_draw = kron(eye_array(len(weight)), np.ones((1, n)))
    future = kron(np.ones((len(weight), 1)), ratio * eye_array(n))
    worst = over[is_quiet].max(axis=0, initial=-np.inf)
    # Expected payments keep everyone's surplus positive and everyone in the quiet draws inside.
    is_held = worst > club.smallest  # by the future alone, so that beta is above 0
    least = np.divide(worst, ratio, out=np.zeros(n), where=is_held) - surplus
    asked = (over[is_breaking] - ratio * surplus).ravel()
    found = linprog(
        np.concatenate([np.repeat(weight, n), np.zeros(size + n)]),
        A_ub=hstack([-eye_array(size), eye_array(size), -future]).tocsr(),
        b_ub=-(asked / scale + margin),
        A_eq=vstack(
            [
                hstack([in_draw, -in_draw, coo_array((len(weight), n))]),
                hstack([to_member, -to_member, -eye_array(n)]),
            ]
        ).tocsr(),
        b_eq=np.zeros(len(weight) + n),
        bounds=[(0.0, None)] * (2 * size) + [(each / scale + margin, None) for each in least],
        method="highs",
    )
    payments = np.zeros(club.gain.shape)
    if found.status == SOLVED:
        flows = scale * (found.x[:size] - found.x[size : 2 * size]).reshape(len(weight), n)
        # Rounding goes to the largest payer of a draw, so that no money is made.
        flows[np.arange(len(weight)), flows.argmin(axis=1)] -= flows.sum(axis=1)
        payments[is_breaking] = flows
    return int(found.status), payments
