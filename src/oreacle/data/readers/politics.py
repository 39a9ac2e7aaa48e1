"""Ties between states: UN voting, distance, alliances and trade agreements.

Does      Reads four data sets as tidy frames of countries or of pairs in alphabetical order.
Units     Ideal points: dimensionless. Distance: km between main cities. Years.
Method    Codes of the Correlates of War are mended through the UN voting table, all others by
          the one alias table; directed rows become undirected pairs.
Assumes   The last unbroken spell of an alliance is the one that counts; the earliest entry into
          force of an agreement counts, exits are not recorded by the source.
Not here  Which countries are kept: see `oreacle.data.history.ties`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from oreacle.data.codes import canonical_codes
from oreacle.data.readers.politics_files import (
    VOTING_FILE,
    read_obligations,
    read_votes,
)
from oreacle.data.readers.source_files import (
    numbers_of,
    read_text_table,
    refuse_repeats,
    whole_numbers_of,
)

DISTANCE_FILE = "raw/cepii-geodist/dist_cepii.csv"
AGREEMENT_FILE = "raw/desta/desta_list_of_treaties_02_02_dyads.csv"
# States of the Correlates of War that no row of the voting table names: the Federal Republic
# in 1990 and the two Yemens. The German Democratic Republic (265) has no successor here.
UNNAMED_STATES = {"260": "DEU", "678": "YEM", "680": "YEM"}
DISSOLVED_STATES = ("265",)


def read_ideal_points(sources: Path) -> pd.DataFrame:
    """Return UN General Assembly ideal points: country, year, ideal_point (`idealpointfp`).

    Rows without a country code or without a figure are left out.
    """
    raw = read_votes(sources, ["iso3c", "year", "idealpointfp"])
    raw = raw[raw["iso3c"] != ""]
    refuse_repeats(raw, ["iso3c", "year"], VOTING_FILE)
    table = pd.DataFrame(
        {
            "country": canonical_codes(raw["iso3c"]),
            "year": whole_numbers_of(raw["year"], VOTING_FILE),
            "ideal_point": numbers_of(raw["idealpointfp"], VOTING_FILE),
        }
    )
    return table.dropna(ignore_index=True)


def read_distances(sources: Path) -> pd.DataFrame:
    """Return distances between countries: country_a, country_b, distance_km."""
    raw = read_text_table(
        sources, DISTANCE_FILE, ["iso_o", "iso_d", "dist"], separator=";", encoding="latin-1"
    )
    pairs = ordered_pairs(canonical_codes(raw["iso_o"]), canonical_codes(raw["iso_d"]))
    pairs["distance_km"] = numbers_of(raw["dist"], DISTANCE_FILE)
    grouped = pairs.groupby(["country_a", "country_b"], as_index=False)
    return grouped.agg(distance_km=("distance_km", "mean"))


def read_alliances(sources: Path) -> pd.DataFrame:
    """Return pairs with a defence or offence obligation: country_a, country_b, since, until.

    `since` starts the last unbroken spell (1990 is the first year of the file), `until` is
    the last year observed (2018 is the last year of the file).
    """
    raw = read_obligations(sources)
    bound = raw["defense"] | raw["offense"]
    dissolved = raw["ccode1"].isin(DISSOLVED_STATES) | raw["ccode2"].isin(DISSOLVED_STATES)
    raw = raw[bound & ~dissolved]
    names = state_names(sources)
    left, right = (
        canonical_codes(raw[side].map(names).fillna("COW " + raw[side]))
        for side in ("ccode1", "ccode2")
    )
    pairs = ordered_pairs(left, right)
    pairs["year"] = raw["year"]
    pairs = pairs.drop_duplicates().sort_values(["country_a", "country_b", "year"])
    spells = pairs.groupby(["country_a", "country_b"])["year"].agg(_last_spell)
    table = spells.reset_index()
    table["since"] = [first for first, _ in table["year"]]
    table["until"] = [last for _, last in table["year"]]
    return table.drop(columns="year")


def read_trade_agreements(sources: Path) -> pd.DataFrame:
    """Return the first trade agreement in force of each pair: country_a, country_b, since.

    Agreements that never entered into force are left out; partial-scope agreements count.
    """
    raw = read_text_table(sources, AGREEMENT_FILE, ["iso1", "iso2", "entryforceyear"])
    raw = raw[raw["entryforceyear"] != ""]
    pairs = ordered_pairs(canonical_codes(raw["iso1"]), canonical_codes(raw["iso2"]))
    pairs["since"] = whole_numbers_of(raw["entryforceyear"], AGREEMENT_FILE)
    return pairs.groupby(["country_a", "country_b"], as_index=False).agg(since=("since", "min"))


def state_names(sources: Path) -> dict[str, str]:
    """Return the country code of each Correlates of War state."""
    raw = read_votes(sources, ["ccode", "iso3c"])
    named = raw[raw["iso3c"] != ""].drop_duplicates("ccode")
    return dict(zip(named["ccode"], named["iso3c"], strict=True)) | UNNAMED_STATES


def ordered_pairs(left: pd.Series, right: pd.Series) -> pd.DataFrame:
    """Return pairs in alphabetical order, the pair of a country with itself left out."""
    swap = (left > right).to_numpy()
    first, second = left.to_numpy(), right.to_numpy()
    pairs = pd.DataFrame(
        {
            "country_a": np.where(swap, second, first),
            "country_b": np.where(swap, first, second),
        },
        index=left.index,
    )
    return pairs[pairs["country_a"] != pairs["country_b"]].copy()


def _last_spell(years: pd.Series) -> tuple[int, int]:
    """Return first and last year of the last run of consecutive years."""
    ordered = sorted(int(year) for year in years)
    first = ordered[-1]
    for year in reversed(ordered[:-1]):
        if year != first - 1:
            break
        first = year
    return first, ordered[-1]
