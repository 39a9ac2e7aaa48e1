"""Rules by which a club divides its tonnes or its money, for all draws at once.

Does      Divides a supply over members' needs, or an amount of money over members, by a rule.
Units     Tonnes: need and supply in t/yr. Money: USD/yr. Contributions: any one unit.
Method    Each tonnage rule fills members at speeds of its own up to their need, exactly, by sorting
          the levels at which they are full. Need: speed = need. Contribution: speed = contribution.
          Equal: one speed (constrained equal awards; Thomson 2003). In order: favoured
          members by need, then the others by need. What is left when all needs are met goes out
          by contribution, under the equal rule in equal parts.
Assumes   A need is what a member would use; contributions are agreed and the same in all draws.
Not here  Shares of one draw on a market: see `oreacle.market.stress`. Who gains from leaving: see
          `oreacle.coalitions.fault_lines`.
"""

from __future__ import annotations

import numpy as np

from oreacle.core.errors import CoalitionError
from oreacle.core.labels import suggestion

NEED, CONTRIBUTION, EQUAL, IN_ORDER = "need", "contribution", "equal", "in order"
SUPPLY_RULES = (NEED, CONTRIBUTION, EQUAL, IN_ORDER)
USE, GAIN = "use", "gain"
MONEY_RULES = (USE, CONTRIBUTION, EQUAL, GAIN)


def divide(
    rule: str,
    supply: np.ndarray,
    need: np.ndarray,
    contribution: np.ndarray,
    *,
    first: np.ndarray | None = None,
) -> np.ndarray:
    """Return what members get of a supply in each draw.

    Parts sum to the supply. Nobody gets more than its need unless all needs are met. Under the rule
    of contribution, members without one get something only after those with one are full.

    Parameters
    ----------
    rule
        ``need``, ``contribution``, ``equal`` or ``in order``.
    supply : ndarray (draw,) [t/yr]
        What there is to divide.
    need : ndarray (draw, member) [t/yr]
        What members lack.
    contribution : ndarray (member,)
        What members put in; if all are zero, "by contribution" means in equal parts.
    first : ndarray (member,) of bool
        Favoured members; asked for by ``in order``, not used by the others.

    Returns
    -------
    ndarray (draw, member) [t/yr]
        Parts of members.

    Raises
    ------
    CoalitionError
        ORE-COA-044 for an unknown rule, or none of favoured members under ``in order``;
        ORE-COA-040 if shapes do not fit, ORE-COA-042 if a number is missing or infinite,
        ORE-COA-048 if one is negative.

    References
    ----------
    Thomson, W. (2003). Axiomatic and game-theoretic analysis of bankruptcy and taxation problems:
    a survey. Mathematical Social Sciences 45(3), 249-297.

    Examples
    --------
    >>> need, put_in = np.array([[20.0, 60.0, 40.0]]), np.array([1.0, 1.0, 2.0])
    >>> divide("need", np.array([90.0]), need, put_in).tolist()
    [[15.0, 45.0, 30.0]]
    >>> divide("equal", np.array([90.0]), need, put_in).tolist()
    [[20.0, 35.0, 35.0]]
    >>> divide("in order", np.array([90.0]), need, put_in, first=np.array([0, 0, 1])).tolist()
    [[12.5, 37.5, 40.0]]
    """
    name = check_rule(rule, SUPPLY_RULES)
    supply, need, contribution = _checked(supply, need, contribution)
    within_need = np.minimum(supply, need.sum(axis=1))
    even = np.ones(contribution.shape)
    speeds = {NEED: need, CONTRIBUTION: contribution, EQUAL: even}
    if name == IN_ORDER:
        tiers = [np.where(mask, need, 0.0) for mask in _tiers(first, need.shape[1])]
        ahead = _fill(within_need, tiers[0], tiers[0])
        got = ahead + _fill(within_need - ahead.sum(axis=1), tiers[1], tiers[1])
    else:
        got = _fill(within_need, need, np.broadcast_to(speeds[name], need.shape))
    key = even if name == EQUAL or not contribution.any() else contribution
    over = np.maximum(supply - need.sum(axis=1), 0.0)
    return np.asarray(got + over[:, None] * (key / key.sum()))


def share_money(
    rule: str, total: np.ndarray, use: np.ndarray, contribution: np.ndarray, gain: np.ndarray
) -> np.ndarray:
    """Return members' parts of an amount of money in each draw.

    A draw in which a rule has nothing to go by (nobody uses anything, nobody gains) is shared by
    contribution; without contributions, in equal parts.

    Parameters
    ----------
    rule
        ``use``, ``contribution``, ``equal`` or ``gain`` (pro rata to positive gains).
    total : ndarray (draw,) [USD/yr]
        Money to share; costs are negative.
    use : ndarray (draw, member) [t/yr]
        What members use of the club.
    contribution : ndarray (member,)
        What members put in.
    gain : ndarray (draw, member) [USD/yr]
        What the club is worth to members before the money is shared; may be negative.

    Returns
    -------
    ndarray (draw, member) [USD/yr]
        Parts of members; rows sum to `total`.

    Raises
    ------
    CoalitionError
        As `divide`, but `total` and `gain` may be negative.

    Examples
    --------
    >>> share_money("gain", np.array([-6.0]), np.ones((1, 2)), np.ones(2),
    ...             np.array([[4.0, 2.0]])).tolist()
    [[-4.0, -2.0]]
    """
    name = check_rule(rule, MONEY_RULES)
    money, gain = np.asarray(total, dtype=float), np.asarray(gain, dtype=float)
    _check_finite(total=money, gain=gain)
    if money.ndim != 1 or gain.shape != np.shape(use):
        _refuse_shapes(money.shape, np.shape(use), gain.shape)
    _, use, contribution = _checked(np.abs(money), use, contribution)
    even = np.ones(contribution.shape)
    agreed = contribution if contribution.any() else even
    keys = {USE: use, CONTRIBUTION: agreed, EQUAL: even, GAIN: np.maximum(gain, 0.0)}
    key = np.broadcast_to(keys[name], use.shape)
    key = np.where(key.sum(axis=1, keepdims=True) > 0.0, key, agreed)
    key = key / key.max(axis=1, keepdims=True)  # so that tiny keys do not lose digits
    return np.asarray(money[:, None] * (key / key.sum(axis=1, keepdims=True)))


def check_rule(rule: str, rules: tuple[str, ...]) -> str:
    """Return the name of a rule, written with blanks.

    Raises
    ------
    CoalitionError
        ORE-COA-044 if there is no such rule.

    Examples
    --------
    >>> check_rule("In_order", SUPPLY_RULES)
    'in order'
    """
    name = rule.strip().lower().replace("_", " ").replace("-", " ")
    if name in rules:
        return name
    raise CoalitionError(
        "ORE-COA-044",
        f"unknown rule of division '{rule}'.",
        why="a club would be divided by nobody's rule.",
        fix=f"{suggestion(name, rules)} Rules are {', '.join(rules)}.".strip(),
    )


def _fill(supply: np.ndarray, need: np.ndarray, speed: np.ndarray) -> np.ndarray:
    """Return what members hold when each fills at its speed up to its need.

    Members without speed fill last, pro rata to their need. `supply` does not exceed the sum of
    needs.
    """
    can_fill = speed > 0.0
    quick = np.where(can_fill, need, 0.0)
    first = np.minimum(supply, quick.sum(axis=1))
    full_at = np.divide(need, speed, out=np.full(need.shape, np.inf), where=can_fill)
    got = np.minimum(quick, _level(first, quick, speed, full_at)[:, None] * speed)
    slow, left = need - quick, supply - first
    asked = slow.sum(axis=1)
    part = np.divide(left, asked, out=np.zeros(left.shape), where=asked > 0.0)
    return np.asarray(got + slow * np.minimum(part, 1.0)[:, None])


def _level(
    supply: np.ndarray, need: np.ndarray, speed: np.ndarray, full_at: np.ndarray
) -> np.ndarray:
    """Return the level to which the supply fills the members of each draw, shape (draw,).

    Between the levels at which members are full, what is held rises linearly: with members in order
    of `full_at`, held(level) = needs of those that are full + level x speeds of the others.
    """
    order = np.argsort(full_at, axis=1, kind="stable")
    at, needs, speeds = (np.take_along_axis(each, order, axis=1) for each in (full_at, need, speed))
    held = np.cumsum(needs, axis=1) - needs
    still = np.cumsum(speeds[:, ::-1], axis=1)[:, ::-1]
    level = np.divide(
        supply[:, None] - held, still, out=np.full(at.shape, np.inf), where=still > 0.0
    )
    # The first member that the level would not fill is where the supply ends.
    is_end = level <= at
    place = np.where(is_end.any(axis=1), is_end.argmax(axis=1), at.shape[1] - 1)
    found = np.take_along_axis(level, place[:, None], axis=1)[:, 0]
    all_full = np.where(np.isfinite(at), at, 0.0).max(axis=1)
    return np.asarray(np.clip(found, 0.0, all_full))


def _tiers(first: np.ndarray | None, n_members: int) -> tuple[np.ndarray, np.ndarray]:
    mask = None if first is None else np.asarray(first)
    if mask is None or mask.shape != (n_members,):
        raise CoalitionError(
            "ORE-COA-044",
            "the rule 'in order' needs to know who comes first, one mark per member.",
            why="without it every member would be favoured, which is the rule of need.",
            fix="give `first` as a mask (member,), or use the rule 'need'.",
        )
    return mask.astype(bool), ~mask.astype(bool)


def _checked(
    supply: np.ndarray, need: np.ndarray, contribution: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    supply, need, contribution = (
        np.asarray(each, dtype=float) for each in (supply, need, contribution)
    )
    if need.ndim != 2 or supply.shape != need.shape[:1] or contribution.shape != need.shape[1:]:
        _refuse_shapes(supply.shape, need.shape, contribution.shape)
    _check_finite(supply=supply, need=need, contribution=contribution)
    for name, values in (("supply", supply), ("need", need), ("contribution", contribution)):
        if (values < 0.0).any():
            raise CoalitionError(
                "ORE-COA-048",
                f"{name} is negative in {int((values < 0.0).sum())} places.",
                why="members would be given what others lack.",
                fix="pass amounts of at least 0; a surplus of a member is a need of 0.",
            )
    return supply, need, contribution


def _check_finite(**arrays: np.ndarray) -> None:
    for name, values in arrays.items():
        if not np.isfinite(values).all():
            raise CoalitionError(
                "ORE-COA-042",
                f"{name} is missing or infinite in {int((~np.isfinite(values)).sum())} places.",
                why="a missing amount is not an amount of zero.",
                fix="leave the draw out, or decide what the gap means before dividing.",
            )


def _refuse_shapes(*shapes: tuple[int, ...]) -> None:
    raise CoalitionError(
        "ORE-COA-040",
        f"shapes {', '.join(str(shape) for shape in shapes)} do not fit.",
        why="members would be given the parts of others.",
        fix="give (draw,), (draw, member) and (member,) over the same draws and members.",
    )
