"""What a user sees when something is wrong, and the exit code that goes with it.

Does      Shows an error as text and, for `--json`, as JSON; turns wrong usage into an error.
Units     None.
Method    One place decides exit codes: 0 ok, 1 failed, 2 bad input.
Assumes   An error that is not an `OreacleError` is a fault of the program, and may look like one.
Not here  What each code means: `errors.md`, shown by `oreacle explain`.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import Any

from oreacle.app.output import OutputError, talk, write_json
from oreacle.core.errors import MarketError, OreacleError, RelationsError, RunError
from oreacle.core.labels import suggestion

OK = 0
FAILED = 1
BAD_INPUT = 2
FAILURES = (MarketError, OutputError, RelationsError, RunError)
"""Kinds of error that are no fault of the input."""
INPUT_CODES = frozenset(
    {
        "ORE-MKT-020",
        "ORE-MKT-021",
        "ORE-MKT-040",
        "ORE-MKT-041",
        "ORE-MKT-042",
        "ORE-MKT-043",
        "ORE-MKT-050",
        "ORE-MKT-051",
        "ORE-MKT-052",
        "ORE-MKT-053",
        "ORE-MKT-055",
        "ORE-MKT-060",
        "ORE-MKT-061",
        "ORE-MKT-062",
        "ORE-MKT-063",
        "ORE-MKT-064",
        "ORE-MKT-065",
        "ORE-MKT-066",
        "ORE-MKT-070",
        "ORE-MKT-072",
        "ORE-MKT-073",
        "ORE-REL-054",
        "ORE-RUN-001",
        "ORE-RUN-004",
        "ORE-RUN-006",
        "ORE-RUN-007",
        "ORE-RUN-080",
        "ORE-RUN-090",
        "ORE-RUN-130",
        "ORE-RUN-133",
        "ORE-RUN-134",
        "ORE-RUN-151",
        "ORE-RUN-210",
        "ORE-RUN-230",
        "ORE-RUN-231",
        "ORE-RUN-232",
        "ORE-RUN-241",
        "ORE-RUN-153",
        "ORE-RUN-154",
        "ORE-RUN-155",
        "ORE-RUN-157",
        "ORE-RUN-158",
        "ORE-RUN-159",
        "ORE-RUN-160",
        "ORE-RUN-161",
        "ORE-RUN-162",
        "ORE-RUN-163",
        "ORE-RUN-164",
        "ORE-RUN-165",
        "ORE-RUN-220",
        "ORE-RUN-221",
        "ORE-RUN-222",
    }
)
"""Codes of those kinds that are: sizes, folders and workers that are named, queries, extras."""


class InputError(OreacleError):
    """An option or argument cannot be used (ORE-APP)."""


def exit_code(error: OreacleError) -> int:
    """Return 2 for bad input and 1 for everything else that can go wrong."""
    failed = isinstance(error, FAILURES) and error.code not in INPUT_CODES
    return FAILED if failed else BAD_INPUT


def show_error(error: OreacleError, *, as_json: bool) -> int:
    """Show an error on stderr, and as JSON on stdout if asked; return the exit code."""
    sys.stdout.flush()
    talk(f"{error}\n  more: oreacle explain {error.code}")
    if as_json:
        with suppress(OutputError):  # if stdout is full, stderr has said it
            write_json({"error": error.as_dict()})
    return exit_code(error)


def usage_error(error: Any) -> InputError:  # noqa: ANN401 - the class is private to typer
    """Return our error for a usage error of the command line library."""
    context = getattr(error, "ctx", None)
    command = "oreacle" if context is None else str(context.command_path)
    known = {} if context is None else getattr(context.command, "commands", {})
    wrong = str(error.format_message()).strip().partition(" Did you mean")[0]
    name = wrong.split("'")[1] if wrong.startswith("No such command") else ""
    near = suggestion(name, known) if name else ""
    return InputError(
        "ORE-APP-001",
        wrong if wrong.endswith((".", ")")) else f"{wrong}.",
        why="the command was not run; nothing was written.",
        fix=f"{near} `{command} --help` shows what it takes, with an example.".strip(),
    )
