"""Stated shares of single countries in the linking of by-products to hosts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oreacle.core.errors import DataError
from oreacle.data.assumptions import read_assumed
from oreacle.data.store import read_table
from oreacle.world.by_products import (
    by_products_from_table,
    fitted_shares,
    host_shares,
    stated_places,
)
from oreacle.world.load import load_world

NONE = pd.DataFrame({"mineral": [], "host": [], "country": [], "value": []})


def test_a_stated_share_is_kept_and_the_rest_of_the_world_makes_up_the_difference() -> None:
    # Host share 0.5 of 20 t is 10 t; the first country is stated at 2 of its 10 t, so 8 t are left
    # for the second, the only other one with host output.
    linked = fitted_shares(
        np.array([10.0, 10.0]),
        np.array([[5.0], [5.0]]),
        np.array([0.5]),
        np.array([[0.2], [np.nan]]),
    )
    np.testing.assert_allclose(linked, [[0.2], [0.8]], atol=1e-9)


def test_a_stated_host_without_output_in_the_country_links_nothing() -> None:
    linked = fitted_shares(np.array([10.0]), np.array([[0.0]]), np.array([0.9]), np.array([[1.0]]))
    assert linked[0, 0] == 0.0


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(0.1, 100), st.floats(0, 100), st.floats(0, 100), st.floats(0, 1)),
        min_size=1,
        max_size=6,
    ),
    st.floats(0.05, 0.5),
    st.floats(0.05, 0.5),
)
def test_no_country_gives_more_than_it_has(
    rows: list[tuple[float, float, float, float]], first: float, second: float
) -> None:
    table = np.array(rows)
    known = np.full((len(rows), 2), np.nan)
    known[::2, 0] = table[::2, 3]
    linked = fitted_shares(table[:, 0], table[:, 1:3], np.array([first, second]), known)
    assert (linked >= 0).all()
    assert (linked.sum(axis=1) <= 1 + 1e-9).all()
    assert (linked[table[:, 1:3] == 0] == 0).all()


def test_the_shipped_places_are_about_links_and_countries_of_the_world() -> None:
    world = load_world()
    links = {(link.mineral, link.host) for link in world.by_products.links}
    table = read_assumed("by_product_places")
    assert {(row.mineral, row.host) for row in table.itertuples()} <= links
    bounds = table[["low", "value", "high"]].to_numpy(dtype=float)
    assert (np.diff(bounds, axis=1) >= 0).all()
    assert bounds.min() >= 0.0
    assert bounds.max() <= 1.0
    for row in table.itertuples():
        assert row.country in world.chain(str(row.mineral)).miners, row


@pytest.mark.parametrize(
    ("mineral", "host", "gap"),
    [
        ("cobalt", "copper", 0.05),
        ("cobalt", "nickel", 0.08),
        ("molybdenum", "copper", 0.05),
        ("palladium", "nickel", 0.03),
        ("palladium", "platinum", 0.06),
        ("platinum", "nickel", 0.03),
    ],
)
def test_what_is_known_of_countries_adds_up_to_the_published_share(
    mineral: str, host: str, gap: float
) -> None:
    """Shares of the world and of countries are independent statements: they must nearly agree."""
    world = load_world()
    shares = host_shares(world.by_products, world.chains, mineral)
    column = [link.host for link in shares.hosts].index(host)
    assert shares.world_shares[column] == pytest.approx(shares.hosts[column].share, abs=gap)


def test_without_stated_places_uranium_would_hang_on_copper_in_china() -> None:
    world = load_world()
    plain = by_products_from_table(read_table("by_products"), NONE)
    guessed = host_shares(plain, world.chains, "uranium")
    known = host_shares(world.by_products, world.chains, "uranium")
    at = guessed.countries.index("CHN")
    assert guessed.linked[at, 0] > 0.3
    assert known.linked[at, 0] == 0.0
    assert known.linked[known.countries.index("AUS"), 0] == pytest.approx(0.65)


@pytest.mark.parametrize("values", [[1.2, 0.1], [0.7, 0.6]])
def test_shares_of_a_country_beyond_all_of_it_are_refused(values: list[float]) -> None:
    table = pd.DataFrame(
        {"mineral": "cobalt", "host": ["copper", "nickel"], "country": "COD", "value": values}
    )
    with pytest.raises(DataError, match="ORE-DAT-049"):
        stated_places(table)
