"""The embedded history agrees with its publishers and with the tables made from the same data."""

from __future__ import annotations

import doctest
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from oreacle.core.errors import DataError
from oreacle.data.codes import actors_of
from oreacle.world.history import load_history

HISTORY = load_history()
PAGE = Path(__file__).parents[2] / "docs" / "history.md"


def rows(name: str, **keys: object) -> pd.DataFrame:
    table = HISTORY.table(name)
    for column, value in keys.items():
        table = table[table[column] == value]
    return table


def test_the_page_says_what_the_program_prints() -> None:
    result = doctest.testfile(str(PAGE), module_relative=False)
    assert result.attempted >= 10
    assert result.failed == 0


def test_every_year_of_trade_is_there_and_nothing_is_reported_as_zero() -> None:
    minerals, refined = HISTORY.table("trade_history"), HISTORY.table("trade_history_refined")
    assert set(minerals["year"]) == set(range(1995, 2025))
    assert set(refined["year"]) == set(range(2002, 2025))
    for table in (minerals, refined):
        assert (table["value_kusd"] > 0).all()
        assert not (table["quantity_t"] == 0).any()
        assert (table["exporter"] != table["importer"]).all()
    assert set(refined.loc[refined["complete"] == 1, "year"]) == {2022, 2024}
    assert refined.groupby("year")["vintage"].nunique().max() == 1


def test_taiwan_is_there_under_its_code_and_absent_where_the_source_lacks_it() -> None:
    minerals, refined = HISTORY.table("trade_history"), HISTORY.table("trade_history_refined")
    assert "TWN" in set(minerals.loc[minerals["year"] == 2010, "exporter"])
    early = refined[refined["year"] <= 2017]
    assert not {"TWN", "NAM"} & {*early["exporter"], *early["importer"]}
    assert "TWN" in set(refined.loc[refined["year"] == 2022, "exporter"])


def test_the_codes_of_each_link_reach_into_the_last_year() -> None:
    for mineral, link in (("nickel", "ore"), ("copper", "refined"), ("cobalt", "refined")):
        assert HISTORY.trade(mineral, link, 2024)["value_kusd"].sum() > 1e6


def test_output_gives_the_shares_of_the_ready_made_table() -> None:
    shares = HISTORY.table("history_shares")
    listed = shares[(shares["basis"] == "output") & (shares["year"] < 2024)]
    explicit = set(shares["actor"]) | {"FRA", "DEU"}
    for mineral, stage in (("cobalt", "refined"), ("manganese", "mined"), ("tin", "mined")):
        part = listed[(listed["mineral"] == mineral) & (listed["stage"] == stage)]
        output = HISTORY.output(mineral, stage)
        for year in (2018, 2023):
            vector = output.sel(year=year).to_series().dropna()
            actor = actors_of(pd.Series(vector.index, index=vector.index), explicit)
            found = vector.groupby(actor).sum() / vector.sum()
            wanted = (
                part[part["year"] == year].set_index("actor")["share"].drop("ROW", errors="ignore")
            )
            assert np.allclose(found.reindex(wanted.index), wanted, atol=1e-8), (mineral, year)


def test_export_shares_agree_with_the_ready_made_table() -> None:
    shares = HISTORY.table("history_shares")
    exports = shares[shares["basis"] == "exports"]
    for mineral, stage, year in (("copper", "refined", 2001), ("tin", "mined", 2005)):
        part = exports[(exports["mineral"] == mineral) & (exports["year"] == year)]
        part = part[part["stage"] == stage]
        found = HISTORY.export_shares(mineral, stage, year).to_series()
        wanted = part.set_index("actor")["share"]
        assert np.allclose(found.reindex(wanted.index), wanted, atol=1e-6)


@pytest.mark.parametrize(
    ("publisher", "commodity", "country", "year", "quantity", "unit", "contained"),
    [
        ("bgs-world-mineral-statistics", "cobalt, refined", "CHN", 2023, 140000.0, "t", 140000.0),
        ("world-mining-data", "Lithium (Li2O)", "CHL", 2020, None, "t", None),
        ("usgs-mcs-2025", "titanium_rutile:mine production", "SLE", 2023, 110.0, "kt", 65923.0),
        ("usgs-mcs-2026", "gallium:primary_low_purity", "CHN", 2024, None, "kg", None),
    ],
)
def test_known_figures_of_output(
    publisher: str,
    commodity: str,
    country: str,
    year: int,
    quantity: float | None,
    unit: str,
    contained: float | None,
) -> None:
    keys = {"publisher": publisher, "commodity": commodity, "country": country, "year": year}
    found = rows("production_history", **keys)
    assert len(found) == 1
    assert found["unit"].tolist() == [unit]
    assert found["quantity"].iloc[0] > found["quantity_t"].iloc[0] * (0 if unit == "kt" else 0.99)
    if quantity is not None:
        assert found["quantity"].tolist() == [quantity]
        assert found["quantity_t"].tolist() == [pytest.approx(contained)]


def test_publishers_of_one_form_agree_on_the_world_within_a_half() -> None:
    for mineral in ("copper", "nickel", "tin", "zinc", "platinum", "tungsten", "titanium"):
        totals = HISTORY.output_by_publisher(mineral, "mined", 2024).attrs["totals"]
        assert max(totals.values()) < 1.5 * min(totals.values()), mineral


def test_political_risk_has_no_zero_and_covers_the_world() -> None:
    risk = HISTORY.table("governance_risk")
    assert risk["risk"].gt(0).all()
    assert risk["country"].nunique() == 215
    assert set(range(1996, 2025)) - set(risk["year"]) == {1997, 1999, 2001}
    assert HISTORY.governance("ABW").sel(year=[1996, 2004]).isnull().values.tolist() == [
        True,
        False,
    ]
    assert float(HISTORY.governance("GUY").sel(year=2022)) == pytest.approx(0.494588, abs=1e-6)
    assert HISTORY.governance("GUY").sel(year=[2023, 2024]).isnull().all()


def test_medians_lie_between_the_quartiles_and_unit_values_near_the_median() -> None:
    table = HISTORY.table("unit_values")
    slack = 1 + 1e-6
    assert (table["lower"] <= table["median"] * slack).all()
    assert (table["median"] <= table["upper"] * slack).all()
    ratio = table["price_usd_per_t"] / table["median"]
    assert ratio.between(0.2, 5.0).all()


@pytest.mark.parametrize("mineral", ["zinc", "tin", "uranium", "lithium"])
def test_links_known_to_lack_trade_data_say_so(mineral: str) -> None:
    link = "ore" if mineral == "lithium" else "refined"
    with pytest.raises(DataError, match="ORE-DAT-077"):
        HISTORY.trade(mineral, link)
