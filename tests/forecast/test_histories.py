"""Histories credit no act with what all new measures do; no restriction is without a word."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from rich.console import Console
from tests.engine.real import setting

from oreacle.engine.measures import ActiveMeasure
from oreacle.forecasting.histories import acts
from oreacle.forecasting.histories.acts import NO_MEASURE, acts_told, effects_told, measure_words
from oreacle.forecasting.histories.member import _count
from oreacle.forecasting.histories.records import MemberHistory, YearTold
from oreacle.present.history_text import history_text, summary_text


def record(*started: ActiveMeasure, actors: tuple[str, ...] = ()) -> Any:  # noqa: ANN401 - a stand-in
    """A year in which some actors restrict, and cobalt costs 0.6 % more for it."""
    space, acting = setting().space, list(setting().acting)
    drawn = np.zeros((1, len(acting)), dtype=bool)
    drawn[0, [acting.index(actor) for actor in actors]] = True
    minerals, k = len(space.minerals), space.minerals.index("cobalt")
    price, loss = np.ones((1, minerals)), np.zeros((1, len(space.actors), minerals))
    price[0, k], loss[0, space.actors.index("CHN"), k] = 1.006, 44e6
    return SimpleNamespace(
        drawn={"restriction": drawn},
        probability={"restriction": np.full(drawn.shape, 0.1)},
        inputs=None,
        started=(started,),
        solved=np.ones((1, minerals), dtype=bool),
        price_delivered=price,
        price_reference=np.ones((1, minerals)),
        shortage=np.zeros((1, minerals)),
        loss=loss,
        figures={},
    )


def quota(actor: str, mineral: str = "cobalt") -> ActiveMeasure:
    return ActiveMeasure(actor, mineral, "ore", "export_quota", 0.8, (), 2026)


def test_the_effect_on_a_mineral_is_told_once_a_year_as_that_of_all_new_measures() -> None:
    found = effects_told(setting(), record(quota("COD"), quota("IDN"), quota("TUR", "tin")))
    assert found == (
        "All measures on cobalt that are new since 2024: +0.6 % in the world; users lose (M$): "
        "China 44",
        "All measures on tin that are new since 2024: no price moves by 0.1 %",
    )


def test_a_restriction_that_starts_no_measure_is_told_with_a_word_on_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(acts, "class_shares", lambda *_: None)
    monkeypatch.setattr(acts, "drivers", lambda *_, **__: ())
    told = acts_told(setting(), record(quota("CHN"), actors=("CHN", "USA")))
    details = {act.actor: act.details for act in told}
    assert details == {"CHN": (measure_words(quota("CHN")),), "USA": (NO_MEASURE,)}


def test_a_quota_is_a_share_of_what_would_leave_in_its_year() -> None:
    assert measure_words(quota("IDN")) == (
        "quota at 80 % of the year's exports at base prices on exports of cobalt ore"
    )


def test_a_year_ends_with_export_measures_and_the_barriers_beside_them() -> None:
    line = "All measures on rare_earths_heavy that are new since 2024: +1.0 % in the world"
    ended = "IND: tax on exports of rare_earths_heavy ore"
    with_barriers = YearTold(2026, (), (line,), (ended,), (), (), 30, 12, 5, (), ())
    without = YearTold(2027, (), (), (), (), (), 31, None, None, (), ())
    history = MemberHistory("baseline", 1, 0, "0", 2024, (with_barriers, without))
    console = Console(file=io.StringIO(), width=400)
    for text in (history_text, summary_text):
        console.print(text(history, {"rare_earths_heavy": "Heavy rare earths"}))
    assert isinstance(console.file, io.StringIO)
    shown = console.file.getvalue()
    assert "All measures on heavy rare earths that are new since 2024" in shown
    assert (
        "30 export measures in force at the end of the year. In force through the year from "
        "earlier years of the run: 12 tariffs, curbs, sanctions and mandates and 5 investment "
        "blocks; those of this year hold from next year on." in shown
    )
    assert shown.count("In force through") == 1
    assert "India: tax on exports of heavy rare earths ore" in shown
    assert "New measures together, against 2026 without them" in shown
    assert "Export" in shown


def test_barriers_are_not_counted_where_their_mechanism_is_off() -> None:
    year = record()
    assert _count(year, "barriers_blocks") is None
    for name, value in (("barriers_on_trade", 3.0), ("barriers_mandates", 2.0)):
        year.figures[name] = SimpleNamespace(values=np.array([value]))
    assert _count(year, "barriers_on_trade", "barriers_mandates") == 5
