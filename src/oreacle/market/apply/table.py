"""Every instrument with its slot, the function that writes it and the one that finds it idle.

Does      Is the one place where a policy type meets the market.
Units     None.
Method    Slots are worked off in a fixed order; within a slot what is written commutes: rates,
          subsidies and orders add, losses and shifts multiply, the least cap and the highest
          guaranteed price hold.
Assumes   A type has one function. What makes sense only jointly is written jointly, also types
          that share a function.
Not here  Sequence and refusals: see `oreacle.market.apply.desk`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from oreacle.market.apply import jointly, lifting, nodes, routes, trade
from oreacle.market.apply.case import Case, Scope
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


class Slot(IntEnum):
    """What a policy writes on, in the order in which slots are worked off."""

    REGISTER = 1
    DEMAND = 2
    STRENGTH = 3
    CAPACITY = 4
    RATE = 5
    LIMIT = 6
    PRODUCER_PRICE = 7
    ORDER = 8
    CERTIFICATE = 9
    ROUTE = 10


Write = Callable[[Case, Sequence[Any]], None]
"""Puts policies in force; types with the same function are written together."""


@dataclass(frozen=True)
class Work:
    """How one instrument is put in force.

    Attributes
    ----------
    slot
        What it writes on.
    write
        Puts all policies of the type in force.
    idle
        Returns why a policy would touch nothing, "" if it touches something.
    """

    slot: Slot
    write: Write
    idle: Callable[[Scope, Any], str]


def _each(write: Callable[[Case, Any], None]) -> Callable[[Case, Sequence[Any]], None]:
    """Return a function that writes policies one after the other."""

    def write_all(case: Case, policies: Sequence[Any]) -> None:
        for policy in policies:
            write(case, policy)

    return write_all


WORKS: dict[type[Policy], Work] = {
    LiftMeasure: Work(Slot.REGISTER, _each(lifting.lift), lifting.idle_lift),
    DemandShift: Work(Slot.DEMAND, jointly.shift_demand, jointly.idle_shift),
    Offtake: Work(Slot.STRENGTH, jointly.contract, jointly.idle_offtake),
    CapacityLoss: Work(Slot.CAPACITY, _each(nodes.lose_capacity), nodes.idle_loss),
    ExportTax: Work(Slot.RATE, _each(trade.tax_exports), trade.idle_export),
    ExportLicensing: Work(Slot.RATE, _each(trade.license_exports), trade.idle_export),
    ImportTariff: Work(Slot.RATE, _each(trade.put_tariff), trade.idle_import),
    ExportBan: Work(Slot.LIMIT, _each(trade.ban_exports), trade.idle_export),
    ExportQuota: Work(Slot.LIMIT, _each(trade.limit_exports), trade.idle_export),
    ProcessingMandate: Work(Slot.LIMIT, _each(trade.require_processing), trade.idle_mandate),
    ImportBan: Work(Slot.LIMIT, _each(trade.ban_imports), trade.idle_import),
    Sanction: Work(Slot.LIMIT, _each(trade.sanction), trade.idle_sanction),
    ProductionSubsidy: Work(Slot.PRODUCER_PRICE, _each(nodes.subsidise), nodes.idle_support),
    PriceFloor: Work(Slot.PRODUCER_PRICE, _each(nodes.guarantee), nodes.idle_support),
    StockRelease: Work(Slot.ORDER, _each(nodes.release), nodes.idle_order),
    StockBuild: Work(Slot.ORDER, _each(nodes.build), nodes.idle_order),
    Certification: Work(Slot.CERTIFICATE, _each(nodes.certify), nodes.idle_certification),
    RouteClosure: Work(Slot.ROUTE, routes.change_routes, routes.idle_closure),
    RouteRisk: Work(Slot.ROUTE, routes.change_routes, routes.idle_closure),
    CorridorOpening: Work(Slot.ROUTE, routes.change_routes, routes.idle_opening),
}
"""How each policy type is put in force."""
