"""Clubs that decide a statement on the core are exact, whatever the table was made from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.engine.clubs.fields import NOISE, made_field

from oreacle.coalitions.game import ClubPayoffs, membership
from oreacle.engine.clubs.deciding import decided, deciding
from oreacle.engine.clubs.purposes import read_purposes
from oreacle.engine.clubs.rules import Rule
from oreacle.engine.clubs.values import Check, ClubValues, club_values

PLAYERS = ("USA", "JPN", "AUS", "IND")
FIELD = made_field(players=PLAYERS)
EXACT = club_values(FIELD, read_purposes("stockpile"), Rule())


def rough(error: float) -> ClubValues:
    """Return the table with clubs of two and three off by a share of the largest, as checked."""
    count = membership(4).sum(axis=1)
    off = (count > 1) & (count < 4)
    sign = np.where(np.arange(16) % 2, 1.0, -1.0)
    raw = EXACT.raw * (1.0 + error * np.where(off, sign, 0.0))[:, None]
    payoff = np.where(EXACT.payoffs.payoff != 0.0, raw, 0.0)
    return replace(
        EXACT,
        payoffs=ClubPayoffs(PLAYERS, payoff, "USD/yr"),
        raw=raw,
        exact=~off,
        check=Check(10, error, error, 1.0, 8),
    )


def test_exact_values_stay_as_they_are() -> None:
    assert decided(EXACT, FIELD, read_purposes("stockpile"), Rule()) is EXACT


@pytest.mark.parametrize("error", [0.01, 0.3])
def test_what_decides_is_cleared_and_the_rest_is_left(error: float) -> None:
    found = decided(rough(error), FIELD, read_purposes("stockpile"), Rule())
    masks = deciding(found)
    assert masks.size > 0
    assert found.exact[masks].all()
    size = np.abs(EXACT.raw).max()
    assert found.raw[found.exact] == pytest.approx(EXACT.raw[found.exact], abs=NOISE + 1e-9 * size)
    left = ~found.exact
    assert found.raw[left].tobytes() == rough(error).raw[left].tobytes()


def test_where_all_together_lose_gaps_are_still_looked_at() -> None:
    values = rough(0.3)
    payoff = values.payoffs.payoff.copy()
    payoff[-1] = 0.0
    lost = replace(values, payoffs=ClubPayoffs(PLAYERS, payoff, "USD/yr"), raw=-np.abs(values.raw))
    every = set(deciding(replace(lost, check=None)).tolist())
    assert every < set(deciding(lost).tolist())


def test_masks_that_decide_are_in_order_and_none_is_nobody() -> None:
    masks = deciding(EXACT)
    assert (np.diff(masks) > 0).all()
    assert 0 not in masks
