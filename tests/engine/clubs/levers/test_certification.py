"""Certified supply: nothing without enforcement, a premium and fewer stoppages with it."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from tests.engine.clubs.fields import BOOM, CALM, MINERS, STRIKE, made_field, plain_field, runs
from tests.engine.clubs.states import Case, case_of

from oreacle.engine.clubs.field import ClubField
from oreacle.engine.clubs.piece import club, left
from oreacle.engine.clubs.terms import club_terms
from oreacle.market.incomes import certificates

ALL = club(3, range(3))
LEVELS = (0.0, 0.4, 0.8, 1.0)


@cache
def enforced(level: float) -> ClubField:
    return made_field(terms=club_terms(enforcement=level))


def premium(case: Case) -> np.ndarray:
    regime = case.state.problem.certification
    assert regime is not None
    return np.asarray(regime.premium[:, 0])


def false_share(case: Case) -> float:
    true, false = (part[CALM].sum() for part in certificates(case.state))
    return float(false / (true + false))


def test_without_enforcement_certificates_are_false_and_nobody_gains() -> None:
    case = case_of(enforced(0.0), "certification", ALL)
    assert false_share(case) > 0.99
    assert runs(enforced(0.0), "certification", [ALL]).mean.sum() <= 0.0
    # No stoppage is prevented either.
    assert case.problem.mine_capacity == pytest.approx(enforced(0.0).problem.mine_capacity)


def test_as_many_certificates_are_false_as_rules_are_not_enforced() -> None:
    shares = [false_share(case_of(enforced(level), "certification", ALL)) for level in LEVELS]
    assert shares == pytest.approx([1.0 - level for level in LEVELS], abs=0.02)


def test_certified_mines_do_not_sell_at_a_loss() -> None:
    case = case_of(enforced(0.8), "certification", ALL)
    price = enforced(0.8).calm.price_mine
    assert (premium(case) > (0.02 - 2e-4) * price).all()


def test_a_club_gains_more_the_better_its_rules_are_enforced() -> None:
    joint = [float(runs(enforced(level), "certification", [ALL]).mean.sum()) for level in LEVELS]
    assert joint == sorted(joint)
    assert joint[-1] > 0.0


def test_standards_prevent_the_stated_part_of_stoppages_at_members_mines() -> None:
    field = plain_field()
    case = case_of(field, "certification", ALL)
    kept = (case.problem.mine_capacity / field.problem.mine_capacity)[STRIKE]
    # Half of Australian capacity stands still; 0.8 x 0.3 x 0.9 of that is kept, of the half left.
    assert kept.tolist() == pytest.approx([1.0, 1.0, 1.0 + 0.8 * 0.3 * 0.9 * 0.5 / 0.5])
    others = np.delete(case.problem.mine_capacity, STRIKE, axis=0)
    assert others == pytest.approx(np.delete(field.problem.mine_capacity, STRIKE, axis=0))


def test_users_are_bound_to_what_members_mines_can_certify() -> None:
    case = case_of(plain_field(), "certification", ALL)
    regime = case.problem.certification
    assert regime is not None
    # 0.8 of 0.9 of the 30 t that USA and AUS mine, over the 46 t that members use.
    bound = 0.8 * 0.9 * 30.0 / 46.0
    assert regime.bound[CALM].tolist() == pytest.approx([0.0, bound, bound, bound, 0.0])
    assert regime.certified[CALM].tolist() == pytest.approx([0.0, 0.9, 0.9])


def test_use_with_a_true_certificate_is_worth_the_stated_part_of_the_price_more() -> None:
    field = enforced(1.0)
    case = case_of(field, "certification", ALL)
    # Fully enforced there are no false ones: 0.03 of 1,020 USD/t, on the bound part of use.
    bound = 0.8 * 0.9 * 30.0 / 46.0
    use = case.state.balance.use[CALM, 1:4]
    assert case.money.placed[CALM] == pytest.approx(0.03 * 1020.0 * bound * use)
    assert not case.money.pot.any()


def test_use_with_a_false_certificate_is_worth_nothing_more() -> None:
    case = case_of(enforced(0.0), "certification", ALL)
    full = case_of(enforced(1.0), "certification", ALL).money.placed[CALM].sum()
    true, false = (part[CALM].sum() for part in certificates(case.state))
    assert false > true
    assert case.money.placed[CALM].sum() == pytest.approx(full * true / (true + false), rel=0.01)
    worthless = made_field(terms=club_terms(certified_worth=0.0))
    assert not case_of(worthless, "certification", ALL).money.placed.any()


def test_the_duty_is_capped() -> None:
    field = made_field(terms=club_terms(certified_bound=0.2))
    regime = case_of(field, "certification", ALL).problem.certification
    assert regime is not None
    assert regime.bound.max() == pytest.approx(0.2)


def test_a_group_without_a_mine_binds_nobody() -> None:
    found = runs(plain_field(), "certification", [club(3, [1])])
    assert np.abs(found.gain).max() == 0.0


def test_one_regime_holds_and_a_leaver_has_none() -> None:
    together = runs(plain_field(), "certification", [club(3, [0, 1]), left(3, [0, 1, 2], 2)])
    assert together.gain[0] == pytest.approx(together.gain[1])
    regime = case_of(plain_field(), "certification", left(3, [0, 1, 2], 2)).problem.certification
    assert regime is not None
    assert not regime.certified[BOOM, MINERS.index("AUS")]
