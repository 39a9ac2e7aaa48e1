"""Which files a build reads: a reduced file, or the publisher's own in its place.

Does      Finds, for each input that is a reduction, the publisher's own files in its folder.
Units     None.
Method    Names of files are matched whole; a yearly release must be complete and of one version.
Assumes   The folder layout of the reduced files; archives are unpacked.
Not here  What the files hold: see the reader of each publisher.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from oreacle.core.errors import DataError
from oreacle.data.readers.source_files import source_file


@dataclass(frozen=True)
class PublisherForm:
    """One way in which a publisher names files.

    Attributes
    ----------
    folder
        Folder below the folder of sources.
    pattern
        Regular expression of the whole file name; yearly files have the groups `year` and
        `release`.
    shown
        The name as users are told, `*` for what varies.
    years
        Years that a yearly release must hold; files of other years are not read. None for a
        single file.
    """

    folder: str
    pattern: str
    shown: str
    years: tuple[int, ...] | None = None


def _baci(folder: str, vintage: str, first: int, last: int) -> PublisherForm:
    return PublisherForm(
        folder,
        rf"BACI_{vintage}_Y(?P<year>\d{{4}})_V(?P<release>\d{{6}}\w*)\.csv",
        f"{folder}/BACI_{vintage}_Y*_V*.csv",
        tuple(range(first, last + 1)),
    )


BACI_MINERALS = (_baci("raw/baci-minerals", "HS92", 1995, 2024),)
BACI_REFINED = (
    _baci("raw/baci-refined", "HS02", 2002, 2016),
    _baci("raw/baci-refined", "HS17", 2017, 2024),
)
_GDP = PublisherForm(
    "raw/wb-gdp-pop",
    r"API_NY\.GDP\.MKTP\.CD_DS2_en_csv_v2_\d+\.csv",
    "raw/wb-gdp-pop/API_NY.GDP.MKTP.CD_DS2_en_csv_v2_*.csv",
)
_POPULATION = PublisherForm(
    "raw/wb-gdp-pop",
    r"API_SP\.POP\.TOTL_DS2_en_csv_v2_\d+\.csv",
    "raw/wb-gdp-pop/API_SP.POP.TOTL_DS2_en_csv_v2_*.csv",
)
_PRICES = PublisherForm(
    "raw/wb-pinksheet",
    r"CMO-Historical-Data-Monthly\.xlsx",
    "raw/wb-pinksheet/CMO-Historical-Data-Monthly.xlsx",
)
_GOVERNANCE = PublisherForm(
    "raw/wgi", r"wgidataset\.(csv|xlsx)", "raw/wgi/wgidataset.xlsx or wgidataset.csv"
)
_VOTING = PublisherForm(
    "raw/unga-idealpoints",
    r"Idealpointestimates\d{4}-\d{4}\.csv",
    "raw/unga-idealpoints/Idealpointestimates*-*.csv",
)
_ALLIANCES = PublisherForm("raw/peacesci", r"atop5_1ddyr\.csv", "raw/peacesci/atop5_1ddyr.csv")
REFINED_REDUCTIONS = (
    "raw/baci-refined/baci_top6_2002_2024.parquet",
    "raw/baci-refined/baci_full_2022.parquet",
    "raw/baci-refined/baci_full_2024.parquet",
)
FORMS: dict[str, tuple[PublisherForm, ...]] = {
    "raw/baci-minerals/baci_minerals_1995_2024.parquet": BACI_MINERALS,
    **dict.fromkeys(REFINED_REDUCTIONS, BACI_REFINED),
    "raw/wb-gdp-pop/gdp.csv": (_GDP,),
    "raw/wb-gdp-pop/population.csv": (_POPULATION,),
    "raw/wb-pinksheet/pinksheet_metals_monthly_1990_2026.csv": (_PRICES,),
    "raw/wgi/wgi_political_stability_estimate_1996_2024.csv": (_GOVERNANCE,),
    "raw/wgi/wgi_political_stability_normalized_1996_2024.csv": (_GOVERNANCE,),
    "raw/unga-idealpoints/idealpoints_1990_2024.csv": (_VOTING,),
    "raw/peacesci/atop_alliance_1990_2018.csv.gz": (_ALLIANCES,),
}
"""The publisher's own files that stand in for each reduced file."""


def publisher_files(sources: Path, relative: str) -> list[str]:
    """Return the publisher's own files that stand in for an input.

    Parameters
    ----------
    sources
        Folder of all source files.
    relative
        Path of the reduced file below it.

    Returns
    -------
    list of str
        Paths below `sources`, by name; empty if the reduced file is to be read.

    Raises
    ------
    DataError
        ORE-DAT-011 if neither is there, or years of a yearly release are missing; ORE-DAT-100
        if both are there, or several files where one is wanted.
    """
    forms = FORMS.get(relative, ())
    found = {form: _matches(sources, form) for form in forms}
    names = [name for matches in found.values() for name, _, _ in matches]
    reduced = _reductions(sources, forms)
    if reduced and names:
        raise _ambiguous([*reduced, *sorted(names)], "one source in two forms")
    if not names:
        if not reduced and forms:
            raise _nothing(sources, relative, forms)
        source_file(sources, relative)
        return []
    for form, matches in found.items():
        _refuse_incomplete(sources, form, matches)
    _refuse_two_releases(entry for matches in found.values() for entry in matches)
    return sorted(names)


def files_read(sources: Path, relative: str) -> list[str]:
    """Return the files that a build reads for an input: the reduced one or the publisher's.

    Raises
    ------
    DataError
        As `publisher_files`.
    """
    return publisher_files(sources, relative) or [relative]


_Match = tuple[str, int, str]


def _matches(sources: Path, form: PublisherForm) -> list[_Match]:
    """Return relative name, year and release of each file of a form, wanted years only."""
    folder = Path(sources) / form.folder
    matches: list[_Match] = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        hit = re.fullmatch(form.pattern, path.name)
        if hit is None or not path.is_file():
            continue
        named = hit.groupdict()
        year = int(named.get("year", 0))
        if form.years is None or year in form.years:
            matches.append((f"{form.folder}/{path.name}", year, named.get("release", "")))
    return matches


def _reductions(sources: Path, forms: tuple[PublisherForm, ...]) -> list[str]:
    """Return the reduced files present that the same publisher's files stand in for."""
    names = [name for name, others in FORMS.items() if forms and others == forms]
    return [name for name in names if (Path(sources) / name).is_file()]


def _refuse_incomplete(sources: Path, form: PublisherForm, matches: list[_Match]) -> None:
    years = [year for _, year, _ in matches]
    twice = [name for name, year, _ in matches if years.count(year) > 1]
    if twice:
        raise _ambiguous(twice, "several releases of one file")
    absent = [year for year in form.years or () if year not in years]
    if absent:
        raise DataError(
            "ORE-DAT-011",
            f"'{form.shown}' in '{sources}' lacks the years {', '.join(map(str, absent))}.",
            why="a year without trade would look like a year in which nothing was traded.",
            fix="unpack the whole archive of the release into that folder.",
        )


def _refuse_two_releases(matches: Iterable[_Match]) -> None:
    entries = list(matches)
    releases = sorted({release for _, _, release in entries})
    if len(releases) > 1:
        first = [next(name for name, _, other in entries if other == one) for one in releases]
        raise _ambiguous(first, f"the releases {', '.join(releases)}")


def _ambiguous(names: list[str], what: str) -> DataError:
    return DataError(
        "ORE-DAT-100",
        f"the folder of sources holds {what}: {', '.join(names[:6])}.",
        why="choosing one unasked, or mixing them, could give figures that you did not mean.",
        fix="move the files that you do not want out of the folder.",
    )


def _nothing(sources: Path, relative: str, forms: tuple[PublisherForm, ...]) -> DataError:
    others = " and ".join(f"'{form.shown}'" for form in forms)
    return DataError(
        "ORE-DAT-011",
        f"source file '{relative}' is missing from '{sources}', and so is {others}.",
        why="the tables that are made from it cannot be built.",
        fix="fetch the file from its publisher, or name the right folder with --sources. "
        "`oreacle data build --sources DIR --check` lists all that is missing.",
    )
