"""Moves of prices are told by cause: parts and the answers of the market add up to the move."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.real import setting

from oreacle.forecasting.histories.markets import cancelled_moves, causes_of_move, price_moves
from oreacle.forecasting.histories.records import PriceMove
from oreacle.forecasting.risk import ANSWERS
from oreacle.present.history_text import causes_words

CAUSES = ("demand", "shocks", "stocks", "passages", "oversupply")
PARTS = st.floats(-5.0, 5.0)
EFFECTS = st.dictionaries(st.sampled_from(CAUSES), PARTS)


def year(prices: dict[str, float], effects: dict[str, dict[str, float]]) -> Any:  # noqa: ANN401 - a stand-in
    """A year with some prices over base, and effects of causes on them."""
    minerals = list(setting().space.minerals)
    ones = np.ones((1, len(minerals)))
    price, effect = ones.copy(), np.zeros((1, len(minerals), len(CAUSES)))
    for name, value in prices.items():
        price[0, minerals.index(name)] = value
    for name, by_cause in effects.items():
        for cause, value in by_cause.items():
            effect[0, minerals.index(name), CAUSES.index(cause)] = value
    return SimpleNamespace(
        price_delivered=price,
        effects=(CAUSES, effect),
        wanted=ones,
        mine_capacity=ones,
        plant_capacity=ones,
    )


def parts(move: PriceMove) -> dict[str, float]:
    return {one.cause: round(one.log_points, 6) for one in move.causes}


@given(st.floats(-3.0, 3.0), EFFECTS, EFFECTS)
def test_causes_and_answers_add_up_to_the_move(
    log_move: float, now: dict[str, float], then: dict[str, float]
) -> None:
    found = causes_of_move(log_move, now, then)
    assert sum(one.log_points for one in found) == pytest.approx(log_move, abs=1e-9)
    assert math.prod(1.0 + one.change for one in found) == pytest.approx(math.exp(log_move))
    assert [one.cause for one in found].index(ANSWERS) == len(found) - 1


def test_a_move_is_told_by_what_changed_since_the_year_before() -> None:
    before = year({"tin": 1.5}, {"tin": {"demand": 0.3, "shocks": 0.2}})
    after = year({"tin": 3.0}, {"tin": {"demand": 0.3, "shocks": 0.5, "stocks": -0.1}})
    (first,), (then,) = (
        price_moves(setting(), before, None),
        price_moves(setting(), after, before),
    )
    answers = math.log(1.5) - 0.5
    assert parts(first) == {"demand": 0.3, "shocks": 0.2, ANSWERS: round(answers, 6)}
    assert then.change == pytest.approx(1.0)
    assert then.level == pytest.approx(3.0)
    assert list(parts(then)) == ["shocks", "stocks", ANSWERS]
    assert sum(parts(then).values()) == pytest.approx(math.log(2.0), abs=1e-5)
    assert (then.use, then.mine_capacity, then.plant_capacity) == (0.0, 0.0, 0.0)
    assert causes_words(then.causes) == (
        "weather, conflict, accidents, strikes +35 %; stocking and release -9.5 %; "
        "answers of the market +64 %"
    )


def test_answers_and_other_causes_are_told_where_they_are_a_large_part() -> None:
    small = causes_of_move(1.0, {"demand": 0.8}, {})
    assert causes_words(small) == "luck in demand +123 %"
    five = dict.fromkeys(CAUSES, 0.2)
    assert causes_words(causes_of_move(1.0, five, {})).endswith("; other causes +49 %")


def test_a_price_that_stayed_is_told_where_causes_cancelled() -> None:
    both, damped = {"demand": -0.6, "shocks": 0.5}, {"demand": 0.9}
    record = year(
        {"tin": 1.05, "zinc": 1.5},
        {"tin": both, "copper": damped, "zinc": {"demand": 0.9}, "cobalt": {"demand": 0.1}},
    )
    found = cancelled_moves(setting(), record, None)
    # A pair goes before a larger cause that the market alone damped.
    assert [move.mineral for move in found] == ["tin", "copper"]
    assert parts(found[1]) == {"demand": 0.9, ANSWERS: -0.9}


def test_a_price_that_is_not_known_is_told_nowhere() -> None:
    record = year({"tin": math.nan}, {"tin": {"demand": 0.9}})
    assert not price_moves(setting(), record, None)
    assert not cancelled_moves(setting(), record, None)
