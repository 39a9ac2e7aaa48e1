"""Strength of the trade rules: what it does to acts, and disputes that end restrictions.

Does      Moves the strength of the rules, rules on disputes, and lets governments obey or not.
Units     Strength [1], 1 for that of the years on which the models of acts were fitted.
Method    s' = s + k (1 - s) + sd e - erosion (n - m) + precedent ((1 - o) obeyed - o defied), kept
          in 0 to 2; n counts restrictions by large economies, m is their past mean, o the share of
          rulings obeyed at s = 1. A scenario's path takes its place. A dispute is concluded from
          `years` on with a yearly chance; a share of those is ruled on, and found for the
          complainant with p; the target obeys with logit o + slope (s - 1). Who obeys ends
          `covered` measures in the year after.
Assumes   At strength 1 nothing differs from the fitted models, in expectation: what rulings end
          is taken off the hazard of other ends. Effects on log-odds are assumed.
Not here  Who files: see `oreacle.engine.act_chances`; which measures end:
          `oreacle.engine.liftings`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from oreacle.core.errors import RunError
from oreacle.data.codes import actor_name
from oreacle.engine.acts.classes import DYAD
from oreacle.engine.mechanisms.attitudes import Attitudes
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
from oreacle.engine.mechanisms.rules_piece import Cases, RulesPiece, no_cases
from oreacle.engine.setting import Setting
from oreacle.relations.logistic import sigmoid
from oreacle.scenario.assumptions import RulesPoint

GOLDEN = 0.6180339887498949
LARGE = 0.02
"""Share of known GDP of a large economy [1], as for escalation."""
PAST_YEARS = 10
"""Years of the past in which restrictions of large economies are counted [yr]."""
STRONGEST = 2.0
MOST_RULED = 0.5
"""Largest part of the fitted ends of an actor's measures that rulings stand for [1]."""
TOLD = 0.1
"""Change of strength in a year that is worth a note [1]."""


@dataclass(frozen=True)
class RulesParameters:
    """Parameters; see `assumed/mechanism_rules.csv`."""

    start: float
    reversion: float
    spread: float
    erosion: float
    precedent: float
    restriction_effect: float
    barrier_effect: float
    ending_effect: float
    years: float
    conclusion: float
    reach: float
    complainant: float
    obey: float
    obey_slope: float
    covered: float


@dataclass(frozen=True)
class RulesFacts:
    """What is worked out once.

    Attributes
    ----------
    large
        True for large economies, shape (actor,).
    usual
        Restrictions of large economies in a year of the past [1/yr].
    ruled
        Part of the fitted ends of an actor's measures that rulings stand for, shape (actor,) [1].
    """

    large: np.ndarray
    usual: float
    ruled: np.ndarray


def check(chosen: RulesParameters) -> None:
    """Refuse parameters that have no meaning.

    Raises
    ------
    RunError
        ORE-RUN-221 naming them.
    """
    shares = ("reversion", "conclusion", "reach", "complainant")
    odd = [name for name in shares if not 0.0 <= getattr(chosen, name) <= 1.0]
    odd += [name for name in ("obey",) if not 0.0 < chosen.obey < 1.0]
    odd += [name for name in ("spread", "covered") if getattr(chosen, name) < 0.0]
    odd += [] if chosen.years > 0.0 else ["years"]
    odd += [] if 0.0 <= chosen.start <= STRONGEST else ["start"]
    if odd:
        raise RunError(
            "ORE-RUN-221",
            f"rules: {', '.join(odd)} out of range.",
            why="a share or rate above one, or a time below zero, has no meaning.",
            fix="give shares and rates between 0 and 1, years above 0 and a start of 0 to 2.",
        )


def make_facts(setting: Setting, parameters: object) -> RulesFacts:
    """Return what is worked out once."""
    if not isinstance(parameters, RulesParameters):
        raise TypeError("rules have parameters of their own")
    check(parameters)
    acting = setting.acting
    large = np.nan_to_num(np.exp(setting.known.actor.log_gdp[0])) >= LARGE
    past = setting.acts.by_class["restriction"][-PAST_YEARS:, large]
    table = setting.rates[setting.rates["model"] == "dispute_act"]
    filed = table["rate"].groupby(table["unit"].str.split(";").str[1]).sum()
    held = dict.fromkeys(acting, 0.0)
    for measure in setting.register:
        if measure.actor in held:
            held[measure.actor] += setting.marks.hazard(measure.instrument, measure.link)
    one = parameters.reach * parameters.complainant * parameters.obey * parameters.covered
    ruled = [
        min(one * float(filed.get(actor, 0.0)) / held[actor], MOST_RULED) if held[actor] else 0.0
        for actor in acting
    ]
    return RulesFacts(large, float(past.sum()) / len(past), np.array(ruled))


def draws(setting: Setting) -> Mapping[str, DrawShape]:
    """Return the draws of a year."""
    dyads = (len(setting.first[DYAD]), len(setting.acting))
    return {
        "concluded": DrawShape(UNIFORM, dyads),
        "noise": DrawShape(NORMAL, ()),
        "obeyed": DrawShape(UNIFORM, dyads),
        "verdict": DrawShape(UNIFORM, dyads),
    }


def start(moment: Moment) -> RulesPiece:
    """Return the rules of the years of the fit, or those of the scenario, and no dispute."""
    chosen, path = moment.settings(RulesParameters), moment.setting.scenario.rules
    level = path_strength(path, moment.year, moment.setting.world.base_year)
    strength = np.full(moment.members, chosen.start if level is None else level)
    return RulesPiece(strength, no_cases(), no_cases(), no_cases())


def path_strength(points: Sequence[RulesPoint], year: int, base_year: int) -> float | None:
    """Return the strength that a scenario sets in a year; None if it sets none.

    Examples
    --------
    >>> points = (RulesPoint(2026, 1.0), RulesPoint(2030, 0.2))
    >>> [round(path_strength(points, year, 2024), 3) for year in (2025, 2028, 2035)]
    [1.0, 0.6, 0.2]
    """
    if not points:
        return None
    ordered = sorted(points, key=lambda point: point.year)
    years = [point.year for point in ordered]
    levels = [point.strength for point in ordered]
    if years[0] > base_year:
        years, levels = [base_year, *years], [1.0, *levels]
    return float(np.interp(year, years, levels))


def attitudes(moment: Moment) -> Attitudes:
    """Return what the strength of the rules does to acts, and what rulings end."""
    chosen, piece = moment.settings(RulesParameters), moment.piece(RulesPiece)
    over = piece.strength - 1.0
    members, actors = moment.members, len(moment.setting.acting)
    ending = np.exp(chosen.ending_effect * over)[:, None] * (1.0 - moment.fact(RulesFacts).ruled)
    released = np.zeros((members, actors), dtype=np.int64)
    np.add.at(released, (piece.obeyed.member, piece.obeyed.target), round(chosen.covered))
    return Attitudes(
        by_class={
            "restriction": (-chosen.restriction_effect * over)[:, None],
            "trade_barrier": (-chosen.barrier_effect * over)[:, None, None],
        },
        ending=ending,
        released=released,
    )


def advance(moment: Moment) -> Advance:
    """Return strength and disputes a year later."""
    return Advance(_next_piece(moment))


def _next_piece(moment: Moment) -> RulesPiece:
    chosen, piece = moment.settings(RulesParameters), moment.piece(RulesPiece)
    won, obeyed, pending = _concluded(moment)
    level = path_strength(
        moment.setting.scenario.rules, moment.year + 1, moment.setting.world.base_year
    )
    if level is None:
        counts = won.count(moment.members), obeyed.count(moment.members)
        facts = moment.fact(RulesFacts)
        many = np.zeros(moment.members)
        if moment.acts is not None:
            many = moment.acts.act[:, facts.large].sum(axis=1) - facts.usual
        strength = next_strength(piece.strength, chosen, many, counts, moment.numbers["noise"])
    else:
        strength = np.full(moment.members, level)
    return RulesPiece(strength, pending, won, obeyed)


def next_strength(
    strength: np.ndarray,
    chosen: RulesParameters,
    many: np.ndarray,
    rulings: tuple[np.ndarray, np.ndarray],
    noise: np.ndarray,
) -> np.ndarray:
    """Return the strength a year later [1].

    Parameters
    ----------
    many
        Restrictions of large economies over their usual number, shape (member,) [1/yr].
    rulings
        Rulings for a complainant, and those obeyed, shape (member,) each.
    noise
        Standard normal draws, shape (member,).
    """
    won, obeyed = rulings
    lesson = (1.0 - chosen.obey) * obeyed - chosen.obey * (won - obeyed)
    moved = (
        strength
        + chosen.reversion * (1.0 - strength)
        + chosen.spread * noise
        - chosen.erosion * many
        + chosen.precedent * lesson
    )
    return np.asarray(np.clip(moved, 0.0, STRONGEST))


def obey_chance(chosen: RulesParameters, strength: np.ndarray) -> np.ndarray:
    """Return the probability that a ruling is obeyed [1]."""
    odds = np.log(chosen.obey / (1.0 - chosen.obey))
    return np.asarray(sigmoid(odds + chosen.obey_slope * (strength - 1.0)))


def _concluded(moment: Moment) -> tuple[Cases, Cases, Cases]:
    """Return disputes won, those of them that are obeyed, and what is pending afterwards."""
    chosen, piece = moment.settings(RulesParameters), moment.piece(RulesPiece)
    cases = piece.pending
    first = np.full(len(moment.setting.acting), -1)
    first[moment.setting.first[DYAD]] = np.arange(len(moment.setting.first[DYAD]))

    def drawn(name: str) -> np.ndarray:
        # Disputes of one dyad read one draw, moved on for each year of filing.
        at = cases.member, first[cases.complainant], cases.target
        return np.asarray((moment.numbers[name][at] + GOLDEN * cases.filed) % 1.0)

    old = moment.year - cases.filed >= chosen.years
    done = old & (drawn("concluded") < chosen.conclusion)
    won = done & (drawn("verdict") < chosen.reach * chosen.complainant)
    obeyed = won & (drawn("obeyed") < obey_chance(chosen, piece.strength)[cases.member])
    return cases.rows(won), cases.rows(obeyed), _joined(cases.rows(~done), _filed(moment))


def _filed(moment: Moment) -> Cases:
    if moment.acts is None or "dispute" not in moment.acts.by_class:
        return no_cases()
    member, row, target = np.nonzero(moment.acts.by_class["dispute"])
    complainant = moment.setting.first[DYAD][row]
    return Cases(member, complainant, target, np.full(len(member), moment.year))


def _joined(one: Cases, two: Cases) -> Cases:
    return Cases(
        np.concatenate([one.member, two.member]),
        np.concatenate([one.complainant, two.complainant]),
        np.concatenate([one.target, two.target]),
        np.concatenate([one.filed, two.filed]),
    )


def record(moment: Moment) -> Mapping[str, Recorded]:
    """Return strength at the start of the year, and disputes."""
    piece, members = moment.piece(RulesPiece), moment.members
    return {
        "rules_strength": Recorded(piece.strength, (), "1"),
        "rules_pending": Recorded(piece.pending.count(members), (), "1"),
        "rules_ruled": Recorded(piece.ruled.count(members), (), "1/yr"),
        "rules_obeyed": Recorded(piece.obeyed.count(members), (), "1/yr"),
    }


def tell(moment: Moment) -> list[Note]:
    """Return rulings of the year, and large moves of the rules."""
    actors, chosen = moment.setting.space.actors, moment.settings(RulesParameters)
    won, obeyed, _ = _concluded(moment)
    done = set(zip(obeyed.member, obeyed.complainant, obeyed.target, obeyed.filed, strict=True))
    notes = []
    for case in zip(won.member, won.complainant, won.target, won.filed, strict=True):
        member, complainant, target, filed = (int(value) for value in case)
        yields = case in done
        effect = (
            f"it lifts up to {round(chosen.covered)} measures next year"
            if yields
            else "it does not yield; its measures stay"
        )
        what = f"loses a dispute that {actor_name(actors[complainant])} filed"
        why = f"filed in {filed}, rules at {moment.piece(RulesPiece).strength[member]:.2f}"
        notes.append(Note(member, "rules", actors[target], "", what, why, effect, 2.5))
    after = _next_piece(moment)
    for member, change in enumerate(after.strength - moment.piece(RulesPiece).strength):
        if abs(change) >= TOLD:
            word = "strengthen" if change > 0 else "weaken"
            what = f"trade rules {word} to {after.strength[member]:.2f} of the fitted years"
            why = f"{int(won.count(moment.members)[member])} rulings in the year"
            effect = "fewer restrictions" if change > 0 else "more restrictions"
            notes.append(Note(member, "rules", "", "", what, why, effect, 1.5))
    return notes


RULES = Mechanism(
    name="rules",
    parameters=RulesParameters,
    draws=draws,
    facts=make_facts,
    start=start,
    attitudes=attitudes,
    advance=advance,
    record=record,
    tell=tell,
)
