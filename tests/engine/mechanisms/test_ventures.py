"""Ventures build at the partner, after a lead time, and send their output to who backs them."""

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
from oreacle.engine.capacity import Prospects, YearDraws, first_fleet, next_fleet
from oreacle.engine.mechanisms.conditions import Conditions
from oreacle.engine.mechanisms.contract import MINED, REFINED, Moment
from oreacle.engine.mechanisms.ventures.mechanism import (
    VENTURES,
    chance_of_failing,
    new_ventures,
    running,
)
from oreacle.engine.mechanisms.ventures.terms import VentureFacts, VenturesPiece

FIRST, PARTNER = "JPN", "AUS"


def place() -> tuple[int, int]:
    setting = real_setting()
    names = [setting.space.actors[k] for k in setting.demand_actors]
    return names.index(FIRST), setting.space.actors.index(PARTNER)


def seen(*, act: str = "venture", mineral: str = "rare_earths_light", stage: int = MINED) -> Moment:
    """A first year in which one pair of member 0 acts on a mineral, and all succeed."""
    setting = real_setting()
    machinery = machinery_of(setting, VENTURES)
    moment, numbers = moment_of(machinery, setting)
    one = machinery.running[0]
    drawn = {
        name: np.zeros((3, setting.demand_actors.size, len(setting.acting)), dtype=bool)
        for name in ("venture", "agreement")
    }
    drawn[act][0][place()] = True
    facts = one.facts
    assert isinstance(facts, VentureFacts)
    edges, cell = facts.edges[place()], 2 * position(setting, mineral) + stage
    middle = (edges[cell] + (edges[cell - 1] if cell else 0.0)) / 2.0
    own = {
        "what": np.full_like(numbers["ventures"]["what"], middle),
        "fails": np.ones_like(numbers["ventures"]["fails"]),
        "size": np.zeros_like(numbers["ventures"]["size"]),
    }
    return replace(
        moment,
        facts=facts,
        parameters=one.parameters,
        own=moment.state.pieces["ventures"],
        numbers=own,
        acts=Acts(drawn, np.zeros((3, 1, 1, 1), dtype=bool)),
    )


def after(moment: Moment) -> VenturesPiece:
    assert VENTURES.advance is not None
    piece = VENTURES.advance(moment).piece
    assert isinstance(piece, VenturesPiece)
    return piece


@given(st.floats(0.01, 0.99), st.floats(0.1, 1.0), st.floats(0.0, 5.0), st.floats(0.0, 5.0))
def test_an_agreement_never_makes_a_venture_fail_more(
    failing: float, help_: float, one: float, two: float
) -> None:
    low, high = sorted((one, two))
    more, less = chance_of_failing(failing, help_, np.array([low, high]))
    assert 0.0 <= less <= more + 1e-12
    assert more <= failing + 1e-12


def test_a_venture_is_as_large_as_stated_and_at_what_the_partner_has() -> None:
    moment = seen()
    new, facts = new_ventures(moment), moment.fact(VentureFacts)
    k = position(real_setting(), "rare_earths_light")
    assert (new.member.tolist(), new.mineral.tolist(), new.stage.tolist()) == ([0], [k], [MINED])
    first, partner = place()
    made = facts.output[partner, k, MINED]
    assert new.tonnes[0] == pytest.approx(min(0.05 * facts.use[first, k], 0.5 * made))


def test_pairs_are_drawn_to_what_one_needs_and_the_other_has() -> None:
    facts = seen().fact(VentureFacts)
    chance = np.diff(facts.edges, axis=2, prepend=0.0).reshape(*facts.edges.shape[:2], -1, 2)
    nothing = facts.output == 0.0
    assert (chance[:, nothing] == 0.0).all()
    whole = facts.edges[..., -1]
    assert ((np.abs(whole - 1.0) < 1e-9) | (whole == 0.0)).all()


def test_output_comes_after_the_lead_time_and_only_at_the_partner() -> None:
    setting, mineral = real_setting(), "rare_earths_light"
    moment, k = seen(), position(setting, mineral)
    assert VENTURES.investment is not None
    terms = VENTURES.investment(moment)[k, MINED]
    owner = setting.space.mine_actor[k]
    assert terms.started is not None
    assert (terms.started[1:] == 0.0).all()
    assert (terms.started[0, owner != place()[1]] == 0.0).all()
    mined = setting.world.chains[mineral].mined
    tonnes = float(terms.started[0] @ mined)
    assert tonnes == pytest.approx(0.5 * new_ventures(moment).tonnes[0])
    zero = np.zeros((3, mined.size))
    view = Prospects(zero, 0.0, 0.1, 3.0, 0.0, mined)
    settings = replace(setting.settings, lead_time_spread=0.0)
    fleets = [first_fleet(3, mined.size, np.ones(6), 2)]
    for year in range(4):
        said = (terms,) if year == 0 else ()
        fleets.append(next_fleet(fleets[-1], view, YearDraws(zero, zero), settings, *said))
    levels = [float((fleet.level[0] * mined).sum()) for fleet in fleets]
    assert levels[2] == pytest.approx(levels[0])
    assert levels[3] - levels[0] == pytest.approx(tonnes)


def test_a_contract_pulls_the_link_after_its_lead_and_until_it_ends() -> None:
    setting, mineral = real_setting(), "copper"
    moment = seen(mineral=mineral, stage=REFINED)
    book = after(moment)
    assert VENTURES.conditions is not None
    pulls = []
    for ahead in (1, 3, 12, 13):
        later = replace(moment, own=book, year=moment.year + ahead)
        pulls.append(len(VENTURES.conditions(later)))
    assert pulls == [0, 1, 1, 0]
    k = position(setting, mineral)
    said = VENTURES.conditions(replace(moment, own=book, year=moment.year + 3))[k]
    assert said.metal_pull is not None
    touched = np.argwhere(said.metal_pull[0] != 1.0)
    tails, heads = setting.space.plant_actor[k], setting.space.user_actor[k]
    assert {setting.space.actors[tails[t]] for t, _ in touched} == {PARTNER}
    assert {setting.space.actors[heads[h]] for _, h in touched} == {FIRST}
    assert 1.0 < said.metal_pull.max() <= 2.0
    plain, now = (cleared_under(setting, mineral, c) for c in (Conditions(), said))
    assert now.solved.all()
    assert now.price_delivered[0] == pytest.approx(plain.price_delivered[0], rel=0.02)


def test_the_book_ends_contracts_and_keeps_no_failures() -> None:
    moment = seen()
    fails = np.zeros_like(moment.numbers["fails"])
    failed = replace(moment, numbers={**moment.numbers, "fails": fails})
    assert new_ventures(failed).built.tolist() == [False]
    assert after(failed).member.size == 0
    book = after(moment)
    assert book.member.size == 1
    late = replace(moment, own=book, year=moment.year + 15, acts=None)
    assert after(late).member.size == 0
    assert running(replace(moment, year=moment.year + 5), book).member.size == 1


def test_a_budget_that_is_used_up_backs_no_more() -> None:
    moment = seen(mineral="copper")
    backed = []
    for year in range(5):
        now = replace(moment, year=moment.year + year)
        backed.append(float(new_ventures(now).tonnes.sum()))
        moment = replace(moment, own=after(now))
    facts = moment.fact(VentureFacts)
    use = facts.use[place()[0], position(real_setting(), "copper")]
    assert sum(backed) == pytest.approx(0.15 * use)
    assert backed[4] == 0.0


def test_an_agreement_is_remembered_and_fades() -> None:
    book = after(seen(act="agreement"))
    assert book.pact[0][place()] == 1.0
    assert book.pact[1:].sum() == 0.0
    assert book.member.size == 0
    quiet = replace(seen(act="agreement"), own=book, acts=None)
    assert after(quiet).pact[0][place()] == pytest.approx(0.8)


def test_off_and_out_of_range() -> None:
    off = machinery_of(setting_with(off=("ventures",)), VENTURES)
    moment, numbers = moment_of(off, real_setting())
    assert all(one.is_empty for one in off.conditions(moment, numbers))
    assert "ventures" not in moment.state.pieces
    with pytest.raises(RunError) as caught:
        machinery_of(setting_with(parameters=(("ventures.budget", 3.0),)), VENTURES)
    assert caught.value.code == "ORE-RUN-230"
