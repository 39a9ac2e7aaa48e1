"""What is not known about past relations, as draws: half-lives, weights of kinds, events.

Does      Draws half-lives and weights of events for every member.
Units     Years; acts [1].
Method    Half-lives and weights of kinds are log-normal around their prior; each event counts an
          exponential number of times with mean one (Bayesian bootstrap, Rubin 1981), so that no
          result hangs on one report. Member 0 is the centre: priors and each event once.
Assumes   Reports of events are exchangeable; half-lives of cooperation and rivalry are apart.
Not here  The search for blocs, whose starts are drawn too: see `.history`.

References
----------
Rubin, D. B. (1981). The Bayesian bootstrap. Annals of Statistics 9(1), 130-134.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oreacle.engine.relations_history.coding import CodedEvents
from oreacle.engine.relations_history.kinds import KIND_SPREAD, WEIGHTS
from oreacle.relations.network.state import HALF_LIFE, HalfLives

HALF_LIFE_SPREAD = 2.0
"""Factor that most draws of a half-life stay within: 10 to 90 % between 2.5 and 10 years [1];
assumed; it spans what the acts to 2014 allow for rivalry, which say nothing of cooperation."""
NORMAL_90 = 1.2815515655446004
"""Quantile of the standard normal at 90 %."""


@dataclass(frozen=True)
class HistoryDraws:
    """Parameters of each member.

    Attributes
    ----------
    half_lives
        Shape (member,) each [yr].
    weight
        Weight of each row of the coded events, shape (member, row) [acts].
    """

    half_lives: HalfLives
    weight: np.ndarray


def draw_history(coded: CodedEvents, draws: int, *, rng: np.random.Generator) -> HistoryDraws:
    """Return the centre and `draws` draws around it.

    Parameters
    ----------
    coded
        Events as weights of dyads.
    draws
        How many beside the centre; 0 for the centre alone.
    rng
        Source of randomness.
    """
    lives = HALF_LIFE * _factors((2, draws), HALF_LIFE_SPREAD, rng)
    kinds = _factors((draws, len(coded.kinds)), KIND_SPREAD, rng)
    count = int(coded.event.max(initial=-1)) + 1
    times = rng.standard_exponential((draws, count))
    lives = np.concatenate([np.full((2, 1), HALF_LIFE), lives], axis=1)
    kinds = np.concatenate([np.ones((1, kinds.shape[1])), kinds])
    times = np.concatenate([np.ones((1, count)), times])
    prior = np.array([WEIGHTS[name] for name in coded.kinds])
    weight = coded.weight * prior[coded.kind] * kinds[:, coded.kind] * times[:, coded.event]
    return HistoryDraws(HalfLives(lives[0], lives[1]), weight)


def _factors(shape: tuple[int, ...], spread: float, rng: np.random.Generator) -> np.ndarray:
    """Return log-normal factors around 1 of which 80 % lie within `spread`."""
    return np.asarray(spread ** (rng.standard_normal(shape) / NORMAL_90))
