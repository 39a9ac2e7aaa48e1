"""Events of the chronicle, checked against the codebook and mapped to model minerals.

Does      Makes the table `events`: kinds, signs, dates, actors and minerals validated.
Units     Intensity: ordinal, 0 to 1.
Method    Codebook tables `assumed/event_kinds.csv` and `assumed/event_minerals.csv`; all faults
          are collected and refused together.
Assumes   Actors stay as coded (a member of the European Union that acts alone stays that
          member); EU27 and EUU are EU. `all` stays `all`. Intensity, status and end date were
          coded with hindsight: never features.
Not here  Which measures are in force: see `register`.
"""

from __future__ import annotations

import functools
import re

import pandas as pd

from oreacle.core.errors import DataError
from oreacle.core.labels import EVERYONE, suggestion
from oreacle.data.assumptions import read_assumed
from oreacle.data.codes import canonical_code
from oreacle.data.rows import text_rows
from oreacle.data.schema import refuse_faults

ALL_MINERALS = "all"
STAGES = ("ore", "refined", "component", "technology", "all")
STATUSES = ("announced", "in_force", "expired", "withdrawn", "ruled")
CONFIDENCES = ("high", "medium", "low")
DATE_FORMS = {"day": r"\d{4}-\d{2}-\d{2}", "month": r"\d{4}-\d{2}", "year": r"\d{4}"}
FIRST_YEAR, LAST_YEAR = 1990, 2024


def events_table(raw: pd.DataFrame, blocs: set[str], minerals: set[str]) -> pd.DataFrame:
    """Return the table `events`.

    Parameters
    ----------
    raw
        Events as coded, all text.
    blocs
        Known bloc codes.
    minerals
        Slugs of the modelled minerals.

    Raises
    ------
    DataError
        ORE-DAT-001 naming every event with an unknown kind, sign, code, mineral or date.
    """
    faults = [fault for row in text_rows(raw) for fault in _faults(row, blocs, minerals)]
    refuse_faults(faults, "the chronicle")
    table = raw.assign(
        year=raw["date"].str[:4].astype(int),
        actors=[";".join(_codes(text, blocs)) for text in raw["actors"]],
        targets=[";".join(_codes(text, blocs)) for text in raw["targets"]],
        minerals_raw=raw["minerals"],
        minerals=[";".join(model_minerals(text, minerals)) for text in raw["minerals"]],
        intensity=pd.to_numeric(raw["intensity"].where(raw["intensity"] != "")),
    )
    order = ["event_id", "date", "year", "date_precision", "kind", "sign", "actors", "targets"]
    order += ["minerals", "minerals_raw", "stage", "intensity", "status", "end_date"]
    return table[[*order, "summary", "source", "confidence"]]


def model_minerals(text: str, minerals: set[str]) -> list[str]:
    """Return the modelled minerals that a coded list of minerals stands for, each once.

    Raises
    ------
    DataError
        ORE-DAT-017 if a mineral is neither modelled nor in the map.

    Examples
    --------
    >>> model_minerals("bauxite;tin;iron_ore", {"aluminium", "tin"})
    ['aluminium', 'tin']
    """
    mapped = _mineral_map()
    found: list[str] = []
    for name in filter(None, text.split(";")):
        if name in minerals:
            found.append(name)
        elif name in mapped:
            found += mapped[name]
        else:
            raise DataError(
                "ORE-DAT-017",
                f"unknown mineral '{name}' in the chronicle.",
                why="the event would silently concern no mineral at all.",
                fix=suggestion(name, sorted(minerals | set(mapped)))
                or "add it to `assumed/event_minerals.csv`.",
            )
    return list(dict.fromkeys(found))


def _faults(row: dict[str, str], blocs: set[str], minerals: set[str]) -> list[str]:
    """Return every fault of one event."""
    name = row["event_id"]
    faults = [f"{name}: {text}" for text in (*_word_faults(row), *_date_faults(row))]
    for column in ("actors", "targets"):
        faults += [f"{name}: {column}: {text}" for text in _code_faults(row[column], blocs)]
    try:
        model_minerals(row["minerals"], minerals)
    except DataError as error:
        faults.append(f"{name}: {error.what} {error.fix}")
    return faults


def _word_faults(row: dict[str, str]) -> list[str]:
    """Return faults of the columns that hold words of a closed set."""
    signs = _signs()
    allowed = {
        "kind": tuple(signs),
        "stage": STAGES,
        "confidence": CONFIDENCES,
        "date_precision": tuple(DATE_FORMS),
        "status": (*STATUSES, ""),
    }
    faults = [
        f"{column} '{row[column]}' is not in the codebook: "
        f"{suggestion(row[column], words) or 'use one of ' + ', '.join(words)}"
        for column, words in allowed.items()
        if row[column] not in words
    ]
    wanted = signs.get(row["kind"])
    if wanted is not None and row["sign"] != wanted:
        faults.append(f"sign '{row['sign']}' contradicts kind '{row['kind']}': use '{wanted}'.")
    if not row["actors"]:
        faults.append("actors is empty: name who acts.")
    return faults


def _date_faults(row: dict[str, str]) -> list[str]:
    """Return faults of the date."""
    form = DATE_FORMS.get(row["date_precision"])
    if form is not None and not re.fullmatch(form, row["date"]):
        return [f"date '{row['date']}' is not of precision '{row['date_precision']}'."]
    if not re.match(r"\d{4}", row["date"]):
        return [f"date '{row['date']}' has no year."]
    if not FIRST_YEAR <= int(row["date"][:4]) <= LAST_YEAR:
        return [f"date '{row['date']}' is outside {FIRST_YEAR} to {LAST_YEAR}."]
    if pd.isna(pd.to_datetime(first_day(row["date"]), errors="coerce")):
        return [f"date '{row['date']}' does not exist."]
    return []


def first_day(date: str) -> str:
    """Return the first day that a date of lower precision can mean.

    Examples
    --------
    >>> first_day("2010-10"), first_day("2002")
    ('2010-10-01', '2002-01-01')
    """
    return date + "-01" * ((10 - len(date)) // 3)


def _code_faults(text: str, blocs: set[str]) -> list[str]:
    faults = []
    for code in filter(None, text.split(";")):
        try:
            _code(code, blocs)
        except DataError as error:
            faults.append(error.what)
    return faults


def _codes(text: str, blocs: set[str]) -> list[str]:
    return list(dict.fromkeys(_code(code, blocs) for code in filter(None, text.split(";"))))


def _code(code: str, blocs: set[str]) -> str:
    """Return the one code of a country or bloc; everyone stays everyone."""
    return code if code == EVERYONE or code in blocs else canonical_code(code)


@functools.cache
def _signs() -> dict[str, str]:
    table = read_assumed("event_kinds")
    return dict(zip(table["kind"].astype(str), table["sign"].astype(str), strict=True))


@functools.cache
def _mineral_map() -> dict[str, list[str]]:
    table = read_assumed("event_minerals").astype(str)
    return {
        raw: [name for name in names.split(";") if name]
        for raw, names in zip(table["raw"], table["minerals"], strict=True)
    }
