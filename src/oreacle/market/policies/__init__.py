"""Policies and shocks that a market can face: small frozen types that check themselves."""

from oreacle.market.policies.buyers import DemandShift, Offtake, StockBuild, StockRelease
from oreacle.market.policies.checks import Policy, Range
from oreacle.market.policies.export import (
    ExportBan,
    ExportLicensing,
    ExportMeasure,
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

__all__ = [
    "CapacityLoss",
    "Certification",
    "CorridorOpening",
    "DemandShift",
    "ExportBan",
    "ExportLicensing",
    "ExportMeasure",
    "ExportQuota",
    "ExportTax",
    "ImportBan",
    "ImportTariff",
    "LiftMeasure",
    "Offtake",
    "Policy",
    "PriceFloor",
    "ProcessingMandate",
    "ProductionSubsidy",
    "Range",
    "RouteClosure",
    "RouteRisk",
    "Sanction",
    "StockBuild",
    "StockRelease",
]
