"""The shares of one unit of a run's first year.

Does      Gathers features and effects of a unit and splits its log-odds.
Units     Log-odds, at the posterior mode.
Method    See `.drivers`.
Assumes   What is known is that of the first simulated year.
Not here  Probabilities: see `oreacle.engine.act_chances`.
"""

from __future__ import annotations

import numpy as np

from oreacle.engine.acts.classes import ACTOR, CLASSES, SCOPE
from oreacle.engine.acts.feature import FeatureBook
from oreacle.engine.acts.link_features import scope_features, scope_offset
from oreacle.engine.acts.risk import links_at_risk
from oreacle.engine.acts.units import class_features
from oreacle.engine.inputs import FeatureInputs
from oreacle.engine.setting import Setting
from oreacle.forecasting.events.drivers import EFFECT, Share, shapley_of_product, terms_of
from oreacle.relations.logistic import sigmoid

Cell = tuple[int, ...]


def class_shares(
    setting: Setting, name: str, cell: Cell, inputs: FeatureInputs | None = None
) -> list[Share]:
    """Return the shares of a unit of a class.

    Parameters
    ----------
    name
        Class of acts.
    cell
        Actor, or row of the first party and second party.
    inputs
        What is known; that of the first year if None.
    """
    event_class = CLASSES[name]
    known = setting.known if inputs is None else inputs
    features = class_features(FeatureBook(known, setting.first), event_class)[0][cell]
    return [
        *_features(setting, event_class.model, features),
        *_effects(setting, event_class.model, _places(setting, name, cell)),
    ]


def mineral_shares(
    setting: Setting, actor: int, mineral: int, link: int, inputs: FeatureInputs | None = None
) -> list[Share]:
    """Return the shares of a new restriction on a mineral: of the act and of its scope.

    The scope is that of one link, the one in which the actor is larger; the probability beside
    them is of either.
    """
    known = setting.known if inputs is None else inputs
    act = class_shares(setting, "restriction", (actor,), known)
    scope = [
        *_features(setting, SCOPE, scope_features(known)[0][actor, mineral, link]),
        *_effects(setting, SCOPE, {"link_actor": actor, "mineral": mineral}),
    ]
    parts = [np.array([one.log_odds for one in shares]) for shares in (act, scope)]
    level, others = _average(setting, known, actor, (mineral, link))
    split = shapley_of_product(parts[0], parts[1], level, (others, setting.reach))
    return [
        Share(one.term, float(share), one.is_high)
        for shares, values in zip((act, scope), split, strict=True)
        for one, share in zip(shares, values, strict=True)
    ]


def _features(setting: Setting, model: str, features: np.ndarray) -> list[Share]:
    fitted = setting.models[model]
    complete = np.where(np.isfinite(features), features, fitted.scaling.mean)
    return terms_of(fitted.terms, fitted.contributions(complete), fitted.scaling.apply(complete))


def _effects(setting: Setting, model: str, places: dict[str, int]) -> list[Share]:
    groups = setting.effects[model]
    found = []
    for name, place in places.items():
        value = float(groups["actor" if name == "link_actor" else name][0, place])
        found.append(Share(EFFECT + name, value, value >= 0.0))
    return found


def _places(setting: Setting, name: str, cell: Cell) -> dict[str, int]:
    unit = CLASSES[name].unit
    if unit == ACTOR:
        return {"actor": cell[0]}
    return {"first": int(setting.first[unit][cell[0]]), "second": cell[1]}


def _average(
    setting: Setting, known: FeatureInputs, actor: int, cell: tuple[int, int]
) -> tuple[tuple[float, float], float]:
    """Return the log-odds of the average unit, and the chance that no other link is covered."""
    act, scope = setting.models[CLASSES["restriction"].model], setting.models[SCOPE]
    risk = links_at_risk(known)[0][actor]
    offset = float(scope_offset(risk[None, None])[0, 0, 0, 0])
    features = scope_features(known)[0][actor]
    complete = np.where(np.isfinite(features), features, scope.scaling.mean)
    effects = setting.effects[SCOPE]
    odds = scope.draws[0, 0] + scope.contributions(complete).sum(axis=-1) + offset
    odds = odds + effects["actor"][0, actor] + effects["mineral"][0][:, None]
    none = np.where(risk, 1.0 - sigmoid(odds), 1.0)
    none[cell] = 1.0
    level = float(act.draws[0, 0] + setting.levels["restriction"].offset(1))
    return (level, float(scope.draws[0, 0]) + offset), float(none.prod())
