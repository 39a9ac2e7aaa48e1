"""The rest of the world of a refined vector, split by a second publisher."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oreacle.data.base.chains import read_chains
from oreacle.data.base.production import VECTOR
from oreacle.data.base.rest import second_block, split_rest

TOTAL = 1000.0


def vector_of(quantities: dict[str, float]) -> pd.DataFrame:
    table = pd.DataFrame({"country": list(quantities), "quantity_t": list(quantities.values())})
    known = table.assign(mineral="copper", stage="refined", year=2024, basis="reported")
    vector: pd.DataFrame = known.assign(confidence="high", source="usgs-mcs-2026")[VECTOR]
    return vector


def second_of(shares: dict[str, float]) -> pd.DataFrame:
    table = pd.DataFrame({"country": list(shares), "share": list(shares.values())})
    return table.assign(year=2023, source="bgs-world-mineral-statistics")


def amounts(table: pd.DataFrame) -> dict[str, float]:
    return dict(zip(table["country"], table["quantity_t"], strict=True))


def test_unnamed_refiners_come_out_of_the_rest() -> None:
    vector = vector_of({"CHN": 700.0, "DEU": 100.0, "ROW": 200.0})
    split = split_rest(vector, second_of({"CHN": 0.6, "BEL": 0.05, "ESP": 0.02}), TOTAL)
    assert amounts(split) == pytest.approx(
        {"CHN": 700.0, "DEU": 100.0, "ROW": 130.0, "BEL": 50.0, "ESP": 20.0}
    )
    named = split.set_index("country").loc["ESP"]
    assert (named["basis"], named["confidence"], named["year"]) == ("derived", "low", 2023)
    assert named["source"] == "bgs-world-mineral-statistics"


def test_unnamed_refiners_share_a_rest_that_is_too_small() -> None:
    vector = vector_of({"CHN": 970.0, "ROW": 30.0})
    split = split_rest(vector, second_of({"BEL": 0.04, "ESP": 0.02}), TOTAL)
    assert amounts(split) == pytest.approx({"CHN": 970.0, "BEL": 20.0, "ESP": 10.0})


def test_without_a_rest_nothing_changes() -> None:
    vector = vector_of({"CHN": 900.0, "DEU": 100.0})
    assert split_rest(vector, second_of({"BEL": 0.5}), TOTAL).equals(vector)


@given(
    rest=st.floats(0.0, 1e3),
    shares=st.dictionaries(st.sampled_from(["BEL", "ESP", "FIN", "ROW"]), st.floats(0.0, 0.4)),
)
def test_a_split_keeps_the_sum_and_every_named_country(
    rest: float, shares: dict[str, float]
) -> None:
    vector = vector_of({"CHN": TOTAL, "ROW": rest})
    split = split_rest(vector, second_of(shares), TOTAL + rest)
    assert split["quantity_t"].sum() == pytest.approx(TOTAL + rest)
    assert (split["quantity_t"] >= 0).all()
    assert amounts(split)["CHN"] == TOTAL


def test_the_second_block_is_complete_latest_and_not_the_chosen_one() -> None:
    chain = read_chains()["copper"]
    rows = [
        ("BGS", "comparison", "BEL", 2022, 0.3),
        ("BGS", "comparison", "BEL", 2023, 0.4),
        ("BGS", "comparison", "ESP", 2023, 0.0),
        ("MCS2026", "latest", "DEU", 2024, 0.1),
    ]
    facts = pd.DataFrame(rows, columns=["dataset", "recommended", "country", "year", "share"])
    facts = facts.assign(mineral="copper", stage=chain.refined_stage)
    block = second_block(facts, chain)
    assert block.to_dict("records") == [
        {
            "country": "BEL",
            "share": 0.4,
            "year": 2023,
            "source": "bgs-world-mineral-statistics",
        }
    ]


def test_no_second_publisher_is_no_row() -> None:
    facts = pd.DataFrame(
        columns=["mineral", "stage", "dataset", "recommended", "country", "year", "share"]
    )
    assert second_block(facts, read_chains()["copper"]).empty
