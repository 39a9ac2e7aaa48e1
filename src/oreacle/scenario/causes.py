"""Causes of disruption that a scenario can speak of.

Does      Lists the slugs of causes in words, and says which of them come at a yearly rate.
Units     None.
Method    Wide causes of `assumed/shock_causes.csv`, each with the causes of the record that it
          covers, and the causes of the record themselves from `assumed/disruption_causes.csv`.
Assumes   A cause that the record leaves out comes at no rate, but can be set for certain.
Not here  How often they come: see `oreacle.world.disruptions`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from oreacle.data.assumptions import read_assumed

LEFT_OUT = "left out"
"""Kind of causes of the record for which no rate is drawn."""


@lru_cache(maxsize=1)
def shock_causes() -> Mapping[str, str]:
    """Return every cause with its words, wide ones first.

    Examples
    --------
    >>> list(shock_causes())[:3]
    ['weather', 'water', 'power']
    """
    wide = read_assumed("shock_causes")
    words = dict(zip(wide["cause"], wide["words"], strict=True))
    noted = read_assumed("disruption_causes")
    for cause, reason in zip(noted["cause"], noted["reason"], strict=True):
        words.setdefault(str(cause), str(reason))
    return MappingProxyType(words)


@lru_cache(maxsize=1)
def covered_causes() -> Mapping[str, tuple[str, ...]]:
    """Return the causes of the record that each cause stands for; itself for one of the record.

    Examples
    --------
    >>> covered_causes()["conflict"], covered_causes()["strike"]
    (('coup', 'violence', 'war'), ('strike',))
    """
    wide = read_assumed("shock_causes")
    covers = {
        str(cause): tuple(str(text).split(";")) if text else ()
        for cause, text in zip(wide["cause"], wide["covers"], strict=True)
    }
    return MappingProxyType({cause: covers.get(cause, (cause,)) for cause in shock_causes()})


@lru_cache(maxsize=1)
def rateless_causes() -> frozenset[str]:
    """Return the causes that are never drawn, so that no factor can change them.

    Examples
    --------
    >>> "pandemic" in rateless_causes(), "weather" in rateless_causes()
    (True, False)
    """
    noted = read_assumed("disruption_causes")
    left = noted.loc[noted["kind"] == LEFT_OUT, "cause"]
    return frozenset(str(cause) for cause in left) - set(read_assumed("shock_causes")["cause"])
