"""Who can act: those who hold or buy something, or did so before, and nobody else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.acts.made import (
    EU,
    A,
    B,
    C,
    forgetful,
    made_inputs,
    relabelled,
    with_acts,
    with_links,
    with_market,
)

from oreacle.engine.acts.classes import ACTOR, CLASSES, DYAD, EVENT_CLASSES, PAIR
from oreacle.engine.acts.memory import HALF_LIFE
from oreacle.engine.acts.risk import (
    DEMAND_SHARE,
    RISK_SHARE,
    SMALLEST_HOLDING,
    at_risk,
    first_parties,
    import_weight,
    known_share,
    links_at_risk,
    suppliers,
    traders,
)
from oreacle.engine.inputs import FeatureInputs

SEEDS = st.integers(0, 1000)
ALL = {PAIR: np.arange(4), DYAD: np.arange(4)}


def of(inputs: FeatureInputs, name: str) -> np.ndarray:
    """Return who is at risk of a class, every actor being a first party, of the only member."""
    return np.asarray(at_risk(inputs, CLASSES[name], ALL)[0])


def bought(*share: float) -> FeatureInputs:
    """Return a world without acts in which actors buy these shares of all that is imported.

    What each sells is spread evenly, but for the second actor, which sells nothing.
    """
    inputs = forgetful(made_inputs())
    imports = np.broadcast_to(np.array(share)[:, None, None], (4, 2, 2))[None]
    sold = np.broadcast_to(np.array([0.4, 0.0, 0.3, 0.3])[:, None, None], (4, 2, 2))[None]
    return with_market(inputs, share=sold, import_share=imports)


@settings(max_examples=20, deadline=None)
@given(SEEDS)
def test_who_supplies_nothing_can_restrict_nothing_whatever_it_did(seed: int) -> None:
    inputs = made_inputs(seed)
    share = inputs.market.share.copy()
    share[:, B] = 0.0
    poor = with_links(with_market(inputs, share=share), np.ones((1, 4, 2, 2)))
    assert not links_at_risk(poor)[:, B].any()
    assert not of(poor, "restriction")[B]
    assert not of(poor, "control")[B]
    assert of(poor, "restriction")[[A, C, EU]].all()


def test_an_integrated_mineral_has_no_ore_to_withhold() -> None:
    risk = links_at_risk(with_links(made_inputs(), np.ones((1, 4, 2, 2))))
    assert risk[..., 1, 1].all()
    assert not risk[..., 1, 0].any()


@pytest.mark.parametrize(("share", "expected"), [(0.0049, False), (0.0051, True)])
def test_half_a_per_cent_of_one_supply_is_enough_to_restrict(share: float, expected: bool) -> None:
    inputs = forgetful(made_inputs())
    held = np.zeros((1, 4, 2, 2))
    held[0, A, 0, 1], held[0, B, 0, 1] = share, 1.0 - share
    world = with_market(inputs, share=held)
    assert RISK_SHARE == 0.005
    assert links_at_risk(world)[0, A, 0, 1] == expected
    assert suppliers(world)[0].tolist() == [expected, True, False, False]


def test_a_past_restriction_keeps_a_small_supplier_at_risk_on_that_link_alone() -> None:
    inputs = forgetful(made_inputs())
    share = inputs.market.share.copy()
    share[0, A] = 0.001
    small = with_market(inputs, share=share)
    assert not of(small, "restriction")[A]
    links = np.zeros((1, 4, 2, 2))
    links[0, A, 0, 0] = 0.1
    risk = links_at_risk(with_links(small, links))[0, A]
    assert risk.tolist() == [[True, False], [False, False]]
    assert of(with_links(small, links), "restriction")[A]


def test_an_unknown_vector_puts_nobody_at_risk() -> None:
    inputs = forgetful(made_inputs())
    none = np.full((1, 4, 2, 2), np.nan)
    blind = with_market(inputs, share=none, import_share=none)
    assert not links_at_risk(blind).any()
    assert not traders(blind).any()
    assert not import_weight(blind).any()
    assert {unit: rows.size for unit, rows in first_parties(blind).items()} == {PAIR: 0, DYAD: 0}
    np.testing.assert_array_equal(known_share(none), np.zeros((1, 4, 2, 2)))


def test_the_import_weight_is_a_mean_over_known_vectors_alone() -> None:
    share = np.full((1, 4, 2, 2), np.nan)
    share[0, :, 0, 0] = [0.6, 0.4, 0.0, 0.0]
    share[0, :, 1, 1] = [0.2, 0.0, 0.8, 0.0]
    found = import_weight(with_market(made_inputs(), import_share=share))
    assert found[0] == pytest.approx([0.4, 0.2, 0.4, 0.0])


def test_a_trader_buys_or_sells_half_a_per_cent_or_did_the_same_before() -> None:
    world = bought(0.0, 0.0049, 0.5, 0.4951)
    assert of(world, "club").tolist() == [True, False, True, True]
    assert of(bought(0.0, 0.0051, 0.5, 0.4949), "club").all()
    past = np.zeros((1, 4))
    past[0, B] = 0.01
    assert of(with_acts(world, club=past), "club")[B]
    assert not of(with_acts(world, club=past), "certification")[B]


def test_a_holder_took_measures_lately_itself() -> None:
    world = forgetful(made_inputs())
    assert not of(world, "lifting").any()
    act = np.zeros((1, 4))
    act[0, A] = SMALLEST_HOLDING * 1.01
    assert of(with_acts(world, restriction=act), "lifting").tolist() == [True, False, False, False]
    assert not of(with_acts(world, club=act), "lifting").any()
    faded = act * 0.5 ** (1.0 / HALF_LIFE)
    assert not of(with_acts(world, restriction=faded), "lifting").any()
    dyad = np.zeros((1, 4, 4))
    dyad[0, B, C] = 1.0
    assert (
        of(with_acts(world, trade_barrier=dyad), "lifting").tolist() == [False, True] + [False] * 2
    )


@settings(max_examples=20, deadline=None)
@given(SEEDS)
def test_a_pair_is_at_risk_at_most_once_and_never_with_itself(seed: int) -> None:
    inputs = made_inputs(seed)
    first = first_parties(inputs)
    for name in ("agreement", "venture"):
        square = np.zeros((4, 4), dtype=bool)
        square[first[PAIR]] = at_risk(inputs, CLASSES[name], first)[0]
        assert not square.diagonal().any()
        assert not (square & square.T).any()


def test_the_larger_importer_has_the_pair_and_a_partner_supplies_something() -> None:
    risk = of(bought(0.6, 0.3, 0.09, 0.01), "agreement")
    # Who sells nothing is a partner all the same if it buys and the larger importer sells; the
    # last buys too little to ask for itself.
    assert risk[A].tolist() == [False, True, True, True]
    assert risk[B].tolist() == [False, False, True, True]
    assert risk[C].tolist() == [False, False, False, True]
    assert risk[EU].tolist() == [False] * 4
    assert DEMAND_SHARE == 0.02


def test_a_past_act_of_a_class_keeps_who_holds_anything_at_risk_of_that_class() -> None:
    inputs = forgetful(made_inputs())
    share = inputs.market.share.copy()
    share[0, A], share[0, B] = 0.001, 0.0
    past = np.array([[0.01, 0.01, 0.0, 0.0]])
    small = with_acts(with_market(inputs, share=share), control=past)
    assert of(small, "control").tolist() == [True, False, True, True]
    assert of(small, "restriction").tolist() == [False, False, True, True]


def test_who_agreed_before_with_anyone_stays_a_partner() -> None:
    world = bought(0.6, 0.015, 0.375, 0.01)
    assert of(world, "agreement")[A].tolist() == [False, False, True, True]
    past = np.zeros((1, 4, 4))
    past[0, B, C] = past[0, C, B] = 0.01
    again = with_acts(world, agreement=past)
    assert of(again, "agreement")[A].tolist() == [False, True, True, True]
    assert of(again, "venture")[A].tolist() == [False, False, True, True]


def test_an_imposer_buys_or_imposed_before_and_a_target_trades_or_was_hit() -> None:
    world = bought(0.99, 0.001, 0.005, 0.004)
    risk = of(world, "dispute")
    # The second actor neither buys nor sells enough to be a target, nor anybody but A to impose.
    assert risk.tolist() == [[False, False, True, True]] + [[False] * 4] * 3
    past = np.zeros((1, 4, 4))
    past[0, C, B] = 0.01
    again = with_acts(world, dispute=past)
    assert of(again, "dispute")[C].tolist() == [True, True, False, True]
    assert of(again, "dispute")[A].tolist() == [False, True, True, True]
    np.testing.assert_array_equal(of(again, "trade_barrier"), of(world, "trade_barrier"))


def test_first_parties_are_those_who_buy_and_of_dyads_those_who_imposed_too() -> None:
    world = bought(0.9, 0.0, 0.01, 0.09)
    assert {unit: rows.tolist() for unit, rows in first_parties(world).items()} == {
        PAIR: [A, EU],
        DYAD: [A, EU],
    }
    past = np.zeros((1, 4, 4))
    past[0, C, B] = 1.0
    assert first_parties(with_acts(world, dispute=past))[DYAD].tolist() == [A, C, EU]
    assert first_parties(with_acts(world, dispute=past))[PAIR].tolist() == [A, EU]
    assert first_parties(with_acts(world, agreement=past))[DYAD].tolist() == [A, EU]


@settings(max_examples=20, deadline=None)
@given(SEEDS, st.permutations(range(4)))
def test_risk_does_not_depend_on_the_order_of_actors(seed: int, order: list[int]) -> None:
    inputs, turn = made_inputs(seed, 2), np.array(order)
    turned = relabelled(inputs, turn)
    for one in EVENT_CLASSES:
        before, after = at_risk(inputs, one, ALL), at_risk(turned, one, ALL)
        expected = before[:, turn] if one.unit == ACTOR else before[:, turn][:, :, turn]
        np.testing.assert_array_equal(after, expected, err_msg=one.name)


@settings(max_examples=20, deadline=None)
@given(SEEDS)
def test_past_acts_and_larger_shares_only_add_to_who_can_act(seed: int) -> None:
    inputs = made_inputs(seed)
    for one in EVENT_CLASSES:
        if one.unit != PAIR:  # of two larger importers one has the pair
            bare = at_risk(forgetful(inputs), one, ALL)
            assert (at_risk(inputs, one, ALL) >= bare).all(), one.name
    double = replace(inputs.market, share=np.minimum(2.0 * inputs.market.share, 1.0))
    more = replace(inputs, market=double)
    assert (suppliers(more) >= suppliers(inputs)).all()
