"""Barriers that start: which kind, on which minerals, how high.

Does      Turns drawn acts into rows of barriers.
Units     As in `.piece`.
Method    Kind by its share among past acts; one mineral and link by the imposer's dependence on
          the target (mines: by world share), others join independently so that an act covers
          the usual number of minerals on average; a tariff is lognormal around its median.
Assumes   Targets of one imposer in one year share the draws of the minerals that join.
Not here  Who acts: see `oreacle.engine.act_chances`.
"""

from __future__ import annotations

import numpy as np

from oreacle.engine.mechanisms.barriers.facts import BarrierFacts, BarrierParameters
from oreacle.engine.mechanisms.barriers.piece import (
    BLOCK,
    CURB,
    MANDATE,
    NATIONALISATION,
    NONE,
    REVOCATION,
    SANCTION,
    TARIFF,
    BarriersPiece,
    no_barriers,
    together,
)
from oreacle.engine.mechanisms.contract import Moment

BARRIER, BLOCKING = 0, 1
"""Rows of draws of the two classes of acts between two parties."""


def started(moment: Moment) -> BarriersPiece:
    """Return the barriers that the year's acts start."""
    if moment.acts is None:
        return no_barriers()
    acts, none = moment.acts.by_class, np.zeros((1, 0, 0), dtype=bool)
    return together(
        [
            _on_imports(moment, acts.get("trade_barrier", none)),
            _on_capital(moment, acts.get("investment_block", none)),
            _at_mines(moment, acts.get("control", none[0])),
        ]
    )


def covered(
    weights: np.ndarray, which: np.ndarray, joins: np.ndarray, minerals: float
) -> np.ndarray:
    """Return what each act covers, boolean, shape (act, cell).

    Parameters
    ----------
    weights
        Weight of each cell, shape (act, cell); an act without any weight covers nothing.
    which
        Uniform draws that pick one cell, shape (act,).
    joins
        Uniform draws of the others, shape (act, cell).
    minerals
        Mean number of cells that an act covers [1].

    Examples
    --------
    >>> weights = np.array([[0.0, 3.0, 1.0]])
    >>> covered(weights, np.array([0.8]), np.array([[0.0, 0.9, 0.9]]), 2.0).tolist()
    [[False, False, True]]
    """
    total = weights.sum(axis=1, keepdims=True)
    share = np.divide(weights, total, out=np.zeros_like(weights), where=total > 0.0)
    picked = (np.cumsum(share, axis=1) > which[:, None]).argmax(axis=1)
    found = joins < 1.0 - np.exp(-max(minerals - 1.0, 0.0) * share)
    found[np.arange(len(found)), picked] = True
    return np.asarray(found & (share > 0.0))


def tariff(chosen: BarrierParameters, normal: np.ndarray) -> np.ndarray:
    """Return rates of tariffs from standard normal draws [1]."""
    return np.minimum(
        chosen.tariff_median * np.exp(chosen.tariff_spread * normal), chosen.tariff_most
    )


def _on_imports(moment: Moment, acts: np.ndarray) -> BarriersPiece:
    chosen = moment.settings(BarrierParameters)
    member, first, target = np.nonzero(acts)
    is_tariff = moment.numbers["kind"][member, BARRIER, first, target] < chosen.tariff_share
    size = np.where(
        is_tariff, tariff(chosen, moment.numbers["size"][member, first, target]), chosen.curb_left
    )
    kind = np.where(is_tariff, TARIFF, CURB)
    return _spread(moment, (member, first, target), BARRIER, kind, size)


def _on_capital(moment: Moment, acts: np.ndarray) -> BarriersPiece:
    """Return blocks, and sanctions on trade beside some of them."""
    chosen = moment.settings(BarrierParameters)
    member, first, target = np.nonzero(acts)
    trade = moment.numbers["kind"][member, BLOCKING, first, target] < chosen.sanction_share
    cells = member[trade], first[trade], target[trade]
    size = np.full(len(cells[0]), chosen.sanction_left)
    sanctions = _spread(moment, cells, BLOCKING, np.full(len(size), SANCTION), size)
    imposer = moment.setting.first["dyad"][first]
    kind, nothing = np.full(len(member), BLOCK), np.full(len(member), NONE)
    parties = member, imposer, target
    blocks = _table(moment, kind, parties, (nothing, nothing), np.zeros(len(member)))
    return together([sanctions, blocks])


def _spread(
    moment: Moment,
    cells: tuple[np.ndarray, np.ndarray, np.ndarray],
    row: int,
    kind: np.ndarray,
    size: np.ndarray,
) -> BarriersPiece:
    """Return acts between two parties on the minerals that they cover."""
    chosen, facts = moment.settings(BarrierParameters), moment.fact(BarrierFacts)
    member, first, target = cells
    which = moment.numbers["which"][member, row, first, target]
    by_link = np.array([chosen.ore_share, 1.0 - chosen.ore_share])
    cut = facts.imports[first, target] * by_link
    weights = cut.reshape(len(member), cut.shape[1] * cut.shape[2])
    joins = np.repeat(moment.numbers["joins"][member, row, first], 2, axis=1)
    # Acts beyond the reach are on components, or on minerals that are not modelled.
    reached = which < chosen.reach
    found = covered(weights, which / max(chosen.reach, 1e-12), joins, chosen.minerals)
    act, cell = np.nonzero(found & reached[:, None])
    imposer = moment.setting.first["dyad"][first]
    parties = member[act], imposer[act], target[act]
    return _table(moment, kind[act], parties, (cell // 2, cell % 2), size[act])


def _at_mines(moment: Moment, acts: np.ndarray) -> BarriersPiece:
    chosen, facts = moment.settings(BarrierParameters), moment.fact(BarrierFacts)
    member, actor = np.nonzero(acts)
    what = moment.numbers["what"][member, actor]
    steps = np.cumsum([chosen.mandate_share, chosen.nationalisation_share])
    of = np.array([MANDATE, NATIONALISATION, REVOCATION])
    left = np.array([chosen.mandate_left, chosen.nationalisation_loss, chosen.revocation_loss])
    at = np.searchsorted(steps, what, side="right")
    weights = facts.mined[actor] * np.where((at == 0)[:, None], facts.traded[None], True)
    numbers = moment.numbers
    # The sum of two uniform draws without its whole part is uniform again.
    joins = (numbers["own"][member, actor, None] + numbers["shared"][member]) % 1.0
    found = covered(weights, numbers["which_mine"][member, actor], joins, chosen.minerals)
    act, mineral = np.nonzero(found)
    parties = member[act], actor[act], np.full(len(act), NONE)
    cells = mineral, np.zeros(len(act), dtype=int)
    return _table(moment, of[at[act]], parties, cells, left[at[act]])


def _table(
    moment: Moment,
    kind: np.ndarray,
    parties: tuple[np.ndarray, np.ndarray, np.ndarray],
    cells: tuple[np.ndarray, np.ndarray],
    size: np.ndarray,
) -> BarriersPiece:
    """Return rows of this year; parties are member, imposer and target, cells mineral and link."""
    return BarriersPiece(kind, *parties, *cells, size, np.full(len(kind), moment.year))
