"""Tables of other acts, blocs and hedging, in the terminal, in the report and as JSON."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import replace

import pytest
from rich.cells import cell_len
from rich.console import Console
from tests.present import sample

from oreacle.app.output import plain
from oreacle.engine.acts.classes import CLASS_NAMES, CLASSES, DYAD
from oreacle.forecasting.outlook import EventForecast, Outlook
from oreacle.present import words
from oreacle.present.table_view import TableView
from oreacle.present.tables import REASONS
from oreacle.present.tables_relations import (
    OF_EACH,
    alignment_table,
    network_table,
    other_table,
    relations_views,
)
from oreacle.present.terminal import DrawnTable, Page, outlook_text


def drawn(*views: TableView, width: int = 80) -> str:
    console = Console(file=io.StringIO(), width=width, no_color=True)
    console.print(Page(tuple(DrawnTable(view) for view in views)))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def flat(text: str) -> str:
    return " ".join(text.split())


def cells(view: TableView) -> list[list[str]]:
    return [[cell.whole for cell in row] for row in view.rows]


def with_others(others: Sequence[EventForecast]) -> Outlook:
    return replace(sample.outlook(), others=tuple(others))


def every_class() -> Outlook:
    """Return three acts of each class; names are as long as they get."""
    one, two = ("COD", "Democratic Republic of the Congo"), ("GBR", "United Kingdom")
    others = []
    for name in CLASS_NAMES:
        if name in ("restriction", "agreement"):
            continue
        target = ("", "") if CLASSES[name].unit == "actor" else two
        others += [sample.event(name, one, target, (chance, 0.004)) for chance in (0.97, 0.5, 0.1)]
    return with_others(others)


def views(outlook: Outlook) -> tuple[TableView, ...]:
    return other_table(outlook), *relations_views(outlook)


@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_is_wider_than_the_terminal_and_nothing_is_cut(width: int) -> None:
    text = drawn(*views(every_class()), width=width)
    assert max(cell_len(line) for line in text.splitlines()) <= width
    assert "\N{HORIZONTAL ELLIPSIS}" not in text


def test_at_80_columns_no_number_is_parted_from_its_bracket() -> None:
    outlook = every_class()
    text = drawn(*views(outlook))
    for event in outlook.others[::3]:
        for chance, base in zip(event.probability, event.base_rate, strict=True):
            assert f"{words.percent(chance)} ({words.percent(base)})" in text
    for row in cells(alignment_table(sample.relations())):
        for cell in row[1:]:
            assert cell in text
    for row in cells(network_table(sample.relations())):
        for cell in row[1:]:
            assert cell in text


def test_an_arrow_points_from_who_acts_to_whom_it_hits_and_pairs_stand_with_each_other() -> None:
    names = [row[0] for row in cells(other_table(every_class(), of_each=1))]
    for name, event_class in zip(
        names, [n for n in CLASS_NAMES if n not in ("restriction", "agreement")], strict=True
    ):
        assert name.endswith(f": {CLASSES[event_class].short}")
        assert ("->" in name) == (CLASSES[event_class].unit == DYAD)
        assert (" with " in name) == (CLASSES[event_class].unit == "pair")


def test_the_terminal_shows_some_of_each_class_and_counts_the_rest() -> None:
    outlook = every_class()
    classes = len(CLASS_NAMES) - 2
    short, whole = other_table(outlook), other_table(outlook, of_each=None)
    assert (len(short.rows), short.left_out) == (OF_EACH * classes, classes)
    assert (len(whole.rows), whole.left_out) == (3 * classes, 0)
    assert f"{classes} more rows" in drawn(short)


def test_the_terminal_names_the_strongest_reasons_and_the_report_all() -> None:
    outlook = every_class()
    assert len(outlook.others[0].drivers) > REASONS
    assert cells(other_table(outlook))[0][-1] == words.why(outlook.others[0].drivers[:REASONS])
    whole = cells(other_table(outlook, of_each=None))[0][-1]
    assert whole == words.why(outlook.others[0].drivers)


def test_a_wide_screen_has_room_for_the_band() -> None:
    event = sample.outlook().others[0]
    band = words.percent_band(event.low[-1], event.high[-1])
    assert band not in drawn(other_table(sample.outlook()), width=80)
    assert band in drawn(other_table(sample.outlook()), width=120)


def test_a_run_of_three_years_has_no_column_for_five() -> None:
    event = sample.outlook().others[0]
    short = replace(event, horizons=(1, 3), probability=event.probability[:2])
    view = other_table(with_others([short]))
    titles = [column.title for column in view.columns]
    assert titles[1:4] == ["1 yr (base)", "3 yr (base)", "3 yr, 10 to 90 % band"]


def test_no_act_of_another_class_is_none_and_not_an_error() -> None:
    view = other_table(with_others([]))
    assert view.rows == ()
    assert "None." in drawn(view)


def test_a_run_without_a_network_has_no_tables_of_it() -> None:
    bare = replace(sample.outlook(), relations=None)
    assert relations_views(bare) == ()
    console = Console(file=io.StringIO(), width=80)
    console.print(outlook_text(bare))
    assert isinstance(console.file, io.StringIO)
    assert "Blocs" not in console.file.getvalue()


def test_no_actor_beside_the_poles_is_none() -> None:
    alone = replace(sample.relations(), alignments=())
    assert alignment_table(alone).rows == ()
    assert "None." in drawn(alignment_table(alone))


def test_missing_hedging_is_not_defined_and_never_zero() -> None:
    rows = {row[0]: row for row in cells(alignment_table(sample.relations()))}
    assert rows["Cuba"][-1] == "not defined"
    congo = rows["Democratic Republic of the Congo"]
    assert congo[-1] == "0.42 (0.35 to 0.47; now not defined)"
    lost = replace(sample.relations().alignments[-1], hedging_now=0.3)
    only = replace(sample.relations(), alignments=(lost,))
    assert cells(alignment_table(only))[0][-1] == "not defined (now 0.30)"


def test_indices_that_are_not_defined_are_not_known_and_never_nan() -> None:
    text = drawn(*relations_views(sample.with_gaps()))
    assert "nan" not in text
    assert text.count("not known") == 4


def test_the_first_year_of_the_network_is_the_as_of_date() -> None:
    rows = cells(network_table(sample.relations()))
    assert rows[0] == ["as-of date", "0.13", "0.88", "no"]
    assert rows[2] == ["2027", "0.14 (0.11 to 0.18)", "0.87 (0.80 to 0.90)", "0.4 %"]
    assert [row[0] for row in rows[1:]] == [str(year) for year in sample.relations().years]


def test_captions_name_the_poles_in_words() -> None:
    one, two = relations_views(sample.outlook())
    assert "United States and China" in one.caption
    assert [column.title for column in two.columns][1:3] == ["with United States", "with China"]
    assert two.title == "Who stands with whom in 2029"


def test_the_report_shows_every_row_and_the_band() -> None:
    pytest.importorskip("plotly")
    from tests.present.test_report import Page as Html

    from oreacle.present.report import render_report

    outlook = every_class()
    page = Html(render_report(outlook))
    assert page.faults == []
    text = page.text
    assert "Other acts, blocs and hedging" in text
    assert "No chart" not in text
    assert text.count("mandate or seizure") == 3
    event = outlook.others[0]
    assert words.percent_band(event.low[-1], event.high[-1]) in text
    for row in cells(alignment_table(sample.relations())):
        assert flat(" ".join(row)) in text


def test_the_report_of_a_run_without_a_network_has_no_such_table() -> None:
    pytest.importorskip("plotly")
    from tests.present.test_report import Page as Html

    from oreacle.present.report import render_report

    text = Html(render_report(replace(sample.outlook(), relations=None))).text
    assert "Indonesia: mandate or seizure" in text
    assert "Who stands with whom" not in text


def test_json_of_the_outlook_holds_acts_and_network_and_null_for_what_is_missing() -> None:
    record = json.loads(json.dumps(plain(sample.outlook().as_dict()), allow_nan=False))
    assert [row["kind"] for row in record["others"]] == [row[0] for row in sample.OTHERS]
    found = record["relations"]
    assert found["poles"] == ["USA", "CHN"]
    assert len(found["polarisation"]) == len(found["years"]) == len(found["together"])
    cuba = found["alignments"][-1]
    assert (cuba["actor"], cuba["hedging_mid"], cuba["hedging_now"]) == ("CUB", None, None)
    gaps = json.loads(json.dumps(plain(sample.with_gaps().as_dict()), allow_nan=False))
    assert gaps["relations"]["balance"] == [[None, None, None]]
    bare = replace(sample.outlook(), relations=None)
    assert plain(bare.as_dict())["relations"] is None
