from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from oreacle.core.errors import DataError
from oreacle.data.base.chains import read_chains
from oreacle.data.base.use import (
    SplitWeights,
    apparent_use,
    named_users,
    published_shares,
    split_block,
    used_vectors,
)
from oreacle.data.readers.facts import DEMAND_FILE

HEADER = "mineral,dimension,key,sector_group,scope,share,value,unit,year,source,basis,confidence"
UNIT = "share of world refined use"


def write(sources: Path, rows: list[tuple[str, str, float]]) -> None:
    path = sources / DEMAND_FILE
    path.parent.mkdir(parents=True)
    lines = [
        f"{mineral},country_consumption,{key},,world,{share},,{UNIT},2023,test,estimated,low"
        for mineral, key, share in rows
    ]
    other = "zinc,country_consumption,USA,,world,0.9,1,t apparent consumption,2024,x,derived,low"
    path.write_text("\n".join([HEADER, *lines, other]) + "\n", encoding="utf-8")


def weights(apparent: dict[str, float] | None = None) -> SplitWeights:
    gdp = pd.Series({"DEU": 3.0, "FRA": 1.0, "BRA": 2.0, "CHN": 10.0, "XYZ": 2.0, "WLD": 18.0})
    use = {"zinc": pd.Series(apparent or {}, dtype=float)}
    return SplitWeights(use, {"gdp": gdp, "population": gdp}, ("BRA", "CHN", "DEU", "FRA"))


def test_the_second_source_of_the_same_country_is_left_out(tmp_path: Path) -> None:
    write(tmp_path, [("zinc", "CHN", 0.5), ("zinc", "EU27", 0.2)])
    shares = published_shares(tmp_path, ["zinc"]).set_index("country")["share"]
    assert shares.to_dict() == pytest.approx({"CHN": 0.5, "EU": 0.2, "ROW": 0.3})
    assert named_users(published_shares(tmp_path, ["zinc"])) == {"CHN"}


def test_shares_above_one_are_refused(tmp_path: Path) -> None:
    write(tmp_path, [("zinc", "CHN", 0.7), ("zinc", "EU27", 0.5)])
    with pytest.raises(DataError) as caught:
        published_shares(tmp_path, ["zinc"])
    assert caught.value.code == "ORE-DAT-044"
    assert "1.200" in caught.value.what


def test_a_block_without_trade_is_split_by_gross_product() -> None:
    split = split_block("zinc", 0.4, ["DEU", "FRA"], weights())
    assert split == pytest.approx({"DEU": 0.3, "FRA": 0.1})


def test_a_block_with_trade_blends_apparent_use_and_product() -> None:
    split = split_block("zinc", 1.0, ["DEU", "FRA"], weights({"DEU": 1.0, "FRA": 3.0}))
    assert split["DEU"] == pytest.approx(0.75 * 0.25 + 0.25 * 0.75)
    assert sum(split.values()) == pytest.approx(1.0)


def test_the_rest_of_the_world_keeps_its_part_of_the_residual() -> None:
    shares = pd.DataFrame(
        {
            "mineral": "zinc",
            "country": ["CHN", "EU", "ROW"],
            "share": [0.5, 0.1, 0.4],
            "year": 2023.0,
            "basis": "estimated",
            "confidence": "medium",
        }
    )
    used = used_vectors(shares, weights(), {"zinc": 100.0}).set_index("country")
    # BRA (2) is the one explicit country not named; XYZ (2) is outside: half each.
    got = used["quantity_t"].to_dict()
    assert got == pytest.approx({"CHN": 50.0, "DEU": 7.5, "FRA": 2.5, "BRA": 20.0, "ROW": 20.0})
    assert used.at["CHN", "basis"] == "estimated"
    assert used.at["BRA", "basis"] == "derived"


def test_apparent_use_is_output_plus_imports_less_exports_and_never_negative() -> None:
    chain = read_chains()["copper"]
    refined = pd.DataFrame({"country": ["CHL"], "quantity_t": [5.0]})
    trade = pd.DataFrame({"exporter": ["CHL"], "importer": ["CHN"], "tonnes": [6.0]})
    use = apparent_use(chain, refined, trade)
    assert use["CHN"] == 6.0
    assert use["CHL"] == 0.0
