"""Certification: a premium where certificates are short, nothing where nobody is bound."""

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
from oreacle.engine.mechanisms.certification.mechanism import (
    CERTIFICATION,
    CertificationFacts,
    CertificationPiece,
    regimes_of,
)
from oreacle.engine.mechanisms.certification.premium import (
    Trade,
    certifiable,
    premium_of,
    use_left,
)
from oreacle.engine.mechanisms.clubs_piece import no_clubs
from oreacle.engine.mechanisms.conditions import Conditions
from oreacle.engine.mechanisms.contract import MINED, Moment
from oreacle.market.certification import no_certification
from oreacle.market.clear import market
from oreacle.market.kernel import solve
from oreacle.scenario.assumptions import CLUB_INSTRUMENTS

TRADE = Trade(200.0, 100.0, 0.5, 0.5, 2.0, 60.0)
MINERAL = "cobalt"


def seen(bound: float = 0.0, *, mineral: str = MINERAL, actor: str = "USA") -> Moment:
    """A first year in which one actor is bound to some share."""
    setting = real_setting()
    machinery = machinery_of(setting, CERTIFICATION)
    moment, numbers = moment_of(machinery, setting)
    one = machinery.running[0]
    own = moment.state.pieces["certification"]
    assert isinstance(own, CertificationPiece)
    own.bound[:, setting.space.actors.index(actor), position(setting, mineral)] = bound
    return replace(
        moment,
        facts=one.facts,
        parameters=one.parameters,
        own=own,
        numbers=numbers["certification"],
    )


def said(moment: Moment) -> dict[int, Conditions]:
    assert CERTIFICATION.conditions is not None
    return dict(CERTIFICATION.conditions(moment))


@given(st.floats(0.1, 1e4), st.floats(0.1, 1e4), st.floats(0.1, 1e4))
def test_more_asked_or_less_certified_never_lowers_the_premium(
    asked: float, certified: float, more: float
) -> None:
    one, higher = premium_of(np.array([asked, asked + more]), np.array([certified]), TRADE)
    shorter, _ = premium_of(np.array([asked, asked]), np.array([certified / (1.0 + more)]), TRADE)
    assert TRADE.cost <= one <= higher <= TRADE.most
    assert one <= shorter


def test_the_premium_balances_certificates_to_the_hand() -> None:
    asked, certified = np.array([60.0]), np.array([50.0])
    premium = premium_of(asked, certified, TRADE)
    # (ln 1.2 - 0.5 x 2 / 200) / (0.5 / 200 + 0.5 / 100) = 23.64, over a cost of 2; the supply
    # slope counts from the cost, the demand slope from zero.
    assert premium[0] == pytest.approx(2.0 + (np.log(1.2) - 0.005) / 0.0075)
    demanded = asked * np.exp(-0.5 * premium / 200.0)
    supplied = certified * np.exp(0.5 * (premium - 2.0) / 100.0)
    assert demanded[0] == pytest.approx(supplied[0], rel=1e-12)


def test_stable_places_can_certify_more() -> None:
    share = certifiable(np.array([-2.0, 0.0, 1.0]), 1.5, 0.9)
    assert share == pytest.approx(0.9 / (1.0 + np.exp([3.0, 0.0, -1.5])))


def test_users_who_are_not_bound_use_what_they_did() -> None:
    left = use_left(np.array([0.0, 0.5]), np.array([20.0]), TRADE)
    assert left == pytest.approx([1.0, 0.5 + 0.5 * 1.1**-0.5])


def test_nothing_is_put_on_markets_where_nobody_is_bound() -> None:
    assert said(seen()) == {}


def test_the_closed_form_is_near_the_exact_market_for_cobalt() -> None:
    setting = real_setting()
    moment = seen()
    facts = moment.fact(CertificationFacts)
    k = position(setting, MINERAL)
    problem, chain = market(setting.world, MINERAL), setting.world.chains[MINERAL]
    certified = 0.3 * facts.mines[k]
    users = np.ones(chain.used.size)
    supply = float((certified * chain.mined).sum())
    for over, within in ((0.6, 0.01), (1.02, 0.5), (1.1, 0.3)):
        share = over * supply / chain.used.sum()
        regime = no_certification(1, chain.mined.size, chain.used.size)
        regime = replace(
            regime,
            certified=certified[None],
            bound=share * users[None],
            cost=np.full((1, 1), facts.trades[k].cost),
        )
        exact = float(solve(replace(problem, certification=regime), None).premium[0])
        close = float(premium_of(np.array([over * supply]), np.array([supply]), facts.trades[k])[0])
        assert close == pytest.approx(exact, rel=within), over


def test_a_scarce_regime_favours_certified_mines_and_lowers_bound_use() -> None:
    setting = real_setting()
    k = position(setting, MINERAL)
    moment = seen(1.0, actor="CHN")
    regime = regimes_of(moment)[0]
    assert regime.premium.min() > moment.fact(CertificationFacts).trades[k].cost
    found = said(moment)[k]
    assert set(said(moment)) == {k}
    assert found.mine_cost is not None
    miners, able = setting.world.chains[MINERAL].miners, moment.fact(CertificationFacts).mines[k]
    plain, now = (cleared_under(setting, MINERAL, c) for c in (Conditions(), found))
    change = now.mined[0] / plain.mined[0] - 1.0
    best, worst = int(np.argmax(able)), miners.index("COD")
    assert change[best] > change[worst]
    china = setting.space.user_actor[k] == setting.space.actors.index("CHN")
    assert now.used[0, china].sum() < plain.used[0, china].sum()
    assert CERTIFICATION.investment is not None
    terms = CERTIFICATION.investment(moment)[k, MINED]
    assert terms.attraction is not None
    assert terms.attraction[0, best] > terms.attraction[0, worst] >= 0.0


def test_false_certificates_take_the_scarcity_away() -> None:
    moment = seen(0.06, actor="CHN")
    loose = replace(moment, parameters=replace(moment.parameters, enforcement=0.1))  # type: ignore[type-var]
    strict = replace(moment, parameters=replace(moment.parameters, enforcement=1.0))  # type: ignore[type-var]
    assert regimes_of(loose)[0].premium[0, 0] < regimes_of(strict)[0].premium[0, 0]


def test_a_club_binds_its_members_with_a_lag() -> None:
    setting, moment = real_setting(), seen()
    space = setting.space
    clubs = no_clubs(moment.members, len(space.actors), len(space.minerals))
    japan, k = space.actors.index("JPN"), position(setting, "tin")
    clubs.member_of[0, 0, [japan, space.actors.index("USA")]] = True
    clubs.instruments[0, 0, CLUB_INSTRUMENTS.index("certification")] = True
    clubs.minerals[0, 0, k] = True
    state = replace(moment.state, pieces={**moment.state.pieces, "clubs": clubs})
    moment = replace(moment, state=state)
    assert CERTIFICATION.advance is not None
    bound = []
    for _ in range(8):
        piece = CERTIFICATION.advance(moment).piece
        assert isinstance(piece, CertificationPiece)
        bound.append(piece.bound[0, japan, k])
        assert piece.bound[1, japan, k] == 0.0
        moment = replace(moment, own=piece)
    assert bound[0] == pytest.approx(0.1)
    assert bound == sorted(bound)
    assert bound[4] == pytest.approx(0.5 * (1.0 - 0.8**5))


def test_an_act_that_binds_is_remembered_and_one_that_does_not_is_not() -> None:
    moment = seen()
    drawn = np.zeros((3, len(real_setting().acting)), dtype=bool)
    drawn[:2, 4] = True
    binds = np.ones_like(moment.numbers["binds"])
    binds[0] = 0.0
    acts = Acts({"certification": drawn}, np.zeros((3, 1, 1, 1), dtype=bool))
    moment = replace(moment, acts=acts, numbers={**moment.numbers, "binds": binds})
    assert CERTIFICATION.advance is not None
    piece = CERTIFICATION.advance(moment).piece
    assert isinstance(piece, CertificationPiece)
    assert [piece.asked[m].sum() for m in range(3)] == pytest.approx([0.3, 0.0, 0.0])


def test_off_and_out_of_range() -> None:
    off = machinery_of(setting_with(off=("certification",)), CERTIFICATION)
    moment, numbers = moment_of(off, real_setting())
    assert all(one.is_empty for one in off.conditions(moment, numbers))
    assert "certification" not in moment.state.pieces
    with pytest.raises(RunError) as caught:
        machinery_of(setting_with(parameters=(("certification.enforcement", 2.0),)), CERTIFICATION)
    assert caught.value.code == "ORE-RUN-230"
