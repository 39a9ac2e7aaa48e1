"""The HTML report."""

from __future__ import annotations

import json
import re
import sys
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from tests.present import sample

from oreacle.core.errors import RunError
from oreacle.engine.acts.classes import CLASSES
from oreacle.present import words
from oreacle.present.report import glued, render_report, require_plotly, write_report

pytest.importorskip("plotly")

VOID = {"meta", "link", "br", "img", "hr", "input"}
LOADING = {"src", "href", "srcset", "action", "data", "poster"}
EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(2)> & \"q\" 'r'"


class Page(HTMLParser):
    """Collects what a page would load, its tags, its text and its figures."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []
        self.loads: list[str] = []
        self.tags: list[str] = []
        self.handlers: list[str] = []
        self.figures: list[str] = []
        self.words: list[str] = []
        self._json = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        found = dict(attrs)
        self.loads += [str(found[name]) for name in sorted(LOADING & set(found))]
        self.handlers += [name for name in found if name.startswith("on")]
        self._json = found.get("type") == "application/json"
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> at {self.getpos()}")
        self._json = False

    def handle_data(self, data: str) -> None:
        if self._json:
            self.figures.append(data)
        elif not {"script", "style"} & set(self.open):
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split()).replace("\N{NO-BREAK SPACE}", " ")


@cache
def page(name: str = "baseline") -> Page:
    return Page(render_report(sample.outlook(name)))


def test_the_page_is_well_formed() -> None:
    assert page().faults == []
    assert page().open == []
    assert page().tags.count("h1") == 1


def test_the_page_loads_nothing() -> None:
    assert [load for load in page().loads if not load.startswith("#")] == []
    text = render_report(sample.outlook())
    assert "default-src 'none'" in text
    style = text[text.index("<style>") : text.index("</style>")]
    assert "url(" not in style
    assert "@import" not in style


def test_the_drawing_library_is_there_once() -> None:
    assert render_report(sample.outlook()).count("plotly.js v") == 1


def test_every_figure_is_json_with_named_axes() -> None:
    figures = [json.loads(text) for text in page().figures]
    assert len(figures) == 7
    for figure in figures:
        titles = [
            axis["title"]["text"]
            for key, axis in figure["layout"].items()
            if re.fullmatch(r"[xy]axis\d*", key) and "title" in axis
        ]
        assert titles
        assert not {"geo", "mapbox", "map"} & set(figure["layout"])


def test_every_figure_has_a_caption() -> None:
    assert page().tags.count("figcaption") == page().tags.count("figure") == len(page().figures)


def test_every_probability_and_base_rate_is_in_the_tables() -> None:
    text = page().text
    shown = sample.outlook()
    for event in shown.restrictions:
        row = [event.actor_name]
        for value, base in zip(event.probability, event.base_rate, strict=True):
            row += [words.percent(value), words.percent(base)]
        assert " ".join(row) in text, event.actor
    for event in shown.others:
        row = [CLASSES[event.kind].short]
        for value, base in zip(event.probability, event.base_rate, strict=True):
            row.append(f"{words.percent(value)} ({words.percent(base)})")
        assert " ".join(row) in text, event.actor


def test_the_summary_says_who_what_and_against_which_base_rate() -> None:
    assert (
        "China is the likeliest to bring in a new export restriction: 62 % against a base rate of "
        "48 % within 1 year" in page().text
    )


def test_a_malicious_scenario_name_is_text() -> None:
    evil = page(EVIL)
    assert EVIL in " ".join("".join(evil.words).split())
    assert evil.faults == []
    assert evil.handlers == []
    assert evil.tags.count("script") == page().tags.count("script")
    assert evil.tags.count("img") == 0


def test_a_malicious_actor_name_stays_text_in_figures() -> None:
    from dataclasses import replace

    whole = sample.outlook()
    event = replace(whole.restrictions[0], actor_name=EVIL)
    evil = Page(render_report(replace(whole, restrictions=(event,))))
    assert evil.faults == []
    assert evil.tags.count("script") == page().tags.count("script")
    label = json.loads(evil.figures[0])["layout"]["yaxis"]["ticktext"][0]
    assert "<" not in label


def test_gaps_are_not_known_and_never_zero() -> None:
    gaps = Page(render_report(sample.with_gaps()))
    assert gaps.faults == []
    assert words.NOT_KNOWN in gaps.text
    assert not re.search(r"(?<![\d.,])0 %", gaps.text)
    assert not re.search(r"\bnan\b", gaps.text, flags=re.IGNORECASE)
    for figure in gaps.figures:
        assert "NaN" not in figure


def test_minerals_without_trade_data_are_named_under_charts_and_tables() -> None:
    text = " ".join("".join(Page(render_report(sample.outlook())).words).split())
    # Heat map, two price charts and concentration; their tables; none for exposures.
    assert text.count("Grade C, no trade data:") == 7


def test_a_loss_is_marked() -> None:
    assert '<li class="loss">Bilateral minerals agreement: WORSE' in render_report(sample.outlook())


def test_the_same_outlook_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = (
        write_report(sample.outlook(), tmp_path / name).read_bytes() for name in ("a", "b")
    )
    assert first == second
    assert b"\r" not in first.split(b"plotly.js v")[0]


def test_sources_replace_the_general_footer() -> None:
    text = Page(render_report(sample.outlook(), sources=("Prices: <b>somebody</b>, CC0",))).text
    assert "Prices: <b>somebody</b>, CC0" in text
    assert "DATA_LICENSES.md" not in text


def test_a_folder_that_does_not_exist_is_refused_with_a_way_out(tmp_path: Path) -> None:
    with pytest.raises(RunError) as caught:
        write_report(sample.outlook(), tmp_path / "nowhere" / "report.html")
    assert caught.value.code == "ORE-RUN-081"
    assert "nowhere" in caught.value.what


def test_without_plotly_the_message_names_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.startswith("oreacle.present.figures_")]:
        monkeypatch.delitem(sys.modules, name)
    for name in [name for name in sys.modules if name.partition(".")[0] == "plotly"]:
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setitem(sys.modules, "plotly", None)
    with pytest.raises(RunError, match="ORE-RUN-080"):
        require_plotly()
    with pytest.raises(RunError) as caught:
        write_report(sample.outlook(), tmp_path / "report.html")
    assert caught.value.code == "ORE-RUN-080"
    assert caught.value.fix == "pip install 'oreacle[report]'"
    assert not (tmp_path / "report.html").exists()


def test_a_number_and_its_unit_stay_on_one_line() -> None:
    assert glued("62 % or USD 3") == "62\N{NO-BREAK SPACE}% or USD\N{NO-BREAK SPACE}3"
