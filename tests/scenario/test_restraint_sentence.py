"""Sentences of a restraint read back as what was written, and nothing is guessed."""

from __future__ import annotations

import pytest
from tests.app.small_world import small_world

from oreacle.core.errors import OreacleError
from oreacle.market.restraint.ceilings import Ceiling, PriceCeiling, ShortageCeiling
from oreacle.market.restraint.control import ExportControl
from oreacle.scenario.names import name_book
from oreacle.scenario.restraint_sentence import (
    ceiling_sentence,
    control_sentence,
    parse_ceiling,
    parse_control,
)

BOOK = name_book(small_world())


@pytest.mark.parametrize(
    ("text", "control"),
    [
        ("CHN limits exports of gallium", ExportControl("CHN", "gallium")),
        ("China taxes the exports of gallium", ExportControl("CHN", "gallium", "tax")),
        (
            "CHN limits exports of heavy rare earths to Japan and USA",
            ExportControl("CHN", "rare_earths_heavy", targets=("JPN", "USA")),
        ),
        (
            "DRC taxes exports of cobalt ore to China extraterritorially.",
            ExportControl("COD", "cobalt", "tax", ("CHN",), "ore", extraterritorial=True),
        ),
    ],
)
def test_controls_are_read_and_written_back(text: str, control: ExportControl) -> None:
    assert parse_control(text, BOOK) == control
    assert parse_control(control_sentence(control), BOOK) == control


@pytest.mark.parametrize(
    ("text", "ceiling"),
    [
        ("price in USA under +20 %", PriceCeiling(0.2, "USA")),
        ("the price in Japan stays below 0.5", PriceCeiling(0.5, "JPN")),
        ("world price under 20 %", PriceCeiling(0.2)),
        ("price in the world under 20 %", PriceCeiling(0.2)),
        ("refined price in CHN under 900 USD/t", PriceCeiling(900.0, "CHN", False, "refined")),
        ("shortage of EU under 5 %", ShortageCeiling(0.05, "EU")),
        ("shortage in Germany under 1.5 kt a year", ShortageCeiling(1500.0, "DEU", False)),
        ("world shortage under 100 t", ShortageCeiling(100.0, None, False)),
    ],
)
def test_ceilings_are_read_and_written_back(text: str, ceiling: Ceiling) -> None:
    assert parse_ceiling(text, BOOK) == ceiling
    assert parse_ceiling(ceiling_sentence(ceiling), BOOK) == ceiling


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "ORE-MKT-055"),
        ("CHN bans exports of gallium", "ORE-MKT-055"),
        ("CHN limits exports of gallium to 50 %", "ORE-MKT-055"),
        ("CHN taxes exports of gallium to USA by 25 %", "ORE-MKT-055"),
        ("CHN limits exports of gallium with enforcement 90 %", "ORE-MKT-055"),
        ("CHN limits exports of unobtainium", "ORE-SCN-002"),
        ("Atlantis limits exports of gallium", "ORE-SCN-003"),
        ("France limits exports of gallium", "ORE-SCN-015"),
    ],
)
def test_controls_that_cannot_be_meant_are_refused(text: str, code: str) -> None:
    with pytest.raises(OreacleError, match=code):
        parse_control(text, BOOK)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "ORE-MKT-050"),
        ("price under 5 %", "ORE-MKT-050"),
        ("world price in USA under 5 %", "ORE-MKT-050"),
        ("price in USA over 5 %", "ORE-MKT-050"),
        ("shortage under 5 t", "ORE-MKT-050"),
        ("price in USA under 20", "ORE-SCN-022"),
        ("price in USA under -20 %", "ORE-MKT-051"),
        ("shortage of Atlantis under 5 %", "ORE-SCN-003"),
    ],
)
def test_ceilings_that_cannot_be_meant_are_refused(text: str, code: str) -> None:
    with pytest.raises(OreacleError, match=code):
        parse_ceiling(text, BOOK)
