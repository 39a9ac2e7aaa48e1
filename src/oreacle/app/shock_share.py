"""`oreacle shock --share`: a shortage divided by a rule, within a country, a club or by a supplier.

Does      Divides the shortage of each market asked about; shows or records it.
Units     As in `oreacle.market.stress`.
Method    None beyond it.
Assumes   Central parameters.
Not here  The market: see `oreacle.app.shock`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from oreacle.app.faults import InputError
from oreacle.app.output import show
from oreacle.market.outcome import Outcome
from oreacle.market.policies import Policy
from oreacle.market.stress.rules import ALLIES_FIRST, check_rule
from oreacle.market.stress.supplier import Priority
from oreacle.world.snapshot import World


@dataclass(frozen=True)
class Asked:
    """What the options about sharing say."""

    rule: str | None
    club: str | None
    allies: str | None
    supplier: str | None

    def __post_init__(self) -> None:
        """Refuse options that say nothing together."""
        if self.rule is None and (self.club or self.allies or self.supplier):
            raise InputError(
                "ORE-APP-001",
                "--club, --allies or --supplier is given without --share.",
                why="by which rule a shortage is divided is not said.",
                fix='add --share "pro rata", "allies first", "defence first" or "price".',
            )
        if self.rule is not None and not (self.club or self.supplier):
            raise InputError(
                "ORE-APP-001",
                "--share is given without --club or --supplier.",
                why="among whom the shortage is divided is not said.",
                fix="add --club USA,JPN,EU (one name: within that country).",
            )
        if self.supplier is None or self.rule is None:
            return
        rule = check_rule(self.rule)
        if rule != ALLIES_FIRST or self.club or not _names(self.allies):
            raise InputError(
                "ORE-APP-001",
                "--supplier is given, but not with --share 'allies first', --allies and no --club.",
                why="a supplier can only serve allies first, through the market.",
                fix="write --share 'allies first' --supplier COD --allies EU,USA.",
            )


def shared_records(
    world: World, cases: Sequence[tuple[Sequence[Policy], Outcome]], asked: Asked
) -> list[dict[str, Any]]:
    """Return divisions as records, one for each market."""
    records = []
    for found in _found(world, cases, asked):
        if hasattr(found, "table"):
            rows = found.table.to_dataframe().reset_index().to_dict("records")
            units = {name: found.table[name].attrs["units"] for name in found.table}
            records.append(
                {
                    "mineral": found.mineral,
                    "rule": found.rule,
                    "rows": rows,
                    "units": units,
                    "value_lost_beyond_market_usd_per_yr": found.cost,
                }
            )
        else:
            names = ("supplier", "allies", "others", "allowed", "before", "without")
            record = {name: getattr(found, name) for name in (*names, "with_priority")}
            records.append(
                {
                    **record,
                    "restored": found.is_restored,
                    "units": {"allowed": "1", "before": "t/yr", "without": "t/yr"}
                    | {"with_priority": "t/yr", "delivered_change": "1"},
                    "delivered_change": _prices(world, found),
                }
            )
    return records


def _prices(world: World, found: Priority) -> list[dict[str, Any]]:
    """Return changes of delivered prices without and with a supplier's priority, by group [1]."""
    from oreacle.present.sharing_text import mean_price

    groups = (("allies", found.allies), ("others", found.others))
    return [
        {
            "group": name,
            "without": mean_price(found.plain, group, world.territory),
            "with_priority": mean_price(found.outcome, group, world.territory),
        }
        for name, group in groups
    ]


def show_shared(
    world: World, cases: Sequence[tuple[Sequence[Policy], Outcome]], asked: Asked
) -> None:
    """Show divisions, one for each market."""
    if asked.rule is None:
        return
    from oreacle.present.sharing_text import priority_text, sharing_text

    for found in _found(world, cases, asked):
        if hasattr(found, "table"):
            show(sharing_text(found, world.chain(found.mineral).name))
        else:
            show(priority_text(found, world.territory))


def _found(
    world: World, cases: Sequence[tuple[Sequence[Policy], Outcome]], asked: Asked
) -> list[Any]:
    from oreacle.market.stress.sharing import share_shortage
    from oreacle.market.stress.supplier import serve_allies_first

    if asked.rule is None:
        return []
    allies = _names(asked.allies)
    found: list[Any] = []
    for policies, outcome in cases:
        if asked.supplier is not None:
            found.append(
                serve_allies_first(world, outcome.mineral, policies, asked.supplier, allies)
            )
        else:
            members = _names(asked.club)
            found.append(share_shortage(world, outcome, members, asked.rule, allies=allies))
    return found


def _names(text: str | None) -> tuple[str, ...]:
    return tuple(name.strip() for name in (text or "").split(",") if name.strip())
