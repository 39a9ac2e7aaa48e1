"""Sources and states of tables as plain records.

Does      Joins sources with the tables made from them; checks tables and their checksums;
          adds fitted tables to a catalogue.
Units     None.
Method    Rules of `oreacle.data.schema`; SHA-256 of a table's text against the catalogue.
Assumes   The catalogue names sources by their ids, separated by ";".
Not here  Printing: see `oreacle.app.data`.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from oreacle import __version__
from oreacle.core.errors import DataError
from oreacle.data.catalogue import file_checksum
from oreacle.data.codes_across import faults_across
from oreacle.data.schema import table_names
from oreacle.data.store import (
    TABLES_DIRECTORY,
    read_table,
    table_path,
    tables_directory,
    tables_of,
    write_table,
)
from oreacle.data.vintage import VINTAGE, vintage_from_table

CATALOGUE = "catalogue"


@dataclass(frozen=True)
class BuiltFolder:
    """What a build wrote.

    Attributes
    ----------
    tables
        Names of the tables written.
    like_events
        One sentence per pair of events of the chronicle that may be one act.
    """

    tables: list[str]
    like_events: list[str]


def source_rows(data: Path | None) -> list[dict[str, Any]]:
    """Return each source with the tables made from it.

    Raises
    ------
    DataError
        If the tables of sources cannot be read.
    """
    tables: dict[str, list[str]] = {}
    for row in read_table(CATALOGUE, data).to_dict("records"):
        for source in filter(None, str(row["sources"]).split(";")):
            tables.setdefault(source.strip(), []).append(str(row["table"]))
    rows = read_table("sources", data).to_dict("records")
    return [
        {**{str(key): value for key, value in row.items()}, "tables": tables.get(row["source"], [])}
        for row in rows
    ]


def input_rows(sources: Path) -> list[dict[str, Any]]:
    """Return the state of every publisher's file that a build needs, without building."""
    from oreacle.data.input_check import check_inputs

    return [state.as_dict() for state in check_inputs(sources)]


def check_tables(data: Path | None) -> list[dict[str, Any]]:
    """Return every table with its rows and faults; an optional one may have no rows and no fault.

    Raises
    ------
    DataError
        ORE-DAT-002 if the folder itself is missing.
    """
    folder = tables_directory(data)
    sums = _checksums(folder)
    results = [_check(name, folder, sums) for name in table_names()]
    across = faults_across({row["table"]: row.pop("frame") for row in results})
    for row in results:
        row["faults"] += across.get(row["table"], [])
    return results


def require_tables(data: Path | None) -> None:
    """Refuse tables that are missing, not valid, or not those of their catalogue.

    Tables of the package were checked when they were built; they only have to be there.

    Raises
    ------
    DataError
        ORE-DAT-001 or 002 for the first such table, naming how many there are; ORE-DAT-005 if
        tables differ from their catalogue.
    """
    folder = tables_directory(data)
    is_shipped = folder.resolve() == TABLES_DIRECTORY.resolve()
    ask = table_path if is_shipped else read_table
    errors = []
    for name in tables_of(folder):
        try:
            ask(name, folder)
        except DataError as error:
            errors.append(error)
    if errors:
        first = errors[0]
        more = f" ({len(errors)} tables in all)" if len(errors) > 1 else ""
        raise DataError(
            first.code,
            f"{first.what}{more}",
            why=first.why,
            fix=f"{first.fix} `oreacle data check` names every fault.",
        )
    if not is_shipped:
        _refuse_other_tables(folder)


def _refuse_other_tables(folder: Path) -> None:
    sums = _checksums(folder)
    others = [name for name in tables_of(folder) if _origin_faults(name, folder, sums)]
    if others:
        raise DataError(
            "ORE-DAT-005",
            f"tables in '{folder}' are not those that its catalogue names: {', '.join(others)}.",
            why="figures would be shown with sources that they do not come from.",
            fix="rebuild them with `oreacle data build`; `oreacle data check` names every fault.",
        )


def build_folder(sources: Path, out: Path, tell: Callable[[str], None]) -> BuiltFolder:
    """Build all tables, fit the event models, and only then put everything into `out`.

    Parameters
    ----------
    sources
        Folder of the publishers' files.
    out
        Folder for the tables; untouched if anything fails.
    tell
        Called with one line for each step.

    Returns
    -------
    BuiltFolder
    """
    from oreacle.data.build import build_tables

    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".building-") as scratch:
        new = Path(scratch) / out.name
        catalogue = build_tables(sources, new, tell)
        tell("fitting the event models")
        write_fitted(fit_tables(new), new)
        names = [name for name in table_names() if _files(name, new)]
        _put_in_place(names, new, out)
    return BuiltFolder(names, list(catalogue.attrs["like_events"]))


def _put_in_place(names: Sequence[str], new: Path, out: Path) -> None:
    """Move tables into a folder, the catalogue last; each replaces its older form."""
    out.mkdir(exist_ok=True)
    for name in sorted(names, key=lambda name: name == CATALOGUE):
        (path,) = _files(name, new)
        for old in _files(name, out):
            if old.name != path.name:
                old.unlink()
        path.replace(out / path.name)


def _files(name: str, folder: Path) -> list[Path]:
    return [path for path in (folder / f"{name}.csv", folder / f"{name}.csv.gz") if path.is_file()]


def fit_tables(folder: Path) -> dict[str, pd.DataFrame]:
    """Return the tables of the event models and of their scores, fitted to a folder's history."""
    from threadpoolctl import threadpool_limits

    from oreacle.forecasting.backcast.rolling import run_backcast
    from oreacle.forecasting.backcast.score_tables import PRICES, SHARES, price_table, share_table
    from oreacle.forecasting.escalation.fit import fit_escalation
    from oreacle.forecasting.events.tables import event_tables
    from oreacle.forecasting.events.track_record import TABLE, backtest_events, scores_table
    from oreacle.forecasting.monthly_fit import fit_path, monthly_cases, parameters_table

    monthly = parameters_table(fit_path(monthly_cases(read_table("monthly_cases", folder))))
    with threadpool_limits(limits=1):  # small systems: threads would only wait for each other
        backcast = run_backcast(folder)
        return {
            **event_tables(folder),
            TABLE: scores_table(backtest_events(folder)),
            PRICES: price_table(backcast),
            SHARES: share_table(backcast),
            "monthly_parameters": monthly,
            "escalation_parameters": fit_escalation(folder),
        }


def write_fitted(fitted: Mapping[str, pd.DataFrame], folder: Path) -> None:
    """Write tables that were fitted to the others, and name them in the catalogue.

    Their sources are those of all tables of the folder, and their input is the catalogue as it
    was before: it has the checksum of each of them. Rows of tables that no longer exist go.

    Parameters
    ----------
    fitted
        Frames by table name.
    folder
        Folder with the other tables and their catalogue.
    """
    known = read_table(CATALOGUE, folder)
    known = known[known["table"].isin(table_names()) & ~known["table"].isin(list(fitted))]
    inputs = hashlib.sha256("".join(sorted(known["table_sha256"])).encode()).hexdigest()
    sources = {name for row in known["sources"] for name in str(row).split(";") if name}
    rows = [
        {
            "table": name,
            "rows": len(frame),
            "years": "fitted",
            "sources": ";".join(sorted(sources)),
            "inputs_sha256": inputs,
            "table_sha256": file_checksum(write_table(frame, name, folder)),
            "builder": f"oreacle.forecasting {__version__}",
        }
        for name, frame in fitted.items()
    ]
    write_table(pd.concat([known, pd.DataFrame(rows)]), CATALOGUE, folder)


def _check(name: str, folder: Path, sums: dict[str, str]) -> dict[str, Any]:
    faults, frame = [], None
    try:
        if name in tables_of(folder):
            frame = read_table(name, folder)
            faults += _origin_faults(name, folder, sums) if sums else []
            if name == VINTAGE:
                vintage_from_table(frame)
        elif name in sums:
            faults.append("the catalogue names it, and it is missing: restore it.")
    except DataError as error:
        faults.append(f"{error.code}: {error.what}")
    return {
        "table": name,
        "rows": None if frame is None else len(frame),
        "faults": faults,
        "frame": frame,
    }


def _origin_faults(name: str, folder: Path, sums: Mapping[str, str]) -> list[str]:
    """Return how a table disagrees with the checksums of its catalogue."""
    expected = sums.get(name, "")
    if expected and expected != file_checksum(table_path(name, folder)):
        return ["its content is not the one that the catalogue names: rebuild it."]
    if not expected and name != CATALOGUE:
        return ["the catalogue does not name it: its origin is not known."]
    return []


def _checksums(folder: Path) -> dict[str, str]:
    try:
        table = read_table(CATALOGUE, folder)
    except DataError:
        return {}  # reported with the catalogue's own row
    return dict(zip(table["table"], table["table_sha256"], strict=True))
