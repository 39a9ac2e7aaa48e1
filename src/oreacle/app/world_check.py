"""The command `world check`: what is wrong, assumed, missing or disputed in the world.

Does      Shows the findings of `oreacle.world.checks`, the shortest useful list of each.
Units     In the heads of tables.
Method    Exit code 1 if a balance does not close; assumptions and gaps are shown, not punished.
Assumes   The tables load: damaged tables are refused before.
Not here  Files and checksums: see `data check`.
"""

from __future__ import annotations

from typing import Annotated, Any

import typer

from oreacle.app.faults import FAILED
from oreacle.app.options import AsJson, Data
from oreacle.app.output import say, text_table, write_json

TOP = 12


def check(
    data: Data = None,
    as_json: AsJson = False,
    everything: Annotated[
        bool, typer.Option("--all", help="Show every line of every list.")
    ] = False,
) -> None:
    """List every imbalance, gap, dispute between publishers and assumption of the world.

    Example: oreacle world check --all
    """
    from oreacle.app.check_records import check_record
    from oreacle.world.load import load_world

    record = check_record(load_world(data))
    if as_json:
        write_json(record)
    else:
        say(check_text(record, None if everything else TOP))
    if record["faults"]:
        raise typer.Exit(FAILED)


def check_text(record: dict[str, Any], most: int | None) -> str:
    """Return the findings as text, at most so many lines of each list."""
    parts = [_summary(record)]
    for title, key, heads in (
        ("Use and output against the chain, published over chain tonnes", "differences", _GAPS),
        ("Producers on which publishers differ, widest first", "rivals", _RIVALS),
        ("Output and use without a place (ROW), share of the stage", "unplaced", _PLACES),
        ("Sourced owners, % of world tonnes", "ownership", _OWNERS),
        ("Rows by basis", "basis", _BASIS),
        ("Stated assumptions", "assumptions", _ASSUMED),
    ):
        rows = record.get(key, [])
        if not rows:
            continue
        shown = rows if most is None or key in ("basis", "ownership") else rows[:most]
        more = f" ({len(shown)} of {len(rows)}; all with --all)" if len(shown) < len(rows) else ""
        table = text_table(list(heads), [[row[name] for name in heads.values()] for row in shown])
        parts += ["", title + more, table]
    return "\n".join(parts)


_GAPS = {"mineral": "mineral", "stage": "stage", "ratio": "ratio", "note": "note"}
_RIVALS = {
    "mineral": "mineral",
    "stage": "stage",
    "country": "country",
    "in use": "used",
    "source": "source",
    "rival": "other",
    "its source": "other_source",
    "ratio": "ratio",
}
_PLACES = {"mineral": "mineral", "stage": "stage", "share": "share"}
_OWNERS = {
    "mineral": "mineral",
    "mined": "mined_percent",
    "checked": "mined_checked_percent",
    "refined": "refined_percent",
    "checked too": "refined_checked_percent",
}
_BASIS = {"table": "table", "basis": "basis", "rows": "rows"}
_ASSUMED = {"table": "table", "of": "what", "value": "value", "unit": "unit"}


def _summary(record: dict[str, Any]) -> str:
    faults = record["faults"]
    state = "clean: every matrix closes" if not faults else f"{len(faults)} faults"
    lines = [
        f"World of {record['base_year']}, known to {record['as_of']}: {state}.",
        f"Largest miss of a row or column: {record['largest_miss']:.1e} of the throughput.",
    ]
    lines += [f"FAULT {fault}" for fault in faults]
    for link in ("ore", "refined"):
        names = ", ".join(record["no_trade_data"][link])
        lines.append(f"No trade data on {link} links: {names}.")
    lines += [sentence[0].upper() + sentence[1:] for sentence in record["missing"]]
    return "\n".join(lines)
