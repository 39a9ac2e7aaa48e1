"""What is wrong with a user's file, what was done with it, and how both are said.

Does      Holds faults, warnings and the result of an import; refuses a file with all its faults.
Units     None.
Method    One record per fault: line, column, value, reason, fix.
Assumes   A value may hold anything: it is shown short, and never run or evaluated.
Not here  Finding faults: see `reading`, `events`, `prices` and `stocks`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from oreacle.core.errors import DataError

MOST_SHOWN = 1000
"""Faults that are listed one by one; the rest is counted."""
LONGEST_VALUE = 60
"""Signs of a value that are shown."""


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with a file.

    Attributes
    ----------
    line
        Line of the file, the header being line 1; 0 for the file as a whole.
    column
        Name of the column, "" for the whole line.
    value
        What stands there.
    reason, fix
        What is wrong with it, and what to write instead.
    """

    line: int
    column: str
    value: str
    reason: str
    fix: str

    def sentence(self) -> str:
        """Return the fault as one line of text.

        Examples
        --------
        >>> Fault(3, "price", "-1", "is negative", "check the sign").sentence()
        "line 3, price: '-1' is negative: check the sign."
        """
        place = ", ".join(filter(None, (f"line {self.line}" if self.line else "", self.column)))
        value = f"'{shown(self.value)}' " if self.value else ""
        end = "" if self.fix.endswith("?") else "."
        return f"{place}{': ' if place else ''}{value}{self.reason}: {self.fix}{end}"


@dataclass(frozen=True)
class ImportResult:
    """What an import did, or would do.

    Attributes
    ----------
    table, rows
        Table and number of rows added.
    folder
        Folder that holds the new tables; "" if nothing was written.
    as_of_before, as_of
        As-of date of the tables before and after.
    measures_added, measures_ended
        Measures that came into the register, or were taken out of it.
    notes
        What was not entered, and what a reader must know.
    warnings
        Rows that were accepted and look odd, each with its line.
    """

    table: str
    rows: int
    folder: str
    as_of_before: str
    as_of: str
    measures_added: tuple[str, ...] = ()
    measures_ended: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def shown(value: str) -> str:
    """Return a value as it may be printed: on one line, without control signs, and short.

    Examples
    --------
    >>> shown("a" * 99)[-3:], shown("tin" + chr(27))
    ('...', 'tin ')
    """
    plain = "".join(sign if sign.isprintable() else " " for sign in value[: LONGEST_VALUE + 1])
    return plain if len(plain) <= LONGEST_VALUE else plain[:LONGEST_VALUE] + "..."


def unreadable(file: str, cause: str, fix: str) -> DataError:
    """Return the error of a file that cannot be read at all (ORE-DAT-095)."""
    return DataError(
        "ORE-DAT-095",
        f"'{shown(file)}' cannot be read: {cause}.",
        why="a guess at its content could pass for data; nothing was imported.",
        fix=f"{fix}.",
    )


def refuse(faults: Sequence[Fault], file: str, table: str) -> None:
    """Raise one error that holds all faults of a file; do nothing if there is none.

    Raises
    ------
    DataError
        ORE-DAT-096.
    """
    if not faults:
        return
    ordered = sorted(dict.fromkeys(faults), key=lambda fault: (fault.line, fault.column))
    lines = [fault.sentence() for fault in ordered[:MOST_SHOWN]]
    if len(ordered) > MOST_SHOWN:
        lines.append(f"and {len(ordered) - MOST_SHOWN} more; mend these first.")
    count = len(ordered)
    raise DataError(
        "ORE-DAT-096",
        f"'{shown(file)}' has {count} fault{'s' if count > 1 else ''} as a file of {table}:\n  - "
        + "\n  - ".join(lines),
        why="a wrong row would pass silently into every result; nothing was imported.",
        fix=f"mend each line as said above; columns and units of {table} are in the page on "
        "imports.",
    )
