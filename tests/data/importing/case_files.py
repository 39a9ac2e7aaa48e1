"""Small files of a user's cases, good and bad."""

from __future__ import annotations

from pathlib import Path

CASES = {
    "id": "A-1",
    "exporter": "AUS",
    "targets": "WLD",
    "kind": "export_ban",
    "measure": "AUS stops its ore",
    "effective": "2018-02-01",
    "base_years": "2016;2017",
    "outcome_years": "2019",
    "reference_years": "2016;2017",
    "unit": "t",
    "remaining_fraction": "0.5",
    "affected_importers": "CHN",
}
FLOWS = (("AUS", "CHN", "60"), ("PHL", "CHN", "40"), ("PHL", "JPN", "50"), ("NCL", "JPN", "50"))
SHARES = (
    ("AUS", "CHN", "0.2"),
    ("PHL", "CHN", "0.3"),
    ("PHL", "JPN", "0.25"),
    ("NCL", "JPN", "0.25"),
)
YEARS = ("2015", "2016", "2017")


def case_files(
    folder: Path, *, base: str | None = None, truth: str | None = None, **changes: str
) -> Path:
    """Write X_cases.csv, X_base.csv and X_truth.csv; return the path of the first."""
    row = CASES | changes
    path = folder / "mine_cases.csv"
    path.write_text(",".join(row) + "\n" + ",".join(row.values()) + "\n", encoding="utf-8")
    flows = "".join(
        f"A-1,{year},{seller},{buyer},{amount}\n"
        for year in YEARS
        for seller, buyer, amount in FLOWS
    )
    head = "case_id,year,exporter,importer,quantity\n"
    (folder / "mine_base.csv").write_text(base or head + flows, encoding="utf-8")
    shares = "".join(f"A-1,{seller},{buyer},{share}\n" for seller, buyer, share in SHARES)
    told = truth or "case_id,exporter,importer,share\n" + shares
    (folder / "mine_truth.csv").write_text(told, encoding="utf-8")
    return path
