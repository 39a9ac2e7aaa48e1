"""Which output of a by-product hangs on which host."""

from __future__ import annotations

import functools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oreacle.core.errors import DataError
from oreacle.world.by_products import (
    HostLink,
    by_products_from_table,
    fitted_shares,
    host_order,
    host_shares,
)
from oreacle.world.load import load_world
from oreacle.world.snapshot import World


@functools.cache
def world() -> World:
    return load_world()


def link(mineral: str, host: str, share: float = 0.5) -> HostLink:
    return HostLink(mineral, host, "mined", share)


def table(*rows: tuple[str, str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["mineral", "host", "host_stage", "share"])


def test_hosts_come_before_their_by_products_and_ties_by_name() -> None:
    links = [link("b", "a"), link("c", "b"), link("d", "b"), link("d", "e")]
    assert host_order(links) == ("a", "e", "b", "c", "d")


@given(st.sets(st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda p: p[0] < p[1])))
def test_every_graph_without_a_cycle_is_put_in_order(pairs: set[tuple[int, int]]) -> None:
    # Hosts have the lower number, names the reverse: the order is not that of the names.
    links = [link(f"m{9 - high}", f"m{9 - low}") for low, high in pairs]
    place = {name: k for k, name in enumerate(host_order(links))}
    assert all(place[item.host] < place[item.mineral] for item in links)


@pytest.mark.parametrize(
    "links", [[link("a", "b"), link("b", "a")], [link("a", "b"), link("b", "c"), link("c", "a")]]
)
def test_a_cycle_of_hosts_is_refused(links: list[HostLink]) -> None:
    with pytest.raises(DataError) as caught:
        host_order(links)
    assert caught.value.code == "ORE-DAT-049"
    rows = table(*((item.mineral, item.host, "mined", 0.5) for item in links))
    with pytest.raises(DataError, match="ORE-DAT-049"):
        by_products_from_table(rows)


def test_an_unknown_stage_of_a_host_is_refused() -> None:
    with pytest.raises(DataError, match="smelted") as caught:
        by_products_from_table(table(("tellurium", "copper", "smelted", 0.9)))
    assert caught.value.code == "ORE-DAT-049"


def test_descendants_are_found_through_by_products_that_are_hosts() -> None:
    hosts = world().by_products
    assert hosts.descendants(["nickel"]) == (
        "nickel",
        "cobalt",
        "platinum",
        "chromium",
        "palladium",
    )
    assert hosts.descendants(["tin"]) == ("tin",)


def test_shares_by_hand() -> None:
    # 60 t with host output, 40 t without; the host has half of the world's 100 t: 50 of the 60.
    shares = fitted_shares(np.array([60.0, 40.0]), np.array([[7.0], [0.0]]), np.array([0.5]))
    assert shares == pytest.approx(np.array([[50.0 / 60.0], [0.0]]))


@given(
    st.lists(
        st.tuples(st.floats(0.0, 100.0), st.floats(0.0, 100.0), st.floats(0.0, 100.0)),
        min_size=2,
        max_size=8,
    ),
    st.floats(0.0, 0.5),
    st.floats(0.0, 0.5),
)
def test_no_country_is_linked_beyond_its_output_nor_to_a_host_it_lacks(
    rows: list[tuple[float, float, float]], first: float, second: float
) -> None:
    values = np.array(rows).round(3) + np.array([[1.0, 0.0, 0.0]] + [[0.0] * 3] * (len(rows) - 1))
    output, host = values[:, 0], values[:, 1:]
    linked = fitted_shares(output, host, np.array([first, second]))
    assert (linked >= 0.0).all()
    assert (linked.sum(axis=1) <= 1.0 + 1e-9).all()
    assert (linked[host == 0.0] == 0.0).all()


def test_shares_do_not_depend_on_the_unit_of_a_host() -> None:
    output, host = np.array([5.0, 3.0, 2.0]), np.array([[1.0, 4.0], [2.0, 0.0], [0.0, 1.0]])
    share = np.array([0.3, 0.4])
    scaled = fitted_shares(output, host * np.array([1000.0, 0.01]), share)
    assert scaled == pytest.approx(fitted_shares(output, host, share))


@pytest.mark.parametrize("mineral", ["germanium", "indium", "gallium", "tellurium"])
def test_embedded_shares_meet_the_share_of_the_world(mineral: str) -> None:
    shares = host_shares(world().by_products, world().chains, mineral)
    wanted = [item.share for item in shares.hosts]
    assert shares.world_shares == pytest.approx(wanted, abs=1e-6)


def test_output_of_a_country_without_a_host_is_unlinked() -> None:
    shares = host_shares(world().by_products, world().chains, "bismuth")
    assert "KOR" not in world().chain("tungsten").miners
    assert shares.unlinked[shares.countries.index("KOR")] == 1.0
