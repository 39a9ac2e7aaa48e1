"""Run an ensemble: blocks of members over an executor, with progress.

Does      Yields each block as it finishes, and reports progress.
Units     Member-years for progress: members times the years of each that are done.
Method    A block depends on the seed and its members alone: where it runs, and what else runs, does
          not matter. Blocks that are there already are left out.
Assumes   Who takes a block lets go of it: none is kept here.
Not here  What a block does: see `oreacle.engine.block`; where blocks run:
          `oreacle.engine.executors`; the run folder: `oreacle.engine.store`.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from oreacle.core.errors import RunError
from oreacle.engine.block import BLOCK_SIZE, member_numbers
from oreacle.engine.executors.choice import check_count, chosen_executor
from oreacle.engine.executors.contract import BlockJob, Blocks
from oreacle.engine.kernels import NUMPY
from oreacle.engine.setting import make_setting
from oreacle.scenario.scenario import Scenario
from oreacle.world.load import load_world

Progress = Callable[[int, int], None]
MOST_MEMBERS = 20_000
"""The outlook of a stored run loads one variable at a time, of which the largest takes 150 MB for
1,000 members: 3 GB for so many [1]."""
MOST_IN_MEMORY = 5_000
"""Most members of a run that is not stored: all arrays of 1,000 take 720 MB, twice while blocks are
joined [1]."""


@dataclass(frozen=True)
class EnsembleRequest:
    """What to run.

    Attributes
    ----------
    scenario
        The scenario.
    members
        Number of members.
    seed
        Root seed.
    workers
        Number of processes, 1 for this one alone; ``dask``, ``dask:N`` or the address of a
        scheduler for a cluster.
    data
        Folder of tables, None for the embedded ones.
    finished
        Blocks that are there already.
    kernel
        What clears markets, as `oreacle.market.compiled.kinds` names it.
    """

    scenario: Scenario
    members: int
    seed: int
    workers: int | str
    data: Path | None
    finished: frozenset[int] = frozenset()
    kernel: str = NUMPY

    @property
    def blocks(self) -> range:
        """Numbers of the blocks."""
        return range(-(-self.members // BLOCK_SIZE))

    @property
    def waiting(self) -> tuple[int, ...]:
        """Numbers of the blocks that are still to be run."""
        return tuple(block for block in self.blocks if block not in self.finished)


def check_request(request: EnsembleRequest) -> None:
    """Refuse a request that cannot run.

    Raises
    ------
    RunError
        ORE-RUN-001 if members or workers are no whole numbers, fewer than one, or too many;
        ORE-RUN-153 or 154 if workers are named that there cannot be.
    """
    members = request.members
    if isinstance(members, bool) or not isinstance(members, int):
        raise RunError(
            "ORE-RUN-001",
            f"members is {members!r}, which is not a whole number ({type(members).__name__}).",
            why="a size that is converted in silence would not be the one that was meant.",
            fix="give a whole number (int), such as members 200.",
        )
    if not isinstance(request.workers, str):
        check_count(request.workers)
    if not 1 <= members <= MOST_MEMBERS:
        raise RunError(
            "ORE-RUN-001",
            f"{members} members were asked for.",
            why=f"a run needs 1 to {MOST_MEMBERS:,} members; the outlook of more would not fit the "
            "memory of most machines.",
            fix="try --members 200; for more members make runs with other seeds.",
        )
    chosen_executor(request.workers)


def run_ensemble(request: EnsembleRequest, progress: Progress | None = None) -> Blocks:
    """Yield blocks as they finish, with their numbers.

    Close the generator to end the workers before all blocks are done.

    Parameters
    ----------
    request
        What to run.
    progress
        Called with member-years done and member-years in all, before the first block, after each
        year of one, and while workers are waited for; it may raise to stop the run.

    Raises
    ------
    RunError
        ORE-RUN-001, 153 or 154 on a bad request, ORE-RUN-002 if workers die twice on a block,
        ORE-RUN-152 if one ends in a fault of the program; ORE-RUN-155 to 157 if a cluster cannot
        be used.
    """
    check_request(request)
    waiting = request.waiting
    executor = chosen_executor(request.workers)
    count = _Count(request, progress)
    count()
    if not waiting:
        return

    def make_job() -> BlockJob:
        setting = replace(make_setting(request.scenario, request.data), kernel=request.kernel)
        return BlockJob(setting, request.members, request.seed)

    with closing(executor.blocks(make_job, waiting, count)) as blocks:
        for block, result in blocks:
            count(block, count.years)
            yield block, result
            del result  # whoever took it decides how long it stays in memory


class _Count:
    """Counts member-years that are done, and tells whoever asked for it."""

    def __init__(self, request: EnsembleRequest, progress: Progress | None) -> None:
        self.years = request.scenario.until - load_world(request.data).base_year
        self._members, self._progress = request.members, progress
        self._done = dict.fromkeys(request.finished, self.years)

    def __call__(self, block: int | None = None, years: int = 0) -> None:
        """Hear that `years` of a block are done."""
        if block is not None:
            self._done[block] = years
        if self._progress is not None:
            made = sum(
                len(member_numbers(number, self._members)) * done
                for number, done in self._done.items()
            )
            self._progress(made, self._members * self.years)
