"""Supply from scrap: how much, and where it arises."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oreacle.core.errors import DataError
from oreacle.data.base.by_products import refuse_cycles
from oreacle.data.base.recycling import RecyclingRule, recycled_total, share_out

weights = st.lists(st.floats(0.01, 100.0), min_size=1, max_size=8)


@given(weights, st.floats(0.1, 1e6))
def test_the_total_is_shared_out_whole_and_in_proportion_to_use(
    use: list[float], total: float
) -> None:
    frame = pd.Series(use, index=[f"C{k:02d}" for k in range(len(use))])
    got = share_out(total, frame, None, {})
    assert got.sum() == pytest.approx(total)
    assert (got / frame).std(ddof=0) <= 1e-6 * (got / frame).mean()


@given(weights, st.floats(0.1, 0.9))
def test_nobody_melts_more_scrap_than_the_ceiling(use: list[float], part: float) -> None:
    places = [f"C{k:02d}" for k in range(len(use))]
    ceiling = pd.Series(range(1, len(use) + 1), index=places, dtype=float)
    total = part * float(ceiling.sum())
    got = share_out(total, pd.Series(use, index=places), ceiling, {})
    assert (got <= ceiling.reindex(got.index) * (1 + 1e-12)).all()
    assert got.sum() == pytest.approx(total)


def test_a_reported_figure_stands_and_the_others_share_the_rest() -> None:
    use = pd.Series({"USA": 50.0, "CHN": 30.0, "JPN": 20.0})
    got = share_out(100.0, use, None, {"USA": 10.0})
    assert got.to_dict() == pytest.approx({"USA": 10.0, "CHN": 54.0, "JPN": 36.0})


def test_an_input_rate_is_a_share_of_all_supply() -> None:
    beside = RecyclingRule(counted=False, method="input_rate", rate=0.2)
    inside = RecyclingRule(counted=True, method="input_rate", rate=0.2)
    assert recycled_total(beside, 100.0, 80.0) == pytest.approx(20.0)
    assert recycled_total(inside, 100.0, 80.0) == pytest.approx(16.0)


def test_a_rate_that_is_hardly_more_than_rounding_is_left_out() -> None:
    assert recycled_total(RecyclingRule(counted=False, method="input_rate", rate=0.01), 1, 1) == 0


def test_hosts_that_host_each_other_are_refused() -> None:
    loop = pd.DataFrame(
        {"mineral": ["nickel", "platinum"], "host": ["platinum", "nickel"], "share": [0.2, 0.2]}
    )
    with pytest.raises(DataError) as caught:
        refuse_cycles(loop)
    assert caught.value.code == "ORE-DAT-049"
    assert "nickel" in caught.value.what


def test_shares_of_hosts_above_one_are_refused() -> None:
    table = pd.DataFrame(
        {"mineral": ["cobalt", "cobalt"], "host": ["copper", "nickel"], "share": [0.7, 0.5]}
    )
    with pytest.raises(DataError) as caught:
        refuse_cycles(table)
    assert "cobalt" in caught.value.what
