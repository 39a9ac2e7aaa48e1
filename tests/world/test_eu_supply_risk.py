"""The supply risk of the European Union: the equation, its bounds, and the study of 2023."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.world.chains import TERRITORY, worked

from oreacle.core.errors import DataError
from oreacle.data.assumptions import read_assumed
from oreacle.world.concentration import load_governance_risk
from oreacle.world.eu_supply_risk import (
    Interval,
    recomputed_supply_risk,
    study_governance,
    supply_risk,
    supply_risk_of_flows,
)
from oreacle.world.exposure import find_buyer

TABLE = recomputed_supply_risk()
ROWS: dict[tuple[str, str], Any] = {
    (str(row["material"]), str(row["stage"])): row for row in TABLE.to_dict("records")
}
OUTSIDE = {
    ("Beryllium", "extraction"),
    ("Neodymium", "extraction"),
    ("Phosphate rock", "extraction"),
    ("Tantalum", "extraction"),
    ("Vanadium", "extraction"),
    ("Gallium", "processing"),
    ("Germanium", "processing"),
    ("Molybdenum", "processing"),
    ("Neodymium", "processing"),
    ("Phosphorus", "processing"),
    ("Terbium", "processing"),
}
UNDECIDED = {
    ("Chromium", "extraction"),
    ("Nickel", "extraction"),
    ("Tungsten", "extraction"),
    ("Nickel", "processing"),
    ("Vanadium", "processing"),
}
index = st.floats(0.0, 10.0)
share = st.floats(0.0, 1.0)


@given(index, index, share, share, share)
def test_the_indicator_lies_between_its_parts(
    world: float, eu: float, reliance: float, recycled: float, substitution: float
) -> None:
    value = supply_risk(
        world, eu, import_reliance=reliance, eol_rir=recycled, substitution=substitution
    )
    assert -1e-9 <= value <= max(world, eu) + 1e-9
    if recycled == 0.0 and substitution == 1.0:
        assert value >= min(world, eu) - 1e-9


@given(index, share, share)
def test_with_equal_indices_import_reliance_does_not_matter(
    both: float, one: float, other: float
) -> None:
    values = [
        supply_risk(both, both, import_reliance=r, eol_rir=0.1, substitution=0.9)
        for r in (one, other)
    ]
    assert values[0] == pytest.approx(values[1])


def test_hand_worked_indicator() -> None:
    value = supply_risk(4.0, 2.0, import_reliance=0.5, eol_rir=0.2, substitution=0.9)
    assert value == pytest.approx((4.0 * 0.25 + 2.0 * 0.75) * 0.8 * 0.9)
    for scope, core in (("GS", 4.0), ("EU", 2.0)):
        alone = supply_risk(
            4.0, 2.0, import_reliance=0.5, eol_rir=0.2, substitution=0.9, scope=scope
        )
        assert alone == pytest.approx(core * 0.72)


@pytest.mark.parametrize("key", [k for k in ROWS if k not in OUTSIDE | UNDECIDED], ids=" ".join)
def test_the_published_value_lies_within_the_rounding_of_the_inputs(key: tuple[str, str]) -> None:
    row = ROWS[key]
    assert row["verdict"] == "within"
    assert row["low"] <= row["published"] + 0.05
    assert row["high"] >= row["published"] - 0.05
    assert row["high"] - row["low"] < 0.2


def test_most_of_fifty_results_are_met_and_the_others_are_known_and_say_why() -> None:
    found = {
        verdict: {key for key, row in ROWS.items() if row["verdict"] == verdict}
        for verdict in ("within", "outside", "undecided")
    }
    assert found["outside"] == OUTSIDE
    assert found["undecided"] == UNDECIDED
    assert len(found["within"]) == 34
    assert all((len(row["note"]) > 20) == (key in OUTSIDE) for key, row in ROWS.items())


def test_bounds_hold_the_value() -> None:
    assert len(TABLE) == len(ROWS) == 50
    assert (TABLE["low"] <= TABLE["recomputed"]).all()
    assert (TABLE["recomputed"] <= TABLE["high"]).all()


def test_hand_worked_dysprosium_from_one_supplier() -> None:
    # China alone: share 1, t = 1, so that SR is its governance times recycling and substitution.
    china = study_governance()["CHN"]
    assert china == pytest.approx(2 * (2.5 + 0.33946), abs=2e-4)
    row = ROWS["Dysprosium", "processing"]
    assert row["recomputed"] == pytest.approx(china * 0.99 * 0.99)


def test_what_the_notes_say_can_be_checked() -> None:
    risk = study_governance()
    shares = read_assumed("eu_supply_shares")

    def index_of(material: str, scope: str, change: dict[str, float] | None = None) -> float:
        is_own = (shares["material"] == material) & (shares["stage"] == "processing")
        own = shares[is_own & (shares["scope"] == scope)]
        return sum(
            ((change or {}).get(str(r["country"]), float(r["percent"])) / 100) ** 2
            * risk.get(str(r["country"]), 5.0)
            * float(r["trade_parameter"])
            for r in own.to_dict("records")
        )

    more = index_of("Gallium", "EU", {"CHN": 71.0}) - index_of("Gallium", "EU")
    assert ROWS["Gallium", "processing"]["high"] + more * 0.51 * 0.98 >= 3.85
    needed = (1.8 / 0.98 / 0.94 - index_of("Germanium", "world") * 0.21) / 0.79
    assert needed == pytest.approx(1.4, abs=0.1)
    assert index_of("Germanium", "EU") == pytest.approx(3.9, abs=0.1)
    assert 4.9 / 0.99 / index_of("Terbium", "world") == pytest.approx(0.87, abs=0.01)
    china, congo = risk["CHN"], risk["COD"]
    phosphate = ROWS["Phosphate rock", "extraction"]["low"]
    assert phosphate - 0.436**2 * china * 0.4 * 0.41 * 0.99 <= 1.05
    tantalum = ROWS["Tantalum", "extraction"]["low"]
    assert tantalum - 0.354**2 * congo * 0.1 * 0.495 * 0.99 * 0.98 <= 1.35
    vanadium = ROWS["Vanadium", "extraction"]["recomputed"] + 0.616**2 * china * 0.1 * 0.94 * 0.92
    assert vanadium == pytest.approx(2.3, abs=0.05)


def test_hand_worked_indicator_of_flows() -> None:
    buyer = find_buyer(TERRITORY, "EU")
    governance = load_governance_risk(2024)
    risk = {c: float(governance.sel(country=c)) for c in ("CHN", "FIN", "JPN")}
    # World: 80, 40, 10 of 130; EU: 10 of 40 from CHN, 30 from FIN. Net reliance is 0.
    eu = (10 / 40) ** 2 * risk["CHN"] + (30 / 40) ** 2 * risk["FIN"] * 0.8
    found = supply_risk_of_flows(worked(), buyer, governance, eol_rir=0.1, si_sr=0.9)
    assert found == pytest.approx(eu * 0.9 * 0.9)


def test_governance_of_the_study_covers_the_suppliers_that_matter() -> None:
    risk = study_governance()
    shares = read_assumed("eu_supply_shares")
    bare = shares[~shares["country"].isin(list(risk))]
    assert bare["percent"].max() <= 5.0
    assert all(0.0 <= value <= 10.0 for value in risk.values())


def test_an_interval_meets_a_printed_value_up_to_half_a_digit() -> None:
    assert Interval(1.0, 1.1, 1.249).meets(1.3, 0.1) is False
    assert Interval(1.0, 1.1, 1.25).meets(1.3, 0.1) is True
    assert Interval(1.36, 1.4, 1.5).meets(1.3, 0.1) is False


@pytest.mark.parametrize(
    "wrong",
    [{"import_reliance": 98.0}, {"eol_rir": -0.1}, {"substitution": 1.2}, {"scope": "world"}],
)
def test_percent_for_shares_and_unknown_supply_are_refused(wrong: dict[str, Any]) -> None:
    inputs: dict[str, Any] = {"import_reliance": 0.5, "eol_rir": 0.1, "substitution": 0.9}
    with pytest.raises(DataError) as caught:
        supply_risk(1.0, 1.0, **{**inputs, **wrong})
    assert caught.value.code == "ORE-DAT-089"
    assert np.isfinite(supply_risk(1.0, 1.0, **inputs))
