"""Members of a run: repeatable, independent, and each mechanism moves what it should."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.engine.real import baseline, run, setting, silent, with_policies, without_mechanisms

from oreacle.market.policies import ExportBan
from oreacle.scenario.scenario import ScheduledPolicy


def test_the_same_seed_gives_the_same_members_and_another_seed_others() -> None:
    again, other = run(setting()), run(setting(), seed=2)
    assert again.arrays.identical(baseline().arrays)
    assert again.events.equals(baseline().events)
    assert not np.allclose(other.arrays["price_delivered"], baseline().arrays["price_delivered"])


def test_a_member_does_not_depend_on_its_neighbours() -> None:
    alone = run(setting(), members=(2,)).arrays
    among = baseline().arrays.sel(member=[2])
    for name in ("price_delivered", "loss", "restriction_probability", "output"):
        assert np.allclose(alone[name], among[name], rtol=1e-5, atol=1e-9), name
    assert (alone["mineral_drawn"] == among["mineral_drawn"]).all()


def test_every_market_of_every_member_solves_and_flows_close() -> None:
    assert bool(baseline().arrays["solved"].all())
    # What stocks give and take stands between output and use; without them the two are one.
    arrays = run(without_mechanisms(setting())).arrays
    assert bool(arrays["solved"].all())
    assert np.allclose(arrays["output"], arrays["use"], rtol=1e-5)


def test_without_acts_nobody_restricts_and_nobody_loses() -> None:
    result = run(silent(setting()))
    assert result.events.empty
    for name in setting().levels:
        assert not result.arrays[f"{name}_drawn"].any(), name
    assert float(np.abs(result.arrays["loss"]).max()) == 0.0
    assert float(result.arrays["shortage"].max()) == 0.0


def test_silencing_governments_leaves_demand_and_capacity_draws_alone() -> None:
    quiet, usual = run(silent(setting())).arrays, baseline().arrays
    untouched = ~usual["mineral_drawn"].isel(year=0).any("acting")
    register = [m.mineral for m in setting().world.measures]
    names = [str(m) for m in usual["mineral"].values]
    hit = [m for m in names if m in register or not bool(untouched.sel(mineral=m).all())]
    # What comes with a mineral under a measure is under it too.
    calm = [m for m in names if m not in setting().world.by_products.descendants(hit)]
    assert len(calm) >= 5
    one = quiet["price_delivered"].isel(year=0).sel(mineral=calm)
    two = usual["price_delivered"].isel(year=0).sel(mineral=calm)
    assert np.allclose(one, two, rtol=1e-6)


def test_without_lifting_the_register_stays_and_first_year_acts_are_the_same() -> None:
    marks = replace(setting().marks, lifting_rate=np.zeros_like(setting().marks.lifting_rate))
    result = run(replace(setting(), marks=marks))
    first = result.arrays.isel(year=0)
    assert bool((first["in_force"] >= len(setting().register)).all())
    assert bool(
        (first["restriction_drawn"] == baseline().arrays.isel(year=0)["restriction_drawn"]).all()
    )


def test_without_shocks_and_drift_members_share_their_first_year_prices() -> None:
    traits = replace(setting().traits, shock=np.zeros_like(setting().traits.shock))
    still = replace(silent(without_mechanisms(setting())), traits=traits, drift=0.0)
    marks = replace(still.marks, lifting_rate=np.zeros_like(still.marks.lifting_rate))
    price = run(replace(still, marks=marks)).arrays["price_delivered"]
    assert float(price.std("member").isel(year=0).max()) <= 1e-6


def test_nobody_acts_on_what_it_does_not_make() -> None:
    share = np.nan_to_num(setting().known.market.share[0]).max(axis=-1)
    chance = baseline().arrays["mineral_probability"].isel(year=0).max("member").to_numpy()
    assert (chance[share == 0.0] == 0.0).all()
    assert (chance > 0.0).sum() > 50


def test_an_imposed_ban_raises_prices_abroad_while_it_is_in_force_and_only_of_its_mineral() -> None:
    ban = ScheduledPolicy(ExportBan("BRA", "niobium"), 2026, 2026)
    base = run(silent(setting())).arrays
    banned = run(silent(with_policies(ban))).arrays
    ratio = banned["price_delivered"] / base["price_delivered"]
    assert np.allclose(ratio.sel(year=2025), 1.0)
    assert float(ratio.sel(year=2026, mineral="niobium").min()) > 1.2
    others = [m for m in base["mineral"].values if m != "niobium"]
    assert np.allclose(ratio.sel(mineral=others), 1.0, rtol=1e-6)
    assert float(banned["loss"].sel(year=2026, mineral="niobium").sum()) > 0.0
    assert float(np.abs(banned["loss"].sel(year=2025)).max()) == 0.0


def test_probabilities_are_shares_and_events_match_what_was_drawn() -> None:
    result = baseline()
    for name in setting().levels:
        chance = result.arrays[f"{name}_probability"]
        assert float(chance.min()) >= 0.0, name
        assert 0.0 < float(chance.max()) < 1.0, name
    restrictions = result.events[result.events["kind"] == "restriction"]
    drawn = result.arrays["mineral_drawn"]
    on_minerals = restrictions[restrictions["mineral"] != ""]
    counted = on_minerals.groupby(["member", "year", "actor", "mineral"]).ngroups
    assert counted == int(drawn.sum())
    # One that covers nothing that the model holds has a row of its own.
    acts = restrictions.groupby(["member", "year", "actor"]).ngroups
    assert acts == int(result.arrays["restriction_drawn"].sum())
    assert len(restrictions) > len(on_minerals)
    for name in setting().levels:
        if name != "restriction":
            found = int((result.events["kind"] == name).sum())
            assert found == int(result.arrays[f"{name}_drawn"].sum()), name


@pytest.mark.parametrize("name", ["price_delivered", "loss", "output", "restriction_probability"])
def test_arrays_carry_their_unit(name: str) -> None:
    assert baseline().arrays[name].attrs["units"]
