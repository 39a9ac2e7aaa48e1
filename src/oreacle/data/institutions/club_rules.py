"""What clubs have to act with, and the rules that they agreed.

Does      Makes the tables `club_rules` and `club_instruments`; refuses rows that say too little,
          too much, or the same subject twice.
Units     Dates: ISO, as precise as known.
Method    Both stand in `assumed/`. Every club has one row for every subject; what is not known
          is a row that says so. Rules and instruments are terms of closed lists; an instrument
          serves one purpose that the model can value, or none.
Assumes   Rules are those of the last day covered.
Not here  Who is a member: see `oreacle.data.institutions.clubs`.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from oreacle.core.errors import DataError
from oreacle.core.labels import suggestion
from oreacle.data.assumptions import read_assumed
from oreacle.data.readers.provenance import SEEN_WORDS
from oreacle.data.rows import text_rows

NOT_KNOWN = "not known"
NONE = "none"
"""There is no such rule, which is a fact and not a gap."""
RULES_OF = {
    "allocation": (
        "pro rata to base-period consumption",
        "pro rata to net imports",
        "negotiated quotas",
        "case by case",
        "voluntary help",
    ),
    "price_sharing": ("market price", "shared rents"),
    "dispute_settlement": ("court", "arbitration panel", "consultation"),
    "accession": (
        "unanimity of members",
        "consensus",
        "qualified majority",
        "open to any state",
        "closed",
    ),
    "exit": (
        "notice of 6 months",
        "notice of 12 months",
        "notice of 24 months",
        "notice to the end of the year",
    ),
    "decision": ("consensus", "unanimity of members", "qualified majority", "weighted majority"),
    "monitoring": (
        "supervision by a commission",
        "statistics by a secretariat",
        "committee of members",
        "peer review",
        "reports by members",
    ),
}
"""Rules by subject, beside `none` and `not known`."""
SUBJECTS = tuple(RULES_OF)
PURPOSES = (
    "stockpile",
    "procurement",
    "refining",
    "research",
    "certification",
    "floor",
    "insurance",
    "recycling",
)
"""What cooperation is for, as far as the model can value it."""
PURPOSE_OF = {
    "stocks": "stockpile",
    "sharing in emergencies": "insurance",
    "mutual insurance": "insurance",
    "joint procurement": "procurement",
    "joint refining": "refining",
    "refining targets": "refining",
    "research programme": "research",
    "certification": "certification",
    "price floor": "floor",
    "recycling targets": "recycling",
    "advice": "",
    "defence": "",
    "export credit rules": "",
    "finance network": "",
    "information": "",
    "intelligence": "",
    "monitoring": "",
    "output quotas": "",
    "project finance": "",
    "standards": "",
    "statistics": "",
    "talks": "",
    "tariff": "",
    "tariff cuts": "",
    "technology sharing": "",
}
"""Purpose by instrument; empty if the model puts no value on it."""
STATES = ("in force", "declared")
GOODS = ("minerals", "oil", "all goods", "none")
CONFIDENCES = ("high", "medium", "low")


def club_rules_table(clubs: pd.DataFrame) -> pd.DataFrame:
    """Return the table `club_rules`: one row for each club and subject.

    Parameters
    ----------
    clubs
        The table `clubs`.

    Raises
    ------
    DataError
        ORE-DAT-161 naming every fault of `assumed/club_rules.csv`.
    """
    table = read_assumed("club_rules").astype(str)
    faults = rule_faults(table, clubs["club"])
    if faults:
        raise DataError(
            "ORE-DAT-161",
            _listed("assumed/club_rules.csv", faults),
            why="a rule that is missing or misspelt would be taken for one that does not exist.",
            fix="give every club one row for each subject, with a rule of the list for it; write "
            f"'{NOT_KNOWN}' where nothing is known.",
        )
    return table


def club_instruments_table(clubs: pd.DataFrame) -> pd.DataFrame:
    """Return the table `club_instruments`, with the purpose that each instrument serves.

    Parameters
    ----------
    clubs
        The table `clubs`.

    Raises
    ------
    DataError
        ORE-DAT-162 naming every fault of `assumed/club_instruments.csv`.
    """
    table = read_assumed("club_instruments").astype(str)
    faults = instrument_faults(table, clubs["club"])
    if faults:
        raise DataError(
            "ORE-DAT-162",
            _listed("assumed/club_instruments.csv", faults),
            why="an instrument outside the lists would be valued as nothing, or as another one.",
            fix="use the terms of the lists; add a term together with its purpose.",
        )
    return table.assign(purpose=table["instrument"].map(PURPOSE_OF))


def rule_faults(table: pd.DataFrame, clubs: Iterable[str]) -> list[str]:
    """Return what is wrong with rows of rules, each fault as half a sentence."""
    known, faults = sorted(clubs), []
    for row in text_rows(table):
        name = f"{row['club']}, {row['subject']}"
        faults += _unlisted(name, "club", row["club"], known)
        faults += _unlisted(name, "subject", row["subject"], SUBJECTS)
        terms = (*RULES_OF.get(row["subject"], ()), NONE, NOT_KNOWN)
        faults += _unlisted(name, "rule", row["rule"], terms)
        if row["rule"] == NOT_KNOWN and (row["legal_source"] or row["confidence"] != "low"):
            faults.append(f"{name}: not known, yet with a source or confidence above low")
        faults += _mark_faults(name, row)
    counts = table.groupby(["club", "subject"]).size()
    faults += [
        f"{club}, {subject}: {count} rows instead of one"
        for club in known
        for subject in SUBJECTS
        for count in [int(counts.get((club, subject), 0))]
        if count != 1
    ]
    return faults


def instrument_faults(table: pd.DataFrame, clubs: Iterable[str]) -> list[str]:
    """Return what is wrong with rows of instruments, each fault as half a sentence."""
    known, faults = sorted(clubs), []
    for row in text_rows(table):
        name = f"{row['club']}, {row['instrument']}"
        faults += _unlisted(name, "club", row["club"], known)
        faults += _unlisted(name, "instrument", row["instrument"], PURPOSE_OF)
        faults += _unlisted(name, "state", row["state"], STATES)
        faults += _unlisted(name, "goods", row["goods"], GOODS)
        faults += _mark_faults(name, row)
    lacking = sorted(set(known) - set(table["club"]))
    return faults + [f"{club}: no instrument" for club in lacking]


def _unlisted(name: str, what: str, term: str, terms: Iterable[str]) -> list[str]:
    listed = list(terms)
    if term in listed:
        return []
    return [f"{name}: unknown {what} '{term}'. {suggestion(term, listed)}".strip()]


def _mark_faults(name: str, row: dict[str, str]) -> list[str]:
    faults = _unlisted(name, "confidence", row["confidence"], CONFIDENCES)
    faults += _unlisted(name, "mark of how it was known", row["seen"], SEEN_WORDS)
    return faults if row["text"] else [*faults, f"{name}: no sentence"]


def _listed(file: str, faults: list[str]) -> str:
    return f"`{file}` has {len(faults)} faults:\n  - " + "\n  - ".join(faults)
