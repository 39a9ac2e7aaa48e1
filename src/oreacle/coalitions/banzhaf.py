"""Banzhaf value: what a player adds to a random coalition of the others.

Does      Scores each player's mean marginal contribution over all coalitions of the others.
Units     Raw: the unit of the game. Share: dimensionless, sums to 1.
Method    Exact from the table of values; each coalition of the others is equally likely.
Assumes   Players join independently with probability one half. Raw values need not add up to the
          value of all: it measures weight in decisions, and is no division.
Not here  A value that divides the whole: see `oreacle.coalitions.shapley`.

References
----------
Penrose, L. S. (1946). The elementary statistics of majority voting. Journal of the Royal
Statistical Society 109(1), 53-57.
Banzhaf, J. F. (1965). Weighted voting doesn't work: a mathematical analysis. Rutgers Law Review
19(2), 317-343.
Dubey, P. and Shapley, L. S. (1979). Mathematical properties of the Banzhaf power index.
Mathematics of Operations Research 4(2), 99-131.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oreacle.coalitions.game import Game, membership


@dataclass(frozen=True, eq=False)
class BanzhafResult:
    """Banzhaf value and its shares.

    Attributes
    ----------
    raw : ndarray (n,) [unit of the game]
        Mean marginal contribution. In a voting game: the probability of being decisive.
    share : ndarray (n,) [1]
        Raw over its sum (Banzhaf's index); NaN if the sum is not positive.
    """

    raw: np.ndarray
    share: np.ndarray


def banzhaf(game: Game) -> BanzhafResult:
    """Return the Banzhaf value of each player.

    beta_i is the mean over S without i of v(S + i) - v(S).

    References
    ----------
    Dubey and Shapley (1979), section 2, for raw and share.

    Examples
    --------
    >>> vote = Game.of("abc", lambda m: 2 * ("a" in m) + ("b" in m) + ("c" in m) >= 3)
    >>> banzhaf(vote).raw.tolist(), banzhaf(vote).share.tolist()
    ([0.75, 0.25, 0.25], [0.6, 0.2, 0.2])
    """
    size = game.size
    raw = np.empty(size)
    for player in range(size):
        without = np.flatnonzero(~membership(size)[:, player])
        raw[player] = np.mean(game.values[without | 1 << player] - game.values[without])
    total = float(raw.sum())
    share = raw / total if total > game.tolerance else np.full(size, np.nan)
    return BanzhafResult(raw, share)
