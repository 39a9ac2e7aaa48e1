"""Processes that share the clearing of many clubs.

Does      Clears chunks of clubs, here or in worker processes, in the order in which they came.
Units     Those of `oreacle.engine.clubs.clearing`.
Method    `spawn`ed processes that get the market once, and with each chunk its clubs and the
          weights of the draws. A chunk depends on nothing else: the same bytes on any number.
Assumes   A process that dies ends the work: nothing is written that could be lost.
Not here  Long runs that must survive a dead worker: see `oreacle.engine.ensemble`.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from oreacle.engine.clubs.clearing import Cleared, cleared
from oreacle.engine.clubs.field import ClubField
from oreacle.engine.clubs.piece import PASSIVE
from oreacle.engine.clubs.purposes import NAMES, PURPOSES, Purpose
from oreacle.engine.clubs.rules import Rule

Clear = Callable[[Sequence[np.ndarray], np.ndarray], Iterator[Cleared]]
"""Clears chunks of clubs, each of shape (club, player), under weights of draws, shape (draw,)."""


@dataclass(frozen=True)
class ClubJob:
    """What is cleared.

    Attributes
    ----------
    field
        The market without clubs.
    purposes, rule
        What clubs do and how they share.
    """

    field: ClubField
    purposes: tuple[Purpose, ...]
    rule: Rule

    def run(self, inside: np.ndarray, weight: np.ndarray | None = None) -> Cleared:
        """Clear clubs, shape (club, player) of bool, under the weights of the field or others."""
        groups = np.where(inside, 0, PASSIVE)
        return cleared(self.field, groups, self.purposes, self.rule, weight)


@contextmanager
def crew(job: ClubJob, workers: int) -> Iterator[Clear]:
    """Yield a function that clears chunks of clubs on some processes; 1 is this one alone."""
    if workers <= 1:
        yield lambda chunks, weight: (job.run(chunk, weight) for chunk in chunks)
        return
    names = tuple(purpose.name for purpose in job.purposes)
    with ProcessPoolExecutor(
        workers,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_start,
        initargs=(job.field, names, job.rule),
    ) as pool:
        yield lambda chunks, weight: pool.map(_work, chunks, [weight] * len(chunks))


_JOB: list[ClubJob] = []
"""The job of a worker process, written once when it starts."""


def _start(field: ClubField, names: tuple[str, ...], rule: Rule) -> None:
    purposes = tuple(PURPOSES[NAMES.index(name)] for name in names)
    _JOB[:] = [ClubJob(field, purposes, rule)]


def _work(inside: np.ndarray, weight: np.ndarray) -> Cleared:
    return _JOB[0].run(inside, weight)
