"""One set of values laid on another, each with the file and line that it comes from.

Does      Joins two documents into one: later values win, lists grow, parameters merge.
Units     None.
Method    Key by key at the top level; places, lines and files move with their values.
Assumes   Both documents are mappings; a value of the wrong kind replaces, and is refused later.
Not here  Which files are joined, in which order: see `oreacle.scenario.composition`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from oreacle.scenario.reading import Document, Place

LISTS = (
    "policies",
    "off",
    "blocs",
    "doctrines",
    "shock_rates",
    "shocks",
    "clubs",
    "rules",
    "trends",
    "odds",
)
"""Keys whose entries are added to those below."""
MERGED = ("parameters",)
"""Keys whose keys are added to those below."""
COMPOSING = ("extends", "overlays", "replace")
"""Keys that say what a file stands on; they are gone when the composed file is checked."""
HEADS = ("oreacle", "name", "description")
"""Keys that belong to one file and are not handed on."""
NOTHING: dict[Place, int] = {}
LONGEST_NAME = 40


def own_values(document: Document, *, heads: bool) -> Document:
    """Return a document without the keys that compose, and without its heads if asked."""
    left_out = COMPOSING if heads else (*COMPOSING, *HEADS)
    values = {key: value for key, value in document.values.items() if key not in left_out}
    return Document(document.name, values, document.lines, document.origins)


def laid(below: Document, above: Document, replaced: Sequence[str]) -> Document:
    """Return one document laid on another.

    Parameters
    ----------
    below, above
        Mappings.
    replaced
        Keys of lists and of `parameters` that `above` starts anew.

    Examples
    --------
    >>> low = Document("a", {"until": 2030, "off": ["x"]}, {})
    >>> high = Document("b", {"until": 2035, "off": ["y"]}, {})
    >>> laid(low, high, ()).values, laid(low, high, ["off"]).values["off"]
    ({'until': 2035, 'off': ['x', 'y']}, ['y'])
    """
    pile = _Pile(above.name)
    for key, value in below.values.items():
        if key not in replaced:
            pile.put(below, (key,), (key,))
            pile.values[key] = value
    for key, value in above.values.items():
        old = pile.values.get(key)
        if key in LISTS and isinstance(old, list) and isinstance(value, list):
            for k in range(len(value)):
                pile.put(above, (key, k), (key, len(old) + k))
            pile.values[key] = [*old, *value]
        elif key in MERGED and isinstance(old, dict) and isinstance(value, dict):
            for name in value:
                pile.put(above, (key, str(name)), (key, str(name)))
            pile.values[key] = {**old, **value}
        else:
            pile.put(above, (key,), (key,))
            pile.values[key] = value
    pile.put_top(above)
    return Document(above.name, pile.values, pile.lines, pile.origins)


def with_names(joined: Document, below: Document, above: Document) -> Document:
    """Return a document whose name and description tell of both layers.

    Examples
    --------
    >>> low = Document("a", {"name": "baseline", "description": "One."}, {})
    >>> high = Document("b", {"name": "drought"}, {})
    >>> with_names(laid(low, high, ()), low, high).values
    {'name': 'baseline-drought', 'description': 'One.'}
    """
    values = dict(joined.values)
    for key, between, longest in (("name", "-", LONGEST_NAME), ("description", " ", None)):
        parts = [layer.values.get(key) for layer in (below, above)]
        texts = [part for part in parts if isinstance(part, str) and part]
        if texts and len(texts) == sum(part is not None for part in parts):
            values[key] = between.join(texts)[:longest]
    return Document(joined.name, values, joined.lines, joined.origins)


class _Pile:
    """Values that were laid so far, with lines and files."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.values: dict[str, Any] = {}
        self.lines: dict[Place, int] = {}
        self.origins: dict[Place, str] = {}

    def put(self, document: Document, old: Place, new: Place) -> None:
        """Take lines and files over from one place of a document to a place of the pile."""
        for place in [place for place in self.lines if place[: len(new)] == new]:
            del self.lines[place]
            self.origins.pop(place, None)
        for place, line in document.lines.items():
            if place[: len(old)] == old:
                here = (*new, *place[len(old) :])
                self.lines[here] = line
                self.origins[here] = document.origins.get(place, document.name)

    def put_top(self, document: Document) -> None:
        """Take over where the top level of a document starts."""
        if () in document.lines:
            self.lines[()] = document.lines[()]
            self.origins[()] = document.origins.get((), document.name)
