"""A public register of resource nationalism beside the chronicle: what is in both, what in one.

Does      Matches each act of the register with an event of the chronicle, and lists the events
          of the same countries and instruments that the register lacks.
Units     Years.
Method    "both": the same country as actor, a kind of event that fits the lever
          (`assumed/policy_levers.csv`), years at most one apart, and a mineral that the register
          names. "possible": the same, but the register names no mineral. "near": country, year
          and mineral agree, the kind does not. The nearest year wins, then the most words in
          common with the summary, then the label.
Assumes   The register covers 2007-2024 and the countries that it names; silence on others says
          nothing.
Not here  Which of two dates is right: both are kept.
"""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from oreacle.core.errors import DataError
from oreacle.data.assumptions import read_assumed
from oreacle.data.readers.registers import read_policy_acts
from oreacle.data.rows import text_rows

FIRST_YEAR = 2007
LAST_YEAR = 2024
YEARS_APART = 1
BOTH = "both"
POSSIBLE = "possible"
NEAR = "near"
REGISTER_ONLY = "register only"
CHRONICLE_ONLY = "chronicle only"
# Words of the register's own text that name a commodity, and the chronicle's names for it.
NAMED = {
    "nickel": ("nickel",),
    "bauxite": ("bauxite", "aluminium"),
    "lithium": ("lithium",),
    "ylb": ("lithium",),
    "codelco/sqm": ("lithium",),
    "litiomex": ("lithium",),
    "uranium": ("uranium",),
    "gold": ("gold",),
    "hydrocarbon": ("oil",),
    "ypf": ("oil",),
    "kcm": ("copper",),
}
WORD = re.compile(r"[a-z]{4,}")
COLUMNS = [
    "case",
    "status",
    "country",
    "lever",
    "register_year",
    "instrument",
    "named",
    "event_id",
    "event_kind",
    "event_date",
    "primary_source",
]


def policy_crosscheck(sources: Path, events: pd.DataFrame) -> pd.DataFrame:
    """Return the table `policy_crosscheck`.

    Parameters
    ----------
    sources
        Folder of all source files.
    events
        Table `events`.

    Raises
    ------
    DataError
        ORE-DAT-090 if the register has a lever without an entry in `assumed/policy_levers.csv`.
    """
    acts = read_policy_acts(sources)
    kinds = _kinds_of_levers(acts)
    of_countries = _events_of(events, set(acts["country"]))
    rows, matched = [], set()
    for number, act in enumerate(text_rows(acts), start=1):
        status, event = _match(act, kinds[act["lever"]], of_countries)
        if event is not None:
            matched.add(event["event_id"])
        rows.append(_row(f"R{number:03d}", status, act, event))
    all_kinds = {kind for group in kinds.values() for kind in group} - {"domestic_policy"}
    for event in of_countries:
        if event["event_id"] not in matched and event["kind"] in all_kinds:
            blank = {"country": event["country"], "lever": "", "year": "", "instrument": ""}
            row = _row(f"C-{event['event_id']}", CHRONICLE_ONLY, blank, event)
            rows.append(row)
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table.assign(register_year=pd.to_numeric(table["register_year"]).astype("Int64"))


def named_commodities(instrument: str) -> tuple[str, ...]:
    """Return the commodities that the register's text names, in the chronicle's words.

    Examples
    --------
    >>> named_commodities("nickel ore export ban (full)"), named_commodities("windfall tax")
    (('nickel',), ())
    """
    text = instrument.lower()
    return tuple(dict.fromkeys(s for word, slugs in NAMED.items() if word in text for s in slugs))


def _match(
    act: dict[str, str], kinds: tuple[str, ...], events: list[dict[str, str]]
) -> tuple[str, dict[str, str] | None]:
    """Return the status of an act and the event that it matches best."""
    year, named = int(act["year"]), named_commodities(act["instrument"])
    near = [
        event
        for event in events
        if event["country"] == act["country"]
        and abs(int(event["year"]) - year) <= YEARS_APART
        and _share_a_mineral(named, event)
    ]
    near.sort(key=lambda event: _order(event, year, act["instrument"]))
    fitting = [event for event in near if event["kind"] in kinds]
    if fitting:
        return (BOTH if named else POSSIBLE), fitting[0]
    return (NEAR, near[0]) if near and named else (REGISTER_ONLY, None)


def _order(event: dict[str, str], year: int, instrument: str) -> tuple[int, int, str]:
    """Return the place of an event among those that fit: near in time, then in words."""
    words = set(WORD.findall(instrument.lower()))
    shared = words & set(WORD.findall(f"{event['event_id']} {event['summary']}".lower()))
    return abs(int(event["year"]) - year), -len(shared), event["event_id"]


def _share_a_mineral(named: tuple[str, ...], event: dict[str, str]) -> bool:
    coded = set(event["minerals_raw"].split(";"))
    return not named or bool(coded & set(named))


def _events_of(events: pd.DataFrame, countries: set[str]) -> list[dict[str, str]]:
    """Return rivalry and domestic events, one row for each actor among the countries."""
    inside = events["year"].between(FIRST_YEAR - YEARS_APART, LAST_YEAR)
    kept = events[inside & (events["sign"] != "cooperation")]
    return [
        {**row, "country": actor}
        for row in text_rows(kept)
        for actor in row["actors"].split(";")
        if actor in countries
    ]


def _kinds_of_levers(acts: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    rows = text_rows(read_assumed("policy_levers"))
    kinds = {row["lever"]: tuple(row["kinds"].split(";")) for row in rows}
    strange = sorted(set(acts["lever"]) - set(kinds))
    if strange:
        raise DataError(
            "ORE-DAT-090",
            f"the register has levers without an entry: {', '.join(strange)}.",
            why="their acts could not be compared with the chronicle.",
            fix="add them to `assumed/policy_levers.csv`.",
        )
    return kinds


def _row(
    case: str, status: str, act: dict[str, str], event: dict[str, str] | None
) -> dict[str, str]:
    found = event or {"event_id": "", "kind": "", "date": ""}
    return {
        "case": case,
        "status": status,
        "country": act["country"],
        "lever": act["lever"],
        "register_year": act["year"],
        "instrument": act["instrument"],
        "named": ";".join(named_commodities(act["instrument"])),
        "event_id": found["event_id"],
        "event_kind": found["kind"],
        "event_date": found["date"],
        "primary_source": act.get("primary_source", ""),
    }
