"""The names that results and tables carry.

Does      Fixes stages, links and sectors; finds the nearest valid name.
Units     None.
Method    Exact match after lower-casing or upper-casing; nearest names by difflib.
Assumes   Countries are ISO 3166 alpha-3 codes or ROW; minerals are lower-case slugs.
Not here  Which countries and minerals a world holds: see `oreacle.world`.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

STAGES = ("mined", "refined", "recycled", "used")
LINKS = ("ore", "refined")
SECTORS = (
    "ev_storage",
    "grid_renewables",
    "electronics",
    "defence_aerospace",
    "steel",
    "chemicals",
    "other",
)
CLOSING_PASSAGES = (
    "babelmandeb",
    "suez",
    "hormuz",
    "malacca",
    "panama",
    "taiwan",
    "bosporus",
)
"""Passages whose closure moves many minerals, in the order of draws of a run."""
REST_OF_WORLD = "ROW"
EVERYONE = "WLD"


def nearest(name: str, valid: Iterable[str], *, count: int = 3) -> list[str]:
    """Return up to `count` valid names that look like `name`, best first.

    Examples
    --------
    >>> nearest("galium", ["gallium", "germanium", "tin"], count=1)
    ['gallium']
    """
    options = list(valid)
    folded = {option.lower(): option for option in options}
    close = difflib.get_close_matches(name.lower(), list(folded), n=count, cutoff=0.5)
    return [folded[match] for match in close]


def suggestion(name: str, valid: Iterable[str]) -> str:
    """Return a sentence that offers the nearest valid names, or "" if none is near.

    Examples
    --------
    >>> suggestion("galium", ["gallium", "tin"])
    "did you mean 'gallium'?"
    """
    close = nearest(name, valid)
    if not close:
        return ""
    return "did you mean " + " or ".join(f"'{match}'" for match in close) + "?"
