"""Laws that the embedded base-year tables keep, and figures that every expert knows."""

from __future__ import annotations

import pandas as pd
import pytest

from oreacle.data.store import read_table

ENDS = {"ore": ("mined", "refined"), "refined": ("refined", "used")}


@pytest.fixture(scope="module")
def nodes() -> pd.DataFrame:
    return read_table("nodes")


@pytest.fixture(scope="module")
def flows() -> pd.DataFrame:
    return read_table("flows")


@pytest.fixture(scope="module")
def totals() -> pd.Series:
    return read_table("minerals").set_index("mineral")["refined_total_t"]


def share(nodes: pd.DataFrame, mineral: str, stage: str, country: str) -> float:
    rows = nodes[(nodes["mineral"] == mineral) & (nodes["stage"] == stage)]
    return float(rows.loc[rows["country"] == country, "share"].sum())


def test_shares_of_every_stage_add_to_one(nodes: pd.DataFrame) -> None:
    sums = nodes.groupby(["mineral", "stage"])["share"].sum()
    assert len(sums) == 32 * 3
    assert (sums - 1).abs().max() < 1e-9


def test_flows_add_to_the_margins_of_both_ends(
    nodes: pd.DataFrame, flows: pd.DataFrame, totals: pd.Series
) -> None:
    for link, stages in ENDS.items():
        rows = flows[flows["link"] == link]
        for side, stage in zip(("exporter", "importer"), stages, strict=True):
            sums = rows.groupby(["mineral", side])["quantity_t"].sum()
            ends = nodes[nodes["stage"] == stage].set_index(["mineral", "country"])["share"]
            wanted = ends * totals.reindex(ends.index.get_level_values(0)).to_numpy()
            assert set(sums.index) == set(wanted.index)
            wanted.index.names = sums.index.names
            assert ((sums - wanted) / wanted).abs().max() < 1e-9


def test_sectors_of_every_mineral_add_to_one() -> None:
    sums = read_table("sectors").groupby("mineral")["share"].sum()
    assert (sums - 1).abs().max() < 1e-9


def test_demand_starts_at_one() -> None:
    paths = read_table("demand_paths")
    assert (paths.loc[paths["year"] == 2024, "index"] == 1.0).all()


@pytest.mark.parametrize(
    ("mineral", "stage", "country", "low", "high"),
    [
        ("cobalt", "mined", "COD", 0.70, 0.80),
        ("nickel", "mined", "IDN", 0.55, 0.65),
        ("copper", "mined", "CHL", 0.22, 0.26),
        ("lithium", "mined", "AUS", 0.33, 0.42),
        ("gallium", "refined", "CHN", 0.97, 1.0),
        ("rare_earths_light", "refined", "CHN", 0.88, 0.94),
        ("platinum", "mined", "ZAF", 0.65, 0.75),
        ("niobium", "refined", "BRA", 0.85, 0.95),
        ("uranium", "mined", "KAZ", 0.35, 0.45),
        ("aluminium", "refined", "CHN", 0.57, 0.63),
        ("tungsten", "mined", "CHN", 0.78, 0.86),
    ],
)
def test_known_leaders_lead(
    nodes: pd.DataFrame, mineral: str, stage: str, country: str, low: float, high: float
) -> None:
    assert low <= share(nodes, mineral, stage, country) <= high


@pytest.mark.parametrize(
    ("mineral", "link", "exporter", "importer", "least"),
    [
        ("cobalt", "ore", "COD", "CHN", 0.5),
        ("copper", "ore", "CHL", "CHN", 0.08),
        ("lithium", "ore", "AUS", "CHN", 0.3),
        ("rare_earths_heavy", "ore", "MMR", "CHN", 0.5),
        ("aluminium", "ore", "GIN", "CHN", 0.2),
        ("copper", "refined", "COD", "CHN", 0.04),
        ("platinum", "ore", "ZWE", "ZAF", 0.08),
        ("niobium", "refined", "BRA", "CHN", 0.35),
    ],
)
def test_known_links_carry(
    flows: pd.DataFrame,
    totals: pd.Series,
    mineral: str,
    link: str,
    exporter: str,
    importer: str,
    least: float,
) -> None:
    rows = flows[
        (flows["mineral"] == mineral)
        & (flows["link"] == link)
        & (flows["exporter"] == exporter)
        & (flows["importer"] == importer)
    ]
    assert float(rows["quantity_t"].sum()) / float(totals[mineral]) >= least


def test_a_lifted_ban_never_lowers_a_flow(flows: pd.DataFrame) -> None:
    keys = ["mineral", "link", "exporter", "importer"]
    joined = read_table("unrestricted").merge(flows, on=keys, how="left", suffixes=("", "_now"))
    assert (joined["quantity_t"] >= joined["quantity_t_now"].fillna(0.0)).all()


def test_absent_links_are_an_estimate_far_below_the_weight_after_a_shock() -> None:
    table = read_table("openings").set_index("link")
    assert (table["shocks"] > 1000).all()
    assert (table["se"] < 0.1 * table["per_supplier_weight"]).all()


def test_no_figure_of_a_stage_mixes_publishers(nodes: pd.DataFrame) -> None:
    mined = nodes[nodes["stage"] == "mined"]
    assert (mined.groupby("mineral")["source"].nunique() == 1).all()
