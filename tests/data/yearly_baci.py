"""Small yearly files in the form in which CEPII publishes BACI."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

Row = tuple[int, int, int, str, str, str]
HEAD = "t,i,j,k,v,q"


def write_year(
    folder: Path,
    relative: str,
    vintage: str,
    year: int,
    rows: Sequence[Row],
    release: str = "202601",
) -> None:
    """Write one yearly file; values and quantities as they are given."""
    path = folder / relative / f"BACI_{vintage}_Y{year}_V{release}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [HEAD, *(",".join(str(value) for value in row) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_minerals(folder: Path, rows: Sequence[Row]) -> None:
    """Write all years of HS92, those without a row with their names only."""
    for year in range(1995, 2025):
        mine = [row for row in rows if row[0] == year]
        write_year(folder, "raw/baci-minerals", "HS92", year, mine)


def write_refined(folder: Path, rows: Sequence[Row]) -> None:
    """Write all years of HS02 and HS17."""
    for year in range(2002, 2025):
        mine = [row for row in rows if row[0] == year]
        write_year(folder, "raw/baci-refined", "HS02" if year < 2017 else "HS17", year, mine)
