"""A fitted model of acts, ready to forecast.

Does      Turns features into probabilities, draw by draw, and explains them.
Units     Features in their own units; probabilities per unit and year.
Method    Log-odds = constant + sum of coefficient times standardised feature (+ offset).
Assumes   Features are in the order of `terms`; draw 0 is the point estimate.
Not here  How coefficients are found: see `oreacle.forecasting.fit`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from oreacle.core.errors import RelationsError
from oreacle.relations.levels import LevelPath
from oreacle.relations.logistic import sigmoid
from oreacle.relations.scaling import Scaling

INTERCEPT = "intercept"
LEVEL_SUFFIX = "_level"
"""Ending of the rows of `relations_coefficients` that hold the level path of a model."""


@dataclass(frozen=True)
class ActModel:
    """Probability of an act.

    Attributes
    ----------
    name
        ``restriction_act``, ``restriction_scope`` or ``agreement_act``.
    scaling
        Terms with their means and standard deviations.
    draws
        Constant and slopes, shape (draw, 1 + term) [log-odds]; draw 0 is the point estimate.
    """

    name: str
    scaling: Scaling
    draws: np.ndarray

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
            ORE-REL-008 if a unit at risk lacks a feature; ORE-REL-009 if a draw does not exist.
        """
        mask = np.ones(features.shape[:-1], dtype=bool) if at_risk is None else at_risk
        self._check_complete(features, mask)
        odds = self._constant(draw, features.ndim - 1)
        odds = odds + self.contributions(features, draw).sum(axis=-1) + offset
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

    def _check_complete(self, features: np.ndarray, mask: np.ndarray) -> None:
        gaps = ~np.isfinite(features) & mask[..., None]
        if gaps.any():
            places = gaps.reshape(-1, gaps.shape[-1]).any(axis=0)
            names = [term for term, bad in zip(self.terms, places, strict=True) if bad]
            raise RelationsError(
                "ORE-REL-008",
                f"{int(gaps.any(axis=-1).sum())} units at risk lack: {', '.join(names)}.",
                why="a gap would be read as an average unit and give a wrong probability.",
                fix="complete the table that the feature is made from, or add a stand-in with "
                "its reason to `assumed/actor_stand_ins.csv`.",
            )


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
    scales = scaling[scaling["model"] == name].set_index("term")
    wide = rows.pivot(index="draw", columns="term", values="value").sort_index()
    order = list(terms)
    is_whole = set(wide.columns) == {INTERCEPT, *order} and set(scales.index) == set(order)
    if wide.empty or not is_whole or bool(wide.isna().any(axis=None)):
        raise RelationsError(
            "ORE-REL-010",
            f"the tables hold no complete model '{name}' with these terms.",
            why="coefficients, scaling and features must name the same terms in every draw.",
            fix="refit with `oreacle data build`.",
        )
    scales = scales.loc[order]
    mean, sd = scales["mean"].to_numpy(dtype=float), scales["sd"].to_numpy(dtype=float)
    draws = wide[[INTERCEPT, *order]].to_numpy(dtype=float)
    return ActModel(name, Scaling(tuple(order), mean, sd), draws)


def level_from_tables(name: str, coefficients: pd.DataFrame) -> LevelPath:
    """Return the level path of a model from its rows in `relations_coefficients`.

    Raises
    ------
    RelationsError
        ORE-REL-010 if the rows are not there.
    """
    rows = coefficients[coefficients["model"] == name + LEVEL_SUFFIX].set_index("term")["value"]
    if set(rows.index) != set(LevelPath.__annotations__):
        raise RelationsError(
            "ORE-REL-010",
            f"the tables hold no level of '{name}'.",
            why="the last level and its persistence are needed to fade it out.",
            fix="refit with `oreacle data build`.",
        )
    return LevelPath(**{str(term): float(value) for term, value in rows.items()})
