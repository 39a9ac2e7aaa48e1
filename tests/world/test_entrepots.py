"""Flows by origin as customs see them."""

from __future__ import annotations

import functools
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.market import small

from oreacle.core.errors import DataError
from oreacle.data.store import read_table
from oreacle.world.chain import Chain
from oreacle.world.entrepots import (
    Entrepots,
    customs_matrix,
    entrepots_from_table,
    load_entrepots,
    via_shares,
)
from oreacle.world.load import load_world

ORE = np.array([[60.0, 10.0], [5.0, 25.0]])
METAL = np.array([[30.0, 15.0, 20.0], [5.0, 10.0, 20.0]])
NAMES = (("AAA", "BBB"), ("AAA", "BBB"), ("AAA", "BBB", "CCC"))


@functools.cache
def chain() -> Chain:
    return small.chain(ORE, METAL, NAMES)


def rows(*parts: tuple[str, str, str, float]) -> pd.DataFrame:
    """Return rows of the table for refined testium: origin, importer, via, share."""
    table = pd.DataFrame(parts, columns=["origin", "importer", "via", "share"])
    return table.assign(mineral="testium", link="refined", basis="derived", source="made up")


def test_legs_by_hand() -> None:
    table = rows(("AAA", "CCC", "AAA", 0.25), ("AAA", "CCC", "DDD", 0.75))
    matrix = customs_matrix(chain(), entrepots_from_table(table))
    # 20 t of A for C: 5 t direct, 15 t through D; B ships its 20 t itself.
    assert matrix.sel(importer="CCC").to_series().to_dict() == {
        "AAA": 5.0,
        "BBB": 20.0,
        "DDD": 15.0,
    }
    assert float(matrix.sel(exporter="AAA", importer="AAA")) == 0.0
    shares = via_shares(chain(), "CCC", entrepots_from_table(table))
    assert float(shares.sel(origin="AAA", via="DDD")) == 0.375


@settings(max_examples=25, deadline=None)
@given(st.floats(0, 1), st.floats(0, 1))
def test_tonnes_keep_their_origin_and_none_is_lost(first: float, second: float) -> None:
    table = rows(
        ("AAA", "CCC", "AAA", 1 - first),
        ("AAA", "CCC", "BBB", first),
        ("BBB", "AAA", "BBB", 1 - second),
        ("BBB", "AAA", "EEE", second),
    )
    ways = entrepots_from_table(table)
    matrix = customs_matrix(chain(), ways)
    foreign = np.array([5.0, 15.0, 40.0])
    assert matrix.sum("exporter").to_numpy() == pytest.approx(foreign)
    assert via_shares(chain(), "CCC", ways).sum("via").to_numpy() == pytest.approx([0.5, 0.5])


def test_shares_that_do_not_add_to_one_are_refused_by_name() -> None:
    with pytest.raises(DataError) as caught:
        entrepots_from_table(rows(("AAA", "CCC", "AAA", 0.25), ("AAA", "CCC", "DDD", 0.7)))
    assert caught.value.code == "ORE-DAT-105"
    assert "AAA CCC" in caught.value.what


@pytest.mark.parametrize("importer", ["ZZZ", "AAA"])
def test_an_importer_that_takes_nothing_from_abroad_is_refused(importer: str) -> None:
    alone = replace(
        chain(),
        refined_flow=np.diag([65.0, 35.0]),
        users=("AAA", "BBB"),
        used=np.array([65.0, 35.0]),
    )
    with pytest.raises(DataError) as caught:
        via_shares(alone, importer, Entrepots({}))
    assert caught.value.code == "ORE-DAT-106"


def test_american_gallium_is_chinese_and_comes_through_others() -> None:
    gallium = load_world().chain("gallium")
    shares = via_shares(gallium, "USA", load_entrepots())
    assert float(shares.sum("via").sel(origin="CHN")) > 0.9
    way = shares.sum("origin")
    # Published import sources 2021-24: Canada 28, Japan 22, China 18, Germany 16 %.
    for code, share in (("CAN", 0.28), ("JPN", 0.22), ("CHN", 0.18), ("DEU", 0.16)):
        assert float(way.sel(via=code)) == pytest.approx(share, abs=0.02)


def test_the_embedded_table_names_flows_of_the_model_only() -> None:
    table = read_table("entrepots")
    world = load_world()
    for (mineral, link), part in table.groupby(["mineral", "link"]):
        place = world.chain(str(mineral))
        ends = (place.miners, place.refiners) if link == "ore" else (place.refiners, place.users)
        assert set(part["origin"]) <= set(ends[0]), (mineral, link)
        assert set(part["importer"]) <= set(ends[1]), (mineral, link)
    assert not (table["origin"] == table["importer"]).any()
    assert set(table["basis"]) <= {"derived", "sourced"}
