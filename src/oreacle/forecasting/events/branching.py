"""How many further acts one act brings through what governments remember.

Does      Measures, for each class, the acts that one more act calls forth by its own memory, and
          in all, with what those acts bring in turn.
Units     Expected acts [1].
Method    Forward runs at expected values from what is known after the last year: the probabilities
          of a year enter the memory of the next. One run is without, one with an act more in the
          last known year. *Direct* keeps the memory of the first run and adds the fading act alone
          (the branching ratio of a self-exciting process, Hawkes 1971); *in all* lets the further
          acts be remembered, too. The act is one that happens: units are a systematic sample in
          proportion to their probability.
Assumes   Markets, ties and governance stay as known; who is at risk is as known, or so by the act
          that is added. The mean over draws of a memory is taken for the memory of the mean.
Not here  Excitation between two actors estimated from the chronicle: see
          `oreacle.relations.excitation`.

References
----------
Hawkes, A. G. (1971). Spectra of some self-exciting and mutually exciting point processes.
Biometrika 58(1), 83-90.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from oreacle.engine.acts.classes import ACTOR, CLASSES, PAIR, SCOPE, EventClass
from oreacle.engine.acts.feature import FeatureBook
from oreacle.engine.acts.link_features import scope_features, scope_offset
from oreacle.engine.acts.memory import HALF_LIFE, Memory, advance
from oreacle.engine.acts.risk import at_risk, first_parties, links_at_risk
from oreacle.engine.acts.units import class_columns
from oreacle.engine.inputs import FeatureInputs
from oreacle.forecasting.events.fit import EventFit
from oreacle.forecasting.events.rows import UnitRows
from oreacle.forecasting.events.tables import FittedEvents
from oreacle.relations.logistic import NODES, WEIGHTS, sigmoid
from oreacle.relations.sampling import nonempty_inclusion

YEARS = 25
"""Years of a run [yr]: of an act 3 % is left in memory."""
UNITS = 20
"""Units that the act more is given to, one at a time."""
MOST_DIRECT = 0.8
"""Direct further acts from which a class counts as feeding itself [1]."""
KEPT = 0.5 ** (1.0 / HALF_LIFE)


@dataclass(frozen=True)
class Branching:
    """Further acts of one act.

    Attributes
    ----------
    names
        Classes with a model.
    direct
        Acts of the class of a column called forth by one act of the class of a row, through the
        memory of that act alone, shape (class, class).
    whole
        The same with what those acts bring in turn, shape (class, class).
    """

    names: tuple[str, ...]
    direct: np.ndarray
    whole: np.ndarray

    def own(self, name: str) -> float:
        """Return the further acts of the same class that one act brings directly [1]."""
        at = self.names.index(name)
        return float(self.direct[at, at])

    @property
    def radius(self) -> float:
        """Largest absolute eigenvalue of the direct acts: below 1, no wave feeds itself [1]."""
        return float(np.abs(np.linalg.eigvals(self.direct)).max())

    def as_dict(self) -> dict[str, Any]:
        """Return names and figures for output."""
        return {
            "radius": self.radius,
            "classes": {
                name: {"direct": float(self.direct[at, at]), "whole": float(self.whole[at, at])}
                for at, name in enumerate(self.names)
            },
        }


@dataclass(frozen=True)
class _Forward:
    """What a run needs: models, what is known, and how uncertain each unit is.

    Attributes
    ----------
    fits
        Models by class.
    known
        What is known after the last year, one member.
    first
        Positions of first parties by unit.
    unit_sd
        Standard deviation of the log-odds of each unit by class, the year ahead on the first axis
        [log-odds].
    inclusion
        Chance that an act covers a link, shape (1, actor, mineral, link).
    """

    fits: Mapping[str, EventFit]
    known: FeatureInputs
    first: dict[str, np.ndarray]
    unit_sd: Mapping[str, np.ndarray]
    inclusion: np.ndarray

    def chances(self, memory: Memory, standing: Memory, ahead: int) -> dict[str, np.ndarray]:
        """Return the probabilities of a year by class, on all units.

        Parameters
        ----------
        memory
            Expected acts, for features.
        standing
            Acts that put units at risk.
        ahead
            Years after the last known one.
        """
        book = FeatureBook(replace(self.known, memory=memory), self.first)
        risky = replace(self.known, memory=standing)
        found = {}
        for name, fit in self.fits.items():
            risk = at_risk(risky, CLASSES[name], self.first)
            odds = np.where(risk, log_odds(fit, book, CLASSES[name]), 0.0) + fit.path.offset(ahead)
            sd = self.unit_sd[name][ahead - 1]
            chance = sum(w * sigmoid(odds + x * sd) for x, w in zip(NODES, WEIGHTS, strict=True))
            found[name] = np.where(risk, chance, 0.0)
        return found

    def after(self, memory: Memory, chances: Mapping[str, np.ndarray]) -> Memory:
        """Return the memory a year later, with the expected acts of the year."""
        acts = {name: np.zeros_like(array) for name, array in memory.acts.items()}
        acts |= {name: self.spread_out(name, chance) for name, chance in chances.items()}
        links = np.zeros((1, 1, 1, 1))
        if "restriction" in chances:
            links = chances["restriction"][..., None, None] * self.inclusion
        return advance(memory, acts, links)

    def spread_out(self, name: str, acts: np.ndarray) -> np.ndarray:
        """Return acts of a class over all actors; those of pairs for both parties."""
        unit = CLASSES[name].unit
        if unit == ACTOR:
            return acts
        size = acts.shape[-1]
        whole = np.zeros((len(acts), size, size))
        whole[:, self.first[unit]] = acts
        return whole + np.swapaxes(whole, 1, 2) if unit == PAIR else whole


def log_odds(fit: EventFit, book: FeatureBook, event_class: EventClass) -> np.ndarray:
    """Return the log-odds of all units of a class without the level, one axis a party."""
    columns = class_columns(book, event_class)
    slopes = fit.fit.mode[1 : 1 + len(fit.terms)]
    odds = np.asarray(fit.fit.mode[0])
    for at, column in enumerate(fit.columns):
        odds = odds + slopes[at] * (columns[column] - fit.scaling.mean[at]) / fit.scaling.sd[at]
    if event_class.unit == ACTOR:
        return np.asarray(odds + fit.fit.effects("actor"))
    rows = book.first[event_class.unit]
    return np.asarray(odds + fit.fit.effects("first")[rows, None] + fit.fit.effects("second"))


def branching(fitted: FittedEvents, *, years: int = YEARS, units: int = UNITS) -> Branching:
    """Measure the further acts of one act of each class.

    Parameters
    ----------
    fitted
        Models fitted on the whole history.
    years
        Length of the runs [yr].
    units
        Size of the sample of units that act once more.
    """
    forward = _forward(fitted, years)
    start = forward.known.memory
    plain, memories = [], [start]
    for ahead in range(1, years + 1):
        plain.append(forward.chances(memories[-1], start, ahead))
        memories.append(forward.after(memories[-1], plain[-1]))
    names = tuple(forward.fits)
    direct, whole = np.zeros((2, len(names), len(names)))
    for row, name in enumerate(names):
        extra = _one_more(forward, name, plain[0][name], units)
        lively = _with(start, extra, 1.0)
        for step in range(years):
            fading = _with(start, extra, KEPT**step)
            alone = forward.chances(_with(memories[step], extra, KEPT**step), fading, step + 1)
            answered = forward.chances(lively, fading, step + 1)
            lively = forward.after(lively, answered)
            for column, other in enumerate(names):
                usual = plain[step][other].sum()
                direct[row, column] += alone[other].sum() / units - usual
                whole[row, column] += answered[other].sum() / units - usual
    return Branching(names, direct, whole)


def _forward(fitted: FittedEvents, years: int) -> _Forward:
    fits = {name: fit for name, fit in fitted.fits.items() if name != SCOPE}
    known = fitted.case.inputs[max(fitted.case.inputs)]
    first = first_parties(known)
    book = FeatureBook(known, first)
    unit_sd = {name: _unit_sd(fit, book, CLASSES[name], years) for name, fit in fits.items()}
    return _Forward(fits, known, first, unit_sd, _inclusion(fitted, known))


def _unit_sd(fit: EventFit, book: FeatureBook, event_class: EventClass, years: int) -> np.ndarray:
    """Return the standard deviation of the log-odds of all units in each year ahead.

    A feature that a unit not at risk lacks counts as average.
    """
    features = np.stack(
        [array[0] for array in np.broadcast_arrays(*class_columns(book, event_class))], axis=-1
    )
    shape = features.shape[:-1]
    spots = np.indices(shape).reshape(len(shape), -1)
    first, second = spots[0], spots[-1]
    if event_class.unit != ACTOR:
        first = book.first[event_class.unit][first]
    means = np.zeros(features.shape[-1])
    means[fit.columns] = fit.scaling.mean
    known = np.where(np.isfinite(features), features, means).reshape(len(first), -1)
    blank = np.zeros(len(first))
    rows = UnitRows(event_class.name, blank, first, second, known, blank, blank, blank, {})
    variances = [fit.with_level(rows, ahead)[1] for ahead in range(1, years + 1)]
    return np.asarray(np.sqrt(variances).reshape(years, *shape))


def _inclusion(fitted: FittedEvents, known: FeatureInputs) -> np.ndarray:
    """Return the chance that an act covers a link, given that it covers one."""
    risk = links_at_risk(known)
    scope = fitted.fits.get(SCOPE)
    if scope is None:
        return np.asarray(risk / np.maximum(risk.sum(axis=(-2, -1), keepdims=True), 1))
    slopes = scope.fit.mode[1 : 1 + len(scope.terms)]
    odds = (
        scope.fit.mode[0] + scope.scaling.apply(scope_features(known)[..., scope.columns]) @ slopes
    )
    odds = odds + scope.fit.effects("actor")[:, None, None]
    odds = odds + scope.fit.effects("mineral")[:, None] + scope_offset(risk)
    covered = np.where(risk, sigmoid(np.where(risk, odds, 0.0)), 0.0)
    flat = covered.reshape(*covered.shape[:2], -1)
    return np.asarray(scope.reach * nonempty_inclusion(flat).reshape(covered.shape))


def _one_more(forward: _Forward, name: str, chance: np.ndarray, units: int) -> Memory:
    """Return what one act more adds to the memory, a member for each unit of the sample."""
    sums = np.cumsum(chance[0].ravel())
    chosen = np.searchsorted(sums, (np.arange(units) + 0.5) / units * sums[-1])
    acts = np.zeros((units, chance[0].size))
    acts[np.arange(units), chosen] = 1.0
    acts = acts.reshape(units, *chance.shape[1:])
    none = {one: np.zeros((units, *a.shape[1:])) for one, a in forward.known.memory.acts.items()}
    links = np.zeros((units, *forward.known.memory.links.shape[1:]))
    if name == "restriction":
        links = acts[..., None, None] * forward.inclusion
    return Memory(none | {name: forward.spread_out(name, acts)}, links)


def _with(memory: Memory, extra: Memory, share: float) -> Memory:
    """Return a memory with a share of another on top."""
    return Memory(
        {name: array + share * extra.acts[name] for name, array in memory.acts.items()},
        memory.links + share * extra.links,
    )
