"""The parts of a clause: goods, lists of names, and options at its end.

Does      Finds minerals, links, stages, actors and places in the words of a clause.
Units     None.
Method    Names are those of a `NameBook`; an option is a phrase with its own pattern, wherever
          among the last words it stands.
Assumes   Clauses have single spaces.
Not here  Verbs and their order: see `oreacle.scenario.sentence_forms`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from oreacle.core.errors import ScenarioError
from oreacle.core.labels import SECTORS
from oreacle.scenario.names import EVERYONE_WORDS, NameBook, fold, shown
from oreacle.scenario.sentence_numbers import SHARE, parse_share

Parts = Mapping[str, str]
"""Named pieces of a clause, as written."""
_OPTIONS = {
    "enforcement": re.compile(rf"(.+?),? with (?:an )?enforcement (?:of )?({SHARE})", re.I),
    "leak_cost": re.compile(rf"(.+?),? (?:at|with) a leak cost of ({SHARE})", re.I),
    "extraterritorial": re.compile(r"(.+?),? (extraterritorially)", re.I),
    "rules_of_origin": re.compile(r"(.+?),? (?:under|with) (rules of origin)", re.I),
}
_FLAGS = ("extraterritorial", "rules_of_origin")


def without_options(clause: str) -> tuple[str, dict[str, str]]:
    """Return a clause without the options at its end, and those options as written.

    Examples
    --------
    >>> without_options("CHN bans exports of tin with enforcement 90 % extraterritorially")
    ('CHN bans exports of tin', {'extraterritorial': 'extraterritorially', 'enforcement': '90 %'})
    """
    options: dict[str, str] = {}
    while True:
        found = {
            name: match
            for name, pattern in _OPTIONS.items()
            if name not in options and (match := pattern.fullmatch(clause))
        }
        if not found:
            return clause, options
        # Of several, the one that leaves most of the clause is the last phrase.
        name, match = max(found.items(), key=lambda item: len(item[1][1]))
        clause, options[name] = match[1], match[2]


def option_values(options: Parts) -> dict[str, bool | float]:
    """Return options as fields of a policy."""
    values: dict[str, bool | float] = {}
    for name, text in options.items():
        if name in _FLAGS:
            values[name] = True
        else:
            values[name] = parse_share(text, may_be_one=name == "enforcement")
    return values


def good(text: str, names: NameBook) -> tuple[str, str | None]:
    """Return mineral and link of "gallium", "nickel ore" or "refined nickel"."""
    words = text.split()
    if len(words) > 1 and words[-1].casefold() in ("ore", "ores"):
        return names.mineral(" ".join(words[:-1])), "ore"
    if len(words) > 1 and words[0].casefold() == "refined":
        return names.mineral(" ".join(words[1:])), "refined"
    return names.mineral(text), None


def good_at_stage(text: str, names: NameBook) -> tuple[str, str]:
    """Return mineral and stage of "mined lithium", "lithium ore" or "refined tin".

    Raises
    ------
    ScenarioError
        ORE-SCN-021 if the stage is not said; ORE-SCN-002 if the mineral is unknown.
    """
    first, _, rest = text.partition(" ")
    if rest and first.casefold() == "mined":
        return names.mineral(rest), "mined"
    mineral, link = good(text, names)
    if link is None:
        raise ScenarioError(
            "ORE-SCN-021",
            f"'{shown(text)}' does not say which producers are meant.",
            why="mines and refineries are paid separately.",
            fix=f"write mined {mineral} or refined {mineral}.",
        )
    return mineral, "mined" if link == "ore" else "refined"


def everyone_or(text: str, names: NameBook) -> tuple[str, ...]:
    """Return the actors of a list of targets or origins; empty for everyone or no list."""
    if not text or fold(text) in EVERYONE_WORDS:
        return ()
    return several(text, names, names.target)


def several(text: str, names: NameBook, find: Callable[[str], str]) -> tuple[str, ...]:
    """Return the codes of "JPN, KOR and EU"; a name that holds "and" itself comes first."""
    found: list[str] = []
    for piece in filter(None, (part.strip() for part in text.split(","))):
        bare = re.sub(r"^and\s+", "", piece, flags=re.IGNORECASE)
        parts = re.split(r"\s+and\s+", bare, flags=re.IGNORECASE)
        whole = len(parts) == 1 or fold(bare) in names.places
        found += [find(part) for part in ([bare] if whole else parts)]
    return tuple(dict.fromkeys(found))


def place_and_good(text: str, names: NameBook) -> tuple[str, str]:
    """Return the words for a place and for a good of "RUS palladium", "South Africa tin ore"."""
    words = text.split()
    cuts = [(" ".join(words[:k]), " ".join(words[k:])) for k in range(1, len(words))]
    known = [cut for cut in cuts if _is_known(cut[0], names.target)]
    # A longer name wins: "Congo ..." must not hide a country whose name goes on.
    if known:
        return known[-1]
    goods = [cut for cut in cuts if _is_known(cut[1], lambda good_text: good(good_text, names))]
    return goods[0] if goods else (words[0], " ".join(words[1:]))


def _is_known(text: str, find: Callable[[str], object]) -> bool:
    try:
        find(text)
    except ScenarioError:
        return False
    return True


def sector_or_place(texts: list[str], names: NameBook) -> tuple[str | None, str | None]:
    """Return sector and place of the words after "in", in any order.

    Raises
    ------
    ScenarioError
        ORE-SCN-021 if one of them is said twice; ORE-SCN-003 if a word is neither.
    """
    sectors = {fold(sector): sector for sector in SECTORS}
    found: dict[str, str] = {}
    for text in texts:
        folded = fold(text)
        if folded in EVERYONE_WORDS:
            continue
        is_sector = folded in sectors
        kind, code = ("sector", sectors[folded]) if is_sector else ("place", _user(text, names))
        if kind in found:
            raise ScenarioError(
                "ORE-SCN-021",
                f"two {kind}s are named: {found[kind]} and {code}.",
                why="a clause shifts the demand of one.",
                fix='write a clause for each, joined by ";".',
            )
        found[kind] = code
    return found.get("sector"), found.get("place")


def _user(text: str, names: NameBook) -> str:
    try:
        return names.place(text)
    except ScenarioError as error:
        fix = f"{error.fix} Sectors are {', '.join(SECTORS)}."
        raise ScenarioError(error.code, error.what, why=error.why, fix=fix) from None
