"""Every mechanism of the engine, in the order in which a year calls them.

Does      Is the one place where a mechanism is entered.
Units     None.
Method    The order fixes nothing but the order of sums: hooks of one kind do not see each other.
Assumes   Names are those of `oreacle.data.mechanisms`, which a test checks.
Not here  How they are run: see `oreacle.engine.mechanisms.machinery`.
"""

from __future__ import annotations

from oreacle.engine.mechanisms.contract import Mechanism
from oreacle.engine.mechanisms.energy import ENERGY
from oreacle.engine.mechanisms.passages import PASSAGES_MECHANISM
from oreacle.engine.mechanisms.recycling import RECYCLING
from oreacle.engine.mechanisms.sectors import SECTORS_MECHANISM
from oreacle.engine.mechanisms.shocks import SHOCKS

MECHANISMS: tuple[Mechanism, ...] = (
    SHOCKS,
    ENERGY,
    PASSAGES_MECHANISM,
    SECTORS_MECHANISM,
    RECYCLING,
)
