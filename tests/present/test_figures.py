"""Figures: hand values, gaps and labels."""

from __future__ import annotations

from dataclasses import replace

import pytest

pytest.importorskip("plotly")

from tests.present import sample

from oreacle.present.figures_events import BESIDE, event_figure, heat_figure
from oreacle.present.figures_markets import (
    chosen_minerals,
    concentration_figure,
    exposure_figure,
    price_figure,
)
from oreacle.present.label_places import Box, place_labels


def test_dots_bands_and_base_marks_stand_where_the_numbers_say() -> None:
    outlook = sample.outlook()
    figure = event_figure(outlook.restrictions[:1], outlook)
    base, dot = figure.data[0], figure.data[1]
    assert list(dot.x) == [pytest.approx(62.0)]
    assert list(dot.error_x.array) == [pytest.approx(100 * (1.2 * 0.62 + 0.02 - 0.62))]
    assert list(dot.error_x.arrayminus) == [pytest.approx(100 * 0.3 * 0.62)]
    assert list(base.x) == [pytest.approx(48.0)]
    assert list(base.y) == [BESIDE]


def test_there_is_one_panel_for_each_horizon_with_its_unit() -> None:
    outlook = sample.outlook()
    figure = event_figure(outlook.restrictions, outlook)
    assert [note.text for note in figure.layout.annotations] == [
        "Within 1 year",
        "Within 3 years",
        "Within 5 years",
    ]
    assert figure.layout.xaxis.title.text == "Probability [%]"


def test_a_cell_of_the_heat_map_without_an_event_is_empty_and_not_zero() -> None:
    heat = heat_figure(sample.outlook()).data[0]
    assert heat.z[0][0] == pytest.approx(100 * (1 - 0.56**5))
    assert heat.z[1][0] is None
    assert heat.text[1][0] == ""


def test_the_likelier_link_of_a_mineral_is_shown() -> None:
    whole = sample.outlook()
    low = replace(whole.restricted_minerals[0], link="ore", probability=(0.01, 0.02, 0.03))
    heat = heat_figure(replace(whole, restricted_minerals=(low, *whole.restricted_minerals)))
    assert heat.data[0].z[0][0] == pytest.approx(100 * (1 - 0.56**5))


def test_an_unknown_probability_is_marked_and_not_drawn() -> None:
    whole = sample.outlook()
    blank = replace(whole.restricted_minerals[0], probability=(float("nan"),) * 3)
    heat = heat_figure(replace(whole, restricted_minerals=(blank,))).data[0]
    assert heat.z[0][0] is None
    assert heat.text[0][0] == "?"


def test_price_panels_share_one_scale_and_name_their_base_price() -> None:
    figure = price_figure(chosen_minerals(sample.outlook()))
    ranges = {tuple(axis.range) for axis in figure.select_yaxes()}
    assert len(ranges) == 1
    titles = [note.text for note in figure.layout.annotations]
    assert any("Gallium" in title and "USD 520,000/t" in title for title in titles)


def test_an_unbounded_loss_has_no_mark() -> None:
    whole = sample.outlook()
    endless = replace(whole.exposures[0], loss_high=float("inf"))
    figure = exposure_figure(replace(whole, exposures=(endless,)))
    assert list(figure.data[0].x) == [pytest.approx(4.1)]
    assert list(figure.data[1].x) == [None]
    assert figure.layout.xaxis.title.text == "Users' loss [billion USD/yr]"


def test_a_mineral_without_an_index_is_left_out_of_the_scatter() -> None:
    outlook = sample.with_gaps()
    assert len(concentration_figure(outlook).data[1].x) == 0
    whole = sample.outlook()
    assert len(concentration_figure(whole).data[1].x) == len(whole.minerals)


def test_labels_of_near_points_take_different_sides() -> None:
    places = place_labels([(0.5, 0.5), (0.51, 0.5)], ["nickel", "cobalt"], Box(0, 0, 400, 400))
    assert places[0] != places[1]


def test_a_label_at_the_edge_turns_inwards() -> None:
    assert "left" in place_labels([(1.0, 0.5)], ["gallium"], Box(0, 0, 400, 400))[0]


def test_boxes_overlap_by_hand() -> None:
    assert Box(0, 0, 2, 2).overlap(Box(1, 1, 2, 2)) == 1.0
    assert Box(0, 0, 2, 2).overlap(Box(2, 0, 2, 2)) == 0.0
