"""The kernel that clears the markets of a run: chosen once, made ready once, never changed.

Does      Makes the kernel of a run ready, and refuses a run whose kernel does not work here.
Units     None.
Method    The numpy kernel works everywhere. The compiled one is used where it can be loaded; the
          plan of the run names it, and all workers use what the plan names: the two agree to
          rounding, not to the last bit.
Assumes   Workers on other machines have the same release of numba.
Not here  The kernels: see `oreacle.market.kernel` and `oreacle.market.compiled`.
"""

from __future__ import annotations

from collections.abc import Callable

from oreacle.core.errors import RunError
from oreacle.market.compiled import kinds
from oreacle.market.compiled.kinds import NUMPY, best_kernel

__all__ = ["NUMPY", "best_kernel", "make_ready", "refuse_other_kernel"]


def make_ready(kernel: str, told: Callable[[str], None] | None = None) -> None:
    """Compile the kernel if it is one that is compiled, before workers begin.

    Parameters
    ----------
    kernel
        Its name.
    told
        Called with a line if it takes long, which is once on a machine.
    """
    if kernel == NUMPY:
        return
    if told is not None and not kinds.is_kept():
        told("compiling the market kernel, once on this machine: about a minute")
    kinds.make_ready()


def refuse_other_kernel(kernel: str) -> None:
    """Refuse a kernel that does not work here.

    Raises
    ------
    RunError
        ORE-RUN-241 if there is no such kernel.
    """
    if kernel == NUMPY or kernel == best_kernel():
        return
    raise RunError(
        "ORE-RUN-241",
        f"the markets of this run are cleared by '{kernel}'; here there is '{best_kernel()}'.",
        why="another kernel gives the same prices to rounding, but not the same bytes.",
        fix=f"install that release of numba ('{kernel.removeprefix('compiled ')}'), also where "
        "workers run, or start a new run.",
    )
