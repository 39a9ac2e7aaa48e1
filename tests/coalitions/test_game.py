"""Games and tables of clubs: masks, subgames, refusals."""

from __future__ import annotations

import numpy as np
import pytest
from tests.coalitions.games import game, merger, names

from oreacle.coalitions.game import MOST_PLAYERS, ClubPayoffs, Game, membership
from oreacle.core.errors import CoalitionError


def test_masks_and_names_are_one_another() -> None:
    trio = game([1, 2, 3, 4, 5, 6, 7])
    assert [trio.mask_of(trio.members(mask)) for mask in range(8)] == list(range(8))
    assert trio.value(("p2", "p0")) == trio.values[0b101] == 5.0
    assert trio.grand == 7


def test_a_subgame_keeps_the_values_of_its_coalitions() -> None:
    rng = np.random.default_rng(2)
    whole = Game(names(5), np.append(0.0, rng.random(31)), "USD")
    part = whole.restricted(0b11010)
    assert part.players == ("p1", "p3", "p4")
    assert part.unit == "USD"
    for mask in range(1, 8):
        assert part.values[mask] == whole.value(part.members(mask))


def test_values_are_copied_and_read_only() -> None:
    given = np.array([0.0, 1.0])
    alone = Game(("a",), given)
    given[1] = 5.0
    assert alone.values[1] == 1.0
    with pytest.raises(ValueError, match="read-only"):
        alone.values[1] = 2.0
    with pytest.raises(ValueError, match="read-only"):
        membership(3)[0, 0] = True


def test_a_club_is_worth_the_payoffs_of_its_members_and_spills_over_on_the_rest() -> None:
    firms = merger(3)
    assert firms.game().value(["p0", "p1"]) == pytest.approx(1 / 9)
    assert firms.spillover(0b011)[2] == pytest.approx(1 / 9 - 1 / 16)
    assert np.isnan(firms.spillover(0b011)[:2]).all()
    assert firms.game().values[0] == 0.0


def test_the_tolerance_is_a_share_of_what_cooperation_moves() -> None:
    assert Game(("a", "b"), np.array([0, 1e6, 1e6, 2e6 + 1e-3])).tolerance < 1e-6
    assert game([1, 1, 4]).tolerance == pytest.approx(2e-9)


@pytest.mark.parametrize(
    ("players", "values", "code"),
    [
        (("a", "a"), [0, 1, 1, 2], "ORE-COA-001"),
        (("a", ""), [0, 1, 1, 2], "ORE-COA-001"),
        ((), [0], "ORE-COA-002"),
        (names(MOST_PLAYERS + 1), [0], "ORE-COA-002"),
        (("a", "b"), [0, 1, 1], "ORE-COA-003"),
        (("a", "b"), [0, 1, np.nan, 2], "ORE-COA-003"),
        (("a", "b"), [1, 1, 1, 2], "ORE-COA-003"),
    ],
)
def test_a_game_that_is_none_is_refused(
    players: tuple[str, ...], values: list[float], code: str
) -> None:
    with pytest.raises(CoalitionError) as caught:
        Game(players, np.array(values))
    assert caught.value.code == code


def test_a_table_of_clubs_with_a_gap_is_refused() -> None:
    table = np.zeros((4, 2))
    table[3, 1] = np.nan
    with pytest.raises(CoalitionError) as caught:
        ClubPayoffs(("a", "b"), table)
    assert caught.value.code == "ORE-COA-005"
    with pytest.raises(CoalitionError) as caught:
        ClubPayoffs(("a", "b"), np.zeros((2, 4)))
    assert caught.value.code == "ORE-COA-005"


def test_a_coalition_of_strangers_is_refused() -> None:
    pair = game([1, 1, 2])
    for wrong in (["p7"], ["p0", "p0"]):
        with pytest.raises(CoalitionError, match="p0, p1") as caught:
            pair.mask_of(wrong)
        assert caught.value.code == "ORE-COA-004"
    for mask in (-1, 4):
        with pytest.raises(CoalitionError) as caught:
            pair.members(mask)
        assert caught.value.code == "ORE-COA-004"
