"""The outlook in the terminal."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from dataclasses import replace

import pytest
from rich.cells import cell_len
from rich.console import Console
from tests.present import sample

from oreacle.forecasting.outlook import EventForecast, Outlook
from oreacle.present import words
from oreacle.present.strips import BLOCKS, sparkline, strip
from oreacle.present.terminal import JOINT, outlook_text

WIDTHS = (60, 80, 100, 120)


def printed(outlook: Outlook, width: int = 100, *, screen: bool = False, code: str = "") -> str:
    """Return what a console of this kind prints."""
    if code:
        raw = io.BytesIO()
        console = Console(file=io.TextIOWrapper(raw, encoding=code), width=width)
        console.print(outlook_text(outlook, rows=None))
        console.file.flush()
        return raw.getvalue().decode(code)
    console = Console(file=io.StringIO(), width=width, force_terminal=screen, no_color=True)
    console.print(outlook_text(outlook, rows=None))
    assert isinstance(console.file, io.StringIO)
    return re.sub(r"\x1b\[[0-9;]*m", "", console.file.getvalue())


def flat(text: str) -> str:
    return " ".join(text.split())


def pairs(event: EventForecast) -> list[str]:
    """Return each probability of an event with its base rate, as the table writes them."""
    both = zip(event.probability, event.base_rate, strict=True)
    return [f"{words.percent(value)} ({words.percent(base)})" for value, base in both]


def test_every_probability_stands_beside_its_base_rate() -> None:
    outlook = sample.outlook()
    text = printed(outlook)
    acts = (*outlook.restrictions, *outlook.restricted_minerals, *outlook.agreements)
    for event in (*acts, *outlook.others):
        missing = [pair for pair in pairs(event) if pair not in text]
        assert not missing, f"{event.actor}: {missing}"


def test_measures_in_force_are_those_on_exports_and_barriers_stand_beside_them() -> None:
    text = flat(printed(sample.outlook()))
    assert "Export measures in force: 43 at the as-of date, 96 in " in text
    beside = "Beside them, 62 tariffs, curbs, sanctions and mandates and 84 investment blocks that"
    assert beside in text
    assert "Beside them" not in flat(printed(replace(sample.outlook(), barriers_end=())))


def test_the_base_rate_is_explained_in_words() -> None:
    assert "In brackets the base rate: the unit's own past frequency" in flat(
        printed(sample.outlook())
    )


def test_minerals_without_trade_data_are_named_in_every_table_that_shows_them() -> None:
    text = flat(printed(sample.outlook()))
    # LINKED, the markets and the concentration show them; the exposures show none of them.
    assert text.count("Grade C, no trade data:") == 3
    assert "Tin (refined), Uranium (ore and refined)" in text
    lithium = "Likeliest new export restrictions by mineral"
    assert "Lithium (ore)" in text.split(lithium)[1].split("Actor and mineral")[0]


def test_a_list_of_observed_minerals_has_no_such_line() -> None:
    whole = sample.outlook()
    seen = tuple(m for m in whole.minerals if "C" not in m.grade)
    shown = replace(whole, minerals=seen, restricted_minerals=())
    assert "no trade data" not in flat(printed(shown)).replace("C no trade data (statements", "")


def test_a_sentence_on_a_mineral_without_trade_data_says_so() -> None:
    whole = sample.outlook()
    tin = next(m for m in whole.minerals if m.mineral == "tin")
    shown = replace(whole, minerals=(replace(tin, shortage_probability=0.4),))
    assert "tin (40 %; refined: no trade data)" in flat(printed(shown))


def test_plain_values_say_what_is_known_of_trade() -> None:
    rows = {row["mineral"]: row["trade_data"] for row in sample.outlook().as_dict()["minerals"]}
    assert rows["tin"] == {"ore": "observed", "refined": "no trade data"}
    assert rows["gallium"] == {"ore": "no ore trade", "refined": "partly observed"}


def test_the_header_says_where_the_numbers_come_from() -> None:
    text = flat(printed(sample.outlook("calm")))
    for part in ("scenario calm", "As of 2024-12-31", "200 members", "1 of 200 members failed"):
        assert part in text
    assert "seed 7; oreacle 0.1.0" in text


def test_all_parts_are_there() -> None:
    text = printed(sample.outlook())
    titles = (
        "In short",
        "Likeliest new export restrictions",
        "Likeliest new export restrictions by mineral",
        "Likeliest bilateral agreements",
        "Prices and shortages",
        "Most exposed actors",
        "Concentration",
        "Track record, out of sample",
        "Before you use these numbers",
    )
    assert [title for title in titles if f"\n{title}" not in text] == []


def test_a_loss_against_a_baseline_is_shown_as_a_loss() -> None:
    assert "WORSE than the best baseline by 0.0040 bits" in flat(printed(sample.outlook()))


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("screen", [False, True])
def test_no_line_is_wider_than_the_screen_and_nothing_is_cut(width: int, screen: bool) -> None:
    text = printed(sample.outlook(), width, screen=screen)
    assert max(cell_len(line) for line in text.splitlines()) <= width
    assert "…" not in text
    assert JOINT not in text


@pytest.mark.parametrize("width", [80, 100, 120])
def test_numbers_are_not_broken_from_80_columns_on(width: int) -> None:
    text = printed(sample.outlook(), width)
    for event in sample.outlook().restricted_minerals:
        assert [pair for pair in pairs(event) if pair not in text] == []
    for record in sample.outlook().minerals:
        assert words.number(record.base_price) in text


def test_a_pipe_gets_no_drawing_characters() -> None:
    text = printed(sample.outlook())
    letters = text.replace("ü", "").replace("ô", "")
    assert letters.isascii()
    assert "Türkiye" in text


def test_an_output_that_cannot_carry_accents_gets_plain_letters() -> None:
    text = printed(sample.outlook(), code="ascii")
    assert "Turkiye" in text
    assert "Cote d'Ivoire" in text


def test_a_wide_screen_draws_the_price_path() -> None:
    text = printed(sample.outlook(), 128, screen=True)
    assert any(block in text for block in BLOCKS)


def test_a_scenario_name_is_never_read_as_markup() -> None:
    assert "base [red]line[/red]" in printed(sample.outlook("base [red]line[/red]"))


def test_gaps_are_not_known_and_never_zero() -> None:
    text = printed(sample.with_gaps())
    assert "not known (not known)" in flat(text)
    assert not re.search(r"(?<![\d.])0 %", text)
    assert "USD 0" not in text
    assert "nan" not in text.lower().replace("finance", "")
    assert "None" not in text.replace("None.", "")


def test_rows_left_out_are_counted() -> None:
    console = Console(file=io.StringIO(), width=100)
    console.print(outlook_text(sample.outlook(), rows=2))
    assert isinstance(console.file, io.StringIO)
    text = console.file.getvalue()
    assert "10 more rows: --json and the report show them." in text
    assert "Viet Nam" not in text


def test_the_terminal_path_does_not_load_the_plotting_library() -> None:
    code = (
        "import sys, oreacle.present.terminal, oreacle.present.shock_text;"
        "print('plotly' in sys.modules, 'jinja2' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split()[0] == "False"


def test_a_strip_marks_band_estimate_and_base_rate_by_hand() -> None:
    assert strip(0.5, 0.25, 0.75, 0.1) == "..|..-----o-----....."
    assert strip(None, None, None, None) == "." * 21


def test_a_path_runs_from_the_lowest_to_the_highest_block() -> None:
    assert sparkline([1.0, 2.0, 4.0], (1.0, 4.0)) == "▁▅█"
    assert sparkline([1.0, None, float("nan")], (1.0, 4.0)) == "▁  "
