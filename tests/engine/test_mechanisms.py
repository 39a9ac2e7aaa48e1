"""Each mechanism of the yearly loop moves what it should: stuck, one of these facts fails."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from tests.engine.real import baseline, run, setting, silent

from oreacle.engine.act_chances import (
    Acts,
    chances,
    draw_acts,
    expected_levels,
    known_inputs,
    remembered,
)
from oreacle.engine.acts.classes import CLASS_NAMES, CLASSES, PAIR
from oreacle.engine.acts.memory import advance, empty_memory
from oreacle.engine.capacity import Fleet, Prospects, YearDraws, first_fleet, next_fleet
from oreacle.engine.decisions import measures_after, new_measures
from oreacle.engine.draws import Draws, Streams
from oreacle.engine.measures import ActiveMeasure
from oreacle.engine.mechanisms.machinery import Machinery
from oreacle.engine.setting import Setting
from oreacle.engine.state import State, YearRecord, first_state
from oreacle.engine.year import Desks, Engine, YearNumbers, make_desks, step_year

MINERAL = "copper"
MEMBERS = 2


@cache
def draws() -> Draws:
    """Return the first year's draws of two members."""
    return Streams(1, range(MEMBERS)).year(setting())


@cache
def quiet() -> Setting:
    """Return the setting in which no government acts and shares do not drift."""
    return silent(replace(setting(), drift=0.0))


@cache
def still() -> Draws:
    """Return draws that neither end a measure nor delay a project."""
    zero = tuple(np.zeros_like(part) for part in draws().mine_lead)
    none = tuple(np.zeros_like(part) for part in draws().plant_lead)
    return replace(draws(), mine_lead=zero, plant_lead=none, lift=np.ones_like(draws().lift))


@cache
def start() -> State:
    return first_state(setting(), np.arange(MEMBERS))


def bare(desks: Desks) -> Engine:
    """Return an engine without the mechanisms that have tests of their own."""
    return Engine(desks, Machinery(()), np.arange(MEMBERS))


def step(
    state: State, *, chosen: Setting | None = None, drawn: Draws | None = None, at: int = 0
) -> tuple[State, YearRecord]:
    """Move two members by a year."""
    used = chosen or quiet()
    return step_year(
        used, bare(make_desks(used, MEMBERS)), state, YearNumbers(drawn or still(), {}), at
    )


@cache
def plain() -> tuple[State, YearRecord]:
    """Return the quiet first year."""
    return step(start())


def at(mineral: str = MINERAL) -> int:
    return setting().space.minerals.index(mineral)


def others() -> np.ndarray:
    """Return the positions of all minerals but one and those that come with it."""
    moved = setting().world.by_products.descendants([MINERAL])
    names = setting().space.minerals
    return np.array([k for k, name in enumerate(names) if name not in moved])


def changed(fleets: tuple[Fleet, ...], fleet: Fleet) -> tuple[Fleet, ...]:
    """Return the fleets with that of one mineral replaced."""
    return tuple(fleet if k == at() else old for k, old in enumerate(fleets))


def world_level(fleet: Fleet, weight: np.ndarray) -> np.ndarray:
    """Return the world's capacity over base, by member."""
    return np.asarray((fleet.level * weight).sum(axis=1) / weight.sum())


# Capacity


def test_lead_times_differ_between_projects_by_the_stated_spread() -> None:
    lead = YearDraws(np.zeros((1, 3)), np.array([[1.0, 0.0, -1.0]]))
    view = Prospects(np.zeros((1, 3)), 0.04, 0.1, 5.0, 0.0, np.ones(3))
    settings = replace(setting().settings, lead_time_spread=0.3)
    fleet = next_fleet(first_fleet(1, 3, np.ones(16), 3), view, lead, settings)
    # 5 years times exp(0.3), 1 and exp(-0.3): 6.7, 5 and 3.7 years; one year has passed.
    done = [int(np.flatnonzero(row)[0]) + 1 for row in fleet.queue[0]]
    assert done == [7 - 1, 5 - 1, 4 - 1]
    same = next_fleet(
        first_fleet(1, 3, np.ones(16), 3), view, lead, replace(settings, lead_time_spread=0.0)
    )
    assert np.flatnonzero(same.queue[0].sum(axis=0)).tolist() == [5 - 1 - 1]
    assert same.queue.sum() == pytest.approx(fleet.queue.sum())


def test_without_a_spread_of_lead_times_the_first_year_and_what_it_draws_are_the_same() -> None:
    chosen = replace(setting(), settings=replace(setting().settings, lead_time_spread=0.0))
    usual, even = baseline().arrays, run(chosen).arrays
    first = {"year": 0, "relations_year": 0}
    assert even.isel(first).identical(usual.isel(first))
    last = (even.isel(year=-1)["price_delivered"], usual.isel(year=-1)["price_delivered"])
    assert not np.allclose(*last, rtol=1e-4)


@pytest.mark.parametrize("stage", ["mines", "plants"])
def test_what_completes_this_year_produces_next_year_and_cheapens_no_other_host(
    stage: str,
) -> None:
    old: Fleet = getattr(start(), stage)[at()]
    queue = old.queue.copy()
    queue[:, :, 0] += 0.3
    fleets = changed(getattr(start(), stage), replace(old, queue=queue))
    is_mine = stage == "mines"
    more = replace(start(), mines=fleets) if is_mine else replace(start(), plants=fleets)
    after, record = step(more)
    before, usual = plain()
    assert np.allclose(record.price_delivered, usual.price_delivered)
    chain = list(setting().world.chains.values())[at()]
    weight = chain.mined if is_mine else chain.refined
    grown = world_level(getattr(after, stage)[at()], weight)
    assert grown - world_level(getattr(before, stage)[at()], weight) == pytest.approx(0.3)
    cheap, dear = step(after, at=1)[1], step(before, at=1)[1]
    assert (cheap.price_delivered[:, at()] < 0.99 * dear.price_delivered[:, at()]).all()
    assert np.allclose(cheap.price_delivered[:, others()], dear.price_delivered[:, others()])


def test_projects_are_started_for_the_demand_of_the_year_in_which_they_complete() -> None:
    traits = setting().traits
    demand = np.repeat(np.array([[1.0, 1.02, 1.05, 1.12]]), len(traits.demand), axis=0)
    two = np.full_like(traits.mine_lead, 2.0)
    calm = replace(
        traits, demand=demand, mine_lead=two, plant_lead=two, elasticity=np.zeros_like(two)
    )
    chosen = replace(quiet(), traits=calm)
    first = first_state(chosen, np.arange(MEMBERS))
    after, _ = step(first, chosen=chosen)
    # Without a response to prices: 1.05 was in the queue, and 1.12 less 1.05 has been started.
    for k, chain in enumerate(setting().world.chains.values()):
        for fleet, weight in ((after.mines[k], chain.mined), (after.plants[k], chain.refined)):
            assert world_level(fleet, weight) == pytest.approx(1.05), chain.mineral
            ahead = (fleet.queue * weight[:, None]).sum(axis=1) / weight.sum()
            assert ahead[:, 0] == pytest.approx(1.12 - 1.05), chain.mineral
            assert not ahead[:, 1:].any()


# Demand


def test_demand_shifts_the_year_after_a_price_and_by_the_stated_part_of_the_gap() -> None:
    moved, record = plain()
    gap, rate = setting().traits.demand_gap, setting().settings.demand_adjustment_rate
    assert gap[at()] > 0
    assert moved.adjustment == pytest.approx(-rate * gap * np.log(record.price_delivered))
    again, second = step(moved, at=1)
    goal = -gap * np.log(second.price_delivered)
    expected = moved.adjustment + rate * (goal - moved.adjustment)
    assert again.adjustment == pytest.approx(expected)


def test_adjusted_demand_is_what_the_market_meets_in_its_mineral_alone() -> None:
    adjustment = start().adjustment.copy()
    adjustment[:, at()] = -0.2
    record, usual = step(replace(start(), adjustment=adjustment))[1], plain()[1]
    assert (record.use[:, at()] < 0.97 * usual.use[:, at()]).all()
    assert (record.price_delivered[:, at()] < usual.price_delivered[:, at()]).all()
    for name in ("use", "price_delivered"):
        one, two = getattr(record, name), getattr(usual, name)
        assert np.allclose(one[:, others()], two[:, others()]), name


# By-products


def test_by_products_follow_their_hosts_within_the_year_and_hosts_nothing() -> None:
    adjustment = start().adjustment.copy()
    adjustment[:, at()] = -0.2
    weak = replace(start(), adjustment=adjustment)
    desks = make_desks(quiet(), MEMBERS)
    apart = replace(desks, hosts=replace(desks.hosts, seats={}))
    linked, free = (
        step_year(quiet(), bare(held), weak, YearNumbers(still(), {}), 0)[1]
        for held in (desks, apart)
    )
    # Less copper is refined, so less tellurium can be won: dearer than if it stood alone.
    tellurium = at("tellurium")
    assert (linked.price_delivered[:, tellurium] > 1.01 * free.price_delivered[:, tellurium]).all()
    roots = [at(name) for name in ("copper", "nickel", "zinc", "aluminium", "tin")]
    np.testing.assert_array_equal(linked.price_delivered[:, roots], free.price_delivered[:, roots])


# What is remembered and known


def test_shares_follow_output_and_are_kept_for_the_years_after() -> None:
    plants = start().plants[at()]
    leader = int(start().shares[0][0, :, at(), 1].argmax())
    owned = setting().space.plant_actor[at()] == leader
    small = replace(plants, level=np.where(owned, 0.5 * plants.level, plants.level))
    moved, record = step(replace(start(), plants=changed(start().plants, small)))
    usual = plain()[0].shares[-1]
    assert len(moved.shares) == 2
    assert np.array_equal(moved.shares[0], start().shares[0])
    assert moved.shares[1].sum(axis=1) == pytest.approx(1.0)
    assert (moved.shares[1][:, leader, at(), 1] < 0.9 * usual[:, leader, at(), 1]).all()
    assert np.allclose(moved.shares[1][:, :, others()], usual[:, :, others()])
    assert record.hhi == pytest.approx((moved.shares[1] ** 2).sum(axis=1))
    # What is published moves by what the market does, two years later.
    change = (moved.shares[1] - moved.shares[0])[:, :-1, at(), 1]
    later = known_inputs(setting(), moved, 2).market.share[:, :, at(), 1]
    published = setting().published[:, :, at(), 1]
    np.testing.assert_allclose(later, np.clip(published + change, 0.0, 1.0), atol=1e-12)
    assert np.abs(change).max() > 0.01
    for step_at, share in ((0, setting().known.market.share), (1, setting().published)):
        found = known_inputs(setting(), moved, step_at).market.share
        np.testing.assert_allclose(found, np.broadcast_to(share, found.shape))


@cache
def everybody() -> tuple[State, YearRecord]:
    """Return a first year in which every government that could restrict does, and others often."""
    often = {name: np.where(draw < 0.2, 0.0, 1.0) for name, draw in still().acts.items()}
    never = np.zeros_like(still().acts["restriction"])
    told = np.zeros_like(still().told)
    certain = replace(still(), acts={**often, "restriction": never}, told=told)
    return step(start(), chosen=setting(), drawn=certain)


def test_acts_of_the_year_enter_memory_on_top_of_what_has_faded() -> None:
    moved, record = everybody()
    nothing = empty_memory(len(setting().acting), len(setting().space.minerals))
    faded = advance(start().memory, nothing.acts, nothing.links)
    for name in CLASS_NAMES:
        drawn = record.drawn[name]
        assert drawn.any(axis=tuple(range(1, drawn.ndim))).all(), name
        met = moved.memory.acts[name] - faded.acts[name]
        unit = CLASSES[name].unit
        if unit in setting().first:
            joined = np.zeros(met.shape, dtype=bool)
            joined[:, setting().first[unit], :] = drawn
            drawn = joined | np.swapaxes(joined, 1, 2) if unit == PAIR else joined
        np.testing.assert_allclose(met, drawn.astype(float), atol=1e-12, err_msg=name)
    gained = moved.memory.links - faded.links
    np.testing.assert_array_equal(gained.max(axis=-1) > 0.5, record.minerals)
    assert record.minerals.any(axis=(1, 2)).all()


def test_memory_of_acts_moves_the_next_years_probabilities() -> None:
    moved = everybody()[0]
    forgetful = replace(moved, memory=start().memory)
    levels = expected_levels(setting(), 1, np.arange(MEMBERS))
    now, then = (
        chances(setting(), known_inputs(setting(), state, 1), np.arange(MEMBERS), levels)
        for state in (moved, forgetful)
    )
    for name in CLASS_NAMES:
        assert not np.allclose(now.by_class[name], then.by_class[name], rtol=1e-3), name
    assert not np.allclose(now.mineral, then.mineral, rtol=1e-3)


def test_an_act_of_one_class_is_remembered_as_that_class_alone() -> None:
    chance = chances(
        setting(),
        setting().known,
        np.arange(MEMBERS),
        expected_levels(setting(), 0, np.arange(MEMBERS)),
    )
    for name in CLASS_NAMES:
        one = {other: np.ones_like(draw) for other, draw in draws().acts.items()}
        certain = replace(draws(), acts={**one, name: np.zeros_like(one[name])})
        acts = draw_acts(chance, replace(certain, told=np.zeros_like(draws().told)))
        found = {other for other, array in remembered(setting(), acts).items() if array.any()}
        assert found == {name}
        assert acts.link.any() == (name == "restriction")


def test_governments_know_the_price_change_of_one_and_of_three_years() -> None:
    base = start().log_price[-1]
    path = tuple(base + level for level in (0.5, 0.1, 0.3, 0.7))
    known = known_inputs(setting(), replace(start(), log_price=path), 0).market
    assert known.price_change_1 == pytest.approx(0.7 - 0.3)
    assert known.price_change_3 == pytest.approx(0.7 - 0.5)
    assert known.import_share is setting().known.market.import_share


def test_each_member_lives_in_its_own_draw_of_the_coefficients() -> None:
    models = dict(setting().models)
    act = models["restriction_act"]
    never = act.draws[:1].copy()
    never[0, 0] = -1000.0
    models["restriction_act"] = replace(act, draws=np.concatenate([act.draws[:1], never]))
    flat = {name: replace(path, spread=0.0) for name, path in setting().levels.items()}
    level = {name: np.zeros_like(last) for name, last in setting().last_levels.items()}
    chosen = replace(
        setting(), models=models, levels=flat, last_levels=level, years=setting().years[:1]
    )
    chance = run(chosen, members=(0, 1, 2)).arrays["restriction_probability"].isel(year=0)
    assert float(chance.sel(member=0).max()) > 0.0
    assert float(chance.sel(member=1).max()) == 0.0
    assert chance.sel(member=2).equals(chance.sel(member=0).assign_coords(member=2))


# Marks and ends of measures


def cell_with_rival() -> tuple[int, int, int]:
    """Return an actor, mineral and link at which a measure could name a target."""
    actor, mineral, link = np.argwhere(setting().rival >= 0)[0].tolist()
    return actor, mineral, link


def started(
    chosen: Setting, *, instrument: float = 0.0, target: float = 0.0, cell: tuple[int, int, int]
) -> ActiveMeasure:
    """Return the measure of the only act of the first member."""
    link = np.zeros_like(draws().instrument, dtype=bool)
    link[(0, *cell)] = True
    acts = Acts({"restriction": np.asarray(link.any(axis=(2, 3)))}, link)
    drawn = replace(
        draws(),
        instrument=np.full_like(draws().instrument, instrument),
        target=np.full_like(draws().target, target),
    )
    first, second = new_measures(chosen, acts, drawn, 2025)
    assert second == ()
    return first[0]


def test_a_measure_names_the_rival_in_the_stated_share_of_draws() -> None:
    cell = cell_with_rival()
    share = np.full_like(setting().marks.targeted_share, 0.4)
    chosen = replace(setting(), marks=replace(setting().marks, targeted_share=share))
    rival = setting().space.actors[int(setting().rival[cell])]
    assert started(chosen, target=0.39, cell=cell).targets == (rival,)
    assert started(chosen, target=0.41, cell=cell).targets == ()
    nobody = replace(chosen, rival=np.full_like(setting().rival, -1))
    assert started(nobody, target=0.39, cell=cell).targets == ()


def test_instruments_are_drawn_by_their_shares_and_bring_their_own_strength() -> None:
    marks = setting().marks
    count = len(marks.instruments)
    even = replace(
        marks,
        probability=np.full((2, count), 1.0 / count),
        strength=np.array([[0.1, 0.2, 0.3, 0.4], [0.5, 0.6, 0.7, 0.8]]),
    )
    actor, mineral, _ = cell_with_rival()
    for link, strengths in enumerate(even.strength.tolist()):
        made = [
            started(replace(setting(), marks=even), instrument=draw, cell=(actor, mineral, link))
            for draw in (0.1, 0.3, 0.6, 0.9)
        ]
        assert [m.instrument for m in made] == list(marks.instruments)
        assert [m.strength for m in made] == strengths


def test_a_forecast_measure_ends_when_its_own_draw_falls_below_the_rate() -> None:
    actors, minerals = setting().space.actors, setting().space.minerals
    actor, mineral, link = cell_with_rival()
    label = ("ore", "refined")[link]
    measure = ActiveMeasure(
        actors[actor], minerals[mineral], label, "export_tax", 0.1, (), setting().years[0]
    )
    rate = setting().marks.hazard("export_tax", label)
    state = replace(start(), measures=((measure,), (measure,)))
    lift = np.ones_like(draws().lift)
    lift[0, actor, mineral, link] = 0.99 * rate
    lift[1, actor, mineral, link] = 1.01 * rate
    lift[1, actor, mineral, 1 - link] = 0.0
    left, _ = measures_after(setting(), state, ((), ()), replace(draws(), lift=lift))
    assert left == ((), (measure,))


def test_without_an_ending_draw_the_register_stays_and_with_one_everywhere_it_goes() -> None:
    every = frozenset(m.measure_id for m in setting().register)
    for value, expected in ((1.0, every), (0.0, frozenset())):
        drawn = replace(draws(), lift=np.full_like(draws().lift, value))
        _, register = measures_after(setting(), start(), ((), ()), drawn)
        assert register == (expected,) * MEMBERS
