"""The fit of the monthly path: known parameters come back, cases are read or refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from oreacle.core.errors import DataError, MarketError
from oreacle.data.importing.monthly import read_monthly_cases
from oreacle.data.store import read_table
from oreacle.forecasting.monthly_fit import (
    fit_path,
    fitted_parameters,
    monthly_cases,
    score_cases,
)
from oreacle.market.monthly.path import SHUT, PathParameters, export_path, naive_path

HEADER = "case,year,month,announced,in_force,exports,base"


def made_case(parameters: PathParameters) -> pd.DataFrame:
    """Return the graphite case with exports that follow a path exactly."""
    table = read_table("monthly_cases")
    table = table[table["fitted"] == 1].reset_index(drop=True)
    (case,) = monthly_cases(table)
    path = export_path(case.notice, parameters, months=case.horizon)
    return table.assign(exports=case.of(path))


@pytest.mark.slow
def test_parameters_of_a_made_case_come_back() -> None:
    made = PathParameters(rush=1.5, delay=3.0, rate=2.0, floor=0.4, payback=0.6)
    fit = fit_path(monthly_cases(made_case(made)))
    assert fit.squares < 1e-4
    assert fit.parameters.rush == pytest.approx(1.5, abs=0.05)
    assert fit.held == ()
    assert fit.parameters.floor == pytest.approx(0.4, abs=0.1)


@pytest.mark.slow
def test_a_made_case_without_a_floor_is_fitted_without_one() -> None:
    made = PathParameters(rush=1.5, delay=0.5, rate=0.5, floor=0.0, payback=0.0)
    fit = fit_path(monthly_cases(made_case(made)))
    assert {"floor"} <= set(fit.held)
    assert fit.parameters.rate == pytest.approx(0.5, abs=0.1)


def test_the_embedded_parameters_fit_graphite_and_are_scored_on_the_others() -> None:
    parameters = fitted_parameters(read_table("monthly_parameters"))
    scores = {
        one.case.case: one
        for one in score_cases(monthly_cases(read_table("monthly_cases")), parameters)
    }
    assert scores["graphite-2023"].case.fitted
    assert scores["graphite-2023"].path_error < 0.1 < scores["graphite-2023"].naive_error
    assert not scores["gallium-2023"].case.fitted
    assert not scores["germanium-2023"].case.fitted


def test_the_error_of_a_path_worked_by_hand() -> None:
    parameters = fitted_parameters(read_table("monthly_parameters"))
    for one in score_cases(monthly_cases(read_table("monthly_cases")), parameters):
        by_hand = float(
            np.mean([abs(a - b) for a, b in zip(one.path, one.case.exports, strict=True)])
        )
        assert one.path_error == pytest.approx(by_hand)


def test_the_naive_path_has_the_length_that_is_best_on_the_fitted_case() -> None:
    (case,) = [one for one in monthly_cases(read_table("monthly_cases")) if one.fitted]
    errors = {
        shut: float(np.abs(case.of(naive_path(case.notice, shut=shut)) - case.exports).mean())
        for shut in (1, 2, 3, 4)
    }
    assert min(errors, key=errors.__getitem__) == SHUT


def test_too_few_months_are_no_fit() -> None:
    table = read_table("monthly_cases")
    few = table[table["fitted"] == 1].head(7)
    with pytest.raises(MarketError, match="ORE-MKT-071"):
        fit_path(monthly_cases(few))


def test_a_month_before_the_announcement_is_refused() -> None:
    table = read_table("monthly_cases")
    with pytest.raises(MarketError, match="ORE-MKT-072"):
        monthly_cases(table.assign(year=1999))


def test_a_users_case_is_read(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_text(f"{HEADER}\nmine,2025,2,2025-01-05,2025-02-10,3.5,7\n", encoding="utf-8")
    (case,) = monthly_cases(read_monthly_cases(file))
    assert case.exports.tolist() == [0.5]
    assert not case.fitted


def test_all_faults_of_a_users_file_are_named_at_once(tmp_path: Path) -> None:
    file = tmp_path / "bad.csv"
    file.write_text(f"{HEADER}\n,2025,13,tomorrow,2025-02-10,-1,0\n", encoding="utf-8")
    with pytest.raises(DataError, match="ORE-DAT-096") as caught:
        read_monthly_cases(file)
    told = str(caught.value)
    assert all(column in told for column in ("case", "month", "announced", "exports", "base"))
