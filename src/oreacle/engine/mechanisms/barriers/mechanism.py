"""Tariffs, sanctions, mandates, seizures and liftings: acts of governments become terms on markets.

Does      Keeps the barriers that acts of classes other than `restriction` start, and ends them.
Units     As in `.piece`.
Method    Acts of a year start barriers that hold from the next year on: from announcement to force
          it takes months. Each ends with the hazard of its kind, or by an act of lifting.
Assumes   Shares, sizes and hazards stand in `assumed/mechanism_barriers.csv`.
Not here  Purchases that are blocked, and what seizures do to the cost of capital: other
          mechanisms read `BarriersPiece`. Subsidies at home.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from oreacle.data.codes import actor_name
from oreacle.engine.acts.classes import DYAD
from oreacle.engine.mechanisms.attitudes import Attitudes
from oreacle.engine.mechanisms.barriers.ends import ended
from oreacle.engine.mechanisms.barriers.facts import BarrierFacts, BarrierParameters, make_facts
from oreacle.engine.mechanisms.barriers.market import conditions
from oreacle.engine.mechanisms.barriers.piece import (
    BLOCK,
    CURB,
    KIND_WORDS,
    MANDATE,
    ON_TRADE,
    SANCTION,
    TARIFF,
    BarriersPiece,
    no_barriers,
    together,
)
from oreacle.engine.mechanisms.barriers.starts import started
from oreacle.engine.mechanisms.contract import (
    NORMAL,
    UNIFORM,
    Advance,
    DrawShape,
    Mechanism,
    Moment,
    Note,
    Recorded,
)
from oreacle.engine.setting import Setting

MOST_NOTES = 4
"""Notes of a year in one member."""
LEAST_SHARE = 0.01
"""Share of imports below which only that it is smaller is told [1]."""


def draws(setting: Setting) -> Mapping[str, DrawShape]:
    """Return the draws of a year."""
    first, actors = len(setting.first[DYAD]), len(setting.acting)
    minerals = len(setting.space.minerals)
    return {
        "ease": DrawShape(UNIFORM, (actors,)),
        "end": DrawShape(UNIFORM, (first, actors)),
        "joins": DrawShape(UNIFORM, (2, first, minerals)),
        "kind": DrawShape(UNIFORM, (2, first, actors)),
        "lift": DrawShape(UNIFORM, (actors,)),
        "own": DrawShape(UNIFORM, (actors,)),
        "shared": DrawShape(UNIFORM, (minerals,)),
        "size": DrawShape(NORMAL, (first, actors)),
        "what": DrawShape(UNIFORM, (actors,)),
        "which": DrawShape(UNIFORM, (2, first, actors)),
        "which_mine": DrawShape(UNIFORM, (actors,)),
    }


def start(_: Moment) -> BarriersPiece:
    """Return no barrier: those of the base year are in its trade."""
    return no_barriers()


def attitudes(moment: Moment) -> Attitudes:
    """Return that acts of lifting end export restrictions."""
    return Attitudes(lifted=moment.settings(BarrierParameters).lifted_share)


def advance(moment: Moment) -> Advance:
    """Return the barriers of the next year."""
    piece = moment.piece(BarriersPiece)
    return Advance(together([piece.rows(~ended(moment)), started(moment)]))


def record(moment: Moment) -> Mapping[str, Recorded]:
    """Return acts whose barriers are in force, by kind of effect."""
    piece = moment.piece(BarriersPiece)
    first, _ = piece.acts()
    act = piece.rows(first)

    def count(*kinds: int) -> Recorded:
        hit = act.of(*kinds).member
        return Recorded(np.bincount(hit, minlength=moment.members).astype(float), (), "1")

    return {
        "barriers_on_trade": count(*ON_TRADE),
        "barriers_mandates": count(MANDATE),
        "barriers_blocks": count(BLOCK),
    }


def tell(moment: Moment) -> list[Note]:
    """Return the weightiest barriers that start or end."""
    piece = moment.piece(BarriersPiece)
    notes = [
        *_notes(moment, started(moment), is_new=True),
        *_notes(moment, piece.rows(ended(moment)), is_new=False),
    ]
    found = []
    for member in range(moment.members):
        own = sorted((n for n in notes if n.member == member), key=lambda n: -n.weight)
        found += own[:MOST_NOTES]
    return found


def _notes(moment: Moment, rows: BarriersPiece, *, is_new: bool) -> list[Note]:
    space, facts = moment.setting.space, moment.fact(BarrierFacts)
    first, of = rows.acts()
    notes = []
    for act, head in enumerate(first):
        own = rows.rows(of == act)
        kind, who = int(own.kind[0]), space.actors[own.imposer[0]]
        if kind == BLOCK:
            continue
        goods = sorted({space.minerals[k] for k in own.mineral})
        whom = f" from {actor_name(space.actors[own.target[0]])}" if own.target[0] >= 0 else ""
        since = int(rows.since[head])
        called = (moment.setting.world.chain(one).in_words for one in goods)
        what = f"{KIND_WORDS[kind]}: {', '.join(called)}{whom}"
        share = _share(own, facts)
        notes.append(
            Note(
                int(own.member[0]),
                "barriers",
                who,
                goods[0] if len(goods) == 1 else "",
                what if is_new else f"end of {what}",
                "an act drawn from the fitted models" if is_new else f"in force since {since}",
                _effect(own, share) if is_new else "",
                1.0 + 2.0 * share if is_new else 0.5 + share,
            )
        )
    return notes


def _share(own: BarriersPiece, facts: BarrierFacts) -> float:
    """Return the largest share of imports, or of world mines, that an act hits [1]."""
    if own.target[0] < 0:
        return float(facts.mined[own.imposer, own.mineral].max())
    row = facts.row[own.imposer]
    return float(facts.imports[row, own.target, own.mineral, own.link].max())


def _effect(own: BarriersPiece, share: float) -> str:
    kind, size = int(own.kind[0]), float(own.size[0])
    if kind == TARIFF:
        return f"{_percent(size)} on {_up_to(share)} of its imports from next year on"
    if kind in (CURB, SANCTION):
        return (
            f"{_percent(size)} of trade left, on {_up_to(share)} of its imports, from next year on"
        )
    if kind == MANDATE:
        return f"{_percent(size)} of ore exports left in the end"
    return f"{_percent(size)} of its mine capacity lost at first"


def _up_to(share: float) -> str:
    """Return the largest share of imports that an act hits, in words."""
    return "less than 1 %" if share < LEAST_SHARE else f"up to {_percent(share)}"


def _percent(value: float) -> str:
    return f"{100.0 * value:.0f} %"


BARRIERS = Mechanism(
    name="barriers",
    parameters=BarrierParameters,
    draws=draws,
    facts=make_facts,
    start=start,
    attitudes=attitudes,
    conditions=conditions,
    advance=advance,
    record=record,
    tell=tell,
)
