"""Ways of a what-if: what the table shows is what flows beside the direct way."""

from __future__ import annotations

import numpy as np
import pytest
from tests.market.books import compare

from oreacle.market.movements import route_table
from oreacle.market.policies import ExportBan

BAN = [ExportBan("R00", "testium", ("U00",), 0.9, "refined")]


def test_ways_and_the_direct_way_make_the_flow() -> None:
    comparison = compare(BAN)
    table = route_table(comparison).isel(draw=0)
    state = comparison.now.balance.metal
    here = (table["link"] == "refined") & (table["origin"] == "R00") & (table["importer"] == "U00")
    around = float(table["flow"].where(here, drop=True).sum())
    assert around == pytest.approx(float(state.flow[0, 0, 0] - state.direct[0, 0, 0]))
    assert set(table["via"].where(here, drop=True).values) == {"U01", "U02"}


def test_a_ban_on_a_user_sends_tonnes_round_it() -> None:
    """Where going round costs nothing; at the assumed cost a small ban may not be worth it."""
    table = route_table(compare(BAN, leak_cost=0.0)).isel(draw=0)
    here = (table["origin"] == "R00") & (table["importer"] == "U00")
    assert bool((table["change"].where(here, drop=True) > 0.0).all())


def test_without_ways_there_is_no_route() -> None:
    table = route_table(compare(BAN, ways=False))
    assert table.sizes["way"] == 0
    assert list(table["via"].values) == []


def test_without_a_measure_no_way_changes() -> None:
    assert float(np.abs(route_table(compare([]))["change"]).max()) == 0.0
