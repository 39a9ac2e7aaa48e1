"""Answers to acts: restrictions that follow tariffs and blocks, leverage, and what calms.

Does      Adds to the fitted odds of acts what they lack: answers by export restriction, leverage
          that moves with output, patience, and crisis management.
Units     Log-odds; acts.
Method    1 Memory: M_ij holds acts of i on j (tariffs, blocks, disputes), halving in `half_life`.
          The log-odds of a restriction by j rise by rho_j sum_i (c_ij M_ij - w M_ij of the past),
          w being the sum of M over that of the past, at most 3, with rho_j such that an act calls
          forth `answer` restrictions more at j's past rate p: rho = answer (1 - decay) /
          (p (1 - p)). What it covers leans to where its hold over i is large.
          2 Leverage: odds of tariffs and blocks of i on j move with the change since the base
          year of mutual and of one-sided leverage, per standard deviation over pairs.
          3 Calm: c = (1 - patience) and `calm_left` for pairs that manage crises together;
          c - 1 times what the fitted model adds for acts received is added to tariffs, blocks
          and disputes.
Assumes   The fitted features hold answers between two parties (`received_acts`), and trade of the
          base year: only differences are added here, so that nothing counts twice.
Not here  The measured parameters: see `oreacle.forecasting.escalation`.

References
----------
Hawkes, A. G. and Oakes, D. (1974). A cluster process representation of a self-exciting process.
Journal of Applied Probability 11(3), 493-503.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from oreacle.core.errors import RunError
from oreacle.data.codes import actor_name
from oreacle.data.store import read_table
from oreacle.engine.acts.classes import DYAD, EVENT_CLASSES, RIVALRY
from oreacle.engine.acts.pair_features import LARGEST_COUNT
from oreacle.engine.mechanisms.attitudes import Attitudes
from oreacle.engine.mechanisms.club_pairs import CLUBS, CRISIS, together
from oreacle.engine.mechanisms.clubs_piece import ClubsPiece
from oreacle.engine.mechanisms.contract import Advance, Mechanism, Moment, Note, Recorded
from oreacle.engine.mechanisms.retaliation.hold import (
    Holds,
    growth_of,
    holds,
    leverage,
    make_holds,
)
from oreacle.engine.setting import Setting

CLASSES_HERE = tuple(one.name for one in EVENT_CLASSES if one.unit == DYAD and one.sign == RIVALRY)
LEVERED = ("trade_barrier", "investment_block")
MOST_BRANCHING = 0.8
"""Answers per act from which ladders would hardly end [1]."""
MOST_WAVE = 3.0
"""Largest multiple of the acts of the past that counts as a wave [1]: more is escalation."""
LEAST_RATE = 0.02
"""Smallest past rate for which answers are sized [1/yr]: below it odds would jump."""
MOST_SHIFT = 1.5
"""Largest shift of log-odds by memory or leverage [log-odds]."""
TOLD = 0.25
"""Shift of log-odds that is worth a note [log-odds]."""


@dataclass(frozen=True)
class RetaliationParameters:
    """Parameters; see `assumed/mechanism_retaliation.csv`."""

    answer: float
    half_life: float
    scope: float
    mutual: float
    one_sided: float
    restriction_one_sided: float
    calm_left: float


@dataclass(frozen=True)
class RetaliationFacts:
    """What is worked out once.

    Attributes
    ----------
    holds
        Base-year imports.
    base
        Mutual and one-sided leverage of the base year, shape (first, actor) each [1].
    rho
        Log-odds of a restriction per remembered act, shape (actor,).
    past
        Memory at the start, shape (first, actor) [acts].
    received
        What the fitted models add per unit of `received_acts`, by class [log-odds].
    weight
        Weight of a first party for those that it may be used against, shape (first,), sums to
        1: its share of GDP.
    """

    holds: Holds
    base: tuple[np.ndarray, np.ndarray]
    rho: np.ndarray
    past: np.ndarray
    received: Mapping[str, float]
    weight: np.ndarray


@dataclass(frozen=True)
class RetaliationPiece:
    """Memory of acts between two parties.

    Attributes
    ----------
    memory
        Faded acts of first parties on others, shape (member, first, actor) [acts].
    calm
        Who managed crises together in the base year, shape (member, actor, actor); None before
        the first year.
    """

    memory: np.ndarray
    calm: np.ndarray | None


def decay(half_life: float) -> float:
    """Return the part of the memory that is left after a year [1]."""
    return float(0.5 ** (1.0 / half_life))


def answer_slope(answer: float, half_life: float, rate: np.ndarray) -> np.ndarray:
    """Return log-odds per remembered act such that an act calls forth `answer` acts more.

    An act adds decay^k to the memory k years later, 1 / (1 - decay) in all, and a shift x of the
    log-odds adds p (1 - p) x to a probability p, to first order.

    Examples
    --------
    >>> float(answer_slope(0.1, 1.0, np.array([0.5]))[0])
    0.2
    """
    p = np.clip(rate, LEAST_RATE, 1.0 - LEAST_RATE)
    return np.asarray(answer * (1.0 - decay(half_life)) / (p * (1.0 - p)))


def check(chosen: RetaliationParameters, measured: float) -> None:
    """Refuse ladders that would hardly end.

    Parameters
    ----------
    measured
        Answers per act that the fitted models may hold, at the high end [1].

    Raises
    ------
    RunError
        ORE-RUN-222.
    """
    total = chosen.answer + measured
    if not 0.0 <= total < MOST_BRANCHING or not chosen.half_life > 0.0 or chosen.answer < 0.0:
        raise RunError(
            "ORE-RUN-222",
            f"retaliation: {chosen.answer:g} answers per act beside {measured:g} in the fitted "
            f"models, half-life {chosen.half_life:g} years.",
            why=f"at {MOST_BRANCHING:g} answers per act or more ladders would hardly end.",
            fix="lower retaliation.answer, or give a half-life above zero.",
        )


def make_facts(setting: Setting, parameters: object) -> RetaliationFacts:
    """Return what is worked out once."""
    if not isinstance(parameters, RetaliationParameters):
        raise TypeError("retaliation has parameters of its own")
    table = read_table("escalation_parameters")
    branching = table[(table["group"] == "branching") & table["name"].isin(("own", "cross"))]
    check(parameters, float(branching["high"].sum()))
    found, first = make_holds(setting), setting.first[DYAD]
    ones = np.ones((1, len(setting.acting), len(setting.space.minerals), 2))
    over, under = holds(found, ones)
    rates = setting.rates[setting.rates["model"] == "restriction_act"]
    known = dict(zip(rates["unit"], rates["rate"].astype(float), strict=True))
    rate = np.array([known.get(actor, LEAST_RATE) for actor in setting.acting])
    past = np.zeros((len(first), len(setting.acting)))
    left = decay(parameters.half_life)
    for year in range(len(setting.acts.by_class[CLASSES_HERE[0]])):
        past = past * left + sum(setting.acts.by_class[c][year][first] for c in CLASSES_HERE)
    gdp = np.nan_to_num(np.exp(setting.known.actor.log_gdp[0]))[first]
    mutual, one_sided = leverage(over[0], under[0])
    return RetaliationFacts(
        holds=found,
        base=(mutual, one_sided),
        rho=answer_slope(parameters.answer, parameters.half_life, rate),
        past=past,
        received={name: _received_slope(setting, name) for name in CLASSES_HERE},
        weight=gdp / gdp.sum(),
    )


def _received_slope(setting: Setting, name: str) -> float:
    model = setting.models.get(f"{name}_act")
    if model is None:
        return 0.0
    at = model.terms.index("received_acts")
    return max(float(model.draws[0, 1 + at] / model.scaling.sd[at]), 0.0)


def start(moment: Moment) -> RetaliationPiece:
    """Return the memory of the past."""
    past = moment.fact(RetaliationFacts).past
    return RetaliationPiece(np.repeat(past[None], moment.members, axis=0), None)


def attitudes(moment: Moment) -> Attitudes:
    """Return what is added to the odds of acts."""
    chosen = moment.settings(RetaliationParameters)
    mutual, one_sided, against = _leverage_change(moment)
    by_actors, by_first = _calm(moment)
    lean = _bounded(chosen.mutual * mutual + chosen.one_sided * one_sided)
    shifts = dict.fromkeys(LEVERED, lean)
    for name, added in _received_cut(moment, by_first).items():
        shifts[name] = shifts[name] + added if name in shifts else added
    threat = _threat(moment, by_actors)
    answers = _bounded(moment.fact(RetaliationFacts).rho * threat.sum(axis=1))
    held = _bounded(chosen.restriction_one_sided * against)
    return Attitudes({**shifts, "restriction": answers + held}, _scope(moment, threat))


def _bounded(shift: np.ndarray) -> np.ndarray:
    return np.asarray(np.clip(shift, -MOST_SHIFT, MOST_SHIFT))


def _leverage_change(moment: Moment) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return changes of mutual and one-sided leverage, and of an actor's hold on large buyers.

    In standard deviations over pairs; shapes (member, first, actor) twice, (member, actor).
    """
    facts, shares = moment.fact(RetaliationFacts), moment.state.shares
    acting = len(moment.setting.acting)
    # Output of the year before the last is what governments know.
    known = shares[max(len(shares) - 2, 0)]
    growth = growth_of(known[:, :acting], shares[0][:, :acting])
    over, under = holds(facts.holds, growth)
    mutual, one_sided = leverage(over, under)
    more_mutual = (mutual - facts.base[0]) / facts.holds.mutual_sd
    more = (one_sided - facts.base[1]) / facts.holds.one_sided_sd
    against = -np.einsum("nfa,f->na", more, facts.weight)
    return more_mutual, more, against


def _calm(moment: Moment) -> tuple[np.ndarray, np.ndarray]:
    """Return the part of answers that is left, 1 without patience and crisis management [1].

    Of actors to first parties, and of first parties to actors, shapes (member, first, actor).
    """
    chosen, first = moment.settings(RetaliationParameters), moment.setting.first[DYAD]
    left = np.ones(len(moment.setting.acting))
    for one in moment.setting.scenario.doctrines:
        if one.span.holds(moment.year) and one.actor in moment.setting.acting:
            left[moment.setting.acting.index(one.actor)] -= one.patience
    left = np.maximum(left, 0.0)
    then = moment.piece(RetaliationPiece).calm
    managed = np.ones((moment.members, len(first), len(left)))
    if then is not None:
        now = together(moment)[:, first] & ~then[:, first]
        managed = np.where(now, chosen.calm_left, 1.0)
    return left * managed, left[first][:, None] * managed


def _threat(moment: Moment, calm: np.ndarray) -> np.ndarray:
    """Return remembered acts on each actor beyond the usual, shape (member, first, actor) [acts].

    A wave that all share is usual: it does not feed the next, as in the fitted features.
    """
    memory, past = moment.piece(RetaliationPiece).memory, moment.fact(RetaliationFacts).past
    wave = np.clip(memory.sum(axis=(1, 2)) / max(past.sum(), 1e-12), 0.0, MOST_WAVE)
    return np.asarray(calm * memory - wave[:, None, None] * past)


def _received_cut(moment: Moment, calm: np.ndarray) -> dict[str, np.ndarray]:
    """Return what patience and crisis management take off the fitted answers, by class."""
    if np.all(calm == 1.0):
        return {}
    first = moment.setting.first[DYAD]
    rivalry = moment.state.memory.dyads(RIVALRY)
    # Answers of a first party to what another did to it; only first parties act in these classes.
    received = np.log1p(np.clip(np.swapaxes(rivalry, 1, 2)[:, first], 0.0, LARGEST_COUNT))
    slopes = moment.fact(RetaliationFacts).received
    return {name: slope * received * (calm - 1.0) for name, slope in slopes.items() if slope > 0.0}


def _scope(moment: Moment, threat: np.ndarray) -> np.ndarray | None:
    """Return how a restriction leans to minerals in which its actor holds whom it answers."""
    chosen, facts = moment.settings(RetaliationParameters), moment.fact(RetaliationFacts)
    more = np.maximum(threat, 0.0)
    if chosen.scope == 0.0 or not more.any():
        return None
    by_actor = np.ascontiguousarray(np.moveaxis(more, 2, 0))
    shape = facts.holds.by_mineral.shape
    over = np.ascontiguousarray(
        np.moveaxis(facts.holds.by_mineral, 0, 1).reshape(shape[1], shape[0], -1)
    )
    lean = np.moveaxis(np.matmul(by_actor, over), 0, 1)
    # Acts that are answered choose other minerals, not more of them.
    lean = lean - lean.mean(axis=2, keepdims=True)
    shift = np.clip(chosen.scope * lean, -MOST_SHIFT, MOST_SHIFT)
    return np.asarray(shift.reshape(*lean.shape[:2], *shape[2:]))


def advance(moment: Moment) -> Advance:
    """Return the memory with the acts of the year."""
    piece, chosen = moment.piece(RetaliationPiece), moment.settings(RetaliationParameters)
    memory = piece.memory * decay(chosen.half_life)
    if moment.acts is not None:
        for name in CLASSES_HERE:
            if name in moment.acts.by_class:
                memory = memory + moment.acts.by_class[name]
    calm = piece.calm
    if calm is None:
        calm = _first_calm(moment)
    return Advance(RetaliationPiece(memory, calm))


def _first_calm(moment: Moment) -> np.ndarray:
    """Return who managed crises together when the run began; what a scenario plans is new.

    A club that the scenario founds in the first year runs from its start, but it is not of the
    base year: what it calms is in no fitted model.
    """
    clubs, size = moment.other(CLUBS, ClubsPiece), len(moment.setting.acting)
    if clubs is None:
        return np.zeros((moment.members, size, size), dtype=bool)
    old = clubs.since <= moment.setting.world.base_year
    then = replace(clubs, member_of=clubs.member_of & old[:, :, None])
    return then.together(CRISIS)[:, :size, :size]


def record(moment: Moment) -> Mapping[str, Recorded]:
    """Return remembered acts in all, over those of the past, shape (member,)."""
    memory, past = moment.piece(RetaliationPiece).memory, moment.fact(RetaliationFacts).past
    over = memory.sum(axis=(1, 2)) - past.sum()
    return {"retaliation_memory": Recorded(over, (), "acts")}


def tell(moment: Moment) -> Sequence[Note]:
    """Return restrictions of the year that answer acts."""
    if moment.acts is None:
        return []
    facts, actors = moment.fact(RetaliationFacts), moment.setting.space.actors
    threat = _threat(moment, _calm(moment)[0])
    shift = facts.rho * threat.sum(axis=1)
    notes = []
    for member, actor in np.argwhere(moment.acts.act & (shift >= TOLD)):
        row = int(threat[member, :, actor].argmax())
        whom, recent = actor_name(actors[facts.holds.first[row]]), float(threat[member, row, actor])
        notes.append(
            Note(
                int(member),
                "retaliation",
                actors[actor],
                "",
                f"its new restriction answers acts of {whom}",
                f"{recent:.1f} more remembered acts of {whom} on it than usual",
                f"odds of the restriction {np.exp(shift[member, actor]):.1f} times as high",
                1.5,
            )
        )
    return notes


RETALIATION = Mechanism(
    name="retaliation",
    parameters=RetaliationParameters,
    facts=make_facts,
    start=start,
    attitudes=attitudes,
    advance=advance,
    record=record,
    tell=tell,
)
