"""The tables that the package ships are complete, consistent and free of known traps."""

from __future__ import annotations

import functools

import pandas as pd
import pytest

from oreacle.data import store
from oreacle.data.build import all_faults
from oreacle.data.catalogue import changed_tables
from oreacle.data.schema import OPTIONAL_TABLES, table_names, table_spec
from oreacle.data.store import read_table

BUILT = [
    name
    for name in table_names()
    if not name.startswith("relations_") and name not in OPTIONAL_TABLES
]
MOST_BYTES = 15_000_000


@functools.cache
def table(name: str) -> pd.DataFrame:
    return read_table(name, store.TABLES_DIRECTORY)


def cell(name: str, column: str, **keys: object) -> float:
    rows = table(name)
    for key, value in keys.items():
        rows = rows[rows[key] == value]
    assert len(rows) == 1, keys
    return float(rows[column].iloc[0])


def test_all_tables_are_valid_and_explain_their_codes_and_sources() -> None:
    assert all_faults({name: table(name) for name in BUILT}) == []


def test_no_table_was_changed_by_hand_after_the_build() -> None:
    assert changed_tables(store.TABLES_DIRECTORY) == []
    assert set(table("catalogue")["table"]) == set(table_names()) - {"catalogue"} - OPTIONAL_TABLES


def test_the_tables_stay_small() -> None:
    files = list(store.TABLES_DIRECTORY.iterdir())
    assert sum(path.stat().st_size for path in files) < MOST_BYTES


def test_nothing_is_dated_after_the_last_day_known() -> None:
    for name in BUILT:
        years = table(name).get("year")
        if years is not None and name != "demand_paths":
            assert years.max() <= 2024, name
    assert table("register")["since"].max() <= "2024-12-31"


def test_shares_of_each_vector_add_to_one_and_have_one_basis() -> None:
    keys = ["year", "mineral", "stage"]
    for name in ("history_shares", "history_imports"):
        sums = table(name).groupby(keys)["share"].sum()
        assert (sums - 1).abs().max() < 1e-8
    assert table("history_shares").groupby(keys)["basis"].nunique().max() == 1
    sums = table("trade_dependence").groupby(["year", "importer"])["share"].sum()
    assert (sums - 1).abs().max() < 1e-8


@pytest.mark.parametrize(
    ("keys", "share"),
    [
        # BGS, cobalt refined 2023: 140,000 of 175,706 t.
        ({"mineral": "cobalt", "stage": "refined", "actor": "CHN", "year": 2023}, 0.7968),
        # BGS, nickel mine 2013 and 2014: the ore ban.
        ({"mineral": "nickel", "stage": "mined", "actor": "IDN", "year": 2013}, 0.4336),
        ({"mineral": "nickel", "stage": "mined", "actor": "IDN", "year": 2014}, 0.0906),
        # BGS, copper mine 2023: 3,148,567 t without the 8,400 t of the other Congo.
        ({"mineral": "copper", "stage": "mined", "actor": "COD", "year": 2023}, 0.1387),
        # World Mining Data, uranium 2022.
        ({"mineral": "uranium", "stage": "mined", "actor": "KAZ", "year": 2022}, 0.447),
    ],
)
def test_known_shares_of_output(keys: dict[str, object], share: float) -> None:
    assert cell("history_shares", "share", **keys) == pytest.approx(share, abs=5e-4)


def test_traps_of_the_sources_are_avoided() -> None:
    shares = table("history_shares")
    bosnia = shares[(shares["mineral"] == "graphite") & (shares["actor"] == "BIH")]
    assert bosnia.empty
    platinum = shares[(shares["mineral"] == "platinum") & (shares["stage"] == "mined")]
    assert platinum["year"].min() == 1997
    africa = cell(
        "history_shares", "share", mineral="manganese", stage="mined", actor="ZAF", year=2010
    )
    assert 0.15 < africa < 0.25
    assert {"TWN"} <= set(table("history_imports")["actor"])
    assert not set(table("governance")["year"]) & {1997, 1999, 2001}


@pytest.mark.parametrize(
    ("keys", "price"),
    [
        ({"mineral": "copper", "year": 2024}, 9142.14),
        ({"mineral": "nickel", "year": 2007}, 37229.81),
        ({"mineral": "platinum", "year": 2024}, 30709380.0),
        ({"mineral": "antimony", "year": 2024}, 22575.34),
    ],
)
def test_known_prices(keys: dict[str, object], price: float) -> None:
    assert cell("price_history", "price_usd_per_t", **keys) == pytest.approx(price, rel=2e-3)


def test_a_series_of_prices_has_no_hole() -> None:
    for _, rows in table("price_history").groupby(["mineral", "series"]):
        years = sorted(rows["year"])
        assert years == list(range(years[0], years[-1] + 1))


def test_the_register_holds_the_well_known_measures_once() -> None:
    register = table("register").set_index("measure_id")
    nickel = register.loc["idn_ni_ban_accel_2019.nickel.ore"].to_dict()
    assert nickel["instrument"] == "export_ban"
    assert (nickel["since"], nickel["in_base"]) == ("2020-01-01", 1)
    chromium = register.loc["ind_chrome_duty_2012.chromium.ore"].to_dict()
    assert (chromium["strength"], chromium["strength_basis"]) == (0.3, "reported")
    gallium = register.loc["chn_usa_ban_ga_ge_sb_2024.gallium.refined"].to_dict()
    assert (gallium["targets"], gallium["in_base"]) == ("USA", 0)
    assert set(register["event_id"]) <= set(table("events")["event_id"])


def test_ties_know_the_plain_facts() -> None:
    assert cell("distances", "distance_km", country_a="CHN", country_b="USA") > 10000
    assert cell("alliances", "until", country_a="JPN", country_b="USA") == 2018
    assert cell("trade_agreements", "since", country_a="AUS", country_b="USA") == 2005
    assert cell("gdp", "gdp_usd", country="CHN", year=2023) == pytest.approx(1.779e13, rel=1e-3)
    assert cell("governance", "stability", country="TWN", year=2022) == pytest.approx(
        0.754, abs=1e-3
    )


@pytest.mark.parametrize("name", store.tables_of())
def test_the_quick_way_of_reading_gives_what_the_careful_way_gives(name: str) -> None:
    path, spec = store.table_path(name), table_spec(name)
    quick = store._read_typed(path, spec)
    raw = store._read_text(path)
    faults: list[str] = []
    careful = pd.DataFrame({c.name: store._typed(raw[c.name], c, faults) for c in spec.columns})
    assert quick is not None
    assert not faults
    pd.testing.assert_frame_equal(quick, careful, check_exact=True)
