"""Small files of a user, right and wrong."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from oreacle.data.importing.known import Known, read_known
from oreacle.data.importing.reading import Row
from oreacle.data.store import TABLES_DIRECTORY

EVENT = {
    "event_id": "cod_stop_2025",
    "date": "2025-02-22",
    "kind": "export_ban",
    "actors": "COD",
    "targets": "WLD",
    "minerals": "cobalt",
    "stage": "ore",
    "status": "in_force",
    "summary": "DRC suspends exports of cobalt",
    "source": "ARECOMS, decision of 22 Feb 2025",
    "confidence": "high",
}
PRICE = {
    "mineral": "copper",
    "year": "2025",
    "price": "9500",
    "unit": "USD/t",
    "series": "LME copper",
    "source": "Exchange, annual mean",
}
STOCK = {
    "country": "JPN",
    "mineral": "cobalt",
    "quantity": "1.5",
    "unit": "kt",
    "date": "2025-03",
    "holder": "public",
    "source": "Agency, report of 2025",
}
RIGHT = {"events": EVENT, "prices": PRICE, "stocks": STOCK}


@cache
def known() -> Known:
    """Return what the tables of the package hold."""
    return read_known(TABLES_DIRECTORY)


def row(base: Mapping[str, str], line: int = 2, **changes: str) -> Row:
    """Return one row of a file."""
    return Row(line, {**base, **changes})


def text(*rows: Mapping[str, str]) -> str:
    """Return rows as the text of a file."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def content(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
