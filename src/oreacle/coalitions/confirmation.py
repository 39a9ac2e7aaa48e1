"""What still holds on a second, independent set of draws.

Does      Gives expected values their error, and keeps the statements that two sets of draws share.
Units     As the values given.
Method    Self-normalised weighted mean; its error from squared weighted deviations over 1 - sum of
          squared weights (the usual one for equal weights; Owen 2013, section 9.2); 90 %
          intervals by Student's t with effective draws - 1 degrees of freedom. Ratios by bootstrap
          of draws with their weights (Efron and Tibshirani 1993, section 13.3).
Assumes   Draws of a set are independent, and so are the two sets. A conclusion that was chosen
          on the first set is tested on the second.
Not here  Which conclusions there are: see the modules that draw them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from oreacle.coalitions.club_draws import check_weight
from oreacle.coalitions.fault_lines import effective_draws
from oreacle.core.errors import CoalitionError

POSITIVE, NEGATIVE, UNCLEAR = "positive", "negative", "unclear"
YES, NO = "yes", "no"
TAIL = 0.05  # of each side of a 90 % interval
RESAMPLES = 1000
CHUNK = 100  # resamples at a time, so that memory stays small


@dataclass(frozen=True)
class ExpectedValue:
    """Expected values with the error of the draws.

    Attributes
    ----------
    value, error, low, high : ndarray
        Mean, its standard error and its 90 % interval, shape of one draw. With a single
        effective draw the error is not known and all but `value` are NaN.
    effective_draws
        Number of equally likely draws that would tell as much.
    """

    value: np.ndarray
    error: np.ndarray
    low: np.ndarray
    high: np.ndarray
    effective_draws: float

    def signs(self) -> np.ndarray:
        """Return ``positive`` or ``negative`` where the interval leaves out 0, else ``unclear``."""
        return np.asarray(
            np.where(self.low > 0.0, POSITIVE, np.where(self.high < 0.0, NEGATIVE, UNCLEAR))
        )


@dataclass(frozen=True)
class Conclusion:
    """One statement, as two independent sets of draws give it.

    Attributes
    ----------
    text_key
        What is said, such as ``strained`` or ``in core``.
    subject
        Of whom: a member, a club, a rule.
    first, second
        Verdict on the first and on the second set.
    holds
        Whether both sets give the same verdict, and a clear one.
    """

    text_key: str
    subject: str
    first: str
    second: str
    holds: bool


def expected_with_error(values: np.ndarray, weight: np.ndarray) -> ExpectedValue:
    """Return the expected value over weighted draws with its error.

    Parameters
    ----------
    values : ndarray (draw, ...)
        Values by draw.
    weight : ndarray (draw,) [1]
        Probabilities of draws, sum 1.

    Raises
    ------
    CoalitionError
        ORE-COA-040 if shapes do not fit, ORE-COA-041 if weights are no probabilities,
        ORE-COA-042 if a value is missing or infinite.

    References
    ----------
    Owen, A. B. (2013). Monte Carlo theory, methods and examples, section 9.2.

    Examples
    --------
    >>> found = expected_with_error(np.array([1.0, 2.0, 3.0]), np.full(3, 1.0 / 3.0))
    >>> round(float(found.value), 6), round(float(found.error), 6)
    (2.0, 0.57735)
    """
    values, weight = _checked(values, weight)
    mean = np.tensordot(weight, values, axes=1)
    squares = np.square(weight)
    left = 1.0 - float(squares.sum())
    n_effective = effective_draws(weight)
    if left <= np.finfo(float).eps * len(weight):
        unknown = np.full(mean.shape, np.nan)
        return ExpectedValue(mean, unknown, unknown, unknown, n_effective)
    error = np.sqrt(np.tensordot(squares, np.square(values - mean), axes=1) / left)
    reach = float(stdtrit(n_effective - 1.0, 1.0 - TAIL)) * error
    return ExpectedValue(mean, error, mean - reach, mean + reach, n_effective)


def paired_difference(first: np.ndarray, second: np.ndarray, weight: np.ndarray) -> ExpectedValue:
    """Return the expected `first` - `second` on common draws, with the error of the difference.

    Parameters
    ----------
    first, second : ndarray (draw, ...)
        Two results on the same draws.
    weight : ndarray (draw,) [1]
        Probabilities of draws, sum 1.

    Raises
    ------
    CoalitionError
        As `expected_with_error`.
    """
    first, weight = _checked(first, weight)
    second, _ = _checked(second, weight)
    if first.shape != second.shape:
        _refuse_shapes(first.shape, second.shape)
    return expected_with_error(first - second, weight)


def bootstrap_ratio(
    above: np.ndarray,
    below: np.ndarray,
    weight: np.ndarray,
    *,
    rng: np.random.Generator,
    resamples: int = RESAMPLES,
) -> ExpectedValue:
    """Return the ratio of two expected values with a 90 % interval by bootstrap.

    Parameters
    ----------
    above, below : ndarray (draw,)
        Values by draw over and under the line.
    weight : ndarray (draw,) [1]
        Probabilities of draws, sum 1.
    rng
        Random stream of the resamples.
    resamples
        How often draws are taken anew, at least 2.

    Returns
    -------
    ExpectedValue
        All NaN if the expected value under the line is zero; error and interval are NaN if it
        is zero in a resample.

    Raises
    ------
    CoalitionError
        As `expected_with_error`; ORE-COA-046 for fewer than 2 resamples.

    References
    ----------
    Efron, B. and Tibshirani, R. J. (1993). An introduction to the bootstrap, section 13.3.
    """
    above, weight = _checked(above, weight)
    below, _ = _checked(below, weight)
    if above.shape != weight.shape or below.shape != weight.shape:
        _refuse_shapes(above.shape, below.shape, weight.shape)
    if resamples < 2:
        raise CoalitionError(
            "ORE-COA-046",
            f"{resamples} resamples.",
            why="an interval needs several of them.",
            fix=f"take {RESAMPLES}, or at least 2.",
        )
    n, tops, bottoms = len(weight), [], []
    for start in range(0, resamples, CHUNK):
        counts = rng.multinomial(n, np.full(n, 1.0 / n), size=min(CHUNK, resamples - start))
        tops.append(counts @ (weight * above))
        bottoms.append(counts @ (weight * below))
    ratio = _ratio(np.array([weight @ above]), np.array([weight @ below]))[0]
    drawn = _ratio(np.concatenate(tops), np.concatenate(bottoms))
    low, high = np.quantile(drawn, [TAIL, 1.0 - TAIL])
    return ExpectedValue(
        np.asarray(ratio),
        np.asarray(drawn.std(ddof=1)),
        np.asarray(low),
        np.asarray(high),
        effective_draws(weight),
    )


def confirmed(
    first: Mapping[tuple[str, str], str], second: Mapping[tuple[str, str], str]
) -> tuple[Conclusion, ...]:
    """Return every statement with its verdicts on two sets of draws, in the order of the first.

    Parameters
    ----------
    first, second
        (What is said, of whom) to verdict; the same statements in both.

    Raises
    ------
    CoalitionError
        ORE-COA-049 if a statement was checked on one set alone.

    Examples
    --------
    >>> [one] = confirmed({("in core", "CHN"): "yes"}, {("in core", "CHN"): "no"})
    >>> one.holds
    False
    """
    odd = sorted(set(first) ^ set(second))
    if odd:
        raise CoalitionError(
            "ORE-COA-049",
            f"{len(odd)} statements were checked on one set of draws alone, first {odd[0]}.",
            why="what was not checked again would pass as confirmed or as refuted.",
            fix="draw the same conclusions from both sets.",
        )
    return tuple(
        Conclusion(*key, verdict, second[key], verdict == second[key] != UNCLEAR)
        for key, verdict in first.items()
    )


def sign_statements(
    text_key: str, subjects: Iterable[str], values: ExpectedValue
) -> dict[tuple[str, str], str]:
    """Return a statement on the sign of each expected value.

    Parameters
    ----------
    text_key
        What is said.
    subjects
        Of whom, in the order of `values`.
    values
        Expected values, shape (subject,).

    Raises
    ------
    CoalitionError
        ORE-COA-040 if numbers of subjects and values differ.

    Examples
    --------
    >>> gains = expected_with_error(np.array([[1.0], [2.0], [3.0]]), np.full(3, 1.0 / 3.0))
    >>> sign_statements("gain from leaving", ["JPN"], gains)
    {('gain from leaving', 'JPN'): 'positive'}
    """
    names, signs = list(subjects), values.signs()
    if signs.shape != (len(names),):
        _refuse_shapes(signs.shape, (len(names),))
    return {(text_key, name): str(sign) for name, sign in zip(names, signs, strict=True)}


def flag_statements(text_key: str, flags: Mapping[str, bool]) -> dict[tuple[str, str], str]:
    """Return a statement, yes or no, of each subject.

    Examples
    --------
    >>> flag_statements("stable", {"MSP": True})
    {('stable', 'MSP'): 'yes'}
    """
    return {(text_key, name): YES if flag else NO for name, flag in flags.items()}


def kept(conclusions: Iterable[Conclusion]) -> tuple[Conclusion, ...]:
    """Return the conclusions that hold on both sets of draws."""
    return tuple(each for each in conclusions if each.holds)


def _ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    unknown = np.full(above.shape, np.nan)
    return np.asarray(np.divide(above, below, out=unknown, where=below != 0.0))


def _checked(values: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    values, weight = np.asarray(values, dtype=float), check_weight(weight)
    if not values.ndim or len(values) != len(weight):
        _refuse_shapes(values.shape, weight.shape)
    if not np.isfinite(values).all():
        raise CoalitionError(
            "ORE-COA-042",
            f"{int((~np.isfinite(values)).sum())} values are missing or infinite.",
            why="a draw that did not solve is not a draw with the value of zero.",
            fix="leave such draws out and give the others weights that sum to 1; say how many.",
        )
    return values, weight


def _refuse_shapes(*shapes: tuple[int, ...]) -> None:
    raise CoalitionError(
        "ORE-COA-040",
        f"shapes {', '.join(str(shape) for shape in shapes)} do not fit.",
        why="values would be weighted as those of other draws or subjects.",
        fix="give values over the same draws and subjects.",
    )
