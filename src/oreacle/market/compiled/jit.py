"""Compile functions by numba where it is installed.

Does      Wraps numba's decorators so that the functions of this room keep their types.
Units     None.
Method    No fast mathematics and no threads: the same machine code gives the same bytes anywhere.
          Without numba the functions stay as they are, and run as Python: right, and slow.
Assumes   numpy's rules for division: by zero it gives infinity, it does not raise.
Not here  Whether the engine uses the result: see `oreacle.market.compiled.kinds`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

try:
    import numba
except ImportError:  # pragma: no cover - the extra `fast` is optional
    numba = None

Function = TypeVar("Function", bound=Callable[..., Any])


def jitted(function: Function) -> Function:
    """Return the function compiled at its first call by another one that is compiled."""
    if numba is None:
        return function
    made: Function = numba.njit(error_model="numpy")(function)
    return made
