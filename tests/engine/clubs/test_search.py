"""The best club around an actor and the smallest that covers a threat, against brute force."""

from __future__ import annotations

from functools import cache
from itertools import combinations

import numpy as np
import pytest
from tests.engine.clubs.real import drawn, question, world

from oreacle.coalitions.game import ClubPayoffs, membership
from oreacle.core.errors import ScenarioError
from oreacle.engine.clubs.clearing import cleared
from oreacle.engine.clubs.field import club_field
from oreacle.engine.clubs.piece import club
from oreacle.engine.clubs.search import BestClubs, Cover, _ranked, best_clubs, smallest_cover
from oreacle.engine.clubs.values import ClubValues
from oreacle.engine.disruptions import from_policies
from oreacle.market.policies import ExportBan

NAMED = ("USA", "KOR", "EU")
THREAT = (ExportBan("CHN", "rare_earths_heavy", ("JPN",)),)
PLAYERS = ("JPN", *NAMED)


@cache
def best(purposes: str = "stockpile") -> BestClubs:
    return best_clubs(world(), question(purposes), "JPN", NAMED)


def cover(share: float, purposes: str = "stockpile") -> Cover:
    return smallest_cover(world(), question(purposes), "JPN", THREAT, share=share, named=NAMED)


def shares_covered() -> dict[tuple[int, ...], float]:
    """Return the share of Japan's loss that every club with it makes up for, by brute force."""
    asked = question()
    draw = from_policies(world(), asked.mineral, THREAT)
    field = club_field(world(), asked.mineral, PLAYERS, draw, asked.terms)
    found = {}
    for size in range(4):
        for others in combinations(range(1, 4), size):
            one = cleared(field, club(4, (0, *others)), asked.purposes, asked.rule)
            kept = one.gain[0, 0, 0] - one.paid[0, 0, 0]
            found[(0, *others)] = float(kept / field.losses[0, 0])
    return found


def test_everyone_in_a_ranked_club_gains_over_acting_alone_on_both_sets() -> None:
    assert best().clubs
    for one in best().clubs:
        members = [PLAYERS.index(name) for name in one.members]
        for second in (False, True):
            field = drawn("rare_earths_heavy", PLAYERS, second=second).field
            groups = np.array([club(4, members), *(club(4, [k]) for k in members)])
            mean = cleared(field, groups, question().purposes, question().rule).mean
            alone = np.array([max(mean[1 + at, k], 0.0) for at, k in enumerate(members)])
            assert (mean[0, members] >= alone).all(), one.members


def test_ranked_clubs_hold_the_actor_and_are_in_order_of_what_it_gains() -> None:
    gains = [one.own[0] for one in best().clubs]
    assert gains == sorted(gains, reverse=True)
    assert all("JPN" in one.members and len(one.members) > 1 for one in best().clubs)
    assert best().valued == 8
    assert best().check is None
    assert best().candidates == NAMED


def test_the_largest_joint_gain_is_the_largest_of_all_clubs_with_the_actor() -> None:
    field = drawn("rare_earths_heavy", PLAYERS).field
    joint = []
    for size in range(4):
        for others in combinations(range(1, 4), size):
            members = [0, *others]
            mean = cleared(field, club(4, members), question().purposes, question().rule).mean
            joint.append(mean[0, members].sum())
    top = best().largest_joint
    assert top is not None
    assert top.joint[0] == pytest.approx(max(joint), rel=1e-9)


def test_a_club_with_a_member_that_would_be_better_off_alone_is_not_ranked() -> None:
    # A gains most with C, which has more alone; next best is the pair of A and B.
    payoff = np.zeros((8, 3))
    payoff[0b001, 0], payoff[0b100, 2] = 1.0, 4.0
    payoff[0b011] = 3.0, 2.0, 0.0
    payoff[0b101] = 9.0, 0.0, 3.0
    payoff[0b111] = 2.0, 1.0, 5.0
    values = ClubValues(
        payoffs=ClubPayoffs(("A", "B", "C"), payoff, "USD/yr"),
        raw=payoff,
        others=np.zeros(8),
        exact=np.ones(8, dtype=bool),
        check=None,
        failed=0.0,
    )
    assert _ranked(values, membership(3)) == [0b011, 0b111]


def test_the_smallest_cover_is_the_smallest() -> None:
    every = shares_covered()
    by_size = [max(v for k, v in every.items() if len(k) == size) for size in range(1, 5)]
    assert by_size[1] > by_size[0]
    # A share that a pair reaches and Japan alone does not.
    asked = 0.5 * (by_size[0] + by_size[1])
    found = cover(asked)
    assert [len(one.members) for one in found.sizes] == [1, 2]
    assert [one.covered for one in found.sizes] == pytest.approx(by_size[:2], rel=1e-6)
    assert found.smallest is not None
    assert found.smallest.covered >= asked
    assert found.smallest.members[0] == "JPN"
    assert found.smallest.cost > 0.0
    assert found.loss > 0.0


def test_a_share_that_no_club_reaches_has_no_cover() -> None:
    found = cover(1.0)
    assert [len(one.members) for one in found.sizes] == [1, 2, 3, 4]
    assert found.smallest is None


def test_actors_that_are_likely_to_restrict_are_not_tried_unasked() -> None:
    found = best_clubs(world(), question("recycling", draws=60), "USA")
    assert "CHN" in dict(found.left_out)
    assert "CHN" not in found.candidates
    assert dict(found.left_out)["CHN"] > 0.02


@pytest.mark.parametrize("share", [0.0, 1.5])
def test_a_share_that_is_none_is_refused(share: float) -> None:
    with pytest.raises(ScenarioError) as caught:
        cover(share)
    assert caught.value.code == "ORE-SCN-065"
    assert "0.5" in caught.value.fix


def test_a_threat_that_costs_the_actor_nothing_is_refused() -> None:
    chain, actor_of = world().chain("rare_earths_heavy"), world().territory.actor_of
    inside = {actor_of[name] for name in (*chain.miners, *chain.refiners, *chain.users)}
    idle = next(name for name in world().territory.actors if name not in inside)
    with pytest.raises(ScenarioError) as caught:
        smallest_cover(world(), question(), idle, THREAT, named=NAMED)
    assert caught.value.code == "ORE-SCN-065"
    assert idle in caught.value.what
    assert "another actor" in caught.value.fix


@pytest.mark.parametrize(
    "named",
    [("JPN",), ("USA", "KOR", "EU", "AUS", "CAN", "GBR", "IND", "BRA", "CHL", "ZAF", "IDN", "VNM")],
)
def test_nobody_to_try_or_too_many_are_refused(named: tuple[str, ...]) -> None:
    with pytest.raises(ScenarioError) as caught:
        best_clubs(world(), question(), "JPN", named)
    assert caught.value.code == "ORE-SCN-064"
    assert "USA,JPN" in caught.value.fix
