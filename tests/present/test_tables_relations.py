"""Acts of other classes, blocs and alignments: every figure is shown, and a gap as a gap."""

from __future__ import annotations

from dataclasses import replace

from tests.present import sample

from oreacle.present.table_view import TableView
from oreacle.present.tables_relations import (
    alignment_table,
    network_table,
    other_table,
    relations_views,
)


def texts(view: TableView) -> list[list[str]]:
    """Return the cells of a table as they are read."""
    return [[cell.whole for cell in row] for row in view.rows]


def test_an_act_of_two_names_both_and_an_arrow_says_on_whom() -> None:
    shown = sample.outlook()
    bargain = replace(
        shown.others[0],
        kind="venture",
        partner="AUS",
        partner_name="Australia",
    )
    view = other_table(replace(shown, others=(*shown.others, bargain)))
    who = [row[0].split(":")[0] for row in texts(view)]
    assert who == ["Indonesia", "United States -> China", "Japan", "Indonesia with Australia"]


def test_the_probability_stands_before_its_base_rate_at_each_horizon() -> None:
    first = texts(other_table(sample.outlook()))[0]
    assert first[1:4] == ["21 % (12 %)", "51 % (32 %)", "69 % (47 %)"]
    assert other_table(sample.outlook()).columns[1].title == "1 yr (base)"


def test_the_likeliest_of_each_class_are_shown_and_the_rest_counted() -> None:
    shown = sample.outlook()
    many = replace(shown, others=tuple(one for one in shown.others for _ in range(4)))
    assert len(other_table(many).rows) == 6
    assert other_table(many).left_out == 6
    assert len(other_table(many, of_each=None).rows) == 12
    assert other_table(replace(shown, others=())).rows == ()


def test_the_network_starts_at_the_as_of_date_and_goes_on_with_bands() -> None:
    rows = texts(network_table(sample.relations()))
    assert rows[0] == ["as-of date", "0.37", "0.81", "no"]
    assert rows[1] == ["2025", "0.39 (0.33 to 0.44)", "0.79 (0.76 to 0.83)", "2 %"]
    assert [row[0] for row in rows[1:]] == ["2025", "2029", "2040"]
    assert "United States and China" in network_table(sample.relations()).caption


def test_alignments_name_the_poles_and_what_is_not_known_has_no_figure() -> None:
    view = alignment_table(sample.relations())
    assert [column.title for column in view.columns][1:3] == ["with United States", "with China"]
    rows = {row[0]: row[1:] for row in texts(view)}
    assert rows["India"] == ["61 % (no)", "34 % (no)", "0.58 (0.42 to 0.77; now 0.64)"]
    assert rows["Kazakhstan"] == ["27 % (no)", "66 % (yes)", "not defined"]
    assert "2029" in view.title


def test_without_a_network_no_table_of_it_is_shown() -> None:
    assert relations_views(sample.with_gaps()) == ()
    assert len(relations_views(sample.outlook())) == 2
