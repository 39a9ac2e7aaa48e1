"""Where output goes: data to stdout, talk to stderr.

Does      Prints text, tables and JSON; shows progress of long work.
Units     None.
Method    JSON has no NaN: a missing figure is null, and a loss without bound is the text "inf",
          which is not missing. Signs that steer a terminal are not printed.
Assumes   A column of a table is numeric if each of its cells is a number.
Not here  What is printed: see the commands and `oreacle.present`.
"""

from __future__ import annotations

import json
import math
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, is_dataclass
from typing import TYPE_CHECKING, Any

from oreacle.core.errors import OreacleError

if TYPE_CHECKING:
    from rich.console import RenderableType

Update = Callable[[int, int], None]


class OutputError(OreacleError):
    """What a command prints cannot be written (ORE-APP)."""


def say(text: str) -> None:
    """Print data or text for people to stdout."""
    with _written_out():
        sys.stdout.write(_printable(text) + "\n")


def show(page: str | RenderableType) -> None:
    """Print text, or what rich can draw, to stdout."""
    if isinstance(page, str):
        say(page)
        return
    from rich.console import Console

    with _written_out():
        Console(highlight=False, markup=False).print(page)


def talk(text: str) -> None:
    """Print talk to stderr."""
    sys.stderr.write(_printable(text) + "\n")


def write_json(value: object) -> None:
    """Print one JSON document to stdout."""
    text = json.dumps(plain(value), indent=1, ensure_ascii=False, allow_nan=False)
    with _written_out():
        sys.stdout.write(text + "\n")


@contextmanager
def _written_out() -> Iterator[None]:
    """Flush stdout after the block; a reader that stops early (`| head`) is left to typer.

    Raises
    ------
    OutputError
        ORE-APP-006 if stdout takes no more.
    """
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as fault:
        _drop_stdout()
        raise OutputError(
            "ORE-APP-006",
            f"the result cannot be printed: {fault.strerror or fault}.",
            why="a part of it would be missing.",
            fix="free space where the output goes, or send it elsewhere.",
        ) from fault


def _drop_stdout() -> None:
    """Send what is still in the buffer nowhere, so that leaving does not fail once more."""
    with suppress(OSError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def plain(value: object) -> Any:  # noqa: ANN401 - a JSON value
    """Return a value as JSON knows it: a missing number is null, one without bound "inf".

    Examples
    --------
    >>> plain({"a": (1, float("nan"), float("inf"))})
    {'a': [1, None, 'inf']}
    """
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    item = getattr(value, "item", None)
    number = item() if callable(item) else value  # a number of numpy
    if isinstance(number, float):
        return None if math.isnan(number) else number if math.isfinite(number) else str(number)
    return number if number is None or isinstance(number, bool | str | int) else str(number)


def text_table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return rows as aligned text, numbers to the right.

    Examples
    --------
    >>> print(text_table(("name", "t"), [("tin", 3), ("zinc", 14)]))
    name   t
    tin    3
    zinc  14
    """
    cells = [[_cell(value) for value in row] for row in rows]
    widths = [max(len(row[k]) for row in [list(heads), *cells]) for k in range(len(heads))]
    right = [
        bool(rows) and all(isinstance(row[k], int | float) for row in rows)
        for k in range(len(heads))
    ]
    lines = [
        "  ".join(
            cell.rjust(width) if is_right else cell.ljust(width)
            for cell, width, is_right in zip(row, widths, right, strict=True)
        ).rstrip()
        for row in [list(heads), *cells]
    ]
    return "\n".join(lines)


@contextmanager
def progress_bar(task: str, *, quiet: bool) -> Iterator[Update]:
    """Show a bar on stderr while the block runs; yield the function that moves it.

    Beside the bar stand the rate since the first step and the time that is left at it.
    """
    if quiet:
        yield lambda _done, _total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    pace = TextColumn("{task.fields[pace]}")
    columns = (TextColumn(task), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), pace)
    with Progress(*columns, console=Console(stderr=True)) as bar:
        line = bar.add_task(task, total=None, pace="")
        began: list[tuple[float, int]] = []

        def update(done: int, total: int) -> None:
            now = time.monotonic()
            if not began:
                began.append((now, done))
            start, first = began[0]
            words = pace_words(task, done - first, total - done, now - start)
            bar.update(line, completed=done, total=total, pace=words)

        yield update


def pace_words(task: str, made: int, left: int, seconds: float) -> str:
    """Return the rate of work and the time left at it, "" before anything is made.

    The mean since the start, not that of the last moments: members come in blocks, several of
    which may end together.

    Parameters
    ----------
    task
        What is counted.
    made, left
        How many were made since the start, and how many are left.
    seconds
        Time since the start [s].

    Examples
    --------
    >>> pace_words("members", 50, 150, 25.0)
    '2 members/s, 1:15 left'
    """
    if made <= 0 or seconds <= 0.0:
        return ""
    minutes, rest = divmod(round(left * seconds / made), 60)
    hours, minutes = divmod(minutes, 60)
    long = f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
    return f"{made / seconds:.3g} {task}/s, {long} left"


def _cell(value: object) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "-"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    return _printable(str(value)).replace("\n", " ")


def _printable(text: str) -> str:
    return "".join(sign if sign.isprintable() or sign == "\n" else " " for sign in text)
