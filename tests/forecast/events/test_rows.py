"""Rows of the event models: one per unit at risk and year, and nothing lost unseen."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from tests.forecast.events.made_history import HINDSIGHT, MINERALS, made_tables

from oreacle.core.errors import DataError
from oreacle.engine.acts.classes import ACTOR, CLASS_NAMES, CLASSES, SCOPE, SCOPE_TERMS
from oreacle.forecasting.events.rows import LINKS, HistoryCase, UnitRows, all_rows, history_case

YEARS = np.arange(2000, 2026)


@pytest.fixture(scope="module")
def case() -> HistoryCase:
    return history_case(made_tables(), YEARS)


@pytest.fixture(scope="module")
def rows(case: HistoryCase) -> dict[str, UnitRows]:
    return all_rows(case, YEARS)


@pytest.mark.parametrize("name", [*CLASS_NAMES, LINKS])
def test_a_unit_at_risk_has_one_row_a_year(rows: dict[str, UnitRows], name: str) -> None:
    one = rows[name]
    keys = np.stack([one.year, one.first, one.second], axis=1)
    assert len(np.unique(keys, axis=0)) == len(keys)
    assert set(one.year) == set(YEARS)


@pytest.mark.parametrize("name", [*CLASS_NAMES, SCOPE])
def test_rows_have_every_term_and_no_gap(rows: dict[str, UnitRows], name: str) -> None:
    terms = SCOPE_TERMS if name == SCOPE else CLASSES[name].terms
    assert rows[name].features.shape == (len(rows[name].outcome), len(terms))
    assert np.isfinite(rows[name].features).all()


@pytest.mark.parametrize("name", CLASS_NAMES)
def test_acts_in_rows_and_outside_them_are_all_acts(
    case: HistoryCase, rows: dict[str, UnitRows], name: str
) -> None:
    acts = case.acts.by_class[name][2000 - int(case.panel.years[0]) :]
    total = acts.sum() / (2.0 if CLASSES[name].unit == "pair" else 1.0)
    assert rows[name].outcome.sum() + sum(rows[name].outside.values()) == total
    assert rows[name].outcome.sum() > 0


def test_links_of_the_scope_are_covered_links_at_risk_and_the_others_are_counted(
    case: HistoryCase, rows: dict[str, UnitRows]
) -> None:
    links = case.acts.links[2000 - int(case.panel.years[0]) :]
    assert rows[SCOPE].outcome.sum() + sum(rows[SCOPE].outside.values()) == links.sum()
    minerals = links.any(axis=-1).sum()
    assert rows[LINKS].outcome.sum() + sum(rows[LINKS].outside.values()) == minerals
    gallium_ore = links[:, :, MINERALS.index("gallium"), 0].sum()
    assert sum(rows[SCOPE].outside.values()) == gallium_ore > 0


def test_the_offset_of_a_scope_is_minus_the_log_of_the_links_at_risk(
    rows: dict[str, UnitRows],
) -> None:
    scope = rows[SCOPE]
    for year, actor in {(y, a) for y, a in zip(scope.year, scope.first, strict=True)}:
        part = scope.take((scope.year == year) & (scope.first == actor))
        np.testing.assert_allclose(part.offset, -np.log(len(part.offset)))
        assert part.outcome.sum() >= 1.0


def test_an_act_outside_the_units_at_risk_is_counted_with_its_year() -> None:
    """An actor without output, trade or past: nobody could have expected its measure."""
    tables = made_tables()
    for name in ("history_shares", "history_imports"):
        tables[name] = tables[name].assign(
            share=tables[name]["share"].where(tables[name]["actor"] != "A10", 0.0)
        )
    events = tables["events"]
    events = events[~events["actors"].str.contains("A10")]
    last = events.iloc[-1:].assign(
        year=2024, kind="export_ban", actors="A10", minerals="tin", minerals_raw="tin", stage="ore"
    )
    tables["events"] = pd.concat([events, last], ignore_index=True)
    case = history_case(tables, YEARS)
    rows = all_rows(case, YEARS)
    assert rows["restriction"].outside[2024] == 1
    assert rows[LINKS].outside[2024] == 1
    assert sum(rows["restriction"].outside.values()) == 1
    assert case.panel.actors.index("A10") not in rows["restriction"].first


def test_the_year_after_the_last_act_has_units_and_no_outcomes(
    rows: dict[str, UnitRows],
) -> None:
    for name in (*CLASS_NAMES, LINKS):
        part = rows[name].take(rows[name].year == 2025)
        assert len(part.outcome) > 0
        assert part.outcome.sum() == 0.0


def test_shares_of_rows_are_those_of_two_years_before(
    case: HistoryCase, rows: dict[str, UnitRows]
) -> None:
    one = rows["restriction"].take(rows["restriction"].year == 2010)
    share = case.panel.share[2008 - int(case.panel.years[0])]
    known = np.where(np.isnan(share), 0.0, share).max(axis=(-2, -1))
    np.testing.assert_array_equal(one.share, known[one.first])


@pytest.mark.parametrize("name", CLASS_NAMES)
def test_what_was_coded_with_hindsight_is_no_part_of_any_row(
    rows: dict[str, UnitRows], name: str
) -> None:
    tables = made_tables()
    tables["events"] = tables["events"].drop(columns=list(HINDSIGHT))
    again = all_rows(history_case(tables, YEARS), YEARS)[name]
    np.testing.assert_array_equal(again.features, rows[name].features)
    np.testing.assert_array_equal(again.outcome, rows[name].outcome)


def test_actors_stand_alone_and_pairs_have_two_parties(rows: dict[str, UnitRows]) -> None:
    for name in CLASS_NAMES:
        if CLASSES[name].unit == ACTOR:
            assert set(rows[name].second) == {-1}
        else:
            assert (rows[name].first != rows[name].second).all()
            assert (rows[name].second >= 0).all()


def test_a_year_without_statistics_is_refused() -> None:
    with pytest.raises(DataError) as caught:
        history_case(made_tables(), np.array([1996]))
    assert caught.value.code == "ORE-DAT-060"
