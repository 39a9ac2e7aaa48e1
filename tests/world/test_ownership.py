"""Output by owner: it adds up, keeps unknown owners apart, and says how much is sourced."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from oreacle.core.errors import DataError
from oreacle.world.load import load_world
from oreacle.world.ownership import (
    STAGES,
    control_matrix,
    coverage,
    coverage_table,
    load_ownership,
    owner_shares,
)

WORLD = load_world()
OWNERSHIP = load_ownership()
CELLS = [(name, stage) for name in WORLD.mineral_names for stage in STAGES]
# What the embedded sources reach; it may rise, never fall.
REACHED = {
    ("cobalt", "mined"): 0.70,
    ("lithium", "mined"): 0.83,
    ("copper", "mined"): 0.71,
    ("rare_earths_light", "mined"): 0.85,
    ("platinum", "mined"): 0.83,
    ("palladium", "mined"): 0.82,
    ("tungsten", "mined"): 0.88,
    ("nickel", "mined"): 0.44,
    ("nickel", "refined"): 0.51,  # 0.527 while plants outside the named refiners shared one node
    ("copper", "refined"): 0.49,
    ("lithium", "refined"): 0.57,
    ("rare_earths_heavy", "refined"): 0.99,
    ("zinc", "refined"): 0.46,
}


@pytest.mark.parametrize(("mineral", "stage"), CELLS)
def test_shares_of_owners_sum_to_one(mineral: str, stage: str) -> None:
    shares = owner_shares(OWNERSHIP, WORLD.chain(mineral), stage)
    assert float(shares.sum()) == pytest.approx(1.0, abs=1e-8)
    assert float(shares.min()) > 0.0
    assert shares.attrs["units"] == "1"
    assert shares.attrs["sourced"] + shares.attrs["assumed"] == pytest.approx(1.0)
    assert 0.0 <= shares.attrs["checked"] <= shares.attrs["sourced"] + 1e-9


@pytest.mark.parametrize(("mineral", "stage"), REACHED)
def test_coverage_does_not_fall_below_what_was_reached(mineral: str, stage: str) -> None:
    found = coverage(OWNERSHIP, WORLD.chain(mineral), stage)
    assert found.sourced >= REACHED[mineral, stage]


def test_congolese_cobalt_is_mostly_held_from_china() -> None:
    chain = WORLD.chain("cobalt")
    congo = control_matrix(OWNERSHIP, "cobalt", "mined").sel(country="COD")
    assert float(congo.sel(actor="CHN")) == pytest.approx(0.7)
    assert float(congo.sel(actor="COD")) == pytest.approx(0.3)
    owned = float(owner_shares(OWNERSHIP, chain, "mined").sel(actor="COD"))
    assert owned == pytest.approx(0.3 * chain.shares("mined")["COD"], abs=1e-9)
    assert float(owner_shares(OWNERSHIP, chain, "mined").sel(actor="CHN")) > 0.55


def test_owners_inside_the_union_are_one_actor() -> None:
    codes = set(OWNERSHIP.control["owner_actor"])
    assert "EU" in codes
    assert not codes & set(WORLD.territory.members("EU"))
    poland = control_matrix(OWNERSHIP, "copper", "mined").sel(country="POL")
    assert float(poland.sel(actor="EU")) == pytest.approx(1.0)


def test_owners_of_the_base_year_are_used_not_those_of_later_sales() -> None:
    chile = control_matrix(OWNERSHIP, "lithium", "mined").sel(country="CHL")
    assert float(chile.sel(actor="CHN")) == pytest.approx(0.2216 * 37.6 / 48.9, abs=1e-3)


def test_earlier_owners_are_less_known_and_sellers_come_back() -> None:
    chain = WORLD.chain("lithium")
    before = OWNERSHIP.at(2020)
    assert coverage(before, chain, "mined").sourced < coverage(OWNERSHIP, chain, "mined").sourced
    assert float(owner_shares(before, chain, "mined").sum()) == pytest.approx(1.0, abs=1e-8)
    assert OWNERSHIP.at(2024) is OWNERSHIP
    zambia = control_matrix(OWNERSHIP.at(2023), "copper", "mined").sel(country="ZMB")
    now = control_matrix(OWNERSHIP, "copper", "mined").sel(country="ZMB")
    assert float(zambia.sel(actor="ZMB")) > float(now.sel(actor="ZMB"))


@pytest.mark.parametrize("year", [2017, 2025])
def test_a_year_that_no_record_reaches_is_refused(year: int) -> None:
    with pytest.raises(DataError) as caught:
        OWNERSHIP.at(year)
    assert caught.value.code == "ORE-DAT-084"


def test_a_stage_without_owners_is_refused() -> None:
    with pytest.raises(DataError) as caught:
        owner_shares(OWNERSHIP, WORLD.chain("tin"), "used")
    assert caught.value.code == "ORE-DAT-083"


def test_a_country_without_owners_is_refused_and_not_dropped() -> None:
    control = OWNERSHIP.control
    short = replace(
        OWNERSHIP, control=control[(control["mineral"] != "tin") | (control["country"] != "PER")]
    )
    for ask in (owner_shares, coverage):
        with pytest.raises(DataError) as caught:
            ask(short, WORLD.chain("tin"), "mined")
        assert caught.value.code == "ORE-DAT-083"
        assert "PER" in caught.value.what


@pytest.mark.parametrize(("share", "code"), [(1.4, "ORE-DAT-082"), (-0.2, "ORE-DAT-082")])
def test_owners_who_do_not_make_one_whole_are_refused(share: float, code: str) -> None:
    row = pd.DataFrame(OWNERSHIP.control.iloc[:1]).assign(share=share, owner_actor="CHN")
    with pytest.raises(DataError) as caught:
        replace(OWNERSHIP, control=row)
    assert caught.value.code == code


def test_an_unknown_owner_is_refused() -> None:
    row = pd.DataFrame(OWNERSHIP.control.iloc[:1]).assign(share=1.0, owner_actor="Glencore")
    with pytest.raises(DataError) as caught:
        replace(OWNERSHIP, control=row)
    assert caught.value.code == "ORE-DAT-080"


def test_coverage_is_listed_for_every_mineral_and_stage() -> None:
    table = coverage_table(OWNERSHIP, WORLD.chains)
    assert list(table.columns) == ["mineral", "stage", "sourced", "checked", "assumed"]
    assert len(table) == len(CELLS)
    assert table["sourced"].between(0.0, 1.0 + 1e-9).all()
