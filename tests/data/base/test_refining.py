from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from oreacle.core.errors import DataError
from oreacle.data.base.chains import read_chains
from oreacle.data.base.refining import throughput, vector_of_block


def block(shares: dict[str, float], unit: str = "kt", total: float = 10.0) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "country": list(shares),
            "share": list(shares.values()),
            "year": 2023,
            "unit": unit,
            "world_total": total,
            "dataset": "manual",
            "basis": "estimated",
            "confidence": "low",
            "source": "test",
        }
    )


def test_what_shares_leave_is_the_rest_of_the_world() -> None:
    vector = vector_of_block("zinc", block({"CHN": 0.6, "KOR": 0.39}), 100.0)
    got = vector.set_index("country")["quantity_t"].to_dict()
    assert got == pytest.approx({"CHN": 60.0, "KOR": 39.0, "ROW": 1.0})


def test_shares_above_one_by_rounding_are_scaled() -> None:
    vector = vector_of_block("uranium", block({"RUS": 0.51, "CHN": 0.50}), 101.0)
    assert vector["quantity_t"].tolist() == pytest.approx([51.0, 50.0])


def test_a_missing_country_is_refused_not_scaled_away() -> None:
    with pytest.raises(DataError) as caught:
        vector_of_block("zinc", block({"CHN": 0.6}), 100.0)
    assert caught.value.code == "ORE-DAT-042"
    assert "0.6000" in caught.value.what


def test_gross_alloy_in_kilotonnes_becomes_contained_tonnes() -> None:
    chain = replace(read_chains()["manganese"], refined_content=0.7)
    assert throughput(chain, block({"CHN": 1.0}, "kt FeMn+SiMn", 23_500.0), None) == pytest.approx(
        16_450_000.0
    )


def test_kilograms_become_tonnes() -> None:
    chain = read_chains()["gallium"]
    assert throughput(chain, block({"CHN": 1.0}, "kg Ga", 848_000.0), None) == pytest.approx(848.0)


def test_shares_without_tonnes_stand_on_the_mine_total() -> None:
    chain = read_chains()["antimony"]
    shares_only = block({"CHN": 1.0}, "share", float("nan"))
    assert throughput(chain, shares_only, 119_000.0) == 119_000.0
    with pytest.raises(DataError) as caught:
        throughput(chain, shares_only, None)
    assert caught.value.code == "ORE-DAT-042"
