"""The table of bad years: shares of causes with their sign, which add up to 100 %."""

from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from tests.present.sample import outlook

from oreacle.forecasting.outlook import CauseOfLoss, RiskRow
from oreacle.forecasting.risk import ANSWERS
from oreacle.present.risk_table import risk_table


def causes(tails: dict[str, float]) -> str:
    """Return what the table says of the worst years."""
    found = tuple(CauseOfLoss(cause, 0.0, tail) for cause, tail in tails.items())
    row = RiskRow("WLD", "all users", 1.0, 2.0, sum(tails.values()), found)
    return risk_table(replace(outlook(), risks=(row,))).rows[0][-1].text


def test_answers_of_the_market_are_shown_with_their_sign() -> None:
    said = causes({"demand": 90.0, "energy": 30.0, "stocks": -8.0, ANSWERS: -12.0})
    assert said == (
        "luck in demand 90 %, power and energy 30 %, stocking and release -8 %, "
        "answers of the market -12 %"
    )


def test_what_is_not_named_is_the_rest() -> None:
    tails = {"demand": 40.0, "measures": 20.0, "energy": 15.0, "shocks": 10.0, "sectors": 5.0}
    assert causes(tails | {ANSWERS: 10.0}).endswith("answers of the market 10 %, the rest 5 %")


@given(st.lists(st.floats(-50.0, 100.0), min_size=7, max_size=7))
def test_shares_add_up_to_a_hundred(tails: list[float]) -> None:
    names = ("demand", "measures", "energy", "shocks", "sectors", "stocks", ANSWERS)
    if sum(tails) < 1.0:
        return
    said = causes(dict(zip(names, tails, strict=True)))
    assert sum(int(value) for value in re.findall(r"(-?\d+) %", said)) == 100
