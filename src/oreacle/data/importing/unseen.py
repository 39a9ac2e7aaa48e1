"""Events that the models have never seen, to be scored against and not to be imported.

Does      Reads a user's file in the coding of the chronicle and checks it as an import would.
Units     As the table `events`.
Method    The checks of `.events`; the rows are compared with each other only.
Assumes   The file names every act of its time that a reader would count.
Not here  Scores: see `oreacle.forecasting.events.unseen`.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd

from oreacle.data.importing import events
from oreacle.data.importing.known import read_known
from oreacle.data.importing.reading import read_sheet
from oreacle.data.importing.report import refuse


def read_unseen_events(file: Path, data: Path | None = None) -> tuple[pd.DataFrame, str]:
    """Return the events of a file and the last day that it names.

    Parameters
    ----------
    file
        CSV in the coding of the chronicle.
    data
        Folder of tables with codes of countries and minerals; the embedded ones if None.

    Raises
    ------
    DataError
        If the file cannot be read or has a fault; all faults are named at once.
    """
    known = read_known(data, as_of=None, allow_past=True)
    known = replace(known, events=known.events.iloc[:0])
    sheet = read_sheet(file, events.REQUIRED, events.OPTIONAL, encoding=None, separator=None)
    checked = events.check_events(sheet.rows, known)
    refuse([*sheet.faults, *checked.faults], str(file), "events")
    return checked.frame, checked.last_day
