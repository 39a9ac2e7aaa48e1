"""Origins of re-exports, and the ways of flows to their importers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oreacle.data.base.chains import read_chains
from oreacle.data.base.entrepots import EntrepotInputs, entrepots_table, is_recorded
from oreacle.data.base.origins import export_origins, shares_by_way
from oreacle.data.base.trade import customs_trade, link_trade, transit_origins

CHAINS = read_chains()
SEEDS = st.integers(0, 2**31)


def test_metal_passed_on_twice_keeps_its_origin() -> None:
    # Maker, trader, second trader, user.
    trade = np.array([[0, 10, 0, 0], [0, 0, 10, 0], [0, 0, 0, 10], [0, 0, 0, 0]], dtype=float)
    traced = export_origins(trade, np.array([10.0, 0.0, 0.0, 0.0]))
    assert traced[:, 2] == pytest.approx([1.0, 0.0, 0.0, 0.0], abs=1e-6)


def test_own_output_leaves_first_by_hand() -> None:
    # B makes 4, takes 12 of A, ships 8: 4 of its own, 4 of A.
    trade = np.array([[0, 12, 0], [0, 0, 8], [0, 0, 0]], dtype=float)
    traced = export_origins(trade, np.array([12.0, 4.0, 0.0]))
    assert traced[:, 1] == pytest.approx([0.5, 0.5, 0.0])


def test_an_exporter_with_neither_output_nor_imports_has_no_known_origin() -> None:
    trade = np.array([[0.0, 5.0], [0.0, 0.0]])
    assert export_origins(trade, np.zeros(2))[:, 0].sum() == 0.0


@settings(max_examples=40, deadline=None)
@given(SEEDS)
def test_origins_are_shares_whatever_the_trade(seed: int) -> None:
    rng = np.random.default_rng(seed)
    trade = rng.exponential(1.0, (6, 6)) * (rng.random((6, 6)) < 0.4)
    output = rng.exponential(1.0, 6) * (rng.random(6) < 0.5)
    traced = export_origins(trade, output)
    assert (traced >= 0).all()
    assert traced.sum(axis=0).max() <= 1 + 1e-9
    assert traced[output == 0].sum() == 0.0


@settings(max_examples=40, deadline=None)
@given(SEEDS)
def test_traced_flows_give_the_records_back(seed: int) -> None:
    rng = np.random.default_rng(seed)
    origins = rng.dirichlet(np.ones(3), 5).T
    records = rng.dirichlet(np.ones(5))
    flow = 7.0 * origins @ records
    shares = shares_by_way(flow, records, origins, np.arange(3))
    assert shares.sum(axis=1) == pytest.approx(np.ones(3))
    # Every way but the direct ones is exact; the direct ones then hold their own and no more.
    assert flow @ shares == pytest.approx(7.0 * records)


@settings(max_examples=40, deadline=None)
@given(SEEDS)
def test_no_entrepot_carries_more_than_the_records_say(seed: int) -> None:
    rng = np.random.default_rng(seed)
    origins, records = rng.dirichlet(np.ones(3), 5).T, rng.dirichlet(np.ones(5))
    flow = rng.exponential(1.0, 3) * (rng.random(3) < 0.8)
    shares = shares_by_way(flow, records, origins, np.arange(3))
    assert (shares >= -1e-12).all()
    assert shares.sum(axis=1) == pytest.approx(np.ones(3))
    assert (flow @ shares)[3:].max() <= flow.sum() * records[3:].max() + 1e-12


def flows(*parts: tuple[str, str, float], mineral: str) -> pd.DataFrame:
    table = pd.DataFrame(parts, columns=["exporter", "importer", "quantity_t"])
    return table.assign(mineral=mineral, link="refined", basis="trade")


def inputs(mineral: str, table: pd.DataFrame, customs: pd.DataFrame) -> EntrepotInputs:
    output = table.groupby("exporter")["quantity_t"].sum().reset_index()
    output = output.rename(columns={"exporter": "country"})
    sourcing = pd.DataFrame(
        [
            ("USA", "gallium", "Metal", "CAN", 0.5),
            ("USA", "gallium", "Metal", "CHN", 0.2),
            ("USA", "gallium", "Metal", "ROW", 0.3),
        ],
        columns=["importer", "mineral", "stage", "partner", "share"],
    )
    named = frozenset({"CAN", "CHN", "DEU", "JPN", "USA"})
    links = [(mineral, link) for link in ("ore", "refined")]
    return EntrepotInputs(
        table,
        dict.fromkeys(links, customs),
        dict.fromkeys(links, output),
        sourcing,
        named,
    )


def shares_of(table: pd.DataFrame, origin: str, importer: str) -> dict[str, float]:
    part = table[(table["origin"] == origin) & (table["importer"] == importer)]
    return {str(via): float(share) for via, share in zip(part["via"], part["share"], strict=True)}


def test_a_trader_without_output_is_an_entrepot_of_what_it_buys() -> None:
    customs = pd.DataFrame(
        [("CHN", "JPN", 60.0), ("JPN", "DEU", 40.0), ("CHN", "DEU", 60.0)],
        columns=["exporter", "importer", "tonnes"],
    )
    table = flows(("CHN", "DEU", 100.0), ("CHN", "JPN", 20.0), mineral="magnesium")
    chain = {"magnesium": CHAINS["magnesium"]}
    made = entrepots_table(chain, inputs("magnesium", table, customs))
    assert shares_of(made, "CHN", "DEU") == pytest.approx({"CHN": 0.6, "JPN": 0.4})
    assert set(made["basis"]) == {"derived"}


def test_output_that_nobody_lists_is_of_the_rest_of_the_world_where_it_supplies() -> None:
    # Japan ships 40 and takes 10: the other 30 come from makers that no vector names.
    customs = pd.DataFrame(
        [("CHN", "JPN", 10.0), ("JPN", "DEU", 40.0), ("CHN", "DEU", 60.0)],
        columns=["exporter", "importer", "tonnes"],
    )
    table = flows(("CHN", "DEU", 70.0), ("ROW", "DEU", 30.0), mineral="magnesium")
    chain = {"magnesium": CHAINS["magnesium"]}
    made = entrepots_table(chain, inputs("magnesium", table, customs))
    assert shares_of(made, "ROW", "DEU") == pytest.approx({"ROW": 0.0, "JPN": 1.0})
    assert shares_of(made, "CHN", "DEU")["JPN"] == pytest.approx(10 / 70, abs=1e-5)


def test_records_of_little_of_the_supply_say_nothing() -> None:
    customs = pd.DataFrame(
        [("CHN", "JPN", 2.0), ("JPN", "DEU", 2.0)], columns=["exporter", "importer", "tonnes"]
    )
    table = flows(("CHN", "DEU", 100.0), mineral="magnesium")
    made = entrepots_table({"magnesium": CHAINS["magnesium"]}, inputs("magnesium", table, customs))
    assert made.empty


def test_published_partners_without_output_pass_on_and_the_rest_is_direct() -> None:
    none = pd.DataFrame(columns=["exporter", "importer", "tonnes"])
    # Japan is an origin without a name: it fills 10 of the 30 that are not published by name.
    table = flows(("CHN", "USA", 90.0), ("JPN", "USA", 10.0), mineral="gallium")
    made = entrepots_table({"gallium": CHAINS["gallium"]}, inputs("gallium", table, none))
    chinese = shares_of(made, "CHN", "USA")
    assert chinese["CAN"] == pytest.approx(50 * 0.9 / 90)
    assert chinese["ROW"] == pytest.approx(20 / 90, abs=1e-5)
    assert sum(chinese.values()) == pytest.approx(1.0)
    assert set(made["basis"]) == {"sourced"}


def test_a_bundled_code_is_no_record_of_a_mineral() -> None:
    assert not is_recorded(CHAINS["gallium"], "refined")
    assert not is_recorded(CHAINS["zinc"], "refined")
    assert is_recorded(CHAINS["copper"], "refined")


def test_customs_keep_the_transit_country_that_flows_replace() -> None:
    copper = replace(CHAINS["copper"], measure_refined="value")
    gross = pd.DataFrame(
        [("NAM", "CHN", "740311", 10.0, 1.0)],
        columns=["exporter", "importer", "hs", "value_kusd", "quantity_t"],
    )
    vectors = pd.DataFrame(columns=["stage", "country", "quantity_t"])
    seen = customs_trade(copper, "refined", gross, vectors, 10_000.0)
    mended = link_trade(copper, "refined", gross, vectors, 10_000.0)
    assert (seen["exporter"].iloc[0], mended["exporter"].iloc[0]) == ("NAM", "COD")
    assert seen["tonnes"].iloc[0] == mended["tonnes"].iloc[0] == pytest.approx(1.0)
    assert transit_origins("copper", "refined")["NAM"] == "COD"
