"""What charts hold: all that is given, nothing that is not."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.present.charts import samples

from oreacle.present.charts.change_map import FlowArc, change_map
from oreacle.present.charts.chart_style import ChartError, Spec, stacked
from oreacle.present.charts.country_shapes import BORDERS_NOTE, country_shapes
from oreacle.present.charts.interval_bars import interval_bars
from oreacle.present.charts.leverage_charts import leverage_bars, leverage_heat
from oreacle.present.charts.monthly_path import monthly_path
from oreacle.present.charts.projection import heading, is_cut, middle_of, on_paper, pixel
from oreacle.present.charts.route_map import RouteLine, route_map
from oreacle.present.charts.shock_charts import named
from oreacle.present.charts.value_classes import NOT_MODELLED_NAME, PRICE_CHANGE, USE_LOST

degrees = st.tuples(st.floats(-180, 180), st.floats(-80, 80))


def rows_with(spec: object, field: str) -> Iterator[Spec]:
    """Yield every row of data that has a field."""
    if isinstance(spec, dict):
        values = spec.get("values")
        if isinstance(values, list):
            yield from (row for row in values if isinstance(row, dict) and field in row)
        for part in spec.values():
            yield from rows_with(part, field)
    elif isinstance(spec, list):
        for part in spec:
            yield from rows_with(part, field)


def text_of(spec: Spec) -> str:
    return json.dumps(spec, ensure_ascii=False)


@pytest.mark.parametrize("kind", samples.every_chart())
def test_every_chart_has_headline_reading_source_and_its_own_data(kind: str) -> None:
    spec = samples.every_chart()[kind]
    assert spec["title"]["text"] == ["Price of tin"]
    assert spec["title"]["subtitle"] == ["Change of price, per cent."]
    assert "Source: made up" in spec["vconcat"][-1]["mark"]["text"][0]
    assert json.loads(json.dumps(spec, allow_nan=False)) == spec
    assert '"url"' not in text_of(spec)


def test_a_country_without_a_value_is_grey_and_named_as_such() -> None:
    found = {row["label"]: row["class"] for row in rows_with(samples.price_map(), "class")}
    assert found["Bea <b>: not modelled: no figure"] == NOT_MODELLED_NAME
    assert found["Alia: +20 %"] == "by 15 to 40 %"
    assert PRICE_CHANGE.name(0.0) != NOT_MODELLED_NAME == PRICE_CHANGE.name(math.nan)


@given(st.floats(-1, 50), st.floats(-1, 50))
def test_classes_keep_the_order_of_values(one: float, other: float) -> None:
    for classes in (PRICE_CHANGE, USE_LOST):
        low, high = (classes.names.index(classes.name(v)) for v in sorted((one, other)))
        assert low <= high
        assert len(classes.names) == len(classes.steps) + 1 == len(classes.colours)
        assert len(set(classes.colours)) == len(classes.colours)


def test_arcs_are_as_wide_as_the_root_of_their_tonnes_and_coloured_by_sign() -> None:
    arcs = {row["label"]: row for row in rows_with(samples.price_map(), "angle")}
    fall, rise = arcs["Alia to Cee: -30 t/yr"], arcs["Bea <b> to Cee: +20 t/yr"]
    assert rise["width"] / fall["width"] == pytest.approx(math.sqrt(20 / 30), abs=0.002)
    assert fall["colour"] != rise["colour"]


def test_flows_without_a_place_are_counted_below_the_map_with_the_note_on_borders() -> None:
    words = " ".join(samples.price_map()["vconcat"][-1]["mark"]["text"])
    assert "Not drawn: 1 changed flow from or to the rest of the world (9 t/yr in all)" in words
    assert BORDERS_NOTE in words
    assert BORDERS_NOTE in " ".join(samples.ways()["vconcat"][-1]["mark"]["text"])


def test_a_closed_passage_is_crossed_out_after_and_open_before() -> None:
    before, after = samples.ways()["vconcat"][0]["vconcat"]
    assert {row["name"] for row in rows_with(before, "shape")} == {"Suez", "Malacca"}
    assert {row["name"] for row in rows_with(after, "shape")} == {"Suez: closed", "Malacca"}


def test_only_legs_that_changed_are_coloured() -> None:
    line = RouteLine(((0.0, 0.0), (10.0, 0.0)), 5.0)
    spec = route_map([line], [line], [], samples.TEXT, shapes=samples.SHAPES)
    assert len({row["colour"] for row in rows_with(spec, "tonnes")}) == 1
    changed = [row["colour"] for row in rows_with(samples.ways(), "tonnes")]
    assert len(set(changed)) == 2


def test_legs_with_the_same_corners_add_up_in_either_direction() -> None:
    there = RouteLine(((0.0, 0.0), (10.0, 0.0)), 5.0)
    back = RouteLine(((10.0, 0.0), (0.0, 0.0)), 7.0)
    spec = route_map([there, back], [there], [], samples.TEXT, shapes=samples.SHAPES)
    assert [row["tonnes"] for row in rows_with(spec, "tonnes")] == [12.0, 5.0]


def test_a_missing_loss_is_no_cell_and_sums_over_minerals_are_shown() -> None:
    cells = {
        (row["actor"], row["target"]) for row in rows_with(samples.every_chart()["heat"], "share")
    }
    assert cells == {("AAA", "BBB"), ("AAA", "CCC"), ("BBB", "CCC")}
    twice = pd.concat([samples.PAIRS, samples.PAIRS])
    shown = [row["text"] for row in rows_with(leverage_heat(twice, samples.TEXT), "share")]
    assert "8.0B" in shown


def test_bars_show_both_directions_and_an_unknown_cost_is_no_mark() -> None:
    rows = list(rows_with(samples.every_chart()["power"], "loss"))
    assert [row["name"] for row in rows] == ["BBB", "CCC"]
    assert rows[1]["cost"] is None
    assert "not known" in rows[1]["label"]


def test_a_missing_month_is_a_gap_and_a_series_without_values_is_left_out() -> None:
    rows = list(rows_with(samples.every_chart()["months"], "label"))
    assert [row["value"] for row in rows if row["series"] == "inside"] == [1.0, None, 3.0]
    empty = samples.MONTHS.assign(value=float("nan"), panel="Stocks, t")
    spec = monthly_path(pd.concat([samples.MONTHS, empty]), samples.TEXT)
    assert "Stocks" not in text_of(spec)


@pytest.mark.parametrize(
    "empty",
    [
        lambda: change_map(
            {"AAA": math.nan}, [], PRICE_CHANGE, samples.TEXT, shapes=samples.SHAPES
        ),
        lambda: route_map([], [], [], samples.TEXT, shapes=samples.SHAPES),
        lambda: leverage_heat(samples.PAIRS.iloc[2:3], samples.TEXT),
        lambda: leverage_heat(samples.PAIRS.drop(columns="loss"), samples.TEXT),
        lambda: leverage_bars(samples.PAIRS, "ZZZ", samples.TEXT),
        lambda: monthly_path(samples.MONTHS.assign(value=math.nan), samples.TEXT),
        lambda: interval_bars([], samples.TEXT),
        lambda: stacked([]),
    ],
)
def test_a_chart_without_data_is_refused(empty: Callable[[], object]) -> None:
    with pytest.raises(ChartError) as caught:
        empty()
    assert caught.value.code == "ORE-APP-012"


def test_the_middle_of_a_country_across_the_180th_meridian_lies_in_it() -> None:
    lon, lat = samples.SHAPES.middle("BBB") or (0.0, 0.0)
    assert abs(lon) == pytest.approx(180.0)
    assert lat == pytest.approx(5.0)
    russia = country_shapes().middle("RUS") or (0.0, 0.0)
    assert 80 < russia[0] < 110
    assert 55 < russia[1] < 70
    assert samples.SHAPES.middle("ROW") is None


@given(degrees, degrees)
def test_a_line_is_cut_on_at_most_one_of_two_opposite_maps_unless_it_spans_them(
    start: tuple[float, float], end: tuple[float, float]
) -> None:
    apart = abs((end[0] - start[0] + 180.0) % 360.0 - 180.0)
    if apart < 140.0:
        assert not (is_cut(start, end, 11.0) and is_cut(start, end, 155.0))
        middle = middle_of([(start, end, 1.0)])
        assert not is_cut(start, end, middle)


def test_the_projection_agrees_with_its_paper_and_the_map_is_as_wide_as_the_chart() -> None:
    # Equal Earth: the pole lies 1.3173627591574 above the equator, half the width is 2.7066...
    assert on_paper((0.0, 90.0), 0.0)[1] == pytest.approx(1.3173627591574, abs=1e-9)
    assert on_paper((180.0, 0.0), 0.0)[0] == pytest.approx(2.7066299836960748, abs=1e-9)
    assert pixel((-169.0, 0.0), 11.0)[0] == pytest.approx(0.0, abs=1e-6)
    assert heading([(0.0, 5.0), (0.0, 0.0)]) == 0.0


def test_codes_in_a_sentence_become_names_and_other_words_stay() -> None:
    assert named("EU bans LME tin", {"EU": "European Union"}) == "European Union bans LME tin"


def test_only_the_largest_arcs_are_drawn_and_those_at_home_never() -> None:
    arcs = [FlowArc("AAA", "CCC", float(k)) for k in range(1, 30)] + [FlowArc("AAA", "AAA", 99.0)]
    spec = change_map(
        {"AAA": 0.1}, arcs, PRICE_CHANGE, samples.TEXT, shapes=samples.SHAPES, arcs_shown=3
    )
    assert [row["label"][-9:] for row in rows_with(spec, "angle")] == [
        " +27 t/yr",
        " +28 t/yr",
        " +29 t/yr",
    ]
