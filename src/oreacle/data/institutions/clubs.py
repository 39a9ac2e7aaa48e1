"""Clubs and their members by date.

Does      Joins the compiled years of membership with founding and joining acts of the chronicle.
Units     Dates: ISO, as precise as known. `until` is the first day, or the year, of having left.
Method    Kinds and instruments of clubs stand in `assumed/clubs.csv`; acts of the chronicle that
          found or enlarge a club in `assumed/club_events.csv`; members that the compiled list
          lacks in `assumed/club_additions.csv`; known days in `assumed/club_dates.csv`. A day
          refines a year and never changes it, but for a leaving that takes effect on the first
          of January after.
Assumes   A list without an end says that the membership held on the last day covered.
Not here  Who is a member on a day: see `oreacle.world.institutions`.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import pandas as pd

from oreacle.core.errors import DataError
from oreacle.data.assumptions import read_assumed
from oreacle.data.codes import canonical_code
from oreacle.data.readers.chronicle import read_blocs, read_events, read_verified
from oreacle.data.readers.compiled_politics import read_memberships
from oreacle.data.readers.provenance import PARTLY, RECOLLECTION, SEEN
from oreacle.data.rows import text_rows

LAST_YEAR = 2024
Row = dict[str, str]
MEMBER_COLUMNS = [
    "club",
    "country",
    "since",
    "since_date",
    "until",
    "until_date",
    "basis",
    "confidence",
    "seen",
    "source",
]


def clubs_table(members: pd.DataFrame) -> pd.DataFrame:
    """Return the table `clubs`: those that have a member, with kind and instruments.

    Raises
    ------
    DataError
        ORE-DAT-090 if members belong to a club that `assumed/clubs.csv` does not list.
    """
    table = read_assumed("clubs").astype(str)
    strange = sorted(set(members["club"]) - set(table["club"]))
    if strange:
        raise _contradiction(
            f"clubs with members but no row in `assumed/clubs.csv`: {', '.join(strange)}",
            "add kind and instruments of each.",
        )
    table = table[table["club"].isin(members["club"])]
    return table.assign(
        complete=table["complete"].astype("int64"), basis="assumed", source="assumed/clubs"
    ).reset_index(drop=True)


def members_table(sources: Path) -> pd.DataFrame:
    """Return the table `club_members`, joined on or before the last day covered.

    Raises
    ------
    DataError
        ORE-DAT-090 if spells of one membership overlap, or a club of the chronicle has members
        that the compiled list lacks.
    """
    listed = with_additions(read_memberships(sources), read_assumed("club_additions"))
    years = ["" if pd.isna(year) else str(int(year)) for year in listed["until"]]
    listed = listed.assign(since_date=listed["since"].astype(str), until=years, until_date=years)
    table = _with_days(_with_events(listed, _events(sources)))
    table = table[table["since"] <= LAST_YEAR]
    table = table.assign(until=table["until"].astype("Int64"))[MEMBER_COLUMNS]
    table = table.sort_values(["club", "country", "since"], ignore_index=True)
    refuse_overlaps(table)
    _compare_with_blocs(table, read_blocs(sources))
    return table


def with_additions(listed: pd.DataFrame, additions: pd.DataFrame) -> pd.DataFrame:
    """Return the compiled memberships and those that it lacks."""
    if additions.empty:
        return listed
    added = additions.assign(
        until=pd.to_numeric(additions["until"], errors="coerce"),
        basis="reported",
        source=[f"assumed/club_additions: {source}" for source in additions["source"]],
    )
    return pd.concat([listed, added[list(listed.columns)]], ignore_index=True)


def refuse_overlaps(table: pd.DataFrame) -> None:
    """Refuse memberships of one country in one club whose spells overlap.

    Raises
    ------
    DataError
        ORE-DAT-090 naming the first pair.
    """
    for (club, country), part in table.groupby(["club", "country"]):
        spells = sorted(zip(part["since"], part["until"].fillna(9999), strict=True))
        wrong = any(end < start for start, end in spells) or any(
            later[0] <= earlier[1] for earlier, later in pairwise(spells)
        )
        if wrong:
            raise _contradiction(
                f"spells of {country} in {club} overlap or end before they start",
                "mend the years in the list of members.",
            )


def _events(sources: Path) -> dict[str, Row]:
    verified = read_verified(sources)
    rows = text_rows(read_events(sources))
    return {
        row["event_id"]: {**row, "seen": SEEN if row["event_id"] in verified else RECOLLECTION}
        for row in rows
    }


def _with_events(listed: pd.DataFrame, events: Mapping[str, Row]) -> pd.DataFrame:
    """Date members by the acts of the chronicle; add members that only the acts name."""
    rows = text_rows(listed)
    for act in text_rows(read_assumed("club_events")):
        event = events.get(act["event_id"])
        if event is None:
            raise _contradiction(
                f"`assumed/club_events.csv` names event '{act['event_id']}'", "use a known event."
            )
        parties = [canonical_code(code) for code in event["actors"].split(";") if code != "MSP"]
        dated = [row for row in rows if row["club"] == act["club"] and row["country"] in parties]
        for row in dated:
            _date_member(row, event)
        absent = [code for code in parties if code not in {row["country"] for row in dated}]
        if act["adds"] == "1":
            rows += [_from_event(act["club"], code, event) for code in absent]
    table = pd.DataFrame(rows)
    for name in ("since", "until"):
        table[name] = pd.to_numeric(table[name])
    return table


def _date_member(row: Row, event: Row) -> None:
    if row["since"] != event["date"][:4]:
        raise _contradiction(
            f"event '{event['event_id']}' of {event['date']} and the list of members "
            f"({row['country']} in {row['since']}) differ",
            "find out which of the two is right.",
        )
    row["since_date"] = event["date"]
    row["seen"] = PARTLY
    row["source"] = f"chronicle: {event['event_id']}; compiled list of members"


def _from_event(club: str, country: str, event: Row) -> Row:
    return {
        "club": club,
        "country": country,
        "since": event["date"][:4],
        "since_date": event["date"],
        "until": "",
        "until_date": "",
        "basis": "reported",
        "confidence": event["confidence"],
        "seen": event["seen"],
        "source": f"chronicle: {event['event_id']}",
    }


def _with_days(table: pd.DataFrame) -> pd.DataFrame:
    table = table.copy()
    for row in text_rows(read_assumed("club_dates")):
        side, year = row["side"], int(row["year"])
        chosen = (table["club"] == row["club"]) & (table[side] == year)
        if row["country"]:
            chosen &= table["country"] == row["country"]
        is_new_year = side == "until" and row["date"] == f"{year + 1}-01-01"
        if not chosen.any() or (row["date"][:4] != row["year"] and not is_new_year):
            raise _contradiction(
                f"`assumed/club_dates.csv` dates {row['club']} {row['country']} {year}, which is "
                "not in the list of members or of another year",
                "mend the date or the list.",
            )
        table.loc[chosen, f"{side}_date"] = row["date"]
    return table


def _compare_with_blocs(table: pd.DataFrame, blocs: dict[str, tuple[str, ...]]) -> None:
    """Refuse codes of the chronicle whose members are not those of the list in the last year."""
    now = table[table["until"].isna()]
    for club, members in blocs.items():
        listed = set(now.loc[now["club"] == club, "country"])
        absent = sorted(set(members) - listed)
        if listed and absent:
            raise _contradiction(
                f"the chronicle counts {', '.join(absent)} in {club}, the list of members does not",
                "mend one of the two.",
            )


def _contradiction(what: str, fix: str) -> DataError:
    return DataError(
        "ORE-DAT-090",
        f"{what}.",
        why="the two exclude each other, and membership decides who acts together.",
        fix=fix,
    )
