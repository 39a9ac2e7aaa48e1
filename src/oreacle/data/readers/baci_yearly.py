"""CEPII's own yearly files of BACI, read to the codes that the model uses.

Does      Reads `BACI_HS*_Y*_V*.csv` (t, i, j, k, v, q) in blocks and keeps the listed codes.
Units     Value: thousand current USD. Quantity: tonnes of product, missing where not reported.
Method    A product code that lost its leading zero gets it back; countries keep the publisher's
          numeric codes, which the one alias table knows.
Assumes   Each file holds the year and the vintage that its name says; the year is checked.
Not here  Mending countries and merged rows: see `baci`.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from oreacle.core.errors import DataError
from oreacle.data.readers.source_files import numbers_of, read_text_blocks, source_file

COLUMNS = ["t", "i", "j", "k", "v", "q"]
DIGITS = 6
MISSING_QUANTITY = ("", "NA")
_MINERALS = """
250410 250490 251020 251910 252922 260111 260112 260200 260300 260400 260600
260700 260800 260900 261000 261100 261210 261390 261400 261510 261610 261690
261710 280450 280490 280530 282200 282520 282530 283691 284610 284690 711011
711019 711021 711029 711031 711039 711290 711510 720292 720293 760110 810110
810310 810510 810600 811211 811230
"""
MINERAL_CODES = frozenset(_MINERALS.split())
"""Codes of HS92 that the model reads."""
_REFINED = """
250490 251010 251110 252800 252910 252922 260200 260600 270112 280429 280469
280470 280480 282200 283691 283692 711011 711021 720292 720293 740311 750210
810194 810320 810411 810820 811010 811212 811292 850511
"""
REFINED_CODES = frozenset(_REFINED.split())
"""Codes of HS02 and HS17 that the model reads as refined products."""
BORATES = "252810+252890"
CODES_OF_VINTAGE = {
    "HS92": dict.fromkeys(sorted(MINERAL_CODES), ""),
    # Until HS07 the code 252800 was two; both together are the same goods.
    "HS02": {**dict.fromkeys(sorted(REFINED_CODES - {"252800"}), ""), "252810": BORATES}
    | {"252890": BORATES},
    "HS17": dict.fromkeys(sorted(REFINED_CODES), ""),
}
"""Codes kept of each vintage, and the name under which a code is counted ("" for its own)."""


def read_yearly_baci(sources: Path, files: list[str]) -> pd.DataFrame:
    """Return the listed codes of yearly files.

    Parameters
    ----------
    sources
        Folder of all source files.
    files
        Paths below it, as from `publisher_files`.

    Returns
    -------
    DataFrame
        year, exporter, importer (numeric codes as text), hs, hs_vintage, value_kusd,
        quantity_t; a pair may have two rows of one code.

    Raises
    ------
    DataError
        ORE-DAT-101 on a product code of more than six digits or of other marks, ORE-DAT-102 if
        a file holds another year than its name says, and the codes of `read_text_blocks`.
    """
    stamps = tuple((name, source_file(sources, name).stat().st_mtime_ns) for name in files)
    return _read(Path(sources).resolve(), stamps).copy()


@functools.lru_cache(maxsize=2)
def _read(sources: Path, stamps: tuple[tuple[str, int], ...]) -> pd.DataFrame:
    """Return all files; a build asks several times, and a release takes minutes to read."""
    parts = [part for name, _ in stamps for part in _parts(sources, name)]
    return pd.concat(parts, ignore_index=True)


def vintage_of(name: str) -> str:
    """Return the vintage that a file name says.

    Examples
    --------
    >>> vintage_of("raw/baci-minerals/BACI_HS92_Y2024_V202601.csv")
    'HS92'
    """
    return _named(name)[0]


def _named(name: str) -> tuple[str, int]:
    found = re.search(r"BACI_(HS\d\d)_Y(\d{4})_", name)
    if found is None:
        raise ValueError(f"no yearly file of BACI: {name}")
    return found.group(1), int(found.group(2))


def _parts(sources: Path, name: str) -> Iterator[pd.DataFrame]:
    vintage, year = _named(name)
    kept = CODES_OF_VINTAGE[vintage]
    for block in read_text_blocks(sources, name, COLUMNS):
        codes = _six_digits(block["k"].str.strip(), name)
        if (block["t"].str.strip() != str(year)).any():
            raise DataError(
                "ORE-DAT-102",
                f"'{name}' holds years other than {year}.",
                why="trade would be counted in a year in which it was not made.",
                fix="unpack the archive of the release again; do not rename its files.",
            )
        listed = codes.isin(list(kept))
        rows, codes = block[listed], codes[listed]
        counted_as = codes.map(kept)
        yield pd.DataFrame(
            {
                "year": year,
                "exporter": rows["i"].str.strip(),
                "importer": rows["j"].str.strip(),
                "hs": codes.where(counted_as == "", counted_as),
                "hs_vintage": vintage,
                "value_kusd": numbers_of(rows["v"], name),
                "quantity_t": numbers_of(_without_marks(rows["q"]), name),
            }
        )


def _six_digits(codes: pd.Series, name: str) -> pd.Series:
    """Return product codes with the zeros that a number loses; letters stay as they are."""
    wrong = codes[~codes.str.fullmatch(r"[0-9A-Z]{5,6}")]
    if len(wrong):
        shown = ", ".join(repr(code) for code in pd.unique(wrong)[:5])
        raise DataError(
            "ORE-DAT-101",
            f"'{name}' holds product codes that are not of the harmonised system: {shown}.",
            why="a code that is read wrongly is trade of another good, or none.",
            fix="use the publisher's file as downloaded.",
        )
    return codes.str.zfill(DIGITS)


def _without_marks(quantities: pd.Series) -> pd.Series:
    text = quantities.str.strip()
    return text.mask(text.isin(MISSING_QUANTITY), "")
