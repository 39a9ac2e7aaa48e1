"""Barriers: acts become tariffs, curbs, mandates and losses of mines, and end."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.mechanisms.bench import (
    cleared_under,
    machinery_of,
    moment_of,
    position,
    real_setting,
    setting_with,
)

from oreacle.core.errors import RunError
from oreacle.engine.act_chances import Acts
from oreacle.engine.liftings import Liftings, effect_of_act
from oreacle.engine.mechanisms.barriers.ends import ended
from oreacle.engine.mechanisms.barriers.market import Ends, between, mandate_left
from oreacle.engine.mechanisms.barriers.mechanism import BARRIERS, _up_to
from oreacle.engine.mechanisms.barriers.piece import (
    BLOCK,
    CURB,
    MANDATE,
    NATIONALISATION,
    NONE,
    REVOCATION,
    SANCTION,
    TARIFF,
    BarriersPiece,
    no_barriers,
    together,
)
from oreacle.engine.mechanisms.barriers.starts import covered
from oreacle.engine.mechanisms.contract import Moment
from oreacle.engine.mechanisms.machinery import Machinery
from oreacle.engine.mechanisms.rules_piece import Cases, RulesPiece, no_cases
from oreacle.engine.setting import Setting

MEMBERS = 3


def row(
    setting: Setting,
    kind: int,
    imposer: str,
    target: str,
    mineral: str,
    *,
    link: int = 1,
    size: float = 0.25,
    since: int = 2020,
    member: int = 0,
) -> BarriersPiece:
    """One barrier."""
    actors = setting.space.actors
    whom = actors.index(target) if target else NONE
    where = kind, member, actors.index(imposer), whom, position(setting, mineral), link
    return BarriersPiece(*(np.array([value]) for value in (*where, size, since)))


def moment_with(
    setting: Setting, piece: BarriersPiece, by_class: dict[str, np.ndarray] | None = None
) -> tuple[Machinery, Moment, dict[str, dict[str, np.ndarray]]]:
    """A year that starts with barriers, and in which governments have acted."""
    machinery = machinery_of(setting, BARRIERS)
    moment, numbers = moment_of(machinery, setting, members=MEMBERS)
    state = replace(moment.state, pieces={"barriers": piece})
    shape = (MEMBERS, len(setting.acting), len(setting.space.minerals), 2)
    acts = Acts(by_class or {}, np.zeros(shape, dtype=bool))
    return machinery, replace(moment, state=state, acts=acts), numbers


def act(setting: Setting, unit: str, first: str, second: str = "") -> np.ndarray:
    """One act in every member."""
    actors = len(setting.acting)
    if unit == "actor":
        found = np.zeros((MEMBERS, actors), dtype=bool)
        found[:, setting.acting.index(first)] = True
        return found
    rows = list(setting.first["dyad"])
    found = np.zeros((MEMBERS, len(rows), actors), dtype=bool)
    at = rows.index(setting.space.actors.index(first))
    found[:, at, setting.space.actors.index(second)] = True
    return found


def next_piece(
    machinery: Machinery, moment: Moment, numbers: dict[str, dict[str, np.ndarray]]
) -> BarriersPiece:
    found = machinery.advance(moment, numbers)["barriers"].piece
    assert isinstance(found, BarriersPiece)
    return found


def seen(machinery: Machinery, moment: Moment, numbers: dict[str, dict[str, np.ndarray]]) -> Moment:
    """The moment as the mechanism sees it."""
    one = machinery.running[0]
    return replace(
        moment,
        facts=one.facts,
        parameters=one.parameters,
        own=moment.state.pieces["barriers"],
        numbers=numbers["barriers"],
    )


# Numbers


@given(
    st.lists(st.floats(0.0, 5.0), min_size=2, max_size=8),
    st.floats(0.0, 0.999),
    st.floats(1.0, 4.0),
)
def test_an_act_covers_something_if_it_can_and_never_what_has_no_weight(
    weights: list[float], which: float, minerals: float
) -> None:
    cells = np.array([weights])
    found = covered(cells, np.array([which]), np.full(cells.shape, 0.3), minerals)
    assert found.any() == (cells.sum() > 0.0)
    assert not found[cells == 0.0].any()


def test_an_act_covers_the_stated_number_of_minerals_when_many_are_alike() -> None:
    rng = np.random.default_rng(1)
    found = covered(np.ones((4000, 40)), rng.random(4000), rng.random((4000, 40)), 2.0)
    assert found.sum(axis=1).mean() == pytest.approx(2.0, abs=0.06)


@given(st.floats(0.0, 5.0), st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_acts_of_lifting_and_time_together_end_as_many_as_fitted(
    held: float, chance: float, share: float
) -> None:
    sums, act_chance = np.array([[held]]), np.array([[chance]])
    effect = effect_of_act(sums, act_chance, share)
    one = Liftings(np.ones((1, 1)), act_chance, act_chance, share)
    _, rest = one.ends(sums)
    assert 0.0 <= rest[0, 0] <= 1.0
    assert (chance * effect + held * rest)[0, 0] == pytest.approx(held, abs=1e-12)


def test_a_ruling_ends_measures_beside_acts_of_lifting() -> None:
    one = Liftings(
        np.array([[0.1, 0.9]]),
        np.array([[0.4, 0.4]]),
        np.array([[0.4, 0.4]]),
        0.5,
        np.array([[0, 2]]),
    )
    count, rest = one.ends(np.array([[2.0, 2.0]]))
    # An act of 0.4 a year ends 0.4 of the 2.0 measures that end: 0.8 of the hazard is left.
    assert count.tolist() == [[1, 2]]
    assert rest == pytest.approx(0.8)


def test_a_parameter_out_of_range_is_refused() -> None:
    odd = setting_with(parameters=(("barriers.curb_left", 1.5),))
    with pytest.raises(RunError) as caught:
        machinery_of(odd, BARRIERS)
    assert caught.value.code == "ORE-RUN-220"
    assert "curb_left" in caught.value.what


# From acts to rows


def test_a_trade_barrier_covers_what_the_imposer_buys_from_the_target() -> None:
    setting = setting_with(parameters=(("barriers.reach", 1.0), ("barriers.tariff_spread", 0.0)))
    machinery, moment, numbers = moment_with(
        setting, no_barriers(), {"trade_barrier": act(setting, "dyad", "USA", "CHN")}
    )
    found = next_piece(machinery, moment, numbers)
    assert set(found.member) == {0, 1, 2}
    assert set(found.kind) <= {TARIFF, CURB}
    assert (found.size[found.kind == TARIFF] == 0.25).all()
    assert (found.since == moment.year).all()
    seen_by = seen(machinery, moment, numbers)
    facts = seen_by.facts
    first = list(setting.first["dyad"]).index(setting.space.actors.index("USA"))
    bought = facts.imports[first, found.target, found.mineral, found.link]  # type: ignore[attr-defined]
    assert (bought > 0.0).all()


def test_acts_beyond_the_reach_cover_nothing() -> None:
    setting = setting_with(parameters=(("barriers.reach", 0.0),))
    acts = {"trade_barrier": act(setting, "dyad", "USA", "CHN")}
    assert len(next_piece(*moment_with(setting, no_barriers(), acts))) == 0


def test_a_block_is_kept_for_purchases_and_some_are_sanctions_on_trade() -> None:
    setting = setting_with(parameters=(("barriers.sanction_share", 1.0), ("barriers.reach", 1.0)))
    acts = {"investment_block": act(setting, "dyad", "USA", "RUS")}
    found = next_piece(*moment_with(setting, no_barriers(), acts))
    assert set(found.kind) == {SANCTION, BLOCK}
    usa, russia = (setting.space.actors.index(a) for a in ("USA", "RUS"))
    blocked = found.blocked(MEMBERS, len(setting.space.actors))
    assert blocked[:, usa, russia].all()
    assert blocked.sum() == MEMBERS


def test_acts_of_control_are_mandates_or_seizures_of_what_is_mined() -> None:
    names = "barriers.mandate_share", "barriers.nationalisation_share"
    for values, kind in (
        ((1.0, 0.0), MANDATE),
        ((0.0, 1.0), NATIONALISATION),
        ((0.0, 0.0), REVOCATION),
    ):
        setting = setting_with(parameters=tuple(zip(names, values, strict=True)))
        acts = {"control": act(setting, "actor", "IDN")}
        found = next_piece(*moment_with(setting, no_barriers(), acts))
        assert set(found.kind) == {kind}
        assert (found.target == NONE).all()
        for k in set(found.mineral):
            chain = list(setting.world.chains.values())[k]
            assert "IDN" in chain.miners
            assert kind != MANDATE or not chain.is_integrated


# Ends


def test_a_barrier_ends_by_its_hazard_and_all_rows_of_an_act_together() -> None:
    sure = tuple((f"barriers.{name}_end", 1.0) for name in ("tariff", "curb"))
    setting = setting_with(parameters=(*sure, ("barriers.lifted_share", 0.0)))
    piece = together(
        [
            row(setting, TARIFF, "USA", "CHN", "lithium"),
            row(setting, TARIFF, "USA", "CHN", "cobalt"),
            row(setting, SANCTION, "USA", "RUS", "nickel"),
        ]
    )
    never = replace(
        setting,
        scenario=replace(
            setting.scenario,
            parameters=(*setting.scenario.parameters, ("barriers.sanction_end", 0.0)),
        ),
    )
    machinery, moment, numbers = moment_with(never, piece)
    assert ended(seen(machinery, moment, numbers)).tolist() == [True, True, False]


def test_an_act_of_lifting_ends_one_act_of_its_actor_alone() -> None:
    never = tuple(
        (f"barriers.{name}_end", 1e-9) for name in ("tariff", "curb", "sanction", "mandate")
    )
    setting = setting_with(parameters=(*never, ("barriers.lifted_share", 1.0)))
    piece = together(
        [
            row(setting, TARIFF, "USA", "CHN", "lithium"),
            row(setting, TARIFF, "USA", "RUS", "nickel"),
            row(setting, TARIFF, "CAN", "CHN", "cobalt"),
        ]
    )
    acts = {"lifting": act(setting, "actor", "USA")}
    machinery, moment, numbers = moment_with(setting, piece, acts)
    # The draw of an act's effect is below any chance.
    numbers["barriers"]["lift"] = np.zeros_like(numbers["barriers"]["lift"])
    gone = ended(seen(machinery, moment, numbers))
    assert gone[:2].sum() == 1
    assert not gone[2]


# Dose and response


def user_price(setting: Setting, mineral: str, piece: BarriersPiece, user: str) -> np.ndarray:
    """Log price of a user over base, by member, shape (member,); row 0 has the barrier."""
    k = position(setting, mineral)
    machinery, moment, numbers = moment_with(setting, piece)
    found = cleared_under(
        setting, mineral, machinery.conditions(moment, numbers)[k], members=MEMBERS
    )
    assert found.solved.all()
    at = int(np.flatnonzero(setting.space.user_actor[k] == setting.space.actors.index(user))[0])
    return np.asarray(found.prices.delivered[:, at])


def test_a_tariff_makes_the_product_dearer_for_its_imposer_and_cheaper_elsewhere() -> None:
    setting = real_setting()
    prices = [
        user_price(setting, "magnesium", row(setting, TARIFF, "USA", "CHN", "magnesium", size=r), u)
        for u in ("USA", "JPN")
        for r in (0.25, 0.5)
    ]
    usa, usa_more, japan, japan_more = (p[0] - p[1] for p in prices)
    assert 0.0 < usa < usa_more
    # No more than the tariff itself; and who does not tax buys what the United States do not.
    assert usa < np.log(1.25)
    assert usa_more < np.log(1.5)
    assert japan_more < japan < 0.0


def test_a_sanction_cuts_trade_to_the_share_left_and_costs_more_than_a_curb() -> None:
    setting = real_setting()
    prices = [
        user_price(
            setting, "magnesium", row(setting, kind, "USA", "CHN", "magnesium", size=left), "USA"
        )
        for kind, left in ((SANCTION, 0.1), (CURB, 0.5), (CURB, 2.0))
    ]
    sanction, curb, loose = (p[0] - p[1] for p in prices)
    assert sanction > curb > 0.0
    assert loose == pytest.approx(0.0, abs=1e-6)


def test_a_mandate_tightens_over_its_years_and_keeps_ore_at_home() -> None:
    assert mandate_left(np.array([0.5]), np.array([1]), 3.0)[0] == pytest.approx(1 - 0.5 / 3)
    setting = real_setting()
    k = position(setting, "aluminium")
    tight, late = (
        row(setting, MANDATE, "GIN", "", "aluminium", link=0, size=0.1, since=since)
        for since in (2010, int(setting.years[0]) - 1)
    )
    machinery, moment, numbers = moment_with(setting, tight)
    said = machinery.conditions(moment, numbers)[k]
    assert said.ore_cap is not None
    mine = int(np.flatnonzero(setting.space.mine_actor[k] == setting.space.actors.index("GIN"))[0])
    assert said.ore_cap[0, mine].min() == pytest.approx(0.1)
    assert np.isinf(said.ore_cap[1]).all()
    base = setting.world.chains["aluminium"].mined[mine]
    lost = cleared_under(setting, "aluminium", said, members=MEMBERS).mined[:, mine] / base
    machinery, moment, numbers = moment_with(setting, late)
    early = machinery.conditions(moment, numbers)[k]
    first = cleared_under(setting, "aluminium", early, members=MEMBERS).mined[:, mine] / base
    assert lost[0] < first[0] < 1.0
    assert lost[1] == pytest.approx(1.0, abs=1e-3)


def test_a_licence_revoked_takes_mines_out_and_half_is_back_after_the_stated_years() -> None:
    setting = setting_with(parameters=(("barriers.recovery_years", 2.0),))
    k, year = position(setting, "copper"), int(setting.years[0])
    left = []
    for since in (year - 1, year - 3):
        piece = row(setting, REVOCATION, "CHL", "", "copper", link=0, size=0.2, since=since)
        machinery, moment, numbers = moment_with(setting, piece)
        said = machinery.conditions(moment, numbers)[k]
        assert said.mines is not None
        left.append(said.mines[0].min())
        assert (said.mines[1] == 1.0).all()
    assert left == pytest.approx([0.8, 0.9])


def test_what_starts_this_year_is_on_no_market_before_the_next() -> None:
    setting = real_setting()
    acts = {"trade_barrier": act(setting, "dyad", "USA", "CHN")}
    machinery, moment, numbers = moment_with(setting, no_barriers(), acts)
    assert all(one.is_empty for one in machinery.conditions(moment, numbers))
    assert len(next_piece(machinery, moment, numbers)) > 0


def test_several_tariffs_of_a_dyad_do_not_add_up() -> None:
    setting = real_setting()
    k, space = position(setting, "lithium"), setting.space
    both = together(
        [row(setting, TARIFF, "USA", "CHN", "lithium", size=s) for s in (0.1, 0.35, 0.25)]
    )
    found = between(both, Ends(space.plant_actor[k], space.user_actor[k]), 2, 0.0, np.maximum)
    assert found.max() == pytest.approx(0.35)
    assert (found[1] == 0.0).all()


# Off, and told


def test_off_it_has_no_state_no_terms_and_liftings_end_nothing() -> None:
    setting = setting_with(off=("barriers",))
    machinery = machinery_of(setting, BARRIERS)
    moment, numbers = moment_of(machinery, setting)
    assert moment.state.pieces == {}
    assert machinery.attitudes(moment, numbers).lifted is None
    assert all(one.is_empty for one in machinery.conditions(moment, numbers))
    on = machinery_of(real_setting(), BARRIERS)
    assert on.attitudes(*moment_of(on, real_setting())).lifted == pytest.approx(0.5)


def test_notes_name_who_hits_whom_with_the_rate_and_the_share_of_imports() -> None:
    setting = setting_with(
        parameters=(
            ("barriers.reach", 1.0),
            ("barriers.tariff_share", 1.0),
            ("barriers.tariff_spread", 0.0),
        )
    )
    acts = {"trade_barrier": act(setting, "dyad", "USA", "CHN")}
    machinery, moment, numbers = moment_with(setting, no_barriers(), acts)
    notes = machinery.tell(moment, numbers)
    assert len(notes) == MEMBERS
    assert all(n.actor == "USA" and "from China" in n.what and "25 %" in n.effect for n in notes)
    assert [_up_to(share) for share in (0.0, 0.004, 0.01, 1.0)] == [
        "less than 1 %",
        "less than 1 %",
        "up to 1 %",
        "up to 100 %",
    ]


def test_a_ruling_that_the_imposer_obeys_ends_its_tariffs_on_the_complainant_alone() -> None:
    setting = setting_with(
        parameters=(("barriers.tariff_end", 1e-9), ("barriers.lifted_share", 0.0))
    )
    piece = together(
        [
            row(setting, TARIFF, "USA", "CHN", "lithium"),
            row(setting, TARIFF, "USA", "RUS", "nickel"),
        ]
    )
    machinery, moment, numbers = moment_with(setting, piece)
    usa, china = (np.array([setting.space.actors.index(name)]) for name in ("USA", "CHN"))
    won = Cases(np.array([0]), china, usa, np.array([2020]))
    rules = RulesPiece(np.ones(MEMBERS), no_cases(), won, won)
    pieces = {**moment.state.pieces, "rules": rules}
    moment = replace(moment, state=replace(moment.state, pieces=pieces))
    assert ended(seen(machinery, moment, numbers)).tolist() == [True, False]
