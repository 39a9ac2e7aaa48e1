"""The leverage matrix on the embedded world: against clear, zeros, laws, refusals."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from oreacle.core.errors import MarketError, ScenarioError
from oreacle.market.clear import clear
from oreacle.market.leverage.matrix import arena_of, leverage, pairs_of, threats_of
from oreacle.market.policies import ExportBan
from oreacle.world.load import load_world


@pytest.fixture(scope="module")
def gallium() -> xr.Dataset:
    return leverage(load_world(), "gallium")


@pytest.mark.parametrize(
    ("mineral", "actor", "target"),
    [
        ("gallium", "CHN", "USA"),
        ("nickel", "IDN", "CHN"),
        ("cobalt", "COD", "CHN"),
        ("palladium", "RUS", "EU"),
    ],
)
@pytest.mark.parametrize("follows", [False, True])
def test_a_cell_is_what_clearing_the_full_ban_gives(
    mineral: str, actor: str, target: str, follows: bool
) -> None:
    world = load_world()
    table = leverage(world, mineral, actors=[actor])
    ban = ExportBan(actor, mineral, (target,), enforcement=1.0, extraterritorial=follows)
    outcome = clear(world, mineral, [ban])
    members = world.territory.members(target)
    found = outcome.welfare["total"]
    named = [c for c in members if c in found["country"].values]
    lost = -float(found.sel(country=named).sum())
    name = "loss_no_circumvention" if follows else "loss"
    cell = float(table[name].sel(actor=actor, target=target))
    assert cell == pytest.approx(lost, rel=1e-5, abs=1.0)


def test_pairs_without_trade_are_exactly_zero_and_others_are_known(gallium: xr.Dataset) -> None:
    nothing = gallium["exposure"] == 0.0
    assert bool(nothing.any())
    for name in ("loss", "own_cost", "use_lost"):
        assert (gallium[name].where(nothing, 0.0) == 0.0).all()
    assert gallium.attrs["failed"] == 0
    assert bool(gallium["loss"].notnull().all())


@pytest.mark.parametrize("mineral", ["gallium", "antimony", "nickel"])
def test_who_is_cut_off_along_all_ways_pays_at_least_as_high_a_price(mineral: str) -> None:
    world = load_world()
    arena = arena_of(world, mineral)
    pairs = pairs_of(arena, "refined")
    threats = threats_of(arena, pairs, "refined")
    plain = arena.run(threats, pairs.actor)
    follows = arena.run(threats.following(), pairs.actor)
    known = np.isfinite(plain.price_rise)
    assert known.mean() > 0.9  # an actor that uses nothing itself has no price
    assert (follows.price_rise >= plain.price_rise - 1e-6)[known].all()
    assert (plain.price_rise >= -1e-6)[known].all()


def test_the_answer_does_not_depend_on_the_number_of_threads() -> None:
    world = load_world()
    one, two = (leverage(world, "tungsten", threads=n) for n in (1, 2))
    for name in one.data_vars:
        assert np.array_equal(one[name].to_numpy(), two[name].to_numpy(), equal_nan=True), name


def test_only_pairs_asked_for_are_cleared() -> None:
    table = leverage(load_world(), "gallium", actors=["JPN"])
    assert np.isnan(float(table["loss"].sel(actor="CHN", target="USA")))
    assert np.isfinite(float(table["loss"].sel(actor="CHN", target="JPN")))


def test_stages_cut_alone_are_less_than_a_cut_of_both_in_price() -> None:
    world = load_world()
    both = leverage(world, "cobalt", actors=["CHN"])
    refined = leverage(world, "cobalt", actors=["CHN"], link="refined")
    cell = {"actor": "CHN", "target": "JPN"}
    assert float(refined["price_rise"].sel(cell)) <= float(both["price_rise"].sel(cell)) + 1e-9


def test_owners_command_what_they_control_abroad() -> None:
    world = load_world()
    place = leverage(world, "cobalt", actors=["CHN"])
    owner = leverage(world, "cobalt", by="owner", actors=["CHN"])
    cell = {"actor": "CHN", "target": "EU"}
    assert float(owner["exposure"].sel(cell)) != pytest.approx(float(place["exposure"].sel(cell)))


def test_a_case_that_does_not_solve_is_missing_and_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from oreacle.market.leverage import cases

    monkeypatch.setattr(
        cases, "certified", lambda state, solution: np.zeros(len(solution.solved), bool)
    )
    table = leverage(load_world(), "gallium", actors=["CHN"])
    assert table.attrs["failed"] > 0
    assert np.isnan(float(table["loss"].sel(actor="CHN", target="JPN")))


def test_what_cannot_be_asked_is_refused() -> None:
    world = load_world()
    with pytest.raises(MarketError, match="ORE-MKT-040"):
        leverage(world, "gallium", by="flag")
    with pytest.raises(MarketError, match="ORE-MKT-041"):
        leverage(world, "gallium", link="magnets")
    with pytest.raises(ScenarioError, match="ORE-SCN-002"):
        leverage(world, "galium")
    with pytest.raises(ScenarioError, match="ORE-SCN-003"):
        leverage(world, "gallium", actors=["XYZ"])
