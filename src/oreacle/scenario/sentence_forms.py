"""The forms of a clause: one written pattern for each thing that can be said.

Does      Lists the forms with an example, and makes the policy that a clause states.
Units     As in `oreacle.market.policies`.
Method    A form has verbs by which it is found, a pattern and a maker; options at the end of a
          clause are taken off first.
Assumes   Every policy type has a form (tested).
Not here  Splitting a text into clauses: see `oreacle.scenario.sentence`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

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
    DAYS,
    MONEY,
    MULTIPLE,
    SHARE,
    TONNES,
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
_ACTOR = r"(?P<actor>.+?)"
_SHARE = rf"(?P<share>{SHARE})"
_MONEY = rf"(?P<money>{MONEY})"
_EXPORTS = r"(?:the\s+)?exports?\s+of\s+(?P<good>.+?)"
_IMPORTS = r"(?:the\s+)?imports?\s+of\s+(?P<good>.+?)"
_TARGETS = r"(?:\s+to\s+(?P<targets>.+?))?"
_ORIGINS = r"(?:\s+from\s+(?P<origins>.+?))?"
_STAGE_GOOD = r"(?P<good>.+?)(?:\s+output)?"
_BASE_PRICE = r"(?:\s+(?:the|its)(?:\s+base)?\s+price)?"
_SANCTIONED = ("enforcement", "leak_cost", "extraterritorial")


class Form(NamedTuple):
    """One way to state a policy.

    Attributes
    ----------
    kind
        Type of the policy.
    verbs
        Words by which the form is found.
    pattern
        The clause without options.
    example
        A clause that fits.
    make
        Returns the policy of the parts of a clause, the names of a world and the options.
    options
        Options that may stand at the end.
    """

    kind: type[Policy]
    verbs: tuple[str, ...]
    pattern: re.Pattern[str]
    example: str
    make: Callable[[Parts, NameBook, Options], Policy]
    options: tuple[str, ...] = ()


def _make_ban(parts: Parts, names: NameBook, options: Options) -> Policy:
    mineral, link = good(parts["good"], names)
    targets = everyone_or(parts.get("targets", ""), names)
    return ExportBan(names.actor(parts["actor"]), mineral, targets, link=link, **options)


def _make_tax(parts: Parts, names: NameBook, options: Options) -> Policy:
    mineral, link = good(parts["good"], names)
    rate = parse_share(parts["share"]) if "share" in parts else 0.0
    specific = parse_number(parts["money"]) if "money" in parts else 0.0
    targets = everyone_or(parts.get("targets", ""), names)
    actor = names.actor(parts["actor"])
    return ExportTax(actor, mineral, rate, targets, link, specific, **options)


def _make_licensing(parts: Parts, names: NameBook, options: Options) -> Policy:
    mineral, link = good(parts["good"], names)
    cost, targets = parse_share(parts["share"]), everyone_or(parts.get("targets", ""), names)
    return ExportLicensing(names.actor(parts["actor"]), mineral, cost, targets, link, **options)


def _make_quota(parts: Parts, names: NameBook, options: Options) -> Policy:
    mineral, link = good(parts["good"], names)
    allowed, targets = parse_share(parts["share"]), everyone_or(parts.get("targets", ""), names)
    return ExportQuota(names.actor(parts["actor"]), mineral, allowed, link, targets, **options)


def _make_mandate(parts: Parts, names: NameBook, _: Options) -> Policy:
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


def _make_tariff(parts: Parts, names: NameBook, options: Options) -> Policy:
    mineral, link = good(parts["good"], names)
    rate, origins = parse_share(parts["share"]), everyone_or(parts.get("origins", ""), names)
    return ImportTariff(names.actor(parts["actor"]), mineral, rate, origins, link, **options)


def _make_import_ban(parts: Parts, names: NameBook, options: Options) -> Policy:
    mineral, link = good(parts["good"], names)
    origins = everyone_or(parts.get("origins", ""), names)
    return ImportBan(names.actor(parts["actor"]), mineral, origins, link=link, **options)


def _make_sanction(parts: Parts, names: NameBook, options: Options) -> Policy:
    target, what = place_and_good(parts["aimed"], names)
    aimed = names.target(target)
    mineral, link = good(what, names)
    senders = several(parts["actor"], names, names.actor)
    return Sanction(senders, aimed, mineral, link=link, **options)


def _make_loss(parts: Parts, names: NameBook, _: Options) -> Policy:
    place, mineral = names.place(parts["actor"]), names.mineral(parts["good"])
    return CapacityLoss(place, mineral, parts["stage"].lower(), parse_share(parts["share"]))


def _make_subsidy(parts: Parts, names: NameBook, _: Options) -> Policy:
    place = names.place(parts["actor"])
    mineral, stage = good_at_stage(parts["good"], names)
    return ProductionSubsidy(place, mineral, stage, parse_number(parts["money"]))


def _make_floor(parts: Parts, names: NameBook, _: Options) -> Policy:
    place = names.place(parts["actor"])
    mineral, stage = good_at_stage(parts["good"], names)
    if "money" in parts:
        return PriceFloor(place, mineral, stage, price=parse_number(parts["money"]))
    return PriceFloor(place, mineral, stage, multiple=parse_number(parts["multiple"]))


def _make_release(parts: Parts, names: NameBook, _: Options) -> Policy:
    place, mineral = names.place(parts["actor"]), _metal(parts["good"], names)
    if "tonnes" in parts:
        return StockRelease(place, mineral, tonnes=parse_number(parts["tonnes"]))
    return StockRelease(place, mineral, days=parse_number(parts["days"]))


def _make_build(parts: Parts, names: NameBook, _: Options) -> Policy:
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


def _make_offtake(parts: Parts, names: NameBook, _: Options) -> Policy:
    mineral, link = good(parts["good"], names)
    buyer, seller = names.place(parts["actor"]), names.place(parts["seller"])
    return Offtake(buyer, seller, mineral, parse_number(parts["tonnes"]), link or "refined")


def _make_certification(parts: Parts, names: NameBook, _: Options) -> Policy:
    shares = ("share", "bound_share", "fraud_share")
    values: dict[str, Any] = {
        name: parse_share(parts[name], may_be_one=True) for name in shares if name in parts
    }
    values |= {name: parse_number(parts[name]) for name in ("cost", "fraud_cost") if name in parts}
    mineral = names.mineral(parts["good"])
    places = several(parts["places"], names, names.place)
    return Certification(mineral, places, several(parts["actor"], names, names.place), **values)


def _make_demand(parts: Parts, names: NameBook, _: Options) -> Policy:
    mineral = names.mineral(parts["good"])
    where = [parts[name] for name in ("first", "second") if name in parts]
    sector, place = sector_or_place(where, names)
    falls = parts["verb"].casefold() in ("falls", "fall")
    return DemandShift(mineral, parse_factor(parts["share"], falls=falls), place, sector)


def _make_lift(parts: Parts, names: NameBook, _: Options) -> Policy:
    mineral = names.mineral(parts["good"])
    return LiftMeasure(names.measure(parts["measure"], mineral), mineral)


def _form(
    kind: type[Policy],
    verbs: tuple[str, ...],
    pattern: str,
    example: str,
    make: Callable[[Parts, NameBook, Options], Policy],
    options: tuple[str, ...] = (),
) -> Form:
    return Form(kind, verbs, re.compile(pattern, re.IGNORECASE), example, make, options)


FORMS = (
    _form(
        ExportBan,
        ("bans", "ban"),
        rf"{_ACTOR} bans? {_EXPORTS}{_TARGETS}",
        "CHN bans exports of gallium to USA with enforcement 90 %",
        _make_ban,
        _SANCTIONED,
    ),
    _form(
        ExportTax,
        ("taxes", "tax"),
        rf"{_ACTOR} tax(?:es)? {_EXPORTS}{_TARGETS} by "
        rf"(?:{_SHARE}(?: (?:plus|and) {_MONEY})?|(?P<only>{MONEY}))",
        "CHN taxes exports of tungsten to USA by 25 %",
        lambda parts, names, options: _make_tax(_moneyed(parts), names, options),
        ("extraterritorial",),
    ),
    _form(
        ExportQuota,
        ("limits", "limit"),
        rf"{_ACTOR} limits? {_EXPORTS}{_TARGETS} to {_SHARE}",
        "CHN limits exports of rare_earths_heavy to 60 %",
        _make_quota,
        ("leak_cost", "extraterritorial"),
    ),
    _form(
        ExportLicensing,
        ("licenses", "license", "licences", "licence"),
        rf"{_ACTOR} licen[cs]es? {_EXPORTS}{_TARGETS} at {_SHARE}",
        "CHN licenses exports of antimony at 15 %",
        _make_licensing,
        ("extraterritorial",),
    ),
    _form(
        ProcessingMandate,
        ("requires", "require"),
        rf"{_ACTOR} requires? {_SHARE} of (?P<good>.+?) (?:to be )?"
        r"(?:processed|refined|smelted) at home",
        "IDN requires 60 % of nickel ore processed at home",
        _make_mandate,
    ),
    _form(
        ImportTariff,
        ("puts", "put", "tariff"),
        rf"{_ACTOR} (?:puts?|imposes?) a tariff of {_SHARE} on (?:imports of )?(?P<good>.+?)"
        rf"{_ORIGINS}",
        "USA puts a tariff of 25 % on tungsten from CHN",
        _make_tariff,
        ("rules_of_origin",),
    ),
    _form(
        ImportTariff,
        ("taxes", "tax"),
        rf"{_ACTOR} tax(?:es)? {_IMPORTS}{_ORIGINS} by {_SHARE}",
        "USA taxes imports of tungsten from CHN by 25 %",
        _make_tariff,
        ("rules_of_origin",),
    ),
    _form(
        ImportBan,
        ("bans", "ban"),
        rf"{_ACTOR} bans? {_IMPORTS}{_ORIGINS}",
        "EU bans imports of titanium from RUS",
        _make_import_ban,
        ("enforcement", "leak_cost", "rules_of_origin"),
    ),
    _form(
        Sanction,
        ("sanctions", "sanction"),
        rf"{_ACTOR} sanctions? (?P<aimed>\S+ .+)",
        "USA sanctions RUS palladium",
        _make_sanction,
        _SANCTIONED,
    ),
    _form(
        CapacityLoss,
        ("loses", "lose"),
        rf"{_ACTOR} loses? {_SHARE} of (?P<stage>mined|refined) (?P<good>.+)",
        "COD loses 30 % of mined cobalt",
        _make_loss,
    ),
    _form(
        ProductionSubsidy,
        ("subsidises", "subsidise", "subsidizes", "subsidize"),
        rf"{_ACTOR} subsidi[sz]es? {_STAGE_GOOD} by {_MONEY}",
        "AUS subsidises mined lithium by 2000 USD/t",
        _make_subsidy,
    ),
    _form(
        PriceFloor,
        ("guarantees", "guarantee"),
        rf"{_ACTOR} guarantees? (?:{_MONEY}|(?P<multiple>{MULTIPLE}){_BASE_PRICE}) for "
        rf"{_STAGE_GOOD}",
        "USA guarantees 110000 USD/t for refined rare_earths_light",
        _make_floor,
    ),
    _form(
        StockRelease,
        ("releases", "release"),
        rf"{_ACTOR} releases? (?:(?P<tonnes>{TONNES})|(?P<days>{DAYS})) of (?P<good>.+)",
        "JPN releases 200 t of gallium",
        _make_release,
    ),
    _form(
        StockBuild,
        ("buys", "buy", "stockpiles", "stockpile"),
        rf"{_ACTOR} (?:buys?|stockpiles?) (?P<tonnes>{TONNES}) of (?P<good>.+?)"
        rf"(?: up to (?P<multiple>{MULTIPLE}){_BASE_PRICE})?",
        "USA buys 500 t of antimony",
        _make_build,
    ),
    _form(
        Offtake,
        ("contracts", "contract"),
        rf"{_ACTOR} contracts? (?P<tonnes>{TONNES}) of (?P<good>.+?) from (?P<seller>.+)",
        "USA contracts 500 t of antimony from AUS",
        _make_offtake,
    ),
    _form(
        Certification,
        ("requires", "require"),
        rf"{_ACTOR} requires? certified (?P<good>.+?) from (?P<places>.+?)"
        rf"(?: for (?P<bound_share>{SHARE}) of use)?(?: covering {_SHARE} of output)?"
        rf"(?: at (?P<cost>{MONEY}))?"
        rf"(?: with fraud up to (?P<fraud_share>{SHARE})(?: at (?P<fraud_cost>{MONEY}))?)?",
        "EU requires certified cobalt from AUS, CAN at 500 USD/t",
        _make_certification,
    ),
    _form(
        DemandShift,
        ("demand", "use"),
        r"(?:demand for|use of) (?P<good>.+?)(?: in (?P<first>.+?))?(?: in (?P<second>.+?))? "
        rf"(?P<verb>rises?|grows?|falls?)(?: by)? {_SHARE}",
        "demand for graphite in ev_storage rises 50 %",
        _make_demand,
    ),
    _form(
        LiftMeasure,
        ("lift", "lifts"),
        r"lifts? (?P<measure>\S+) on (?P<good>.+)",
        "lift MEASURE on gallium",
        _make_lift,
    ),
)
"""All forms; of those with one verb the first is the one to suggest."""


def _moneyed(parts: Parts) -> Parts:
    return {**parts, "money": parts["only"]} if "only" in parts else parts
