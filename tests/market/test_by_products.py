"""Several minerals cleared at once, hosts before by-products."""

from __future__ import annotations

import functools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oreacle.core.errors import ScenarioError
from oreacle.market.by_products import clear_all, host_effects, mine_levels, unlinked_output
from oreacle.market.clear import clear, cleared
from oreacle.market.policies import CapacityLoss, ExportBan
from oreacle.world.by_products import ByProducts, HostLink, HostShares, host_shares
from oreacle.world.load import load_world
from oreacle.world.snapshot import World

LINK = HostLink("tellurium", "copper", "refined", 0.5)
LOSS = CapacityLoss("CHN", "aluminium", "refined", 1.0)


@functools.cache
def world() -> World:
    return load_world()


def shares(linked: list[list[float]]) -> HostShares:
    part = np.array(linked)
    hosts = tuple(LINK for _ in range(part.shape[1]))
    countries = tuple(f"C{k}" for k in range(part.shape[0]))
    return HostShares("tellurium", hosts, countries, np.full(part.shape[0], 10.0), part)


def test_mines_follow_their_hosts_by_hand() -> None:
    # 1 + 0.5 (0.2 - 1) + 0.3 (1.5 - 1) = 0.75; the second country is linked to neither.
    level = mine_levels(shares([[0.5, 0.3], [0.0, 0.0]]), np.array([[0.2, 1.5], [0.0, 0.0]]))
    assert level == pytest.approx([0.75, 1.0])


@given(st.floats(0.0, 1.0), st.floats(0.0, 3.0))
def test_a_host_at_base_leaves_exactly_one_and_one_at_zero_takes_the_linked_share(
    linked: float, other: float
) -> None:
    both = shares([[linked, 0.0]])
    assert mine_levels(both, np.array([[1.0, other]])) == 1.0
    assert mine_levels(both, np.array([[0.0, other]])) == pytest.approx(1.0 - linked)


def test_no_capacity_below_zero() -> None:
    assert mine_levels(shares([[0.7, 0.7]]), np.zeros((1, 2))) == 0.0


def test_a_record_says_what_a_host_did() -> None:
    effect, *others = host_effects(shares([[0.5], [0.0]]), np.array([[0.2], [0.2]]))
    assert not others
    assert effect.country == "C0"
    assert effect.host_output_change == pytest.approx(-0.8)
    assert effect.capacity_change == pytest.approx(-0.4)
    assert effect.output_change == pytest.approx(-4.0)


def test_unlinked_output_says_whether_there_is_a_host() -> None:
    full, half, none = shares([[1.0], [0.5], [0.0]]), shares([[0.5]]), shares([[0.0]])
    assert [row.country for row in unlinked_output(full)] == ["C1", "C2"]
    assert [(row.output, row.has_host) for row in unlinked_output(half)] == [(5.0, True)]
    assert [(row.output, row.has_host) for row in unlinked_output(none)] == [(10.0, False)]


@functools.cache
def without_refineries() -> dict[str, float]:
    """Chinese gallium output over base when every Chinese aluminium refinery stops."""
    markets = clear_all(world(), [LOSS])
    outcome = markets.outcomes["gallium"]
    china = outcome.quantities.sel(country="CHN")
    base = float(china.mined - china.mined_change)
    (effect,) = (e for e in markets.host_effects if e.country == "CHN")
    return {
        "left": float(china.mined) / base,
        "capacity": effect.capacity_change,
        "host": effect.host_output_change,
        "certified": float(outcome.certificate.is_solved),
        "order": float(list(markets.outcomes) == ["aluminium", "gallium"]),
    }


def test_a_host_at_zero_takes_the_linked_share_of_the_by_product() -> None:
    found = without_refineries()
    hang = host_shares(world().by_products, world().chains, "gallium")
    linked = hang.linked[hang.countries.index("CHN"), 0]
    assert found["host"] == pytest.approx(-1.0)
    assert found["capacity"] == pytest.approx(-linked)
    # A higher price draws on spare capacity of what is left, which the utilisation bounds.
    assert found["left"] <= (1.0 - linked) / 0.8
    assert found["order"]
    assert found["certified"]


def test_without_links_nothing_but_the_mineral_itself_changes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(World, "by_products", ByProducts((), ()))
    markets = clear_all(world(), [LOSS])
    assert list(markets.outcomes) == ["aluminium"]
    assert not markets.host_effects
    alone = clear(world(), "aluminium", [LOSS])
    assert markets.outcomes["aluminium"].prices.equals(alone.prices)


def test_a_by_product_whose_host_rests_is_cleared_as_if_alone() -> None:
    ban = ExportBan("CHN", "gallium")
    markets = clear_all(world(), [ban])
    assert list(markets.outcomes) == ["gallium"]
    assert not markets.host_effects
    assert markets.outcomes["gallium"].prices.equals(clear(world(), "gallium", [ban]).prices)
    without_host = [row.country for row in markets.unlinked if not row.has_host]
    assert without_host == ["JPN"]


def test_mines_at_base_reproduce_the_base_year() -> None:
    ones = np.ones(len(world().chain("indium").miners))
    outcome = cleared(world(), "indium", [], mines=ones)
    change = outcome.quantities.mined_change.to_numpy()
    assert np.nanmax(np.abs(change)) <= 1e-9 * world().chain("indium").throughput


def test_policies_on_hosts_and_by_products_hold_at_once() -> None:
    ban = ExportBan("CHN", "gallium")
    both = clear_all(world(), [LOSS, ban]).outcomes["gallium"]
    host_alone = clear_all(world(), [LOSS]).outcomes["gallium"]
    assert not both.prices.equals(host_alone.prices)


def test_no_policy_clears_nothing_and_bad_ones_are_refused() -> None:
    assert not clear_all(world(), []).outcomes
    with pytest.raises(ScenarioError, match="ORE-SCN-002"):
        clear_all(world(), [replace(LOSS, mineral="unobtainium")])
    with pytest.raises(ScenarioError, match="ORE-SCN-018"):
        clear_all(world(), LOSS)  # type: ignore[arg-type]
