"""Every mechanism of the engine, in the order in which a year calls them.

Does      Is the one place where a mechanism is entered.
Units     None.
Method    The order fixes nothing but the order of sums: hooks of one kind do not see each other.
Assumes   Names are those of `oreacle.data.mechanisms`, which a test checks.
Not here  How they are run: see `oreacle.engine.mechanisms.machinery`.
"""

from __future__ import annotations

from oreacle.engine.mechanisms.certification.mechanism import CERTIFICATION
from oreacle.engine.mechanisms.clubs.mechanism import CLUBS
from oreacle.engine.mechanisms.contract import Mechanism
from oreacle.engine.mechanisms.stocks.mechanism import STOCKS
from oreacle.engine.mechanisms.ventures.mechanism import VENTURES

MECHANISMS: tuple[Mechanism, ...] = (CLUBS, STOCKS, CERTIFICATION, VENTURES)
