"""Cost of capital by place: what happens there moves it, it moves projects, and a pool can fail."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.mechanisms.bench import machinery_of, moment_of, position, setting_with

from oreacle.core.errors import RunError
from oreacle.core.labels import REST_OF_WORLD
from oreacle.engine.capacity import Prospects, YearDraws, next_fleet
from oreacle.engine.mechanisms.barriers.piece import MANDATE, NATIONALISATION, BarriersPiece
from oreacle.engine.mechanisms.clubs_piece import ClubsPiece, no_clubs
from oreacle.engine.mechanisms.contract import MINED, Moment, NoParameters
from oreacle.engine.mechanisms.fading import fading
from oreacle.engine.mechanisms.finance import FINANCE, FinanceParameters, FinancePiece
from oreacle.engine.mechanisms.finance.mutual import spread_share
from oreacle.engine.mechanisms.finance.places_at_risk import FinanceFacts, usual_level
from oreacle.engine.mechanisms.finance.pool import capital_after, written
from oreacle.engine.mechanisms.machinery import Machinery, MechanismStreams
from oreacle.engine.mechanisms.oversupply import OVERSUPPLY
from oreacle.engine.mechanisms.parameters import parameters_of
from oreacle.scenario.assumptions import CLUB_INSTRUMENTS

money = st.floats(0.0, 1e10)


@given(money, money, money, money)
def test_a_pool_is_never_in_debt_nor_beyond_its_size_and_ruin_is_for_good(
    capital: float, income: float, claims: float, most: float
) -> None:
    left = capital_after(np.array([capital]), np.array([income]), np.array([claims]), most)
    assert 0.0 <= left[0] <= most
    assert capital_after(np.zeros(1), np.array([income]), np.zeros(1), most)[0] == 0.0


def test_the_usual_level_is_what_events_at_a_rate_add_up_to() -> None:
    # 0.1 events a year of 4 points that halve each year: 0.4 points a year kept twice over.
    assert float(usual_level(np.array(0.1), 0.04, fading(1.0))) == pytest.approx(0.008)


def test_cover_is_rationed_by_capital_and_takes_off_what_it_saves() -> None:
    p = replace(
        parameters_of(FinanceParameters, "finance", {}),
        pool_leverage=10.0,
        pool_take_up=0.2,
        cover_share=0.5,
    )
    pool = written(np.array([1.0]), np.array([[15.0, 5.0]]), np.full(2, 0.01), np.full(2, 0.05), p)
    # Cover of 20 is asked for and 10 can be written: half of the fifth that would buy.
    assert pool.exposure.tolist() == [[7.5, 2.5]]
    assert pool.covered == pytest.approx(0.1)
    assert pool.relief == pytest.approx(0.1 * 0.5 * (0.05 - 0.01))
    assert pool.income == pytest.approx(0.1)


def test_a_half_life_of_nothing_is_refused() -> None:
    with pytest.raises(RunError) as caught:
        fading(0.0)
    assert caught.value.code == "ORE-RUN-210"


def calm() -> tuple[Any, ...]:
    """A first year in which nothing happens, and its machinery."""
    setting = setting_with()
    machinery = machinery_of(setting, FINANCE)
    moment, numbers = moment_of(machinery, setting)
    still = {name: np.ones_like(draw) for name, draw in numbers["finance"].items()}
    still["claim"] = np.full_like(still["claim"], 0.5)
    return setting, machinery, moment, still


def place_of(machinery: object, country: str) -> int:
    facts: FinanceFacts = machinery.running[0].facts  # type: ignore[attr-defined]
    return facts.places.countries.index(country)


def test_nothing_pulls_in_the_base_year_but_what_did_not_happen() -> None:
    setting, machinery, moment, _ = calm()
    # With rates of zero there is no usual level either: nothing happens and nothing moves.
    never = {
        f"finance.conflict_rate_{name}": 0.0 for name in ("low", "medium", "high", "very_high")
    }
    never |= {"finance.default_share": 0.0, "finance.seizure_premium": 0.0}
    never |= {"finance.restriction_premium": 0.0}
    quiet = setting_with(parameters=tuple(never.items()))
    machinery = machinery_of(quiet, FINANCE)
    moment, numbers = moment_of(machinery, quiet)
    terms: Any = machinery.investment(moment, numbers)(position(setting, "copper"), MINED)
    assert terms.attraction == pytest.approx(0.0, abs=1e-12)
    assert terms.hurdle == pytest.approx(0.0, abs=1e-12)


def test_a_conflict_moves_projects_elsewhere_and_output_only_after_the_lead_time() -> None:
    setting, machinery, moment, still = calm()
    k, node = position(setting, "copper"), place_of(machinery, "CHL")
    hit = {**still, "conflict": still["conflict"].copy()}
    hit["conflict"][:, node] = 0.0
    chain = setting.world.chains["copper"]
    mine = chain.miners.index("CHL")
    terms: Any = [machinery.investment(moment, {"finance": n})(k, MINED) for n in (still, hit)]
    drop = terms[1].attraction[:, mine] - terms[0].attraction[:, mine]
    # Four points of premium times a semi-elasticity of ten.
    assert drop == pytest.approx(-0.4)
    asked = terms[1].hurdle - terms[0].hurdle
    share = chain.mined[mine] / chain.mined.sum()
    assert asked == pytest.approx(0.4 * 0.04 * share / 0.08)
    zero = np.zeros_like(moment.state.mines[k].level)
    view = Prospects(zero, 0.03, 0.1, 5.0, 0.0, chain.mined)
    draws = YearDraws(zero, zero)
    one, two = (next_fleet(moment.state.mines[k], view, draws, setting.settings, t) for t in terms)
    assert two.level[:, mine] == pytest.approx(one.level[:, mine])
    assert (two.queue[:, mine, 3] < 0.8 * one.queue[:, mine, 3]).all()


def test_a_premium_fades_by_its_half_life_towards_the_usual_level() -> None:
    _, machinery, moment, still = calm()
    node = place_of(machinery, "CHL")
    hit = {**still, "conflict": still["conflict"].copy()}
    hit["conflict"][:, node] = 0.0
    added = []
    piece = moment.state.pieces["finance"]
    for numbers in (hit, still, still, still):
        state = replace(moment.state, pieces={"finance": piece})
        left = machinery.advance(replace(moment, state=state), {"finance": numbers})
        piece = left["finance"].piece
        assert isinstance(piece, FinancePiece)
        added.append(piece.troubled[0, node])
    assert added[3] == pytest.approx(added[0] / 2.0)


def test_claims_ruin_a_small_pool_and_risky_places_lose_projects_then() -> None:
    setting, machinery, moment, still = calm()
    bad = {
        "claim": np.full_like(still["claim"], 1.0 - 1e-12),
        "conflict": np.zeros_like(still["conflict"]),
        "default": still["default"],
    }
    piece = machinery.advance(moment, {"finance": bad})["finance"].piece
    assert isinstance(piece, FinancePiece)
    assert (piece.capital == 0.0).all()
    first = moment.state.pieces["finance"]
    assert isinstance(first, FinancePiece)
    ruined = replace(first, capital=piece.capital)
    after = replace(moment, state=replace(moment.state, pieces={"finance": ruined}))
    k = position(setting, "copper")
    with_pool: Any = machinery.investment(moment, {"finance": still})(k, MINED).attraction
    without: Any = machinery.investment(after, {"finance": still})(k, MINED).attraction
    miners = setting.world.chains["copper"].miners
    assert (without[:, miners.index("COD")] < with_pool[:, miners.index("COD")]).all()
    assert without[:, miners.index("AUS")] == pytest.approx(with_pool[:, miners.index("AUS")])


def test_capital_added_by_a_scenario_draws_projects_to_risky_places() -> None:
    usual = setting_with()
    more = setting_with(parameters=(("finance.pool_added", 3e9),))
    k = position(usual, "copper")
    found: list[Any] = []
    for setting in (usual, more):
        machinery = machinery_of(setting, FINANCE)
        moment, numbers = moment_of(machinery, setting)
        found.append(machinery.investment(moment, numbers)(k, MINED).attraction)
    cod = usual.world.chains["copper"].miners.index("COD")
    assert (found[1][:, cod] > found[0][:, cod]).all()
    # A third of what projects would cover comes on top; half of ten points is saved on it.
    assert (found[1][:, cod] - found[0][:, cod]).max() < 0.2


def beside(moment: Moment, **pieces: object) -> Moment:
    """The same year with pieces of other mechanisms."""
    return replace(moment, state=replace(moment.state, pieces={**moment.state.pieces, **pieces}))


def barrier(moment: Moment, kind: int, actor: str) -> BarriersPiece:
    """An act of years ago on the copper of an actor, in the first member."""
    space = moment.setting.space
    row = [kind, 0, space.actors.index(actor), -1, space.minerals.index("copper"), 0, 0, 2020]
    return BarriersPiece(*(np.array([value]) for value in row))


def of_place(
    moment: Moment, machinery: Machinery, numbers: dict[str, np.ndarray], country: str
) -> np.ndarray:
    """What investors in copper mines of a country are told, shape (member,)."""
    k = position(moment.setting, "copper")
    terms: Any = machinery.investment(moment, {"finance": numbers})(k, MINED)
    miners = moment.setting.world.chains["copper"].miners
    return np.asarray(terms.attraction[:, miners.index(country)])


def test_a_seizure_that_stands_keeps_the_premium_of_its_country_up_and_its_end_frees_it() -> None:
    _, machinery, moment, still = calm()
    free = of_place(moment, machinery, still, "CHL")
    seized = beside(moment, barriers=barrier(moment, NATIONALISATION, "CHL"))
    held = of_place(seized, machinery, still, "CHL")
    facts = machinery.running[0].facts
    p = parameters_of(FinanceParameters, "finance", {})
    node, level = place_of(machinery, "CHL"), moment.state.pieces["finance"]
    assert isinstance(level, FinancePiece)
    # A year without an act: what stood at the usual level fades by a half-life of five years, but
    # not while the seizure stands: the premium is then the usual level and a point.
    faded = level.seized[0, node] * (1.0 - fading(5.0))
    assert held[0] - free[0] == pytest.approx(-p.semi_elasticity * (p.seizure_standing + faded))
    assert held[1:] == pytest.approx(free[1:])
    assert of_place(seized, machinery, still, "PER")[0] == pytest.approx(
        of_place(moment, machinery, still, "PER")[0]
    )
    assert np.isfinite(facts.premium[node])
    mandate = beside(moment, barriers=barrier(moment, MANDATE, "CHL"))
    assert of_place(mandate, machinery, still, "CHL") == pytest.approx(free)


def test_what_a_standing_seizure_keeps_up_does_not_come_on_top_of_a_fresh_one() -> None:
    _, machinery, moment, still = calm()
    piece = moment.state.pieces["finance"]
    assert isinstance(piece, FinancePiece)
    high = beside(moment, finance=replace(piece, seized=piece.seized + 0.05))
    seized = beside(high, barriers=barrier(moment, NATIONALISATION, "CHL"))
    np.testing.assert_array_equal(
        of_place(seized, machinery, still, "CHL"), of_place(high, machinery, still, "CHL")
    )


def test_a_standing_premium_of_nothing_only_stops_the_fading_below_the_usual_level() -> None:
    held = []
    for size in (0.0, 0.01, 0.03):
        setting = setting_with(parameters=(("finance.seizure_standing", size),))
        machinery = machinery_of(setting, FINANCE)
        moment, numbers = moment_of(machinery, setting)
        still = {name: np.ones_like(draw) * 0.5 for name, draw in numbers["finance"].items()}
        seized = beside(moment, barriers=barrier(moment, NATIONALISATION, "CHL"))
        held.append(of_place(seized, machinery, still, "CHL")[0])
    assert np.diff(held) == pytest.approx([-0.1, -0.2])


def insured(moment: Moment, *names: str, mineral: str = "copper") -> ClubsPiece:
    """One club with an insurance pool, in the first member."""
    space = moment.setting.space
    clubs = no_clubs(moment.members, len(space.actors), len(space.minerals))
    clubs.member_of[0, 0, [space.actors.index(name) for name in names]] = True
    clubs.instruments[0, 0, CLUB_INSTRUMENTS.index("insurance")] = True
    clubs.minerals[0, 0, space.minerals.index(mineral)] = True
    return clubs


def test_two_members_share_half_of_the_risk_under_cover_and_one_shares_none() -> None:
    # Half of the projects under cover: (1 - 1/n) of their risk is spread over the others.
    assert spread_share(np.array([0, 1, 2, 4]), 0.5).tolist() == [0.0, 0.0, 0.25, 0.375]


def test_a_pool_of_a_club_draws_projects_in_its_minerals_to_members_by_their_number() -> None:
    _, machinery, moment, still = calm()
    plain = of_place(moment, machinery, still, "ZMB")
    pairs = (("ZMB",), ("ZMB", "PER"), ("ZMB", "PER", "CHL", "AUS"))
    gains = []
    for names in pairs:
        seen = beside(moment, clubs=insured(moment, *names))
        found = of_place(seen, machinery, still, "ZMB") - plain
        assert found[1:] == pytest.approx(0.0)
        gains.append(found[0])
        assert of_place(seen, machinery, still, "COD") == pytest.approx(
            of_place(moment, machinery, still, "COD")
        )
    assert gains[0] == 0.0
    assert 0.0 < gains[1] < gains[2]
    # A half against three quarters of what is under cover.
    assert gains[2] / gains[1] == pytest.approx(1.5)
    other = beside(moment, clubs=insured(moment, "ZMB", "PER", mineral="cobalt"))
    assert of_place(other, machinery, still, "ZMB") == pytest.approx(plain)


def test_a_pool_of_a_club_lowers_the_mean_cost_of_capital_and_asks_less_of_prices() -> None:
    setting, machinery, moment, still = calm()
    actors = [name for name in setting.space.actors if name != REST_OF_WORLD]
    seen = beside(moment, clubs=insured(moment, *actors))
    k = position(setting, "copper")
    costs, asked = [], []
    for one in (moment, seen):
        costs.append(machinery.record(one, {"finance": still})["capital_cost"].values)
        asked.append(machinery.investment(one, {"finance": still})(k, MINED).hurdle[:, 0])
    assert costs[1][0] < costs[0][0] - 1e-4
    assert asked[1][0] < asked[0][0]
    assert costs[1][1:] == pytest.approx(costs[0][1:])


def test_off_it_says_nothing_and_others_draw_the_same() -> None:
    drawn = []
    for off in ((), ("finance",)):
        setting = setting_with(off=off)
        machinery = machinery_of(setting, FINANCE, OVERSUPPLY)
        drawn.append(MechanismStreams(machinery, 1, range(2)).year(setting)["oversupply"]["starts"])
        assert ("finance" in {one.mechanism.name for one in machinery.running}) == (off == ())
    np.testing.assert_array_equal(drawn[0], drawn[1])
    moment, numbers = moment_of(machinery, setting)
    assert machinery.investment(moment, numbers)(0, MINED).attraction is None
    assert moment.state.pieces.get("finance") is None


class _None(NoParameters):
    """Parameters of a mechanism that has no table."""
