"""Windows after acts, with dates that are known to a month or a year alone."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oreacle.core.errors import RelationsError
from oreacle.relations.retaliation import DatedActs, answer_bounds, retaliation, windows_after

START, END = date(2010, 1, 1).toordinal(), date(2020, 1, 1).toordinal()


def acts(*rows: tuple[int, str, str], pairs: int = 4) -> DatedActs:
    """Return acts from directions with the first and the last day of each."""
    return DatedActs(
        direction=np.array([row[0] for row in rows]),
        first=np.array([date.fromisoformat(row[1]).toordinal() for row in rows]),
        last=np.array([date.fromisoformat(row[2]).toordinal() for row in rows]),
        year=np.array([int(row[1][:4]) for row in rows]),
        class_of=np.zeros(2 * pairs, dtype=int),
        start=START,
        end=END,
    )


def test_windows_by_hand() -> None:
    record = acts(
        (0, "2012-03-01", "2012-03-01"),  # answered on day 364
        (1, "2013-02-28", "2013-02-28"),  # not answered
        (2, "2014-01-01", "2014-01-01"),  # the same day does not answer
        (3, "2014-01-01", "2014-01-01"),
        (4, "2019-06-01", "2019-06-01"),  # its window ends after the record
    )
    found = windows_after(record, record.first, 365)
    assert found.act.tolist() == [0, 1, 2, 3]
    assert found.answered.tolist() == [1.0, 0.0, 0.0, 0.0]


def test_the_base_leaves_out_windows_that_overlap_one_after_an_act() -> None:
    record = acts((0, "2012-03-01", "2012-03-01"), (1, "2012-09-01", "2012-09-01"))
    provoked = windows_after(record, record.first, 365)
    assert provoked.own_base[0] == 0.0  # its one act lies in the window of the other side
    begins = np.arange(START, END - 365, 30)
    hit = date(2012, 3, 1).toordinal()
    answer = date(2012, 9, 1).toordinal()
    outside = begins[np.abs(begins - answer) >= 365]
    share = ((hit - outside > 0) & (hit - outside <= 365)).mean()
    assert provoked.own_base[1] == pytest.approx(share)


def test_the_base_of_the_class_is_that_of_other_dyads_in_the_same_days() -> None:
    record = acts((0, "2012-03-01", "2012-03-01"), (4, "2012-05-01", "2012-05-01"))
    found = windows_after(record, record.first, 365)
    # Seven dyads beside the answering one; 5 is hit itself within the horizon and left out.
    assert found.class_base[0] == pytest.approx(1.0 / 6.0)


def test_bounds_of_censored_dates_by_hand() -> None:
    record = acts(
        (0, "2012-03-01", "2012-03-31"),  # March
        (1, "2012-03-15", "2012-03-15"),  # possible: March 15 lies inside it
        (2, "2014-01-01", "2014-12-31"),  # some day of 2014
        (3, "2015-01-10", "2015-01-10"),  # sure only if within 365 days of 1 January 2014
    )
    certain, possible = answer_bounds(record, 365)
    assert (certain, possible) == (0.0, 0.75)  # 1 may be answered by the rest of March
    assert answer_bounds(record, 400) == (0.25, 0.75)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**31))
def test_every_draw_lies_between_the_bounds(seed: int) -> None:
    rng = np.random.default_rng(seed)
    first = np.sort(rng.integers(START, END - 1200, 12))
    record = DatedActs(
        rng.integers(0, 4, 12), first, first + rng.integers(0, 300, 12),
        np.full(12, 2012), np.zeros(8, dtype=int), START, END,
    )  # fmt: skip
    drawn = windows_after(record, record.drawn(rng=rng), 365)
    certain, possible = answer_bounds(record, 365)
    assert certain - 1e-12 <= drawn.answered.mean() <= possible + 1e-12


def test_answers_at_the_base_rate_are_no_retaliation_and_real_ones_are() -> None:
    rng = np.random.default_rng(3)
    days, sides = [], []
    for pair in range(40):
        for _ in range(4):
            days.append(int(rng.integers(START, END)))
            sides.append(2 * pair + int(rng.integers(0, 2)))
    chance = _record(np.array(sides), np.array(days))
    found = retaliation(chance, 365, draws=200, rng=rng)
    assert found.own_ratio.low < 1.0 < found.own_ratio.high
    answered = _record(
        np.concatenate([sides, np.array(sides) ^ 1]), np.concatenate([days, np.array(days) + 90])
    )
    found = retaliation(answered, 365, draws=200, rng=rng)
    assert found.own_ratio.low > 1.3
    assert found.own_difference.low > 0.1
    assert found.class_difference.low > 0.1
    assert found.certain == found.possible == pytest.approx(found.answered.value)


def _record(sides: np.ndarray, days: np.ndarray) -> DatedActs:
    years = np.array([date.fromordinal(int(day)).year for day in days])
    return DatedActs(sides, days, days, years, np.zeros(80, dtype=int), START, END)


def test_too_few_windows_are_refused() -> None:
    with pytest.raises(RelationsError) as caught:
        retaliation(
            acts((0, "2012-03-01", "2012-03-01")), 365, draws=3, rng=np.random.default_rng(0)
        )
    assert caught.value.code == "ORE-REL-051"
