"""What of a scenario file is sound, so that it can be checked further while the rest is told.

Does      Takes what is wrong or idle out of the values of a file, and finds the faults that are
          left between its entries.
Units     None.
Method    A wrong number, last year or unknown key is replaced or taken out, so that the entry is
          still checked; an entry that is wrong otherwise is left out. Places and messages keep the
          positions of the file.
Assumes   A wrong number has no part in a contradiction.
Not here  The checks: see `oreacle.scenario.spec` and `oreacle.scenario.contradictions`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from oreacle.core.errors import ScenarioError
from oreacle.scenario.contradictions import PlacedFault, contradictions
from oreacle.scenario.faults import placed_fault, plain_mapping, value_faults
from oreacle.scenario.layers import LISTS
from oreacle.scenario.names import NameBook
from oreacle.scenario.reading import Document, Place
from oreacle.scenario.scenario import Scenario
from oreacle.scenario.spec import ScenarioSpec

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

STAND_IN = 1.0
"""Within the bounds of every number in `NUMBERS`, and not without effect [1]."""
NUMBERS = frozenset({"security", "patience", "openness", "factor", "loss", "strength", "yearly"})
WHOLE = frozenset({"clubs"})
"""Lists in which an entry builds on others: one that is missing would make these seem wrong."""
_POSITION = re.compile(rf"\b({'|'.join(LISTS)})\[(\d+)\]")


@dataclass
class Rest:
    """Values of a file without what is wrong or idle.

    Attributes
    ----------
    values
        By key.
    kept
        Position in the file of each entry that is left, by the key of its list.
    undated
        Entries whose first year is a stand-in: their own checks are made, and no others.
    """

    values: dict[str, Any]
    kept: dict[str, list[int]]
    undated: set[tuple[str, int]]

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Rest:
        """Return all the values of a file."""
        mine = {key: list(v) if isinstance(v, list) else v for key, v in values.items()}
        lists = {key: v for key, v in mine.items() if key in LISTS and isinstance(v, list)}
        return cls(mine, {key: list(range(len(v))) for key, v in lists.items()}, set())

    def place(self, place: Place) -> Place:
        """Return a place with the position that an entry has in the file."""
        if len(place) > 1 and isinstance(place[1], int) and place[0] in self.kept:
            return (place[0], self.kept[str(place[0])][place[1]], *place[2:])
        return place

    def told(self, place: Place, error: ScenarioError) -> PlacedFault:
        """Return a fault with places and words as in the file."""

        def as_in_file(found: re.Match[str]) -> str:
            at = self.kept.get(found[1], [])
            position = int(found[2])
            return f"{found[1]}[{at[position] if position < len(at) else position}]"

        what = _POSITION.sub(as_in_file, error.what)
        return self.place(place), ScenarioError(error.code, what, why=error.why, fix=error.fix)

    def leave_out(self, entries: Collection[tuple[str, int]]) -> None:
        """Take entries out, by the positions that they have in the file."""
        for key, positions in self.kept.items():
            left = [k for k, at in enumerate(positions) if (key, at) not in entries]
            self.values[key] = [self.values[key][k] for k in left]
            self.kept[key] = [positions[k] for k in left]

    def drop(self, key: str) -> None:
        """Take a key out."""
        self.values.pop(key, None)
        self.kept.pop(key, None)

    def mend(self, details: Sequence[ErrorDetails], names: NameBook) -> None:
        """Put stand-ins in place of what is wrong, or take it out."""
        lost: set[tuple[str, int]] = set()
        for detail in details:
            key, *inner = detail["loc"]
            if key == "until":
                self.values["until"] = names.last_year
            elif key == "parameters" and inner and isinstance(self.values[key], dict):
                self.values[key] = {n: v for n, v in self.values[key].items() if n != inner[0]}
            elif key not in self.kept or key in WHOLE or not inner:
                self.drop(str(key))
            elif not self._mend_entry(str(key), int(inner[0]), detail, names.first_year):
                lost.add((str(key), self.kept[str(key)][int(inner[0])]))
        if any(detail["loc"][0] == "blocs" for detail in details):
            lost |= self._between_blocs()
        self.leave_out(lost)

    def _mend_entry(self, key: str, at: int, detail: ErrorDetails, first_year: int) -> bool:
        """Mend one value of an entry; return False if it has no stand-in."""
        entry, name = self.values[key][at], str(detail["loc"][-1])
        if not isinstance(entry, dict) or len(detail["loc"]) != (4 if key == "policies" else 3):
            return False
        if detail["type"] == "extra_forbidden":
            mended = {k: v for k, v in entry.items() if k != name}
        elif name == "to" and "from" in entry:
            mended = {**entry, "to": entry["from"]}
        elif name == "from":
            mended = {**entry, "from": first_year, "to": first_year}
            self.undated.add((key, self.kept[key][at]))
        elif name in NUMBERS and key != "policies":
            mended = {**entry, name: STAND_IN}
        else:
            return False
        self.values[key][at] = mended
        return True

    def _between_blocs(self) -> set[tuple[str, int]]:
        """Return odds that speak of blocs: without all of these they would seem to be wrong."""
        return {
            ("odds", at)
            for entry, at in zip(
                self.values.get("odds", ()), self.kept.get("odds", ()), strict=True
            )
            if isinstance(entry, dict) and entry.get("between", "anyone") != "anyone"
        }


def checked_rest(
    document: Document,
    details: Sequence[ErrorDetails],
    idle: Collection[tuple[str, int]],
    names: NameBook,
) -> tuple[Scenario, list[ScenarioError]]:
    """Return the sound part of a scenario, and the faults in it beside those of its values.

    Parameters
    ----------
    document
        The file.
    details
        What the file model refused in it.
    idle
        Entries that never hold in the run, and need not agree with the others.
    names
        Names of the world that the scenario will meet.
    """
    faults: list[ScenarioError] = []
    rest = Rest.of(plain_mapping(document))
    rest.mend(details, names)
    spec = _sound_spec(document, rest, idle, names, faults)
    try:
        scenario = spec.scenario()
    except ScenarioError as error:  # two policies overlap: the rest is checked without them
        faults.append(placed_fault(document, *rest.told(("policies",), error)))
        rest.drop("policies")
        scenario = _spec_of(rest, names).scenario()
    found = (rest.told(*one) for one in contradictions(scenario, names))
    return scenario, faults + [placed_fault(document, *one) for one in found]


def _sound_spec(
    document: Document,
    rest: Rest,
    idle: Collection[tuple[str, int]],
    names: NameBook,
    faults: list[ScenarioError],
) -> ScenarioSpec:
    """Return the file model of the sound part; note what was hidden behind what was mended."""
    while True:
        try:
            spec = _spec_of(rest, names)
        except ValidationError as error:
            details = error.errors(include_url=False)
            placed: list[Any] = [{**one, "loc": rest.place(one["loc"])} for one in details]
            faults += value_faults(document, placed)
            for one in placed:
                if len(one["loc"]) < 2:
                    rest.drop(str(one["loc"][0]))
            rest.leave_out({tuple(one["loc"][:2]) for one in placed})
            continue
        if not (rest.undated or idle):
            return spec
        rest.leave_out(rest.undated | set(idle))
        return _spec_of(rest, names)


def _spec_of(rest: Rest, names: NameBook) -> ScenarioSpec:
    stand_ins = {"oreacle": 1, "name": "x", "demand_scenario": "STEPS"}
    return ScenarioSpec.model_validate(stand_ins | rest.values, context={"names": names})
