"""The one place where policies become wedges, caps and orders of a market."""

from oreacle.market.apply.desk import PolicyDesk
from oreacle.market.groups import lean, writable

__all__ = ["PolicyDesk", "lean", "writable"]
