"""Prices of a year of one member, with what moved beside them.

Does      Picks minerals whose price moved most and says what changed in use, capacity and measures.
Units     Changes over the year before [1].
Method    Changes are told beside each other; no share of the move is given to any: the market
          joins them.
Assumes   Members whose market did not solve are told apart.
Not here  Acts: see `.acts`.
"""

from __future__ import annotations

import numpy as np

from oreacle.engine.setting import Setting
from oreacle.engine.state import YearRecord
from oreacle.forecasting.histories.records import PriceMove

MOST_MOVES = 5
LEAST_MOVE = 0.1
"""Change over the year before from which a price is told [1]."""
LEAST_PART = 0.005
LEAST_SHORTAGE = 0.01


def price_moves(
    setting: Setting, record: YearRecord, before: YearRecord | None
) -> tuple[PriceMove, ...]:
    """Return the largest moves of prices over the year before, or over the base year."""
    level = record.price_delivered[0]
    old = np.ones_like(level) if before is None else before.price_delivered[0]
    change = level / old - 1.0
    size = np.abs(np.log(np.where(np.isfinite(change), level / old, 1.0)))
    order = [int(k) for k in np.argsort(-size)[:MOST_MOVES] if size[k] >= np.log1p(LEAST_MOVE)]
    chains = list(setting.world.chains.values())
    return tuple(
        PriceMove(
            mineral=setting.space.minerals[k],
            name=chains[k].name,
            change=float(change[k]),
            level=float(level[k]),
            reasons=tuple(_reasons(setting, record, before, k)),
        )
        for k in order
    )


def _reasons(setting: Setting, record: YearRecord, before: YearRecord | None, k: int) -> list[str]:
    chain = setting.world.chain(setting.space.minerals[k])
    wanted = chain.used.sum() if before is None else before.wanted[0, k]
    parts = [("use at base prices", float(record.wanted[0, k] / wanted - 1.0))]
    for words, name in (
        ("mine capacity", "mine_capacity"),
        ("refining capacity", "plant_capacity"),
    ):
        old = 1.0 if before is None else float(getattr(before, name)[0, k])
        parts.append((words, float(getattr(record, name)[0, k]) / old - 1.0))
    now, was = _held(record, k), 0.0 if before is None else _held(before, k)
    parts.append(("price by new measures", (1.0 + now) / (1.0 + was) - 1.0))
    return [
        f"{words} {part:+.1%}".replace("%", " %")
        for words, part in parts
        if np.isfinite(part) and abs(part) >= LEAST_PART
    ]


def _held(record: YearRecord, k: int) -> float:
    """Return by how much new measures raise the price [1]."""
    return float(record.price_delivered[0, k] / record.price_reference[0, k] - 1.0)


def shortages(setting: Setting, record: YearRecord) -> tuple[tuple[str, float], ...]:
    """Return minerals of which new measures leave users without a hundredth or more."""
    lost = record.shortage[0]
    order = [int(k) for k in np.argsort(-np.nan_to_num(lost)) if lost[k] >= LEAST_SHORTAGE]
    return tuple((setting.space.minerals[k], float(lost[k])) for k in order)
