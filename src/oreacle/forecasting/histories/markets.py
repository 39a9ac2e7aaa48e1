"""Prices of a year of one member, with the causes whose effect changed.

Does      Picks minerals whose price moved most, and those that stayed while large causes cancelled,
          and divides each move by cause.
Units     Changes over the year before [1]; parts of a move in log points.
Method    The part of a cause in the move of a log price is the change of its first-order effect
          (`oreacle.engine.price_effects`); what their sum leaves of the move are the answers of the
          market, as in `oreacle.forecasting.risk`. So parts add up to the move.
Assumes   Members whose market did not solve are told apart; an effect that is not known is none,
          and falls to the answers.
Not here  Acts: see `.acts`.
"""

from __future__ import annotations

import numpy as np

from oreacle.engine.setting import Setting
from oreacle.engine.state import YearRecord
from oreacle.forecasting.histories.records import CauseOfMove, PriceMove
from oreacle.forecasting.risk import ANSWERS

MOST_MOVES = 5
LEAST_MOVE = 0.1
"""Change over the year before from which a price is told [1]."""
MOST_CANCELLED = 3
LEAST_CANCELLED = 0.25
"""Part of one cause from which a price that stayed is told [log points]."""
LEAST_PAIR = 0.1
"""What causes cancel of each other from which such a price goes before others [log points]."""
LEAST_PART = 1e-4
"""Part of a cause below which it is left to the answers of the market [log points]."""
LEAST_SHORTAGE = 0.01


def price_moves(
    setting: Setting, record: YearRecord, before: YearRecord | None
) -> tuple[PriceMove, ...]:
    """Return the largest moves of prices over the year before, or over the base year."""
    size = np.abs(_log_moves(record, before))
    order = [int(k) for k in np.argsort(-size)[:MOST_MOVES] if size[k] >= np.log1p(LEAST_MOVE)]
    return tuple(_move(setting, record, before, k) for k in order)


def cancelled_moves(
    setting: Setting, record: YearRecord, before: YearRecord | None
) -> tuple[PriceMove, ...]:
    """Return prices that stayed though a cause of its own would have moved them much.

    Those come first in which causes cancelled each other, by the smaller of what raised and what
    lowered the price; then those that the market damped, by the largest cause.
    """
    size = np.abs(_log_moves(record, before))
    found = []
    for k in np.flatnonzero((size < np.log1p(LEAST_MOVE)) & _is_known(record, before)):
        move = _move(setting, record, before, int(k))
        own = [one.log_points for one in move.causes if one.cause != ANSWERS]
        largest = max((abs(part) for part in own), default=0.0)
        if largest >= LEAST_CANCELLED:
            both = min(sum(x for x in own if x > 0), -sum(x for x in own if x < 0))
            found.append((both if both >= LEAST_PAIR else 0.0, largest, move))
    found.sort(key=lambda one: (-one[0], -one[1]))
    return tuple(move for *_, move in found[:MOST_CANCELLED])


def _is_known(record: YearRecord, before: YearRecord | None) -> np.ndarray:
    return np.asarray(np.isfinite(record.price_delivered[0] / _old(record, before)))


def _old(record: YearRecord, before: YearRecord | None) -> np.ndarray:
    """Return delivered prices of the year before over the base year [1]."""
    now = record.price_delivered[0]
    return np.ones_like(now) if before is None else np.asarray(before.price_delivered[0])


def _log_moves(record: YearRecord, before: YearRecord | None) -> np.ndarray:
    """Return changes of log prices, 0 where one of the two is not known [log points]."""
    ratio = record.price_delivered[0] / _old(record, before)
    return np.asarray(np.log(np.where(np.isfinite(ratio), ratio, 1.0)))


def _move(setting: Setting, record: YearRecord, before: YearRecord | None, k: int) -> PriceMove:
    mineral = setting.space.minerals[k]
    chain = setting.world.chain(mineral)
    wanted = chain.used.sum() if before is None else before.wanted[0, k]
    mines, plants = (
        (1.0, 1.0) if before is None else (before.mine_capacity[0, k], before.plant_capacity[0, k])
    )
    log_move = float(_log_moves(record, before)[k])
    return PriceMove(
        mineral=mineral,
        name=chain.name,
        change=float(np.expm1(log_move)),
        level=float(record.price_delivered[0, k]),
        causes=causes_of_move(log_move, _effects(record, k), _effects(before, k)),
        use=_change(record.wanted[0, k], wanted),
        mine_capacity=_change(record.mine_capacity[0, k], mines),
        plant_capacity=_change(record.plant_capacity[0, k], plants),
    )


def _change(now: float, then: float) -> float | None:
    """Return a change over the year before [1]; None where nothing was there."""
    return float(now / then - 1.0) if then > 0.0 else None


def _effects(record: YearRecord | None, k: int) -> dict[str, float]:
    """Return effects on a log price by cause; none in the base year [log points]."""
    if record is None:
        return {}
    names, effects = record.effects
    return {name: float(np.nan_to_num(effects[0, k, at])) for at, name in enumerate(names)}


def causes_of_move(
    log_move: float, now: dict[str, float], then: dict[str, float]
) -> tuple[CauseOfMove, ...]:
    """Return the parts of causes in the move of a log price, largest first, the answers last.

    Parameters
    ----------
    log_move
        Of the log price over the year before [log points].
    now, then
        Effects on the log price by cause, in the year and in the year before [log points].

    Examples
    --------
    >>> found = causes_of_move(0.1, {"demand": 0.5, "shocks": 0.0}, {"demand": 0.2, "shocks": 0.1})
    >>> [(one.cause, round(one.log_points, 3)) for one in found]
    [('demand', 0.3), ('shocks', -0.1), ('answers', -0.1)]
    """
    parts = {name: now.get(name, 0.0) - then.get(name, 0.0) for name in {**now, **then}}
    told = {name: part for name, part in parts.items() if abs(part) >= LEAST_PART}
    ranked = sorted(told, key=lambda name: -abs(told[name]))
    answers = log_move - sum(told.values())
    return tuple(
        CauseOfMove(name, part, float(np.expm1(part)))
        for name, part in (*((name, told[name]) for name in ranked), (ANSWERS, answers))
    )


def shortages(setting: Setting, record: YearRecord) -> tuple[tuple[str, float], ...]:
    """Return minerals of which new measures leave users without a hundredth or more."""
    lost = record.shortage[0]
    order = [int(k) for k in np.argsort(-np.nan_to_num(lost)) if lost[k] >= LEAST_SHORTAGE]
    return tuple((setting.space.minerals[k], float(lost[k])) for k in order)
