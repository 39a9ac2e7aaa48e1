"""Acts, dependence and calming as they are read from the tables, and the measured numbers."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from oreacle.core.errors import RelationsError
from oreacle.data.schema import validate
from oreacle.data.store import read_table
from oreacle.forecasting.escalation.acts import rival_acts
from oreacle.forecasting.escalation.calming import common_institutions, settlements
from oreacle.forecasting.escalation.dyads import CLASSES
from oreacle.forecasting.escalation.leverage import (
    TERMS,
    TRADE,
    DyadYears,
    dependence_array,
    fit_leverage,
)
from oreacle.forecasting.escalation.pair import pair_outlook
from oreacle.forecasting.escalation.parameters import (
    TABLE,
    Escalation,
    Measured,
    read_branching,
    read_escalation,
    rows_table,
)
from oreacle.world.institutions import Institutions, load_institutions

COUNTRIES = pd.DataFrame(
    {
        "country": ["USA", "CHN", "FRA", "DEU", "AUS", "ROW"],
        "actor": ["USA", "CHN", "EU", "EU", "AUS", "ROW"],
    }
)


def events(*rows: tuple[str, str, str, str]) -> pd.DataFrame:
    """Return events from date, kind, actors and targets."""
    calm = "dispute_settlement"
    return pd.DataFrame(
        {
            "event_id": [f"e{k}" for k in range(len(rows))],
            "date": [row[0] for row in rows],
            "year": [int(row[0][:4]) for row in rows],
            "kind": [row[1] for row in rows],
            "sign": ["cooperation" if row[1] == calm else "rivalry" for row in rows],
            "actors": [row[2] for row in rows],
            "targets": [row[3] for row in rows],
        }
    )


def test_acts_by_hand() -> None:
    found = rival_acts(
        events(
            ("2018-03", "tariff", "USA", "CHN;FRA"),
            ("2018-03-23", "tariff", "USA", "CHN"),
            ("2018-03-23", "sanction", "USA", "CHN"),  # the same day: one act
            ("2018-04", "export_ban", "FRA;DEU", "CHN"),  # the bloc, once
            ("1992", "export_quota", "USA;AUS", "AUS"),  # a party is no imposer
            ("2019", "export_ban", "CHN", "WLD"),
            ("2014-01-01", "wto_ruling", "USA", "CHN"),
            ("2014-01-01", "sanction", "USA", "PRK"),
            ("2014-01-01", "sanction", "DEU", "FRA"),  # inside the bloc
        ),
        COUNTRIES,
    )
    assert list(zip(found.imposer, found.target, strict=True)) == [
        ("USA", "AUS"),
        ("USA", "CHN"),
        ("USA", "EU"),
        ("USA", "CHN"),
        ("EU", "CHN"),
    ]
    day = date(2018, 3, 23).toordinal()
    (same_day,) = np.flatnonzero(found.first == day)
    assert found.kinds[same_day] == "tariff;sanction"
    assert found.labels[same_day] == "e1;e2"
    assert found.export.tolist() == [True, False, False, False, True]
    assert found.first[0] == date(1992, 1, 1).toordinal()
    assert found.last[0] == date(1992, 12, 31).toordinal()
    assert sum(found.left_out.values()) == 4
    assert len(found.without("CHN", "USA")) == 3


def test_acts_on_everyone_hit_those_who_depended_as_known_two_years_later() -> None:
    trade = pd.DataFrame(
        {
            "year": [2017, 2017, 2018],
            "exporter": ["CHN", "CHN", "CHN"],
            "importer": ["USA", "AUS", "EU"],
            "share": [0.10, 0.05, 0.9],
        }
    )
    rows = events(("2019-05", "export_ban", "CHN", "WLD"), ("2019-05", "tariff", "CHN", "WLD"))
    found = rival_acts(rows, COUNTRIES, trade)
    assert list(zip(found.imposer, found.target, strict=True)) == [("CHN", "USA")]
    assert found.left_out == {"on everyone": 1}


def test_no_row_of_an_importer_is_missing_and_no_row_of_a_pair_is_zero() -> None:
    table = pd.DataFrame(
        {"year": [2010], "exporter": ["CHN"], "importer": ["USA"], "share": [0.25]}
    )
    share = dependence_array(table, np.array([2010]), ("AUS", "CHN", "USA"))[0]
    assert share[:, 2].tolist() == [0.0, 0.25, 0.0]
    assert np.isnan(share[:, :2]).all()


def dyad_rows(mutual: float, one_sided: float, seed: int) -> DyadYears:
    """Return rows whose acts follow known coefficients."""
    rng = np.random.default_rng(seed)
    names = np.array([f"A{k}" for k in range(20)], dtype=object)
    one, two = np.nonzero(~np.eye(20, dtype=bool))
    features = rng.standard_normal((10 * len(one), len(TERMS) + 1))
    odds = -2.0 + mutual * features[:, 0] + one_sided * features[:, 1]
    made = (rng.random(len(odds)) < 1.0 / (1.0 + np.exp(-odds))).astype(float)
    years = np.repeat(np.arange(2010, 2020), len(one))
    return DyadYears(
        np.tile(names[one], 10), np.tile(names[two], 10), years, features, made, made, {}
    )


def test_known_effects_of_dependence_are_found_again_and_their_form_adds_trade() -> None:
    rows = dyad_rows(-0.7, 0.5, seed=1)
    found = fit_leverage(rows, "any", "trade", draws=25, rng=np.random.default_rng(0))
    assert found.terms["mutual"].high < 0.0 < found.terms["one_sided"].low
    assert found.terms["mutual"].value == pytest.approx(-0.7, abs=0.12)
    assert found.terms["one_sided"].value == pytest.approx(0.5, abs=0.12)
    assert set(found.terms) == {*TERMS, TRADE}
    assert found.cases == int(rows.any_act.sum())


def test_settlements_count_only_after_an_act_of_the_two() -> None:
    rows = events(
        ("2012-01-01", "tariff", "USA", "CHN"),
        ("2013-01-01", "dispute_settlement", "CHN;USA", ""),  # a case, followed in 2014
        ("2014-06-01", "tariff", "CHN", "USA"),
        ("2018-01-01", "dispute_settlement", "CHN;USA", ""),  # nothing in 24 months before
        ("2018-01-01", "dispute_settlement", "AUS;USA", ""),
    )
    found = settlements(rows, COUNTRIES, rival_acts(rows, COUNTRIES))
    assert (found.cases, found.answered, found.status) == (1, 1, "prior only")
    assert found.difference is None
    assert (found.left.low, found.left.high) == (0.05, 0.95)


def test_institutions_are_measured_from_ten_cases_on() -> None:
    clubs = load_institutions()
    inside = [(f"2022-0{k % 9 + 1}-0{k // 9 + 1}", "tariff", "AUS", "CHN") for k in range(12)]
    outside = [(f"2021-0{k % 9 + 1}-0{k // 9 + 1}", "tariff", "USA", "CHN") for k in range(12)]
    answers = [("2022-12-01", "tariff", "CHN", "USA")]
    acts = rival_acts(events(*inside, *outside, *answers), COUNTRIES)
    window = date(2005, 1, 1).toordinal(), date(2025, 1, 1).toordinal()
    found = common_institutions(acts, clubs, window, draws=50, rng=np.random.default_rng(0))
    assert (found.cases, found.answered, found.status) == (12, 0, "measured")
    assert found.difference is not None
    assert found.difference.value == pytest.approx(-12.0 / 13.0)
    none = Institutions(clubs.clubs, ())
    found = common_institutions(acts, none, window, draws=5, rng=np.random.default_rng(0))
    assert (found.cases, found.status) == (0, "prior only")


def test_numbers_come_back_from_their_table_and_a_missing_one_is_refused() -> None:
    one = Measured(0.1, 0.0, 0.2, 12, "acts per act", "measured", "hand")
    bare = Measured(2.0, float("nan"), float("nan"), None, "1", "measured", "hand")
    table = rows_table({"branching": {"own": one, "cross_test": bare}})
    assert validate(table, TABLE) == []
    assert table["cases"].isna().tolist() == [False, True]
    assert not bare.has_interval
    with pytest.raises(RelationsError) as caught:
        Escalation({"branching": {"own": one}}).branching()
    assert caught.value.code == "ORE-REL-053"


def test_the_embedded_numbers_keep_their_bounds() -> None:
    found, branching = read_escalation(), read_branching()
    assert 0.0 <= branching.own_interval[0] <= branching.own <= branching.own_interval[1]
    assert 0.0 <= branching.cross_interval[0] <= branching.cross <= branching.cross_interval[1]
    assert branching.own + branching.cross < 0.8
    fit = found.fit()
    assert len(fit.class_level) == len(CLASSES)
    assert found.last_year == int(read_table("events")["year"].max())
    for months in (6, 12, 24):
        group = found.groups[f"retaliation_{months}"]
        answered = group["answered"].value
        assert group["certain"].value - 1e-9 <= answered <= group["possible"].value + 1e-9


def test_the_ladder_of_two_is_in_the_order_of_days_and_their_answers_above_the_base() -> None:
    found = pair_outlook("USA", "CHN")
    dates = [one.date for one in found.ladder]
    assert dates == sorted(dates)
    assert {(one.imposer, one.target) for one in found.ladder} == {("USA", "CHN"), ("CHN", "USA")}
    assert sum(side.acts for side in found.sides) == len(found.ladder)
    first, second = found.sides
    assert first.hold is not None
    assert second.hold is not None
    for side in found.sides:
        short, long = side.answers
        assert short.after.value > short.without.value
        assert long.without.value > short.without.value


@pytest.mark.parametrize("pair", [("USA", "ROW"), ("USA", "USA"), ("XXX", "CHN")])
def test_no_pair_is_refused(pair: tuple[str, str]) -> None:
    with pytest.raises(RelationsError) as caught:
        pair_outlook(*pair)
    assert caught.value.code == "ORE-REL-054"
