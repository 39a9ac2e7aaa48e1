"""The single-stage market of a case: volumes met, laws of supply and demand, a value by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.market.small_cases import small_case

from oreacle.core.errors import MarketError
from oreacle.market import case_market
from oreacle.market.case_market import Responses, clear_case, predicted_shares
from oreacle.market.kernel import Solution, solve
from oreacle.market.problem import Problem

PLAIN = Responses(2.0, 0.3, 0.2)


def test_a_volume_equal_to_the_base_changes_nothing() -> None:
    case = small_case(remaining=1.0)
    found = clear_case(case, case.base, [case.volume], [PLAIN])
    assert found.flows[0] == pytest.approx(case.base, rel=1e-6, abs=1e-6)
    assert found.price[0] == pytest.approx(0.0, abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(st.floats(0.0, 1.2), st.floats(0.5, 8.0), st.floats(0.05, 0.9))
def test_the_given_volume_is_met_and_less_of_it_never_lowers_the_price(
    remaining: float, substitution: float, refill: float
) -> None:
    case = small_case(remaining=remaining)
    responses = Responses(substitution, 0.5 * refill, 0.5 * (1.0 - refill))
    found = clear_case(case, case.base, [case.volume, 0.9 * case.volume], [responses] * 2)
    assert found.flows[0][case.restricted].sum() == pytest.approx(case.volume, rel=1e-6)
    assert found.price[1] >= found.price[0] - 1e-9


def test_small_shocks_move_prices_by_the_loss_over_the_sum_of_elasticities() -> None:
    # One buyer loses 1 %; B's supply of 0.3 meets it over a link of 2, demand answers with 0.2.
    case = small_case(remaining=1.0 - 0.01 / 0.6)
    only = np.where(np.array(case.importers) == "PPP", case.base, 0.0)
    found = clear_case(case, only, [case.volume], [Responses(2.0, 0.3, 0.2)])
    supply = 0.4 / (1.0 / 0.3 + 1.0 / 2.0)
    assert found.price[0] == pytest.approx(0.01 / (supply + 0.2), rel=0.03)


def test_more_elastic_others_refill_more() -> None:
    case = small_case()
    found = clear_case(
        case, case.base, [case.volume] * 2, [Responses(2.0, 0.1, 0.4), Responses(2.0, 0.4, 0.1)]
    )
    others = found.flows[:, 1:].sum(axis=(1, 2))
    assert others[1] > others[0] > case.base[1:].sum()


def test_a_stop_of_all_supply_of_a_buyer_leaves_it_nothing() -> None:
    case = small_case(remaining=0.0)
    only = case.base.copy()
    only[1, 0] = 0.0
    found = clear_case(case, only, [0.0], [PLAIN])
    assert found.flows[0][:, 0].tolist() == [0.0, 0.0, 0.0]
    assert predicted_shares(found)[0].sum() == pytest.approx(1.0)


def test_a_targeted_measure_sends_the_rest_elsewhere() -> None:
    case = small_case(targets="PPP", remaining=0.5)
    base = case.base.copy()
    base[0, 1] = 20.0
    found = clear_case(case, base, [case.volume], [PLAIN])
    assert found.flows[0][0, 0] == pytest.approx(30.0, rel=1e-6)
    assert found.flows[0][0, 1] > 20.0


def test_a_glut_that_nobody_takes_still_has_a_price_and_its_volume() -> None:
    # A returns with far more than P ever bought: the price there falls to almost nothing.
    case = small_case(kind="lifting", remaining=200.0)
    stiff = Responses(6.0, 0.45, 0.05)
    found = clear_case(case, case.base, [case.volume], [stiff])
    assert found.flows[0][case.restricted].sum() == pytest.approx(case.volume)
    assert -10.0 < found.price[0] < -1.0


def test_a_market_that_does_not_clear_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def unsolved(problem: Problem) -> Solution:
        found = solve(problem)
        return Solution(
            found.prices, found.residual, found.iterations, ~found.solved, found.slow, found.premium
        )

    monkeypatch.setattr(case_market, "solve", unsolved)
    case = small_case()
    with pytest.raises(MarketError, match="ORE-MKT-002"):
        clear_case(case, case.base, [case.volume], [PLAIN])
