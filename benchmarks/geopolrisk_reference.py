"""Reference figures of the public GeoPolRisk implementation, drawn with a seed.

Run with the interpreter of an environment that has geopolrisk-py 2.0.1 (and not oreacle):

    HOME=$(mktemp -d) python benchmarks/geopolrisk_reference.py FIGURES.csv

It calls that package as its manual does, once, and keeps figures alone. The package writes into
HOME, hence the empty one.
"""

from __future__ import annotations

import csv
import random
import sys
import time
from pathlib import Path

SEED = 2024
MATERIALS = [
    "Aluminium",
    "Antimony",
    "Bauxite",
    "Beryllium",
    "Bismuth",
    "Chromite",
    "Cobalt",
    "Copper",
    "Fluorspar",
    "Germanium",
    "Graphite",
    "Lithium",
    "Manganese",
    "Molybdenum",
    "Nickel",
    "Niobium",
    "Palladium",
    "Rare earth",
    "Phosphate",
    "Platinum",
    "Tantalum",
    "Tellurium",
    "Tin",
    "Titanium",
    "Tungsten",
    "Uranium",
    "Vanadium",
    "Zinc",
]
IMPORTERS = {
    "Japan": "JPN",
    "USA": "USA",
    "Rep. of Korea": "KOR",
    "Germany": "DEU",
    "India": "IND",
    "China": "CHN",
    "Brazil": "BRA",
    "Norway": "NOR",
    "Namibia": "NAM",
    "South Africa": "ZAF",
    "United Kingdom": "GBR",
    "Canada": "CAN",
    "Australia": "AUS",
    "Chile": "CHL",
    "Kazakhstan": "KAZ",
    "Guyana": "GUY",
    "Viet Nam": "VNM",
    "EU": "EU",
}
YEARS = (2018, 2019, 2020, 2021, 2022, 2023, 2024)
NAMES = {"Rare earth": "rare_earths"}
DRAWN = {"materials": 14, "importers": 12, "years": 3}


def main(path: str) -> None:
    start = time.perf_counter()
    from geopolrisk.assessment.database import databases
    from geopolrisk.assessment.main import gprs_calc

    imported = time.perf_counter() - start
    known = set(databases.production["Country_ISO"]["Country"]) | {"EU"}
    absent = sorted(set(IMPORTERS) - known)
    if absent:
        sys.exit(f"the package has no importer named {', '.join(absent)}")
    draw = random.Random(SEED)
    materials = sorted(draw.sample(MATERIALS, DRAWN["materials"]))
    importers = sorted({"EU", *draw.sample(sorted(IMPORTERS), DRAWN["importers"])})
    years = sorted(draw.sample(YEARS, DRAWN["years"]))
    start = time.perf_counter()
    gprs_calc(years[:1], importers[:1], materials[:1])
    one = time.perf_counter() - start
    start = time.perf_counter()
    results = gprs_calc(years, importers, materials)
    each = (time.perf_counter() - start - one) / (len(results) - 1)
    with Path(path).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["material", "importer", "year", "hhi", "import_risk", "score", "note"])
        for row in results.to_dict("records"):
            writer.writerow(
                [
                    NAMES.get(row["Raw Material"], row["Raw Material"].lower()),
                    IMPORTERS[row["Country [Economic Entity]"]],
                    row["Year"],
                    *(f"{row[name]:.12g}" for name in ("HHI", "Import Risk", "GeoPolRisk Score")),
                    # The package sets the price to 0 where it finds no import.
                    "no imports" if row["Price"] == 0 else "",
                ]
            )
    # Each call prepares all trade again: the first result carries that, the others do not.
    print(f"import={imported:.2f} first={one:.2f} each={each:.5f}")


if __name__ == "__main__":
    main(sys.argv[1])
