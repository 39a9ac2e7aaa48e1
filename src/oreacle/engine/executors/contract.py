"""What every executor is given and gives back.

Does      Defines the job of a run and the contract of executors.
Units     None.
Method    A block depends on the setting, the seed and its own members alone, so that any executor
          and any number of workers gives the same bytes. A fault of the program inside a block is
          turned into an error with a code where it happens: it can travel, a traceback cannot.
Assumes   Blocks are worth some seconds: what is done once for each may cost milliseconds.
Not here  Each executor: see the modules beside this one; what a block does: `oreacle.engine.block`.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Protocol

from threadpoolctl import threadpool_limits

from oreacle.core.errors import OreacleError, RunError
from oreacle.engine.block import BlockResult, member_numbers, run_block
from oreacle.engine.kernels import refuse_other_kernel
from oreacle.engine.setting import Setting

Blocks = Generator[tuple[int, BlockResult], None, None]
"""Numbers and results of blocks, as they finish; closing it ends the workers."""
PULSE = 0.5
"""Longest time without a call of `pulse` while workers are waited for [s]."""


class Pulse(Protocol):
    """Hears that a run goes on; what it raises stops the run."""

    def __call__(self, block: int | None = None, years: int = 0) -> None:
        """Hear that workers are waited for, or that `years` of a block are done."""


@dataclass(frozen=True)
class BlockJob:
    """What is the same for all blocks of a run; it is sent once to each worker.

    Attributes
    ----------
    setting
        The fixed part of the run.
    members
        Size of the ensemble: the last block may be smaller.
    seed
        Root seed.
    """

    setting: Setting
    members: int
    seed: int

    def run(self, block: int, told: Callable[[int], None]) -> BlockResult:
        """Run a block with one numerical thread, telling how many of its years are done.

        The matrices are small, and sums must not depend on the load of the machine.

        Raises
        ------
        RunError
            ORE-RUN-241 if the kernel of the run does not work here.
        """
        refuse_other_kernel(self.setting.kernel)
        with threadpool_limits(limits=1):
            return run_block(self.setting, member_numbers(block, self.members), self.seed, told)

    def attempt(self, block: int, told: Callable[[int], None]) -> BlockResult | OreacleError:
        """Return the result of a block, or the error that it ended with.

        A fault that is no `OreacleError` is returned as ORE-RUN-152 with the members concerned.
        """
        try:
            return self.run(block, told)
        except OreacleError as fault:
            return fault
        except Exception as fault:  # noqa: BLE001 - the run is recorded as failed here
            return failed_block(block, self.members, fault)


class Executor(Protocol):
    """Runs blocks somewhere."""

    def blocks(
        self, make_job: Callable[[], BlockJob], waiting: Sequence[int], pulse: Pulse
    ) -> Blocks:
        """Yield the blocks in `waiting` as they finish.

        Parameters
        ----------
        make_job
            Makes what is the same for all; called once, while workers start.
        waiting
            Numbers of the blocks, those to start first in front.
        pulse
            Called at least every `PULSE` seconds while workers are waited for, and with what they
            have done; it may raise.

        Raises
        ------
        RunError
            ORE-RUN-002 if workers died twice on a block; ORE-RUN-152 if a block has failed.
        """


def failed_block(block: int, members: int, fault: Exception) -> RunError:
    """Return the error of a block that ended in a fault of the program."""
    numbers = member_numbers(block, members)
    frames = traceback.extract_tb(fault.__traceback__)
    where = f" ({PurePath(frames[-1].filename).name}, line {frames[-1].lineno})" if frames else ""
    reason = " ".join(str(fault).split())[:200]
    return RunError(
        "ORE-RUN-152",
        f"block {block} (members {numbers[0]} to {numbers[-1]}) has failed: "
        f"{type(fault).__name__}{where}{': ' if reason else ''}{reason}.",
        why="without these members the run is not the one that was asked for.",
        fix="report it with scenario and seed; for lack of memory take fewer workers. Finished "
        "blocks are kept: `oreacle forecast --resume RUN` runs the rest.",
    )


def died_twice(block: int | None) -> RunError:
    """Return the error of a block on which two workers died."""
    return RunError(
        "ORE-RUN-002",
        f"a worker died twice on block {block}.",
        why="most often memory: each worker holds its own world and block; a fault of another "
        "kind is printed above.",
        fix="go on with fewer workers: `oreacle forecast --resume RUN --workers 1`.",
    )
