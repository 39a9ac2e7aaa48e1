"""Measures in force: the stronger stays, the register is lifted or added, marks are whole."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from oreacle.core.errors import RelationsError
from oreacle.engine.measures import (
    ActiveMeasure,
    marks_from_table,
    standing_policies,
    tightened,
)
from oreacle.market.policies import ExportBan, ExportQuota, LiftMeasure


def measure(instrument: str, strength: float = 0.5, name: str = "") -> ActiveMeasure:
    return ActiveMeasure("CHN", "tin", "refined", instrument, strength, (), 2025, name)


def test_a_ban_replaces_a_tax_and_a_tax_does_not_replace_a_ban() -> None:
    ban, tax = measure("export_ban"), measure("export_tax")
    assert tightened([tax], ban) == [ban]
    assert tightened([ban], tax) == [ban]


def test_a_targeted_ban_and_a_tax_on_everyone_both_stand() -> None:
    aimed = replace(measure("export_ban"), targets=("USA",))
    tax = measure("export_tax")
    assert tightened([aimed], tax) == [aimed, tax]
    assert tightened([tax], aimed) == [tax, aimed]


def test_a_targeted_ban_does_not_loosen_a_ban_on_everyone() -> None:
    everyone = measure("export_ban")
    assert tightened([everyone], replace(everyone, targets=("USA",))) == [everyone]


def test_measures_on_other_cells_stay() -> None:
    other = ActiveMeasure("IDN", "tin", "ore", "export_ban", 0.9, (), 2025)
    assert tightened([other], measure("export_tax")) == [other, measure("export_tax")]


def test_each_instrument_becomes_its_policy() -> None:
    assert measure("export_ban", 0.9).policy() == ExportBan("CHN", "tin", (), 0.9, "refined")
    assert measure("export_quota", 0.8).policy() == ExportQuota("CHN", "tin", 0.8, "refined")


def test_a_measure_shown_in_base_trade_is_lifted_when_it_ends_and_a_newer_one_added() -> None:
    old, new = measure("export_ban", name="old"), measure("export_tax", name="new")
    shown = frozenset({"old"})
    both = standing_policies([old, new], shown, frozenset({"old", "new"}))
    assert both == {"tin": [new.policy()]}
    neither = standing_policies([old, new], shown, frozenset())
    assert neither == {"tin": [LiftMeasure("old", "tin")]}


def marks(rows: list[tuple[str, str, float]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["instrument", "link", "probability"])
    return frame.assign(strength=0.5, lifting_rate=0.1, targeted_share=0.0)


def test_shares_of_instruments_sum_to_one_by_link() -> None:
    table = marks(
        [("ban", "ore", 3.0), ("tax", "ore", 1.0), ("ban", "refined", 1.0), ("tax", "refined", 1.0)]
    )
    made = marks_from_table(table)
    assert made.probability.tolist() == [[0.75, 0.25], [0.5, 0.5]]
    assert made.hazard("tax", "refined") == 0.1


def test_a_missing_link_and_instrument_is_refused_and_named() -> None:
    with pytest.raises(RelationsError) as caught:
        marks_from_table(marks([("ban", "ore", 1.0)]))
    assert caught.value.code == "ORE-REL-020"
    assert "refined" in caught.value.what
