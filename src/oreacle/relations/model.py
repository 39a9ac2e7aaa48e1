"""A fitted model of acts, ready to forecast.

Does      Turns features into probabilities, draw by draw, and explains them.
Units     Features in their own units; probabilities per unit and year.
Method    Log-odds = constant + sum of coefficient times standardised feature + effects of the
          groups that a unit belongs to (+ offset).
Assumes   Features are in the order of `terms`; draw 0 is the point estimate.
Not here  How coefficients are found: see `oreacle.relations.pooled`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NoReturn

import numpy as np
import pandas as pd

from oreacle.core.errors import RelationsError
from oreacle.relations.levels import LevelPath
from oreacle.relations.logistic import sigmoid
from oreacle.relations.scaling import Scaling

INTERCEPT = "intercept"
FIXED, LEVEL, REACH = "fixed", "level", "reach"
"""Groups of rows of `relations_coefficients` that hold constant and slopes, the level path, and the
reach of a scope; the other groups hold effects."""


@dataclass(frozen=True)
class Effects:
    """Effects of the labels of a group.

    Attributes
    ----------
    labels
        Labels that had rows in the fit.
    draws
        Shape (draw, label) [log-odds]; draw 0 is the point estimate.
    """

    labels: tuple[str, ...]
    draws: np.ndarray

    def on(self, axis: Sequence[str]) -> np.ndarray:
        """Return the effects on an axis of labels, shape (draw, axis).

        A label that the fit has not seen has the mean of the group, 0.
        """
        spot = {label: at for at, label in enumerate(self.labels)}
        whole = np.hstack([self.draws, np.zeros((len(self.draws), 1))])
        return np.asarray(whole[:, [spot.get(label, len(self.labels)) for label in axis]])


@dataclass(frozen=True)
class ActModel:
    """Probability of an act.

    Attributes
    ----------
    name
        Such as ``restriction_act`` or ``restriction_scope``.
    scaling
        Terms with their means and standard deviations.
    draws
        Constant and slopes, shape (draw, 1 + term) [log-odds]; draw 0 is the point estimate.
    effects
        Effects by group, such as ``actor``.
    """

    name: str
    scaling: Scaling
    draws: np.ndarray
    effects: Mapping[str, Effects] = field(default_factory=dict)

    @property
    def terms(self) -> tuple[str, ...]:
        """Names of the features, in order."""
        return self.scaling.terms

    def probability(
        self,
        features: np.ndarray,
        draw: int | np.ndarray = 0,
        *,
        at_risk: np.ndarray | None = None,
        offset: np.ndarray | float = 0.0,
    ) -> np.ndarray:
        """Return the probability of an act, shape (...).

        Parameters
        ----------
        features : ndarray (..., term)
            In the units of the features; the first axis is the member if `draw` is an array.
        draw : int or ndarray (member,)
            Which draw of the coefficients; one per member or one for all.
        at_risk : ndarray (...) of bool
            Units that can act at all. The others get exactly 0 and may lack features.
        offset : ndarray (...) [log-odds]
            Known part of the log-odds.

        Raises
        ------
        RelationsError
            ORE-REL-004 on another number of features; ORE-REL-008 if a unit at risk lacks one;
            ORE-REL-009 if a draw does not exist.
        """
        mask = np.ones(features.shape[:-1], dtype=bool) if at_risk is None else at_risk
        odds = self._constant(draw, features.ndim - 1)
        odds = np.asarray(odds + self.contributions(features, draw).sum(axis=-1) + offset)
        mask = np.broadcast_to(mask, odds.shape)
        if not np.isfinite(odds[mask]).all():
            self._refuse_gaps(features, mask)
        return np.where(mask, sigmoid(np.where(mask, odds, 0.0)), 0.0)

    def chance(
        self,
        columns: Sequence[np.ndarray],
        draw: np.ndarray,
        *,
        at_risk: np.ndarray,
        offset: Sequence[np.ndarray],
    ) -> np.ndarray:
        """Return the probability of an act from features of different shapes, shape of `at_risk`.

        The same as `probability`, without ever putting the features side by side: what holds for
        all second parties is summed before it is spread over them.

        Parameters
        ----------
        columns
            One feature per term, each of a shape that broadcasts to `at_risk`.
        draw : ndarray (member,)
            Draw of each member.
        at_risk : ndarray (member, ...) of bool
            Units that can act. The others get exactly 0 and may lack features.
        offset
            Known parts of the log-odds, each of a shape that broadcasts to `at_risk`.

        Raises
        ------
        RelationsError
            ORE-REL-004 on another number of features; ORE-REL-008 if a unit at risk lacks one;
            ORE-REL-009 if a draw does not exist.
        """
        self.scaling.check_width(len(columns))
        drawn = self._coefficients(draw)
        slopes = drawn[:, 1:] / self.scaling.sd
        wide = (-1,) + (1,) * (at_risk.ndim - 1)
        parts = [(drawn[:, 0] - slopes @ self.scaling.mean).reshape(wide), *offset]
        parts += [slopes[:, k].reshape(wide) * column for k, column in enumerate(columns)]
        odds = _summed(parts, at_risk.shape)
        mask = np.broadcast_to(at_risk, odds.shape)
        if not np.isfinite(odds[mask]).all():
            self._refuse_gaps(np.stack(np.broadcast_arrays(*columns, odds)[:-1], axis=-1), mask)
        return np.where(mask, sigmoid(np.where(mask, odds, 0.0)), 0.0)

    def contributions(self, features: np.ndarray, draw: int | np.ndarray = 0) -> np.ndarray:
        """Return what each term adds to the log-odds of an average unit, shape (..., term).

        For log-odds that are linear these are the Shapley shares of the features.
        """
        slopes = self._coefficients(draw)[..., 1:]
        if slopes.ndim == 2:
            slopes = slopes.reshape(len(slopes), *[1] * (features.ndim - 2), -1)
        return np.asarray(self.scaling.apply(features) * slopes)

    def _constant(self, draw: int | np.ndarray, axes: int) -> np.ndarray:
        constant = self._coefficients(draw)[..., 0]
        return np.asarray(constant.reshape(-1, *[1] * (axes - 1)) if constant.ndim else constant)

    def _coefficients(self, draw: int | np.ndarray) -> np.ndarray:
        chosen = np.asarray(draw)
        if np.any(chosen < 0) or np.any(chosen >= len(self.draws)):
            raise RelationsError(
                "ORE-REL-009",
                f"draw {chosen.max()} asked of '{self.name}', which has {len(self.draws)} draws.",
                why="there is no such set of coefficients.",
                fix="take the member number modulo the number of draws.",
            )
        return np.asarray(self.draws[chosen])

    def _refuse_gaps(self, features: np.ndarray, mask: np.ndarray) -> NoReturn:
        gaps = ~np.isfinite(features) & mask[..., None]
        places = gaps.reshape(-1, gaps.shape[-1]).any(axis=0)
        names = [term for term, bad in zip(self.terms, places, strict=True) if bad]
        units = int(gaps.any(axis=-1).sum() if names else mask.sum())
        raise RelationsError(
            "ORE-REL-008",
            f"'{self.name}': of {units} units at risk no log-odds are known for want of: "
            f"{', '.join(names) or 'an effect, a level or the scaling'}.",
            why="a gap would be read as an average unit and give a wrong probability.",
            fix="complete the table that the feature is made from, or add a stand-in with "
            "its reason to `assumed/actor_stand_ins.csv`.",
        )


def _summed(parts: Sequence[np.ndarray], shape: tuple[int, ...]) -> np.ndarray:
    """Return the sum of arrays, those of one shape first; at least of the shape given."""
    by_shape: dict[tuple[int, ...], np.ndarray] = {}
    for part in parts:
        if part.shape in by_shape:
            by_shape[part.shape] = by_shape[part.shape] + part
        else:
            by_shape[part.shape] = part
    total = np.zeros((1,) * len(shape))
    for part in sorted(by_shape.values(), key=lambda one: one.size):
        total = total + part
    return np.asarray(np.broadcast_to(total, np.broadcast_shapes(total.shape, shape)))


def model_from_tables(
    name: str, coefficients: pd.DataFrame, scaling: pd.DataFrame, terms: Sequence[str]
) -> ActModel:
    """Build a model from its rows in `relations_coefficients` and `relations_scaling`.

    Parameters
    ----------
    name
        Name of the model.
    coefficients, scaling
        The tables.
    terms
        Features in the order in which they will be given: tables are sorted by name, and
        coefficients on the wrong features would still look like probabilities.

    Raises
    ------
    RelationsError
        ORE-REL-010 if the tables do not hold the model, or hold other terms.
    """
    rows = coefficients[coefficients["model"] == name]
    fixed = rows[rows["group"] == FIXED]
    scales = scaling[scaling["model"] == name].set_index("term")
    wide = fixed.pivot(index="draw", columns="label", values="value").sort_index()
    order = list(terms)
    is_whole = set(wide.columns) == {INTERCEPT, *order} and set(scales.index) == set(order)
    if wide.empty or not is_whole or bool(wide.isna().any(axis=None)):
        _refuse_tables(name, "no complete model with these terms")
    scales = scales.loc[order]
    mean, sd = scales["mean"].to_numpy(dtype=float), scales["sd"].to_numpy(dtype=float)
    draws = wide[[INTERCEPT, *order]].to_numpy(dtype=float)
    effects = {
        str(group): _effects(name, part, len(draws))
        for group, part in rows[~rows["group"].isin([FIXED, LEVEL, REACH])].groupby("group")
    }
    return ActModel(name, Scaling(tuple(order), mean, sd), draws, effects)


def _effects(name: str, rows: pd.DataFrame, draws: int) -> Effects:
    wide = rows.pivot(index="draw", columns="label", values="value").sort_index()
    if len(wide) != draws or bool(wide.isna().any(axis=None)):
        _refuse_tables(name, "effects that lack a draw")
    return Effects(tuple(str(label) for label in wide.columns), wide.to_numpy(dtype=float))


def level_from_tables(name: str, coefficients: pd.DataFrame) -> tuple[LevelPath, np.ndarray]:
    """Return the level path of a model, and its last level in every draw, shape (draw,).

    Raises
    ------
    RelationsError
        ORE-REL-010 if the rows are not there, or hold no figure.
    """
    rows = coefficients[(coefficients["model"] == name) & (coefficients["group"] == LEVEL)]
    values = {
        str(label): part.sort_values("draw")["value"].to_numpy(dtype=float)
        for label, part in rows.groupby("label")
    }
    is_whole = set(values) == set(LevelPath.__annotations__)
    if not is_whole or not all(np.isfinite(one).all() for one in values.values()):
        _refuse_tables(name, "no level path")
    last = values["last"]
    return LevelPath(
        float(last[0]), float(values["persistence"][0]), float(values["spread"][0])
    ), last


def reach_from_tables(name: str, coefficients: pd.DataFrame) -> float:
    """Return the share of acts that cover a link at risk at all [1].

    Raises
    ------
    RelationsError
        ORE-REL-010 if the row is not there.
    """
    rows = coefficients[(coefficients["model"] == name) & (coefficients["group"] == REACH)]
    if len(rows) != 1 or not np.isfinite(rows["value"]).all():
        _refuse_tables(name, "no reach")
    return float(rows["value"].iloc[0])


def _refuse_tables(name: str, found: str) -> NoReturn:
    raise RelationsError(
        "ORE-REL-010",
        f"the tables of the event models hold {found} for '{name}'.",
        why="coefficients, scaling and features must name the same terms in every draw.",
        fix="refit with `oreacle data build`.",
    )
