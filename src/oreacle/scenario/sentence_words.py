"""A policy as the sentence that states it.

Does      Writes every policy in the grammar of `oreacle.scenario.sentence`.
Units     Shares in per cent, tonnes, USD/t, days.
Method    One writer for each type; what is at its default and not a strength is left out.
Assumes   What is written here is read back as the same policy (tested).
Not here  Reading: see `oreacle.scenario.sentence_forms`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

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
from oreacle.market.policies.buyers import PRICE_LIMIT
from oreacle.market.policies.routes import MONTHS_OF_YEAR
from oreacle.scenario.sentence_numbers import change, percent, plain


def policy_sentence(policy: Policy) -> str:
    """Return the sentence that states a policy.

    Examples
    --------
    >>> policy_sentence(ExportTax("CHN", "tungsten", 0.25, ("USA", "EU"), "ore"))
    'CHN taxes exports of tungsten ore to USA, EU by 25 %'
    """
    return WRITERS[type(policy)](policy)


def _good(policy: Any) -> str:  # noqa: ANN401 - every type with a link
    mineral = str(policy.mineral)
    return {"ore": f"{mineral} ore", "refined": f"refined {mineral}"}.get(policy.link, mineral)


def _with(word: str, names: Sequence[str]) -> str:
    return f" {word} {', '.join(names)}" if names else ""


def _options(policy: Any) -> str:  # noqa: ANN401 - every measure on trade
    parts = []
    if hasattr(policy, "enforcement"):
        parts.append(f" with enforcement {percent(policy.enforcement)}")
    if getattr(policy, "leak_cost", None) is not None:
        parts.append(f" at a leak cost of {percent(policy.leak_cost)}")
    if getattr(policy, "rules_of_origin", False):
        parts.append(" under rules of origin")
    if getattr(policy, "extraterritorial", False):
        parts.append(" extraterritorially")
    return "".join(parts)


def _ban(p: ExportBan) -> str:
    return f"{p.actor} bans exports of {_good(p)}{_with('to', p.targets)}{_options(p)}"


def _quota(p: ExportQuota) -> str:
    to = _with("to", p.targets)
    return f"{p.actor} limits exports of {_good(p)}{to} to {percent(p.allowed)}{_options(p)}"


def _tax(p: ExportTax) -> str:
    rates = [percent(p.rate)] if p.rate or not p.specific else []
    rates += [f"{plain(p.specific)} USD/t"] if p.specific else []
    to = _with("to", p.targets)
    return f"{p.actor} taxes exports of {_good(p)}{to} by {' plus '.join(rates)}{_options(p)}"


def _licensing(p: ExportLicensing) -> str:
    to = _with("to", p.targets)
    return f"{p.actor} licenses exports of {_good(p)}{to} at {percent(p.cost)}{_options(p)}"


def _mandate(p: ProcessingMandate) -> str:
    return f"{p.actor} requires {percent(p.share)} of {p.mineral} ore processed at home"


def _tariff(p: ImportTariff) -> str:
    origins = _with("from", p.origins)
    return f"{p.actor} puts a tariff of {percent(p.rate)} on {_good(p)}{origins}{_options(p)}"


def _import_ban(p: ImportBan) -> str:
    return f"{p.actor} bans imports of {_good(p)}{_with('from', p.origins)}{_options(p)}"


def _sanction(p: Sanction) -> str:
    return f"{', '.join(p.senders)} sanctions {p.target} {_good(p)}{_options(p)}"


def _loss(p: CapacityLoss) -> str:
    return f"{p.place} loses {percent(p.share)} of {p.stage} {p.mineral}"


def _subsidy(p: ProductionSubsidy) -> str:
    return f"{p.place} subsidises {p.stage} {p.mineral} by {plain(p.amount)} USD/t"


def _floor(p: PriceFloor) -> str:
    if p.price is not None:
        return f"{p.place} guarantees {plain(p.price)} USD/t for {p.stage} {p.mineral}"
    times = plain(p.multiple or 0.0)
    return f"{p.place} guarantees {times} times the base price for {p.stage} {p.mineral}"


def _release(p: StockRelease) -> str:
    size = f"{plain(p.days)} days" if p.days is not None else f"{plain(p.tonnes or 0.0)} t"
    above = "" if p.trigger is None else f" above {plain(p.trigger)} times the base price"
    return f"{p.place} releases {size} of {p.mineral}{above}"


def _build(p: StockBuild) -> str:
    limit = f" up to {plain(p.price_limit)} times the base price"
    end = "" if p.price_limit == PRICE_LIMIT else limit
    return f"{p.place} buys {plain(p.tonnes)} t of {p.mineral}{end}"


def _offtake(p: Offtake) -> str:
    good = p.mineral if p.link == "refined" else f"{p.mineral} ore"
    return f"{p.buyer} contracts {plain(p.tonnes)} t of {good} from {p.seller}"


def _certification(p: Certification) -> str:
    text = f"{', '.join(p.users)} requires certified {p.mineral} from {', '.join(p.places)}"
    if p.bound_share != 1.0:
        text += f" for {percent(p.bound_share)} of use"
    if p.share != 1.0:
        text += f" covering {percent(p.share)} of output"
    if p.cost:
        text += f" at {plain(p.cost)} USD/t"
    if p.fraud_share or p.fraud_cost:
        text += f" with fraud up to {percent(p.fraud_share)} at {plain(p.fraud_cost)} USD/t"
    return text


def _demand(p: DemandShift) -> str:
    places = "".join(f" in {part}" for part in (p.sector, p.place) if part is not None)
    return f"demand for {p.mineral}{places} {change(p.factor)}"


def _lift(p: LiftMeasure) -> str:
    return f"lift {p.measure_id} on {p.mineral}"


def _months(months: float) -> str:
    return "" if months == MONTHS_OF_YEAR else f" for {plain(months)} months"


def _closure(p: RouteClosure) -> str:
    return f"{p.route} closed{_months(p.months)} for {p.mineral}"


def _risk(p: RouteRisk) -> str:
    return f"cargo through {p.route} pays {percent(p.rate)}{_months(p.months)} for {p.mineral}"


def _opening(p: CorridorOpening) -> str:
    size = "" if p.capacity is None else f" at {plain(p.capacity)} t/yr"
    return f"{p.corridor} opens{size} for {p.mineral}"


WRITERS: dict[type[Policy], Callable[[Any], str]] = {
    ExportBan: _ban,
    ExportQuota: _quota,
    ExportTax: _tax,
    ExportLicensing: _licensing,
    ProcessingMandate: _mandate,
    ImportTariff: _tariff,
    ImportBan: _import_ban,
    Sanction: _sanction,
    CapacityLoss: _loss,
    ProductionSubsidy: _subsidy,
    PriceFloor: _floor,
    StockRelease: _release,
    StockBuild: _build,
    Offtake: _offtake,
    Certification: _certification,
    DemandShift: _demand,
    LiftMeasure: _lift,
    RouteClosure: _closure,
    RouteRisk: _risk,
    CorridorOpening: _opening,
}
