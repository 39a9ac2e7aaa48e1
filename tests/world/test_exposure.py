"""Exposure: whose ore is in the metal, how much comes from abroad, and from whom by customs."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.world.chains import TERRITORY, chains, located, worked

from oreacle.core.errors import DataError, ScenarioError
from oreacle.world.chain import Chain
from oreacle.world.customs import customs_suppliers
from oreacle.world.exposure import (
    by_place,
    dependence,
    find_buyer,
    is_user,
    look_through,
    purchases,
)
from oreacle.world.exposure_summary import exposure, exposures, grade_statement
from oreacle.world.load import load_world
from oreacle.world.territory import Territory

WORLD = load_world()


def seen_by(name: str, chain: Chain | None = None) -> dict[str, float]:
    through = look_through(chain or worked(), find_buyer(TERRITORY, name))
    buyer = find_buyer(TERRITORY, name)
    return {str(k): float(v) for k, v in by_place(through.sum("exporter"), buyer).items()}


@given(chains())
def test_seen_through_all_that_a_buyer_uses_has_an_origin(chain: Chain) -> None:
    for user, used in zip(chain.users, chain.used, strict=True):
        buyer = find_buyer(located(chain), user)
        through = look_through(chain, buyer)
        assert float(through.sum()) == pytest.approx(used)
        assert by_place(through.sum("exporter"), buyer).sum() == pytest.approx(1.0)
        assert np.allclose(through.sum("origin"), purchases(chain, buyer))


@given(chains())
def test_all_buyers_together_hold_what_was_mined(chain: Chain) -> None:
    territory = located(chain)
    parts = [look_through(chain, find_buyer(territory, user)).values for user in chain.users]
    assert np.allclose(np.sum(parts, axis=0).sum(axis=1), chain.mined)


@given(st.integers(0, 1000), st.integers(1, 5))
def test_with_one_refiner_every_buyer_sees_its_intake(seed: int, mines: int) -> None:
    rng = np.random.default_rng(seed)
    ore = rng.uniform(1, 9, (mines, 1))
    metal = rng.dirichlet((1.0, 1.0)) * ore.sum()
    base = worked()
    names = tuple(f"M{k}" for k in range(mines))
    chain = replace(
        base,
        miners=names,
        refiners=("R0",),
        users=("U0", "U1"),
        mined=ore[:, 0],
        refined=ore.sum(axis=0),
        recycled=np.zeros(1),
        mine_capacity=np.full(mines, np.nan),
        refinery_capacity=np.full(1, np.nan),
        used=metal,
        ore_flow=ore,
        refined_flow=metal[None, :],
    )
    through = look_through(chain, find_buyer(located(chain), "U1"))
    assert np.allclose(through.sum("exporter") / through.sum(), ore[:, 0] / ore.sum())


@given(chains(), st.integers(0, 1000))
def test_the_order_of_countries_does_not_matter(chain: Chain, seed: int) -> None:
    rng = np.random.default_rng(seed)
    i, j = rng.permutation(len(chain.miners)), rng.permutation(len(chain.refiners))
    mixed = replace(
        chain,
        miners=tuple(chain.miners[k] for k in i),
        refiners=tuple(chain.refiners[k] for k in j),
        mined=chain.mined[i],
        refined=chain.refined[j],
        ore_flow=chain.ore_flow[np.ix_(i, j)],
        refined_flow=chain.refined_flow[j],
    )
    buyer = find_buyer(located(chain), chain.users[0])
    one, other = look_through(chain, buyer), look_through(mixed, buyer)
    assert np.allclose(one, other.sel(origin=one["origin"], exporter=one["exporter"]))
    first, second = dependence(chain, buyer), dependence(mixed, buyer)
    assert first.not_home_throughout == pytest.approx(second.not_home_throughout)


def test_hand_worked_origins_of_a_country_and_of_a_bloc() -> None:
    # DEU: 10 from CHN (3/4 COD, 1/4 CHN), 20 from FIN (half COD, half FIN).
    assert seen_by("DEU") == pytest.approx({"COD": 17.5 / 30, "FIN": 10 / 30, "CHN": 2.5 / 30})
    # EU: DEU and FIN, 30 of 40 from its own refinery, 15 of it its own ore.
    assert seen_by("EU") == pytest.approx({"COD": 22.5 / 40, "EU": 15 / 40, "CHN": 2.5 / 40})


def test_hand_worked_dependence() -> None:
    eu = dependence(worked(), find_buyer(TERRITORY, "EU"))
    assert eu.refined_imported == pytest.approx(10 / 40)
    assert eu.ore_foreign == pytest.approx(25 / 40)
    assert eu.not_home_throughout == pytest.approx(25 / 40)
    assert eu.home_throughout == pytest.approx(15 / 40)
    assert eu.net_refined == pytest.approx(0.0)  # 40 refined, 40 used: nets out
    assert eu.net_mined == pytest.approx(0.5)  # 20 mined for an intake of 40
    germany = dependence(worked(), find_buyer(TERRITORY, "DEU"))
    assert germany.refined_imported == germany.not_home_throughout == 1.0
    assert np.isnan(germany.net_mined)


def test_recycled_metal_is_an_origin_of_its_own_and_counts_where_it_was_recovered() -> None:
    base = worked()
    ore = base.ore_flow.copy()
    ore[0, 1] -= 10.0  # ten tonnes of FIN's intake are scrap instead of ore from COD
    chain = replace(
        base,
        ore_flow=ore,
        mined=ore.sum(axis=1),
        refined=ore.sum(axis=0),
        recycled=np.array([0.0, 10.0, 0.0]),
    )
    assert seen_by("EU", chain) == pytest.approx(
        {"EU": 15 / 40, "COD": 15 / 40, "recycled": 7.5 / 40, "CHN": 2.5 / 40}
    )
    assert dependence(chain, find_buyer(TERRITORY, "EU")).ore_foreign == pytest.approx(17.5 / 40)


def test_a_member_is_taken_alone_and_a_bloc_together() -> None:
    assert find_buyer(TERRITORY, "deu").members == ("DEU",)
    assert find_buyer(TERRITORY, "EU").members == ("DEU", "FIN")
    with pytest.raises(ScenarioError) as caught:
        find_buyer(TERRITORY, "XYZ")
    assert caught.value.code == "ORE-SCN-003"


def test_a_buyer_in_the_rest_of_the_world_is_refused() -> None:
    usa = find_buyer(TERRITORY, "USA")
    assert not is_user(worked(), usa)
    with pytest.raises(DataError) as caught:
        exposure(worked(), TERRITORY, "USA")
    assert caught.value.code == "ORE-DAT-088"
    assert "USA" in caught.value.what


def entrepots(**change: Any) -> pd.DataFrame:  # noqa: ANN401 - cells of a table
    row = {
        "mineral": "testium",
        "link": "refined",
        "origin": "CHN",
        "importer": "DEU",
        "via": "JPN",
        "share": 0.4,
        "basis": "estimated",
        "source": "made up",
    }
    ore = {**row, "link": "ore", "share": 1.0}
    other = {**row, "mineral": "gallium", "share": 1.0}
    return pd.DataFrame([{**row, **change}, ore, other])


def sold(frame: pd.DataFrame | None, name: str = "DEU") -> dict[tuple[str, str], float]:
    table = customs_suppliers(worked(), find_buyer(TERRITORY, name), TERRITORY, frame)
    return {
        (str(row["seller"]), str(row["origin"])): float(row["share"])
        for row in table.to_dict("records")
    }


def test_customs_name_the_entrepot_and_the_origin_stays() -> None:
    assert sold(None) == pytest.approx({("FIN", "FIN"): 20 / 30, ("CHN", "CHN"): 10 / 30})
    assert sold(entrepots()) == pytest.approx(
        {("FIN", "FIN"): 20 / 30, ("CHN", "CHN"): 6 / 30, ("JPN", "CHN"): 4 / 30}
    )


def test_a_row_for_the_bloc_serves_its_members_and_a_port_of_the_bloc_sells_nothing() -> None:
    for_bloc = entrepots(importer="EU")
    assert sold(for_bloc) == pytest.approx(sold(entrepots()))
    assert sold(for_bloc, "EU") == pytest.approx(
        {("EU", "EU"): 30 / 40, ("CHN", "CHN"): 6 / 40, ("JPN", "CHN"): 4 / 40}
    )
    assert sold(entrepots(via="FIN"), "EU") == pytest.approx(
        {("EU", "EU"): 30 / 40, ("CHN", "CHN"): 10 / 40}
    )


@given(st.floats(0.0, 1.0))
def test_entrepots_move_sellers_and_lose_nothing(share: float) -> None:
    assert sum(sold(entrepots(share=share)).values()) == pytest.approx(1.0)


@pytest.mark.parametrize(
    "frame",
    [
        entrepots(share=1.2),
        entrepots(share=float("nan")),
        pd.concat([entrepots(), entrepots(via="USA", share=0.7)]),
        entrepots().drop(columns="via"),
    ],
)
def test_entrepots_that_send_too_much_or_lack_columns_are_refused(frame: pd.DataFrame) -> None:
    with pytest.raises(DataError) as caught:
        sold(frame)
    assert caught.value.code == "ORE-DAT-089"


def test_the_summary_holds_together_and_names_what_it_rests_on() -> None:
    item = exposure(worked(), TERRITORY, "EU")
    assert item.use_t == 40.0
    assert item.use_share == pytest.approx(40 / 130)
    assert item.refiners.to_dict() == pytest.approx({"EU": 0.75, "CHN": 0.25})
    assert item.worst.supplier == "COD"
    blind = exposure(replace(worked(), grade_refined="C"), TERRITORY, "EU")
    assert "no trade data" in grade_statement(blind)
    assert "observed" in grade_statement(item)


def test_the_embedded_world_reads_sensibly() -> None:
    japan = exposure(WORLD.chain("rare_earths_heavy"), WORLD.territory, "JPN")
    assert japan.refiners.index[0] == "CHN"
    assert japan.origins.index[0] == "MMR"
    assert japan.worst.left < 0.05
    europe = exposure(WORLD.chain("cobalt"), WORLD.territory, "EU")
    assert europe.refiners.index[0] == "EU"
    assert europe.origins.index[0] == "COD"
    assert europe.dependence.refined_imported < 0.5 < europe.dependence.ore_foreign


def test_minerals_are_ordered_by_what_a_stop_leaves() -> None:
    found = exposures(WORLD, "USA")
    left = [item.worst.left for item in found]
    assert len(found) >= 25
    assert all(one <= other + 1e-5 for one, other in pairwise(left))
    nobody = Territory({**WORLD.territory.actor_of, "ZZZ": "ZZZ"})
    assert exposures(replace(WORLD, territory=nobody), "ZZZ") == ()
