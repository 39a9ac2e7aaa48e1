"""The option `--cascade`: what follows a measure beyond its own market.

Does      Makes cascades of what-ifs, as text and as records.
Units     As in `oreacle.forecasting.cascade_records`.
Method    The models of acts are read once for all cascades of a command.
Assumes   Markets are those of the same tables.
Not here  The numbers: see `oreacle.forecasting.cascade`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from oreacle.app.output import show

if TYPE_CHECKING:
    from oreacle.forecasting.cascade_records import Cascade
    from oreacle.market.by_products import Markets
    from oreacle.market.policies import Policy
    from oreacle.world.snapshot import World

AsCascade = Annotated[
    bool,
    typer.Option("--cascade", help="What follows: other minerals, who is hit, who acts next."),
]


def cascades_of(
    cases: Mapping[str, tuple[Markets, Sequence[Policy]]], data: Path | None
) -> dict[str, Cascade]:
    """Return the cascade of each case: markets with policies in force, and the policies."""
    from oreacle.forecasting.cascade import cascade, setting_of

    setting = setting_of(data)
    return {
        name: cascade(markets, policies, setting=setting, data=data)
        for name, (markets, policies) in cases.items()
    }


def show_cascades(found: Mapping[str, Cascade], world: World) -> None:
    """Print cascades."""
    from oreacle.present.cascade_text import cascade_text

    show(cascade_text(found, world))


def cascade_record(one: Cascade) -> dict[str, Any]:
    """Return a cascade as plain values, policies as sentences."""
    from oreacle.scenario.sentence import policy_sentence

    record = asdict(one)
    record["policies"] = [policy_sentence(policy) for policy in one.policies]
    for row, found in zip(record["second_rounds"], one.second_rounds, strict=True):
        row["followers"] = [policy_sentence(policy) for policy in found.followers]
    return record
