"""The register after an import of events: what came into force, what ended, what is left out.

Does      Applies the rules of the register to the chronicle with the new events in it.
Units     Strength as in the register.
Method    The rules of `oreacle.data.history.register`, on the last day that the events cover.
          Rows of measures that neither came nor ended stay as they are.
Assumes   A measure that shaped base-year trade stays in the register when it ends: the market of
          the base year is calibrated with it.
Not here  What the market does with a measure: see `oreacle.market.policies`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from oreacle.core.labels import EVERYONE
from oreacle.data.base.minerals import integrated_minerals
from oreacle.data.codes import actor_of
from oreacle.data.history.register import (
    INSTRUMENTS,
    Producers,
    lifted_by,
    producers_of,
    register_table,
)
from oreacle.data.importing.known import Known
from oreacle.data.rows import text_rows
from oreacle.data.store import read_table

CAPS = ("export_ban", "export_quota")
"""Instruments that hold tonnes down; the others are rates."""


@dataclass(frozen=True)
class RegisterChange:
    """The register after an import.

    Attributes
    ----------
    table
        All its rows.
    added, ended
        Labels of measures that came in or were taken out.
    notes
        What was not entered, or not taken out, and why.
    """

    table: pd.DataFrame
    added: tuple[str, ...]
    ended: tuple[str, ...]
    notes: tuple[str, ...]


def register_after(
    events: pd.DataFrame, known: Known, events_to: str, directory: Path | None
) -> RegisterChange:
    """Return the register with new events.

    Parameters
    ----------
    events
        New rows of the table `events`.
    known
        The tables before.
    events_to
        Last day that the events cover after the import.
    directory
        Folder of the tables.
    """
    old = read_table("register", directory)
    producers = _producers(directory)
    whole = pd.concat([known.events, events], ignore_index=True)
    before = register_table(known.events, producers, known.vintage.events_to).table
    after = register_table(whole, producers, events_to)
    new_ids = set(events["event_id"])
    is_new = after.table["event_id"].isin(new_ids)
    coming, notes = _usable(after.table[is_new], known)
    gone = set(before["measure_id"]) - set(after.table["measure_id"])
    gone |= _lifted(old, known.events, events)
    leaving = old[old["measure_id"].isin(gone)]
    stays = leaving[leaving["in_base"] == 1]
    ended = leaving[leaving["in_base"] == 0]
    notes += [_stays(row) for row in text_rows(stays)]
    notes += [
        f"not in the register: {text}."
        for text in after.left_out
        if text.partition(" (")[0] in new_ids
    ]
    notes += _not_in_force(events, events_to)
    kept = old[~old["measure_id"].isin(ended["measure_id"])]
    return RegisterChange(
        # An empty frame has no types: joined, it would turn numbers into objects.
        pd.concat([kept, coming], ignore_index=True) if len(coming) else kept,
        tuple(coming["measure_id"]),
        tuple(ended["measure_id"]),
        tuple(notes),
    )


def _lifted(register: pd.DataFrame, past: pd.DataFrame, new: pd.DataFrame) -> set[str]:
    """Return the measures that new events lift.

    What is written down about a measure ("keep") was decided before these events were known.
    """
    by_id = {row["event_id"]: row for row in text_rows(past)}
    return {
        row["measure_id"]
        for row in text_rows(register)
        if row["event_id"] in by_id and lifted_by(new, by_id[row["event_id"]], row["mineral"])
    }


def _producers(directory: Path | None) -> Producers:
    minerals = read_table("minerals", directory)
    integrated = integrated_minerals(minerals)
    return producers_of(read_table("nodes", directory), integrated)


def _usable(table: pd.DataFrame, known: Known) -> tuple[pd.DataFrame, list[str]]:
    """Return the new measures that the market can hold, and why the others are left out."""
    kept, notes = [], []
    for row in table.to_dict("records"):
        actor, name = str(row["actor"]), str(row["measure_id"])
        targets = [code for code in str(row["targets"]).split(";") if code != EVERYONE]
        strange = [code for code in targets if code not in known.actors]
        if actor not in known.actors:
            notes.append(f"not in the register: {name}: {actor} trades as {actor_of(actor)}.")
        elif strange:
            notes.append(
                f"not in the register: {name}: {', '.join(strange)} of its targets is no actor of "
                "trade in the tables."
            )
        elif targets and row["instrument"] == "export_quota":
            notes.append(f"not in the register: {name}: a quota cannot be for named targets.")
        else:
            kept.append(row)
            if row["in_base"] and row["instrument"] in CAPS:
                notes.append(
                    f"{name}: counted as part of base-year trade; the flow without it is not "
                    "known, so that its end would bring no trade back."
                )
    return pd.DataFrame(kept, columns=table.columns), notes


def _stays(row: dict[str, str]) -> str:
    return (
        f"{row['measure_id']} has ended by these events, and stays in the register: trade of the "
        "base year shows it. To see the market without it, lift it in a scenario."
    )


def _not_in_force(events: pd.DataFrame, events_to: str) -> list[str]:
    """Return export measures that are not said to be in force, or have ended."""
    notes = []
    for row in text_rows(events[events["kind"].isin(INSTRUMENTS)]):
        if row["status"] != "in_force":
            said = repr(row["status"]) if row["status"] else "empty"
            notes.append(
                f"not in the register: {row['event_id']}: its status is {said}, not in_force."
            )
        elif row["end_date"] and row["end_date"] <= events_to:
            notes.append(f"not in the register: {row['event_id']}: it ended in {row['end_date']}.")
    return notes
