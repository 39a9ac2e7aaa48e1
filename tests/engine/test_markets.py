"""Markets of a year: equal growth changes no price, and only members with a measure pay."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from tests.market.small import PARAMETERS, own_territory, random_chain

from oreacle.engine.markets import ACCEPTED, Growth, _accepted, clear_year, grown
from oreacle.market.apply import PolicyDesk
from oreacle.market.calibrate import base_problem
from oreacle.market.kernel import solve
from oreacle.market.policies import DemandShift, ExportBan, ExportTax, Policy

CHAIN = random_chain(np.random.default_rng(7), 6, 4, 8)
TERRITORY = own_territory(CHAIN.miners, CHAIN.refiners, CHAIN.users)
BASE = base_problem(CHAIN, PARAMETERS, TERRITORY, size=3)
DESK = PolicyDesk(CHAIN, TERRITORY)
NONE: list[list[ExportBan]] = [[], [], []]


def growth(factor: float) -> Growth:
    return Growth(np.full((3, 6), factor), np.full((3, 4), factor), np.full(3, factor))


def test_equal_growth_everywhere_leaves_prices_alone() -> None:
    cleared = clear_year(grown(BASE, growth(1.7)), DESK, NONE, NONE, None)
    assert np.abs(cleared.prices.delivered).max() <= 1e-9
    assert np.allclose(cleared.refined.sum(axis=1), 1.7 * CHAIN.throughput)


def test_only_members_with_a_measure_lose() -> None:
    ban = ExportBan("R00", "testium", enforcement=0.9)
    cleared = clear_year(grown(BASE, growth(1.2)), DESK, [[], [ban], []], NONE, None)
    assert cleared.loss[1].sum() > 0.0
    assert np.abs(cleared.loss[[0, 2]]).max() == 0.0
    assert cleared.shortage[1] > 0.0
    assert cleared.shortage[[0, 2]].max() == 0.0


def test_bans_refer_to_the_grown_flow() -> None:
    ban = ExportBan("R00", "testium", enforcement=0.9)
    cleared = clear_year(grown(BASE, growth(2.0)), DESK, [[ban], [], []], NONE, None)
    inside = cleared.refined[0, 0]
    assert inside <= 2.0 * 0.1 * CHAIN.refined[0] * (1 + 1e-9)


def test_a_measure_known_before_is_part_of_the_reference_and_costs_nothing_new() -> None:
    tax = ExportTax("R00", "testium", 0.5)
    cleared = clear_year(grown(BASE, growth(1.0)), DESK, NONE, [[tax], [], []], None)
    assert cleared.loss.max() == 0.0
    assert cleared.price_delivered[0] > cleared.price_delivered[1]


def test_a_shift_of_demand_is_no_shortage() -> None:
    shifts: list[list[Policy]] = [[DemandShift("testium", 0.7)], [DemandShift("testium", 1.3)], []]
    cleared = clear_year(grown(BASE, growth(1.0)), DESK, shifts, NONE, None)
    assert cleared.price_delivered[0] < 1.0 < cleared.price_delivered[1]
    assert cleared.shortage[0] == 0.0
    assert cleared.shortage[1] > 0.0
    assert cleared.used[0].sum() < cleared.used[2].sum() < cleared.used[1].sum()


def test_round_off_at_a_shut_mine_counts_as_cleared_and_a_gap_does_not() -> None:
    found = solve(BASE)
    rounded = replace(found, solved=np.zeros_like(found.solved))
    near = replace(rounded, residual=np.full_like(found.residual, 0.9 * ACCEPTED))
    far = replace(rounded, residual=np.full_like(found.residual, 2.0 * ACCEPTED))
    regime = replace(near, premium=np.ones_like(found.premium))
    assert _accepted(near).all()
    assert not _accepted(far).any()
    assert not _accepted(regime).any()
