"""Scenarios that stand on others: parents, overlays, and what wins.

Does      Joins a file with the files that it stands on into the values of one scenario.
Units     None.
Method    From below: the parent (`extends`), then each of `overlays` in order, then the file's own
          values, then the overlays of the user in order. A later value replaces an earlier one;
          lists are appended and `parameters` merged, unless `replace` names them. Version, name
          and description belong to one file and are not handed on; a user's overlay adds its own
          to name and description.
Assumes   The baseline assumes nothing: a user's overlay that stands on it is laid without it.
Not here  Which files may be named: see `oreacle.scenario.sources`; what they may hold: see
          `oreacle.scenario.spec`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from oreacle.core.errors import ScenarioError
from oreacle.scenario.faults import placed_fault, plain_mapping, where
from oreacle.scenario.layers import LISTS, MERGED, NOTHING, laid, own_values, with_names
from oreacle.scenario.reading import Document
from oreacle.scenario.sources import Source, source_of, source_within

DEEPEST_CHAIN = 8
"""Files that stand on each other."""
MOST_FILES = 32
"""Files of one scenario."""
BASELINE = "baseline"
FORMAT = 1


@dataclass(frozen=True)
class Composed:
    """A scenario joined from its files.

    Attributes
    ----------
    document
        Values, each with the file and line that it comes from.
    files
        Names of the files, in the order in which they were laid.
    faults
        What is wrong with the files, and with how they stand on each other.
    own
        Names of the files whose entries are meant for the years of this run: the file that the
        user named, and that which sets the last year; if an overlay of the user sets it, that
        alone.
    """

    document: Document
    files: tuple[str, ...]
    faults: tuple[ScenarioError, ...]
    own: tuple[str, ...]


def composed(source: str | Path, overlays: Sequence[str | Path] = ()) -> Composed:
    """Return the values of a scenario with all that it stands on.

    Parameters
    ----------
    source
        Name of a preset or path of a file.
    overlays
        Presets or files to lay on top, in order.

    Raises
    ------
    ScenarioError
        ORE-SCN-001, 012 or 013 if the file itself or an overlay of the user cannot be read;
        ORE-SCN-018 if it holds no keys.
    """
    top = source_of(source)
    document = top.read()
    plain_mapping(document)
    joiner = _Joiner()
    joiner.faults += document.faults
    whole = below = joiner.whole(top, document, (), baseline=True)
    for overlay in overlays:
        above = source_of(overlay)
        values = above.read()
        plain_mapping(values)
        layer = joiner.whole(above, values, (), baseline=False)
        joiner.faults += values.faults
        joiner.check_head(values)
        whole = with_names(laid(whole, layer, ()), whole, layer)
    setter = _last_year_of(whole, top)
    shortened = setter != _last_year_of(below, top)
    own = (setter,) if shortened else (top.title, setter)
    return Composed(whole, tuple(joiner.files), tuple(joiner.faults), own)


def _last_year_of(document: Document, top: Source) -> str:
    """Return the name of the file that sets the last year of the run."""
    return document.origins.get(("until",), top.title)


@dataclass
class _Joiner:
    """Opens files and lays them on each other; collects faults on the way."""

    faults: list[ScenarioError] = field(default_factory=list)
    files: list[str] = field(default_factory=list)

    def whole(
        self, source: Source, document: Document, above: tuple[str, ...], *, baseline: bool
    ) -> Document:
        """Return a file with all that it stands on."""
        values = plain_mapping(document)
        chain = (*above, source.identity)
        below = Document(document.name, {}, dict(NOTHING))
        for place in self._named(document):
            name = values[place[0]] if len(place) == 1 else values[place[0]][place[1]]
            if name == BASELINE and not baseline:
                continue
            part = self._part(source, document, place, name, chain, baseline=baseline)
            if part is not None:
                below = laid(below, own_values(part, heads=False), ())
        self.files.append(source.title)
        return laid(below, own_values(document, heads=True), self._replaced(document))

    def _named(self, document: Document) -> list[tuple[Any, ...]]:
        """Return the places of the files that a file names."""
        values = plain_mapping(document)
        places: list[tuple[Any, ...]] = []
        if "extends" in values:
            places.append(("extends",))
        overlays = values.get("overlays", [])
        if isinstance(overlays, list):
            places += [("overlays", k) for k in range(len(overlays))]
        else:
            self.faults.append(_not_listed(document, "overlays"))
        return places

    def _part(
        self,
        source: Source,
        document: Document,
        place: tuple[Any, ...],
        name: object,
        chain: tuple[str, ...],
        *,
        baseline: bool,
    ) -> Document | None:
        """Return what a file names, None if it cannot be had."""
        try:
            found = _found(name, source)
            self._refuse_endless(found, chain)
            part = found.read()
            plain_mapping(part)
        except ScenarioError as error:
            self.faults.append(placed_fault(document, place, error))
            return None
        self.faults += part.faults
        self.check_head(part)
        return self.whole(found, part, chain, baseline=baseline)

    def _refuse_endless(self, found: Source, chain: tuple[str, ...]) -> None:
        if found.identity in chain:
            what = f"'{found.title}' stands on itself"
        elif len(chain) >= DEEPEST_CHAIN:
            what = f"more than {DEEPEST_CHAIN} files stand on each other"
        elif len(self.files) + len(chain) >= MOST_FILES:
            what = f"the scenario is made of more than {MOST_FILES} files"
        else:
            return
        raise ScenarioError(
            "ORE-SCN-078",
            f"{what}.",
            why="the scenario would have no end, or nobody could say what is in it.",
            fix="take the name out of `extends` or `overlays`.",
        )

    def check_head(self, document: Document) -> None:
        """Note a part that does not say which format it is in, or has no name."""
        values = plain_mapping(document)
        if values.get("oreacle") != FORMAT or isinstance(values["oreacle"], bool):
            self.faults.append(_no_head(document, "oreacle", "`oreacle: 1`"))
        if not isinstance(values.get("name"), str):
            self.faults.append(_no_head(document, "name", "`name: ...`"))

    def _replaced(self, document: Document) -> tuple[str, ...]:
        """Return the keys that a file starts anew."""
        values = plain_mapping(document)
        named = values.get("replace", [])
        if not isinstance(named, list):
            self.faults.append(_not_listed(document, "replace"))
            return ()
        known = (*LISTS, *MERGED)
        for k, key in enumerate(named):
            if key not in known:
                error = ScenarioError(
                    "ORE-SCN-079",
                    f"'{key!s:.60}' cannot be started anew.",
                    why="only lists and `parameters` are added to what stands below.",
                    fix=f"use some of {', '.join(known)}; any other value replaces by itself.",
                )
                self.faults.append(placed_fault(document, ("replace", k), error))
        return tuple(key for key in named if key in known)


def _found(name: object, source: Source) -> Source:
    if isinstance(name, str) and name:
        return source_within(name, source)
    raise ScenarioError(
        "ORE-SCN-018",
        "no name of a scenario.",
        why="what the file stands on is not clear.",
        fix="give the name of a preset, or a .yaml file in the same folder.",
    )


def _not_listed(document: Document, key: str) -> ScenarioError:
    return ScenarioError(
        "ORE-SCN-018",
        f"no list at {where(document, (key,))}.",
        why=f"{key} cannot hold it.",
        fix="give a list, such as [policies]." if key == "replace" else "give a list of names.",
    )


def _no_head(document: Document, key: str, fix: str) -> ScenarioError:
    return ScenarioError(
        "ORE-SCN-017",
        f"missing or wrong key {key} in {document.name}.",
        why="every file says which format it is in, and how it is called.",
        fix=f"start it with {fix}.",
    )
