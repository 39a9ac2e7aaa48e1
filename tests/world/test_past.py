"""Worlds of past years: closure, known facts, likeness to the base year, refusals."""

import numpy as np
import pytest

import oreacle as oc
from oreacle.core.errors import DataError
from oreacle.market.policies import ExportBan
from oreacle.world.chain import Chain
from oreacle.world.load import load_world
from oreacle.world.past import past_coverage, world_in

YEARS = (1996, 2005, 2010, 2017, 2022)
MEDIAN_BOUND = {"ore": 0.16, "refined": 0.16}
"""Measured medians of total variation in the rebuilt base year: see docs/past_markets.md."""


def _flows(chain: Chain, link: str) -> dict[tuple[str, str], float]:
    tails, heads, flow = (
        (chain.miners, chain.refiners, chain.ore_flow)
        if link == "ore"
        else (chain.refiners, chain.users, chain.refined_flow)
    )
    total = flow.sum()
    return {(i, j): flow[a, b] / total for a, i in enumerate(tails) for b, j in enumerate(heads)}


@pytest.mark.parametrize("year", YEARS)
def test_every_chain_closes_and_has_a_record_and_no_measure_holds(year: int) -> None:
    world = world_in(year)
    assert world.chains
    assert set(world.chains) == set(world.records)
    assert set(world.chains) | set(world.absent) == set(load_world().chains)
    assert world.measures == ()
    for chain in world.chains.values():
        supply = chain.refined + chain.recycled
        gaps = (
            np.abs(chain.ore_flow.sum(1) - chain.mined).max(),
            np.abs(chain.ore_flow.sum(0) - chain.refined).max(),
            np.abs(chain.refined_flow.sum(1) - supply).max(),
            np.abs(chain.refined_flow.sum(0) - chain.used).max(),
        )
        assert max(gaps) <= 1e-9 * chain.throughput
        assert chain.registered_caps == ()


@pytest.mark.parametrize(("year", "share"), [(2010, 0.982), (2017, 0.771)])
def test_share_of_china_in_rare_earth_mining(year: int, share: float) -> None:
    mined = world_in(year).chain("rare_earths_light").shares("mined")
    assert mined["CHN"] == pytest.approx(share, abs=0.006)


def test_indonesian_nickel_ore_to_china_collapses_after_its_ban_of_2014() -> None:
    shares = []
    for year in (2013, 2015):
        chain = world_in(year).chain("nickel")
        column = chain.ore_flow[:, chain.refiners.index("CHN")].copy()
        column[chain.miners.index("CHN")] = 0.0
        shares.append(column[chain.miners.index("IDN")] / column.sum())
    assert shares[0] > 0.5
    assert shares[1] < 0.5 * shares[0]


@pytest.mark.parametrize("link", ["ore", "refined"])
def test_rebuilt_base_year_is_like_the_embedded_one(link: str) -> None:
    base, made = load_world(), world_in(2024)
    found = []
    for mineral, chain in made.chains.items():
        if link == "ore" and chain.is_integrated:
            continue
        here, there = _flows(chain, link), _flows(base.chain(mineral), link)
        gap = sum(abs(here.get(k, 0.0) - there.get(k, 0.0)) for k in {*here, *there})
        found.append(0.5 * gap)
    assert np.median(found) <= MEDIAN_BOUND[link]


@pytest.mark.parametrize(
    ("year", "mineral", "actor"),
    [(2010, "rare_earths_light", "CHN"), (2003, "copper", "CHL")],
)
def test_a_ban_clears_to_a_certificate(year: int, mineral: str, actor: str) -> None:
    world = world_in(year)
    outcome = oc.clear(world, mineral, [ExportBan(actor, mineral)])
    assert outcome.certificate.is_solved
    quiet = oc.clear(world, mineral)
    assert quiet.certificate.is_solved
    assert float(np.abs(quiet.prices["refined_change"]).max()) <= 1e-9
    assert float(outcome.prices["delivered_change"].max()) > 0.01


def test_union_of_the_year_decides_who_acts() -> None:
    assert world_in(2003).territory.resolve("POL") == "POL"
    assert world_in(2004).territory.resolve("POL") == "EU"
    assert world_in(2019).territory.resolve("GBR") == "EU"
    assert world_in(2022).territory.resolve("GBR") == "GBR"


def test_what_is_not_known_is_refused_with_its_reason() -> None:
    with pytest.raises(DataError, match="ORE-DAT-140"):
        world_in(1994)
    with pytest.raises(DataError, match=r"ORE-DAT-141.*aluminium"):
        world_in(2005).chain("aluminium")
    table = past_coverage(2005).set_index("mineral")
    assert table.at["aluminium", "absent"]
    assert table.at["aluminium", "grade"] == ""
    assert table.at["cobalt", "mined"] == "output"
