"""The command `scenario`: what a scenario assumes, before it is run.

Does      Lists the presets, or joins and checks one scenario and shows it.
Units     None.
Method    The same reading and the same checks as `forecast`.
Assumes   Differences are told from the baseline.
Not here  Running it: see `oreacle.app.forecast`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from oreacle.app.options import AsJson, Data, Overlay
from oreacle.app.output import say, text_table, write_json


def scenario(
    source: Annotated[
        str | None,
        typer.Argument(
            metavar="[SCENARIO]",
            help="Name of a preset, or path of a .yaml file; default: list the presets.",
        ),
    ] = None,
    *,
    overlay: Overlay = None,
    check: Annotated[bool, typer.Option("--check", help="Check it and show nothing else.")] = False,
    parameters: Annotated[
        bool, typer.Option("--parameters", help="List what `parameters` can set.")
    ] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """List scenarios, or check one and show what it assumes.

    Example: oreacle scenario fragmentation --overlay climate-stress
    """
    if parameters:
        _show_parameters(as_json=as_json)
        return
    chosen = None if source is None and not overlay else source or "baseline"
    if chosen is None:
        _show_presets(as_json=as_json)
        return
    record = _record(chosen, [str(one) for one in overlay or ()], data)
    if as_json:
        write_json({"ok": True, "files": record["files"]} if check else record)
        return
    say(_checked_text(record) if check else _text(record))


def _record(source: str, overlays: list[str], data: Path | None) -> dict[str, Any]:
    """Return a scenario that was checked as for a run, with its differences in words."""
    from oreacle.scenario.composition import composed
    from oreacle.scenario.differences import differences
    from oreacle.scenario.idle import idle_notes
    from oreacle.scenario.mechanism_names import range_notes
    from oreacle.scenario.names import name_book
    from oreacle.scenario.presets import baseline, checked_scenario
    from oreacle.scenario.reach import refuse_idle_policies
    from oreacle.world.load import load_world

    world = load_world(data)
    whole = composed(source, overlays)
    names = name_book(world)
    chosen = checked_scenario(whole, names)
    refuse_idle_policies(chosen, world)
    return {
        "scenario": chosen.as_dict(),
        "files": list(whole.files),
        "differences": list(differences(chosen, baseline())),
        "notes": [*range_notes(chosen.parameters), *idle_notes(whole, names)],
    }


def _text(record: dict[str, Any]) -> str:
    values = record["scenario"]
    lines = [f"{values['name']}: {values['description']}".rstrip(": ")]
    lines.append(f"Demand: {values['demand_scenario']}. Last year: {values['until']}.")
    if len(record["files"]) > 1:
        lines.append(f"Made of {', then '.join(record['files'])}.")
    if record["differences"]:
        lines += ["", "Other than the baseline:", *(f"- {one}" for one in record["differences"])]
    else:
        lines += ["", "It is the baseline."]
    if record["notes"]:
        lines += ["", "To note:", *(f"- {one}" for one in record["notes"])]
    return "\n".join(lines)


def _checked_text(record: dict[str, Any]) -> str:
    count = len(record["differences"])
    noted = "".join(f"\nTo note: {one}" for one in record["notes"])
    name = record["scenario"]["name"]
    return f"{name} has no fault; it differs from the baseline in {count} points.{noted}"


def _show_presets(*, as_json: bool) -> None:
    from oreacle.scenario.composition import composed
    from oreacle.scenario.sources import preset_names

    # Read, not checked: a world of few minerals does not know all that presets name.
    values = [composed(name).document.values for name in preset_names()]
    rows = [{"name": one["name"], "description": one["description"]} for one in values]
    if as_json:
        write_json({"presets": rows})
        return
    say(text_table(("scenario", "assumes"), [tuple(row.values()) for row in rows]))


def _show_parameters(*, as_json: bool) -> None:
    from oreacle.data.mechanisms import mechanism_parameters, mechanisms

    table = mechanism_parameters()
    heads = ("mechanism", "parameter", "value", "low", "high", "unit", "reason")
    rows = [tuple(row[head] for head in heads) for row in table.to_dict("records")]
    if as_json:
        write_json(
            {
                "mechanisms": mechanisms().to_dict("records"),
                "parameters": [dict(zip(heads, row, strict=True)) for row in rows],
            }
        )
        return
    listed = mechanisms()[["mechanism", "words"]].to_numpy().tolist()
    say(text_table(("mechanism", "holds"), listed))
    if rows:
        say("\n" + text_table(heads, rows))
