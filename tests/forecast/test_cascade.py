"""The cascade of a measure: probabilities by hand, mechanisms switched off, rounds weighed."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import product

import numpy as np
import pytest
from tests.engine.real import setting

from oreacle.engine.acts.actor_features import price_momentum, price_signal
from oreacle.engine.what_if import Moves, moved_inputs, restricted_links
from oreacle.forecasting.cascade import all_draws, cascade, log_prices
from oreacle.forecasting.cascade_records import Cascade
from oreacle.market.by_products import Markets, clear_all
from oreacle.market.exposed import exposed_actors, price_abroad
from oreacle.market.policies import CapacityLoss, ExportBan, ExportQuota, Policy
from oreacle.relations.logistic import sigmoid

BAN = ExportBan("CHN", "rare_earths_heavy")
MILD = ExportQuota("CHN", "rare_earths_heavy", 0.97)


@cache
def markets(policy: Policy) -> Markets:
    return clear_all(setting().world, (policy,))


@cache
def of(policy: Policy, *, prices: bool = True, acts: bool = True) -> Cascade:
    return cascade(markets(policy), (policy,), setting=setting(), prices=prices, acts=acts)


def chances(one: Cascade) -> list[tuple[str, str, str, float, float]]:
    acts = (*one.restrictions, *one.restricted_minerals, *one.agreements)
    return [(a.actor, a.partner, a.mineral, a.before, a.after) for a in acts]


def test_with_both_channels_off_every_probability_is_as_it_was() -> None:
    off = of(BAN, prices=False, acts=False)
    assert all(before == after for *_, before, after in chances(off))
    assert all(act.change == type(act.change)(0.0, 0.0, 0.0) for act in off.restrictions)
    assert off.expected_acts == off.expected_acts_before
    assert all(one.expected == one.expected_before for one in off.second_rounds)
    # What the market does is not switched off.
    assert off.minerals == of(BAN).minerals
    assert repr(off.exposed) == repr(of(BAN).exposed)


def test_switching_prices_off_leaves_the_bytes_of_chances_for_what_is_no_act() -> None:
    policy = CapacityLoss("COD", "cobalt", "mined", 0.3)
    known = setting().known
    assert moved_inputs(setting(), Moves({}, ())) is known
    off = of(policy, prices=False)
    assert all(before == after for *_, before, after in chances(off))
    on = of(policy)
    assert any(before != after for *_, before, after in chances(on))


def test_acts_and_prices_move_actors_each_on_their_own() -> None:
    def moved(**channels: bool) -> set[str]:
        return {a.actor for a in of(BAN, **channels).restrictions if a.before != a.after}

    # China acted in the base year already: one act more is no news of it or of others.
    assert moved(prices=False) == set()
    assert "MMR" in moved(acts=False)
    found = of(ExportQuota("CHL", "copper", 0.6), prices=False)
    (own,) = (a for a in found.restrictions if a.before != a.after)
    assert (own.actor, own.term) == ("CHL", "own_acts")
    assert own.after > own.before
    # Who imports copper seeks other partners: no price has moved.
    pairs = [a for a in found.agreements if a.before != a.after]
    assert {a.term for a in pairs} == {"own.restricted_supply"}
    assert "CHL" not in {a.actor for a in pairs}


def test_a_probability_moves_by_its_slope_times_the_move_of_its_feature() -> None:
    moves = Moves(log_prices(markets(BAN), (BAN,), setting().world))
    known, moved = setting().known, moved_inputs(setting(), moves)
    model, at = setting().models["restriction_act"], setting().known.actors.index("MMR")
    term = model.terms.index("price_momentum")
    step = (price_momentum(moved) - price_momentum(known))[0, at] / model.scaling.sd[term]
    before = all_draws(setting(), known).act[:, at]
    after = all_draws(setting(), moved).act[:, at]
    odds = np.log(before / (1.0 - before)) + model.draws[:, 1 + term] * step
    np.testing.assert_allclose(after, sigmoid(odds), rtol=1e-9)
    shown = next(a for a in of(BAN).restrictions if a.actor == "MMR")
    assert shown.term == "price_momentum"
    assert shown.log_odds == pytest.approx(model.draws[0, 1 + term] * step)


def test_the_price_signal_is_bounded_as_in_a_run() -> None:
    moves = Moves({"gallium": 10.0})
    moved = moved_inputs(setting(), moves)
    at = moved.minerals.index("gallium")
    assert price_signal(moved.market.price_change_3)[0, at] == 1.5


def test_a_calibrated_control_sets_off_less_than_the_ban() -> None:
    ban, mild = of(BAN), of(MILD)
    rise = [one.second_rounds[0].first_round.abroad for one in (mild, ban)]
    assert 0.0 < rise[0] < rise[1]
    change = {
        name: next(a.change.value for a in one.restrictions if a.actor == "MMR")
        for name, one in (("ban", ban), ("mild", mild))
    }
    assert 0.0 < change["mild"] < change["ban"]
    assert ban.exposed[0].loss > mild.exposed[0].loss


@pytest.mark.parametrize(
    ("policy", "count"), [(MILD, 1), (ExportQuota("COD", "cobalt", 0.9), 3)], ids=["one", "three"]
)
def test_rounds_are_weighed_by_the_chances_of_followers(policy: ExportQuota, count: int) -> None:
    found = of(policy).second_rounds[0]
    world, row = setting().world, setting().known.minerals.index(policy.mineral)
    actors = [str(one.actor) for one in found.followers]  # type: ignore[attr-defined]
    assert len(actors) == count
    sets = list(product((False, True), repeat=count))
    prices = []
    for one in sets:
        chosen = [added for added, is_in in zip(found.followers, one, strict=True) if is_in]
        outcome = clear_all(world, (policy, *chosen)).outcomes[policy.mineral]
        prices.append(price_abroad(outcome, world.territory, {policy.actor}))
    assert found.first_round.abroad == pytest.approx(prices[0])
    # The first follower alone stands in the middle of the list of sets.
    assert found.likeliest.abroad == pytest.approx(prices[len(sets) // 2])
    assert found.all_of_them.abroad == pytest.approx(prices[-1])
    moves = Moves(log_prices(markets(policy), (policy,), world), restricted_links((policy,)))
    for inputs, chances, expected in (
        (setting().known, found.chances_before, found.expected_before),
        (moved_inputs(setting(), moves), found.chances_after, found.expected),
    ):
        chance = all_draws(setting(), inputs).mineral[..., row]
        each = [chance[:, setting().acting.index(actor)] for actor in actors]
        assert chances == pytest.approx(tuple(float(one.mean()) for one in each))
        by_hand = 0.0
        for one, price in zip(sets, prices, strict=True):
            # Every set of followers by its probability, draw by draw.
            parts = [p if is_in else 1.0 - p for p, is_in in zip(each, one, strict=True)]
            by_hand += float(np.prod(parts, axis=0).mean()) * price
        assert expected.abroad == pytest.approx(by_hand)


def test_a_follower_restricts_a_link_on_which_it_sells_something() -> None:
    # Exports of ore and compounds make Myanmar look like a refiner; it mines, and refines nothing.
    (follower,) = of(MILD).second_rounds[0].followers
    assert (follower.actor, follower.link) == ("MMR", "ore")  # type: ignore[attr-defined]


def test_by_products_of_a_host_are_among_the_minerals() -> None:
    policy = CapacityLoss("CHN", "zinc", "refined", 0.3)
    found = {one.mineral: one for one in of(policy).minerals}
    assert set(found) == {"zinc", "germanium", "indium"}
    assert (found["zinc"].host, found["indium"].host) == ("", "zinc")
    assert found["zinc"].price_change > 0.0
    # Nobody restricts: the price abroad is that of the world.
    assert found["zinc"].price_change == found["zinc"].world_price_change


def test_losses_of_the_exposed_add_over_minerals() -> None:
    policy = CapacityLoss("CHN", "zinc", "refined", 0.3)
    rows = exposed_actors(markets(policy), setting().world, {"CHN"})
    outcomes = markets(policy).outcomes.values()
    first = rows[0]
    total = sum(
        float(outcome.owned["total"].sel(actor=first.actor))
        for outcome in outcomes
        if first.actor in outcome.owned["actor"].values
    )
    assert first.loss == pytest.approx(-total)
    assert all(row.actor != "CHN" and row.loss > 0.0 for row in rows)
    shares = [row.per_gdp for row in rows if not np.isnan(row.per_gdp)]
    assert shares == sorted(shares, reverse=True)


def test_the_caveats_carry_the_scores_and_the_weak_signs() -> None:
    text = " ".join(of(BAN).caveats)
    for title in ("New export restriction:", "New export restriction on a mineral:", "Bilateral"):
        assert title in text
    assert "bits an event" in text
    # Classes that a cascade says nothing about are left out.
    assert "Dispute" not in text
    assert "prices of what an actor supplies" in text
    fixed = setting().models["restriction_act"]
    firm = np.abs(fixed.draws)  # every slope of one sign: nothing is left open
    settled = replace(
        setting(), models={**setting().models, "restriction_act": replace(fixed, draws=firm)}
    )
    found = cascade(markets(MILD), (MILD,), setting=settled)
    open_part = found.caveats[1].partition("Settled:")[0]
    assert "prices of what an actor supplies" not in open_part
