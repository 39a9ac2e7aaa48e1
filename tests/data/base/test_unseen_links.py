"""Trade on links without records, estimated from the links that are seen."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oreacle.data.base.chains import read_chains
from oreacle.data.base.flows import FlowInputs, balanced_link
from oreacle.data.base.margins import LinkMargins, Throughput
from oreacle.data.base.unseen_links import (
    UnseenLinks,
    fitted_gravity,
    gravity_of_links,
    no_trade,
    proportional,
    quasi_independence,
    stated_gravity,
)

ALL = (no_trade, proportional, stated_gravity, quasi_independence, fitted_gravity, gravity_of_links)
SEEDS = st.integers(0, 2**31)


def ends(rows: int, columns: int) -> LinkMargins:
    suppliers = tuple(f"S{k}" for k in range(rows))
    buyers = tuple(f"B{k}" for k in range(columns))
    return LinkMargins(suppliers, np.ones(rows), buyers, np.full(columns, rows / columns))


def gravity_world(seed: int, beta: float) -> tuple[np.ndarray, np.ndarray]:
    """Return trade that follows a gravity exactly, and the distances."""
    rng = np.random.default_rng(seed)
    distance = rng.uniform(500, 15_000, (6, 7))
    size = rng.lognormal(0, 1, 6)[:, None] * rng.lognormal(0, 1, 7)[None, :]
    return size * distance**-beta * 1e6, distance


@settings(max_examples=15, deadline=None)
@given(SEEDS, st.floats(0.2, 2.0))
def test_a_gravity_is_found_again_from_most_of_its_cells(seed: int, beta: float) -> None:
    trade, distance = gravity_world(seed, beta)
    mask = np.zeros(trade.shape, dtype=bool)
    mask[0, 0] = mask[2, 3] = mask[4, 1] = True
    filled = UnseenLinks(mask, fitted_gravity).fill(trade, ends(6, 7), distance)
    assert filled[mask] == pytest.approx(trade[mask], rel=0.02)


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_what_is_hidden_does_not_leak_and_what_is_known_stays(seed: int) -> None:
    rng = np.random.default_rng(seed)
    trade = rng.exponential(1.0, (6, 7)) * (rng.random((6, 7)) < 0.6)
    distance = rng.uniform(500, 15_000, (6, 7))
    mask = rng.random((6, 7)) < 0.2
    changed = np.where(mask, 1e6, trade)
    for estimate in ALL:
        unseen = UnseenLinks(mask, estimate)
        first = unseen.fill(trade, ends(6, 7), distance)
        assert np.array_equal(first, unseen.fill(changed, ends(6, 7), distance))
        assert np.array_equal(first[~mask], trade[~mask])
        assert (first >= 0).all()


def test_effects_are_products_by_hand() -> None:
    trade = np.array([[1.0, 2.0], [3.0, 99.0]])
    mask = np.array([[False, False], [False, True]])
    distance = np.full((2, 2), 1000.0)
    filled = UnseenLinks(mask, quasi_independence).fill(trade, ends(2, 2), distance)
    assert filled[1, 1] == pytest.approx(6.0)
    filled = UnseenLinks(mask, proportional).fill(trade, ends(2, 2), distance)
    assert filled[1, 1] == pytest.approx(3 * 2 / 6)
    assert UnseenLinks(mask, no_trade).fill(trade, ends(2, 2), distance)[1, 1] == 0.0


def test_a_row_without_known_trade_gets_none() -> None:
    trade = np.array([[5.0, 0.0], [1.0, 1.0]])
    mask = np.array([[True, False], [False, False]])
    distance = np.array([[500.0, 900.0], [700.0, 800.0]])
    for estimate in (fitted_gravity, gravity_of_links, quasi_independence):
        assert UnseenLinks(mask, estimate).fill(trade, ends(2, 2), distance)[0, 0] == 0.0


def three_countries(hidden: float) -> FlowInputs:
    """Return inputs of bismuth with 5 t from China to Japan and `hidden` t to Korea."""
    nodes = pd.DataFrame(
        [
            ("refined", "CHN", 0.8),
            ("refined", "JPN", 0.2),
            ("used", "CHN", 0.3),
            ("used", "JPN", 0.4),
            ("used", "KOR", 0.3),
        ],
        columns=["stage", "country", "share"],
    ).assign(mineral="bismuth")
    trade = pd.DataFrame(
        [("CHN", "JPN", 5.0), ("JPN", "KOR", 1.0), ("CHN", "KOR", hidden)],
        columns=["exporter", "importer", "tonnes"],
    )
    codes = ["CHN", "JPN", "KOR"]
    distances = pd.DataFrame(
        [[900.0, 2000.0, 950.0], [2000.0, 300.0, 1150.0], [950.0, 1150.0, 150.0]], codes, codes
    )
    return FlowInputs(
        nodes=nodes,
        throughputs={"bismuth": Throughput(20.0, 0.0, is_counted=False)},
        trade={("bismuth", "refined"): trade},
        distances=distances,
        calm_weight={"ore": 0.04, "refined": 0.04},
        sourcing=pd.DataFrame(columns=["importer", "mineral", "stage", "partner", "share"]),
        alumina=pd.Series(dtype=float),
    )


def test_balanced_flows_do_not_know_what_is_hidden_and_keep_their_margins() -> None:
    bismuth = read_chains()["bismuth"]
    mask = np.array([[False, False, True], [False, False, False]])
    unseen = UnseenLinks(mask, gravity_of_links)
    first = balanced_link(bismuth, "refined", three_countries(4.0), unseen)
    second = balanced_link(bismuth, "refined", three_countries(0.5), unseen)
    assert np.array_equal(first.matrix, second.matrix)
    assert first.matrix.sum(axis=1) == pytest.approx([16.0, 4.0], rel=1e-9)
    assert first.matrix.sum(axis=0) == pytest.approx([6.0, 8.0, 6.0], rel=1e-9)
    shown = balanced_link(bismuth, "refined", three_countries(0.5))
    assert not np.allclose(shown.matrix, first.matrix)
