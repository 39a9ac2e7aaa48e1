"""Findings on a world as plain records.

Does      Gathers what `world check` shows.
Units     In the names of keys; shares and ratios are fractions unless a key says percent.
Method    See `oreacle.world.checks`.
Assumes   The world loaded.
Not here  Printing: see `oreacle.app.world_check`.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from oreacle.data.rows import text_rows
from oreacle.world import checks
from oreacle.world.ownership import coverage_table
from oreacle.world.snapshot import World


def check_record(world: World) -> dict[str, Any]:
    """Return every finding on a world, ready for `--json`."""
    balances = checks.balances(world)
    open_ones = [row for row in balances if not row.is_closed]
    return {
        "base_year": world.base_year,
        "as_of": world.as_of,
        "faults": [
            f"{row.mineral}: ore misses by {row.ore:.1e}, refined by {row.refined:.1e}"
            for row in open_ones
        ],
        "largest_miss": max(max(row.ore, row.refined) for row in balances),
        "balances": [asdict(row) for row in balances],
        "no_trade_data": {
            "ore": [c.mineral for c in world.chains.values() if c.grade_ore == "C"],
            "refined": [c.mineral for c in world.chains.values() if c.grade_refined == "C"],
        },
        "missing": checks.missing_figures(world),
        "differences": [{**row, "ratio": float(row["ratio"])} for row in checks.differences(world)],
        "rivals": [{**asdict(row), "ratio": row.ratio} for row in checks.rivals(world)],
        "unplaced": [
            {"mineral": mineral, "stage": stage, "share": share}
            for mineral, stage, share in checks.unplaced(world)
        ],
        "ownership": _ownership(world),
        "basis": [
            {str(key): value for key, value in row.items()}
            for row in checks.basis_counts(world).to_dict("records")
        ],
        "assumptions": checks.assumptions(),
    }


def _ownership(world: World) -> list[dict[str, Any]]:
    """Return the share of world tonnes with a sourced owner, by mineral [%].

    `checked` leaves out what rests on a named document that was not looked up again.
    """
    rows: dict[str, dict[str, Any]] = {}
    for found in text_rows(coverage_table(world.ownership, world.chains)):
        row = rows.setdefault(found["mineral"], {"mineral": found["mineral"]})
        row[f"{found['stage']}_percent"] = round(100.0 * float(found["sourced"]), 1)
        row[f"{found['stage']}_checked_percent"] = round(100.0 * float(found["checked"]), 1)
    return list(rows.values())
