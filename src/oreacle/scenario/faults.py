"""Faults of a scenario file in words: where, what, why and how to mend it.

Does      Turns what the file model refused into one error that names every fault.
Units     None.
Method    One fault keeps its own code; several become ORE-SCN-011 with each listed.
Assumes   The model is `oreacle.scenario.spec.ScenarioSpec`.
Not here  The checks themselves: see `oreacle.scenario.spec`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from oreacle.core.errors import ScenarioError
from oreacle.core.labels import suggestion
from oreacle.scenario.names import shown
from oreacle.scenario.reading import Document, Place, written
from oreacle.scenario.spec import ENTRIES, FAULT, known_keys

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_KINDS = {
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "string_type": "text",
    "list_type": "a list",
    "model_type": "a mapping of keys and values",
    "model_attributes_type": "a mapping of keys and values",
    "dict_type": "a mapping of keys and values",
}


def value_faults(document: Document, details: list[ErrorDetails]) -> list[ScenarioError]:
    """Return what the file model refused, each with its place in the file."""
    return [_fault(document, detail) for detail in details]


def placed_fault(document: Document, place: Place, error: ScenarioError) -> ScenarioError:
    """Return an error with the place in the file at which it was found."""
    what = f"{error.what.rstrip('.')} at {where(document, place)}."
    return ScenarioError(error.code, what, why=error.why, fix=error.fix)


def joined_error(name: str, faults: Sequence[ScenarioError]) -> ScenarioError:
    """Return the only fault of a scenario, or one error that lists all of them."""
    if len(faults) == 1:
        return faults[0]
    listed = "".join(
        f"\n  - {fault.code}: {fault.what}\n      why: {fault.why}\n      fix: {fault.fix}"
        for fault in faults
    )
    return ScenarioError(
        "ORE-SCN-011",
        f"'{name}' has {len(faults)} faults:{listed}",
        why="a run would not be the one that the file asks for.",
        fix="mend each as said above.",
    )


def _fault(document: Document, detail: ErrorDetails) -> ScenarioError:
    place, instrument = _place(detail["loc"])
    at = where(document, place)
    kind, value = detail["type"], detail["input"]
    if kind == FAULT:
        said = detail.get("ctx", {})
        what = f"{str(said['what']).rstrip('.')} at {at}."
        return ScenarioError(str(said["code"]), what, why=str(said["why"]), fix=str(said["fix"]))
    if kind == "extra_forbidden":
        return _unknown_key(at, place, instrument)
    if kind in ("missing", "union_tag_not_found"):
        return _missing_key(at, place, kind)
    return _wrong_value(at, place, detail, value)


def _place(location: tuple[int | str, ...]) -> tuple[Place, str]:
    """Return the keys that lead to a fault, without the tag of the entry, and that tag."""
    if len(location) > 2 and location[0] == "policies" and location[2] in ENTRIES:
        return (*location[:2], *location[3:]), str(location[2])
    return location, ""


def where(document: Document, place: Place) -> str:
    """Return a place of a file in words, such as ``until (mine.yaml, line 4)``."""
    text = written(place)
    near = place
    while near and near not in document.lines:
        near = near[:-1]
    line = document.lines.get(near)
    name = document.origins.get(near, document.name)
    end = f"{name}, line {line}" if line else name
    return f"{text} ({end})" if text else f"the top level ({end})"


def _unknown_key(at: str, place: Place, instrument: str) -> ScenarioError:
    keys = known_keys(place[:-1], instrument)
    near = suggestion(str(place[-1]), keys)
    return ScenarioError(
        "ORE-SCN-016",
        f"unknown key {at}.",
        why="it would be ignored, and with it what it was meant to change.",
        fix=f"{near} Known keys: {', '.join(keys)}.".strip(),
    )


def _missing_key(at: str, place: Place, kind: str) -> ScenarioError:
    if kind == "missing":
        what, fix = f"missing key {at}.", f"add `{place[-1]}: ...`."
    else:
        what = f"missing key instrument in {at}."
        fix = f"add `instrument: ...`, one of {', '.join(ENTRIES)}."
    why = "there is no default that would be right."
    return ScenarioError("ORE-SCN-017", what, why=why, fix=fix)


def _wrong_value(at: str, place: Place, detail: ErrorDetails, value: object) -> ScenarioError:
    kind, context = detail["type"], detail.get("ctx", {})
    expected = _KINDS.get(kind, "")
    fix = f"give {expected}." if expected else f"{detail['msg'][:1].lower()}{detail['msg'][1:]}."
    if kind == "literal_error":
        options = str(context.get("expected", "")).replace("'", "")
        near = suggestion(str(value), options.replace(" or ", ", ").split(", "))
        fix = f"{near} Use {options}.".strip()
    elif kind == "union_tag_invalid":
        tag = str(context.get("tag", ""))
        at, value = at.replace(" (", ".instrument (", 1), tag
        fix = f"{suggestion(tag, ENTRIES)} Use one of {', '.join(ENTRIES)}.".strip()
    elif kind == "string_pattern_mismatch":
        fix = "use lower-case letters, digits and hyphens, at most 40, such as gallium-ban."
    return ScenarioError(
        "ORE-SCN-018",
        f"{_described(value)} at {at}.",
        why=f"{_holder(place)} cannot hold it.",
        fix=fix,
    )


def _holder(place: Place) -> str:
    """Return what the last key of a place is called: the entry of a list has no name."""
    if not place:
        return "a scenario"
    if isinstance(place[-1], int):
        return f"an entry of {place[-2]}" if len(place) > 1 else "an entry"
    return shown(place[-1])


def _described(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return f"yes-or-no value '{str(value).lower()}'"
    if isinstance(value, str):
        return f"text '{shown(value)}'"
    if isinstance(value, int | float):
        return f"number {shown(value)}"
    return "a list" if isinstance(value, list) else "a mapping"


def plain_mapping(document: Document) -> Mapping[str, Any]:
    """Return the top level of a file, refusing anything but a mapping.

    Raises
    ------
    ScenarioError
        ORE-SCN-018.
    """
    if isinstance(document.values, dict):
        return document.values
    raise ScenarioError(
        "ORE-SCN-018",
        f"'{document.name}' holds {_described(document.values)}.",
        why="a scenario is a mapping of keys and values.",
        fix="start with `oreacle: 1` and `name: ...`; see `oreacle explain ORE-SCN-013`.",
    )
