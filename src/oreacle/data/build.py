"""Building the embedded tables from the publishers' files.

Does      Builds all tables, validates them together, and puts them in place only if all are valid.
Units     As the attribute table says.
Method    Base year, history, elasticities, ownership, institutions, sources, catalogue; written
          to a new folder beside the target, which then takes its place. The same inputs give the
          same bytes.
Assumes   Other files in the target folder (such as fitted coefficients) belong there and stay.
Not here  The figures themselves: see the folders beside this module.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd

from oreacle.core.errors import DataError
from oreacle.data.base.build import build_base
from oreacle.data.catalogue import CATALOGUE, catalogue_table, sources_table
from oreacle.data.codes_across import faults_across
from oreacle.data.elasticities.build import build_elasticities
from oreacle.data.history.build import build_history
from oreacle.data.institutions.build import build_institutions
from oreacle.data.ownership.build import build_ownership
from oreacle.data.routing.build import build_routing
from oreacle.data.schema import refuse_faults, validate
from oreacle.data.store import write_table
from oreacle.data.vintage import VINTAGE, vintage_table

Progress = Callable[[str], None]


def build_tables(sources: Path, out: Path, progress: Progress | None = None) -> pd.DataFrame:
    """Build every table and return the catalogue.

    Parameters
    ----------
    sources
        Folder of the publishers' files.
    out
        Folder for the tables; made if it does not exist, replaced as a whole if all is valid,
        left untouched otherwise.
    progress
        Called with one line of text per step, per measure left out of the register, and per pair
        of events that may be one act.

    Returns
    -------
    DataFrame
        Table `catalogue`; its `attrs["notes"]` lists what was left out of the register, its
        `attrs["like_events"]` the pairs of events that may be one act.

    Raises
    ------
    DataError
        ORE-DAT-001 with every fault of every table; ORE-DAT-009 if the folder cannot be
        written; the readers' codes if a source file is missing or not understood.
    """
    say = progress or _silent
    say("building the base year")
    tables = dict(build_base(sources))
    say("building the history")
    history = build_history(sources, tables)
    tables.update(history.tables)
    say("estimating elasticities")
    tables.update(build_elasticities(sources, tables))
    say("building clubs, jurisdictions, routes and past cases")
    tables.update(build_institutions(sources, tables))
    say("building routes")
    tables.update(build_routing(sources, tables))
    say("building ownership")
    ownership = build_ownership(sources, tables)
    tables.update(ownership.tables)
    tables["sources"] = sources_table()
    tables[VINTAGE] = vintage_table()
    for note in history.notes:
        say(f"not in the register: {note}")
    for pair in history.like_events:
        say(f"events: {pair}")
    for note in ownership.notes:
        say(f"ownership: {note}")
    say("checking the tables")
    refuse_faults(all_faults(tables), "the build")
    catalogue = catalogue_table(tables, sources)
    tables[CATALOGUE] = catalogue
    say(f"writing {len(tables)} tables")
    _replace(tables, Path(out))
    catalogue.attrs["notes"] = list(history.notes)
    catalogue.attrs["like_events"] = list(history.like_events)
    return catalogue


def all_faults(tables: Mapping[str, pd.DataFrame]) -> list[str]:
    """Return every fault of every table, and every code or source that nothing explains."""
    faults = [
        f"{name}: {fault}" for name, table in tables.items() for fault in validate(table, name)
    ]
    across = faults_across({"sources": sources_table(), **tables})
    return faults + [f"{name}: {fault}" for name, found in across.items() for fault in found]


def _replace(tables: Mapping[str, pd.DataFrame], out: Path) -> None:
    """Write the tables beside `out` and put the new folder in its place."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=".building-") as scratch:
            new, old = Path(scratch) / "new", Path(scratch) / "old"
            new.mkdir()
            for name, table in tables.items():
                write_table(table, name, new)
            for path in sorted(out.iterdir()) if out.is_dir() else []:
                if path.name.partition(".")[0] not in tables:
                    _copy(path, new / path.name)
            if out.is_dir():
                out.rename(old)
            try:
                new.rename(out)
            except OSError:
                if old.is_dir():
                    old.rename(out)
                raise
    except OSError as error:
        raise DataError(
            "ORE-DAT-009",
            f"the tables could not be written to '{out}': {error}.",
            why="a folder with some new and some old tables would mix two builds.",
            fix="free disk space or choose a folder that you may write to; the old tables are "
            "untouched.",
        ) from error


def _copy(path: Path, target: Path) -> None:
    if path.is_dir():
        shutil.copytree(path, target)
    else:
        shutil.copy2(path, target)


def _silent(_: str) -> None:
    """Take no notice."""
