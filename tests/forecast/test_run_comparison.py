"""Runs compared member by member: paired, antisymmetric, silent on nothing, refused if unlike."""

from __future__ import annotations

import io
import math
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from oreacle.core.errors import RunError
from oreacle.forecasting.run import Run, forecast
from oreacle.forecasting.run_comparison import (
    ACTS,
    LOSS,
    MEASURES,
    PRICE,
    REFINED,
    RunComparison,
    compare_runs,
    paired,
)
from oreacle.market.policies import ExportBan
from oreacle.present.comparison_text import comparison_text
from oreacle.scenario.scenario import Scenario, ScheduledPolicy

SHORT = Scenario("short", "Two years.", "STEPS", 2026)
BAN = ScheduledPolicy(ExportBan("CHN", "gallium"), 2025)
numbers = st.floats(-1e6, 1e6)


@cache
def baseline() -> Run:
    return forecast(SHORT, members=3, seed=5)


@cache
def banned() -> Run:
    return forecast(replace(SHORT, name="ban", policies=(BAN,)), members=3, seed=5)


def test_the_interval_is_that_of_a_hand_worked_paired_t() -> None:
    row = paired("x", "", "1", np.array([1.0, 2.0, 3.0, 4.0]), np.array([2.0, 4.0, 3.0, 6.0]))
    # Differences 1, 2, 0, 2: mean 1.25, s^2 = 2.75 / 3, t(0.975, 3) = 3.182446.
    half = 3.182446 * math.sqrt(2.75 / 3) / 2
    assert (row.mean, row.mean_first, row.mean_second) == (1.25, 2.5, 3.75)
    assert (row.low, row.high) == pytest.approx((1.25 - half, 1.25 + half), rel=1e-6)
    assert (row.higher, row.lower, row.members) == (0.75, 0.0, 4)


@given(st.lists(st.tuples(numbers, numbers), min_size=2, max_size=20))
def test_swapping_the_runs_turns_the_sign(pairs: list[tuple[float, float]]) -> None:
    first, second = np.array(pairs).T
    one, two = paired("x", "", "1", first, second), paired("x", "", "1", second, first)
    assert (one.mean, one.low, one.high) == (-two.mean, -two.high, -two.low)
    assert (one.higher, one.lower) == (two.lower, two.higher)


def test_a_missing_member_is_left_out_and_counted() -> None:
    row = paired("x", "", "1", np.array([1.0, np.nan, 3.0]), np.array([2.0, 5.0, np.nan]))
    assert (row.mean, row.members) == (1.0, 1)
    assert math.isnan(row.low)
    nobody = paired("x", "", "1", np.array([np.nan]), np.array([1.0]))
    assert nobody.members == 0
    assert math.isnan(nobody.mean)
    assert math.isnan(nobody.higher)


def test_a_run_does_not_differ_from_itself() -> None:
    found = compare_runs(baseline(), baseline())
    assert {row.mean for row in found.rows} == {0.0}
    assert {row.higher for row in found.rows} == {0.0}


def test_a_ban_raises_the_price_of_its_mineral_most_in_every_member() -> None:
    found = compare_runs(baseline(), banned())
    first = found.of(PRICE)[0]
    assert first.item == "gallium"
    assert first.higher == 1.0
    assert first.low > 0.0
    price = banned().prices - baseline().prices
    assert first.mean == pytest.approx(float(price.sel(mineral="gallium").mean()), rel=1e-5)
    assert found.of(LOSS)[0].item == "gallium"
    quantities = {row.quantity for row in found.rows}
    assert {PRICE, LOSS, REFINED, MEASURES, ACTS} <= quantities
    assert len(found.of(ACTS)) == 10


def shown(found: RunComparison) -> str:
    console = Console(width=140, record=True, file=io.StringIO())
    console.print(comparison_text(found))
    return console.export_text()


def without_first_member(run: Run) -> Run:
    arrays = run.arrays.copy(deep=True)
    arrays["price_delivered"][0] = np.nan
    return replace(run, arrays=arrays)


def test_the_text_says_on_how_many_members_a_row_rests() -> None:
    whole = shown(compare_runs(baseline(), banned()))
    assert "members" not in whole.split("Price, mean over years")[1]
    found = compare_runs(baseline(), without_first_member(banned()))
    assert {row["members"] for row in found.as_dict()["rows"]} == {2, 3}
    text = shown(found)
    assert "are left out" in text
    price = text[text.index("Price, mean over years") : text.index("Price in the last year")]
    head, gallium = price.splitlines()[1:3]
    assert head.rstrip().endswith("members")
    assert gallium.rstrip().endswith("2 of 3")
    assert "2 of 3" not in text[text.index("Export measures in force") :]


def test_no_difference_among_fewer_members_is_said_so() -> None:
    text = shown(compare_runs(baseline(), without_first_member(baseline())))
    assert "Price, mean over years, over base: no difference in the 2 or more members" in text
    assert "Acts a year, all actors: no difference." in text


def test_runs_cleared_by_different_kernels_are_compared_with_a_remark() -> None:
    assert compare_runs(baseline(), banned()).remarks == ()
    record = replace(baseline().record, kernel="compiled 0.0")
    (remark,) = compare_runs(replace(baseline(), record=record), banned()).remarks
    assert "'compiled 0.0'" in remark
    assert "beside a probability" in remark
    text = shown(compare_runs(replace(baseline(), record=record), banned()))
    assert "agree to rounding only" in " ".join(text.split())


def test_the_text_names_the_mineral_first() -> None:
    lines = shown(compare_runs(baseline(), banned())).splitlines()
    at = next(k for k, line in enumerate(lines) if line.startswith("Price, mean over years"))
    assert lines[at + 2].startswith("gallium")


def test_runs_from_other_luck_or_world_are_refused_naming_each_difference() -> None:
    record = baseline().record
    for changed, word in (
        ({"seed": 6}, "seed 5 and 6"),
        ({"members": 4}, "members 3 and 4"),
        ({"version": "0"}, "version"),
        ({"data_sha256": "0" * 64}, "tables"),
    ):
        other = replace(baseline(), record=replace(record, **changed))
        with pytest.raises(RunError, match=f"ORE-RUN-165.*{word}"):
            compare_runs(baseline(), other)
    shorter = replace(baseline(), arrays=baseline().arrays.isel(year=[0]))
    with pytest.raises(RunError, match=r"ORE-RUN-165.*years 2025 to 2026"):
        compare_runs(baseline(), shorter)
