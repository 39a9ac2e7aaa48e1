"""Every instrument in one table: its name in files, its words, what makes two of them clash.

Does      Lists the instruments; finds policies that state one thing twice or contradict.
Units     None.
Method    Two policies of one type overlap if all `same` fields agree and all `wide` fields meet;
          an empty wide field stands for everything.
Assumes   A policy type that is not listed here does not exist for files, sentences and output
          (tested: each has a sentence, words, an apply function and a line in the docs).
Not here  What an instrument does to a market: see `oreacle.market.apply.table`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from oreacle.core.errors import ScenarioError
from oreacle.market.policies.buyers import (
    DemandShift,
    Offtake,
    StockBuild,
    StockRelease,
)
from oreacle.market.policies.checks import Policy
from oreacle.market.policies.export import (
    ExportBan,
    ExportLicensing,
    ExportQuota,
    ExportTax,
    ProcessingMandate,
)
from oreacle.market.policies.imports import ImportBan, ImportTariff, Sanction
from oreacle.market.policies.lifting import LiftMeasure
from oreacle.market.policies.producers import (
    CapacityLoss,
    Certification,
    PriceFloor,
    ProductionSubsidy,
)
from oreacle.market.policies.routes import CorridorOpening, RouteClosure, RouteRisk


@dataclass(frozen=True)
class Instrument:
    """What is known of one type of policy.

    Attributes
    ----------
    kind
        The type.
    slug
        Name in scenario files.
    called
        What people call it.
    doers
        Fields that name who acts, or where it happens.
    strengths
        Fields that leave it idle if all are at `idle_at`; empty if it is never idle.
    idle_at
        Strength at which nothing changes.
    same, wide
        Fields that tell whether two of them overlap.
    """

    kind: type[Policy]
    slug: str
    called: str
    doers: tuple[str, ...]
    strengths: tuple[str, ...] = ()
    idle_at: float = 0.0
    same: tuple[str, ...] = ()
    wide: tuple[str, ...] = ()


_PLACE = ("place",)
_PRODUCER = ("place", "stage")
INSTRUMENTS: tuple[Instrument, ...] = (
    Instrument(
        ExportBan,
        "export_ban",
        "a ban on exports",
        ("actor",),
        ("enforcement",),
        same=("actor",),
        wide=("targets", "link"),
    ),
    Instrument(
        # A quota of 0 stops all exports: it is never idle.
        ExportQuota,
        "export_quota",
        "a quota on exports",
        ("actor",),
        same=("actor",),
        wide=("targets", "link"),
    ),
    Instrument(
        ExportTax,
        "export_tax",
        "a tax on exports",
        ("actor",),
        ("rate", "specific"),
        same=("actor",),
        wide=("targets", "link"),
    ),
    Instrument(
        ExportLicensing,
        "export_licensing",
        "a licence for exports",
        ("actor",),
        ("cost",),
        same=("actor",),
        wide=("targets", "link"),
    ),
    Instrument(
        ProcessingMandate,
        "processing_mandate",
        "a duty to process at home",
        ("actor",),
        ("share",),
        same=("actor",),
    ),
    Instrument(
        ImportTariff,
        "import_tariff",
        "a tariff",
        ("actor",),
        ("rate",),
        same=("actor",),
        wide=("origins", "link"),
    ),
    Instrument(
        ImportBan,
        "import_ban",
        "a ban on imports",
        ("actor",),
        ("enforcement",),
        same=("actor",),
        wide=("origins", "link"),
    ),
    Instrument(
        Sanction,
        "sanction",
        "a sanction",
        ("senders",),
        ("enforcement",),
        same=("target",),
        wide=("senders", "link"),
    ),
    Instrument(
        CapacityLoss, "capacity_loss", "a loss of capacity", _PLACE, ("share",), same=_PRODUCER
    ),
    Instrument(
        ProductionSubsidy,
        "production_subsidy",
        "a subsidy of output",
        _PLACE,
        ("amount",),
        same=_PRODUCER,
    ),
    Instrument(
        PriceFloor, "price_floor", "a price floor", _PLACE, ("price", "multiple"), same=_PRODUCER
    ),
    Instrument(
        StockRelease,
        "stock_release",
        "a release of stock",
        _PLACE,
        ("tonnes", "days"),
        same=_PLACE,
    ),
    Instrument(StockBuild, "stock_build", "a purchase for stock", _PLACE, ("tonnes",), same=_PLACE),
    Instrument(
        Offtake,
        "offtake",
        "an offtake contract",
        ("buyer",),
        ("tonnes",),
        same=("buyer", "seller", "link"),
    ),
    Instrument(
        Certification,
        "certification",
        "a certification regime",
        ("users",),
        ("bound_share",),
    ),
    Instrument(
        DemandShift,
        "demand_shift",
        "a shift of demand",
        _PLACE,
        ("factor",),
        idle_at=1.0,
        wide=("place", "sector"),
    ),
    Instrument(
        LiftMeasure,
        "lift_measure",
        "the end of a measure",
        (),
        same=("measure_id",),
    ),
    Instrument(
        RouteClosure,
        "route_closure",
        "a closed route",
        (),
        ("months",),
        same=("route",),
    ),
    Instrument(
        RouteRisk,
        "route_risk",
        "a premium for the risk of a route",
        (),
        ("rate",),
        same=("route",),
    ),
    Instrument(
        CorridorOpening,
        "corridor_opening",
        "a corridor that opens or expands",
        (),
        same=("corridor",),
    ),
)
"""All instruments, in the order in which pages list them."""
_BY_KIND = {one.kind: one for one in INSTRUMENTS}
_OPPOSED = ((StockRelease, StockBuild),)
"""Pairs of types that contradict at one place."""


def instrument_of(policy: Policy) -> Instrument:
    """Return what is known of the type of a policy."""
    return _BY_KIND[type(policy)]


def is_idle(policy: Policy) -> bool:
    """Return True if the strength of a policy leaves everything as it is.

    Examples
    --------
    >>> is_idle(ExportTax("CHN", "tungsten", 0.0)), is_idle(ExportQuota("CHN", "tungsten", 0.0))
    (True, False)
    """
    known = instrument_of(policy)
    values = [getattr(policy, name) for name in known.strengths]
    return bool(known.strengths) and all(value in (None, known.idle_at) for value in values)


def doers(policy: Policy) -> tuple[str, ...]:
    """Return who acts, or where it happens: codes of actors or countries.

    Examples
    --------
    >>> doers(Sanction(("USA", "EU"), "RUS", "palladium")), doers(DemandShift("tin", 1.5))
    (('USA', 'EU'), ())
    """
    return tuple(
        name for field in instrument_of(policy).doers for name in _several(getattr(policy, field))
    )


def overlaps(policies: Sequence[Policy]) -> list[tuple[int, int]]:
    """Return pairs, by position, that state one thing twice or contradict."""
    return [
        (i, k) for (i, one), (k, two) in combinations(enumerate(policies), 2) if _clash(one, two)
    ]


def overlap_error(policies: Sequence[Policy], pairs: Sequence[tuple[int, int]]) -> ScenarioError:
    """Return the error ORE-SCN-020 that names pairs of policies by position."""
    named = "; ".join(
        f"policies[{i}] and policies[{k}] ({_kinds(policies[i], policies[k])} "
        f"on {policies[i].mineral})"
        for i, k in pairs
    )
    return ScenarioError(
        "ORE-SCN-020",
        f"policies overlap or contradict: {named}.",
        why="it is not said whether the second replaces the first or adds to it.",
        fix="state one policy, or give them different targets, places, links or years.",
    )


def _kinds(one: Policy, two: Policy) -> str:
    return " and ".join(dict.fromkeys((type(one).__name__, type(two).__name__)))


def _clash(one: Policy, two: Policy) -> bool:
    if one.mineral != two.mineral:
        return False
    if any({type(one), type(two)} == set(pair) for pair in _OPPOSED):
        return bool(set(doers(one)) & set(doers(two)))
    if type(one) is not type(two):
        return False
    known = instrument_of(one)
    agree = all(getattr(one, name) == getattr(two, name) for name in known.same)
    return agree and all(_meet(getattr(one, n), getattr(two, n)) for n in known.wide)


def _meet(one: Iterable[str] | None, two: Iterable[str] | None) -> bool:
    """Return True if two fields share something; an empty one stands for everything."""
    a, b = set(_several(one)), set(_several(two))
    return not a or not b or bool(a & b)


def _several(value: Iterable[str] | None) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)
