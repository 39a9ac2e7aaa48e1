"""Tables and queries of a run: tidy, complete, and shut towards files, network and program."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from oreacle.core.errors import RunError
from oreacle.forecasting.run import Run, forecast
from oreacle.forecasting.run_query import query
from oreacle.forecasting.run_tables import NAMES, WORDS
from oreacle.scenario.scenario import Scenario


@cache
def run() -> Run:
    return forecast(Scenario("short", "Two years.", "STEPS", 2026), members=3, seed=5)


def test_every_table_has_rows_and_words() -> None:
    assert set(WORDS) == set(NAMES)
    for name in NAMES:
        assert len(run().table(name)), name


def test_a_row_of_prices_is_the_cell_of_the_array() -> None:
    table = run().table("prices")
    assert len(table) == run().prices.size
    for at in (0, 17, len(table) - 1):
        row = table.iloc[at]
        cell = run().prices.sel(member=row["member"], year=row["year"], mineral=row["mineral"])
        assert row["delivered"] == cell


def test_losses_leave_out_zeros_and_nothing_else() -> None:
    loss = run().arrays["loss"].to_numpy()
    table = run().table("losses")
    assert len(table) == np.count_nonzero(loss)
    assert table["loss_usd"].sum() == pytest.approx(loss.sum(), rel=1e-5)


def test_chances_are_means_over_members() -> None:
    table = run().table("chances")
    row = table[(table["kind"] == "agreement") & (table["year"] == 2026)].iloc[5]
    cell = {"year": 2026, "demand": row["actor"], "acting": row["partner"]}
    expected = run().arrays["agreement_probability"].sel(cell).mean()
    assert row["probability"] == pytest.approx(float(expected), rel=1e-6)
    assert row["mineral"] == ""


def test_an_unknown_table_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(RunError) as caught:
        run().table("price")
    assert caught.value.code == "ORE-RUN-164"
    assert "'prices'" in caught.value.fix


def test_a_query_gives_what_the_table_gives() -> None:
    pytest.importorskip("duckdb")
    text = "select mineral, avg(delivered) as mean from prices group by all order by mineral"
    found = run().sql(text)
    expected = run().prices.mean(("member", "year"))
    for _, row in found.iterrows():
        assert row["mean"] == pytest.approx(float(expected.sel(mineral=row["mineral"])), rel=1e-6)
    assert len(found) == expected.size
    assert len(run().sql("from prices", limit=4)) == 4
    assert run().sql("select count(*) as n from events")["n"].tolist() == [len(run().events)]


def test_a_mean_loss_is_the_sum_over_members_and_years_as_the_words_of_the_table_say() -> None:
    pytest.importorskip("duckdb")
    mean = "sum(loss_usd) / (select count(*) from measures)"
    assert mean in WORDS["losses"]
    assert len(run().table("measures")) == run().record.members * run().arrays.sizes["year"]
    found = run().sql(f"select mineral, {mean} as usd_a_year from losses group by mineral")
    expected = run().arrays["loss"].sum("actor").mean(("member", "year"))
    assert len(found)
    for _, row in found.iterrows():
        cell = float(expected.sel(mineral=row["mineral"]))
        assert row["usd_a_year"] == pytest.approx(cell, rel=1e-5)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "ORE-RUN-162"),
        ("select 1; select 2", "ORE-RUN-162"),
        ("create table x as select 1", "ORE-RUN-162"),
        ("copy prices to 'x.csv'", "ORE-RUN-162"),
        ("set enable_external_access = true", "ORE-RUN-162"),
        ("attach 'x.db'", "ORE-RUN-162"),
        ("install httpfs", "ORE-RUN-162"),
        ("selec 1", "ORE-RUN-163"),
        ("select nothing from prices", "ORE-RUN-163"),
        ("select * from nowhere", "ORE-RUN-163"),
        ("select * from secret", "ORE-RUN-163"),
        ("select * from read_csv('{file}')", "ORE-RUN-163"),
        ("select * from '{file}'", "ORE-RUN-163"),
        ("select * from read_text('{file}')", "ORE-RUN-163"),
        ("select * from glob('/*')", "ORE-RUN-163"),
        ("select * from 'https://example.org/x.parquet'", "ORE-RUN-163"),
        ("with q as (delete from prices returning *) select * from q", "ORE-RUN-163"),
        ("select getenv('HOME')", "ORE-RUN-163"),
    ],
)
def test_a_query_that_is_wrong_or_reaches_out_is_refused(
    text: str, code: str, tmp_path: Path
) -> None:
    pytest.importorskip("duckdb")
    file = tmp_path / "secret.csv"
    file.write_text("a\n1\n")
    secret = run().table("measures")
    assert len(secret)  # a variable of the program that a query must not see
    with pytest.raises(RunError, match=code):
        query(text.format(file=file), run().table)
    assert [path.name for path in tmp_path.iterdir()] == ["secret.csv"]


def test_without_the_library_a_query_is_refused_with_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("oreacle.forecasting.run_query.find_spec", lambda _name: None)
    with pytest.raises(RunError) as caught:
        run().sql("select 1")
    assert caught.value.code == "ORE-RUN-161"
    assert 'pip install "oreacle[sql]"' in caught.value.fix
