"""Every mechanism of the engine, in the order in which a year calls them.

Does      Is the one place where a mechanism is entered.
Units     None.
Method    The order fixes nothing but the order of sums: hooks of one kind do not see each other.
Assumes   Names are those of `oreacle.data.mechanisms`, which a test checks.
Not here  How they are run: see `oreacle.engine.mechanisms.machinery`.
"""

from __future__ import annotations

from oreacle.engine.mechanisms.barriers.mechanism import BARRIERS
from oreacle.engine.mechanisms.certification.mechanism import CERTIFICATION
from oreacle.engine.mechanisms.clubs.mechanism import CLUBS
from oreacle.engine.mechanisms.contract import Mechanism
from oreacle.engine.mechanisms.doctrine import DOCTRINE
from oreacle.engine.mechanisms.energy import ENERGY
from oreacle.engine.mechanisms.exploration import EXPLORATION
from oreacle.engine.mechanisms.finance import FINANCE
from oreacle.engine.mechanisms.licence import LICENCE
from oreacle.engine.mechanisms.oversupply import OVERSUPPLY
from oreacle.engine.mechanisms.ownership import OWNERSHIP
from oreacle.engine.mechanisms.passages import PASSAGES
from oreacle.engine.mechanisms.recovery import RECOVERY
from oreacle.engine.mechanisms.recycling import RECYCLING
from oreacle.engine.mechanisms.retaliation.mechanism import RETALIATION
from oreacle.engine.mechanisms.rules import RULES
from oreacle.engine.mechanisms.sectors import SECTORS
from oreacle.engine.mechanisms.shocks import SHOCKS
from oreacle.engine.mechanisms.siting import SITING
from oreacle.engine.mechanisms.stocks.mechanism import STOCKS
from oreacle.engine.mechanisms.technology import TECHNOLOGY
from oreacle.engine.mechanisms.ventures.mechanism import VENTURES

MECHANISMS: tuple[Mechanism, ...] = (
    DOCTRINE,
    RETALIATION,
    RULES,
    BARRIERS,
    CLUBS,
    VENTURES,
    SHOCKS,
    ENERGY,
    RECYCLING,
    STOCKS,
    CERTIFICATION,
    FINANCE,
    SITING,
    LICENCE,
    EXPLORATION,
    RECOVERY,
    TECHNOLOGY,
    OWNERSHIP,
    OVERSUPPLY,
    PASSAGES,
    SECTORS,
)
