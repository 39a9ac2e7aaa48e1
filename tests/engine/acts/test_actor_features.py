"""Features of actors, each worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from tests.engine.acts.made import (
    EU,
    A,
    B,
    C,
    forgetful,
    made_inputs,
    open_book,
    with_actor,
    with_acts,
    with_links,
    with_market,
    with_trade,
)

from oreacle.engine.inputs import FeatureInputs


def of(inputs: FeatureInputs, name: str, event_class: str = "") -> np.ndarray:
    """Return a feature of the only member, shape (actor,)."""
    return np.asarray(open_book(inputs).actor(name, event_class)[0])


def supplies() -> FeatureInputs:
    """Return a world in which the first actor has 50, 20, 5 and 10 %, and the others nothing."""
    share = np.zeros((1, 4, 2, 2))
    share[0, A] = [[0.5, 0.2], [0.05, 0.1]]
    return with_market(forgetful(made_inputs()), share=share)


def test_the_largest_share_is_a_logit_within_its_bounds() -> None:
    assert of(supplies(), "largest_share")[A] == pytest.approx(0.0)
    assert of(supplies(), "largest_share")[B] == pytest.approx(np.log(0.002 / 0.998))
    share = np.zeros((1, 4, 2, 2))
    share[0, A, 0, 0] = 1.0
    whole = with_market(supplies(), share=share)
    assert of(whole, "largest_share")[A] == pytest.approx(np.log(0.998 / 0.002))


def test_strongholds_count_supplies_from_ten_per_cent_on() -> None:
    assert of(supplies(), "strongholds")[[A, B]] == pytest.approx([np.sqrt(3.0), 0.0])


def test_the_refining_gap_is_ore_that_is_refined_elsewhere() -> None:
    assert of(supplies(), "refining_gap")[A] == pytest.approx(0.3)
    share = supplies().market.share.copy()
    share[0, A] = [[0.2, 0.5], [0.9, 0.0]]
    # It refines more copper than it mines; ore of gallium is not traded.
    assert of(with_market(supplies(), share=share), "refining_gap")[A] == 0.0
    share[0, A, 0] = [0.4, np.nan]
    assert of(with_market(supplies(), share=share), "refining_gap")[A] == 0.0


def test_price_momentum_is_weighted_by_what_is_supplied_and_bounded() -> None:
    dear = with_market(supplies(), price_change_3=np.array([[0.6, 3.0]]))
    assert of(dear, "price_momentum")[A] == pytest.approx((0.7 * 0.6 + 0.15 * 1.5) / 0.85)
    assert of(dear, "price_momentum")[B] == 0.0
    cheap = with_market(supplies(), price_change_3=np.array([[-4.0, -4.0]]))
    assert of(cheap, "price_momentum")[A] == pytest.approx(-1.5)


def test_a_price_that_nobody_published_is_no_signal_and_takes_no_weight() -> None:
    silent = with_market(supplies(), price_change_3=np.array([[np.nan, 0.4]]))
    assert of(silent, "price_momentum")[A] == pytest.approx(0.4)
    none = with_market(supplies(), price_change_3=np.full((1, 2), np.nan))
    assert not of(none, "price_momentum").any()


def sales() -> FeatureInputs:
    """Return a world in which B buys 3 and C 1 from A, and B buys 1 from C."""
    value = np.zeros((1, 4, 4))
    value[0, B, A], value[0, C, A], value[0, B, C] = 3.0, 1.0, 1.0
    points = np.array([[0.0, 1.0, -1.0, 9.0]])
    return with_actor(with_trade(made_inputs(), value), ideal_point=points)


def test_the_mean_customer_is_weighted_by_what_it_buys() -> None:
    found = of(sales(), "customer_distance")
    assert found[A] == pytest.approx(0.5)
    assert found[C] == pytest.approx(2.0)
    # Who sells nothing faces the world's mean importer: (4 x 1 - 1) / 5.
    assert found[[B, EU]] == pytest.approx([1.0 - 0.6, 9.0 - 0.6])


def test_the_mean_supplier_is_weighted_by_what_it_sells() -> None:
    found = of(sales(), "supplier_distance")
    assert found[B] == pytest.approx(1.0 - (3.0 * 0.0 - 1.0) / 4.0)
    assert found[C] == pytest.approx(1.0)
    # Who buys nothing faces the world's mean exporter: (4 x 0 - 1) / 5.
    assert found[[A, EU]] == pytest.approx([0.2, 9.2])


def test_a_customer_without_a_known_vote_has_no_weight() -> None:
    points = np.array([[0.0, 1.0, np.nan, 9.0]])
    found = of(with_actor(sales(), ideal_point=points), "customer_distance")
    assert found[A] == pytest.approx(1.0)
    assert np.isnan(found[C])


def test_customers_depend_on_an_exporter_by_its_share_in_what_they_buy() -> None:
    found = of(sales(), "customer_dependence")
    assert found[A] == pytest.approx(0.75 * 0.75 + 0.25 * 1.0)
    assert found[C] == pytest.approx(0.25)
    assert found[[B, EU]].tolist() == [0.0, 0.0]


def test_the_top_supplier_of_who_buys_nothing_is_not_known() -> None:
    found = of(sales(), "top_supplier")
    assert found[[B, C]] == pytest.approx([0.75, 1.0])
    assert np.isnan(found[[A, EU]]).all()


def test_the_import_weight_is_a_log_with_a_floor() -> None:
    share = np.zeros((1, 4, 2, 2))
    share[0, A], share[0, B, 0, 0] = 0.25, 0.002
    found = of(with_market(made_inputs(), import_share=share), "import_weight")
    assert found[[A, B, C]] == pytest.approx(np.log([0.25, 0.001, 0.001]))


def test_restricted_supply_is_what_others_hold_of_what_is_imported() -> None:
    share, bought = np.zeros((1, 4, 2, 2)), np.zeros((1, 4, 2, 2))
    share[0, :, 0, 0] = [0.1, 0.6, 0.3, 0.0]
    bought[0, A, 0, 0] = bought[0, A, 1, 1] = 0.5
    links = np.zeros((1, 4, 2, 2))
    links[0, :2, 0, 0] = [1.0, 0.5]
    struck = with_links(with_market(made_inputs(), share=share, import_share=bought), links)
    # Half of what A imports is copper ore; B holds 60 % and its restriction has faded by half.
    assert of(struck, "restricted_supply")[A] == pytest.approx(0.5 * 0.6 * 0.5)
    links[0, 1, 0, 0] = 7.0
    assert of(with_links(struck, links), "restricted_supply")[A] == pytest.approx(0.5 * 0.6)
    assert of(struck, "restricted_supply")[B] == 0.0


def test_counts_of_past_acts_are_logs_of_one_more() -> None:
    world = forgetful(made_inputs())
    past = np.array([[1.0, 0.0, 3.0, 0.0]])
    acted = with_acts(world, restriction=past, club=2.0 * past)
    assert of(acted, "own_acts", "restriction") == pytest.approx(np.log1p(past[0]))
    assert of(acted, "own_acts", "club") == pytest.approx(np.log1p(2.0 * past[0]))
    assert of(acted, "restrictions", "lifting") == pytest.approx(np.log1p(past[0]))
    dyads = np.zeros((1, 4, 4))
    dyads[0, A, B], dyads[0, A, C] = 1.0, 0.5
    hostile = with_acts(acted, dispute=dyads)
    assert of(hostile, "rivalry_acts", "lifting") == pytest.approx(np.log1p([2.5, 0.0, 3.0, 0.0]))


def test_stability_and_size_are_as_known() -> None:
    inputs = made_inputs()
    np.testing.assert_array_equal(of(inputs, "stability"), inputs.actor.stability[0])
    np.testing.assert_array_equal(of(inputs, "log_gdp"), inputs.actor.log_gdp[0])
