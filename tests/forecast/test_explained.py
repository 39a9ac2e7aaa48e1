"""What sets two actors of the same record apart is where they stand in the market."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from tests.engine.real import setting

from oreacle.engine.act_chances import chances, expected_levels
from oreacle.engine.acts.classes import ACTOR, CLASSES, SCOPE
from oreacle.engine.acts.feature import FeatureBook
from oreacle.engine.acts.units import class_features, feature_of
from oreacle.engine.inputs import FeatureInputs
from oreacle.engine.setting import Setting
from oreacle.forecasting.events.drivers import drivers
from oreacle.forecasting.events.explained import class_shares, mineral_shares
from oreacle.forecasting.summary_events import base_rate

MODE = np.array([0])


def log_odds(chance: float) -> float:
    return float(np.log(chance / (1.0 - chance)))


def chance_of(chosen: Setting, name: str, cell: tuple[int, ...]) -> float:
    """Return the probability of a unit in the first year at the posterior mode."""
    found = chances(chosen, chosen.known, MODE, expected_levels(chosen, 0, MODE))
    return float(found.by_class[name][(0, *cell)])


@cache
def twins() -> tuple[Setting, int, int]:
    """Return a setting in which two actors are alike in all that is known, and have no effect."""
    one, two = (setting().acting.index(actor) for actor in ("CHL", "PER"))
    known = setting().known

    def alike(array: np.ndarray, axis: int = 1) -> np.ndarray:
        copied = np.moveaxis(np.array(array), axis, 0)
        copied[two] = copied[one]
        return np.moveaxis(copied, 0, axis)

    def alike_both(array: np.ndarray) -> np.ndarray:
        copied = alike(alike(array, 1), 2)
        copied[:, [one, two], [two, one]] = 0.0
        copied[:, [one, two], [one, two]] = 0.0
        return copied

    share = np.array(known.market.share)
    # Both supply 5 % of refined copper, and nothing else.
    share[:, one] = 0.0
    share[:, one, known.minerals.index("copper"), 1] = 0.05
    market = replace(
        known.market, share=alike(share), import_share=alike(known.market.import_share)
    )
    actor = {name: alike(array) for name, array in vars(known.actor).items()}
    ties = replace(known.ties, trade_value=alike_both(known.ties.trade_value))
    memory = replace(
        known.memory,
        acts={
            name: alike(array) if CLASSES[name].unit == ACTOR else alike_both(array)
            for name, array in known.memory.acts.items()
        },
        links=alike(known.memory.links),
    )
    inputs = replace(
        known, market=market, actor=replace(known.actor, **actor), ties=ties, memory=memory
    )
    nothing = {
        model: {group: np.zeros_like(values) for group, values in groups.items()}
        for model, groups in setting().effects.items()
    }
    return replace(setting(), known=inputs, effects=nothing), one, two


def with_share(chosen: Setting, actor: int, mineral: str, stage: int, share: float) -> Setting:
    """Return the setting in which an actor has another share of one supply."""
    known: FeatureInputs = chosen.known
    moved = np.array(known.market.share)
    moved[:, actor, known.minerals.index(mineral), stage] = share
    market = replace(known.market, share=moved)
    return replace(chosen, known=replace(known, market=market))


def difference(chosen: Setting, one: int, two: int) -> dict[str, float]:
    """Return by how much each share of the first actor is above that of the second one."""
    pairs = zip(
        class_shares(chosen, "restriction", (one,)),
        class_shares(chosen, "restriction", (two,)),
        strict=True,
    )
    return {first.term: first.log_odds - second.log_odds for first, second in pairs}


def test_actors_of_the_same_record_and_position_have_the_same_probability() -> None:
    chosen, one, two = twins()
    assert chance_of(chosen, "restriction", (one,)) == chance_of(chosen, "restriction", (two,)) > 0
    assert set(difference(chosen, one, two).values()) == {0.0}


@pytest.mark.parametrize(
    ("mineral", "stage", "share", "terms"),
    [
        # Below 10 % no stronghold, and what is refined is no gap: only the largest share differs.
        ("copper", 1, 0.09, {"largest_share"}),
        ("cobalt", 1, 0.04, set()),
        ("cobalt", 0, 0.04, {"refining_gap"}),
        ("cobalt", 0, 0.70, {"largest_share", "strongholds", "refining_gap"}),
    ],
)
def test_equal_base_rates_and_another_position_give_another_probability_and_its_reason(
    mineral: str, stage: int, share: float, terms: set[str]
) -> None:
    chosen, one, two = twins()
    rates = [base_rate(chosen, "restriction_act", chosen.acting[at]) for at in (one, two)]
    assert rates[0] == rates[1]
    calm = replace(chosen.known.market, price_change_3=np.zeros((1, len(chosen.known.minerals))))
    chosen = replace(chosen, known=replace(chosen.known, market=calm))
    chosen = with_share(chosen, one, mineral, stage, share)
    apart = {term: value for term, value in difference(chosen, one, two).items() if value != 0.0}
    assert set(apart) == terms
    odds = [log_odds(chance_of(chosen, "restriction", (at,))) for at in (one, two)]
    assert odds[0] - odds[1] == pytest.approx(sum(apart.values()), abs=1e-9)
    assert (odds[0] != odds[1]) == bool(terms)


def test_the_largest_driver_of_a_dominant_supplier_is_the_position_that_its_twin_lacks() -> None:
    chosen, one, two = twins()
    chosen = with_share(chosen, one, "cobalt", 0, 0.95)
    apart = difference(chosen, one, two)
    largest = max(apart, key=lambda term: abs(apart[term]))
    found = drivers(class_shares(chosen, "restriction", (one,)))
    assert found[0].term == largest == "refining_gap"
    assert found[0].words == "larger in mining than in refining of a mineral"
    assert feature_of(largest).is_market
    assert drivers(class_shares(chosen, "restriction", (two,)))[0].term != largest


def test_actors_that_never_acted_have_one_base_rate_and_many_probabilities() -> None:
    found = chances(setting(), setting().known, MODE, expected_levels(setting(), 0, MODE)).act[0]
    groups: dict[tuple[int, int, float], list[float]] = {}
    for at in np.flatnonzero(found):
        rate = base_rate(setting(), "restriction_act", setting().acting[at])
        groups.setdefault(rate, []).append(float(found[at]))
    largest = max(groups.values(), key=len)
    assert len(largest) >= 10
    assert len(set(largest)) == len(largest)
    assert max(largest) > 3.0 * min(largest)


@pytest.mark.parametrize("name", CLASSES)
def test_shares_of_a_class_add_up_to_the_log_odds_less_those_of_the_average_unit(
    name: str,
) -> None:
    found = chances(setting(), setting().known, MODE, expected_levels(setting(), 0, MODE))
    chance = found.by_class[name][0]
    level = setting().levels[name].offset(1)
    constant = float(setting().models[CLASSES[name].model].draws[0, 0])
    cells = np.argwhere(chance > 0.0)
    for cell in cells[:: max(1, len(cells) // 20)]:
        at = tuple(int(k) for k in cell)
        total = sum(share.log_odds for share in class_shares(setting(), name, at))
        assert log_odds(float(chance[at])) == pytest.approx(constant + level + total, abs=1e-8)


def test_shares_stand_beside_the_side_on_which_the_unit_lies() -> None:
    at = setting().acting.index("COD")
    features = class_features(
        FeatureBook(setting().known, setting().first), CLASSES["restriction"]
    )[0, at]
    model = setting().models["restriction_act"]
    for k, share in enumerate(class_shares(setting(), "restriction", (at,))[: len(model.terms)]):
        assert share.term == model.terms[k]
        assert share.is_high == bool(features[k] >= model.scaling.mean[k])


def test_shares_of_a_mineral_add_up_to_the_log_odds_of_its_link() -> None:
    known = setting().known
    found = chances(setting(), known, MODE, expected_levels(setting(), 0, MODE))
    level = float(setting().models["restriction_act"].draws[0, 0])
    level += setting().levels["restriction"].offset(1)
    for name, mineral, link in (("MMR", "rare_earths_heavy", 0), ("CHN", "gallium", 1)):
        actor, row = setting().acting.index(name), known.minerals.index(mineral)
        scope = found.scope[0, actor]
        none = float(np.prod(1.0 - scope))
        reach = setting().reach
        chance = reach * float(found.act[0, actor]) * float(scope[row, link]) / (1.0 - none)
        others = none / (1.0 - float(scope[row, link]))
        model = setting().models[SCOPE]
        start = float(model.draws[0, 0]) - np.log((scope > 0.0).sum())
        covered = 1.0 / (1.0 + np.exp(-start))
        average = reach * covered / (1.0 - (1.0 - covered) * others) / (1.0 + np.exp(-level))
        shares = mineral_shares(setting(), actor, row, link)
        total = sum(share.log_odds for share in shares)
        assert total == pytest.approx(log_odds(chance) - log_odds(average), abs=1e-6), name
        assert {"largest_share", "log_share", "effect.actor", "effect.link_actor"} < {
            share.term for share in shares
        }
