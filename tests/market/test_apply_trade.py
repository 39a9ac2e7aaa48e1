"""Measures on trade by direct links and by ways through entrepots, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from tests.market.traders import (
    CAN_USA,
    CHN_EU1,
    JPN_USA,
    METAL,
    ORE,
    PLANTS,
    USERS,
    applied,
    market,
    way,
)

from oreacle.market.balance import evaluate
from oreacle.market.kernel import solve
from oreacle.market.policies import (
    ExportBan,
    ExportLicensing,
    ExportQuota,
    ExportTax,
    ImportBan,
    ImportTariff,
    Policy,
    ProcessingMandate,
    Sanction,
)
from oreacle.market.problem import Problem
from oreacle.market.ways import Ways

CHN, JPN, USA = PLANTS.index("CHN"), USERS.index("JPN"), USERS.index("USA")


def ways_of(problem: Problem) -> Ways:
    assert problem.refined.ways is not None
    return problem.refined.ways


def caps(policy: Policy) -> tuple[float, float, float]:
    """Return caps on CHN to USA: direct, by JPN, by CAN."""
    case = applied(policy)
    ways = ways_of(case)
    around = (float(ways.cap[0, way(case, words)]) for words in (JPN_USA, CAN_USA))
    return float(case.refined.cap[0, CHN, USA]), *around  # type: ignore[return-value]


def leaks(policy: Policy) -> dict[str, float]:
    case = applied(policy)
    return {
        words: float(ways_of(case).leak_rate[0, way(case, words)])
        for words in (JPN_USA, CAN_USA, CHN_EU1)
    }


@pytest.mark.parametrize(
    ("policy", "left"),
    [
        (ExportBan("CHN", "testium", ("USA",), 0.8), (3.0, np.inf, np.inf)),
        (ExportBan("CHN", "testium", ("USA",), 0.8, extraterritorial=True), (3.0, 1.8, 1.2)),
        (ExportBan("CHN", "testium", ("USA", "JPN"), 0.8), (3.0, 1.8, np.inf)),
        (ExportBan("CHN", "testium", ("JPN",), 0.8), (np.inf, 1.8, np.inf)),
        (ExportBan("CHN", "testium", (), 0.8), (3.0, 1.8, 1.2)),
        (ExportQuota("CHN", "testium", 0.6, targets=("USA",)), (9.0, np.inf, np.inf)),
        (ImportBan("USA", "testium", ("CHN",), 0.8), (3.0, np.inf, np.inf)),
        (ImportBan("USA", "testium", ("JPN",), 0.8), (np.inf, 1.8, np.inf)),
        (ImportBan("USA", "testium", ("CHN",), 0.8, rules_of_origin=True), (3.0, 1.8, 1.2)),
        (ImportBan("USA", "testium", (), 0.8), (3.0, 1.8, 1.2)),
        (Sanction(("USA",), "CHN", "testium", 0.8), (3.0, np.inf, np.inf)),
        (Sanction(("USA",), "CHN", "testium", 0.8, extraterritorial=True), (3.0, 1.8, 1.2)),
        (Sanction(("CHN",), "USA", "testium", 0.8), (3.0, np.inf, np.inf)),
    ],
    ids=repr,
)
def test_a_stop_holds_where_customs_see_it(
    policy: Policy, left: tuple[float, float, float]
) -> None:
    # Of 30 t from China to the United States 15 go direct, 9 by Japan and 6 by Canada.
    assert caps(policy) == pytest.approx(left)


def test_ways_round_a_stop_cost_the_leak_cost_of_what_is_stopped() -> None:
    ban = ExportBan("CHN", "testium", ("USA",), 0.8)
    assert leaks(ban) == pytest.approx({JPN_USA: 0.08, CAN_USA: 0.08, CHN_EU1: 0.0})
    dear = ExportBan("CHN", "testium", ("USA",), 0.8, leak_cost=0.5)
    assert leaks(dear)[CAN_USA] == pytest.approx(0.4)
    assert leaks(ExportBan("CHN", "testium", (), 0.8))[CAN_USA] == 0.0
    assert leaks(ExportQuota("CHN", "testium", 0.6, targets=("USA",)))[CAN_USA] == pytest.approx(
        0.04
    )
    assert leaks(ImportTariff("USA", "testium", 0.25, ("CHN",)))[CAN_USA] == 0.0


def test_a_stop_of_a_share_leaves_that_share_on_the_direct_way_and_leaks_only_by_named_ways() -> (
    None
):
    case = applied(ExportBan("CHN", "testium", ("USA",), 0.8))
    state = evaluate(case, solve(case).prices).metal
    assert state.direct[0, CHN, USA] == pytest.approx(3.0, rel=1e-9)
    through = state.way_flow[0, [way(case, JPN_USA), way(case, CAN_USA)]].sum()
    assert state.flow[0, CHN, USA] == pytest.approx(3.0 + through, rel=1e-12)
    assert 15.0 < through < 27.0


def test_a_ban_without_ways_round_it_is_the_tighter() -> None:
    prices = [
        float(solve(applied(ban)).prices.delivered[0, USA])
        for ban in (
            ExportBan("CHN", "testium", ("USA",), 0.8),
            ExportBan("CHN", "testium", ("USA",), 0.8, leak_cost=1.0),
            ExportBan("CHN", "testium", ("USA",), 0.8, extraterritorial=True),
        )
    ]
    assert 0.0 < prices[0] < prices[1] < prices[2]


@pytest.mark.parametrize(
    ("policy", "field", "direct", "by_jpn", "by_can"),
    [
        (ExportTax("CHN", "testium", 0.2), "export_rate", 0.2, 0.2, 0.2),
        (ExportTax("CHN", "testium", 0.2, ("USA",)), "export_rate", 0.2, 0.0, 0.0),
        (ExportTax("CHN", "testium", 0.2, ("JPN",)), "export_rate", 0.0, 0.2, 0.0),
        (ExportTax("CHN", "testium", specific=7.0), "export_specific", 7.0, 7.0, 7.0),
        (ExportLicensing("CHN", "testium", 0.2), "licence_rate", 0.2, 0.2, 0.2),
        (
            ExportLicensing("CHN", "testium", 0.2, ("USA",), extraterritorial=True),
            "licence_rate",
            0.2,
            0.2,
            0.2,
        ),
        (ImportTariff("USA", "testium", 0.3), "tariff_rate", 0.3, 0.3, 0.3),
        (ImportTariff("USA", "testium", 0.3, ("CHN",)), "tariff_rate", 0.3, 0.0, 0.0),
        (ImportTariff("USA", "testium", 0.3, ("JPN",)), "tariff_rate", 0.0, 0.3, 0.0),
        (
            ImportTariff("USA", "testium", 0.3, ("CHN",), rules_of_origin=True),
            "tariff_rate",
            0.3,
            0.3,
            0.3,
        ),
        (
            ImportTariff("USA", "testium", 0.3, ("JPN",), rules_of_origin=True),
            "tariff_rate",
            0.0,
            0.0,
            0.0,
        ),
    ],
    ids=repr,
)
def test_a_rate_is_paid_where_customs_see_it(
    policy: Policy, field: str, direct: float, by_jpn: float, by_can: float
) -> None:
    case = applied(policy)
    ways = ways_of(case)
    around = [float(getattr(ways, field)[0, way(case, words)]) for words in (JPN_USA, CAN_USA)]
    assert getattr(case.refined, field)[0, CHN, USA] == direct
    assert around == [by_jpn, by_can]


def test_rates_add_and_trade_inside_a_territory_pays_none() -> None:
    case = applied(
        ExportTax("CHN", "testium", 0.2, ("USA",)),
        ExportTax("CHN", "testium", 0.3, ("USA", "JPN")),
        ImportTariff("CHN", "testium", 0.4),
    )
    assert case.refined.export_rate[0, CHN] == pytest.approx([0.0, 0.0, 0.0, 0.3, 0.5])
    assert case.refined.tariff_rate[0, CHN, USERS.index("CHN")] == 0.0


def test_a_quota_counts_what_leaves_by_every_way() -> None:
    case = applied(ExportQuota("CHN", "testium", 0.4, "refined"))
    assert case.refined.quota[0, CHN] == pytest.approx(0.4 * METAL[0, 1:].sum())
    assert np.isinf(case.refined.quota[0, 1])
    state = evaluate(case, solve(case).prices).metal
    assert state.flow[0, CHN, 1:].sum() == pytest.approx(18.0, rel=1e-9)


def test_a_duty_to_process_leaves_the_rest_of_output_to_exports() -> None:
    case = applied(ProcessingMandate("AUS", "testium", 0.9))
    assert case.ore.quota[0, 0] == pytest.approx(0.1 * ORE[0].sum())
    assert np.isinf(case.ore.quota[0, 1])
    state = evaluate(case, solve(case).prices).ore
    assert state.flow[0, 0].sum() == pytest.approx(5.0, rel=1e-9)


def test_a_tariff_raises_the_price_of_its_importer_and_lowers_the_others() -> None:
    prices = solve(applied(ImportTariff("USA", "testium", 0.3))).prices.delivered[0]
    assert prices[USA] > 0.0
    assert (np.delete(prices, USA) < 0.0).all()


def test_a_bloc_is_hit_by_its_name_and_its_members_trade_freely() -> None:
    case = applied(ImportBan("EU", "testium", ("CHN",), 0.7))
    held = np.isfinite(case.refined.cap[0])
    assert held.tolist() == [[False, True, True, False, False], [False] * 5]
    # Japanese metal that comes to the EU from China counts as Chinese.
    assert ways_of(case).cap[0, way(case, CHN_EU1)] == pytest.approx(0.3 * 1.0)
    assert market().refined.outside[0].tolist() == [False, True, True, True, True]
