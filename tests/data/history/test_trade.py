"""Trade inside the Union is no trade, and shared codes are told apart by the exporter's role."""

from __future__ import annotations

import pandas as pd

from oreacle.data.assumptions import read_assumed
from oreacle.data.base.chains import read_chains
from oreacle.data.history.imports import import_shares, trade_dependence
from oreacle.data.history.trade import read_history_codes, trade_by_mineral

EXPLICIT = ["CHN", "COD", "DEU", "FIN", "FRA", "JPN", "USA"]


def trade(rows: list[tuple[int, str, str, str, float, str]]) -> pd.DataFrame:
    names = ["year", "exporter", "importer", "hs", "value_kusd", "release"]
    return pd.DataFrame(rows, columns=names)


def cobalt_output() -> pd.DataFrame:
    rows = [("COD", "mined", 0.7), ("COD", "refined", 0.01), ("FIN", "mined", 0.01)]
    rows += [("FIN", "refined", 0.1), ("CHN", "refined", 0.8)]
    table = pd.DataFrame(rows, columns=["actor", "stage", "share"])
    return table.assign(year=2020, mineral="cobalt").replace({"actor": {"FIN": "EU"}})


def test_flows_inside_the_union_are_left_out_and_the_rest_is_pooled() -> None:
    table = trade_by_mineral(
        trade(
            [
                (2020, "DEU", "FRA", "260900", 9.0, "minerals"),
                (2020, "DEU", "CHN", "260900", 1.0, "minerals"),
                (2020, "FRA", "CHN", "260900", 2.0, "minerals"),
                (2020, "TGO", "OMN", "260900", 4.0, "minerals"),
            ]
        ),
        cobalt_output(),
        EXPLICIT,
    )
    flows = table.set_index(["exporter", "importer"])["value_kusd"].to_dict()
    assert flows == {("EU", "CHN"): 3.0, ("ROW", "ROW"): 4.0}
    assert set(table["stage"]) == {"mined"}


def test_cobalt_is_ore_if_its_exporter_mines_and_hardly_refines() -> None:
    table = trade_by_mineral(
        trade(
            [
                (2020, "COD", "CHN", "282200", 5.0, "minerals"),
                (2020, "FIN", "JPN", "810510", 3.0, "minerals"),
                (2020, "CHN", "JPN", "282200", 2.0, "minerals"),
            ]
        ),
        cobalt_output(),
        EXPLICIT,
    )
    stages = table.set_index("exporter")["stage"].to_dict()
    assert stages == {"COD": "mined", "EU": "refined", "CHN": "refined"}


def test_a_code_counts_only_in_its_years_and_its_release() -> None:
    rows = [
        (2006, "CHN", "USA", "811230", 1.0, "minerals"),
        (2007, "CHN", "USA", "811230", 1.0, "minerals"),
        (2020, "CHN", "USA", "260200", 1.0, "refined"),
    ]
    table = trade_by_mineral(trade(rows), cobalt_output(), EXPLICIT)
    assert table[["year", "mineral"]].to_numpy().tolist() == [[2006, "germanium"]]


def test_import_shares_add_to_one_by_mineral_and_stage() -> None:
    table = import_shares(
        trade_by_mineral(
            trade(
                [
                    (2020, "COD", "CHN", "282200", 6.0, "minerals"),
                    (2020, "COD", "FIN", "282200", 2.0, "minerals"),
                    (2020, "CHN", "JPN", "282200", 5.0, "minerals"),
                ]
            ),
            cobalt_output(),
            EXPLICIT,
        )
    )
    found = table.set_index(["stage", "actor"])["share"].to_dict()
    assert found == {("mined", "CHN"): 0.75, ("mined", "EU"): 0.25, ("refined", "JPN"): 1.0}


def test_dependence_counts_a_code_of_several_minerals_once_and_adds_to_one() -> None:
    table = trade_by_mineral(
        trade(
            [
                (2020, "CHN", "USA", "811292", 6.0, "refined"),
                (2020, "JPN", "USA", "260900", 2.0, "minerals"),
                (2020, "CHN", "TGO", "260900", 9.0, "minerals"),
            ]
        ),
        cobalt_output(),
        EXPLICIT,
    )
    assert sorted(table.loc[table["hs"] == "811292", "mineral"]) == [
        "gallium",
        "germanium",
        "indium",
    ]
    shares = trade_dependence(table)
    assert shares.set_index("exporter")["share"].to_dict() == {"CHN": 0.75, "JPN": 0.25}
    assert shares["import_value_kusd"].tolist() == [6.0, 2.0]
    assert set(shares["importer"]) == {"USA"}


def test_the_code_listing_names_modelled_minerals_once_per_code_and_year() -> None:
    table = read_history_codes()
    assert set(table["mineral"]) <= set(read_chains())
    assert not table.duplicated(["mineral", "stage", "hs"]).any()
    assert set(table["stage"]) <= {"mined", "refined", "split"}
    assert set(read_assumed("history_codes")["release"]) == {"minerals", "refined"}
    integrated = {name for name, chain in read_chains().items() if chain.integrated}
    assert not set(table.loc[table["stage"] != "refined", "mineral"]) & integrated
