"""Governments act: probabilities, draws, and the measures that follow.

Does      Turns what is known into probabilities of acts, compares them with draws, and starts or
          ends measures.
Units     Probabilities per year [1].
Method    Act -> scope -> marks (MODEL: decisions of states). The scope of an act is drawn given
          that it covers one link at least.
Assumes   Nobody acts on what it does not supply: such units have probability exactly 0.
Not here  Features: see `oreacle.engine.features`; fitted coefficients: `oreacle.relations`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from oreacle.core.labels import LINKS
from oreacle.engine.draws import Draws
from oreacle.engine.features import (
    links_at_risk,
    restriction_at_risk,
    restriction_features,
    scope_features,
    scope_offset,
)
from oreacle.engine.features_agreements import agreement_at_risk, agreement_features
from oreacle.engine.first_inputs import visible_shares
from oreacle.engine.inputs import FeatureInputs
from oreacle.engine.measures import ActiveMeasure, tightened
from oreacle.engine.setting import Setting
from oreacle.engine.state import State
from oreacle.relations.sampling import include_nonempty, nonempty_inclusion


@dataclass(frozen=True)
class Chances:
    """Probabilities of one year.

    Attributes
    ----------
    act
        Of a new restriction by an actor, shape (member, actor).
    scope
        Of covering a link, before the condition that one is covered, shape
        (member, actor, mineral, link).
    mineral
        Of a new restriction on a mineral at any link, shape (member, actor, mineral).
    pair
        Of an agreement, shape (member, demand, partner).
    """

    act: np.ndarray
    scope: np.ndarray
    mineral: np.ndarray
    pair: np.ndarray


def known_inputs(setting: Setting, state: State, step: int) -> FeatureInputs:
    """Return what governments know in a simulated year.

    Parameters
    ----------
    step
        Years since the first simulated one. Output of two years ago is known, and that of the
        base year in the first two.
    """
    known, price = setting.known, state.log_price
    share = state.shares[max(step - 1, 0)][:, :-1]
    market = replace(
        known.market,
        share=visible_shares(share, known.traded_ore),
        price_change_1=price[-1] - price[-2],
        price_change_3=price[-1] - price[-4],
    )
    return replace(known, market=market, memory=state.memory)


def chances(setting: Setting, inputs: FeatureInputs, draw: np.ndarray, step: int) -> Chances:
    """Return the probabilities of a year.

    Parameters
    ----------
    inputs
        What is known.
    draw
        Which draw of the coefficients each member lives in, shape (member,).
    step
        Years since the first simulated one: the level of acts fades with it.
    """
    members = len(draw)
    models = setting.models
    act = models["restriction_act"].probability(
        _wide(restriction_features(inputs), members),
        draw,
        at_risk=_wide(restriction_at_risk(inputs), members),
        offset=setting.levels["restriction_act"].offset(step + 1),
    )
    risk = links_at_risk(inputs)
    scope = models["restriction_scope"].probability(
        _wide(scope_features(inputs), members),
        draw,
        at_risk=_wide(risk, members),
        offset=_wide(scope_offset(risk), members),
    )
    demand = setting.demand_actors
    pair = models["agreement_act"].probability(
        _wide(agreement_features(inputs, demand), members),
        draw,
        at_risk=_wide(agreement_at_risk(inputs, demand), members),
        offset=setting.levels["agreement_act"].offset(step + 1),
    )
    either = 1.0 - np.prod(1.0 - scope, axis=-1)
    mineral = act[..., None] * nonempty_inclusion(either)
    return Chances(act, scope, mineral, pair)


def _wide(array: np.ndarray, members: int) -> np.ndarray:
    return np.broadcast_to(array, (members, *array.shape[1:]))


@dataclass(frozen=True)
class Acts:
    """What was drawn.

    Attributes
    ----------
    act, link
        New restrictions, shapes (member, actor) and (member, actor, mineral, link).
    pair
        Agreements, shape (member, demand, partner).
    """

    act: np.ndarray
    link: np.ndarray
    pair: np.ndarray


def draw_acts(chance: Chances, draws: Draws) -> Acts:
    """Compare probabilities with draws."""
    act = draws.act < chance.act
    link = np.zeros(chance.scope.shape, dtype=bool)
    rows = np.nonzero(act)
    cells = chance.scope.shape[2:]
    flat = chance.scope[rows].reshape(len(rows[0]), int(np.prod(cells)))
    drawn = include_nonempty(flat, draws.scope[rows].reshape(flat.shape))
    link[rows] = drawn.reshape(len(rows[0]), *cells)
    return Acts(act, link, draws.pair < chance.pair)


def pair_matrix(setting: Setting, pair: np.ndarray) -> np.ndarray:
    """Return agreements as a symmetric matrix, shape (member, actor, actor)."""
    matrix = np.zeros((pair.shape[0], pair.shape[2], pair.shape[2]))
    matrix[:, setting.demand_actors, :] = pair
    return np.maximum(matrix, np.swapaxes(matrix, 1, 2))


def new_measures(
    setting: Setting, acts: Acts, draws: Draws, year: int
) -> tuple[tuple[ActiveMeasure, ...], ...]:
    """Return the measures that the year's acts start, by member."""
    started: list[list[ActiveMeasure]] = [[] for _ in range(acts.act.shape[0])]
    marks = setting.marks
    for member, actor, mineral, link in np.argwhere(acts.link):
        cell = member, actor, mineral, link
        steps = np.cumsum(marks.probability[link])
        kind = min(int(np.searchsorted(steps, draws.instrument[cell])), steps.size - 1)
        aimed = draws.target[cell] < marks.targeted_share[link, kind]
        rival = int(setting.rival[actor, mineral, link])
        targets = (setting.space.actors[rival],) if aimed and rival >= 0 else ()
        started[member].append(
            ActiveMeasure(
                actor=setting.space.actors[actor],
                mineral=setting.space.minerals[mineral],
                link=LINKS[link],
                instrument=marks.instruments[kind],
                strength=float(marks.strength[link, kind]),
                targets=targets,
                since=year,
            )
        )
    return tuple(tuple(measures) for measures in started)


def measures_after(
    setting: Setting,
    state: State,
    started: tuple[tuple[ActiveMeasure, ...], ...],
    draws: Draws,
) -> tuple[tuple[tuple[ActiveMeasure, ...], ...], tuple[frozenset[str], ...]]:
    """Return forecast measures and register rows in force after liftings and new acts."""
    at = {name: k for k, name in enumerate(setting.space.actors)}
    row = {name: k for k, name in enumerate(setting.space.minerals)}

    def ends(measure: ActiveMeasure, member: int) -> bool:
        cell = at[measure.actor], row[measure.mineral], LINKS.index(measure.link)
        hazard = setting.marks.hazard(measure.instrument, measure.link)
        return bool(draws.lift[(member, *cell)] < hazard)

    forecast, register = [], []
    for member, new in enumerate(started):
        active = [m for m in state.measures[member] if not ends(m, member)]
        for measure in new:
            active = tightened(active, measure)
        forecast.append(tuple(active))
        standing = state.in_force[member]
        register.append(
            frozenset(
                m.measure_id
                for m in setting.register
                if m.measure_id in standing and not ends(m, member)
            )
        )
    return tuple(forecast), tuple(register)
