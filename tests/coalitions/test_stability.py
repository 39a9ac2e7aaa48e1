"""Stability of clubs: closed forms of treaties and cartels, laws, refusals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.coalitions.games import abatement, merger, names

from oreacle.coalitions.game import ClubPayoffs, coalition_sizes, membership
from oreacle.coalitions.stability import club_stability, stability_table, stable_clubs
from oreacle.core.errors import CoalitionError


def tables(low: int, high: int) -> st.SearchStrategy[ClubPayoffs]:
    """Return tables of whole payoffs for `low` to `high` players."""
    return st.tuples(st.integers(low, high), st.integers(0, 10_000)).map(
        lambda drawn: ClubPayoffs(
            names(drawn[0]),
            np.random.default_rng(drawn[1]).integers(-5, 6, (1 << drawn[0], drawn[0])),
        )
    )


@pytest.mark.parametrize("size", [3, 6, 9])
def test_at_most_three_countries_keep_a_treaty_with_linear_benefits(size: int) -> None:
    # Barrett (1994): leaving a club of s gains (s - 1)(s - 3)/2, joining it -s(s - 2)/2, in units
    # of benefit squared over cost. So 3 last, and 2, from which nobody strictly gains by joining.
    payoffs = abatement(size)
    members = coalition_sizes(size)
    table = stability_table(payoffs)
    leaving = np.where(membership(size), ((members - 1) * (members - 3) / 2)[:, None], np.nan)
    joining = np.where(membership(size), np.nan, (-members * (members - 2) / 2)[:, None])
    np.testing.assert_allclose(table.leaving, leaving, atol=1e-9)
    np.testing.assert_allclose(table.joining, joining, atol=1e-9)
    found = stable_clubs(payoffs)
    assert {len(club.members) for club in found} == {2, 3}
    assert len(found) == (members == 2).sum() + (members == 3).sum()


def test_free_riders_gain_what_makes_larger_treaties_break() -> None:
    club = club_stability(abatement(5), 0b1111)
    assert club.leaving == pytest.approx(dict.fromkeys(club.members, 1.5))
    assert not club.internal
    assert not club.potentially_internal
    assert club.surplus == pytest.approx(-6.0)
    assert (abatement(5).spillover(0b1111)[4]) == pytest.approx(12.0)


def test_a_merger_of_two_out_of_three_loses_and_pays_the_outsider() -> None:
    # Salant, Switzer and Reynolds (1983): merging pays only with more than 80 % of the firms.
    club = club_stability(merger(3), 0b011)
    assert club.leaving == pytest.approx(dict.fromkeys(("p0", "p1"), 1 / 16 - 1 / 18))
    assert club.joining == pytest.approx({"p2": 1 / 12 - 1 / 9})
    assert not club.internal
    everyone = club_stability(merger(2), 0b11)
    assert everyone.leaving["p0"] == pytest.approx(1 / 9 - 1 / 8)
    assert everyone.internal


@given(st.lists(st.integers(-9, 9), min_size=12, max_size=12))
def test_equal_players_always_have_a_stable_club(payoffs: list[int]) -> None:
    # d'Aspremont et al. (1983), theorem 1: add members until nobody gains from joining.
    size = 5
    inside, members = membership(size), coalition_sizes(size)[:, None]
    inner, outer = np.array(payoffs[:6]), np.array(payoffs[6:])
    alike = ClubPayoffs(names(size), np.where(inside, inner[members], outer[members]))
    assert stable_clubs(alike, smallest=0)


@given(tables(1, 4))
def test_moves_are_differences_of_the_table(payoffs: ClubPayoffs) -> None:
    table = stability_table(payoffs)
    for mask in range(payoffs.grand + 1):
        for i in range(payoffs.size):
            change = payoffs.payoff[mask ^ 1 << i, i] - payoffs.payoff[mask, i]
            if mask >> i & 1:
                assert table.leaving[mask, i] == change
                assert np.isnan(table.joining[mask, i])
            else:
                assert table.joining[mask, i] == change
                after = payoffs.payoff[mask | 1 << i] - payoffs.payoff[mask]
                worst = min(
                    (after[k] for k in range(payoffs.size) if mask >> k & 1), default=np.inf
                )
                assert table.admitting[mask, i] == worst


@given(tables(2, 4))
def test_what_is_stable_when_open_is_stable_when_exclusive(payoffs: ClubPayoffs) -> None:
    open_clubs = {club.mask for club in stable_clubs(payoffs)}
    assert open_clubs <= {club.mask for club in stable_clubs(payoffs, joining="exclusive")}
    assert open_clubs <= {club.mask for club in stable_clubs(payoffs, transfers=True)}


@given(tables(2, 4))
def test_a_surplus_is_what_side_payments_can_keep_members_with(payoffs: ClubPayoffs) -> None:
    table = stability_table(payoffs)
    for mask in np.flatnonzero(table.potentially_internal & (coalition_sizes(payoffs.size) > 1)):
        inside = membership(payoffs.size)[mask]
        # Everyone gets what it would have after leaving, and the surplus is shared equally.
        paid = payoffs.payoff[mask].copy()
        paid[inside] += table.leaving[mask, inside] + table.surplus[mask] / inside.sum()
        assert paid[inside].sum() == pytest.approx(payoffs.payoff[mask, inside].sum())
        repaired = payoffs.payoff.copy()
        repaired[mask] = paid
        assert club_stability(ClubPayoffs(payoffs.players, repaired), int(mask)).internal


def test_members_keep_out_who_would_hurt_them() -> None:
    # c gains 1 from joining a and b; b loses 1.
    table = np.zeros((8, 3))
    table[0b011] = [3, 3, 0]
    table[0b111] = [3, 2, 1]
    payoffs = ClubPayoffs(("a", "b", "c"), table)
    club = club_stability(payoffs, 0b011)
    assert (club.external_open, club.external_exclusive) == (False, True)
    assert club.admitting == {"c": -1.0}
    assert [c.members for c in stable_clubs(payoffs)] == [("a", "b", "c")]
    exclusive = [c.members for c in stable_clubs(payoffs, joining="exclusive")]
    assert exclusive == [("a", "b"), ("a", "b", "c")]


def test_gains_within_the_tolerance_move_nobody() -> None:
    payoffs = ClubPayoffs(("a", "b"), np.array([[0, 0], [0, 0], [0, 0], [3, -0.1]]))
    assert not club_stability(payoffs, 3).internal
    assert club_stability(payoffs, 3, tolerance=0.1).internal
    assert club_stability(payoffs, 3, tolerance=0.1).tolerance == 0.1


def test_unknown_rules_masks_and_tolerances_are_refused() -> None:
    payoffs = merger(2)
    with pytest.raises(CoalitionError) as caught:
        stable_clubs(payoffs, joining="closed")  # type: ignore[arg-type]
    assert caught.value.code == "ORE-COA-010"
    with pytest.raises(CoalitionError) as caught:
        club_stability(payoffs, 4)
    assert caught.value.code == "ORE-COA-004"
    for wrong in (-1.0, float("nan")):
        with pytest.raises(CoalitionError) as caught:
            stability_table(payoffs, tolerance=wrong)
        assert caught.value.code == "ORE-COA-009"
