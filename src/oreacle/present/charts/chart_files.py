"""Charts to files: PNG, SVG, or HTML that loads nothing.

Does      Draws a Vega-Lite chart to a picture or a page.
Units     Sizes in pixels; a PNG has two for each of the chart.
Method    vl-convert-python draws without a browser. It may reach no address, and data stand in the
          chart. A page holds the drawn picture, not the drawing library.
Assumes   vl-convert-python is installed (extra `charts`).
Not here  What charts show: see the modules beside this one. The page: see `.chart_page`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

from oreacle.present.charts.chart_style import ChartError, Spec, nothing_to_show, stacked

SCALE = 2.0
"""Pixels of a PNG for each of the chart."""
SUFFIXES = (".png", ".svg", ".html")
MARKED = re.compile(r'\bid="([^"<>]+)"')
USED = re.compile(r"url\(#([^)\"<>]+)\)")
NO_ADDRESS: list[str] = ["https://nowhere.invalid/"]
"""The only base that data may be loaded from: there is no such host (RFC 2606)."""


def save_chart(spec: Spec, path: Path) -> Path:
    """Write one chart; the suffix of the file decides how: .png, .svg or .html.

    Parameters
    ----------
    spec
        A chart from one of the modules beside this one.
    path
        File to write; a file that is there is replaced. Its folder must exist.

    Raises
    ------
    ChartError
        ORE-APP-010 if vl-convert-python is not installed; ORE-APP-011 if the suffix is another;
        ORE-APP-013 if the chart cannot be drawn or the file cannot be written.
    """
    return save_charts([spec], path)


def save_charts(specs: Sequence[Spec], path: Path, *, title: str = "", note: str = "") -> Path:
    """Write several charts to one file, below each other; see `save_chart`.

    Parameters
    ----------
    specs
        Charts, at least one.
    path
        File to write.
    title, note
        Heading and first paragraph of a page; pictures have none.

    Raises
    ------
    ChartError
        As `save_chart`, and ORE-APP-012 if there is no chart.
    """
    check_suffix(path)
    if not specs:
        raise nothing_to_show("no chart is given")
    content = _content(specs, path.suffix.lower(), title, note)
    try:
        path.write_bytes(content)
    except OSError as error:
        raise ChartError(
            "ORE-APP-013",
            f"the chart could not be written to {path}: {error.strerror or error}.",
            why="nothing was saved.",
            fix="name a file in a folder that exists, has room and may be written to.",
        ) from error
    return path


def _content(specs: Sequence[Spec], suffix: str, title: str, note: str) -> bytes:
    if suffix == ".png":
        return chart_png(stacked(specs))
    if suffix == ".svg":
        return chart_svg(stacked(specs)).encode("utf-8")
    from oreacle.present.charts.chart_page import chart_page

    return chart_page(specs, [chart_svg(spec) for spec in specs], title, note).encode("utf-8")


def check_suffix(path: Path) -> None:
    """Refuse a file whose suffix names no form that charts have.

    Raises
    ------
    ChartError
        ORE-APP-011.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise ChartError(
            "ORE-APP-011",
            f"'{path.name}' ends in none of {', '.join(SUFFIXES)}.",
            why="the ending says what kind of file is wanted.",
            fix="name a file such as chart.png, chart.svg or chart.html.",
        )


def require_drawing() -> None:
    """Refuse to go on without the library that draws.

    Raises
    ------
    ChartError
        ORE-APP-010 if vl-convert-python is not installed.
    """
    _library()


def chart_png(spec: Spec) -> bytes:
    """Return a chart as PNG; see `save_chart` for the errors."""
    library = _library()
    try:
        return bytes(library.vegalite_to_png(spec, scale=SCALE, allowed_base_urls=list(NO_ADDRESS)))
    except ValueError as error:
        raise _not_drawn(error) from error


def chart_svg(spec: Spec) -> str:
    """Return a chart as SVG; see `save_chart` for the errors."""
    library = _library()
    try:
        drawing = str(library.vegalite_to_svg(spec, allowed_base_urls=list(NO_ADDRESS)))
    except ValueError as error:
        raise _not_drawn(error) from error
    return with_own_marks(drawing, "")


def with_own_marks(drawing: str, prefix: str) -> str:
    """Return a drawing whose marks of clipping and colour runs count from 0 behind a prefix.

    The library counts on from drawing to drawing: without this the same chart would give other
    bytes, and two drawings on one page could share a mark.

    Examples
    --------
    >>> with_own_marks('<clipPath id="clip7"/><g clip-path="url(#clip7)"/>', "a-")
    '<clipPath id="a-mark0"/><g clip-path="url(#a-mark0)"/>'
    """
    marks = {name: f"{prefix}mark{k}" for k, name in enumerate(MARKED.findall(drawing))}
    drawing = MARKED.sub(lambda found: f'id="{marks[found[1]]}"', drawing)
    return USED.sub(lambda found: f"url(#{marks.get(found[1], found[1])})", drawing)


def _library() -> ModuleType:
    try:
        import vl_convert
    except ImportError as error:
        raise ChartError(
            "ORE-APP-010",
            "charts need vl-convert-python, which is not installed.",
            why="they could not be drawn.",
            fix="pip install 'oreacle[charts]'",
        ) from error
    return vl_convert


def _not_drawn(error: ValueError) -> ChartError:
    first = str(error).strip().splitlines()[0] if str(error).strip() else "no reason given"
    return ChartError(
        "ORE-APP-013",
        f"the chart could not be drawn: {first}",
        why="nothing was saved.",
        fix="check that the chart holds its own data; vl-convert-python 1.9 is known to draw it.",
    )
