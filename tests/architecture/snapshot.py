"""The public interface as text: one line for each exported name, field or method."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator

import oreacle

ADDRESS = re.compile(r" at 0x[0-9a-f]+")


def interface() -> str:
    """Return the public interface, sorted, one name a line."""
    lines = [line for name in sorted(oreacle.__all__) for line in _lines(name)]
    return "\n".join(lines) + "\n"


def _lines(name: str) -> Iterator[str]:
    if name == "__version__":
        yield name
        return
    value = getattr(oreacle, name)
    yield f"{name}{_signature(value)}"
    if inspect.isclass(value):
        for attribute in sorted(vars(value)):
            if not attribute.startswith("_"):
                yield f"{name}.{attribute}{_signature(inspect.getattr_static(value, attribute))}"


def _signature(value: object) -> str:
    if isinstance(value, property):
        return ""
    target = value.__func__ if isinstance(value, classmethod | staticmethod) else value
    if not callable(target):
        return ""
    try:
        return ADDRESS.sub("", str(inspect.signature(target)))
    except ValueError:  # enums and some built-in types have no signature
        return ""


if __name__ == "__main__":
    sys.stdout.write(interface())
