"""Charts as files: right kinds, nothing from outside, nothing hostile, same bytes."""

from __future__ import annotations

import re
import struct
import subprocess
import sys
from pathlib import Path

import pytest
import xarray as xr
from tests.present.charts import samples

from oreacle.present.charts.chart_files import SCALE, chart_svg, save_chart, save_charts
from oreacle.present.charts.chart_style import WIDTH, ChartError, ChartText
from oreacle.present.charts.leverage_charts import leverage_rows, save_power_chart

pytest.importorskip("vl_convert")
OUTSIDE = re.compile(
    r"""(?:href|src|action|data)\s*=\s*["']?(?!#)[^"'\s>]|url\((?!#)|@import|https?://"""
)
NAMESPACES = ("http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink")


def without_namespaces(page: str) -> str:
    for name in NAMESPACES:
        page = re.sub(rf'xmlns(:xlink)?="{re.escape(name)}"', "", page)
    return page


@pytest.mark.parametrize("kind", samples.every_chart())
def test_every_chart_is_drawn_with_the_same_bytes_twice(kind: str) -> None:
    first = chart_svg(samples.every_chart()[kind])
    assert first.startswith("<svg")
    assert "Price of tin" in first
    assert "NaN" not in first
    assert chart_svg(samples.every_chart()[kind]) == first


def test_a_png_is_a_png_of_twice_the_size(tmp_path: Path) -> None:
    content = save_chart(samples.price_map(), tmp_path / "map.PNG").read_bytes()
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", content[16:24])
    assert SCALE * WIDTH <= width < SCALE * WIDTH + 300
    assert height > SCALE * 300


def test_a_page_loads_nothing_and_forbids_to(tmp_path: Path) -> None:
    charts = list(samples.every_chart().values())
    page = save_charts(charts, tmp_path / "all.html", title="All").read_text("utf-8")
    assert not OUTSIDE.search(without_namespaces(page))
    assert "default-src 'none'" in page
    assert "unsafe-eval" not in page
    assert page.count("<svg") == len(charts)


def test_marks_of_several_drawings_on_a_page_do_not_meet(tmp_path: Path) -> None:
    page = save_charts([samples.ways(), samples.ways()], tmp_path / "two.html").read_text("utf-8")
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r"url\(#([^)]+)\)", page)) <= set(ids)


def test_hostile_words_are_written_not_run(tmp_path: Path) -> None:
    text = ChartText(samples.HOSTILE, samples.HOSTILE, samples.HOSTILE)
    charts = list(samples.every_chart(text).values())
    page = save_charts(
        charts, tmp_path / "x.html", title=samples.HOSTILE, note=samples.HOSTILE
    ).read_text("utf-8")
    assert page.count("<script>") == 1
    assert "<b>" not in page
    assert "&lt;script&gt;" in page


def test_a_description_is_not_read_as_markup() -> None:
    assert "Bea &lt;b&gt;" in chart_svg(samples.price_map())


def test_an_unknown_ending_is_refused_before_anything_is_drawn(tmp_path: Path) -> None:
    with pytest.raises(ChartError) as caught:
        save_chart({}, tmp_path / "map.pdf")
    assert caught.value.code == "ORE-APP-011"


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(ChartError) as caught:
        save_chart(samples.bars(), tmp_path / "nowhere" / "map.svg")
    assert caught.value.code == "ORE-APP-013"
    assert "nowhere" in caught.value.what


def test_a_chart_that_would_load_data_is_refused(tmp_path: Path) -> None:
    spec = {"data": {"url": "https://example.org/data.json"}, "mark": "bar", "encoding": {}}
    with pytest.raises(ChartError) as caught:
        save_chart(spec, tmp_path / "map.svg")
    assert caught.value.code == "ORE-APP-013"
    assert not list(tmp_path.iterdir())


def test_without_the_library_the_message_names_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    with pytest.raises(ChartError) as caught:
        save_chart(samples.bars(), tmp_path / "bars.png")
    assert caught.value.code == "ORE-APP-010"
    assert "oreacle[charts]" in caught.value.fix


def test_power_writes_the_matrix_and_the_bars_of_the_actor(tmp_path: Path) -> None:
    path = tmp_path / "power.html"
    page = save_power_chart(samples.PAIRS, path, actor="AAA", names={"AAA": "Alia"})
    text = page.read_text("utf-8")
    assert text.count("<svg") == 2
    assert "What Alia can cost others" in text


def test_the_matrix_stands_alone_without_an_actor_and_bars_without_pairs_of_others(
    tmp_path: Path,
) -> None:
    matrix = save_power_chart(samples.PAIRS, tmp_path / "a.html").read_text("utf-8")
    assert "who threatens" in matrix
    assert matrix.count("<svg") == 1
    own = samples.PAIRS[samples.PAIRS["actor"] == "AAA"]
    page = save_power_chart(own, tmp_path / "b.html", actor="AAA").read_text("utf-8")
    assert page.count("<svg") == 1


def test_a_leverage_matrix_of_minerals_becomes_rows_without_pairs_of_one(tmp_path: Path) -> None:
    codes = ["CHN", "USA"]
    dims = ("mineral", "actor", "target")
    loss = xr.DataArray(
        [[[0.0, 5e6], [1e6, 0.0]]], {"mineral": ["tin"], "actor": codes, "target": codes}, dims
    )
    matrix = xr.Dataset({"loss": loss, "own_cost": loss / 2})
    rows = leverage_rows(matrix)
    assert rows[["actor", "target", "loss", "own_cost"]].values.tolist() == [
        ["CHN", "USA", 5e6, 2.5e6],
        ["USA", "CHN", 1e6, 5e5],
    ]
    page = save_power_chart(rows, tmp_path / "tin.svg").read_text("utf-8")
    assert "Who can hurt whom over tin" in page


def test_a_what_if_imports_no_drawing_library_unless_it_saves() -> None:
    code = (
        "import sys; from oreacle.app.cli import main; "
        "main(['shock', 'CHN bans exports of gallium', '--draws', '0']); "
        "print('vl_convert' in sys.modules, 'oreacle.present.charts.chart_files' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.endswith("False False\n")
