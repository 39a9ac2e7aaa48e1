"""Probabilities of acts in a simulated year, and which of them happen.

Does      Turns what is known into probabilities of every class of acts and compares them with
          draws.
Units     Probabilities per year [1]; levels in log-odds.
Method    Act -> scope (MODEL: decisions of states). The scope of an act is drawn given that it
          covers one link at least.
Assumes   Units that are not at risk have probability exactly 0.
Not here  Features: see `oreacle.engine.acts`; fitted coefficients: `oreacle.relations`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from oreacle.engine.acts.classes import ACTOR, CLASSES, PAIR, SCOPE, EventClass
from oreacle.engine.acts.feature import FeatureBook
from oreacle.engine.acts.link_features import scope_columns, scope_offset
from oreacle.engine.acts.risk import at_risk, links_at_risk
from oreacle.engine.acts.units import class_columns
from oreacle.engine.draws import Draws
from oreacle.engine.first_inputs import seen_shares
from oreacle.engine.inputs import FeatureInputs
from oreacle.engine.mechanisms.attitudes import Attitudes, is_ruled_out
from oreacle.engine.setting import Setting
from oreacle.engine.state import State
from oreacle.relations.sampling import include_nonempty, nonempty_inclusion

NO_ATTITUDES = Attitudes()
LIFTING = "lifting"
"""The class whose acts end measures, by a share of its fitted probability."""


@dataclass(frozen=True)
class ByClass:
    """One array for each class of acts.

    Attributes
    ----------
    by_class
        Shape (member, actor), or (member, first, second) for pairs and dyads.
    """

    by_class: Mapping[str, np.ndarray]

    @property
    def act(self) -> np.ndarray:
        """Of new restrictions by an actor, shape (member, actor)."""
        return self.by_class["restriction"]

    @property
    def pair(self) -> np.ndarray:
        """Of agreements, shape (member, demand, partner)."""
        return self.by_class["agreement"]


@dataclass(frozen=True)
class Chances(ByClass):
    """Probabilities of one year, those of an act by class.

    Attributes
    ----------
    scope
        Of covering a link, before the condition that one is covered, shape
        (member, actor, mineral, link).
    mineral
        Of a new restriction on a mineral at any link, shape (member, actor, mineral).
    reach
        Share of restrictions that cover a link at risk at all [1].
    fitted_lifting
        Of `LIFTING` without any shift, shape (member, actor); None unless a scenario rules acts of
        it out: from a probability of 0 alone the fitted one cannot be had back.
    """

    scope: np.ndarray
    mineral: np.ndarray
    reach: float = 1.0
    fitted_lifting: np.ndarray | None = None


def known_inputs(setting: Setting, state: State, step: int) -> FeatureInputs:
    """Return what governments know in a simulated year.

    Parameters
    ----------
    step
        Years since the first simulated one. Output of two years ago is known.
    """
    known, price = setting.known, state.log_price
    share = known.market.share
    if step > 0:
        base, then = (state.shares[at][:, :-1] for at in (0, step - 1))
        share = seen_shares(setting.published, then, base)
    market = replace(
        known.market,
        share=share,
        price_change_1=price[-1] - price[-2],
        price_change_3=price[-1] - price[-4],
    )
    return replace(known, market=market, memory=state.memory)


def expected_levels(setting: Setting, step: int, draw: np.ndarray) -> dict[str, np.ndarray]:
    """Return the expected level of each class, shape (member,) [log-odds].

    Parameters
    ----------
    step
        Years since the first simulated one.
    draw
        Draw of the coefficients of each member, shape (member,).
    """
    return {
        name: setting.last_levels[name][draw] * path.persistence ** (step + 1)
        for name, path in setting.levels.items()
    }


def next_levels(
    setting: Setting, levels: Mapping[str, np.ndarray], draws: Draws
) -> dict[str, np.ndarray]:
    """Return the levels of the year from those of the year before, shape (member,) each."""
    return {
        name: setting.levels[name].next(levels[name], draws.level[name]) for name in setting.levels
    }


def chances(
    setting: Setting,
    inputs: FeatureInputs,
    draw: np.ndarray,
    levels: Mapping[str, np.ndarray],
    attitudes: Attitudes = NO_ATTITUDES,
) -> Chances:
    """Return the probabilities of a year.

    Parameters
    ----------
    inputs
        What is known.
    draw
        Which draw of the coefficients each member lives in, shape (member,).
    levels
        Level of each class by member, shape (member,) [log-odds].
    attitudes
        What mechanisms add to the odds.
    """
    members = len(draw)
    book = FeatureBook(inputs, setting.first)
    shifts = attitudes.by_class
    found = {
        name: _class_chance(setting, book, CLASSES[name], draw, (levels[name], shifts.get(name)))
        for name in setting.levels
    }
    fitted_lifting = None
    if LIFTING in found and is_ruled_out(shifts.get(LIFTING)):
        lifting = CLASSES[LIFTING]
        fitted_lifting = _class_chance(setting, book, lifting, draw, (levels[LIFTING], None))
    risk = links_at_risk(inputs)
    scope = setting.models[SCOPE].chance(
        scope_columns(inputs),
        draw,
        at_risk=_wide(risk, members),
        offset=[scope_offset(risk), *_scope_effects(setting, draw), *_given(attitudes.scope)],
    )
    either = 1.0 - np.prod(1.0 - scope, axis=-1)
    covering = setting.reach * found["restriction"]
    mineral = covering[..., None] * nonempty_inclusion(either)
    return Chances(found, scope, mineral, setting.reach, fitted_lifting)


def _class_chance(
    setting: Setting,
    book: FeatureBook,
    event_class: EventClass,
    draw: np.ndarray,
    shifts: tuple[np.ndarray, np.ndarray | None],
) -> np.ndarray:
    level, attitude = shifts
    effects = setting.effects[event_class.model]
    if event_class.unit == ACTOR:
        offset = [level[:, None], effects["actor"][draw]]
    else:
        rows = setting.first[event_class.unit]
        offset = [
            level[:, None, None],
            effects["first"][draw][:, rows, None],
            effects["second"][draw][:, None, :],
        ]
    offset = [*offset, *_given(attitude)]
    risk = at_risk(book.inputs, event_class, dict(setting.first))
    return setting.models[event_class.model].chance(
        class_columns(book, event_class), draw, at_risk=_wide(risk, len(draw)), offset=offset
    )


def _scope_effects(setting: Setting, draw: np.ndarray) -> list[np.ndarray]:
    effects = setting.effects[SCOPE]
    return [
        effects["actor"][draw][:, :, None, None],
        effects["mineral"][draw][:, None, :, None],
    ]


def _given(shift: np.ndarray | None) -> list[np.ndarray]:
    return [] if shift is None else [shift]


def _wide(array: np.ndarray, members: int) -> np.ndarray:
    return np.broadcast_to(array, (members, *array.shape[1:]))


@dataclass(frozen=True)
class Acts(ByClass):
    """What was drawn, boolean, acts by class.

    Attributes
    ----------
    link
        New restrictions by link, shape (member, actor, mineral, link).
    """

    link: np.ndarray


def draw_acts(chance: Chances, draws: Draws) -> Acts:
    """Compare probabilities with draws."""
    found = {name: draws.acts[name] < chance.by_class[name] for name in chance.by_class}
    # An act beyond the reach covers nothing that the model knows: components, small supplies.
    act = found["restriction"] & (draws.told < chance.reach)
    link = np.zeros(chance.scope.shape, dtype=bool)
    rows = np.nonzero(act)
    cells = chance.scope.shape[2:]
    flat = chance.scope[rows].reshape(len(rows[0]), int(np.prod(cells)))
    drawn = include_nonempty(flat, draws.scope[rows].reshape(flat.shape))
    link[rows] = drawn.reshape(len(rows[0]), *cells)
    return Acts(found, link)


def remembered(setting: Setting, acts: Acts) -> dict[str, np.ndarray]:
    """Return acts on the axes of the memory: all actors, pairs symmetric."""
    found = {}
    for name in setting.known.memory.acts:
        event_class, size = CLASSES[name], len(setting.acting)
        members = len(acts.link)
        if name not in acts.by_class:
            shape = (members, size) if event_class.unit == ACTOR else (members, size, size)
            found[name] = np.zeros(shape)
        elif event_class.unit == ACTOR:
            found[name] = acts.by_class[name].astype(float)
        else:
            whole = np.zeros((members, size, size))
            whole[:, setting.first[event_class.unit]] = acts.by_class[name]
            if event_class.unit == PAIR:
                whole = np.maximum(whole, np.swapaxes(whole, 1, 2))
            found[name] = whole
    return found
