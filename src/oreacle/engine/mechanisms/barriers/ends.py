"""Barriers that end, by themselves or by an act of lifting.

Does      Picks the acts whose barriers end in a year.
Units     Hazards per year [1].
Method    Each kind has a constant hazard. A share of all ends comes by acts of lifting, as for
          export restrictions (`oreacle.engine.liftings`), with an actor's past frequency of
          lifting in place of the fitted probability. A ruling that the imposer obeys ends its
          tariffs and curbs on the complainant.
Assumes   All rows of an act end together. Acts of one dyad and kind in several years read one
          draw, moved on by the golden ratio for each year of start: each is uniform, and they
          do not end together.
Not here  Export restrictions that end: see `oreacle.engine.decisions`.
"""

from __future__ import annotations

import numpy as np

from oreacle.engine.liftings import effect_of_act
from oreacle.engine.mechanisms.barriers.facts import BarrierFacts, BarrierParameters
from oreacle.engine.mechanisms.barriers.piece import CURB, NONE, TARIFF, BarriersPiece
from oreacle.engine.mechanisms.contract import Moment
from oreacle.engine.mechanisms.rules_piece import RulesPiece

GOLDEN = 0.6180339887498949


def hazards(chosen: BarrierParameters) -> np.ndarray:
    """Return the yearly probability of an end by kind [1/yr]."""
    return np.array(
        [
            chosen.tariff_end,
            chosen.curb_end,
            chosen.sanction_end,
            chosen.mandate_end,
            chosen.revocation_end,
            chosen.nationalisation_end,
            chosen.block_end,
        ]
    )


def ended(moment: Moment) -> np.ndarray:
    """Return which rows of the mechanism's state end in the year, shape (row,) of bool."""
    piece, chosen = moment.piece(BarriersPiece), moment.settings(BarrierParameters)
    if not len(piece):
        return np.zeros(0, dtype=bool)
    first, of = piece.acts()
    act = piece.rows(first)
    hazard = hazards(chosen)[act.kind]
    draw = _draws(moment, act)
    held = np.zeros((moment.members, len(moment.setting.acting)))
    np.add.at(held, (act.member, act.imposer), hazard)
    rates = moment.fact(BarrierFacts).rates[None]
    effect = effect_of_act(held, np.broadcast_to(rates, held.shape), chosen.lifted_share)
    rest = 1.0 - np.divide(rates * effect, held, out=np.zeros_like(held), where=held > 0.0)
    gone = draw < hazard * rest[act.member, act.imposer]
    gone |= _ruled(moment, act)
    return np.asarray((gone | _lifted(moment, act, draw / hazard.clip(1e-12), effect, gone))[of])


def _ruled(moment: Moment, act: BarriersPiece) -> np.ndarray:
    """Return the acts on trade that a ruling for the target ends."""
    found = np.zeros(len(act), dtype=bool)
    rules = moment.other("rules", RulesPiece)
    if rules is None or not len(rules.obeyed):
        return found
    won = np.stack([rules.obeyed.member, rules.obeyed.target, rules.obeyed.complainant])
    parties = np.stack([act.member, act.imposer, act.target])
    return np.asarray(
        (parties[:, :, None] == won[:, None, :]).all(axis=0).any(axis=1)
        & np.isin(act.kind, (TARIFF, CURB))
    )


def _draws(moment: Moment, act: BarriersPiece) -> np.ndarray:
    row = moment.fact(BarrierFacts).row[act.imposer]
    alone = act.target == NONE
    base = np.where(
        alone,
        moment.numbers["ease"][act.member, act.imposer],
        moment.numbers["end"][act.member, np.maximum(row, 0), act.target],
    )
    return np.asarray((base + GOLDEN * act.since + 0.5 * GOLDEN * act.kind) % 1.0)


def _lifted(
    moment: Moment, act: BarriersPiece, urgency: np.ndarray, effect: np.ndarray, gone: np.ndarray
) -> np.ndarray:
    """Return the acts that an act of lifting ends: one of each actor that lifts."""
    found = np.zeros(len(act), dtype=bool)
    if moment.acts is None or "lifting" not in moment.acts.by_class:
        return found
    lifts = moment.acts.by_class["lifting"] & (moment.numbers["lift"] < effect)
    able = lifts[act.member, act.imposer] & ~gone
    at = np.flatnonzero(able)
    if not at.size:
        return found
    order = at[np.lexsort((urgency[at], act.imposer[at], act.member[at]))]
    owner = act.member[order] * effect.shape[1] + act.imposer[order]
    found[order[np.concatenate([[True], owner[1:] != owner[:-1]])]] = True
    return found
