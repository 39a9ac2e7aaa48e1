"""The command `world clubs`: clubs of countries, with members, instruments and rules.

Does      Lists all clubs, or shows one: who was in it on a day, what it has to act with, what it
          agreed.
Units     None.
Method    Selection only; how sure each row is stands beside it.
Assumes   Rules are those of the last day covered, whatever the day asked for.
Not here  What cooperation is worth.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer

from oreacle.app.options import AsJson, Data
from oreacle.app.output import say, text_table, write_json

Record = dict[str, Any]


def clubs(
    name: Annotated[
        str | None, typer.Argument(metavar="[CLUB]", help="Such as MSP; default: list all.")
    ] = None,
    on: Annotated[
        str | None,
        typer.Option("--on", help="Year, month or day of membership; default: the last covered."),
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """List clubs of countries, or show members, instruments and rules of one.

    Example: oreacle world clubs MSP --on 2023-06-30
    """
    from oreacle.world.load import load_world

    world = load_world(data)
    if name is None:
        rows = _club_rows(world.institutions, on)
        if as_json:
            write_json({"on": on or world.institutions.as_of, "clubs": rows})
            return
        say(_list_text(rows, on or world.institutions.as_of))
        return
    record = _club_record(world, world.institutions.code_of(name), on)
    if as_json:
        write_json(record)
        return
    say(_club_text(record))


def _club_rows(institutions: Any, on: str | None) -> list[Record]:  # noqa: ANN401 - loaded late
    """Return one row for each club."""
    return [
        {
            "club": code,
            "name": club.name,
            "kind": club.kind,
            "founded": club.founded,
            "members": len(institutions.members(code, on)),
            "complete": club.complete,
            "rules_known": sum(rule.is_known for rule in institutions.rules(code)),
            "rules": len(institutions.rules(code)),
        }
        for code, club in sorted(institutions.clubs.items())
    ]


def _club_record(world: Any, code: str, on: str | None) -> Record:  # noqa: ANN401 - loaded late
    """Return one club with members of a period, instruments and rules."""
    from oreacle.world.member_actors import member_actors

    institutions = world.institutions
    members = institutions.members(code, on)
    table = member_actors(world, [code], on) if members else None
    return {
        **asdict(institutions.club(code)),
        "on": on or institutions.as_of,
        "members": members,
        "unsettled": institutions.unsettled(code, on),
        "actors": table.actors if table else (),
        "left_out": table.left_out if table else (),
        "notes": table.notes if table else (),
        "spells": [asdict(spell) for spell in institutions.spells(code)],
        "instruments": [asdict(one) for one in institutions.instruments_of(code)],
        "rules": [asdict(rule) for rule in institutions.rules(code)],
    }


def _list_text(rows: list[Record], on: str) -> str:
    heads = ["club", "members", "rules known", "founded", "kind", "name"]
    cells = [
        [
            row["club"],
            f"{row['members']}{'' if row['complete'] else '+'}",
            f"{row['rules_known']} of {row['rules']}",
            row["founded"],
            row["kind"],
            row["name"],
        ]
        for row in rows
    ]
    return (
        f"Clubs with members on {on}\n\n{text_table(heads, cells)}\n\n"
        "+ the list may lack members. One of them: oreacle world clubs MSP"
    )


def _club_text(record: Record) -> str:
    lines = [
        f"{record['name']} ({record['club']}), {record['kind']}, founded {record['founded']}",
        *([record["note"]] if record["note"] else []),
        "",
        f"Members on {record['on']}: {', '.join(record['members']) or 'none'}",
    ]
    if record["actors"]:
        lines.append(f"As trade actors: {', '.join(record['actors'])}")
    lines += list(record["notes"])
    lines += ["", "Joined and left", _spells_table(record["spells"])]
    lines += ["", "Instruments", _instruments_table(record["instruments"])]
    lines += ["", "Rules", _rules_table(record["rules"])]
    lines += [f"  {rule['subject']}: {rule['text']}" for rule in record["rules"] if _told(rule)]
    lines += ["", "seen: read in a publication; recollection: not looked up; partly: both"]
    return "\n".join(lines)


def _spells_table(spells: list[Record]) -> str:
    """Return who joined and left on which dates, countries of one date in one row."""
    groups: dict[tuple[str, str, str, str], list[str]] = {}
    for spell in spells:
        key = (spell["since_date"], spell["until_date"], spell["confidence"], spell["seen"])
        groups.setdefault(key, []).append(spell["country"])
    rows = [
        [since, until or "-", sure, seen, ", ".join(countries)]
        for (since, until, sure, seen), countries in sorted(groups.items())
    ]
    return text_table(["since", "out from", "confidence", "known by", "members"], rows)


def _instruments_table(instruments: list[Record]) -> str:
    heads = ["instrument", "on", "state", "since", "purpose", "confidence", "known by", "what"]
    keys = ["instrument", "goods", "state", "since", "purpose", "confidence", "seen", "text"]
    return text_table(heads, [[row[key] or "-" for key in keys] for row in instruments])


def _rules_table(rules: list[Record]) -> str:
    heads = ["subject", "rule", "confidence", "known by", "source"]
    keys = ["subject", "rule", "confidence", "seen", "legal_source"]
    return text_table(heads, [[row[key] or "-" for key in keys] for row in rules]) + "\n"


def _told(rule: Record) -> bool:
    from oreacle.data.institutions.club_rules import NOT_KNOWN

    return bool(rule["rule"] != NOT_KNOWN)
