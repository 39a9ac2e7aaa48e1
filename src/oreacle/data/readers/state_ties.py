"""Ties and standing of states from four public data sets.

Does      Reads neighbours and shared language, rivalries, news-based risk, and democracy.
Units     Flags; years; per cent of articles; indices from 0 to 1.
Method    Codes of the Correlates of War are mended through the UN voting table and two additions
          of states that do not vote; directed pairs become pairs in alphabetical order.
Assumes   A rivalry that reaches the last year of its file goes on: its end is not known.
Not here  Which countries are kept: see `oreacle.data.institutions.ties`.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from oreacle.data.codes import canonical_codes
from oreacle.data.readers.politics import DISTANCE_FILE, ordered_pairs, state_names
from oreacle.data.readers.source_files import numbers_of, read_text_table, whole_numbers_of

RIVALRY_FILE = "raw/peacesci/tss_rivalries.csv"
NEWS_RISK_FILE = "raw/gpr/gpr_monthly_1985_2026.csv"
DEMOCRACY_FILE = "raw/democracy/vdem_indices_1990_2024.csv"
RIVALRY_LAST_YEAR = 2020
# States of the Correlates of War that are not in the General Assembly.
NOT_VOTING = {"713": "TWN", "347": "XKX"}
# The file gives Equatorial Guinea (411) the number of Guinea (438) in its rivalry with Gabon.
MISCODED_STATES = {("165", "438"): "411"}
NEWS_PREFIX = "GPRC_"
MONTHS = 12
# Units of the democracy file that are parts of a country, or no longer exist.
PARTIAL_UNITS = ("ZZB", "PSG", "SML", "DDR", "YMD", "ZAN")
DEMOCRACY_INDICES = ("polyarchy", "libdem", "partipdem", "delibdem", "egaldem")


def read_neighbours(sources: Path) -> pd.DataFrame:
    """Return pairs with flags: country_a, country_b, contiguous, common_language, colonial.

    Where an old code covers several states of today, a flag is set if it is set for any.
    """
    flags = {"contig": "contiguous", "comlang_off": "common_language", "colony": "colonial"}
    raw = read_text_table(
        sources, DISTANCE_FILE, ["iso_o", "iso_d", *flags], separator=";", encoding="latin-1"
    )
    pairs = ordered_pairs(canonical_codes(raw["iso_o"]), canonical_codes(raw["iso_d"]))
    for column, name in flags.items():
        pairs[name] = whole_numbers_of(raw[column], DISTANCE_FILE)
    return pairs.groupby(["country_a", "country_b"], as_index=False).max()


def read_rivalries(sources: Path) -> pd.DataFrame:
    """Return strategic rivalries: country_a, country_b, since, until, open.

    `until` is missing and `open` is 1 where the rivalry reaches the last year of the file.
    Pairs with a state that has no successor are left out.
    """
    raw = read_text_table(sources, RIVALRY_FILE, ["tssr_id", "ccode1", "ccode2", "start", "end"])
    names = state_names(sources) | NOT_VOTING
    left, right = (_mended(raw["tssr_id"], raw[name]).map(names) for name in ("ccode1", "ccode2"))
    known = left.notna() & right.notna()
    raw, left, right = raw[known], left[known], right[known]
    pairs = ordered_pairs(canonical_codes(left), canonical_codes(right))
    pairs["since"] = whole_numbers_of(raw["start"], RIVALRY_FILE)
    end = numbers_of(raw["end"], RIVALRY_FILE)
    pairs["until"] = end.where(end < RIVALRY_LAST_YEAR)
    pairs["open"] = (end >= RIVALRY_LAST_YEAR).astype("int64")
    return pairs.reset_index(drop=True)


def read_news_risk(sources: Path) -> pd.DataFrame:
    """Return yearly means of country risk in the news: country, year, news_risk, months."""
    raw = read_text_table(sources, NEWS_RISK_FILE, ["month"])
    series = [name for name in raw.columns if name.startswith(NEWS_PREFIX)]
    values = pd.DataFrame({name: numbers_of(raw[name], NEWS_RISK_FILE) for name in series})
    values["year"] = raw["month"].str.slice(0, 4).astype("int64")
    long = values.melt("year", series, "country", "news_risk").dropna()
    long["country"] = canonical_codes(long["country"].str.removeprefix(NEWS_PREFIX))
    grouped = long.groupby(["country", "year"], as_index=False)
    table = grouped.agg(news_risk=("news_risk", "mean"), months=("news_risk", "size"))
    return table[table["months"] == MONTHS].reset_index(drop=True)


def read_democracy(sources: Path) -> pd.DataFrame:
    """Return five indices of democracy from 0 to 1 by country and year; gaps stay gaps."""
    columns = {f"v2x_{name}": name for name in DEMOCRACY_INDICES}
    raw = read_text_table(sources, DEMOCRACY_FILE, ["country_text_id", "year", *columns])
    raw = raw[~raw["country_text_id"].isin(PARTIAL_UNITS)]
    return pd.DataFrame(
        {
            "country": canonical_codes(raw["country_text_id"]),
            "year": whole_numbers_of(raw["year"], DEMOCRACY_FILE),
            **{name: numbers_of(raw[column], DEMOCRACY_FILE) for column, name in columns.items()},
        }
    ).reset_index(drop=True)


def _mended(rivalries: pd.Series, codes: pd.Series) -> pd.Series:
    """Return codes such as "2.0" as "2", with the miscoded states mended."""
    whole = codes.str.removesuffix(".0")
    pairs = zip(rivalries, whole, strict=True)
    return pd.Series([MISCODED_STATES.get(pair, pair[1]) for pair in pairs], index=codes.index)
