"""Rules of trade: strength moves acts, disputes are ruled after years, who obeys ends measures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.mechanisms.bench import (
    machinery_of,
    moment_of,
    real_setting,
    setting_with,
)

from oreacle.core.errors import RunError
from oreacle.engine.act_chances import Acts, chances, known_inputs
from oreacle.engine.decisions import measures_after
from oreacle.engine.draws import Streams
from oreacle.engine.liftings import Liftings
from oreacle.engine.mechanisms.contract import Moment
from oreacle.engine.mechanisms.machinery import Machinery
from oreacle.engine.mechanisms.parameters import parameters_of
from oreacle.engine.mechanisms.rules import (
    RULES,
    RulesParameters,
    next_strength,
    obey_chance,
    path_strength,
)
from oreacle.engine.mechanisms.rules_piece import Cases, RulesPiece, no_cases
from oreacle.engine.setting import Setting
from oreacle.scenario.assumptions import RulesPoint

MEMBERS = 3
SURE = (
    ("rules.conclusion", 1.0),
    ("rules.reach", 1.0),
    ("rules.complainant", 1.0),
    ("rules.obey", 0.999999),
)


def parameters() -> RulesParameters:
    return parameters_of(RulesParameters, "rules", {})


def case(setting: Setting, filed: int) -> Cases:
    """The United States against China, in every member."""
    usa, china = (setting.space.actors.index(name) for name in ("USA", "CHN"))
    return Cases(
        np.arange(MEMBERS),
        np.full(MEMBERS, usa),
        np.full(MEMBERS, china),
        np.full(MEMBERS, filed),
    )


def moment_with(
    setting: Setting, strength: float, pending: Cases | None = None, obeyed: Cases | None = None
) -> tuple[Machinery, Moment, dict[str, dict[str, np.ndarray]]]:
    machinery = machinery_of(setting, RULES)
    moment, numbers = moment_of(machinery, setting, members=MEMBERS)
    piece = RulesPiece(
        np.full(MEMBERS, strength), pending or no_cases(), no_cases(), obeyed or no_cases()
    )
    return machinery, replace(moment, state=replace(moment.state, pieces={"rules": piece})), numbers


def piece_after(*args: object, **named: object) -> RulesPiece:
    machinery, moment, numbers = moment_with(*args, **named)  # type: ignore[arg-type]
    found = machinery.advance(moment, numbers)["rules"].piece
    assert isinstance(found, RulesPiece)
    return found


@given(st.floats(0.0, 2.0), st.floats(-5.0, 10.0), st.integers(0, 5), st.floats(-4.0, 4.0))
def test_strength_stays_in_its_range_and_more_restrictions_never_raise_it(
    strength: float, many: float, defied: int, noise: float
) -> None:
    def after(count: float, lost: int) -> float:
        rulings = np.array([float(lost)]), np.array([0.0])
        one = next_strength(
            np.array([strength]), parameters(), np.array([count]), rulings, np.array([noise])
        )
        return float(one[0])

    assert 0.0 <= after(many, defied) <= 2.0
    assert after(many + 1.0, defied) <= after(many, defied)
    assert after(many, defied + 1) <= after(many, defied)


def test_strength_by_hand() -> None:
    chosen = replace(
        parameters(), reversion=0.1, spread=0.0, erosion=0.02, precedent=0.05, obey=0.6
    )
    rulings = np.array([2.0]), np.array([1.0])
    found = next_strength(np.array([0.8]), chosen, np.array([3.0]), rulings, np.array([1.0]))
    # 0.8 + 0.1 x 0.2 - 0.02 x 3 + 0.05 x (0.4 x 1 - 0.6 x 1)
    assert found[0] == pytest.approx(0.75)


def test_rulings_neither_strengthen_nor_weaken_at_the_fitted_strength_in_expectation() -> None:
    chosen = parameters()
    share = float(obey_chance(chosen, np.array([1.0]))[0])
    assert share == pytest.approx(chosen.obey)
    rulings = np.array([10.0]), np.array([10.0 * share])
    after = next_strength(np.array([1.0]), chosen, np.zeros(1), rulings, np.zeros(1))
    assert after[0] == pytest.approx(1.0)


def test_stronger_rules_are_obeyed_more() -> None:
    low, fitted, high = obey_chance(parameters(), np.array([0.0, 1.0, 2.0]))
    assert low < 0.1 < fitted < 0.95 < high


def test_a_parameter_out_of_range_is_refused() -> None:
    with pytest.raises(RunError) as caught:
        machinery_of(setting_with(parameters=(("rules.obey", 1.0),)), RULES)
    assert caught.value.code == "ORE-RUN-221"
    assert "obey" in caught.value.what


def test_a_scenario_sets_the_path() -> None:
    points = (RulesPoint(2026, 0.5), RulesPoint(2030, 1.5))
    assert path_strength((), 2030, 2024) is None
    assert path_strength(points, 2025, 2024) == pytest.approx(0.75)
    setting = setting_with(rules=points)
    machinery = machinery_of(setting, RULES)
    moment, numbers = moment_of(machinery, setting, members=MEMBERS)
    first = machinery.advance(moment, numbers)["rules"].piece
    assert isinstance(first, RulesPiece)
    assert first.strength == pytest.approx(path_strength(points, moment.year + 1, 2024))


@pytest.mark.parametrize(("strength", "sign"), [(0.0, 1.0), (2.0, -1.0)])
def test_weak_rules_raise_restrictions_and_tariffs_and_strong_ones_lower_them(
    strength: float, sign: float
) -> None:
    setting = real_setting()
    machinery, moment, numbers = moment_with(setting, strength)
    said = machinery.attitudes(moment, numbers)
    known = known_inputs(setting, moment.state, 0)
    levels = {name: last[:MEMBERS] for name, last in setting.last_levels.items()}
    plain, moved = (
        chances(setting, known, np.arange(MEMBERS), levels, *given_attitudes)
        for given_attitudes in ((), (said,))
    )
    for name, effect in (("restriction", 0.5), ("trade_barrier", 0.7)):
        ratio = moved.by_class[name].sum() / plain.by_class[name].sum()
        assert (ratio - 1.0) * sign > 0.1
        # Odds move by the stated effect; probabilities by less.
        assert abs(np.log(ratio)) < effect
    assert said.ending is not None
    china = setting.acting.index("CHN")
    assert (said.ending[0, china] < 1.0) == (strength == 0.0)


def test_a_dispute_is_ruled_after_the_stated_years_and_its_measures_end_a_year_later() -> None:
    setting = setting_with(parameters=SURE)
    year = int(setting.years[0])
    young = piece_after(setting, 1.0, pending=case(setting, year - 1))
    assert len(young.pending) == MEMBERS
    assert len(young.ruled) == 0
    old = piece_after(setting, 1.0, pending=case(setting, year - 2))
    assert len(old.pending) == 0
    assert len(old.obeyed) == MEMBERS
    # The year in which it is ruled nothing ends; the next year two measures of China do.
    for obeyed, expected in ((None, 0), (old.obeyed, 2)):
        machinery, moment, numbers = moment_with(setting, 1.0, obeyed=obeyed)
        said = machinery.attitudes(moment, numbers)
        assert said.released is not None
        assert (said.released[:, setting.acting.index("CHN")] == expected).all()
        assert said.released.sum() == expected * MEMBERS


def test_a_ruling_obeyed_ends_two_measures_of_the_register() -> None:
    setting = setting_with(parameters=SURE)
    year = int(setting.years[0])
    machinery, moment, numbers = moment_with(setting, 1.0, obeyed=case(setting, year - 3))
    said = machinery.attitudes(moment, numbers)
    drawn = Streams(1, range(MEMBERS)).year(setting)
    drawn = replace(drawn, lift=np.full_like(drawn.lift, 0.999))
    none = np.zeros((MEMBERS, len(setting.acting)))
    liftings = Liftings(none + 1.0, none, none, 0.0, said.released)
    _, left = measures_after(setting, moment.state, ((),) * MEMBERS, drawn, said.ending, liftings)
    gone = [{m.measure_id for m in setting.register} - rows for rows in left]
    owner = {m.measure_id: m.actor for m in setting.register}
    assert all(len(one) == 2 and {owner[name] for name in one} == {"CHN"} for one in gone)


def test_a_dispute_that_is_filed_is_pending() -> None:
    setting = real_setting()
    machinery, moment, numbers = moment_with(setting, 1.0)
    filed = np.zeros((MEMBERS, len(setting.first["dyad"]), len(setting.acting)), dtype=bool)
    filed[1, 0, 5] = True
    shape = (MEMBERS, len(setting.acting), len(setting.space.minerals), 2)
    acts = Acts(
        {"dispute": filed, "restriction": np.zeros(shape[:2], dtype=bool)},
        np.zeros(shape, dtype=bool),
    )
    after = machinery.advance(replace(moment, acts=acts), numbers)["rules"].piece
    assert isinstance(after, RulesPiece)
    assert after.pending.member.tolist() == [1]
    assert after.pending.filed.tolist() == [moment.year]


def test_many_restrictions_of_large_economies_wear_the_rules_down() -> None:
    setting = setting_with(parameters=(("rules.spread", 0.0),))
    machinery, moment, numbers = moment_with(setting, 1.0)
    size = (MEMBERS, len(setting.acting))
    strengths = []
    for all_act in (False, True):
        acts = Acts(
            {"restriction": np.full(size, all_act)},
            np.zeros((*size, len(setting.space.minerals), 2), dtype=bool),
        )
        after = machinery.advance(replace(moment, acts=acts), numbers)["rules"].piece
        assert isinstance(after, RulesPiece)
        strengths.append(after.strength[0])
    assert strengths[1] < strengths[0]


def test_off_it_says_nothing_and_keeps_nothing() -> None:
    setting = setting_with(off=("rules",))
    machinery = machinery_of(setting, RULES)
    moment, numbers = moment_of(machinery, setting)
    said = machinery.attitudes(moment, numbers)
    assert moment.state.pieces == {}
    assert not said.by_class
    assert said.ending is None
    assert said.released is None


def test_a_ruling_is_told_with_parties_years_and_effect() -> None:
    setting = setting_with(parameters=SURE)
    filed = int(setting.years[0]) - 2
    machinery, moment, numbers = moment_with(setting, 1.0, pending=case(setting, filed))
    notes = [n for n in machinery.tell(moment, numbers) if n.actor == "CHN"]
    assert len(notes) == MEMBERS
    assert "dispute that United States filed" in notes[0].what
    assert str(filed) in notes[0].why
    assert "2 measures" in notes[0].effect
