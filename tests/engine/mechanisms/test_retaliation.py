"""Retaliation: acts are answered, holds move odds, patience and crisis management calm."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.mechanisms.bench import machinery_of, moment_of, real_setting, setting_with

from oreacle.core.errors import RunError
from oreacle.engine.act_chances import chances, known_inputs
from oreacle.engine.mechanisms.attitudes import Attitudes
from oreacle.engine.mechanisms.club_pairs import planned_pairs, together
from oreacle.engine.mechanisms.clubs.mechanism import CLUBS
from oreacle.engine.mechanisms.contract import Moment
from oreacle.engine.mechanisms.machinery import Machinery
from oreacle.engine.mechanisms.retaliation.hold import holds, leverage, make_holds
from oreacle.engine.mechanisms.retaliation.mechanism import (
    RETALIATION,
    RetaliationFacts,
    RetaliationPiece,
    answer_slope,
    decay,
)
from oreacle.engine.setting import Setting
from oreacle.relations.logistic import sigmoid
from oreacle.scenario.assumptions import ClubChange, Doctrine, Span

MEMBERS = 2
USA, CHN = "USA", "CHN"


def at(setting: Setting, name: str) -> int:
    return setting.acting.index(name)


def row(setting: Setting, name: str) -> int:
    return list(setting.first["dyad"]).index(at(setting, name))


def moment_after(
    setting: Setting, more: float = 0.0, *, shares: np.ndarray | None = None
) -> tuple[Machinery, Moment, dict[str, dict[str, np.ndarray]]]:
    """A year in which the first member remembers more acts of the United States on China."""
    machinery = machinery_of(setting, RETALIATION)
    moment, numbers = moment_of(machinery, setting, members=MEMBERS)
    piece = moment.state.pieces["retaliation"]
    assert isinstance(piece, RetaliationPiece)
    memory = piece.memory.copy()
    memory[0, row(setting, USA), at(setting, CHN)] += more
    none = np.zeros((MEMBERS, len(setting.acting), len(setting.acting)), dtype=bool)
    state = replace(moment.state, pieces={"retaliation": RetaliationPiece(memory, none)})
    if shares is not None:
        state = replace(state, shares=(*state.shares, shares, shares))
    return machinery, replace(moment, state=state), numbers


def said(setting: Setting, more: float = 0.0, **named: np.ndarray) -> Attitudes:
    machinery, moment, numbers = moment_after(setting, more, **named)
    return machinery.attitudes(moment, numbers)


# Numbers


@given(st.floats(0.0, 0.5), st.floats(0.2, 5.0), st.floats(0.0, 1.0))
def test_answers_over_all_years_are_no_more_than_stated(
    answer: float, half_life: float, rate: float
) -> None:
    slope = float(answer_slope(answer, half_life, np.array([rate]))[0])
    p = min(max(rate, 0.02), 0.98)
    memory = sum(decay(half_life) ** year for year in range(2000))
    assert slope * p * (1.0 - p) * memory == pytest.approx(answer)


def test_branching_of_the_default_parameters_is_far_below_the_bound() -> None:
    setting = real_setting()
    facts = machinery_of(setting, RETALIATION).running[0].facts
    assert isinstance(facts, RetaliationFacts)
    rates = np.linspace(0.02, 0.98, 49)
    for rho in facts.rho:
        # One more act: what it adds in each year of its memory, at any rate of the answerer.
        memory = decay(1.0) ** np.arange(60)
        odds = np.log(rates / (1.0 - rates))[:, None] + rho * memory[None, :]
        more = (sigmoid(odds) - rates[:, None]).sum(axis=1).max()
        assert more < 0.8


def test_leverage_by_hand() -> None:
    mutual, one_sided = leverage(np.array([0.9]), np.array([0.4]))
    assert (float(mutual[0]), float(one_sided[0])) == pytest.approx((0.6, 0.5))


def test_holds_of_the_base_year_are_shares_and_grow_with_output() -> None:
    setting = real_setting()
    found = make_holds(setting)
    ones = np.ones((1, len(setting.acting), len(setting.space.minerals), 2))
    over, under = holds(found, ones)
    assert over.shape == under.shape == (1, len(setting.first["dyad"]), len(setting.acting))
    for one in (over, under):
        assert one.min() >= 0.0
        assert one.max() <= 1.0 + 1e-9
    usa, china = row(setting, USA), at(setting, CHN)
    # The hold of the United States over China is what China holds of them, told from both sides.
    assert over[0, usa, china] == pytest.approx(under[0, row(setting, CHN), at(setting, USA)])
    more = ones.copy()
    more[:, china] = 1.5
    assert holds(found, more)[1][0, usa, china] == pytest.approx(1.5 * under[0, usa, china])


def test_ladders_that_hardly_end_are_refused() -> None:
    with pytest.raises(RunError) as caught:
        machinery_of(setting_with(parameters=(("retaliation.answer", 0.7),)), RETALIATION)
    assert caught.value.code == "ORE-RUN-222"
    assert "0.7" in caught.value.what


# Dose and response


def test_at_the_start_nothing_is_added() -> None:
    found = said(real_setting())
    assert all(np.allclose(shift, 0.0, atol=1e-9) for shift in found.by_class.values())
    assert found.scope is None or np.allclose(found.scope, 0.0, atol=1e-9)


def test_an_act_is_answered_by_the_stated_number_of_restrictions() -> None:
    setting = setting_with(parameters=(("retaliation.answer", 0.1),))
    machinery, moment, numbers = moment_after(setting, 1.0)
    known = known_inputs(setting, moment.state, 0)
    levels = {name: last[[0] * MEMBERS] for name, last in setting.last_levels.items()}
    found = chances(
        setting, known, np.zeros(MEMBERS, int), levels, machinery.attitudes(moment, numbers)
    )
    china = at(setting, CHN)
    hit, other = found.act[:, china]
    # Half of the answers come in the first year at a half-life of one year.
    assert 0.03 < hit - other < 0.07
    # Nobody else answers more for it; others' share of the wave makes them a little calmer.
    rest = np.delete(found.act[0] - found.act[1], china)
    assert rest.max() < 1e-9
    assert rest.min() > -0.03


def test_an_answer_leans_to_minerals_in_which_its_actor_holds_the_other() -> None:
    setting = real_setting()
    found = said(setting, 2.0)
    assert found.scope is not None
    china, usa = at(setting, CHN), row(setting, USA)
    share = make_holds(setting).by_mineral[usa, china]
    lean = found.scope[0, china]
    assert lean.reshape(-1)[share.argmax()] > 0.0
    assert lean[share == 0.0].max() < 0.0
    # Large leanings are cut: the mean is near none.
    assert lean.mean() == pytest.approx(0.0, abs=1e-3)


def test_memory_halves_in_its_half_life_and_new_acts_come_in_next_year() -> None:
    setting = setting_with(parameters=(("retaliation.half_life", 1.0),))
    machinery, moment, numbers = moment_after(setting, 4.0)
    after = machinery.advance(moment, numbers)["retaliation"].piece
    assert isinstance(after, RetaliationPiece)
    cell = row(setting, USA), at(setting, CHN)
    more = after.memory[0][cell] - after.memory[1][cell]
    assert more == pytest.approx(2.0)


def test_one_sided_hold_raises_and_mutual_hold_lowers_tariffs_and_blocks() -> None:
    for name, sign in (("one_sided", 1.0), ("mutual", -1.0)):
        off = {"one_sided": 0.0, "mutual": 0.0, "restriction_one_sided": 0.0}
        setting = setting_with(
            parameters=tuple(
                (f"retaliation.{key}", value) for key, value in {**off, name: 0.1 * sign}.items()
            )
        )
        base = moment_after(setting)[1].state.shares[0]
        shares = base.copy()
        shares[0, at(setting, CHN)] *= 1.5
        found = said(setting, shares=shares).by_class["trade_barrier"]
        china_usa = found[:, row(setting, CHN), at(setting, USA)]
        usa_china = found[:, row(setting, USA), at(setting, CHN)]
        assert china_usa[1] == pytest.approx(0.0, abs=1e-9)
        if name == "one_sided":
            assert china_usa[0] > 0.0 > usa_china[0]
        else:
            assert china_usa[0] < 0.0
            assert usa_china[0] < 0.0


def test_more_hold_over_large_buyers_raises_restrictions() -> None:
    setting = real_setting()
    base = moment_after(setting)[1].state.shares[0]
    shares = base.copy()
    shares[0, at(setting, CHN)] *= 1.5
    found = said(setting, shares=shares).by_class["restriction"][:, at(setting, CHN)]
    assert 0.0 < found[0] <= 1.5
    assert found[1] == pytest.approx(0.0, abs=1e-9)


def test_patience_ends_answers_and_impatience_doubles_them() -> None:
    shifts = {}
    for patience in (-1.0, 0.0, 1.0):
        doctrine = Doctrine(CHN, Span(2000), patience=patience)
        found = said(setting_with(doctrines=(doctrine,)), 1.0)
        china = at(real_setting(), CHN)
        shifts[patience] = found.by_class["restriction"][:, china]
        dispute = found.by_class.get("dispute")
        if patience == 0.0:
            assert dispute is None
        else:
            assert dispute is not None
            felt = dispute[0, row(real_setting(), CHN), at(real_setting(), USA)]
            assert np.sign(felt) == -np.sign(patience)
    more = {key: value[0] - value[1] for key, value in shifts.items()}
    assert more[1.0] <= 1e-9 < more[0.0] < more[-1.0]


def test_crisis_management_halves_answers_of_those_that_share_it() -> None:
    founded = ClubChange("line", "founded", 2000, (USA, CHN), instruments=("crisis",))
    calm, plain = (said(setting_with(clubs=clubs), 2.0) for clubs in ((founded,), ()))
    china = at(real_setting(), CHN)
    more = [one.by_class["restriction"][0, china] for one in (calm, plain)]
    assert more[0] < more[1]
    assert "dispute" in calm.by_class
    assert "dispute" not in plain.by_class
    pair = row(real_setting(), CHN), at(real_setting(), USA)
    assert calm.by_class["dispute"][0][pair] < 0.0
    # Who is not in the club is as before.
    others = np.delete(np.arange(len(real_setting().acting)), [china, at(real_setting(), USA)])
    assert np.allclose(calm.by_class["dispute"][0][:, others], 0.0)


def test_a_club_founded_in_the_first_year_is_new_and_one_of_the_world_is_not() -> None:
    year = int(real_setting().years[0])
    for founded, is_new in ((year, True), (year - 1, False)):
        club = ClubChange("line", "founded", founded, (USA, CHN), instruments=("crisis",))
        setting = setting_with(clubs=(club,))
        machinery = machinery_of(setting, CLUBS, RETALIATION)
        moment, numbers = moment_of(machinery, setting, members=MEMBERS)
        assert together(moment)[:, at(setting, USA), at(setting, CHN)].all()
        piece = machinery.advance(moment, numbers)["retaliation"].piece
        assert isinstance(piece, RetaliationPiece)
        assert piece.calm is not None
        assert piece.calm.any() != is_new


def test_with_clubs_off_nobody_manages_crises_together_whatever_is_planned() -> None:
    founded = ClubChange("line", "founded", 2000, (USA, CHN), instruments=("crisis",))
    _, moment, _ = moment_after(setting_with(clubs=(founded,), off=("clubs",)))
    assert not together(moment).any()


def test_a_club_that_is_dissolved_manages_nothing() -> None:
    founded = ClubChange("x", "founded", 2027, ("A", "B"), instruments=("crisis",))
    over = ClubChange("x", "dissolved", 2030)
    pairs = [planned_pairs((founded, over), ("A", "B"), "crisis", y)[0, 1] for y in (2028, 2031)]
    assert pairs == [True, False]


def test_off_it_adds_nothing_and_keeps_nothing() -> None:
    setting = setting_with(off=("retaliation",))
    machinery = machinery_of(setting, RETALIATION)
    moment, numbers = moment_of(machinery, setting)
    assert moment.state.pieces == {}
    assert not machinery.attitudes(moment, numbers).by_class
