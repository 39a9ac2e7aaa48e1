from __future__ import annotations

import pandas as pd
import pytest

from oreacle.core.errors import DataError
from oreacle.data.assumptions import read_assumed
from oreacle.data.base.chains import read_chains, read_contents
from oreacle.data.base.prices import ore_values, quoted_price

EDITION = "USGS, Mineral Commodity Summaries 2026 data release"


def quoted(sources: list[str]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "mineral": "lithium",
            "product": "carbonate",
            "price_usd_per_t": [11_800.0 + step for step in range(len(sources))],
            "source": pd.Series(sources, dtype=str),
        }
    )


def test_the_newest_edition_wins() -> None:
    table = quoted([EDITION, "USGS, Mineral Commodity Summaries 2025 data release"])
    assert quoted_price(table, "lithium", "carbonate", "USGS") == 11_800.0


@pytest.mark.parametrize("sources", [[], [EDITION, EDITION]])
def test_a_price_must_be_one(sources: list[str]) -> None:
    with pytest.raises(DataError) as caught:
        quoted_price(quoted(sources), "lithium", "carbonate", "USGS")
    assert caught.value.code == "ORE-DAT-043"


def test_every_ore_leaves_a_refining_margin() -> None:
    share = ore_values()["ore_value_share"]
    assert ((share > 0) & (share < 1)).all()
    assert set(share.index) == set(read_chains())


@pytest.mark.parametrize(
    "name",
    [
        "base_prices",
        "ore_values",
        "freight_rates",
        "trade_content",
        "transit",
        "ore_routes",
        "closed_links",
        "gravity",
        "totals",
        "demand_growth",
        "gdp_gaps",
        "use_weights",
        "use_sources",
        "use_totals",
        "use_split",
        "unrestricted_years",
    ],
)
def test_every_assumption_has_a_basis_and_a_reason(name: str) -> None:
    table = read_assumed(name)
    assert set(table["basis"]) <= {"assumed", "derived", "reported"}
    assert (table["reason"].astype(str).str.len() > 0).all()


def test_every_code_that_is_measured_by_weight_has_a_content() -> None:
    contents = read_contents()
    for chain in read_chains().values():
        for link in ("ore", "refined"):
            if chain.measure(link) == "quantity" or link == "ore":
                absent = [
                    code
                    for code in chain.codes(link)
                    if chain.measure(link) == "quantity"
                    and (chain.mineral, link, code) not in contents
                ]
                assert absent == [], chain.mineral
