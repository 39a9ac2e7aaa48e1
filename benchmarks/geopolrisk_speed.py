"""Time the GeoPolRisk indicator against the public implementation, and compare figures.

    python benchmarks/geopolrisk_speed.py --package /path/to/python --all results.csv

`--package` is the interpreter of an environment with geopolrisk-py 2.0.1. Ours runs in a fresh
interpreter from `import` to the indicator of every material, importer and year. The package runs
in one of its own; its time for as many results is that of its import, of a first result, which
carries the preparation of all trade, and of a further result times their number, from the draw of
`geopolrisk_reference.py`. With `--all`, a file of
results of the package for every cell is compared too (material, importer, year, hhi, import_risk,
score).
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

FIGURES = ("hhi", "import_risk", "score")
HERE = Path(__file__).parent
OURS = (
    "import time; start = time.perf_counter()\n"
    "from oreacle.world.geopolrisk_tables import load_geopolrisk\n"
    "from oreacle.world.geopolrisk import Rules\n"
    "made = load_geopolrisk(rules=Rules.PACKAGE)\n"
    "print(int(made['score'].notnull().sum()), time.perf_counter() - start)"
)


def ours() -> tuple[int, float]:
    """Return results with a value, and the least of three times from import to result [s]."""
    runs = [
        subprocess.run([sys.executable, "-c", OURS], capture_output=True, text=True, check=True)
        for _ in range(3)
    ]
    pairs = [run.stdout.split() for run in runs]
    return int(pairs[0][0]), min(float(seconds) for _, seconds in pairs)


def package(interpreter: str) -> tuple[dict[str, float], pd.DataFrame]:
    """Return seconds of import, of a first result and of each further one, and the results."""
    with tempfile.TemporaryDirectory() as home:
        path = Path(home) / "figures.csv"
        run = subprocess.run(
            [interpreter, str(HERE / "geopolrisk_reference.py"), str(path)],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "HOME": home},
        )
        figures = read_figures(path)
    return {
        name: float(value) for name, value in re.findall(r"(\w+)=([\d.]+)", run.stdout)
    }, figures


def read_figures(path: Path) -> pd.DataFrame:
    """Return results of the package; Namibia's code is text."""
    return pd.read_csv(path, keep_default_na=False, na_values={name: [""] for name in FIGURES})


def comparison(figures: pd.DataFrame) -> str:
    """Return how many cells were compared, which were not, and the largest difference [1]."""
    from oreacle.world.geopolrisk import Rules
    from oreacle.world.geopolrisk_tables import load_geopolrisk

    table = load_geopolrisk(rules=Rules.PACKAGE)[["hhi", "import_risk", "score"]].to_dataframe()
    keys = ["material", "importer", "year"]
    joined = figures.merge(
        table.reset_index(), on=keys, suffixes=("", "_ours"), how="left", indicator=True
    )
    absent = joined["_merge"] == "left_only"
    lost = sorted(set(joined.loc[absent, "importer"]))
    one_sided = joined.loc[~absent, "score"].isna() != joined.loc[~absent, "score_ours"].isna()
    gaps = []
    for name in FIGURES:
        theirs = joined[name].to_numpy(dtype=float)
        mine = joined[f"{name}_ours"].to_numpy(dtype=float)
        gaps.append(np.abs(mine - theirs) / np.maximum(np.abs(theirs), 1e-9))
    both = int((~absent).sum()) - int(one_sided.sum())
    return (
        f"{both} cells have a figure on both sides, largest relative difference "
        f"{float(np.nanmax(gaps)):.1e}; {int(one_sided.sum())} on one side only; "
        f"{int(absent.sum())} of importers that trade nothing here ({', '.join(lost) or 'none'})"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--package", required=True)
    parser.add_argument("--all", type=Path)
    options = parser.parse_args()
    count, seconds = ours()
    print(f"ours: {count} results in {seconds:.2f} s, from import")
    spent, figures = package(options.package)
    whole = spent["import"] + spent["first"] + spent["each"] * (count - 1)
    print(
        "package: import {import:.1f} s, first result {first:.1f} s, each {each:.4f} s".format(
            **spent
        )
    )
    print(f"package for {count} results: {whole:.0f} s; ratio {whole / seconds:.0f}")
    print(f"drawn: {comparison(figures)}")
    if options.all:
        print(f"all: {comparison(read_figures(options.all))}")


if __name__ == "__main__":
    main()
