from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oreacle.data.base.countries import explicit_countries
from oreacle.data.base.margins import Throughput, link_margins, pooled_matrix, refined_from_ore
from oreacle.data.base.nodes import nodes_table


def vectors(shares: dict[str, float], stage: str = "mined") -> pd.DataFrame:
    return pd.DataFrame(
        {
            "mineral": "zinc",
            "stage": stage,
            "country": list(shares),
            "quantity_t": list(shares.values()),
            "year": 2024,
            "basis": "reported",
            "confidence": "high",
            "source": "test",
        }
    )


def test_small_countries_are_pooled_and_members_of_the_union_stay_longer() -> None:
    table = nodes_table(
        vectors({"CHN": 996.9, "PRT": 1.0, "PER": 1.0, "ROW": 1.1}), ["CHN", "PRT", "PER"]
    ).set_index("country")
    assert set(table.index) == {"CHN", "PRT", "ROW"}
    assert table.at["ROW", "quantity_t"] == pytest.approx(2.1)
    assert table["share"].sum() == pytest.approx(1.0)


def test_a_country_that_is_not_in_the_world_is_pooled() -> None:
    table = nodes_table(vectors({"CHN": 60.0, "PER": 40.0}), ["CHN"])
    assert set(table["country"]) == {"CHN", "ROW"}


@given(st.lists(st.floats(0.0, 100.0), min_size=3, max_size=3).filter(lambda v: sum(v) > 1))
def test_pooling_never_changes_the_total(values: list[float]) -> None:
    made = vectors(dict(zip(["CHN", "PER", "ROW"], values, strict=True)))
    table = nodes_table(made, ["CHN", "PER"])
    assert table["quantity_t"].sum() == pytest.approx(sum(values))
    assert table["share"].sum() == pytest.approx(1.0)


def test_half_a_percent_makes_a_country_explicit_and_members_always_are() -> None:
    made = explicit_countries(vectors({"CHN": 99.0, "BOL": 0.6, "LAO": 0.4}), {"THA"})
    assert {"BOL", "THA", "MLT", "ARG"} <= set(made)
    assert "LAO" not in made
    assert "ROW" not in made


def test_margins_are_shares_of_the_throughput() -> None:
    nodes = pd.concat(
        [
            nodes_table(vectors({"CHN": 30.0, "PER": 70.0}), ["CHN", "PER"]),
            nodes_table(vectors({"CHN": 500.0}, "refined"), ["CHN"]),
        ]
    )
    ends = link_margins(nodes, "zinc", "ore", Throughput(500.0, 0.0, is_counted=False))
    assert dict(zip(ends.suppliers, ends.supply, strict=True)) == {"CHN": 150.0, "PER": 350.0}
    assert ends.demand.tolist() == [500.0]


def test_trade_of_a_re_exporter_is_left_out_where_there_is_no_rest_of_the_world() -> None:
    nodes = pd.concat(
        [
            nodes_table(vectors({"BRA": 100.0}, "refined"), ["BRA"]),
            nodes_table(vectors({"DEU": 60.0, "ROW": 40.0}, "used"), ["DEU"]),
        ]
    )
    ends = link_margins(nodes, "zinc", "refined", Throughput(100.0, 0.0, is_counted=False))
    trade = pd.DataFrame(
        {
            "exporter": ["BRA", "NLD", "BRA"],
            "importer": ["DEU", "DEU", "CHL"],
            "tonnes": [5.0, 7.0, 2.0],
        }
    )
    assert pooled_matrix(trade, ends).tolist() == [[5.0, 2.0]]


def test_scrap_counted_in_output_is_taken_off_what_is_made_from_ore() -> None:
    size = Throughput(80.0, 20.0, is_counted=True)
    share = pd.Series({"CHN": 0.6, "DEU": 0.4})
    recycled = pd.Series({"CHN": 15.0, "DEU": 5.0})
    assert refined_from_ore(share, recycled, size).to_dict() == {"CHN": 45.0, "DEU": 35.0}


def test_scrap_beside_output_leaves_what_is_made_from_ore_alone() -> None:
    size = Throughput(80.0, 20.0, is_counted=False)
    share = pd.Series({"CHN": 0.75, "DEU": 0.25})
    assert refined_from_ore(share, pd.Series({"JPN": 20.0}), size).to_dict() == {
        "CHN": 60.0,
        "DEU": 20.0,
    }


def test_a_country_that_only_recycles_supplies_refined_product_and_takes_no_ore() -> None:
    nodes = pd.concat(
        [
            nodes_table(vectors({"CHN": 80.0}), ["CHN", "JPN"]),
            nodes_table(
                pd.concat([vectors({"CHN": 80.0}, "refined"), vectors({"JPN": 20.0}, "recycled")]),
                ["CHN", "JPN"],
            ),
            nodes_table(vectors({"CHN": 50.0, "JPN": 50.0}, "used"), ["CHN", "JPN"]),
        ]
    )
    size = Throughput(80.0, 20.0, is_counted=False)
    ore = link_margins(nodes, "zinc", "ore", size)
    metal = link_margins(nodes, "zinc", "refined", size)
    assert ore.buyers == ("CHN",)
    assert dict(zip(metal.suppliers, metal.supply, strict=True)) == {"CHN": 80.0, "JPN": 20.0}
    assert metal.demand.sum() == pytest.approx(100.0)


def test_a_small_recycler_that_does_not_refine_is_pooled() -> None:
    supply = pd.concat(
        [
            vectors({"CHN": 1000.0}, "refined"),
            vectors({"CHN": 1.0, "JPN": 4.0, "KOR": 50.0}, "recycled"),
        ]
    )
    nodes = nodes_table(supply, ["CHN", "JPN", "KOR"])
    places = nodes.loc[nodes["stage"] == "recycled", "country"]
    assert set(places) == {"CHN", "KOR", "ROW"}
