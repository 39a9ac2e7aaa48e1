"""Which kernels there are on this machine, and how the compiled one is made ready.

Does      Names the kernel that an engine can use here; compiles it, or loads what was compiled.
Units     None.
Method    A kernel is named with the release of numba that makes its machine code: another release
          may give other last bits.
Assumes   Whoever clears a single market asks for none of this: loading numba takes a second.
Not here  What is compiled: see `oreacle.market.compiled.search`.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec

import numpy as np

NUMPY = "numpy"
"""Name of the kernel that is always there."""


@cache
def best_kernel() -> str:
    """Return the name of the fastest kernel that works here, such as `compiled numba 0.60`."""
    if find_spec("numba") is None:
        return NUMPY
    try:
        import numba
    except ImportError:  # it refuses a release of numpy that it does not know
        return NUMPY
    return "compiled numba " + ".".join(numba.__version__.split(".")[:2])


def make_ready() -> None:
    """Compile the kernel for this process; what was compiled before is read from the cache."""
    from oreacle.market.compiled.pack import NODE_ROWS, Links, Market, workspace
    from oreacle.market.compiled.search import search_all

    places, first = np.zeros((3, 0), dtype=np.int64), np.zeros(2, dtype=np.int64)
    links = Links(0, places, first, np.zeros((0, 4, 0)))
    groups, weight = np.zeros((0, 5, 1)), np.zeros((0, 1, 1))
    nodes = np.zeros((0, NODE_ROWS, 4))
    nothing = Market(1, 1, 1, 1.0, 1.0, 1.0, nodes, groups, weight, links, links)
    search_all(nothing, workspace(nothing), np.zeros((0, 4)), 1, 1.0, True)


def is_kept() -> bool:
    """Return True if this machine has compiled this kernel before."""
    from oreacle.market.compiled.jit import FOLDER

    return FOLDER is not None and any(FOLDER.rglob("*.nbi"))
