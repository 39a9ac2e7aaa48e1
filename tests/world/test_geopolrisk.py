"""The GeoPolRisk indicator: equal to the public implementation where that one is right."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oreacle.core.errors import DataError
from oreacle.world.geopolrisk import Material, Rules, geopolrisk
from oreacle.world.geopolrisk_tables import load_geopolrisk, materials, minerals_of

FIGURES = Path(__file__).parent / "reference/geopolrisk_figures.csv"
TIN = (Material("tin", "Tin", ("260900",)),)
COLUMNS = ("hhi", "import_risk", "score")


def production(**tonnes: float) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "commodity": "Tin",
            "country": list(tonnes),
            "year": 2020,
            "quantity": list(tonnes.values()),
            "unit": "t",
        }
    )


def trade(*rows: tuple[str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(
        [("260900", seller, buyer, 2020, tonnes) for seller, buyer, tonnes in rows],
        columns=["hs", "exporter", "importer", "year", "quantity_t"],
    )


def governance(**risk: float) -> pd.DataFrame:
    return pd.DataFrame({"country": list(risk), "year": 2020, "risk": list(risk.values())})


def at(made: object, name: str, importer: str) -> float:
    return float(made[name].sel(material="tin", importer=importer, year=2020))  # type: ignore[index]


def test_every_drawn_figure_of_the_public_implementation_is_met_to_a_millionth() -> None:
    drawn = pd.read_csv(FIGURES, keep_default_na=False)
    assert len(drawn) >= 200
    made = load_geopolrisk(rules=Rules.PACKAGE)[list(COLUMNS)].to_dataframe().reset_index()
    joined = drawn.merge(made, on=["material", "importer", "year"], suffixes=("", "_ours"))
    assert len(joined) == len(drawn)
    for name in COLUMNS:
        assert np.allclose(joined[f"{name}_ours"], joined[name], rtol=1e-6, atol=1e-12), name


def test_a_hand_worked_importer() -> None:
    # World 50, 40, 10. JPN buys 30 at 0.2 and 10 at 0.8, makes 10: (6 + 8) / 50.
    made = geopolrisk(
        TIN,
        production(CHN=50.0, IDN=40.0, JPN=10.0),
        trade(("CHN", "JPN", 30.0), ("IDN", "JPN", 10.0)),
        governance(CHN=0.2, IDN=0.8, JPN=0.1),
    )
    assert at(made, "hhi", "JPN") == pytest.approx(0.25 + 0.16 + 0.01)
    assert at(made, "import_risk", "JPN") == pytest.approx(14.0 / 50.0)
    assert at(made, "score", "JPN") == pytest.approx(0.42 * 0.28)


def test_trade_inside_a_bloc_carries_no_risk() -> None:
    made = geopolrisk(
        TIN,
        production(CHN=100.0),
        trade(("CHN", "DEU", 30.0), ("FRA", "DEU", 10.0)),
        governance(CHN=0.5, FRA=0.9),
        blocs={"EU": frozenset({"DEU", "FRA"})},
    )
    assert at(made, "import_risk", "EU") == pytest.approx(15.0 / 40.0)
    assert at(made, "import_risk", "DEU") == pytest.approx(24.0 / 40.0)


def test_neither_imports_nor_output_is_missing_and_no_risk_only_in_the_package() -> None:
    frames = (
        production(CHN=100.0),
        trade(("CHN", "JPN", 5.0), ("JPN", "KOR", 0.0)),
        governance(CHN=0.5, KOR=0.1),
    )
    made = geopolrisk(TIN, *frames)
    assert np.isnan(at(made, "score", "KOR"))
    states = made["status"].sel(material="tin", year=2020)
    assert str(states.sel(importer="KOR").item()) == "neither imports nor output"
    assert str(states.sel(importer="JPN").item()) == "scored"
    assert at(geopolrisk(TIN, *frames, rules=Rules.PACKAGE), "score", "KOR") == 0.0


def test_a_partner_without_a_figure_counts_a_half_and_its_share_is_told() -> None:
    made = geopolrisk(
        TIN,
        production(CHN=100.0),
        trade(("CHN", "JPN", 30.0), ("GIB", "JPN", 10.0)),
        governance(CHN=0.2),
    )
    assert at(made, "import_risk", "JPN") == pytest.approx((6.0 + 5.0) / 40.0)
    assert at(made, "unscored", "JPN") == pytest.approx(0.25)


def test_guyana_and_taiwan_have_their_own_figures_but_not_in_the_package() -> None:
    frames = (
        production(CHN=100.0),
        trade(("GUY", "USA", 10.0), ("TWN", "JPN", 10.0)),
        governance(GUY=0.55, GUF=0.45, TWN=0.3),
    )
    own, package = geopolrisk(TIN, *frames), geopolrisk(TIN, *frames, rules=Rules.PACKAGE)
    assert at(own, "import_risk", "USA") == pytest.approx(0.55)
    assert at(package, "import_risk", "USA") == pytest.approx(0.45)
    assert at(own, "import_risk", "JPN") == pytest.approx(0.3)
    assert at(package, "import_risk", "JPN") == pytest.approx(0.5)


amounts = st.lists(st.floats(0.5, 1e6), min_size=1, max_size=6)


@given(amounts, amounts)
def test_scores_lie_between_zero_and_one_and_names_do_not_matter(
    made: list[float], sold: list[float]
) -> None:
    codes = [f"C{k:02d}" for k in range(max(len(made), len(sold)))]
    renamed = dict(zip(codes, reversed(codes), strict=True))
    output = production(**dict(zip(codes, made, strict=False)))
    flows = trade(*[(code, "BUY", tonnes) for code, tonnes in zip(codes, sold, strict=False)])
    risk = governance(**{code: (k + 1) / (len(codes) + 1) for k, code in enumerate(codes)})
    first = geopolrisk(TIN, output, flows, risk)
    mapped = [
        frame.assign(
            **{c: frame[c].replace(renamed) for c in ("country", "exporter") if c in frame}
        )
        for frame in (output, flows, risk)
    ]
    second = geopolrisk(TIN, *mapped)
    for name in COLUMNS:
        assert 0.0 <= at(first, name, "BUY") <= 1.0 + 1e-12
        assert at(second, name, "BUY") == pytest.approx(at(first, name, "BUY"))


def test_one_producer_is_a_full_concentration() -> None:
    made = geopolrisk(TIN, production(CHN=7.0), trade(("CHN", "JPN", 1.0)), governance(CHN=0.4))
    assert at(made, "hhi", "JPN") == 1.0
    assert at(made, "score", "JPN") == pytest.approx(0.4)


def test_an_unknown_unit_is_refused_and_named() -> None:
    frame = production(CHN=1.0).assign(unit="Mio m3")
    with pytest.raises(DataError, match="Mio m3") as caught:
        geopolrisk(TIN, frame, trade(("CHN", "JPN", 1.0)), governance(CHN=0.4))
    assert caught.value.code == "ORE-DAT-072"


def test_negative_trade_and_a_risk_above_one_are_refused_together() -> None:
    with pytest.raises(DataError) as caught:
        geopolrisk(TIN, production(CHN=1.0), trade(("CHN", "JPN", -1.0)), governance(CHN=1.4))
    assert caught.value.code == "ORE-DAT-071"
    assert "trade" in caught.value.what
    assert "governance" in caught.value.what


def test_a_missing_column_is_refused() -> None:
    with pytest.raises(DataError, match=r"trade\.quantity_t") as caught:
        geopolrisk(
            TIN,
            production(CHN=1.0),
            trade(("CHN", "JPN", 1.0)).drop(columns="quantity_t"),
            governance(CHN=0.4),
        )
    assert caught.value.code == "ORE-DAT-070"


def test_every_material_has_a_mineral_and_its_own_codes() -> None:
    listed = materials()
    codes = [code for material in listed for code in material.codes]
    assert len(codes) == len(set(codes))
    assert set(minerals_of()["material"]) == {material.name for material in listed}
