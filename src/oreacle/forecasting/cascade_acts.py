"""Chances of the next year's acts, without and with a what-if, and what moved them.

Does      Ranks units by the change of their probability, with bands and the feature behind it.
Units     Probabilities [1]; contributions [log-odds].
Method    Mean over draws of the coefficients before and after, draw by draw; the change has its
          own band. Contributions at the point estimate: slope times the move of the standardised
          feature.
Assumes   The same draw before and after: what is uncertain in both cancels.
Not here  What moves the features: see `oreacle.engine.what_if`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from oreacle.engine.act_chances import Chances
from oreacle.engine.acts.classes import CLASSES
from oreacle.engine.acts.feature import FeatureBook
from oreacle.engine.acts.link_features import scope_features
from oreacle.engine.acts.units import class_features
from oreacle.engine.inputs import FeatureInputs
from oreacle.engine.setting import Setting
from oreacle.forecasting.cascade_records import Band, NextAct
from oreacle.forecasting.events.drivers import term_words
from oreacle.forecasting.probabilities import BAND
from oreacle.forecasting.summary_events import base_rate

MODELS_OF = {
    "act": ("restriction_act",),
    "mineral": ("restriction_act", "restriction_scope"),
    "pair": ("agreement_act",),
}
"""Models that a probability rests on."""
RATES_OF = {"act": "restriction_act", "mineral": "restriction_scope", "pair": "agreement_act"}
OTHER_MINERALS = "other_minerals"
OTHER_WORDS = "other minerals of the actor became likelier or less likely to be in the act"
Cell = tuple[int, ...]


@dataclass(frozen=True)
class ActTables:
    """Probabilities and features before and after."""

    setting: Setting
    before: Chances
    after: Chances
    known: FeatureInputs
    moved: FeatureInputs

    def shift(self, model: str, cell: Cell) -> Iterator[tuple[str, float]]:
        """Yield each term of a model and what it adds to the log-odds of a unit."""
        fitted = self.setting.models[model]
        features = [_features(self.setting, model, one, cell) for one in (self.known, self.moved)]
        # A unit at risk has all features; where both lack one it has not moved.
        old, new = (np.where(np.isfinite(one), one, fitted.scaling.mean) for one in features)
        moved = fitted.contributions(new) - fitted.contributions(old)
        yield from zip(fitted.terms, (float(value) for value in moved), strict=True)


def next_acts(tables: ActTables, name: str, count: int) -> tuple[NextAct, ...]:
    """Return the units whose probability moves most, the largest change first.

    Parameters
    ----------
    name
        ``act`` by actor, ``mineral`` by actor and mineral, or ``pair`` for agreements.
    count
        How many to return; units whose probability does not move fill up by their probability.
    """
    before, after = getattr(tables.before, name), getattr(tables.after, name)
    old, new = before.mean(axis=0), after.mean(axis=0)
    order = np.lexsort((-new.ravel(), -np.abs(new - old).ravel()))[:count]
    cells = [tuple(int(i) for i in np.unravel_index(k, new.shape)) for k in order]
    return tuple(_next_act(tables, name, cell) for cell in cells if new[cell] > 0.0)


def _next_act(tables: ActTables, name: str, cell: Cell) -> NextAct:
    setting = tables.setting
    before = getattr(tables.before, name)[(slice(None), *cell)]
    after = getattr(tables.after, name)[(slice(None), *cell)]
    moved = after - before
    low, high = np.quantile(moved, BAND)
    actor, partner, mineral = _labels(setting, name, cell)
    unit = ";".join(filter(None, (actor, partner, mineral)))
    term, words, log_odds = _driver(tables, name, cell, is_moved=bool(moved.any()))
    return NextAct(
        kind="agreement" if name == "pair" else "restriction",
        actor=actor,
        partner=partner,
        mineral=mineral,
        before=float(before.mean()),
        after=float(after.mean()),
        change=Band(float(moved.mean()), float(low), float(high)),
        term=term,
        words=words,
        log_odds=log_odds,
        base_rate=base_rate(setting, RATES_OF[name], unit)[2],
    )


def _labels(setting: Setting, name: str, cell: Cell) -> tuple[str, str, str]:
    if name == "pair":
        return setting.acting[setting.demand_actors[cell[0]]], setting.acting[cell[1]], ""
    mineral = setting.space.minerals[cell[1]] if name == "mineral" else ""
    return setting.acting[cell[0]], "", mineral


def _driver(tables: ActTables, name: str, cell: Cell, *, is_moved: bool) -> tuple[str, str, float]:
    if not is_moved:
        return "", "", 0.0
    found = [one for model in MODELS_OF[name] for one in tables.shift(model, cell)]
    term, log_odds = max(found, key=lambda one: abs(one[1]))
    if log_odds == 0.0:
        return OTHER_MINERALS, OTHER_WORDS, 0.0
    return term, _words(tables, name, cell, term), log_odds


def _words(tables: ActTables, name: str, cell: Cell, term: str) -> str:
    """Return words for a feature that rose or fell."""
    up, down = (term_words(term, is_high=high) for high in (True, False))
    for model in MODELS_OF[name]:
        terms = tables.setting.models[model].terms
        if term in terms:
            at = terms.index(term)
            old, new = (
                _features(tables.setting, model, one, cell)[at]
                for one in (tables.known, tables.moved)
            )
            if new != old:
                return up if new > old else down
    return up


def _features(setting: Setting, model: str, inputs: FeatureInputs, cell: Cell) -> np.ndarray:
    """Return the features of one unit, shape (term,); of a mineral, at its likelier link."""
    if model in (CLASSES["restriction"].model, CLASSES["agreement"].model):
        event_class = CLASSES[model.removesuffix("_act")]
        at = cell[:1] if event_class.name == "restriction" else cell
        return np.asarray(class_features(FeatureBook(inputs, setting.first), event_class)[0][at])
    link = int(np.nan_to_num(inputs.market.share[0][cell]).argmax())
    return np.asarray(scope_features(inputs)[0][(*cell, link)])
