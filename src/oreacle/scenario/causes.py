"""Causes of disruption and classes of acts that a scenario can speak of.

Does      Lists the slugs of causes in words, says which of them come at a yearly rate, and checks
          names of causes and of classes of acts.
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

from oreacle.core.errors import ScenarioError
from oreacle.core.labels import CLOSING_PASSAGES, suggestion
from oreacle.core.spelling import shown
from oreacle.data.assumptions import read_assumed

LEFT_OUT = "left out"
"""Kind of causes of the record for which no rate is drawn."""
ALONE = "actor"
"""Unit of classes of acts that one actor does alone."""
PASSAGE, DEMAND = "passage", "demand"
"""Causes that take out no capacity of mines and plants, but ways and use."""


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
def wide_causes() -> Mapping[str, str]:
    """Return the wide cause of each cause of the record; causes that none covers are left out.

    Examples
    --------
    >>> wide_causes()["strike"], "pandemic" in wide_causes()
    ('labour', False)
    """
    wide = [str(cause) for cause in read_assumed("shock_causes")["cause"]]
    covered = covered_causes()
    return MappingProxyType({part: cause for cause in wide for part in covered[cause]})


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


@lru_cache(maxsize=1)
def act_words() -> Mapping[str, str]:
    """Return every class of acts with its words.

    Examples
    --------
    >>> act_words()["dispute"]
    'Dispute filed at the WTO'
    """
    table = read_assumed("event_classes")
    return MappingProxyType(dict(zip(table["act"], table["words"], strict=True)))


@lru_cache(maxsize=1)
def lone_acts() -> frozenset[str]:
    """Return the classes of acts that have no second party.

    Examples
    --------
    >>> "restriction" in lone_acts(), "agreement" in lone_acts()
    (True, False)
    """
    table = read_assumed("event_classes")
    return frozenset(str(act) for act in table.loc[table["unit"] == ALONE, "act"])


def check_act(name: str) -> str:
    """Return a class of acts.

    Raises
    ------
    ScenarioError
        ORE-SCN-067 if there is none of that name, with the nearest names.
    """
    if name in act_words():
        return name
    raise ScenarioError(
        "ORE-SCN-067",
        f"unknown class of acts '{shown(name)}'.",
        why="no act would become likelier or less likely.",
        fix=f"{suggestion(name, act_words())} Use one of {', '.join(act_words())}.".strip(),
    )


def check_rate_cause(name: str) -> str:
    """Return a cause that comes at a yearly rate.

    Raises
    ------
    ScenarioError
        ORE-SCN-066 if it is unknown, or never drawn.
    """
    _check_cause(name)
    if name not in rateless_causes():
        return name
    raise ScenarioError(
        "ORE-SCN-066",
        f"'{name}' comes at no rate that a factor could change.",
        why=f"the record leaves it out: {shock_causes()[name]}.",
        fix="name another cause; an act of a state stands under `odds` or `policies`, an event "
        "that is certain under `shocks`.",
    )


def check_planned_cause(name: str) -> str:
    """Return a cause of which an event can be set for certain.

    Raises
    ------
    ScenarioError
        ORE-SCN-066 if it is unknown.
    """
    _check_cause(name)
    return name


def check_closing(passage: str) -> str:
    """Return a passage that a planned shock can close.

    Raises
    ------
    ScenarioError
        ORE-SCN-081 if runs have no events there.
    """
    if passage in CLOSING_PASSAGES:
        return passage
    raise ScenarioError(
        "ORE-SCN-081",
        f"a planned shock cannot close {passage}.",
        why="runs have events at the passages alone whose closure moves many minerals.",
        fix=f"name one of {', '.join(CLOSING_PASSAGES)}, or write a policy with "
        "`instrument: route_closure`.",
    )


def _check_cause(name: str) -> None:
    known = shock_causes()
    if name not in known:
        raise ScenarioError(
            "ORE-SCN-066",
            f"unknown cause '{shown(name)}'.",
            why="no disruption would come of it.",
            fix=f"{suggestion(name, known)} Use one of {', '.join(known)}.".strip(),
        )
