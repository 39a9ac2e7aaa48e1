"""Blocks in this process, one after the other.

Does      Runs blocks here.
Units     None.
Method    None.
Assumes   None.
Not here  More than one at a time: see the modules beside this one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from oreacle.core.errors import OreacleError
from oreacle.engine.executors.contract import BlockJob, Blocks


@dataclass(frozen=True)
class Serial:
    """One block after the other, in this process."""

    def blocks(self, job: BlockJob, waiting: Sequence[int], pulse: Callable[[], None]) -> Blocks:
        """Yield blocks in order; see `oreacle.engine.executors.contract.Executor`."""
        for block in waiting:
            pulse()
            result = job.attempt(block)
            if isinstance(result, OreacleError):
                raise result
            yield block, result
