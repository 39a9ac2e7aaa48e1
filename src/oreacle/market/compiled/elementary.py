"""Exponential and logarithm of whole arrays, compiled.

Does      Replaces the values of an array by their exponentials or logarithms.
Units     None.
Method    Argument reduction and the rational approximations of fdlibm (Sun Microsystems 1993),
          error below one unit in the last place. Without branches a compiler takes several values
          at once: three times as fast as a call of the system's library for each, and the same
          bytes on any system.
Assumes   Arguments of the logarithm are positive and normal; exponentials below e^-700 are nil.
Not here  Values one by one: those at nodes take `math.exp`.
"""

from __future__ import annotations

import numpy as np

from oreacle.market.compiled.jit import jitted

ROUND = 6755399441055744.0
"""1.5 * 2^52: added and taken off again, it rounds; added, its last bits hold the integer."""
LOG2_E = 1.4426950408889634
LN2_HIGH, LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
LEAST_EXPONENT = -700.0
E1, E2, E3, E4, E5 = (
    1.66666666666666019037e-01,
    -2.77777777770155933842e-03,
    6.61375632143793436117e-05,
    -1.65339022054652515390e-06,
    4.13813679705723846039e-08,
)
L1, L2, L3, L4, L5, L6, L7 = (
    6.666666666666735130e-01,
    3.999999999940941908e-01,
    2.857142874366239149e-01,
    2.222219843214978396e-01,
    1.818357216161805012e-01,
    1.531383769920937332e-01,
    1.479819860511658591e-01,
)
ROOT_HALF_BITS = 0x3FE6A09E667F3BCD
EXPONENT_BITS = -(1 << 52)
BIAS = 1023


@jitted
def exp_all(values: np.ndarray, scratch: np.ndarray) -> None:
    """Replace values below 700 by their exponentials.

    Parameters
    ----------
    values
        Contiguous doubles.
    scratch
        As many doubles to write on.
    """
    bits = scratch.view(np.int64)
    for i in range(values.size):
        scratch[i] = max(values[i], LEAST_EXPONENT) * LOG2_E + ROUND
    for i in range(values.size):
        bits[i] = (bits[i] + BIAS) << 52
    for i in range(values.size):
        x = max(values[i], LEAST_EXPONENT)
        power = (x * LOG2_E + ROUND) - ROUND
        r = (x - power * LN2_HIGH) - power * LN2_LOW
        t = r * r
        c = r - t * (E1 + t * (E2 + t * (E3 + t * (E4 + t * E5))))
        found = (1.0 - (r * c / (c - 2.0) - r)) * scratch[i]
        values[i] = found if values[i] > LEAST_EXPONENT else 0.0


@jitted
def log_all(values: np.ndarray, scratch: np.ndarray) -> None:
    """Replace positive values by their logarithms.

    Parameters
    ----------
    values
        Contiguous doubles.
    scratch
        As many doubles to write on.
    """
    bits, powers = values.view(np.int64), scratch.view(np.int64)
    for i in range(values.size):
        powers[i] = bits[i] - ROOT_HALF_BITS
        bits[i] -= powers[i] & EXPONENT_BITS
    for i in range(values.size):
        scratch[i] = float(powers[i] >> 52)
    for i in range(values.size):
        f, power = values[i] - 1.0, scratch[i]
        s = f / (2.0 + f)
        z = s * s
        w = z * z
        even = w * (L2 + w * (L4 + w * L6))
        odd = z * (L1 + w * (L3 + w * (L5 + w * L7)))
        half = 0.5 * f * f
        low = s * (half + even + odd) + power * LN2_LOW
        values[i] = power * LN2_HIGH - ((half - low) - f)
