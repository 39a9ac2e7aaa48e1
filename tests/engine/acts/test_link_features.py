"""Features of links, each worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from tests.engine.acts.made import A, B, C, made_inputs, with_links, with_market

from oreacle.engine.acts.classes import SCOPE_TERMS
from oreacle.engine.acts.link_features import scope_features, scope_offset
from oreacle.engine.acts.risk import links_at_risk
from oreacle.engine.inputs import FeatureInputs


def of(inputs: FeatureInputs, name: str) -> np.ndarray:
    """Return a feature of the only member, shape (actor, mineral, link)."""
    return scope_features(inputs)[0, ..., SCOPE_TERMS.index(name)]


def with_share(*rows: list[list[float]]) -> FeatureInputs:
    """Return a world in which the first actors hold these shares, and the others nothing."""
    share = np.zeros((1, 4, 2, 2))
    share[0, : len(rows)] = rows
    return with_market(made_inputs(), share=share)


def test_a_share_is_a_log_with_a_floor() -> None:
    found = of(with_share([[0.5, 0.001], [0.25, 0.0]]), "log_share")
    assert found[A] == pytest.approx(np.log([[0.5, 0.002], [0.25, 0.002]]))


def test_concentration_is_the_index_of_the_stage_for_every_actor() -> None:
    world = with_share([[0.5, 1.0], [0.0, 0.0]], [[0.5, 0.0], [0.3, 0.4]])
    found = of(world, "concentration")
    for actor in (A, B, C):
        assert found[actor] == pytest.approx(np.array([[0.5, 1.0], [0.09, 0.16]]))


def test_price_changes_are_bounded_and_silent_without_a_series() -> None:
    world = with_market(
        made_inputs(),
        price_change_1=np.array([[np.nan, 0.4]]),
        price_change_3=np.array([[-9.0, 2.0]]),
    )
    assert np.all(of(world, "price_change_1")[:, 0] == 0.0)
    assert of(world, "price_change_1")[:, 1] == pytest.approx(0.4)
    assert of(world, "price_change_3")[:, 0] == pytest.approx(-1.5)
    assert of(world, "price_change_3")[:, 1] == pytest.approx(1.5)


def test_the_refining_gap_stands_on_ore_links_of_traded_ore() -> None:
    found = of(with_share([[0.5, 0.2], [0.9, 0.1]]), "link_refining_gap")
    assert found[A] == pytest.approx(np.array([[0.3, 0.0], [0.0, 0.0]]))


def test_past_restrictions_of_a_mineral_count_on_both_of_its_links() -> None:
    links = np.zeros((1, 4, 2, 2))
    links[0, A, 0] = [1.0, 0.5]
    found = of(with_links(made_inputs(), links), "past_own")
    assert found[A] == pytest.approx(np.log1p(np.array([[1.5, 1.5], [0.0, 0.0]])))
    assert not found[1:].any()


def test_flags_are_of_the_mineral_and_of_the_link() -> None:
    assert (of(made_inputs(), "by_product") == np.array([[0.0], [1.0]])).all()
    assert (of(made_inputs(), "refined_link") == np.array([0.0, 1.0])).all()


def test_the_scope_offset_is_minus_the_log_of_the_links_at_risk() -> None:
    world = with_share([[0.5, 0.5], [0.5, 0.5]], [[0.5, 0.5], [0.0, 0.0]])
    offset = scope_offset(links_at_risk(with_links(world, np.zeros((1, 4, 2, 2)))))
    assert offset.shape == (1, 4, 1, 1)
    # Ore of the second mineral is not traded; who has no link at risk has no offset either.
    assert offset[0, :, 0, 0] == pytest.approx([-np.log(3.0), -np.log(2.0), 0.0, 0.0])
