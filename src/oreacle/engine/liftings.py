"""Which measures end because their government lifts one: by an act of lifting, or a ruling.

Does      Splits the fitted rate at which measures end into acts of lifting and the rest, and
          picks the measures that end.
Units     Hazards and probabilities per year [1]; counts of measures.
Method    Actor i holds measures whose fitted hazards h sum to H. A share s of all ends comes by
          acts of lifting: an act with probability p ends a measure with probability
          q = min(1, s H / p), and the hazards of the rest are multiplied by 1 - p q / H, so that
          H measures end a year in expectation, as fitted. A shift x of the log-odds of lifting
          changes p but not q: then more or fewer end.
Assumes   An act ends one measure: the one whose draw is smallest over its hazard.
Not here  Barriers to imports that end: see `oreacle.engine.mechanisms.barriers`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from oreacle.engine.measures import ActiveMeasure

MOST_ODDS = 50.0
"""Largest log-odds that are told apart [log-odds]."""


@dataclass(frozen=True)
class Liftings:
    """Acts of lifting of a year, and what they end.

    Attributes
    ----------
    draw, chance
        Uniform draw of the act, and its probability with all shifts, shape (member, actor) [1].
    fitted
        Probability without shifts, shape (member, actor) [1].
    share
        Share of all ends that come by acts of lifting [1]; 0 leaves acts without effect.
    released
        Measures that end for certain, shape (member, actor); None for none.
    """

    draw: np.ndarray
    chance: np.ndarray
    fitted: np.ndarray
    share: float
    released: np.ndarray | None = None

    def ends(self, held: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return measures that end by act or ruling, and the factor on the hazards of the rest.

        Parameters
        ----------
        held
            Sum of the fitted hazards of an actor's measures, shape (member, actor) [1/yr].

        Returns
        -------
        tuple
            Counts, and factors between 0 and 1, shape (member, actor) each.
        """
        effect = effect_of_act(held, self.fitted, self.share)
        rest = 1.0 - np.divide(
            self.fitted * effect, held, out=np.zeros_like(effect), where=held > 0.0
        )
        # Given that it happens, draw over chance is uniform: no second draw is needed.
        count = (self.draw < self.chance * effect).astype(np.int64)
        rest = np.clip(rest, 0.0, 1.0)
        return count if self.released is None else count + self.released, rest


def effect_of_act(held: np.ndarray, chance: np.ndarray, share: float) -> np.ndarray:
    """Return the probability that an act of lifting ends something [1].

    Examples
    --------
    >>> effect_of_act(np.array([1.8, 0.1]), np.array([0.4, 0.4]), 0.5).round(3).tolist()
    [1.0, 0.125]
    """
    wanted = share * held
    # Divided only where it is below one: a chance may be as small as a float can be.
    sure = wanted >= chance
    ratio = np.divide(wanted, chance, out=np.ones_like(wanted), where=~sure)
    return np.asarray(np.where(chance > 0.0, ratio, 0.0))


def unshifted(chance: np.ndarray, shift: np.ndarray | None) -> np.ndarray:
    """Return probabilities without a shift of their log-odds; 0 and 1 stay.

    Examples
    --------
    >>> unshifted(np.array([0.5]), np.array([np.log(3.0)])).round(4).tolist()
    [0.25]
    """
    if shift is None:
        return chance
    factor = np.exp(-np.clip(shift, -MOST_ODDS, MOST_ODDS))
    return np.asarray(chance * factor / (1.0 - chance + chance * factor))


def lifted(
    held: Sequence[ActiveMeasure],
    count: int,
    urgency: Callable[[ActiveMeasure], float],
) -> frozenset[int]:
    """Return the positions of the measures that end.

    Parameters
    ----------
    held
        Measures of one actor that would go on.
    count
        How many end; no more than there are.
    urgency
        Draw over hazard: the smallest end first, then the oldest.
    """
    order = sorted(range(len(held)), key=lambda at: (urgency(held[at]), held[at].since))
    return frozenset(order[:count])
