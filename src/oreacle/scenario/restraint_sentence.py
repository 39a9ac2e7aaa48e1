"""Sentences of a restraint: a control without its number, and the ceilings it must keep.

Does      Reads "CHN limits exports of gallium" and "price in USA under +20 %".
Units     "+20 %" of a price is its rise over the reference [1]; prices USD/t; shortage as a share
          of use [1] or in t/yr.
Method    One pattern for each form; names are those of a `NameBook`.
Assumes   A control is a quota ("limits") or a tax ("taxes") on exports.
Not here  What is made of it: see `oreacle.market.restraint.calibrate`.
"""

from __future__ import annotations

import re

from oreacle.core.errors import MarketError
from oreacle.market.restraint.ceilings import Ceiling, PriceCeiling, ShortageCeiling
from oreacle.market.restraint.control import ExportControl
from oreacle.scenario.names import EVERYONE_WORDS, NameBook, fold, shown
from oreacle.scenario.sentence_numbers import (
    MONEY,
    SHARE,
    TONNES,
    parse_number,
    parse_share,
)
from oreacle.scenario.sentence_parts import everyone_or, good, without_options

CONTROL_EXAMPLE = "CHN limits exports of gallium to USA"
CEILING_EXAMPLES = (
    "price in USA under +20 %",
    "world price under 20 %",
    "refined price in CHN under 900 USD/t",
    "shortage of JPN under 5 %",
    "world shortage under 100 t",
)
_CONTROL = re.compile(
    r"(?P<actor>.+?) (?P<verb>limits?|tax(?:es)?) (?:the )?exports? of (?P<good>.+?)"
    r"(?: to (?P<targets>.+?))?",
    re.IGNORECASE,
)
_NUMBERED = re.compile(rf".*\b(?:to|by) (?:{SHARE}|{MONEY})", re.IGNORECASE)
_UNDER = r"(?:stays? )?(?:under|below)"
_PRICE = re.compile(
    rf"(?:the )?(?:(?P<world>world) )?(?:(?P<stage>refined|delivered) )?price"
    rf"(?: in (?P<place>.+?))? {_UNDER} (?:(?P<money>{MONEY})|(?P<share>{SHARE}))",
    re.IGNORECASE,
)
_SHORTAGE = re.compile(
    rf"(?:the )?(?:(?P<world>world) )?shortage(?: (?:of|in) (?P<place>.+?))? {_UNDER} "
    rf"(?:(?P<tonnes>{TONNES})(?:/yr| a year)?|(?P<share>{SHARE}))",
    re.IGNORECASE,
)


def parse_control(text: str, names: NameBook) -> ExportControl:
    """Return the control that a sentence asks about.

    Raises
    ------
    MarketError
        ORE-MKT-055 if it cannot be read, or states the number that is asked.
    ScenarioError
        ORE-SCN-002, 003, 014 or 015 on a name.
    """
    clause, options = without_options(" ".join(text.split()).rstrip(".;"))
    if _NUMBERED.fullmatch(clause):
        raise _refused_control(
            f"'{shown(clause)}' states how strong the control is", "its strength is the answer"
        )
    match = _CONTROL.fullmatch(clause)
    if match is None or set(options) - {"extraterritorial"}:
        raise _refused_control(f"cannot read '{shown(text)}'", "who controls what is not known")
    mineral, link = good(match["good"], names)
    return ExportControl(
        actor=names.actor(match["actor"]),
        mineral=mineral,
        kind="quota" if match["verb"].casefold().startswith("limit") else "tax",
        targets=everyone_or(match["targets"] or "", names),
        link=link,
        extraterritorial="extraterritorial" in options,
    )


def parse_ceiling(text: str, names: NameBook) -> Ceiling:
    """Return the ceiling that a sentence states.

    Raises
    ------
    MarketError
        ORE-MKT-050 if it cannot be read; ORE-MKT-051 if its number cannot be meant.
    ScenarioError
        ORE-SCN-003, 014 or 015 on a name, ORE-SCN-022 on a number without a clear unit.
    """
    clause = " ".join(text.split()).rstrip(".;")
    if match := _PRICE.fullmatch(clause):
        place = _place(match, clause, names)
        stage = (match["stage"] or "delivered").casefold()
        if match["money"]:
            return PriceCeiling(parse_number(match["money"]), place, False, stage)
        return PriceCeiling(parse_share(match["share"]), place, True, stage)
    if match := _SHORTAGE.fullmatch(clause):
        place = _place(match, clause, names)
        if match["tonnes"]:
            return ShortageCeiling(parse_number(match["tonnes"]), place, False)
        return ShortageCeiling(parse_share(match["share"]), place, True)
    raise _refused_ceiling(text)


def _place(match: re.Match[str], clause: str, names: NameBook) -> str | None:
    """Return the place of a ceiling, None for the world; one of both must be said."""
    is_world, place = bool(match["world"]), match["place"]
    if place is not None and fold(place).removeprefix("the ") in EVERYONE_WORDS:
        is_world, place = True, None
    if is_world == (place is not None):
        raise _refused_ceiling(clause)
    return None if place is None else names.place(place)


def ceiling_sentence(ceiling: Ceiling) -> str:
    """Return a ceiling as a sentence that reads back as the same.

    Examples
    --------
    >>> ceiling_sentence(PriceCeiling(0.2, "USA"))
    'price in USA under +20 %'
    >>> ceiling_sentence(ShortageCeiling(5.0, None, is_relative=False))
    'world shortage under 5 t'
    """
    if ceiling.is_relative:
        sign = "+" if isinstance(ceiling, PriceCeiling) else ""
        return f"{ceiling.words} under {sign}{100.0 * ceiling.under:.12g} %"
    unit = "USD/t" if isinstance(ceiling, PriceCeiling) else "t"
    return f"{ceiling.words} under {ceiling.under:.12g} {unit}"


def control_sentence(control: ExportControl) -> str:
    """Return a control as a sentence that reads back as the same."""
    verb = "limits" if control.kind == "quota" else "taxes"
    name = control.mineral.replace("_", " ")
    goods = {"ore": f"{name} ore", "refined": f"refined {name}", None: name}[control.link]
    targets = f" to {', '.join(control.targets)}" if control.targets else ""
    reach = " extraterritorially" if control.extraterritorial else ""
    return f"{control.actor} {verb} exports of {goods}{targets}{reach}"


def _refused_control(what: str, why: str) -> MarketError:
    return MarketError(
        "ORE-MKT-055",
        f"{what}.",
        why=f"{why}.",
        fix=f'write it without a number, like "{CONTROL_EXAMPLE}" or with "taxes".',
    )


def _refused_ceiling(text: str) -> MarketError:
    return MarketError(
        "ORE-MKT-050",
        f"cannot read the ceiling '{shown(text)}'.",
        why="a ceiling needs what, where and how much.",
        fix="write it like " + ", ".join(f'"{one}"' for one in CEILING_EXAMPLES) + ".",
    )
