"""The run forward from an origin: nothing later is seen, and each mechanism answers."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from oreacle.core.errors import DataError
from oreacle.data.assumptions import read_assumed
from oreacle.data.store import TABLES_DIRECTORY, read_table, write_table
from oreacle.engine.settings import settings_from_table
from oreacle.forecasting.backcast.foreseen import Foreseen, Plan, foresee
from oreacle.forecasting.backcast.forward import Course, Use, run_forward
from oreacle.forecasting.backcast.price_scores import price_rows
from oreacle.forecasting.backcast.records import Records, price_list, read_records
from oreacle.forecasting.backcast.share_scores import member_shares, share_rows
from oreacle.forecasting.backcast.variants import VARIANTS
from oreacle.world.history import DATED_TABLES, load_history
from oreacle.world.load import load_world

MINERALS = ("tungsten", "niobium")
ORIGIN, MEMBERS = 2011, 8


@pytest.fixture(scope="module")
def records() -> Records:
    return read_records(load_history(TABLES_DIRECTORY), MINERALS)


@pytest.fixture(scope="module")
def plan() -> Plan:
    settings = settings_from_table(read_assumed("engine_parameters"))
    return Plan(load_world(TABLES_DIRECTORY), settings, MEMBERS, 3)


@pytest.fixture(scope="module")
def found(records: Records, plan: Plan) -> dict[str, Foreseen]:
    return foresee(records.until(ORIGIN), MINERALS, VARIANTS, plan)


def bytes_of(found: dict[str, Foreseen]) -> list[bytes]:
    arrays = [
        array
        for one in found.values()
        for array in (*one.ensembles.values(), one.course.mined, one.course.refined)
    ]
    words = [repr((one.normals, one.known.trend, one.known.gap)).encode() for one in found.values()]
    return [array.tobytes() for array in arrays] + words


@pytest.fixture(scope="module")
def cut_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tables without any row dated after the origin."""
    folder = tmp_path_factory.mktemp("cut")
    for path in TABLES_DIRECTORY.iterdir():
        if path.name.partition(".")[0] not in DATED_TABLES:
            shutil.copy(path, folder / path.name)
    needed = {"history_shares", "price_history", "production_history", "unit_values", "gdp"}
    for name in DATED_TABLES:
        table = read_table(name, TABLES_DIRECTORY)
        keep = table["year"] <= ORIGIN
        if name in ("trade_history", "trade_history_refined"):
            # Writing all of trade takes long: codes of other minerals are not read here.
            keep &= table["hs"].isin(["261100", "810110", "810194", "720293"])
        elif name not in needed:
            keep &= table["year"] == ORIGIN
        write_table(table[keep], name, folder)
    return folder


def test_without_any_row_dated_after_the_origin_the_forecast_has_the_same_bytes(
    found: dict[str, Foreseen], cut_folder: Path, plan: Plan
) -> None:
    assert read_table("price_history", cut_folder)["year"].max() == ORIGIN
    history = load_history(cut_folder)
    cut = read_records(history.until(ORIGIN), MINERALS)
    base = load_world(cut_folder)
    again = foresee(cut, MINERALS, VARIANTS, replace(plan, base=base))
    assert bytes_of(again) == bytes_of(found)


def test_a_price_of_the_year_of_the_origin_is_seen(
    records: Records, found: dict[str, Foreseen], plan: Plan
) -> None:
    prices = records.prices.copy()
    prices.loc[ORIGIN] *= 1.1
    moved = replace(records, prices=prices).until(ORIGIN)
    again = foresee(moved, MINERALS, VARIANTS, plan)
    assert bytes_of(again) != bytes_of(found)


def still(found: dict[str, Foreseen], mineral: str = "tungsten") -> Foreseen:
    """Return a mineral without shock or drift."""
    one = found[mineral]
    return replace(one, start=replace(one.start, shock=0.0, drift=0.0))


def run(one: Foreseen, actual: np.ndarray, gap: float = 0.0) -> Course:
    use = Use(np.repeat(actual[None], MEMBERS, axis=0), np.ones(6))
    return run_forward(one.start, one.luck, use, gap)


def test_a_market_at_rest_without_growth_stays_at_the_price_of_the_origin(
    found: dict[str, Foreseen],
) -> None:
    course = run(still(found), np.ones(6))
    np.testing.assert_allclose(course.log_price, 0.0, atol=1e-7)
    np.testing.assert_allclose(course.mined, course.mined[:, :1].repeat(5, axis=1), rtol=1e-4)


def test_use_above_what_investors_expected_raises_the_price_by_one_over_the_elasticity(
    found: dict[str, Foreseen],
) -> None:
    one = still(found, "niobium")
    assert one.start.chain.recycled.sum() < 0.01 * one.start.chain.throughput, "scrap follows use"
    grown = np.array([1.0, *[1.05] * 5])
    twice = np.array([1.0, *[1.1] * 5])
    small, large = (run(one, path).log_price[0] for path in (grown, twice))
    assert small[0] == pytest.approx(np.log(1.05) / one.start.elasticity, rel=0.1)
    assert large[0] > small[0] > 0.0
    assert small[4] < small[1], "entry and slow demand take some of it away, after a lag"


def test_a_gap_at_the_origin_fades_and_none_stays(found: dict[str, Foreseen]) -> None:
    one = still(found)
    path = run(one, np.ones(6), gap=0.4).log_price[0]
    assert (np.diff([0.0, *path]) < 0.0).all(), "a high price falls year by year"
    assert path[0] > -0.4
    other = run(one, np.ones(6), gap=-0.4).log_price[0]
    assert (other > 0.0).all()


def test_shares_start_as_published_and_drift_moves_them_from_the_second_year_on(
    records: Records, found: dict[str, Foreseen]
) -> None:
    published = records.published("tungsten", "mined", ORIGIN)
    assert published is not None
    start = published[0] / published[0].sum()
    one = found["tungsten"]
    first, third = (member_shares(one, "mined", start, years) for years in (1, 3))
    np.testing.assert_allclose(first.sum(axis=1), 1.0)
    leader = int(start.to_numpy().argmax())
    assert np.ptp(first[:, leader]) < 0.01, "capacity that opens in a year was drawn before it"
    assert np.ptp(third[:, leader]) > 0.02
    off = run_forward(
        replace(one.start, drift=0.0, shock=0.0),
        one.luck,
        Use(np.ones((MEMBERS, 6)), np.ones(6)),
        0,
    )
    calm = member_shares(replace(one, course=off), "mined", start, 3)
    np.testing.assert_allclose(calm, np.repeat(start.to_numpy()[None], MEMBERS, axis=0), atol=1e-6)


def test_windows_are_scored_once_for_each_forecast_and_known_use_is_not_asked_of_the_future(
    records: Records, found: dict[str, Foreseen]
) -> None:
    rows = price_rows(records, ORIGIN, found)
    assert not rows.duplicated(["mineral", "horizon", "forecast"]).any()
    assert set(rows["horizon"]) == {1, 3, 5}
    seen = records.prices["niobium"]
    row = rows[(rows["mineral"] == "niobium") & (rows["horizon"] == 3)].iloc[0]
    assert row["observed"] == pytest.approx(np.log(seen[ORIGIN + 3] / seen[ORIGIN]))
    short = price_rows(records.until(2013), ORIGIN, found)
    assert set(short["horizon"]) == {1}


def test_the_error_of_persistence_is_the_change_of_the_leader(
    records: Records, found: dict[str, Foreseen]
) -> None:
    rows = share_rows(records, ORIGIN, found)
    row = rows[(rows["mineral"] == "tungsten") & (rows["horizon"] == 5)].iloc[0]
    shares = [
        part[0] / part[0].sum()
        for part in (records.published("tungsten", "mined", y) for y in (ORIGIN, ORIGIN + 5))
        if part is not None
    ]
    assert row["leader_change"] == pytest.approx(abs(shares[1].max() - shares[0].max()))
    assert row["has_moved"] == (row["leader_change"] > 0.05)


def test_the_list_of_minerals_has_twenty_or_more_and_all_have_a_price_in_every_year() -> None:
    listed = price_list()
    assert len(listed) >= 20
    assert listed["mineral"].is_unique
    prices = pd.concat(
        [
            read_table("price_history", TABLES_DIRECTORY)[["series", "year"]],
            read_table("unit_values", TABLES_DIRECTORY).rename(columns={"hs": "series"})[
                ["series", "year"]
            ],
        ]
    )
    prices["series"] = prices["series"].astype(str).str.removeprefix("main: ")
    years = prices.groupby("series")["year"].agg(lambda part: set(part) >= set(range(1995, 2025)))
    assert all(years[name] for name in listed["series"])


def test_a_listed_series_that_is_gone_is_refused(records: Records, tmp_path: Path) -> None:
    for name in ("minerals", "countries", "production_history", "history_shares"):
        for path in TABLES_DIRECTORY.glob(f"{name}.csv*"):
            shutil.copy(path, tmp_path / path.name)
    for name in ("price_history", "unit_values", "trade_history", "trade_history_refined"):
        table = read_table(name, TABLES_DIRECTORY)
        rows = table[table["hs"] == "810110"] if "hs" in table else table
        write_table(rows.head(50), name, tmp_path)
    with pytest.raises(DataError) as caught:
        read_records(load_history(tmp_path), ("copper",))
    assert caught.value.code == "ORE-RUN-184"
