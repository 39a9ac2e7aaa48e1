"""Small inputs of charts that tests share."""

from __future__ import annotations

import pandas as pd

from oreacle.market.intervals import Figure
from oreacle.present import words
from oreacle.present.charts.change_map import FlowArc, change_map
from oreacle.present.charts.chart_style import ChartText, Spec
from oreacle.present.charts.country_shapes import CountryShapes
from oreacle.present.charts.interval_bars import BarGroup, interval_bars
from oreacle.present.charts.leverage_charts import leverage_bars, leverage_heat
from oreacle.present.charts.monthly_path import monthly_path
from oreacle.present.charts.route_map import PassageMark, RouteLine, route_map
from oreacle.present.charts.value_classes import PRICE_CHANGE

HOSTILE = "</svg><script>alert('x')</script> & <b>\"gallium\"</b>"
TEXT = ChartText("Price of tin", "Change of price, per cent.", "Source: made up, as of 2024-12-31.")
SHAPES = CountryShapes(
    {
        "AAA": [[[[0.0, 0.0], [0.0, 10.0], [10.0, 10.0], [10.0, 0.0], [0.0, 0.0]]]],
        "BBB": [[[[170.0, 0.0], [170.0, 10.0], [-170.0, 10.0], [-170.0, 0.0], [170.0, 0.0]]]],
        "CCC": [[[[-60.0, 0.0], [-60.0, 9.0], [-50.0, 9.0], [-50.0, 0.0], [-60.0, 0.0]]]],
    },
    {"AAA": "Alia", "BBB": "Bea <b>", "CCC": "Cee"},
)
PAIRS = pd.DataFrame(
    {
        "actor": ["AAA", "AAA", "BBB", "BBB"],
        "target": ["BBB", "CCC", "AAA", "CCC"],
        "loss": [4e9, 1e6, float("nan"), 2.5e8],
        "own_cost": [1e8, float("nan"), 1.0, 3e8],
    }
)
MONTHS = pd.DataFrame(
    {
        "month": [0, 1, 2, 0, 1, 2],
        "series": ["inside"] * 3 + ["outside"] * 3,
        "panel": ["Price, USD/t"] * 6,
        "value": [1.0, float("nan"), 3.0, 1.0, 4.0, 5.0],
        "low": [0.5, float("nan"), 2.0, 1.0, 3.0, 4.0],
        "high": [1.5, float("nan"), 4.0, 1.0, 6.0, 7.0],
    }
)


def price_map(text: ChartText = TEXT) -> Spec:
    arcs = [FlowArc("AAA", "CCC", -30.0), FlowArc("BBB", "CCC", 20.0), FlowArc("ROW", "CCC", 9.0)]
    return change_map({"AAA": 0.2, "CCC": -0.07}, arcs, PRICE_CHANGE, text, shapes=SHAPES)


def ways(text: ChartText = TEXT) -> Spec:
    before = [RouteLine(((100.0, 5.0), (32.0, 30.0), (4.0, 52.0)), 100.0)]
    after = [RouteLine(((100.0, 5.0), (18.0, -35.0), (4.0, 52.0)), 80.0)]
    marks = [
        PassageMark("Suez", (32.0, 30.0), is_closed=True),
        PassageMark("Malacca", (100.0, 5.0)),
    ]
    return route_map(before, after, marks, text, shapes=SHAPES)


def bars(text: ChartText = TEXT) -> Spec:
    rows = (("Alia", Figure(0.3, 0.2, 0.5)), ("Bea <b>", Figure(-0.1)))
    return interval_bars([BarGroup("Price", rows, words.change, "+.0%", "#d9822b")], text)


def every_chart(text: ChartText = TEXT) -> dict[str, Spec]:
    return {
        "map": price_map(text),
        "ways": ways(text),
        "heat": leverage_heat(PAIRS, text),
        "power": leverage_bars(PAIRS, "AAA", text),
        "months": monthly_path(MONTHS, text, base={"Price, USD/t": 1.0}),
        "bars": bars(text),
    }
