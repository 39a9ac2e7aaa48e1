"""Lifting any measure of the register brings sales back, or changes nothing where none can come."""

from __future__ import annotations

import numpy as np
import pytest

from oreacle.market.clear import clear
from oreacle.market.policies import LiftMeasure
from oreacle.world.load import load_world
from oreacle.world.register import Measure

WORLD = load_world()
NOTHING_TO_SELL = {"chn_ree_report_2023.rare_earths_heavy.ore", "idn_tin_ore_ban_2002.tin.ore"}
"""Exporters whose ore all stays at home in the base year and had no foreign buyer before: the
measure does not bind."""


@pytest.mark.parametrize("measure", WORLD.base_measures, ids=lambda m: m.measure_id)
def test_lifting_raises_sales_abroad_unless_nothing_binds(measure: Measure) -> None:
    outcome = clear(WORLD, measure.mineral, [LiftMeasure(measure.measure_id, measure.mineral)])
    change = outcome.flows[f"{measure.link}_change"]
    tails, heads = (change[dim].values for dim in change.dims)
    actor = WORLD.territory.actor_of
    leaving = np.array([[actor[t] == measure.actor != actor[h] for h in heads] for t in tails])
    gained = float(change.to_numpy()[leaving].sum())
    if measure.measure_id in NOTHING_TO_SELL:
        assert abs(gained) <= 1e-6 * WORLD.chain(measure.mineral).throughput
    else:
        assert gained > 1e-7 * WORLD.chain(measure.mineral).throughput


def test_indonesian_nickel_comes_back_in_part() -> None:
    """Its share of Chinese intake rises towards the two thirds that free exports would give."""
    lifted = clear(WORLD, "nickel", [LiftMeasure("idn_ni_ban_accel_2019.nickel.ore", "nickel")])
    now = lifted.flows["ore"].sel(ore_importer="CHN")
    before = now - lifted.flows["ore_change"].sel(ore_importer="CHN")
    shares = [float(f.sel(ore_exporter="IDN") / f.sum()) for f in (before, now)]
    held = next(
        cap
        for cap in WORLD.chain("nickel").registered_caps
        if (cap.exporter, cap.importer) == ("IDN", "CHN")
    )
    others = float(before.sum() - before.sel(ore_exporter="IDN"))
    free = held.unrestricted / (held.unrestricted + others)
    assert shares[0] < shares[1] < free
    assert (shares[1] - shares[0]) / (free - shares[0]) > 0.3
