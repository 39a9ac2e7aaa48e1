"""Safe reading of YAML files that somebody else may have written.

Does      Reads a small YAML file into plain values and remembers the line of each.
Units     None.
Method    Events are checked before anything is built: size, depth, no anchors, no tags; words
          are read as in YAML 1.2, so NO stays text, 1e3 is a number and 010 is ten.
Assumes   One document in UTF-8.
Not here  What a scenario may hold: see `oreacle.scenario.spec`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from oreacle.core.errors import ScenarioError
from oreacle.scenario.names import shown

LARGEST_BYTES = 256_000
DEEPEST = 12
_INT = re.compile(r"[-+]?[0-9]{1,18}$")
_FLOAT = re.compile(
    r"[-+]?(?:[0-9]{1,40}\.[0-9]{0,40}|\.[0-9]{1,40}|[0-9]{1,40}(?=[eE]))(?:[eE][-+]?[0-9]{1,3})?$"
)

Place = tuple[str | int, ...]
"""Keys and positions that lead to a value."""


@dataclass(frozen=True)
class Document:
    """A file as plain values.

    Attributes
    ----------
    name
        The file as the user named it.
    values
        Mappings, lists, texts, numbers, booleans and None.
    lines
        Line of each value, from 1, by the keys that lead to it.
    origins
        Name of the file that a value comes from, where it is not `name`.
    faults
        ORE-SCN-013 for each key that occurs twice; the last of them stands in `values`.
    """

    name: str
    values: Any
    lines: dict[Place, int]
    origins: dict[Place, str] = field(default_factory=dict)
    faults: tuple[ScenarioError, ...] = ()


class _Loader(yaml.CSafeLoader):
    """The safe loader with the words of YAML 1.2."""


def _construct_integer(loader: _Loader, node: yaml.ScalarNode) -> int:
    return int(str(loader.construct_scalar(node)), base=10)


_Loader.yaml_implicit_resolvers = {}
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"(?:~|null|)$"), ["~", "n", ""])
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"(?:true|false)$"), ["t", "f"])
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", _INT, list("-+0123456789"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:float", _FLOAT, list("-+.0123456789"))
_Loader.add_constructor("tag:yaml.org,2002:int", _construct_integer)


def read_document(path: Path, *, name: str | None = None) -> Document:
    """Return the values of a YAML file.

    Parameters
    ----------
    path
        The file.
    name
        How messages call it; None for `path` as given.

    Raises
    ------
    ScenarioError
        ORE-SCN-012 if the file is missing, too large or not text; ORE-SCN-013 if it is not
        plain YAML.
    """
    title = shown(name or path)
    text = _read_text(path, title)
    try:
        _check_events(text, title)
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
            values = None if node is None else loader.construct_document(node)
        finally:
            loader.dispose()
    except yaml.YAMLError as error:
        raise _not_plain(title, *_fault_of(error)) from None
    lines: dict[Place, int] = {}
    repeated: list[tuple[Place, int, int]] = []
    if node is not None:
        _note_lines(node, (), lines, repeated)
    faults = tuple(_repeated(title, *one) for one in repeated)
    return Document(title, values, lines, faults=faults)


def _read_text(path: Path, title: str) -> str:
    if not path.is_file():
        state = "is not a file" if path.exists() else "does not exist"
        raise _unreadable(title, f"{state}", "name an existing .yaml file.")
    try:
        with path.open("rb") as stream:
            raw = stream.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise _unreadable(
            title, f"cannot be opened: {error.strerror}", "check its rights."
        ) from None
    if len(raw) > LARGEST_BYTES:
        limit = f"{LARGEST_BYTES // 1000} kB"
        raise _unreadable(title, f"is larger than {limit}", "a scenario needs a few kB; split it.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        state = f"is not UTF-8 text (byte {error.start})"
        raise _unreadable(title, state, "save it as UTF-8.") from None


def _unreadable(title: str, state: str, fix: str) -> ScenarioError:
    return ScenarioError(
        "ORE-SCN-012", f"'{title}' {state}.", why="there is no scenario to read.", fix=fix
    )


def _not_plain(title: str, line: int | None, fault: str) -> ScenarioError:
    where = "" if line is None else f", line {line}"
    return ScenarioError(
        "ORE-SCN-013",
        f"'{title}'{where}: {fault}.",
        why="a scenario is plain YAML: keys and values, nothing that could surprise.",
        fix="see `oreacle explain ORE-SCN-013` for a file that works.",
    )


def _fault_of(error: yaml.YAMLError) -> tuple[int | None, str]:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or "it is not YAML"
    return (None if mark is None else mark.line + 1), shown(problem)


def _check_events(text: str, title: str) -> None:
    """Refuse what is not plain before anything is built: parsing events needs no recursion."""
    depth, documents = 0, 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        fault = ""
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            fault = "a second document" if documents > 1 else ""
        elif isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            fault = f"more than {DEEPEST} levels" if depth > DEEPEST else ""
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if isinstance(event, yaml.NodeEvent) and event.anchor is not None:
            fault = "anchors and aliases (& and *) are not used here"
        elif (tag := getattr(event, "tag", None)) is not None:
            fault = f"the tag '{shown(tag)}' is not used here"
        if fault:
            line = None if event.start_mark is None else event.start_mark.line + 1
            raise _not_plain(title, line, fault)


def _repeated(title: str, place: Place, line: int, first: int) -> ScenarioError:
    """Return the fault of a key that occurs twice."""
    return ScenarioError(
        "ORE-SCN-013",
        f"'{title}', line {line}: the key {written(place)} occurs twice, first in line {first}.",
        why="the second would replace the first in silence.",
        fix="keep one of them, or join what they hold.",
    )


def written(place: Place) -> str:
    """Return a place in words.

    Examples
    --------
    >>> written(("odds", 0, "factor"))
    'odds[0].factor'
    """
    text = ""
    for part in place:
        text += f"[{part}]" if isinstance(part, int) else f".{shown(part)}" if text else shown(part)
    return text


def _note_lines(
    node: yaml.Node,
    place: Place,
    lines: dict[Place, int],
    repeated: list[tuple[Place, int, int]],
) -> None:
    """Note the line of each value, and each key that occurs twice with both lines."""
    lines[place] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        seen: dict[str, int] = {}
        for key, value in node.value:
            name, line = str(key.value), key.start_mark.line + 1
            here = (*place, name)
            if name in seen:
                repeated.append((here, line, seen[name]))
            seen.setdefault(name, line)
            _note_lines(value, here, lines, repeated)
            lines[here] = line
    elif isinstance(node, yaml.SequenceNode):
        for position, value in enumerate(node.value):
            _note_lines(value, (*place, position), lines, repeated)
