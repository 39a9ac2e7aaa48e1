"""Classes of a number for maps: few, round, and the missing ones apart.

Does      Sorts relative changes and shares into classes with a colour and a name each.
Units     Shares [1]; names in per cent.
Method    Fixed steps that are round; colours from brown (dearer, lost) over near white to green
          (cheaper), which differ in lightness and for all kinds of colour vision.
Assumes   A value that is missing is in no class: it has a grey and a name of its own.
Not here  The map: see `oreacle.present.charts.change_map`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from oreacle.present.charts.chart_style import NOT_MODELLED

NOT_MODELLED_NAME = "not modelled: no figure"


@dataclass(frozen=True)
class ValueClasses:
    """Steps between classes, from low to high, with a name and a colour for each class.

    Attributes
    ----------
    steps
        Values between classes [1]; a value on a step belongs to the class above it.
    names, colours
        One more than steps.
    """

    steps: tuple[float, ...]
    names: tuple[str, ...]
    colours: tuple[str, ...]

    def name(self, value: float | None) -> str:
        """Return the class of a value; missing values have one of their own."""
        if value is None or math.isnan(value):
            return NOT_MODELLED_NAME
        return self.names[sum(value >= step for step in self.steps)]

    @property
    def domain(self) -> list[str]:
        """Names of all classes, the missing ones last."""
        return [*self.names, NOT_MODELLED_NAME]

    @property
    def range(self) -> list[str]:
        """Colours of all classes, the missing ones last."""
        return [*self.colours, NOT_MODELLED]


PRICE_CHANGE = ValueClasses(
    (-0.05, -0.005, 0.005, 0.05, 0.15, 0.40, 1.0, 3.0),
    (
        "falls by more than 5 %",
        "falls by 0.5 to 5 %",
        "hardly moves (within 0.5 %)",
        "rises by 0.5 to 5 %",
        "by 5 to 15 %",
        "by 15 to 40 %",
        "by 40 to 100 %",
        "doubles to quadruples",
        "more than four times",
    ),
    (
        "#2e8b7d",
        "#a5d3c9",
        "#f7f3e8",
        "#f1dfae",
        "#dcb46a",
        "#bb8336",
        "#95601a",
        "#6f3f08",
        "#452600",
    ),
)
USE_LOST = ValueClasses(
    (0.001, 0.01, 0.03, 0.10, 0.25),
    (
        "less than 0.1 %",
        "0.1 to 1 %",
        "1 to 3 %",
        "3 to 10 %",
        "10 to 25 %",
        "more than 25 %",
    ),
    ("#f7f3e8", "#f1dfae", "#dcb46a", "#bb8336", "#8c5510", "#573203"),
)
