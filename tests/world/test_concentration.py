"""Concentration: bounds, mergers, weights, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from tests.world.chains import TERRITORY, worked

from oreacle.core.errors import DataError, UnitsError
from oreacle.world.concentration import (
    concentration_table,
    herfindahl,
    largest_shares,
    load_governance_risk,
    output_by_actor,
    scaled_governance,
    weighted_herfindahl,
)

outputs = st.lists(st.floats(0.01, 1e6), min_size=1, max_size=12)


def tonnes(values: list[float], unit: str = "t/yr") -> xr.DataArray:
    names = [f"C{k:02d}" for k in range(len(values))]
    return xr.DataArray(values, {"country": names}, dims="country", attrs={"units": unit})


def risk_of(value: float, count: int) -> xr.DataArray:
    return tonnes([value] * count, "0 to 10")


@given(outputs)
def test_the_index_lies_between_one_over_n_and_one(values: list[float]) -> None:
    index = float(herfindahl(tonnes(values)))
    assert 1 / len(values) - 1e-9 <= index <= 1 + 1e-9


@given(outputs.filter(lambda v: len(v) > 1))
def test_a_merger_never_lowers_concentration(values: list[float]) -> None:
    merged = [values[0] + values[1], *values[2:]]
    assert herfindahl(tonnes(merged)) >= herfindahl(tonnes(values)) - 1e-9


@given(outputs, st.floats(0.1, 10.0))
def test_one_risk_for_all_scales_the_plain_index(values: list[float], risk: float) -> None:
    weighted = float(weighted_herfindahl(tonnes(values), risk_of(risk, len(values))))
    assert weighted == pytest.approx(risk * float(herfindahl(tonnes(values))))


@given(outputs, st.integers(1, 5))
def test_the_largest_hold_at_least_their_number_over_n(values: list[float], count: int) -> None:
    held = float(largest_shares(tonnes(values), count=count))
    assert min(1.0, count / len(values)) - 1e-9 <= held <= 1 + 1e-9


def test_hand_worked_indices() -> None:
    mined = tonnes([70.0, 20.0, 10.0])
    assert float(herfindahl(mined)) == pytest.approx(0.54)
    weighted = weighted_herfindahl(mined, tonnes([5.0, 1.0, 0.0], "0 to 10"))
    assert float(weighted) == pytest.approx(0.49 * 5 + 0.04 * 1)
    assert weighted.attrs["units"] == "0 to 10"
    assert float(largest_shares(mined, count=2)) == pytest.approx(0.9)


def test_other_dimensions_are_kept() -> None:
    table = xr.DataArray(
        [[1.0, 1.0], [3.0, 1.0]],
        {"country": ["AAA", "BBB"], "year": [2023, 2024]},
        dims=("country", "year"),
        attrs={"units": "t/yr"},
    )
    assert herfindahl(table).to_series().to_dict() == {2023: 0.625, 2024: 0.5}
    assert largest_shares(table).values.tolist() == [0.75, 0.5]


def test_governance_runs_from_0_best_to_10_worst() -> None:
    scores = tonnes([2.5, 0.0, -2.5], "WGI units")
    assert scaled_governance(scores).values.tolist() == [0.0, 5.0, 10.0]


def test_the_embedded_governance_covers_the_rest_of_the_world_by_its_mean() -> None:
    risk = load_governance_risk(2024)
    plain = risk.drop_sel(country="ROW")
    assert float(risk.sel(country="ROW")) == pytest.approx(float(plain.mean()))
    assert 0.0 <= float(risk.min()) < float(risk.sel(country="CHN")) < float(risk.max()) <= 11.0


def test_a_bloc_is_one_holder_and_owners_stand_beside_it() -> None:
    chain = worked()
    used = output_by_actor(chain, "used", TERRITORY)
    assert used.to_series().to_dict() == {"CHN": 40.0, "EU": 40.0, "JPN": 50.0}
    owner = xr.DataArray([0.6, 0.4], {"actor": ["CHN", "JPN"]}, "actor", attrs={"units": "1"})
    table = concentration_table(chain, TERRITORY, owners={"mined": owner})
    rows: dict[tuple[str, str], Any] = {
        (str(row["stage"]), str(row["counted"])): row for row in table.to_dict("records")
    }
    assert rows["mined", "owner"]["hhi"] == pytest.approx(0.52)
    assert rows["used", "location"]["holders"] == 4
    assert rows["used", "trade actor"]["holders"] == 3
    assert rows["used", "trade actor"]["hhi"] > rows["used", "location"]["hhi"]
    assert np.isnan(rows["mined", "location"]["hhi_governance"])


def test_a_gap_is_refused_and_the_message_names_the_country_and_the_fix() -> None:
    with pytest.raises(DataError) as caught:
        herfindahl(tonnes([70.0, float("nan")]))
    assert caught.value.code == "ORE-DAT-085"
    assert "C01" in caught.value.what
    assert ".fillna(0)" in caught.value.fix


@pytest.mark.parametrize(
    ("output", "code"),
    [
        (tonnes([1.0, -1.0]), "ORE-DAT-085"),
        (tonnes([0.0, 0.0]), "ORE-DAT-086"),
        (tonnes([1.0, 2.0], "USD"), "ORE-UNI-001"),
        (xr.DataArray([1.0], {"country": ["AAA"]}, dims="country"), "ORE-UNI-001"),
    ],
)
def test_wrong_output_is_refused(output: xr.DataArray, code: str) -> None:
    with pytest.raises((DataError, UnitsError)) as caught:
        herfindahl(output)
    assert caught.value.code == code


def test_a_holder_without_a_score_is_refused_unless_it_makes_nothing() -> None:
    with pytest.raises(DataError) as caught:
        weighted_herfindahl(tonnes([1.0, 1.0]), risk_of(1.0, 1))
    assert caught.value.code == "ORE-DAT-087"
    assert "C01" in caught.value.what
    assert float(weighted_herfindahl(tonnes([1.0, 0.0]), risk_of(3.0, 1))) == 3.0


def test_risk_without_a_unit_and_scores_in_percent_are_refused() -> None:
    bare = risk_of(1.0, 1)
    bare.attrs.clear()
    with pytest.raises(UnitsError, match="ORE-UNI-002"):
        weighted_herfindahl(tonnes([1.0]), bare)
    with pytest.raises(UnitsError, match="ORE-UNI-003"):
        scaled_governance(tonnes([55.0], "%"))
