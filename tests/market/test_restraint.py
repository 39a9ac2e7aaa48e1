"""Calibrated restraint: the answer against other ways to find it, and the laws it must keep."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq
from tests.app.small_world import small_world
from tests.market.small import PARAMETERS, chain

from oreacle.core.errors import MarketError, ScenarioError
from oreacle.market.clear import NO_DRAWS, clear, market
from oreacle.market.draws import parameter_ranges
from oreacle.market.outcome import Outcome
from oreacle.market.restraint.calibrate import Restraint, restrain
from oreacle.market.restraint.ceilings import Ceiling, PriceCeiling, ShortageCeiling
from oreacle.market.restraint.control import ExportControl
from oreacle.market.restraint.effects import effects, leverage_kept, targets_of
from oreacle.market.restraint.response import Response
from oreacle.market.restraint.search import safe_over_draws, strongest_safe
from oreacle.market.sampled import Sample
from oreacle.world.snapshot import World

QUOTA = ExportControl("CHN", "gallium")
TAX = ExportControl("CHN", "gallium", "tax")
JAPAN = PriceCeiling(0.2, "JPN")
BRACKET = 3e-5
"""Distance within which two ways to find a strength must agree [1]."""


@cache
def world() -> World:
    return small_world()


def central(control: ExportControl, *ceilings: Ceiling) -> Restraint:
    """Return the restraint at the central parameters."""
    return restrain(world(), control, ceilings, draws=0)


def strength(control: ExportControl, *ceilings: Ceiling) -> float:
    found = central(control, *ceilings).central
    assert found is not None
    return found.strength


def rise(outcome: Outcome, country: str) -> float:
    return float(outcome.prices["delivered_change"].sel(country=country))


@pytest.mark.parametrize("control", [QUOTA, TAX, replace(QUOTA, link="refined")])
def test_the_strength_is_that_of_a_root_finder_over_single_clearings(
    control: ExportControl,
) -> None:
    def over(strength: float) -> float:
        return rise(clear(world(), "gallium", [control.policy(strength)]), "JPN") - 0.2

    root = float(brentq(over, 1e-4, 0.9 * control.strongest, xtol=1e-9))
    assert 0.0 <= root - strength(control, JAPAN) < BRACKET


def lone_seller() -> World:
    """Return a world in which CHN alone makes gallium and USA alone uses it, stocks at rest."""
    flow = np.array([[100.0]])
    made = replace(
        chain(flow, flow, (("CHN",), ("CHN",), ("USA",))), mineral="gallium", name="Gallium"
    )
    idle_stocks = replace(PARAMETERS, stock_response=0.0)
    return replace(small_world(), chains={"gallium": made}, parameters=idle_stocks)


def test_a_lone_seller_may_stop_what_demand_gives_up_at_the_ceiling() -> None:
    here = lone_seller()
    plain = market(here, "gallium")
    for ceiling in (0.2, 1.0, 3.0):
        price = np.full((1, 1), np.log1p(ceiling))
        left, _ = plain.demand_curve.by_group(plain.demand, price)
        base, _ = plain.demand_curve.by_group(plain.demand, np.zeros((1, 1)))
        by_hand = 1.0 - float(left.sum() / base.sum())
        found = restrain(here, QUOTA, [PriceCeiling(ceiling, "USA")], draws=0).central
        assert found is not None
        assert 0.0 <= by_hand - found.strength < BRACKET
        short = restrain(here, QUOTA, [ShortageCeiling(by_hand, "USA")], draws=0).central
        assert short is not None
        assert abs(short.strength - by_hand) < BRACKET


def test_relative_and_absolute_ceilings_of_one_level_give_one_answer() -> None:
    base = world().chain("gallium").price_delivered
    in_dollars = PriceCeiling(1.2 * base, "JPN", is_relative=False)
    assert strength(QUOTA, in_dollars) == pytest.approx(strength(QUOTA, JAPAN), abs=2e-5)
    used = float(world().chain("gallium").used[1])
    in_tonnes = ShortageCeiling(0.02 * used, "JPN", is_relative=False)
    share = ShortageCeiling(0.02, "JPN")
    assert strength(QUOTA, in_tonnes) == pytest.approx(strength(QUOTA, share), abs=2e-5)


@given(st.floats(0.02, 2.0), st.floats(1.05, 2.0))
@settings(max_examples=8, deadline=None)
def test_a_looser_ceiling_never_asks_for_more_restraint(ceiling: float, looser: float) -> None:
    tight, loose = (
        strength(QUOTA, PriceCeiling(level, "JPN")) for level in (ceiling, ceiling * looser)
    )
    assert loose >= tight


@pytest.mark.parametrize("control", [QUOTA, TAX])
def test_the_ceiling_binds_and_is_not_broken(control: ExportControl) -> None:
    found = central(control, JAPAN)
    assert found.status == "bound"
    assert found.central is not None
    assert found.central.outcome is not None
    assert found.central.levels[0] <= 0.2
    assert found.central.levels[0] == pytest.approx(0.2, abs=1e-3)
    assert rise(found.central.outcome, "JPN") == pytest.approx(found.central.levels[0], abs=1e-9)
    assert found.central.outcome.certificate.is_solved


def test_of_several_ceilings_the_tightest_decides() -> None:
    loose, short = PriceCeiling(2.0, "USA"), ShortageCeiling(0.01, "USA")
    single = [strength(QUOTA, one) for one in (JAPAN, loose, short)]
    together = central(QUOTA, JAPAN, loose, short)
    assert together.central is not None
    assert together.central.strength == pytest.approx(min(single), abs=1e-9)
    assert together.binding == int(np.argmin(single))


def test_even_the_strongest_may_stay_below() -> None:
    found = central(QUOTA, PriceCeiling(1e6, "JPN"))
    assert (found.status, found.binding) == ("free", -1)
    assert found.central is not None
    assert found.central.strength == 1.0


def test_a_ceiling_may_be_broken_without_any_control() -> None:
    base = world().chain("gallium").price_delivered
    found = central(QUOTA, PriceCeiling(0.9 * base, "JPN", is_relative=False))
    assert found.status == "exceeded"
    assert found.central is None
    assert found.advised is None
    assert found.before[0] == pytest.approx(base)


@cache
def drawn(confidence: float) -> Restraint:
    return restrain(world(), QUOTA, [JAPAN], confidence=confidence, draws=40, seed=3)


def test_more_confidence_is_never_a_stronger_control() -> None:
    found = [drawn(confidence) for confidence in (0.5, 0.7, 0.9, 0.95)]
    assert all(one.safe is not None and one.central is not None for one in found)
    strengths = [one.safe.strength for one in found if one.safe is not None]
    assert strengths == sorted(strengths, reverse=True)
    assert strengths[-1] < strengths[0]
    assert all(
        one.safe.strength <= one.central.strength for one in found if one.safe and one.central
    )


def test_the_safe_control_holds_in_its_share_of_draws_and_a_stronger_one_does_not() -> None:
    found = drawn(0.9)
    assert found.safe is not None
    sample = Sample(40, 3, parameter_ranges(world(), "gallium"), fixed=False)
    response = Response(world(), QUOTA, [JAPAN], sample)

    def share(strength: float) -> float:
        levels = response.levels(np.arange(1, 41), np.full(40, strength))
        return float((levels[0] <= 0.2).mean())

    assert found.held == share(found.safe.strength) >= 0.9
    assert share(found.safe.strength + 3e-4) < 0.9


def test_the_same_seed_gives_the_same_answer() -> None:
    again = restrain(world(), QUOTA, [JAPAN], confidence=0.9, draws=40, seed=3)
    assert repr(again) == repr(drawn(0.9))
    other = restrain(world(), QUOTA, [JAPAN], confidence=0.9, draws=40, seed=4)
    assert other.safe is not None
    assert again.safe is not None
    assert other.safe.strength != again.safe.strength


def test_a_calibrated_control_keeps_part_of_the_leverage_of_a_ban() -> None:
    # The USA only uses; Japan refines too and gains from a mild quota.
    found = central(QUOTA, PriceCeiling(0.2, "USA"))
    assert found.central is not None
    territory = world().territory
    assert targets_of(found, territory) == ("USA",)
    own, ban = (effects(one, found, territory) for one in (found.central, found.ban))
    kept = leverage_kept(own, ban)
    assert 0.0 < kept["USA"] < 1.0
    assert own.tax.value == 0.0
    assert own.rents.value > 0.0
    taxed = central(TAX, JAPAN)
    assert taxed.central is not None
    assert effects(taxed.central, taxed, territory).tax.value > 0.0


def test_the_ban_loses_what_a_single_clearing_says() -> None:
    found = central(QUOTA, JAPAN)
    outcome = clear(world(), "gallium", [QUOTA.ban()])
    expected = -float(outcome.owned["total"].sel(actor="JPN"))
    assert effects(found.ban, found, world().territory).losses["JPN"].value == expected


def test_a_level_that_turns_near_its_ceiling_is_refused() -> None:
    def levels(strength: np.ndarray) -> np.ndarray:
        return np.array([np.sin(6.0 * strength)])

    with pytest.raises(MarketError, match="ORE-MKT-052"):
        strongest_safe(levels, np.array([2.0]), 1.0)
    # Far below its ceiling it does not matter: from -1 to 1 is 2, and 3 is not reached.
    assert strongest_safe(levels, np.array([3.1]), 1.0).strength == 1.0


def test_what_did_not_solve_below_the_break_is_refused_and_above_it_is_not() -> None:
    def levels(strength: np.ndarray, hole: float) -> np.ndarray:
        return np.array([np.where(np.abs(strength - hole) < 0.03, np.nan, strength)])

    with pytest.raises(MarketError, match="ORE-MKT-054"):
        strongest_safe(lambda s: levels(s, 0.2), np.array([0.5]), 1.0)
    found = strongest_safe(lambda s: levels(s, 0.8), np.array([0.5]), 1.0)
    assert found.strength == pytest.approx(0.5, abs=1e-5)


def test_draws_that_do_not_solve_count_as_broken() -> None:
    def levels(draw: np.ndarray, strength: np.ndarray) -> np.ndarray:
        return np.array([np.where(draw < 5, np.nan, strength * (1.0 + draw / 100.0))])

    found = safe_over_draws(levels, np.array([0.5]), 0.45, 20, 0.7)
    # 15 of 20 draws solve; 14 of them must hold: draw 18 decides.
    assert found.strength == pytest.approx(0.5 / 1.18, abs=1e-4)
    assert found.held == 14 / 20


@pytest.mark.parametrize(
    ("ceilings", "code"),
    [
        ((), "ORE-MKT-051"),
        ((PriceCeiling(0.2, "AUS"),), "ORE-MKT-051"),
        ((PriceCeiling(0.2, "USA", stage="refined"),), "ORE-MKT-051"),
        ((PriceCeiling(0.2, "NOWHERE"),), "ORE-SCN-003"),
    ],
)
def test_ceilings_that_cannot_be_meant_are_refused(
    ceilings: tuple[Ceiling, ...], code: str
) -> None:
    with pytest.raises((MarketError, ScenarioError), match=code):
        restrain(world(), QUOTA, ceilings, draws=0)


@pytest.mark.parametrize("level", [0.0, -0.1, float("nan"), float("inf"), True])
def test_levels_that_cannot_be_meant_are_refused(level: float) -> None:
    for kind in (PriceCeiling, ShortageCeiling):
        with pytest.raises(MarketError, match="ORE-MKT-051"):
            kind(level, "JPN")


@pytest.mark.parametrize(("confidence", "draws"), [(0.4, 20), (1.0, 20), (0.96, 20), (1.0, 0)])
def test_a_confidence_out_of_range_is_refused(confidence: float, draws: int) -> None:
    with pytest.raises(MarketError, match="ORE-MKT-053"):
        restrain(world(), QUOTA, [JAPAN], confidence=confidence, draws=draws)


def test_other_instruments_and_idle_controls_are_refused() -> None:
    with pytest.raises(MarketError, match="ORE-MKT-055"):
        ExportControl("CHN", "gallium", "ban")
    with pytest.raises(ScenarioError, match="ORE-SCN-007"):
        restrain(world(), ExportControl("USA", "gallium"), [JAPAN], draws=0)


def test_no_control_reads_as_the_reference() -> None:
    response = Response(world(), QUOTA, [JAPAN, ShortageCeiling(0.1, "JPN")], NO_DRAWS)
    levels = response.levels(np.zeros(1, dtype=np.int64), np.zeros(1))
    np.testing.assert_allclose(levels, 0.0, atol=1e-9)
