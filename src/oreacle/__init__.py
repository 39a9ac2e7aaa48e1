"""Forecasts of critical-mineral supply, trade policy and alignment between countries.

Does      Names what a user imports and loads each name on first use (PEP 562).
Units     None.
Method    `_HOME` maps an exported name to the module that defines it.
Assumes   `__all__`, `_HOME` and the imports for type checkers agree (tested).
Not here  Any code that computes: see the packages below `oreacle`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from oreacle.core.errors import (
        DataError,
        MarketError,
        OreacleError,
        RelationsError,
        RunError,
        ScenarioError,
        UnitsError,
    )

__version__ = "0.1.0"

__all__ = [
    "DataError",
    "MarketError",
    "OreacleError",
    "RelationsError",
    "RunError",
    "ScenarioError",
    "UnitsError",
    "__version__",
]

_HOME = {
    "DataError": "oreacle.core.errors",
    "MarketError": "oreacle.core.errors",
    "OreacleError": "oreacle.core.errors",
    "RelationsError": "oreacle.core.errors",
    "RunError": "oreacle.core.errors",
    "ScenarioError": "oreacle.core.errors",
    "UnitsError": "oreacle.core.errors",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - the type of a name is known to type checkers above
    """Load an exported name on first use."""
    if name not in _HOME:
        message = f"module 'oreacle' has no attribute {name!r}"
        raise AttributeError(message)
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return the exported names."""
    return sorted(__all__)
