"""What drawn acts do to the network of relations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.real import baseline, run, setting

from oreacle.core.errors import RelationsError
from oreacle.engine.acts.classes import ACTOR, CLASSES, COOPERATION, EVENT_CLASSES, PAIR
from oreacle.engine.relations_ahead import (
    TOGETHER,
    after_acts,
    class_weight,
    importer_shares,
    known_network,
    scored,
    scored_years,
)
from oreacle.engine.relations_history.history import relations_history
from oreacle.engine.setting import Setting
from oreacle.relations.levels import LevelPath
from oreacle.relations.network.state import HALF_LIFE, NetworkState, empty_network

SIZE = 4
KEPT = 0.5 ** (1.0 / HALF_LIFE)
SPREAD = np.array(
    [[0.0, 0.75, 0.25, 0.0], [0.2, 0.0, 0.3, 0.5], [0.0, 0.0, 0.0, 0.0], [0.5, 0.5, 0.0, 0.0]]
)
"""How an act on everyone spreads; the third actor sells nothing."""


def acts(name: str, *cells: tuple[int, ...]) -> dict[str, np.ndarray]:
    """Return the acts of one member and class on the axes of the memory."""
    unit = CLASSES[name].unit
    done = np.zeros((1, SIZE) if unit == ACTOR else (1, SIZE, SIZE))
    for cell in cells:
        done[(0, *cell)] = 1.0
        if unit == PAIR:
            done[(0, *cell[::-1])] = 1.0
    return {name: done}


def after(
    name: str, *cells: tuple[int, ...], state: NetworkState | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Return cooperation and rivalry after the acts of one class."""
    found = after_acts(state or empty_network(SIZE), acts(name, *cells), SPREAD)
    return found.cooperation[0], found.rivalry[0]


def test_a_pair_gets_one_act_both_ways() -> None:
    good, bad = after("agreement", (0, 2))
    expected = np.zeros((SIZE, SIZE))
    # Memoranda weigh 1/2, partnerships and chapters of trade agreements 1.
    expected[0, 2] = expected[2, 0] = (0.5 + 1.0 + 1.0) / 3.0
    np.testing.assert_allclose(good, expected)
    assert not bad.any()


def test_an_act_on_a_target_is_rivalry_in_one_direction() -> None:
    good, bad = after("trade_barrier", (1, 3))
    expected = np.zeros((SIZE, SIZE))
    expected[1, 3] = (0.5 + 1.0) / 2.0
    np.testing.assert_allclose(bad, expected)
    assert not good.any()


def test_an_act_on_everyone_is_one_act_spread_over_importers() -> None:
    good, bad = after("restriction", (0,), (1,))
    weight = (1.0 + 1.0 + 0.5 + 0.5) / 4.0
    np.testing.assert_allclose(bad[:2], weight * SPREAD[:2])
    assert bad[:2].sum() == pytest.approx(2.0 * weight)
    assert not bad[2:].any()
    assert not good.any()


def test_an_act_of_who_sells_to_nobody_hits_nobody() -> None:
    assert not after("restriction", (2,))[1].any()


def test_a_lifting_is_cooperation_with_those_who_buy() -> None:
    good, bad = after("lifting", (0,))
    assert good[0].tolist() == pytest.approx([0.0, 0.5 * 0.75, 0.5 * 0.25, 0.0])
    np.testing.assert_array_equal(good, good.T)
    assert not bad.any()


@pytest.mark.parametrize("name", TOGETHER)
def test_parties_of_a_club_share_one_act_each(name: str) -> None:
    good, _ = after(name, (0,), (1,), (3,))
    each = class_weight(name) / 2.0
    expected = np.zeros((SIZE, SIZE))
    for one, two in ((0, 1), (0, 3), (1, 3)):
        expected[one, two] = expected[two, one] = each
    np.testing.assert_allclose(good, expected)
    assert good.sum(axis=1)[[0, 1, 3]] == pytest.approx([class_weight(name)] * 3)


def test_who_joins_a_club_alone_ties_with_nobody() -> None:
    assert not after("club", (1,))[0].any()


def at_odds(cooperation: float, rivalry: float) -> NetworkState:
    """Return a network in which actor 0 acted against actor 1."""
    state = empty_network(SIZE)
    state.cooperation[0, 0, 1] = state.cooperation[0, 1, 0] = cooperation
    state.rivalry[0, 0, 1] = rivalry
    return state


def test_who_is_at_odds_does_not_join_clubs_together() -> None:
    good, _ = after("club", (0,), (1,), (3,), state=at_odds(0.9, 1.0))
    assert good[0, 1] == good[1, 0] == pytest.approx(0.9 * KEPT)
    # Actors 0 and 1 have one friend in the club each, actor 3 has both: 2 / (1 + 2) acts a pair.
    assert good[0, 3] == good[3, 1] == pytest.approx(class_weight("club") * 2.0 / 3.0)


def test_rivalry_of_either_side_keeps_both_apart_and_balance_does_not() -> None:
    state = at_odds(1.0, 0.6)
    state.rivalry[0, 1, 0] = 0.6
    assert after("club", (0,), (1,), state=state)[0][0, 1] == pytest.approx(KEPT)
    even = after("club", (0,), (1,), state=at_odds(1.0, 1.0))[0]
    assert even[0, 1] == pytest.approx(KEPT + class_weight("club"))


def test_who_is_at_odds_may_still_sign_an_agreement() -> None:
    good, _ = after("agreement", (0, 1), state=at_odds(0.0, 1.0))
    assert good[0, 1] == pytest.approx(class_weight("agreement"))


def test_ties_fade_by_a_year_and_acts_come_at_its_end() -> None:
    good, bad = after("trade_barrier", (0, 1), state=at_odds(1.0, 1.0))
    assert good[0, 1] == pytest.approx(KEPT)
    assert bad[0, 1] == pytest.approx(KEPT + class_weight("trade_barrier"))


def test_every_class_moves_the_side_of_its_sign_alone() -> None:
    for one in EVENT_CLASSES:
        cells = [(0,), (1,)] if one.unit == ACTOR else [(0, 1)]
        good, bad = after(one.name, *cells)
        moved, still = (good, bad) if one.sign == COOPERATION else (bad, good)
        assert moved.any(), one.name
        assert not still.any(), one.name


@given(st.integers(0, 2**32 - 1))
def test_what_an_actor_sells_spreads_whole(seed: int) -> None:
    rng = np.random.default_rng(seed)
    trade = rng.random((5, 5)) * (rng.random((5, 5)) < 0.6)
    np.fill_diagonal(trade, 0.0)
    found = importer_shares(trade)
    sells = trade.sum(axis=0) > 0.0
    np.testing.assert_allclose(found.sum(axis=1), sells.astype(float))
    assert not np.diagonal(found).any()


def test_the_spread_goes_by_dependence_and_not_by_value() -> None:
    # Actor 2 buys 8 of 10 from actor 0, actor 1 buys 20 of 100 from it.
    trade = np.array([[0.0, 0.0, 0.0], [20.0, 0.0, 80.0], [8.0, 2.0, 0.0]])
    np.testing.assert_allclose(importer_shares(trade)[0], [0.0, 0.2, 0.8])


def random_acts(rng: np.random.Generator, members: int = 3) -> dict[str, np.ndarray]:
    """Return acts of every class."""
    found = {}
    for one in EVENT_CLASSES:
        shape = (members, SIZE) if one.unit == ACTOR else (members, SIZE, SIZE)
        done = (rng.random(shape) < 0.4).astype(float)
        if one.unit != ACTOR:
            done[:, np.arange(SIZE), np.arange(SIZE)] = 0.0
        if one.unit == PAIR:
            done = np.maximum(done, np.swapaxes(done, 1, 2))
        found[one.name] = done
    return found


def random_state(rng: np.random.Generator) -> NetworkState:
    good, bad = rng.random((2, 1, SIZE, SIZE))
    for side in (good, bad):
        np.fill_diagonal(side[0], 0.0)
    return NetworkState(good + np.swapaxes(good, 1, 2), bad)


def same(one: NetworkState, two: NetworkState) -> None:
    np.testing.assert_allclose(one.cooperation, two.cooperation, atol=1e-12)
    np.testing.assert_allclose(one.rivalry, two.rivalry, atol=1e-12)


@given(st.integers(0, 2**32 - 1), st.permutations(range(SIZE)))
def test_names_of_actors_do_not_matter(seed: int, order: list[int]) -> None:
    rng = np.random.default_rng(seed)
    state, done = random_state(rng), random_acts(rng)

    def named(array: np.ndarray) -> np.ndarray:
        return array[:, order] if array.ndim == 2 else array[:, order][:, :, order]

    moved = after_acts(state, done, SPREAD)
    renamed = after_acts(
        NetworkState(named(state.cooperation), named(state.rivalry)),
        {name: named(array) for name, array in done.items()},
        SPREAD[np.ix_(order, order)],
    )
    same(renamed, NetworkState(named(moved.cooperation), named(moved.rivalry)))


@given(st.integers(0, 2**32 - 1), st.sampled_from([one.name for one in EVENT_CLASSES]))
def test_a_class_without_acts_changes_nothing(seed: int, name: str) -> None:
    rng = np.random.default_rng(seed)
    state, done = random_state(rng), random_acts(rng)
    quiet: Mapping[str, np.ndarray] = {**done, name: np.zeros_like(done[name])}
    without = {key: array for key, array in done.items() if key != name}
    same(after_acts(state, quiet, SPREAD), after_acts(state, without, SPREAD))


@given(st.integers(0, 2**32 - 1))
def test_a_member_moves_as_it_would_alone(seed: int) -> None:
    rng = np.random.default_rng(seed)
    state, done = random_state(rng), random_acts(rng)
    whole = after_acts(state, done, SPREAD)
    alone = after_acts(state, {name: array[1:2] for name, array in done.items()}, SPREAD)
    same(alone, NetworkState(whole.cooperation[1:2], whole.rivalry[1:2]))


def test_an_act_of_an_actor_on_itself_is_refused() -> None:
    spread = SPREAD.copy()
    spread[0, 0] = 0.1
    with pytest.raises(RelationsError) as caught:
        after_acts(empty_network(SIZE), acts("restriction", (0,)), spread)
    assert caught.value.code == "ORE-REL-030"


def test_missing_trade_is_refused_where_it_would_spread_an_act() -> None:
    with pytest.raises(RelationsError) as caught:
        after_acts(empty_network(SIZE), acts("restriction", (0,)), np.full((SIZE, SIZE), np.nan))
    assert "missing" in caught.value.what


def test_years_that_are_scored_by_hand() -> None:
    assert scored_years(np.arange(2025, 2041)) == (2025, 2027, 2029, 2034, 2040)
    assert scored_years(np.arange(2025, 2026)) == (2025,)
    assert scored_years(np.arange(2025, 2030)) == (2025, 2027, 2029)


def test_the_known_network_is_the_end_of_the_history_on_the_same_axis() -> None:
    history = relations_history(2024, 2024, draws=0)
    actors = ("USA", "CHN", "EU", "ATL", "JPN")  # ATL is nobody
    found = known_network(actors, 2024, None)
    at = [history.actors.index(name) for name in actors if name != "ATL"]
    here = [0, 1, 2, 4]
    for one, two in (
        (found.cooperation, history.state.cooperation),
        (found.rivalry, history.state.rivalry),
    ):
        np.testing.assert_array_equal(one[0][np.ix_(here, here)], two[0][np.ix_(at, at)])
        assert not one[0, 3].any()
        assert not one[0, :, 3].any()
    assert found.cooperation.any()


def test_a_year_before_the_last_knows_no_later_act() -> None:
    actors = setting().acting
    before, now = (known_network(actors, year, None) for year in (2021, 2024))
    usa, rus = actors.index("USA"), actors.index("RUS")
    assert before.rivalry[0, usa, rus] < now.rivalry[0, usa, rus]


def test_two_camps_are_found_and_who_has_no_tie_hedges_nothing() -> None:
    state = empty_network(5)
    for one, two in ((0, 1), (2, 3)):
        state.cooperation[0, one, two] = state.cooperation[0, two, one] = 2.0
    state.rivalry[0, 0, 2] = 3.0
    found = scored(state, 2025)
    assert found.labels[0, 0] == found.labels[0, 1] != found.labels[0, 2]
    assert found.labels[0, 2] == found.labels[0, 3]
    assert found.hedging[0, :4].tolist() == [0.0] * 4
    assert np.isnan(found.hedging[0, 4])
    assert 0.0 < float(found.polarisation[0]) < 1.0
    assert np.isnan(found.balance[0])  # no triangle


def test_the_same_network_and_year_give_the_same_blocs() -> None:
    network = setting().network
    one, two = scored(network, 2027), scored(network, 2027)
    np.testing.assert_array_equal(one.labels, two.labels)
    assert len(np.unique(one.labels)) > 2


def test_a_run_records_the_network_in_the_scored_years() -> None:
    arrays = baseline().arrays
    assert arrays["relations_year"].to_numpy().tolist() == [2025, 2027]
    assert arrays["bloc"].dims == arrays["hedging"].dims == ("member", "relations_year", "acting")
    assert arrays["polarisation"].dims == ("member", "relations_year")
    hedging = arrays["hedging"].to_numpy()
    known = hedging[np.isfinite(hedging)]
    assert ((known >= 0.0) & (known <= 1.0)).all()
    assert known.size > 100
    for name in ("polarisation", "balance"):
        values = arrays[name].to_numpy()
        assert ((values > -1.0) & (values <= 1.0)).all(), name


def silenced() -> Setting:
    """Return the setting in which no government acts."""
    quiet = LevelPath(last=-1000.0, persistence=1.0, spread=0.0)
    last = {name: np.full_like(level, -1000.0) for name, level in setting().last_levels.items()}
    return replace(setting(), levels=dict.fromkeys(setting().levels, quiet), last_levels=last)


def test_without_acts_all_members_keep_the_faded_network() -> None:
    arrays = run(silenced()).arrays
    assert not any(arrays[f"{name}_drawn"].any() for name in setting().levels)
    faded = setting().network
    for _ in range(3):
        none = {"restriction": np.zeros((1, len(setting().acting)))}
        faded = after_acts(faded, none, setting().spread)
    np.testing.assert_allclose(faded.cooperation, setting().network.cooperation * KEPT**3)
    found = scored(faded, 2027)
    for name, value in (("balance", found.balance), ("polarisation", found.polarisation)):
        ended = arrays[name].sel(relations_year=2027).to_numpy()
        np.testing.assert_allclose(ended, float(value[0]), rtol=1e-5)
    assert (arrays["bloc"].sel(relations_year=2027).to_numpy() == found.labels).all()


def test_the_network_of_a_member_does_not_depend_on_its_neighbours() -> None:
    alone, among = run(setting(), members=(2,)).arrays, baseline().arrays.sel(member=[2])
    np.testing.assert_allclose(alone["balance"], among["balance"], rtol=1e-5)
    np.testing.assert_allclose(alone["polarisation"], among["polarisation"], rtol=1e-5)
    assert (alone["bloc"] == among["bloc"]).all()


def test_members_part_ways_as_their_acts_do() -> None:
    balance = baseline().arrays["balance"]
    assert float(balance.std("member").min()) > 0.0


def test_the_spread_of_a_run_is_over_importers_that_exist() -> None:
    spread = setting().spread
    assert spread.shape == (len(setting().acting),) * 2
    total = spread.sum(axis=1)
    np.testing.assert_allclose(total[total > 0.0], 1.0)
    chn, usa = (setting().acting.index(name) for name in ("CHN", "USA"))
    assert 0.0 < spread[chn, usa] < 0.5
