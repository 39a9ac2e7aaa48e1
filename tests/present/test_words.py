"""Numbers as people read them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oreacle.forecasting.outlook import Driver
from oreacle.present import words

NAN = float("nan")


@given(st.floats(min_value=1e-9, max_value=1.0, exclude_max=True))
def test_a_probability_between_none_and_certain_is_never_written_as_either(share: float) -> None:
    text = words.percent(share)
    assert text.endswith(" %")
    assert text not in ("0 %", "100 %")


@given(st.floats(min_value=1.0, max_value=1e12))
def test_three_digits_keep_a_number_to_half_a_per_cent(value: float) -> None:
    read = float(words.significant(value).replace(",", ""))
    assert read == pytest.approx(value, rel=5e-3)


@pytest.mark.parametrize("missing", [None, NAN])
def test_what_is_missing_is_not_known_and_never_zero(missing: float | None) -> None:
    texts = [
        words.percent(missing),
        words.percent_band(missing, 0.5),
        words.percent_band(0.5, missing),
        words.change(missing),
        words.number(missing),
        words.signed(missing),
        words.ratio(missing),
        words.ratio_band(missing, 1.0),
        words.dollars(missing),
        words.gdp_share(missing),
        words.tonnes(missing),
        words.per_year(missing),
    ]
    assert texts == [words.NOT_KNOWN] * len(texts)


def test_shares_are_written_by_hand_worked_examples() -> None:
    shares = (0.0, 0.0004, 0.0049, 0.0126, 0.994, 0.9951, 1.0)
    expected = ["0 %", "< 0.1 %", "0.5 %", "1 %", "99 %", "> 99 %", "100 %"]
    assert [words.percent(share) for share in shares] == expected


def test_an_unbounded_loss_is_not_a_number() -> None:
    assert words.dollars(math.inf) == words.number(math.inf) == words.BEYOND


def test_reasons_say_which_way_they_push() -> None:
    drivers = (Driver("a", "restricted before", 0.9), Driver("b", "small economy", -0.2))
    assert words.why(drivers) == "+ restricted before; - small economy"
    assert words.reasons(drivers) == "raised by: restricted before; lowered by: small economy"
    assert words.why(()) == words.NOT_KNOWN


def test_a_horizon_that_a_record_lacks_is_not_known() -> None:
    assert words.at_horizon((0.1, 0.2), (1, 3), 5) is None
    assert words.at_horizon((0.1, 0.2), (1, 3), 3) == 0.2


def test_tonnes_take_the_unit_that_reads_well() -> None:
    assert [words.tonnes(value) for value in (0.5, 9_999.0, 25_000.0, 2.5e7)] == [
        "0.5 t/yr",
        "10,000 t/yr",
        "25 kt/yr",
        "25 Mt/yr",
    ]
