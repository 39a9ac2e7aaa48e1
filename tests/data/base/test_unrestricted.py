from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from oreacle.core.errors import DataError
from oreacle.data.base.chains import read_chains
from oreacle.data.base.unrestricted import contained_exports, output_of_years, restored_links
from oreacle.data.readers.world_mining_data import PRODUCTION_FILE


def flows(quantities: dict[str, float]) -> pd.DataFrame:
    return pd.DataFrame({"importer": list(quantities), "quantity_t": list(quantities.values())})


def test_another_form_is_added_to_what_the_link_carries() -> None:
    made = restored_links(
        pd.Series({"CHN": 0.3}),
        flows({"IDN": 80.0, "CHN": 20.0}),
        {"IDN", "CHN"},
        "IDN",
        other_form=True,
    )
    assert made.to_dict() == pytest.approx({"CHN": 50.0})


def test_a_ban_that_does_not_bind_restores_nothing() -> None:
    made = restored_links(
        pd.Series({"CHN": 0.3}),
        flows({"ZWE": 60.0, "CHN": 40.0}),
        {"ZWE", "CHN"},
        "ZWE",
        other_form=False,
    )
    assert made.empty


def test_no_country_sends_more_than_it_mines() -> None:
    made = restored_links(
        pd.Series({"CHN": 0.9}),
        flows({"IDN": 50.0, "CHN": 50.0}),
        {"IDN", "CHN"},
        "IDN",
        other_form=True,
    )
    assert made.to_dict() == pytest.approx({"CHN": 100.0})


def test_importers_that_no_longer_refine_fall_to_the_rest_of_the_world() -> None:
    made = restored_links(
        pd.Series({"CHN": 0.2, "GRC": 0.1}),
        flows({"IDN": 100.0}),
        {"IDN", "CHN", "ROW"},
        "IDN",
        other_form=False,
    )
    assert made.to_dict() == pytest.approx({"CHN": 20.0, "ROW": 10.0})


def test_exports_are_contained_tonnes_by_importer() -> None:
    trade = pd.DataFrame(
        {
            "year": [2019, 2019, 2013],
            "exporter": "IDN",
            "importer": ["CHN", "UKR", "CHN"],
            "hs": "260400",
            "value_kusd": [30.0, 3.0, 99.0],
            "quantity_t": [1000.0, 100.0, 9999.0],
        }
    )
    got = contained_exports(trade, read_chains()["nickel"], "IDN", [2019])
    assert got.to_dict() == pytest.approx({"CHN": 8.0, "UKR": 0.8})


def test_a_year_without_output_is_refused(tmp_path: Path) -> None:
    path = tmp_path / PRODUCTION_FILE
    path.parent.mkdir(parents=True)
    path.write_text(
        "mineral,country,iso3,unit,basis,year,production\nBauxite,Indonesia,IDN,metr. t,r,2022,5\n",
        encoding="utf-8",
    )
    assert output_of_years(tmp_path, "wmd:Bauxite", "IDN", [2022]) == 5.0
    with pytest.raises(DataError) as caught:
        output_of_years(tmp_path, "wmd:Bauxite", "IDN", [2021, 2022])
    assert caught.value.code == "ORE-DAT-027"
