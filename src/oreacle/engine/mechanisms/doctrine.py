"""What a scenario says of the will of governments: doctrines, and odds of acts.

Does      Shifts the log-odds of acts by the doctrines and odds of the scenario.
Units     Log-odds; doctrines from -1 to 1 [1].
Method    An actor's shift is its weight of security or openness times a stated coefficient; the
          shift of a pair is the sum of those of both parties, that of a dyad the imposer's. Odds
          multiply: their log is added, for everyone, for one actor, across blocs or inside them;
          a factor of 0 rules the act out.
Assumes   The effect of a doctrine is assumed, not fitted: past doctrines are in the effects of
          actors. A scenario without entries shifts nothing.
Not here  Patience, which the mechanism `retaliation` reads; the fitted odds: see
          `oreacle.engine.act_chances`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from oreacle.engine.acts.classes import ACTOR, CLASSES, PAIR
from oreacle.engine.mechanisms.attitudes import NEVER, Attitudes
from oreacle.engine.mechanisms.contract import Mechanism, Moment
from oreacle.engine.setting import Setting
from oreacle.scenario.assumptions import ActOdds

HOSTILE = ("restriction", "control", "trade_barrier", "investment_block")
FRIENDLY = ("agreement", "club", "certification", "lifting")
CLOSING = ("restriction", "trade_barrier")
VENTURE = "venture"


@dataclass(frozen=True)
class DoctrineParameters:
    """Parameters, as in `assumed/mechanism_doctrine.csv` [log-odds].

    Attributes
    ----------
    security_rivalry, security_venture
        What a full weight of security adds to acts of rivalry, and to ventures.
    openness_cooperation, openness_barrier
        What full openness adds to acts of cooperation, and takes off barriers.
    """

    security_rivalry: float
    security_venture: float
    openness_cooperation: float
    openness_barrier: float


def attitudes(moment: Moment) -> Attitudes:
    """Return the shifts of a year."""
    setting, chosen = moment.setting, moment.settings(DoctrineParameters)
    security, openness = weights(setting, moment.year)
    found: dict[str, np.ndarray] = {}
    for name in setting.levels:
        by_actor = actor_shift(name, chosen, security, openness)
        shift = _on_units(setting, name, by_actor)
        for odds in setting.scenario.odds:
            if odds.act == name and odds.span.holds(moment.year):
                shift = shift + log_factor(odds.factor) * _reached(setting, name, odds)
        if shift.any():
            found[name] = shift[None]
    return Attitudes(found)


def log_factor(factor: float) -> float:
    """Return what a factor on odds adds to their log [log-odds].

    Examples
    --------
    >>> log_factor(1.0), log_factor(0.0) == NEVER
    (0.0, True)
    """
    return max(math.log(factor), NEVER) if factor > 0.0 else NEVER


def weights(setting: Setting, year: int) -> tuple[np.ndarray, np.ndarray]:
    """Return security and openness of each actor that acts, shape (actor,) each [1]."""
    security, openness = np.zeros((2, len(setting.acting)))
    for one in setting.scenario.doctrines:
        if one.span.holds(year) and one.actor in setting.acting:
            at = setting.acting.index(one.actor)
            security[at] += one.security
            openness[at] += one.openness
    return security, openness


def actor_shift(
    name: str, chosen: DoctrineParameters, security: np.ndarray, openness: np.ndarray
) -> np.ndarray:
    """Return what doctrines add to the log-odds of a class, by actor.

    Examples
    --------
    >>> chosen = DoctrineParameters(1.0, 0.7, 0.6, 0.5)
    >>> float(actor_shift("restriction", chosen, np.array(0.5), np.array(1.0)))
    0.0
    >>> float(actor_shift("agreement", chosen, np.array(0.5), np.array(1.0)))
    0.6
    """
    shift = np.zeros(np.shape(security))
    if name in HOSTILE:
        shift = shift + chosen.security_rivalry * security
    if name == VENTURE:
        shift = shift + chosen.security_venture * security
    if name in FRIENDLY:
        shift = shift + chosen.openness_cooperation * openness
    if name in CLOSING:
        shift = shift - chosen.openness_barrier * openness
    return shift


def _on_units(setting: Setting, name: str, by_actor: np.ndarray) -> np.ndarray:
    """Return the shift of each unit of a class, shape (actor,) or (first, second)."""
    unit = CLASSES[name].unit
    if unit == ACTOR:
        return by_actor
    first = by_actor[setting.first[unit]][:, None]
    second = by_actor[None, :] if unit == PAIR else np.zeros((1, by_actor.size))
    return np.asarray(first + second)


def _reached(setting: Setting, name: str, odds: ActOdds) -> np.ndarray:
    """Return 1 for the units that odds are about, shape (actor,) or (first, second)."""
    acting, unit = setting.acting, CLASSES[name].unit
    who = np.array([odds.actor in (None, actor) for actor in acting])
    if unit == ACTOR:
        return who.astype(float)
    rows = setting.first[unit]
    by_party = who[rows][:, None] | (unit == PAIR) & who[None, :]
    return np.asarray(by_party & _between(setting.scenario.blocs, acting, rows, odds.between))


def _between(
    blocs: Sequence[Sequence[str]], acting: Sequence[str], rows: np.ndarray, between: str
) -> np.ndarray:
    """Return True for pairs across blocs, inside one, or all, shape (first, actor)."""
    if between == "anyone":
        return np.ones((len(rows), len(acting)), dtype=bool)
    bloc = np.full(len(acting), -1)
    for k, members in enumerate(blocs):
        bloc[[at for at, actor in enumerate(acting) if actor in members]] = k
    first, second = bloc[rows][:, None], bloc[None, :]
    known = (first >= 0) & (second >= 0)
    return np.asarray(known & ((first == second) == (between == "members")))


DOCTRINE = Mechanism(name="doctrine", parameters=DoctrineParameters, attitudes=attitudes)
