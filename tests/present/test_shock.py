"""A what-if: facts from a cleared market, and how they are told."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from rich.console import Console
from tests.market import small

from oreacle.core.status import SolveStatus
from oreacle.market.clear import clear
from oreacle.market.intervals import Figure
from oreacle.market.outcome import Outcome
from oreacle.market.policies import CapacityLoss, ExportBan, LiftMeasure, Policy
from oreacle.present.shock_facts import ShockFacts, shock_facts
from oreacle.present.shock_text import shock_text
from oreacle.present.shock_trust import certificate_sentence, grade_sentence
from oreacle.world.snapshot import World
from oreacle.world.territory import Territory

BAN = ExportBan("AAA", "testium", ("CCC",), 0.9, "refined")
ORE = np.array([[60.0, 10.0], [5.0, 25.0]])
METAL = np.array([[30.0, 15.0, 20.0], [5.0, 10.0, 20.0]])
NAMES = (("AAA", "BBB"), ("AAA", "BBB"), ("AAA", "BBB", "CCC"))


def world(grade: str = "A") -> World:
    chain = replace(small.chain(ORE, METAL, NAMES), grade_refined=grade)
    codes = ("AAA", "BBB", "CCC")
    return World(
        base_year=2024,
        as_of="2024-12-31",
        chains={"testium": chain},
        countries=pd.DataFrame({"country": codes, "name": ["Alia", "Bea [b]", "Cee"]}),
        minerals=pd.DataFrame({"mineral": ["testium"], "unit": ["t Tt"]}),
        demand_paths=pd.DataFrame(),
        territory=Territory({code: code for code in codes}),
        measures=(),
        parameters=small.PARAMETERS,
    )


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    return clear(world(), "testium", [BAN])


@pytest.fixture(scope="module")
def drawn() -> Outcome:
    return clear(world(), "testium", [BAN], draws=40, seed=2)


@pytest.fixture(scope="module")
def facts(outcome: Outcome) -> ShockFacts:
    return shock_facts(outcome, world().territory, [BAN])


def value(one: Figure | None) -> float:
    assert one is not None
    return one.value


def told(outcome: Outcome, place: World, policies: list[Policy], width: int = 100) -> str:
    console = Console(file=io.StringIO(), width=width)
    console.print(shock_text(outcome, "AAA bans [red]testium", world=place, policies=policies))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_means_keep_the_weights_of_the_base_year(outcome: Outcome, facts: ShockFacts) -> None:
    mean = {(fact.place, fact.stage): fact for fact in facts.means}
    price = outcome.prices["delivered"].to_series()
    used = METAL.sum(axis=0)
    assert value(mean["inside", "delivered"].after) == pytest.approx(price["AAA"])
    by_hand = (used[1] * price["BBB"] + used[2] * price["CCC"]) / used[1:].sum()
    assert value(mean["outside", "delivered"].after) == pytest.approx(by_hand)
    assert value(facts.gaps["delivered"]) == pytest.approx(by_hand / price["AAA"])
    assert mean["world", "delivered"].weight == pytest.approx(used.sum())
    assert mean["world", "delivered"].before == pytest.approx(1020.0)


def test_a_ban_raises_the_price_of_its_target_and_lowers_its_own(facts: ShockFacts) -> None:
    change = {fact.place: value(fact.change) for fact in facts.delivered}
    assert change["CCC"] > 0 > change["AAA"]
    assert facts.delivered[0].place == "CCC"


def test_flows_before_are_those_of_the_base_year(facts: ShockFacts) -> None:
    flow = {(f.link, f.exporter, f.importer): f for f in facts.flows}
    banned = flow["refined", "AAA", "CCC"]
    assert banned.before == pytest.approx(20.0)
    assert banned.after.value == pytest.approx(20.0 + banned.change.value)
    around = sum(
        fact.after.value
        for fact in facts.routes
        if (fact.link, fact.exporter, fact.importer) == ("refined", "AAA", "CCC")
    )
    direct = banned.after.value - around
    assert direct == pytest.approx(2.0 * (1.0 - small.PARAMETERS.unseen_reexport_share))


def test_parts_of_shortage_and_of_welfare_add_up(facts: ShockFacts) -> None:
    for short in (*facts.shortage, facts.world_shortage):
        parts = short.priced_out.value + short.unserved.value
        assert parts == pytest.approx(short.total.value)
    listed = sum(short.total.value for short in facts.shortage)
    assert facts.world_shortage.total.value == pytest.approx(listed)
    money = facts.money
    for fact in money.actors:
        assert sum(p.value for p in fact.parts.values()) == pytest.approx(fact.located.value)
    totals = [fact.located.value for fact in money.actors]
    assert totals == sorted(totals)
    for other in (
        sum(totals),
        sum(fact.owned.value for fact in money.actors),
        sum(kind.value for kind in money.kinds.values()),
        money.losers.value + money.gainers.value,
    ):
        assert other == pytest.approx(money.world.value)


def test_a_country_without_a_stage_has_no_effect_there_and_not_zero(facts: ShockFacts) -> None:
    user = next(fact for fact in facts.money.actors if fact.actor == "CCC")
    assert "mines" not in user.parts
    assert "users" in user.parts
    places = {(fact.place, fact.stage): fact for fact in facts.means}
    only_user = shock_facts(
        clear(world(), "testium", [BAN]), Territory({"AAA": "AAA", "BBB": "BBB", "CCC": "CCC"}), []
    )
    assert places["world", "mine"].after is not None
    assert {fact.place for fact in only_user.means} == {"world"}


def test_what_goes_round_is_set_against_what_no_longer_goes_direct() -> None:
    """By hand: the ways of the banned link that grow, over the direct flow that it loses."""
    cheap = replace(world(), parameters=replace(small.PARAMETERS, leak_cost=0.0))
    found = clear(cheap, "testium", [BAN])
    leak = shock_facts(found, cheap.territory, [BAN]).leak
    assert leak is not None
    table = found.routes.to_dataframe()
    ways = table[(table["origin"] == "AAA") & (table["importer"] == "CCC")]
    assert leak.around.value == pytest.approx(ways["change"].sum())
    flow = found.flows["refined_change"].sel(refined_exporter="AAA", refined_importer="CCC")
    assert leak.lost.value == pytest.approx(ways["change"].sum() - float(flow))
    assert leak.share.value == pytest.approx(leak.around.value / leak.lost.value)
    assert "Going round" in told(found, cheap, [BAN])


def test_without_an_actor_there_is_no_inside(outcome: Outcome) -> None:
    found = shock_facts(outcome, world().territory, [LiftMeasure("m1", "testium")])
    assert found.inside == ()
    assert {fact.place for fact in found.means} == {"world"}
    assert "Inside:" not in told(outcome, world(), [])


def test_a_capacity_loss_is_inside_where_it_happens(outcome: Outcome) -> None:
    policy = CapacityLoss("BBB", "testium", "mined", 0.5)
    assert shock_facts(outcome, world().territory, [policy]).inside == ("BBB",)


def test_the_text_has_every_part_and_its_unit(outcome: Outcome) -> None:
    text = told(outcome, world(), [BAN])
    for part in (
        "What if: AAA bans [red]testium",
        "[USD/t]",
        "Inside: Alia",
        "Outside",
        "Delivered price by user",
        "Flows that change",
        "Alia to Cee",
        "Shortage",
        "[USD m]",
        "Money by kind",
        "Who loses, who gains",
        "GDP at risk",
        "Data grade A/A",
        "Certificate passed",
    ):
        assert part in text, part
    assert "Bea [b]" in text


def test_intervals_stand_beside_numbers_only_where_there_are_draws(
    outcome: Outcome, drawn: Outcome
) -> None:
    point, ranges = told(outcome, world(), [BAN]), told(drawn, world(), [BAN])
    assert "90 %" not in point
    assert "no interval was asked for" in " ".join(point.split())
    assert "40 draws (seed 2)" in " ".join(ranges.split())
    assert "every draw solved" in " ".join(ranges.split())


def test_draws_change_intervals_and_no_central_figure(outcome: Outcome, drawn: Outcome) -> None:
    one = shock_facts(outcome, world().territory, [BAN])
    two = shock_facts(drawn, world().territory, [BAN])
    assert one.money.world.value == two.money.world.value
    assert one.world_shortage.total.value == two.world_shortage.total.value
    assert one.money.world.low is None
    assert two.money.world.low is not None
    assert two.money.world.high is not None
    assert two.money.world.low < two.money.world.value < two.money.world.high


def test_the_interval_of_a_sum_is_its_own(drawn: Outcome) -> None:
    """Losses of actors move together or against each other: their ends do not add up."""
    facts = shock_facts(drawn, world().territory, [BAN])
    assert drawn.draws is not None
    by_draw = drawn.draws.tables.welfare["total"].sum("country").to_numpy()
    low = min(float(np.quantile(by_draw, 0.05)), facts.money.world.value)
    assert facts.money.world.low == pytest.approx(low)


def test_draws_that_failed_are_told(drawn: Outcome) -> None:
    assert drawn.draws is not None
    failed = replace(drawn, draws=replace(drawn.draws, failed=3))
    assert "3 draws did not solve" in " ".join(told(failed, world(), [BAN]).split())


def test_enforcement_that_is_stated_is_not_said_to_be_drawn(drawn: Outcome) -> None:
    stated = " ".join(told(drawn, world(), [BAN]).split())
    left = " ".join(told(drawn, world(), [replace(BAN, enforcement=0.95)]).split())
    assert "enforcement from 80 % to 100 %" in left
    assert "enforcement from" not in stated


@pytest.mark.parametrize("width", [60, 80, 100, 120])
def test_no_line_is_wider_than_the_screen(drawn: Outcome, width: int) -> None:
    text = told(drawn, world(), [BAN], width)
    assert max(len(line) for line in text.splitlines()) <= width
    assert text.isascii()


def test_grade_c_says_that_statements_about_pairs_are_weak(outcome: Outcome) -> None:
    assert "pairs of countries are weak" in " ".join(told(outcome, world("C"), [BAN]).split())
    assert "weak" not in grade_sentence(world("A").chain("testium"))


def test_a_link_without_trade_data_says_so_and_another_does_not(outcome: Outcome) -> None:
    text = " ".join(told(outcome, world("C"), [BAN]).split())
    assert "Trade data: ore A observed, refined C: no trade data." in text
    assert "no trade data" not in told(outcome, world("A"), [BAN])


def test_a_clearing_that_failed_says_so(outcome: Outcome) -> None:
    failed = replace(outcome.certificate, status=SolveStatus.NOT_CONVERGED)
    assert "FAILED (not_converged)" in certificate_sentence(failed)


def test_facts_are_plain_values(facts: ShockFacts) -> None:
    assert json.loads(json.dumps(facts.as_dict()))["mineral"] == "testium"
