"""How every figure looks.

Does      Fixes colours, fonts and axes, and makes text safe to draw.
Units     None.
Method    Okabe-Ito hues, lightened to be read on white and on near-black; shapes repeat what
          colours say.
Assumes   The page behind a figure paints the background.
Not here  What the figures show: see `oreacle.present.figures_events` and `.figures_markets`.
"""

from __future__ import annotations

from html import escape

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
ESTIMATE = "#2f86c9"
BASE_RATE = "#d9822b"
QUIET = "#8a94a0"
BAND = "rgba(47,134,201,0.22)"
BAND_LINE = "rgba(47,134,201,0.55)"
GRID = "rgba(138,148,160,0.25)"
INK = "#2b333b"
LEGEND = 26
"""Height of the line for the legend [px]."""
SEQUENCE = (
    (0.0, "#e8eef4"),
    (0.15, "#c3d9ec"),
    (0.35, "#8cb9dd"),
    (0.6, "#4a90c7"),
    (0.8, "#22669f"),
    (1.0, "#0d3f6e"),
)
"""Light to dark blue: one hue, so that it reads the same without colour vision."""


def safe(text: str) -> str:
    """Return text that a figure draws as it is: plotly reads tags and entities in labels."""
    return escape(text, quote=False)


def layout(height: int, *, showlegend: bool = False, **more: object) -> dict[str, object]:
    """Return the layout that figures share.

    Parameters
    ----------
    height
        Height [px]; the width follows the page.
    showlegend
        True to keep a line above the figure for the legend.
    more
        Further plotly layout entries.
    """
    return {
        "height": height,
        "margin": {"l": 12, "r": 16, "t": 44 + (LEGEND if showlegend else 0), "b": 48},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": 13, "color": INK},
        "hoverlabel": {"font": {"family": FONT, "size": 13}},
        "legend": {
            "orientation": "h",
            "x": 0.0,
            "y": 1.0,
            "xref": "container",
            "yref": "container",
            "yanchor": "top",
            "bgcolor": "rgba(0,0,0,0)",
        },
        "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": QUIET, "activecolor": ESTIMATE},
        "showlegend": showlegend,
        **more,
    }


def axis(title: str | None = None, /, **more: object) -> dict[str, object]:
    """Return an axis with a title that has the unit, a quiet grid and no zero line."""
    named = {} if title is None else {"title": {"text": title, "standoff": 12}}
    return {
        **named,
        "gridcolor": GRID,
        "linecolor": GRID,
        "zeroline": False,
        "automargin": True,
        "fixedrange": True,
        **more,
    }
