"""The command `restrain`: how strong an export control may be.

Does      Reads a control without its number and the ceilings it must keep; shows the strongest.
Units     As in `oreacle.market.restraint`.
Method    A control is written as in `oreacle shock`, without its number.
Assumes   Everybody else acts as in the base year.
Not here  The search: see `oreacle.market.restraint.calibrate`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from oreacle.app.cascade import AsCascade, cascade_record, cascades_of, show_cascades
from oreacle.app.options import AsJson, Data
from oreacle.app.output import show, write_json
from oreacle.app.shock import DRAWS

if TYPE_CHECKING:
    from oreacle.forecasting.cascade_records import Cascade
    from oreacle.market.restraint.calibrate import Calibrated, Restraint
    from oreacle.world.snapshot import World

CONFIDENCE = 0.9
"""Share of draws in which the control must keep every ceiling, unless told otherwise [1]."""


def restrain(
    sentence: Annotated[
        str, typer.Argument(help='A control without its number: "CHN limits exports of gallium".')
    ],
    *,
    keep: Annotated[
        list[str] | None,
        typer.Option(help='A ceiling, such as "price in USA under +20 %"; several hold at once.'),
    ] = None,
    confidence: Annotated[
        float, typer.Option(help="Share of draws in which every ceiling must hold, such as 0.9.")
    ] = CONFIDENCE,
    draws: Annotated[
        int, typer.Option("--draws", help="Draws of the parameters; 0 for the central ones alone.")
    ] = DRAWS,
    seed: Annotated[int, typer.Option(help="Root seed of the draws.")] = 0,
    cascade: AsCascade = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Find the strongest export control that keeps prices and shortages under ceilings.

    Example: oreacle restrain "CHN limits exports of gallium" --keep "price in USA under +20 %"

    Controls: "ACTOR limits exports of MINERAL [to PLACES]" for a quota, "taxes" for a tax.

    Ceilings: "price in PLACE under +X %" or "under X USD/t"; "world price under +X %" (all outside
    the actor); "refined price in PLACE under +X %"; "shortage of PLACE under X %" of its use, or
    "under X t".

    The answer holds at the central parameters and in the asked share of draws. Beside it stands a
    ban on the same exports. With --cascade: what each of them sets off.
    """
    from oreacle.app.data_records import require_tables
    from oreacle.market.restraint.calibrate import restrain as find
    from oreacle.present.restraint_text import restraint_text
    from oreacle.scenario.names import name_book
    from oreacle.scenario.restraint_sentence import parse_ceiling, parse_control
    from oreacle.world.load import load_world

    require_tables(data)
    world = load_world(data)
    book = name_book(world)
    control = parse_control(sentence, book)
    ceilings = [parse_ceiling(text, book) for text in keep or []]
    found = find(world, control, ceilings, confidence=confidence, draws=draws, seed=seed)
    followed = _cascades(found, world, data) if cascade else {}
    if as_json:
        record = restraint_record(found, world)
        record["cascades"] = {name: cascade_record(one) for name, one in followed.items()}
        write_json(record)
        return
    show(restraint_text(found, world))
    if followed:
        show_cascades(followed, world)


def _cascades(found: Restraint, world: World, data: Path | None) -> dict[str, Cascade]:
    """Return the cascades of the ban and of the control to take."""
    from oreacle.market.by_products import clear_all

    shown = {"ban": found.ban, "calibrated": found.advised}
    policies = {
        name: (one.policy,)
        for name, one in shown.items()
        if one is not None and one.policy is not None
    }
    return cascades_of({name: (clear_all(world, own), own) for name, own in policies.items()}, data)


def restraint_record(found: Restraint, world: World) -> dict[str, Any]:
    """Return a restraint as plain values."""
    from oreacle.scenario.restraint_sentence import ceiling_sentence, control_sentence

    return {
        "control": control_sentence(found.control),
        "kind": found.control.kind,
        "strength_is": "share of exports at base prices stopped"
        if found.control.kind == "quota"
        else "tax over the price",
        "ceilings": [
            {"ceiling": ceiling_sentence(one), "under": one.under, "units": one.units}
            for one in found.ceilings
        ],
        "status": found.status,
        "binding": None if found.binding < 0 else ceiling_sentence(found.ceilings[found.binding]),
        "without": found.before,
        "central": _calibrated_record(found.central, found, world),
        "safe": _calibrated_record(found.safe, found, world),
        "ban": _calibrated_record(found.ban, found, world),
        "confidence": found.confidence,
        "held": found.held,
        "held_at_central": found.held_at_central,
        "draws": found.draws,
        "seed": found.seed,
    }


def _calibrated_record(
    one: Calibrated | None, found: Restraint, world: World
) -> dict[str, Any] | None:
    from oreacle.market.restraint.effects import effects, leverage_kept
    from oreacle.scenario.sentence import policy_sentence

    if one is None:
        return None
    money = effects(one, found, world.territory)
    return {
        "strength": one.strength,
        "policy": None if one.policy is None else policy_sentence(one.policy),
        "levels": one.levels,
        "money": {"units": "USD/yr", "rows": money},
        "leverage_kept": leverage_kept(money, effects(found.ban, found, world.territory)),
        "certificate": None if one.outcome is None else one.outcome.certificate,
    }
