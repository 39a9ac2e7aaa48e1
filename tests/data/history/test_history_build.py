"""The history half joins its parts: every table is valid against the attribute table."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from oreacle.data.history import build
from oreacle.data.history.register import Register
from oreacle.data.schema import table_spec, validate


def listing() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "mineral": ["tin"],
            "stage": ["mined"],
            "publisher": ["wmd"],
            "commodity": ["Tin"],
            "parts": [""],
            "first_year": [2020],
            "last_year": [2020],
        }
    )


def production() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "publisher": "wmd",
            "commodity": "Tin",
            "part": "",
            "country": ["PER", "FRA", "TUV"],
            "year": 2020,
            "quantity": [5.0, 3.0, 2.0],
        }
    )


def trade() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "year": [2019, 2020],
            "exporter": "PER",
            "importer": ["CHN", "FRA"],
            "hs": "260900",
            "value_kusd": [1.0, 2.0],
            "release": "minerals",
        }
    )


def base_tables() -> dict[str, pd.DataFrame]:
    codes = ["CHN", "FRA", "PER", "ROW"]
    nodes = pd.DataFrame(
        {
            "mineral": "tin",
            "stage": "mined",
            "country": ["PER", "ROW"],
            "quantity_t": [3.0, 1.0],
            "year": 2024,
            "source": "usgs-mcs-2026",
        }
    )
    return {
        "countries": pd.DataFrame({"country": codes, "actor": ["CHN", "EU", "PER", "ROW"]}),
        "minerals": pd.DataFrame({"mineral": ["tin"], "integrated": [0]}),
        "nodes": nodes,
    }


@pytest.fixture
def result(monkeypatch: pytest.MonkeyPatch) -> build.HistoryResult:
    """The history tables of small samples."""
    events = pd.DataFrame(columns=list(table_spec("events").column_names))
    register = Register(
        pd.DataFrame(columns=list(table_spec("register").column_names)), ["left out"]
    )
    prices = pd.DataFrame(columns=list(table_spec("price_history").column_names))
    for name, value in {
        "read_production": production(),
        "read_trade": trade(),
        "price_table": prices,
        "read_blocs": {},
        "read_events": events,
        "events_table": events,
        "read_verified": frozenset(),
        "event_marks_table": pd.DataFrame(),
        "register_table": register,
        "build_ties": {},
        "trade_tables": {},
        "production_table": pd.DataFrame(),
        "read_political_risk": pd.DataFrame(),
    }.items():
        monkeypatch.setattr(build, name, lambda *_, value=value: value)
    monkeypatch.setattr(build, "read_assumed", lambda _: listing())
    return build.build_history(Path(), base_tables())


def test_tables_of_the_history_are_valid(result: build.HistoryResult) -> None:
    for name in ("history_shares", "history_imports", "trade_dependence"):
        assert validate(result.tables[name], name) == [], name
    assert result.notes == ("left out",)


def test_output_exports_and_base_year_follow_each_other(result: build.HistoryResult) -> None:
    table = result.tables["history_shares"]
    found = {
        (int(row["year"]), row["actor"], row["basis"]): round(float(row["share"]), 6)
        for row in table.to_dict("records")
    }
    assert found == {
        (2019, "PER", "exports"): 1.0,
        (2020, "EU", "output"): 0.3,
        (2020, "PER", "output"): 0.5,
        (2020, "ROW", "output"): 0.2,
        (2024, "PER", "output"): 0.75,
        (2024, "ROW", "output"): 0.25,
    }
