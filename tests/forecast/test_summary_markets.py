"""Figures by mineral and actor: a failed member is the worst in tails and absent from means."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
import xarray as xr
from tests.engine.real import setting

from oreacle.forecasting.outlook import Exposure, MineralOutlook
from oreacle.forecasting.summary_markets import exposures, mineral_outlooks

MEMBERS, YEARS = 10, 3
MINERAL = "gallium"
LOSS = 2e6
SHORTAGE = 0.01


def arrays() -> xr.Dataset:
    """Return a run in which every market is the same, and only two actors lose anything."""
    space = setting().space
    grid = (MEMBERS, YEARS, len(space.minerals))
    loss = np.zeros((MEMBERS, YEARS, len(space.actors), len(space.minerals)))
    loss[:, :, space.actors.index("JPN")] = LOSS
    loss[:, :, space.actors.index("USA"), space.minerals.index("tin")] = LOSS
    dims = ("member", "year", "mineral")
    return xr.Dataset(
        {
            "price_delivered": (dims, np.ones(grid)),
            "shortage": (dims, np.full(grid, SHORTAGE)),
            "solved": (dims, np.ones(grid, dtype=bool)),
            "hhi": ((*dims, "stage"), np.full((*grid, 2), 0.25)),
            "loss": (("member", "year", "actor", "mineral"), loss),
        },
        {
            "year": setting().years,
            "mineral": list(space.minerals),
            "actor": list(space.actors),
        },
    )


def failed(members: list[int], years: slice = slice(None)) -> xr.Dataset:
    """Return the run with members in which one mineral did not solve; only Japan uses it."""
    run = arrays()
    k, user = setting().space.minerals.index(MINERAL), setting().space.actors.index("JPN")
    for member in members:
        for name in ("price_delivered", "shortage"):
            run[name].values[member, years, k] = np.nan
        run["solved"].values[member, years, k] = False
        run["loss"].values[member, years, user, k] = np.nan
    return run


def outlook(run: xr.Dataset, mineral: str = MINERAL) -> MineralOutlook:
    """Return the record of a mineral; no warning of numpy may be on the way."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return next(r for r in mineral_outlooks(setting(), run) if r.mineral == mineral)


def exposure(run: xr.Dataset, actor: str = "JPN") -> Exposure:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return next(r for r in exposures(setting(), run, 5) if r.actor == actor)


def test_without_failures_the_figures_are_those_of_the_members() -> None:
    record, user = outlook(arrays()), exposure(arrays())
    assert record.price_low == record.price_mid == record.price_high == (1.0,) * YEARS
    assert record.shortage_probability == 0.0
    assert record.shortage_high == pytest.approx(SHORTAGE)
    assert record.refined_hhi_end == pytest.approx(0.25)
    whole = LOSS * len(setting().space.minerals)
    assert user.loss_mean == pytest.approx(whole)
    assert user.loss_high == pytest.approx(whole)


def test_who_loses_nothing_is_not_listed_and_the_largest_loss_comes_first() -> None:
    assert [r.actor for r in exposures(setting(), arrays(), 5)] == ["JPN", "USA"]


def test_a_failed_member_counts_as_a_shortage_and_as_the_worst_loss() -> None:
    record = outlook(failed([3, 7]))
    assert record.shortage_probability == pytest.approx(0.2)
    assert record.shortage_high == 1.0
    assert exposure(failed([3, 7])).loss_high == math.inf


def test_one_failed_year_makes_the_members_worst_year() -> None:
    run = failed([3, 7], slice(1, 2))
    assert outlook(run).shortage_probability == pytest.approx(0.2)
    assert exposure(run).loss_high == math.inf


def test_a_failed_member_is_left_out_of_means_and_bands() -> None:
    assert exposure(failed([3, 7])).loss_mean == pytest.approx(exposure(arrays()).loss_mean)
    assert outlook(failed([3, 7])).price_high == (1.0,) * YEARS


def test_means_weigh_years_alike_however_many_members_solved() -> None:
    run = failed(list(range(1, MEMBERS)), slice(0, 1))
    k, user = setting().space.minerals.index(MINERAL), setting().space.actors.index("JPN")
    run["loss"].values[0, 0, user, k] = 4.0 * LOSS
    extra = exposure(run).loss_mean - exposure(arrays()).loss_mean
    assert extra == pytest.approx(3.0 * LOSS / YEARS)


def test_a_mineral_that_no_member_solved_has_no_figures_and_others_keep_theirs() -> None:
    run = failed(list(range(MEMBERS)))
    record = outlook(run)
    bands = (*record.price_low, *record.price_mid, *record.price_high)
    assert all(math.isnan(value) for value in bands)
    assert math.isnan(record.shortage_probability)
    assert math.isnan(record.shortage_high)
    assert math.isnan(record.refined_hhi_end)
    assert outlook(run, "tin") == outlook(arrays(), "tin")


def test_a_year_that_no_member_solved_is_missing_and_other_years_are_not() -> None:
    record = outlook(failed(list(range(MEMBERS)), slice(1, 2)))
    assert [math.isnan(value) for value in record.price_mid] == [False, True, False]
    assert math.isnan(record.shortage_probability)
    assert record.refined_hhi_end == pytest.approx(0.25)


def test_the_last_concentration_leaves_failed_members_out() -> None:
    run = failed([3, 7])
    run["hhi"].values[[3, 7], -1] = 0.9
    assert outlook(run).refined_hhi_end == pytest.approx(0.25)
    most = failed(list(range(6)))
    most["hhi"].values[:6, -1] = 0.9
    assert outlook(most).refined_hhi_end == pytest.approx(0.25)


def test_a_user_of_a_mineral_that_no_member_solved_has_a_missing_loss_and_is_still_listed() -> None:
    run = failed(list(range(MEMBERS)))
    user = exposure(run)
    assert math.isnan(user.loss_mean)
    assert math.isnan(user.loss_high)
    assert user.loss_per_gdp is None
    assert user.minerals == ()
    assert exposure(run, "USA") == exposure(arrays(), "USA")
