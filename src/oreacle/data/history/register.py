"""The policy register: export measures in force at the end of the base year.

Does      Makes one row per event, mineral and link from the chronicle's export measures.
Units     Strength: share of the flow stopped (ban), share of the reference flow allowed
          (quota), ad-valorem rate (tax, licensing).
Method    Status in force, not ended, not lifted by a later event; strengths and dates from
          `assumed/measure_strengths.csv`. What is left out is reported with its reason.
Assumes   A measure by an actor without output of the mineral binds nothing. Component
          stages are not modelled. Minerals without traded ore have the refined link only.
Not here  What a link would carry without a ban: see the table `unrestricted`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pandas as pd

from oreacle.core.errors import DataError
from oreacle.core.labels import EVERYONE
from oreacle.data.assumptions import read_assumed
from oreacle.data.codes import actor_of
from oreacle.data.history.chronicle import ALL_MINERALS, first_day
from oreacle.data.rows import text_rows
from oreacle.data.vintage import built_vintage

INSTRUMENTS = ("export_ban", "export_quota", "export_tax", "export_licensing")
LIFTING = "restriction_lifted"
IN_BASE_UNTIL = "2024-06-30"
LINKS_OF_STAGE = {"ore": ("ore",), "refined": ("refined",), "all": ("ore", "refined")}
STAGE_OF_LINK = {"ore": "mined", "refined": "refined"}
ANY = "*"
COLUMNS = [
    "measure_id",
    "actor",
    "mineral",
    "link",
    "instrument",
    "targets",
    "strength",
    "strength_basis",
    "since",
    "in_base",
    "last_unrestricted_year",
    "event_id",
    "source",
]


@dataclass
class Register:
    """The register and what was left out of it.

    Attributes
    ----------
    table
        Rows of the table `register`.
    left_out
        One sentence per measure that is in force but not registered.
    """

    table: pd.DataFrame
    left_out: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Producers:
    """Who has output in the base year, and which minerals have no traded ore."""

    by_stage: dict[tuple[str, str], frozenset[str]]
    integrated: frozenset[str]

    def produces(self, actor: str, mineral: str, link: str) -> bool:
        """Return True if the actor has base-year output at the tail of the link."""
        return actor in self.by_stage.get((mineral, STAGE_OF_LINK[link]), frozenset())

    def minerals(self) -> list[str]:
        """Return all minerals with output, sorted."""
        return sorted({mineral for mineral, _ in self.by_stage})


def producers_of(nodes: pd.DataFrame, integrated: set[str]) -> Producers:
    """Return who produces what, from the base-year nodes (a country and its trade actor)."""
    found: dict[tuple[str, str], set[str]] = {}
    for row in text_rows(nodes.loc[nodes["quantity_t"] > 0, ["mineral", "stage", "country"]]):
        actors = found.setdefault((row["mineral"], row["stage"]), set())
        actors.update({row["country"], actor_of(row["country"])})
    by_stage = {key: frozenset(actors) for key, actors in found.items()}
    return Producers(by_stage, frozenset(integrated))


def register_table(
    events: pd.DataFrame, producers: Producers, as_of: str | None = None
) -> Register:
    """Return the register with a report of what was left out.

    Parameters
    ----------
    events
        Table `events`.
    producers
        Who has output in the base year.
    as_of
        Day on which measures are in force; None for that of a build.

    Raises
    ------
    DataError
        ORE-DAT-018 if the strengths name an unknown event, or lack a default.
    """
    choices = _Choices(events)
    day = as_of or built_vintage().as_of
    measures = events[
        events["kind"].isin(INSTRUMENTS)
        & (events["status"] == "in_force")
        & ((events["end_date"] == "") | (events["end_date"] > day))
    ]
    register = Register(pd.DataFrame(columns=COLUMNS))
    rows = []
    for event in text_rows(measures):
        for mineral in _minerals(event, producers, choices):
            reason = choices.reason_to_skip(event, mineral) or lifted_by(events, event, mineral)
            if reason and not choices.kept(event, mineral):
                register.left_out.append(f"{event['event_id']} ({mineral}): {reason}")
                continue
            rows += list(_rows(event, mineral, producers, choices, register.left_out))
    register.table = pd.DataFrame(rows, columns=COLUMNS).sort_values(
        "measure_id", ignore_index=True
    )
    return register


class _Choices:
    """The hand-written strengths, dates and omissions, looked up by event and mineral."""

    def __init__(self, events: pd.DataFrame) -> None:
        table = read_assumed("measure_strengths").astype(str)
        self._rows = {
            (
                row["event_id"],
                row["mineral"],
                row["instrument"] if row["event_id"] == ANY else "",
            ): row
            for row in text_rows(table)
        }
        unknown = sorted(set(table["event_id"]) - set(events["event_id"]) - {ANY})
        lacking = [name for name in INSTRUMENTS if (ANY, ANY, name) not in self._rows]
        if unknown or lacking:
            raise DataError(
                "ORE-DAT-018",
                f"`measure_strengths.csv` names unknown events ({', '.join(unknown) or 'none'}) "
                f"or lacks a default for {', '.join(lacking) or 'no instrument'}.",
                why="a measure would silently get another strength than the one written down.",
                fix="mend the event ids, or add a row with event and mineral '*'.",
            )

    def row(self, event_id: str, mineral: str) -> dict[str, str]:
        """Return the row of an event and mineral, or of the event and any mineral, or {}."""
        return self._rows.get((event_id, mineral, ""), self._rows.get((event_id, ANY, ""), {}))

    def default(self, instrument: str) -> dict[str, str]:
        """Return the default of an instrument."""
        return self._rows[ANY, ANY, instrument]

    def kept(self, event: dict[str, str], mineral: str) -> bool:
        """Return True if the table says that the measure is in force."""
        return self.row(event["event_id"], mineral).get("use") == "keep"

    def reason_to_skip(self, event: dict[str, str], mineral: str) -> str:
        """Return why the table leaves the measure out, or ""."""
        row = self.row(event["event_id"], mineral)
        return row["reason"] if row.get("use") == "skip" else ""


def _minerals(event: dict[str, str], producers: Producers, choices: _Choices) -> list[str]:
    """Return the minerals of an event; `all` is spelt out unless the event is left out whole."""
    names = [name for name in event["minerals"].split(";") if name]
    if ALL_MINERALS not in names or choices.reason_to_skip(event, ALL_MINERALS):
        return names
    return producers.minerals()


def lifted_by(events: pd.DataFrame, event: dict[str, str], mineral: str) -> str:
    """Return which later one of the events lifted a measure on a mineral, or "".

    A lifting for named targets lifts what was aimed at no others.
    """
    later = events[
        (events["kind"] == LIFTING)
        & (events["date"].map(first_day) > first_day(event["date"]))
        & (events["stage"].isin([event["stage"], "all"]) | (event["stage"] == "all"))
    ]
    for row in text_rows(later):
        concerned = {mineral, ALL_MINERALS} & set(row["minerals"].split(";"))
        same_side = set(row["actors"].split(";")) & set(event["actors"].split(";"))
        if concerned and same_side and _covers(row["targets"], event["targets"]):
            return f"lifted by {row['event_id']}"
    return ""


def _covers(targets: str, others: str) -> bool:
    """Return True if what concerns `targets` concerns all of `others`; no target is everyone."""
    ours, theirs = ({*text.split(";")} - {"", EVERYONE} for text in (targets, others))
    return not ours or (bool(theirs) and theirs <= ours)


def _rows(
    event: dict[str, str],
    mineral: str,
    producers: Producers,
    choices: _Choices,
    left_out: list[str],
) -> Iterator[dict[str, object]]:
    """Yield one row per actor and link, and note what binds nothing."""
    links = LINKS_OF_STAGE.get(event["stage"], ())
    if mineral in producers.integrated:
        links = tuple(link for link in links if link != "ore")
    if not links:
        left_out.append(f"{event['event_id']} ({mineral}): no link of the model at its stage")
    for actor in event["actors"].split(";"):
        for link in links:
            if producers.produces(actor, mineral, link):
                yield _row(event, actor, mineral, link, choices)
            else:
                left_out.append(
                    f"{event['event_id']} ({mineral}, {link}): {actor} has no output of it in "
                    "the base year"
                )


def _row(
    event: dict[str, str], actor: str, mineral: str, link: str, choices: _Choices
) -> dict[str, object]:
    choice = choices.row(event["event_id"], mineral)
    instrument = choice.get("instrument") or event["kind"]
    default = choices.default(instrument)
    since = choice.get("since") or event["date"]
    year_before = int(since[:4]) - 1
    last_free = choice.get("last_unrestricted_year") or str(year_before)
    return {
        "measure_id": f"{event['event_id']}.{mineral}.{link}",
        "actor": actor,
        "mineral": mineral,
        "link": link,
        "instrument": instrument,
        "targets": event["targets"] or EVERYONE,
        "strength": float(choice.get("strength") or default["strength"]),
        "strength_basis": choice.get("basis") or default["basis"],
        "since": since,
        "in_base": int(first_day(since) <= IN_BASE_UNTIL),
        "last_unrestricted_year": int(last_free),
        "event_id": event["event_id"],
        "source": event["source"],
    }
