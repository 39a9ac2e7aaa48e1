"""Jobs that take no time, die or break: what executors do around blocks, without the engine."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
import pandas as pd
import xarray as xr

from oreacle.engine.block import BLOCK_SIZE, BlockResult, member_numbers
from oreacle.engine.executors.contract import BlockJob
from oreacle.engine.setting import Setting

NOTHING = cast("Setting", None)


@dataclass(frozen=True)
class Quick(BlockJob):
    """Returns members and the process that made them; what `fault` says happens on block 1.

    Attributes
    ----------
    place
        Folder in which it leaves marks.
    fault
        "" for none; "die once", "die", "break", "stop" or "sleep".
    """

    place: Path = Path()
    fault: str = ""

    def run(self, block: int, told: Callable[[int], None]) -> BlockResult:
        """Return a block of two arrays, after two years of which it tells."""
        told(1)
        if block == 1:
            self._misbehave()
        (self.place / f"ran-{block}-{os.getpid()}").touch()
        told(2)
        numbers = member_numbers(block, self.members)
        arrays = xr.Dataset({"x": ("member", numbers * 2.0)}, {"member": numbers})
        return BlockResult(arrays, pd.DataFrame({"member": np.asarray(numbers)}))

    def _misbehave(self) -> None:
        mark = self.place / "died"
        if self.fault == "die" or (self.fault == "die once" and not mark.exists()):
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        if self.fault == "break":
            message = "no such thing"
            raise ZeroDivisionError(message)
        if self.fault == "sleep":
            (self.place / f"asleep-{os.getpid()}").touch()
            time.sleep(60)


def quick(place: Path, fault: str = "", blocks: int = 3) -> Quick:
    """Return a job of so many blocks, the last of one member."""
    return Quick(NOTHING, BLOCK_SIZE * (blocks - 1) + 1, 1, place, fault)
