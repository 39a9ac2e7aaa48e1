"""A market with ways through entrepots, and one policy of each type that changes it."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace

import numpy as np
from tests.market import small
from tests.market.hand_routes import planner

from oreacle.market.apply import PolicyDesk
from oreacle.market.calibrate import base_problem
from oreacle.market.policies import (
    CapacityLoss,
    Certification,
    CorridorOpening,
    DemandShift,
    ExportBan,
    ExportLicensing,
    ExportQuota,
    ExportTax,
    ImportBan,
    ImportTariff,
    LiftMeasure,
    Offtake,
    Policy,
    PriceFloor,
    ProcessingMandate,
    ProductionSubsidy,
    RouteClosure,
    RouteRisk,
    Sanction,
    StockBuild,
    StockRelease,
)
from oreacle.market.problem import Problem
from oreacle.world.entrepots import Entrepots
from oreacle.world.register import Measure

MINES, PLANTS = ("AUS", "CHN"), ("CHN", "JPN")
USERS = ("CHN", "EU1", "EU2", "JPN", "USA")
ORE = np.array([[30.0, 20.0], [50.0, 0.0]])
METAL = np.array([[35.0, 8.0, 2.0, 5.0, 30.0], [0.0, 2.0, 1.0, 12.0, 5.0]])
CHAIN = small.chain(ORE, METAL, (MINES, PLANTS, USERS))
TERRITORY = small.own_territory(MINES, PLANTS, USERS, blocs={"EU1": "EU", "EU2": "EU"})
ENTREPOTS = Entrepots(
    {
        ("testium", "refined", "CHN", "USA"): (("CHN", 0.5), ("JPN", 0.3), ("CAN", 0.2)),
        ("testium", "refined", "JPN", "EU1"): (("JPN", 0.5), ("CHN", 0.5)),
        ("testium", "ore", "AUS", "JPN"): (("AUS", 0.9), ("CHN", 0.1)),
    }
)
REGISTER = (
    Measure(
        "m1", "AUS", "testium", "ore", "export_tax", (), 0.1, "reported", "2020", True, "made up"
    ),
)
JPN_USA, CAN_USA = "CHN by JPN to USA", "CHN by CAN to USA"
CHN_EU1 = "JPN by CHN to EU1"
# Without unseen re-exports the ways are those above.
PLAIN_PARAMETERS = replace(small.PARAMETERS, unseen_reexport_share=0.0)
SAMPLES: tuple[Policy, ...] = (
    ExportBan("CHN", "testium", ("USA",), 0.8),
    ExportQuota("AUS", "testium", 0.4),
    ExportTax("CHN", "testium", 0.2, specific=50.0),
    ExportLicensing("CHN", "testium", 0.2),
    ProcessingMandate("AUS", "testium", 0.9),
    ImportTariff("USA", "testium", 0.25, ("CHN",)),
    ImportBan("EU", "testium", ("CHN",), 0.7),
    Sanction(("USA", "EU"), "CHN", "testium", 0.9),
    CapacityLoss("CHN", "testium", "refined", 0.3),
    ProductionSubsidy("AUS", "testium", "mined", 100.0),
    PriceFloor("JPN", "testium", "refined", multiple=1.2),
    StockRelease("EU", "testium", tonnes=2.6),
    StockBuild("USA", "testium", 3.0),
    Offtake("USA", "JPN", "testium", 9.0),
    Certification("testium", ("AUS",), ("EU",), cost=10.0, fraud_share=0.1, fraud_cost=300.0),
    DemandShift("testium", 1.5, "USA", "defence_aerospace"),
    LiftMeasure("m1", "testium"),
    RouteClosure("testium", "gulf", 6.0),
    RouteRisk("testium", "strait", 0.01),
    CorridorOpening("testium", "LINE"),
)
"""One policy of each type; each changes the market."""


def market(*, ways: bool = True) -> Problem:
    """Return the market of the base year."""
    entrepots = ENTREPOTS if ways else None
    return base_problem(CHAIN, PLAIN_PARAMETERS, TERRITORY, REGISTER, entrepots=entrepots)


def desk() -> PolicyDesk:
    """Return the desk of the market."""
    return PolicyDesk(CHAIN, TERRITORY, REGISTER, planner(CHAIN))


def applied(*policies: Policy) -> Problem:
    """Return the market with policies in force."""
    return desk().apply(market(), policies)


def way(problem: Problem, words: str) -> int:
    """Return the index of a refined way such as "CHN by JPN to USA"."""
    ways = problem.refined.ways
    assert ways is not None
    found = [
        f"{PLANTS[tail]} by {via} to {USERS[head]}"
        for tail, via, head in zip(ways.tail, ways.via, ways.head, strict=True)
    ]
    return found.index(words)


def arrays(record: object, prefix: str = "") -> dict[str, np.ndarray]:
    """Return every array of a problem by its dotted name."""
    found: dict[str, np.ndarray] = {}
    for item in fields(record):  # type: ignore[arg-type]
        value = getattr(record, item.name)
        if is_dataclass(value):
            found |= arrays(value, f"{prefix}{item.name}.")
        elif isinstance(value, np.ndarray):
            found[prefix + item.name] = value
    return found
