"""Leverage: equals single clearings, is zero without trade, and adds up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from tests.market.small import PARAMETERS, chain, own_territory

from oreacle.core.errors import MarketError, ScenarioError
from oreacle.market.calibrate import base_problem
from oreacle.market.clear import clear
from oreacle.market.kernel import Solution
from oreacle.market.leverage import cases
from oreacle.market.leverage.bands import pair_bands
from oreacle.market.leverage.cases import Arena
from oreacle.market.leverage.command import Command
from oreacle.market.leverage.joint import joint_threat, smallest_set
from oreacle.market.leverage.matrix import leverage, leverage_all, pairs_of, threats_of
from oreacle.market.leverage.power import between, power
from oreacle.market.outcome import Outcome
from oreacle.market.owners import located_owners
from oreacle.market.policies import ExportBan
from oreacle.market.sampled import solve_each
from oreacle.world.load import load_world

WORLD = load_world()
GALLIUM = leverage(WORLD, "gallium")


def lost(outcome: Outcome, actor: str) -> float:
    places = [c for c in WORLD.territory.members(actor) if c in outcome.welfare["country"]]
    return -float(outcome.welfare["total"].sel(country=places).sum())


def small_arena() -> Arena:
    """Two countries that mine, refine and use: A sells B a fifth of its metal; all ore stays."""
    flows = np.diag([100.0, 50.0]), np.array([[80.0, 20.0], [0.0, 50.0]])
    names = ("A", "B")
    problem = base_problem(chain(*flows, (names, names, names)), PARAMETERS, own_territory(names))
    territory = own_territory(names, ("ROW",))
    owners = located_owners(territory)
    share = {link: np.eye(3)[:, :2] for link in ("ore", "refined")}
    return Arena(problem, territory, Command(owners.actors, share, owners))


def test_a_market_of_two_by_hand() -> None:
    arena = small_arena()
    assert arena.actors == ("A", "B", "ROW")
    pairs = pairs_of(arena)
    assert list(zip(pairs.actor, pairs.target, strict=True)) == [(0, 1)]
    assert pairs.exposure[0, 1] == pytest.approx(20.0)
    found = arena.run(threats_of(arena, pairs), pairs.actor)
    # A has no way round: all 20 t/yr stop, none goes round, and B makes up with its own.
    assert found.cut[0] == pytest.approx(20.0)
    assert found.around[0] == pytest.approx(0.0, abs=1e-6)
    assert found.use_lost[0] == pytest.approx(20.0 - found.replaced[0], abs=1e-6)
    assert found.price_rise[0] > 0.0
    # B's users pay more for what they still get; its producers earn part of it.
    assert 0.0 < found.loss[0] < 70.0 * 1020.0 * found.price_rise[0]


@pytest.mark.parametrize(
    ("mineral", "actor", "target", "link"),
    [
        ("gallium", "CHN", "JPN", None),
        ("cobalt", "COD", "CHN", "ore"),
        ("tungsten", "CHN", "EU", "refined"),
        ("nickel", "IDN", "CHN", None),
    ],
)
@pytest.mark.parametrize("follows", [False, True])
def test_it_equals_the_market_cleared_with_a_ban(
    mineral: str, actor: str, target: str, link: str | None, *, follows: bool
) -> None:
    ban = ExportBan(actor, mineral, (target,), 1.0, link, extraterritorial=follows)
    outcome = clear(WORLD, mineral, [ban])
    cell = leverage(WORLD, mineral, link=link, actors=(actor,)).sel(actor=actor, target=target)
    name = "loss_no_circumvention" if follows else "loss"
    assert float(cell[name]) == pytest.approx(lost(outcome, target), rel=1e-6)
    if not follows:
        assert float(cell["own_cost"]) == pytest.approx(lost(outcome, actor), rel=1e-6)
        members = list(WORLD.territory.members(target))
        places = [c for c in members if c in outcome.shortage["country"]]
        short = outcome.shortage["total"].sel(country=places).sum()
        assert float(cell["use_lost"]) == pytest.approx(float(short), rel=1e-6, abs=1e-9)
        risk = outcome.gdp_at_risk["value"].sel(country=places).sum()
        assert float(cell["gdp_at_risk"]) == pytest.approx(float(risk), rel=1e-6, abs=1e-3)


def test_pairs_without_trade_are_exactly_zero_and_the_others_are_not() -> None:
    idle = GALLIUM["exposure"] == 0.0
    assert float(np.abs(GALLIUM["loss"].where(idle, 0.0)).max()) == 0.0
    assert (GALLIUM["loss"].where(~idle, 1.0) != 0.0).all()
    assert int(GALLIUM.attrs["failed"]) == 0


def test_the_price_of_the_target_never_falls_and_nothing_left_out_of_the_tonnes() -> None:
    live = GALLIUM["exposure"] > 0.0
    assert float(GALLIUM["price_rise"].where(live, 0.0).min()) >= -1e-9
    assert float(GALLIUM["cut"].min()) >= 0.0
    missing = GALLIUM["cut"] - GALLIUM["around"] - GALLIUM["replaced"]
    made = GALLIUM["use_lost"] + GALLIUM["released"]
    assert np.allclose(missing.where(live, 0.0), made.where(live, 0.0), rtol=1e-6, atol=1e-6)


def test_following_the_tonnes_hurts_a_target_without_output_more() -> None:
    # Gallium is made in so few places that most targets only use it: no terms of trade turn.
    plain, follows = GALLIUM["loss"], GALLIUM["loss_no_circumvention"]
    assert bool((follows >= plain - 1.0).all())
    assert float(GALLIUM["left"].sel(actor="CHN", target="JPN")) < 1.0


def test_actors_not_asked_about_are_missing_not_zero() -> None:
    part = leverage(WORLD, "gallium", actors=("CHN",))
    assert np.isnan(float(part["loss"].sel(actor="JPN", target="USA")))
    assert float(part["loss"].sel(actor="CHN", target="JPN")) == pytest.approx(
        float(GALLIUM["loss"].sel(actor="CHN", target="JPN"))
    )


def test_threads_change_no_byte() -> None:
    assert leverage(WORLD, "gallium", threads=2).identical(GALLIUM)


def test_a_case_that_does_not_clear_is_missing_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    real: Callable[..., Solution] = solve_each

    def broken(*given: object) -> Solution:
        found = real(*given)
        solved = found.solved.copy()
        solved[0] = False
        return replace(found, solved=solved)

    monkeypatch.setattr(cases, "solve_each", broken)
    table = leverage(WORLD, "gallium", circumvention=False)
    assert table.attrs["failed"] == 1
    assert int(table["loss"].isnull().sum()) == 1


def test_together_suppliers_hurt_no_less_than_the_worst_of_them() -> None:
    found = joint_threat(WORLD, "palladium", ("RUS", "ZAF"), "USA")
    assert found.loss >= max(found.single)
    assert found.added > 0.0  # each alone is made up for by the other
    assert found.failed == 0


def test_the_smallest_set_passes_the_loss_and_no_single_supplier_does() -> None:
    singles = leverage(WORLD, "palladium", actors=("USA",), circumvention=False)
    worst = float(singles["loss"].sel(target="USA").max())
    found = smallest_set(WORLD, "palladium", "USA", worst * 1.05)
    assert len(found.suppliers) == 2
    assert found.loss > worst * 1.05
    assert smallest_set(WORLD, "palladium", "USA", 1e15).suppliers == ()


def test_by_owner_the_power_over_foreign_mines_goes_to_their_owner() -> None:
    place = leverage(WORLD, "cobalt", actors=("CHN", "COD"), circumvention=False)
    owner = leverage(WORLD, "cobalt", by="owner", actors=("CHN", "COD"), circumvention=False)
    at = {"actor": "COD", "target": "CHN"}
    assert float(owner["exposure"].sel(at)) < float(place["exposure"].sel(at))
    assert float(owner["exposure"].sel(actor="CHN").sum()) > float(
        place["exposure"].sel(actor="CHN").sum()
    )


def test_intervals_hold_the_central_value_and_repeat() -> None:
    first, again = (pair_bands(WORLD, "gallium", [("CHN", "JPN")], draws=20)[0] for _ in "ab")
    loss = first.figures["loss"]
    assert loss.low is not None
    assert loss.high is not None
    assert loss.low < loss.value < loss.high
    assert first == again
    assert loss.value == pytest.approx(float(GALLIUM["loss"].sel(actor="CHN", target="JPN")))


def test_sums_over_minerals_and_pairs() -> None:
    table: xr.Dataset = leverage_all(WORLD, ("gallium", "germanium"), circumvention=False)
    found, pairs = power(table, WORLD), between(table)
    losses = table["loss"].sel(actor="CHN").clip(min=0.0).sum()
    assert float(found["outgoing"].sel(actor="CHN")) == pytest.approx(float(losses))
    assert int(found["first"].sel(actor="CHN")) == 2
    assert float(found["outgoing"].sel(actor="ROW")) == 0.0
    there = pairs.sel(actor="CHN", target="JPN")
    back = pairs.sel(actor="JPN", target="CHN")
    assert float(there["net"]) == pytest.approx(-float(back["net"]))
    assert float(there["mutual"]) == pytest.approx(min(float(there["loss"]), float(back["loss"])))


def test_refusals() -> None:
    with pytest.raises(MarketError, match="ORE-MKT-040"):
        leverage(WORLD, "gallium", by="name")
    with pytest.raises(MarketError, match="ORE-MKT-041"):
        leverage(WORLD, "gallium", link="scrap")
    with pytest.raises(MarketError, match="ORE-MKT-042"):
        joint_threat(WORLD, "gallium", ("CHN", "CHN"), "USA")
    with pytest.raises(MarketError, match="ORE-MKT-043"):
        smallest_set(WORLD, "gallium", "USA", -1.0)
    with pytest.raises(ScenarioError, match="ORE-SCN-003"):
        leverage(WORLD, "gallium", actors=("XXX",))
    with pytest.raises(ScenarioError, match="ORE-SCN-015"):
        leverage(WORLD, "gallium", actors=("DEU",))
