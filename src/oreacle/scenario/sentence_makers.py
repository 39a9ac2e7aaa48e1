"""The policy that a clause states, from its parts.

Does      Turns the named pieces of a clause into a policy.
Units     As in `oreacle.market.policies`.
Method    One maker for each form; names are looked up, numbers read, the policy checks itself.
Assumes   The pieces come from the pattern of the form.
Not here  The patterns: see `oreacle.scenario.sentence_forms`.
"""

from __future__ import annotations

import re
from typing import Any

from oreacle.core.errors import ScenarioError
from oreacle.market.policies import (
    CapacityLoss,
    Certification,
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
    Sanction,
    StockBuild,
    StockRelease,
)
from oreacle.scenario.names import NameBook, shown
from oreacle.scenario.sentence_numbers import (
    parse_factor,
    parse_number,
    parse_share,
)
from oreacle.scenario.sentence_parts import (
    Parts,
    everyone_or,
    good,
    good_at_stage,
    place_and_good,
    sector_or_place,
    several,
)

Options = dict[str, Any]
"""Fields of a policy that its options set."""


def make_ban(parts: Parts, names: NameBook, options: Options) -> Policy:
    """Return the policy of the form "ban"."""
    mineral, link = good(parts["good"], names)
    targets = everyone_or(parts.get("targets", ""), names)
    return ExportBan(names.actor(parts["actor"]), mineral, targets, link=link, **options)


def make_tax(parts: Parts, names: NameBook, options: Options) -> Policy:
    """Return the policy of the form "tax"."""
    mineral, link = good(parts["good"], names)
    rate = parse_share(parts["share"]) if "share" in parts else 0.0
    specific = parse_number(parts["money"]) if "money" in parts else 0.0
    targets = everyone_or(parts.get("targets", ""), names)
    actor = names.actor(parts["actor"])
    return ExportTax(actor, mineral, rate, targets, link, specific, **options)


def make_licensing(parts: Parts, names: NameBook, options: Options) -> Policy:
    """Return the policy of the form "licensing"."""
    mineral, link = good(parts["good"], names)
    cost, targets = parse_share(parts["share"]), everyone_or(parts.get("targets", ""), names)
    return ExportLicensing(names.actor(parts["actor"]), mineral, cost, targets, link, **options)


def make_quota(parts: Parts, names: NameBook, options: Options) -> Policy:
    """Return the policy of the form "quota"."""
    mineral, link = good(parts["good"], names)
    allowed, targets = parse_share(parts["share"]), everyone_or(parts.get("targets", ""), names)
    return ExportQuota(names.actor(parts["actor"]), mineral, allowed, link, targets, **options)


def make_mandate(parts: Parts, names: NameBook, _: Options) -> Policy:
    """Return the policy of the form "mandate"."""
    mineral, link = good(re.sub(r"^mined ", "", parts["good"], flags=re.IGNORECASE), names)
    if link == "refined":
        raise ScenarioError(
            "ORE-SCN-021",
            f"'{shown(parts['good'])}' is processed already.",
            why="a duty to process is about ore.",
            fix=f"write {mineral} ore.",
        )
    share = parse_share(parts["share"], may_be_one=True)
    return ProcessingMandate(names.actor(parts["actor"]), mineral, share)


def make_tariff(parts: Parts, names: NameBook, options: Options) -> Policy:
    """Return the policy of the form "tariff"."""
    mineral, link = good(parts["good"], names)
    rate, origins = parse_share(parts["share"]), everyone_or(parts.get("origins", ""), names)
    return ImportTariff(names.actor(parts["actor"]), mineral, rate, origins, link, **options)


def make_import_ban(parts: Parts, names: NameBook, options: Options) -> Policy:
    """Return the policy of the form "import ban"."""
    mineral, link = good(parts["good"], names)
    origins = everyone_or(parts.get("origins", ""), names)
    return ImportBan(names.actor(parts["actor"]), mineral, origins, link=link, **options)


def make_sanction(parts: Parts, names: NameBook, options: Options) -> Policy:
    """Return the policy of the form "sanction"."""
    target, what = place_and_good(parts["aimed"], names)
    aimed = names.target(target)
    mineral, link = good(what, names)
    senders = several(parts["actor"], names, names.actor)
    return Sanction(senders, aimed, mineral, link=link, **options)


def make_loss(parts: Parts, names: NameBook, _: Options) -> Policy:
    """Return the policy of the form "loss"."""
    place, mineral = names.place(parts["actor"]), names.mineral(parts["good"])
    return CapacityLoss(place, mineral, parts["stage"].lower(), parse_share(parts["share"]))


def make_subsidy(parts: Parts, names: NameBook, _: Options) -> Policy:
    """Return the policy of the form "subsidy"."""
    place = names.place(parts["actor"])
    mineral, stage = good_at_stage(parts["good"], names)
    return ProductionSubsidy(place, mineral, stage, parse_number(parts["money"]))


def make_floor(parts: Parts, names: NameBook, _: Options) -> Policy:
    """Return the policy of the form "floor"."""
    place = names.place(parts["actor"])
    mineral, stage = good_at_stage(parts["good"], names)
    if "money" in parts:
        return PriceFloor(place, mineral, stage, price=parse_number(parts["money"]))
    return PriceFloor(place, mineral, stage, multiple=parse_number(parts["multiple"]))


def make_release(parts: Parts, names: NameBook, _: Options) -> Policy:
    """Return the policy of the form "release"."""
    place, mineral = names.place(parts["actor"]), _metal(parts["good"], names)
    trigger = parse_number(parts["multiple"]) if "multiple" in parts else None
    if "tonnes" in parts:
        return StockRelease(place, mineral, tonnes=parse_number(parts["tonnes"]), trigger=trigger)
    return StockRelease(place, mineral, days=parse_number(parts["days"]), trigger=trigger)


def make_build(parts: Parts, names: NameBook, _: Options) -> Policy:
    """Return the policy of the form "build"."""
    if " from " in parts["good"]:
        raise ScenarioError(
            "ORE-SCN-021",
            f"a purchase for stock of '{shown(parts['good'])}' names a seller.",
            why="whoever buys for stock takes what is cheapest.",
            fix="leave the seller out, or write contracts instead of buys.",
        )
    place, mineral = names.place(parts["actor"]), _metal(parts["good"], names)
    tonnes = parse_number(parts["tonnes"])
    if "multiple" not in parts:
        return StockBuild(place, mineral, tonnes)
    return StockBuild(place, mineral, tonnes, parse_number(parts["multiple"]))


def _metal(text: str, names: NameBook) -> str:
    mineral, link = good(text, names)
    if link == "ore":
        raise ScenarioError(
            "ORE-SCN-021",
            f"a stock of '{shown(text)}' is meant.",
            why="stocks that are ordered are of the refined product, where it is used.",
            fix=f"write {mineral}.",
        )
    return mineral


def make_offtake(parts: Parts, names: NameBook, _: Options) -> Policy:
    """Return the policy of the form "offtake"."""
    mineral, link = good(parts["good"], names)
    buyer, seller = names.place(parts["actor"]), names.place(parts["seller"])
    return Offtake(buyer, seller, mineral, parse_number(parts["tonnes"]), link or "refined")


def make_certification(parts: Parts, names: NameBook, _: Options) -> Policy:
    """Return the policy of the form "certification"."""
    shares = ("share", "bound_share", "fraud_share")
    values: dict[str, Any] = {
        name: parse_share(parts[name], may_be_one=True) for name in shares if name in parts
    }
    values |= {name: parse_number(parts[name]) for name in ("cost", "fraud_cost") if name in parts}
    mineral = names.mineral(parts["good"])
    places = several(parts["places"], names, names.place)
    return Certification(mineral, places, several(parts["actor"], names, names.place), **values)


def make_demand(parts: Parts, names: NameBook, _: Options) -> Policy:
    """Return the policy of the form "demand"."""
    mineral = names.mineral(parts["good"])
    where = [parts[name] for name in ("first", "second") if name in parts]
    sector, place = sector_or_place(where, names)
    falls = parts["verb"].casefold() in ("falls", "fall")
    return DemandShift(mineral, parse_factor(parts["share"], falls=falls), place, sector)


def make_lift(parts: Parts, names: NameBook, _: Options) -> Policy:
    """Return the policy of the form "lift"."""
    mineral = names.mineral(parts["good"])
    return LiftMeasure(names.measure(parts["measure"], mineral), mineral)
