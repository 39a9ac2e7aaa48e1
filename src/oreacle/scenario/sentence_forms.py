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
from typing import NamedTuple

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
from oreacle.scenario.names import NameBook
from oreacle.scenario.route_makers import make_closure, make_opening, make_risk
from oreacle.scenario.sentence_makers import (
    Options,
    make_ban,
    make_build,
    make_certification,
    make_demand,
    make_floor,
    make_import_ban,
    make_licensing,
    make_lift,
    make_loss,
    make_mandate,
    make_offtake,
    make_quota,
    make_release,
    make_sanction,
    make_subsidy,
    make_tariff,
    make_tax,
)
from oreacle.scenario.sentence_numbers import (
    DAYS,
    MONEY,
    MONTHS,
    MULTIPLE,
    SHARE,
    TONNES,
)
from oreacle.scenario.sentence_parts import (
    Parts,
)

_ACTOR = r"(?P<actor>.+?)"
_SHARE = rf"(?P<share>{SHARE})"
_MONEY = rf"(?P<money>{MONEY})"
_EXPORTS = r"(?:the\s+)?exports?\s+of\s+(?P<good>.+?)"
_IMPORTS = r"(?:the\s+)?imports?\s+of\s+(?P<good>.+?)"
_TARGETS = r"(?:\s+to\s+(?P<targets>.+?))?"
_ORIGINS = r"(?:\s+from\s+(?P<origins>.+?))?"
_STAGE_GOOD = r"(?P<good>.+?)(?:\s+output)?"
_BASE_PRICE = r"(?:\s+(?:the|its)(?:\s+base)?\s+price)?"
_MONTHS = rf"(?: for (?P<months>{MONTHS}))?"
_FOR = r"(?: for (?P<good>.+?))?"
_SIZE = rf"(?: (?:at|to|with) (?P<tonnes>{TONNES})(?: ?/ ?(?:yr|year|a)| (?:a|per) year)?)?"
_SANCTIONED = ("enforcement", "leak_cost", "extraterritorial")


Made = Policy | tuple[Policy, ...]
Make = Callable[[Parts, NameBook, Options], Made]


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
        Returns the policy of the parts of a clause, the names of a world and the options; or
        several, of a clause on routes of all minerals.
    options
        Options that may stand at the end.
    """

    kind: type[Policy]
    verbs: tuple[str, ...]
    pattern: re.Pattern[str]
    example: str
    make: Make
    options: tuple[str, ...] = ()


def _form(
    kind: type[Policy],
    verbs: tuple[str, ...],
    pattern: str,
    example: str,
    make: Make,
    options: tuple[str, ...] = (),
) -> Form:
    return Form(kind, verbs, re.compile(pattern, re.IGNORECASE), example, make, options)


FORMS = (
    _form(
        ExportBan,
        ("bans", "ban"),
        rf"{_ACTOR} bans? {_EXPORTS}{_TARGETS}",
        "CHN bans exports of gallium to USA with enforcement 90 %",
        make_ban,
        _SANCTIONED,
    ),
    _form(
        ExportTax,
        ("taxes", "tax"),
        rf"{_ACTOR} tax(?:es)? {_EXPORTS}{_TARGETS} by "
        rf"(?:{_SHARE}(?: (?:plus|and) {_MONEY})?|(?P<only>{MONEY}))",
        "CHN taxes exports of tungsten to USA by 25 %",
        lambda parts, names, options: make_tax(_moneyed(parts), names, options),
        ("extraterritorial",),
    ),
    _form(
        ExportQuota,
        ("limits", "limit"),
        rf"{_ACTOR} limits? {_EXPORTS}{_TARGETS} to {_SHARE}",
        "CHN limits exports of rare_earths_heavy to 60 %",
        make_quota,
        ("leak_cost", "extraterritorial"),
    ),
    _form(
        ExportLicensing,
        ("licenses", "license", "licences", "licence"),
        rf"{_ACTOR} licen[cs]es? {_EXPORTS}{_TARGETS} at {_SHARE}",
        "CHN licenses exports of antimony at 15 %",
        make_licensing,
        ("extraterritorial",),
    ),
    _form(
        ProcessingMandate,
        ("requires", "require"),
        rf"{_ACTOR} requires? {_SHARE} of (?P<good>.+?) (?:to be )?"
        r"(?:processed|refined|smelted) at home",
        "IDN requires 60 % of nickel ore processed at home",
        make_mandate,
    ),
    _form(
        ImportTariff,
        ("puts", "put", "tariff"),
        rf"{_ACTOR} (?:puts?|imposes?) a tariff of {_SHARE} on (?:imports of )?(?P<good>.+?)"
        rf"{_ORIGINS}",
        "USA puts a tariff of 25 % on tungsten from CHN",
        make_tariff,
        ("rules_of_origin",),
    ),
    _form(
        ImportTariff,
        ("taxes", "tax"),
        rf"{_ACTOR} tax(?:es)? {_IMPORTS}{_ORIGINS} by {_SHARE}",
        "USA taxes imports of tungsten from CHN by 25 %",
        make_tariff,
        ("rules_of_origin",),
    ),
    _form(
        ImportBan,
        ("bans", "ban"),
        rf"{_ACTOR} bans? {_IMPORTS}{_ORIGINS}",
        "EU bans imports of titanium from RUS",
        make_import_ban,
        ("enforcement", "leak_cost", "rules_of_origin"),
    ),
    _form(
        Sanction,
        ("sanctions", "sanction"),
        rf"{_ACTOR} sanctions? (?P<aimed>\S+ .+)",
        "USA sanctions RUS palladium",
        make_sanction,
        _SANCTIONED,
    ),
    _form(
        CapacityLoss,
        ("loses", "lose"),
        rf"{_ACTOR} loses? {_SHARE} of (?P<stage>mined|refined) (?P<good>.+)",
        "COD loses 30 % of mined cobalt",
        make_loss,
    ),
    _form(
        ProductionSubsidy,
        ("subsidises", "subsidise", "subsidizes", "subsidize"),
        rf"{_ACTOR} subsidi[sz]es? {_STAGE_GOOD} by {_MONEY}",
        "AUS subsidises mined lithium by 2000 USD/t",
        make_subsidy,
    ),
    _form(
        PriceFloor,
        ("guarantees", "guarantee"),
        rf"{_ACTOR} guarantees? (?:{_MONEY}|(?P<multiple>{MULTIPLE}){_BASE_PRICE}) for "
        rf"{_STAGE_GOOD}",
        "USA guarantees 110000 USD/t for refined rare_earths_light",
        make_floor,
    ),
    _form(
        StockRelease,
        ("releases", "release"),
        rf"{_ACTOR} releases? (?:(?P<tonnes>{TONNES})|(?P<days>{DAYS})) of (?P<good>.+?)"
        rf"(?: above (?P<multiple>{MULTIPLE}){_BASE_PRICE})?",
        "JPN releases 200 t of gallium",
        make_release,
    ),
    _form(
        StockBuild,
        ("buys", "buy", "stockpiles", "stockpile"),
        rf"{_ACTOR} (?:buys?|stockpiles?) (?P<tonnes>{TONNES}) of (?P<good>.+?)"
        rf"(?: up to (?P<multiple>{MULTIPLE}){_BASE_PRICE})?",
        "USA buys 500 t of antimony",
        make_build,
    ),
    _form(
        Offtake,
        ("contracts", "contract"),
        rf"{_ACTOR} contracts? (?P<tonnes>{TONNES}) of (?P<good>.+?) from (?P<seller>.+)",
        "USA contracts 500 t of antimony from OMN",
        make_offtake,
    ),
    _form(
        Certification,
        ("requires", "require"),
        rf"{_ACTOR} requires? certified (?P<good>.+?) from (?P<places>.+?)"
        rf"(?: for (?P<bound_share>{SHARE}) of use)?(?: covering {_SHARE} of output)?"
        rf"(?: at (?P<cost>{MONEY}))?"
        rf"(?: with fraud up to (?P<fraud_share>{SHARE})(?: at (?P<fraud_cost>{MONEY}))?)?",
        "EU requires certified cobalt from AUS, CAN at 500 USD/t",
        make_certification,
    ),
    _form(
        DemandShift,
        ("demand", "use"),
        r"(?:demand for|use of) (?P<good>.+?)(?: in (?P<first>.+?))?(?: in (?P<second>.+?))? "
        rf"(?P<verb>rises?|grows?|falls?)(?: by)? {_SHARE}",
        "demand for graphite in ev_storage rises 50 %",
        make_demand,
    ),
    _form(
        LiftMeasure,
        ("lift", "lifts"),
        r"lifts? (?P<measure>\S+) on (?P<good>.+)",
        "lift MEASURE on gallium",
        make_lift,
    ),
    _form(
        RouteClosure,
        ("closed", "shut", "blocked"),
        rf"(?P<route>.+?)(?: (?:is|are|stays|stay|remains|remain))? (?:closed|shut|blocked)"
        rf"{_MONTHS}{_FOR}",
        "Malacca closed for 6 months for copper",
        make_closure,
    ),
    _form(
        RouteClosure,
        ("close", "closes", "block", "blocks"),
        rf"(?:(?P<route>.+?) closes?|(?:closes?|blocks?) (?P<named>.+?)){_MONTHS}{_FOR}",
        "close Suez and Bab el-Mandeb for 3 months for tin",
        make_closure,
    ),
    _form(
        RouteRisk,
        ("pays", "pay"),
        rf"(?:cargo|ships|trade) through (?P<route>.+?) pays? {_SHARE}{_MONTHS}{_FOR}",
        "cargo through Suez pays 1 % for 6 months for copper",
        make_risk,
    ),
    _form(
        CorridorOpening,
        ("opens", "open", "expands", "expand", "reopens", "reopen"),
        rf"(?P<route>.+?) (?:re)?(?:opens?|expands?){_SIZE}{_FOR}",
        "Lobito opens at 1.7 Mt/yr for copper",
        make_opening,
    ),
)
"""All forms; of those with one verb the first is the one to suggest."""


def _moneyed(parts: Parts) -> Parts:
    return {**parts, "money": parts["only"]} if "only" in parts else parts
