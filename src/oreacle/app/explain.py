"""The commands `explain` and `version`.

Does      Shows what an error code means and how to mend it; says which version this is.
Units     None.
Method    The texts stand in `errors.md`, packaged here and shown in the documentation.
Assumes   An entry starts with "### CODE" on its own line (tested).
Not here  The errors themselves: see `oreacle.core.errors`.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Annotated

import typer

from oreacle import __version__
from oreacle.app.faults import InputError
from oreacle.app.options import AsJson
from oreacle.app.output import say, text_table, write_json
from oreacle.core.labels import suggestion

TEXTS = Path(__file__).with_name("errors.md")
_ENTRY = re.compile(r"^### (ORE-[A-Z]{3}-[0-9]{3})\n+(.*?)(?=^#|\Z)", re.MULTILINE | re.DOTALL)


def explain(
    code: Annotated[
        str | None, typer.Argument(help="Such as ORE-SCN-002; none for a list of all.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Explain an error code and how to mend what it names.

    Example: oreacle explain ORE-SCN-002
    """
    texts = error_texts()
    if code is None:
        if as_json:
            write_json({"codes": texts})
        else:
            say(text_table(("code", "meaning"), [(c, _first(t)) for c, t in texts.items()]))
        return
    wanted = code.strip().upper()
    if wanted not in texts:
        raise InputError(
            "ORE-APP-002",
            f"unknown error code '{code}'.",
            why="there is nothing to explain.",
            fix=f"{suggestion(wanted, texts)} `oreacle explain` lists all.".strip(),
        )
    if as_json:
        write_json({"code": wanted, "text": texts[wanted]})
    else:
        say(f"{wanted}\n\n{texts[wanted]}")


def version(as_json: AsJson = False) -> None:
    """Show the version.

    Example: oreacle version
    """
    if as_json:
        write_json({"version": __version__})
    else:
        say(f"oreacle {__version__}")


@cache
def error_texts() -> dict[str, str]:
    """Return the explanation of each code, in the order of the file."""
    text = TEXTS.read_text(encoding="utf-8")
    return {code: body.strip() for code, body in _ENTRY.findall(text)}


def _first(text: str) -> str:
    return text.split("\n", maxsplit=1)[0]
