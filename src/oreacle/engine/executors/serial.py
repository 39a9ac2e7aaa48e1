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
from functools import partial

from oreacle.core.errors import OreacleError
from oreacle.engine.executors.contract import BlockJob, Blocks, Pulse


@dataclass(frozen=True)
class Serial:
    """One block after the other, in this process."""

    def blocks(
        self, make_job: Callable[[], BlockJob], waiting: Sequence[int], pulse: Pulse
    ) -> Blocks:
        """Yield blocks in order; see `oreacle.engine.executors.contract.Executor`."""
        job = make_job()
        for block in waiting:
            pulse()
            try:
                result = job.attempt(block, partial(_tell, pulse, block))
            except _Stopped as stop:
                raise stop.reason from None
            if isinstance(result, OreacleError):
                raise result
            yield block, result


class _Stopped(BaseException):
    """Carries what a listener raised past the block, which would take it for a fault of its own."""

    def __init__(self, reason: Exception) -> None:
        super().__init__()
        self.reason = reason


def _tell(pulse: Pulse, block: int, years: int) -> None:
    try:
        pulse(block, years)
    except Exception as fault:
        raise _Stopped(fault) from fault
