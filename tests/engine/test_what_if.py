"""A what-if moves what is known of prices and acts, each alone and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace

import numpy as np
import pytest
from tests.engine.real import setting

from oreacle.core.labels import LINKS
from oreacle.engine.inputs import FeatureInputs
from oreacle.engine.what_if import Moves, moved_inputs, restricted_links
from oreacle.market.policies import CapacityLoss, ExportQuota, ExportTax

GALLIUM = Moves(log_price={"gallium": 0.5})
COBALT = Moves(restricted=(("COD", "cobalt", "ore"), ("COD", "cobalt", "refined")))


def same(one: object, two: object) -> bool:
    if isinstance(one, Mapping) and isinstance(two, Mapping):
        return all(same(one[name], two[name]) for name in one)
    if isinstance(one, np.ndarray):
        return np.array_equal(one, np.asarray(two), equal_nan=True)
    return all(
        same(getattr(one, f.name), getattr(two, f.name))
        for f in fields(one)  # type: ignore[arg-type]
    )


def only(moved: FeatureInputs, part: str) -> None:
    """Check that nothing but one part moved."""
    known = setting().known
    assert not same(getattr(moved, part), getattr(known, part))
    for other in {"market", "actor", "ties", "memory"} - {part}:
        assert getattr(moved, other) is getattr(known, other)


def test_without_moves_the_inputs_are_the_same_arrays() -> None:
    assert moved_inputs(setting(), Moves()) is setting().known
    assert moved_inputs(setting(), Moves(log_price={"gallium": 0.0})) is setting().known


def test_a_price_moves_both_price_changes_of_its_mineral_alone() -> None:
    moved = moved_inputs(setting(), GALLIUM)
    only(moved, "market")
    known = setting().known
    at = known.minerals.index("gallium")
    for name in ("price_change_1", "price_change_3"):
        old, new = getattr(known.market, name)[0], getattr(moved.market, name)[0]
        assert new[at] == pytest.approx(np.nan_to_num(old[at]) + 0.5)
        np.testing.assert_array_equal(np.delete(old, at), np.delete(new, at))
    np.testing.assert_array_equal(known.market.share, moved.market.share)


def test_a_price_without_a_series_becomes_a_signal_where_it_moves() -> None:
    known = setting().known
    blind = replace(known.market, price_change_3=np.full_like(known.market.price_change_3, np.nan))
    chosen = replace(setting(), known=replace(known, market=blind))
    moved = moved_inputs(chosen, GALLIUM).market.price_change_3[0]
    at = known.minerals.index("gallium")
    assert moved[at] == 0.5
    assert np.isnan(np.delete(moved, at)).all()


def test_an_act_is_added_to_the_memory_of_its_actor_and_links_alone() -> None:
    moved = moved_inputs(setting(), COBALT)
    only(moved, "memory")
    old, new = setting().known.memory, moved.memory
    at = setting().known.actors.index("COD")
    row = setting().known.minerals.index("cobalt")
    acted = setting().acts.by_class["restriction"][-1, at]
    assert acted == 0.0, "the case needs an actor that did not act in the base year"
    assert new.acts["restriction"][0, at] == old.acts["restriction"][0, at] + 1.0
    share = setting().known.market.share[0, at, row]
    np.testing.assert_array_equal(
        new.links[0, at, row] - old.links[0, at, row], (share > 0.0).astype(float)
    )
    for one, two in (
        (old.links[0], new.links[0]),
        (old.acts["restriction"][0], new.acts["restriction"][0]),
    ):
        np.testing.assert_array_equal(np.delete(one, at, 0), np.delete(two, at, 0))
    for name in set(old.acts) - {"restriction"}:
        assert new.acts[name] is old.acts[name]


def test_an_act_of_the_base_year_is_not_counted_twice() -> None:
    acts = setting().acts
    actor, mineral, link = np.argwhere(acts.links[-1])[0]
    known = setting().known
    again = (known.actors[actor], known.minerals[mineral], LINKS[link])
    assert moved_inputs(setting(), Moves(restricted=(again,))) is known


def test_only_restrictions_of_exports_are_acts() -> None:
    policies = [
        ExportQuota("COD", "cobalt", 0.5),
        ExportTax("IDN", "nickel", 0.1, link="ore"),
        CapacityLoss("CHN", "zinc", "refined", 0.5),
    ]
    assert restricted_links(policies) == (
        ("COD", "cobalt", "ore"),
        ("COD", "cobalt", "refined"),
        ("IDN", "nickel", "ore"),
    )
