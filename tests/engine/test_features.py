"""Laws, hand-worked values and refusals of the features of restrictions and agreements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oreacle.engine.features import (
    RESTRICTION_TERMS,
    SCOPE_TERMS,
    customer_distance,
    links_at_risk,
    restriction_at_risk,
    restriction_features,
    scope_features,
    scope_offset,
)
from oreacle.engine.features_agreements import (
    AGREEMENT_TERMS,
    agreement_at_risk,
    agreement_features,
    demand_side,
)
from oreacle.engine.history_acts import acts_from_events

from oreacle.core.errors import DataError
from oreacle.engine.history_inputs import history_inputs, memories
from oreacle.engine.history_panel import HistoryPanel, panel_from_tables
from oreacle.engine.inputs import (
    ACT_HALF_LIFE,
    ActMemory,
    ActorView,
    FeatureInputs,
    MarketView,
    TieView,
    advance_memory,
    empty_memory,
)

ACTORS = ("AAA", "BBB", "CCC", "EU")
MINERALS = ("copper", "gallium")


def made_inputs(seed: int = 0, members: int = 1) -> FeatureInputs:
    """Four actors, two minerals; gallium has no traded ore."""
    rng = np.random.default_rng(seed)
    share = rng.dirichlet(np.ones(4), size=(members, 2, 2)).transpose(0, 3, 1, 2)
    bought = rng.dirichlet(np.ones(4), size=(members, 2, 2)).transpose(0, 3, 1, 2)
    value = rng.gamma(1.0, size=(members, 4, 4)) * (1.0 - np.eye(4))
    tie = np.triu(rng.integers(0, 2, size=(4, 4)), 1)
    change = rng.normal(size=(2, members, 2))
    return FeatureInputs(
        ACTORS,
        MINERALS,
        np.array([0.0, 1.0]),
        np.array([1.0, 0.0]),
        MarketView(share, bought, change[0], change[1]),
        ActorView(*rng.normal(size=(3, members, 4))),
        TieView(
            value, np.log(1.0 + 9.0 * np.ones((4, 4))), (tie + tie.T)[None], (tie + tie.T)[None]
        ),
        empty_memory(4, 2, members=members),
    )


def with_share(inputs: FeatureInputs, share: np.ndarray) -> FeatureInputs:
    return replace(inputs, market=replace(inputs.market, share=share))


def one_member(inputs: FeatureInputs, member: int) -> FeatureInputs:
    """Return one member of a block; arrays of one member stay."""

    def cut(part: object) -> dict[str, np.ndarray]:
        fields = {name: value for name, value in vars(part).items() if name != "log_distance"}
        return {n: v[member : member + 1] if len(v) > 1 else v for n, v in fields.items()}

    return replace(
        inputs,
        market=replace(inputs.market, **cut(inputs.market)),
        actor=replace(inputs.actor, **cut(inputs.actor)),
        ties=replace(inputs.ties, **cut(inputs.ties)),
        memory=replace(inputs.memory, **cut(inputs.memory)),
    )


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1000))
def test_a_block_of_members_gives_what_each_member_gives_alone(seed: int) -> None:
    block = made_inputs(seed, members=3)
    everyone = np.arange(4)
    for member in range(3):
        alone = one_member(block, member)
        for make in (restriction_features, scope_features):
            np.testing.assert_allclose(make(block)[member], make(alone)[0])
        np.testing.assert_allclose(
            agreement_features(block, everyone)[member], agreement_features(alone, everyone)[0]
        )


def test_shapes_follow_the_terms() -> None:
    inputs = made_inputs(members=5)
    assert restriction_features(inputs).shape == (5, 4, len(RESTRICTION_TERMS))
    assert scope_features(inputs).shape == (5, 4, 2, 2, len(SCOPE_TERMS))
    demand = np.array([0, 3])
    assert agreement_features(inputs, demand).shape == (5, 2, 4, len(AGREEMENT_TERMS))
    assert agreement_at_risk(inputs, demand).shape == (5, 2, 4)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1000))
def test_who_supplies_nothing_can_restrict_nothing(seed: int) -> None:
    inputs = made_inputs(seed)
    share = inputs.market.share.copy()
    share[:, 1] = 0.0
    memory = replace(inputs.memory, link_acts=np.ones((1, 4, 2, 2)))
    poor = replace(with_share(inputs, share), memory=memory)
    assert not restriction_at_risk(poor)[:, 1].any()
    assert restriction_at_risk(poor)[:, 0].all()


def test_an_integrated_mineral_has_no_ore_to_withhold() -> None:
    assert not links_at_risk(made_inputs())[..., 1, 0].any()


def test_a_past_act_keeps_a_small_supplier_at_risk() -> None:
    inputs = made_inputs()
    share = inputs.market.share.copy()
    share[0, 0] = 0.001
    small = with_share(inputs, share)
    assert not restriction_at_risk(small)[0, 0]
    acts = np.zeros((1, 4, 2, 2))
    acts[0, 0, 0, 0] = 0.1
    assert restriction_at_risk(replace(small, memory=replace(small.memory, link_acts=acts)))[0, 0]


def test_an_unknown_vector_puts_nobody_at_risk() -> None:
    inputs = made_inputs()
    blind = with_share(inputs, np.full_like(inputs.market.share, np.nan))
    assert not links_at_risk(blind).any()


def test_restriction_features_worked_by_hand() -> None:
    inputs = made_inputs()
    share = np.zeros((1, 4, 2, 2))
    share[0, 0] = [[0.5, 0.2], [0.05, 0.1]]
    market = MarketView(share, share, np.zeros((1, 2)), np.array([[0.6, 3.0]]))
    memory = ActMemory(
        np.array([[1.0, 0.0, 0.0, 0.0]]),
        np.array([[1.0, 1.0, 1.0, 0.0]]),
        np.zeros((1, 4, 2, 2)),
        np.zeros((1, 4, 4)),
    )
    row = dict(
        zip(
            RESTRICTION_TERMS,
            restriction_features(replace(inputs, market=market, memory=memory))[0, 0],
            strict=True,
        )
    )
    assert row["largest_share"] == pytest.approx(0.0)
    assert row["strongholds"] == pytest.approx(np.sqrt(3.0))
    assert row["refining_gap"] == pytest.approx(0.3)
    assert row["price_momentum"] == pytest.approx((0.7 * 0.6 + 0.15 * 1.5) / 0.85)
    assert row["own_acts"] == pytest.approx(np.log(2.0))
    assert row["world_acts"] == pytest.approx(np.log(3.0))


def test_a_price_that_nobody_published_is_no_signal() -> None:
    inputs = made_inputs()
    silent = np.array([[np.nan, 0.4]])
    market = replace(inputs.market, price_change_1=silent, price_change_3=silent)
    quiet = replace(inputs, market=market)
    column = RESTRICTION_TERMS.index("price_momentum")
    assert restriction_features(quiet)[0, :, column] == pytest.approx(0.4)
    scope = scope_features(quiet)[0, ..., SCOPE_TERMS.index("price_change_1")]
    assert np.all(scope[:, 0] == 0.0)
    assert scope[:, 1] == pytest.approx(0.4)


def test_the_mean_customer_is_weighted_by_what_it_buys() -> None:
    inputs = made_inputs()
    value = np.zeros((1, 4, 4))
    value[0, 1, 0], value[0, 2, 0] = 3.0, 1.0
    actor = replace(inputs.actor, ideal_point=np.array([[0.0, 1.0, -1.0, 9.0]]))
    near = replace(inputs, actor=actor, ties=replace(inputs.ties, trade_value=value))
    assert customer_distance(near)[0, 0] == pytest.approx(0.5)


def test_the_scope_offset_is_minus_the_log_of_the_links_at_risk() -> None:
    risk = links_at_risk(made_inputs())
    assert scope_offset(risk)[0, 0, 0, 0] == pytest.approx(-np.log(risk[0, 0].sum()))


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1000))
def test_a_pair_is_at_risk_at_most_once_and_never_with_itself(seed: int) -> None:
    inputs = made_inputs(seed)
    demand = demand_side(inputs)
    risk = agreement_at_risk(inputs, demand)[0]
    square = np.zeros((4, 4), dtype=bool)
    square[demand] = risk
    assert not square.diagonal().any()
    assert not (square & square.T).any()


def test_a_leader_is_no_alternative_to_itself() -> None:
    inputs = made_inputs(4)
    share = np.zeros((1, 4, 2, 2))
    share[0, 1], share[0, 2] = 0.81, 0.16
    column = AGREEMENT_TERMS.index("partner_alternative")
    found = agreement_features(with_share(inputs, share), np.array([0]))[0, 0, :, column]
    assert found.tolist() == pytest.approx([0.0, 0.0, np.sqrt(0.81 * 0.16), 0.0])


def test_restricted_supply_is_what_others_hold_of_what_is_imported() -> None:
    inputs = made_inputs()
    share, bought = np.zeros((1, 4, 2, 2)), np.zeros((1, 4, 2, 2))
    share[0, :, 0, 0] = [0.1, 0.6, 0.3, 0.0]
    bought[0, 0, 0, 0] = bought[0, 0, 1, 1] = 0.5
    market = replace(inputs.market, share=share, import_share=bought)
    acts = np.zeros((1, 4, 2, 2))
    acts[0, :2, 0, 0] = [1.0, 0.5]
    struck = replace(inputs, market=market, memory=replace(inputs.memory, link_acts=acts))
    column = AGREEMENT_TERMS.index("restricted_supply")
    found = agreement_features(struck, np.array([0]))[0, 0, :, column]
    assert found == pytest.approx(0.5 * 0.6 * 0.5)


def test_memory_halves_over_its_half_life() -> None:
    memory = replace(empty_memory(4, 2), own_acts=np.ones((1, 4)))
    nothing = empty_memory(4, 2)
    for _ in range(round(ACT_HALF_LIFE)):
        memory = advance_memory(memory, nothing.own_acts, nothing.link_acts, nothing.pair_acts)
    np.testing.assert_allclose(memory.own_acts, 0.5)


def made_tables(last: int = 2012) -> dict[str, pd.DataFrame]:
    """A small history in which every figure moves every year."""
    rng = np.random.default_rng(1)
    years = range(1995, last + 1)
    countries = ["AAA", "BBB", "CCC", "DEU", "FRA"]
    shares = [
        (year, mineral, stage, actor, 0.25 + 0.01 * rng.random())
        for year in years
        for mineral in MINERALS
        for stage in ("mined", "refined")
        for actor in ACTORS
    ]
    share_table = pd.DataFrame(shares, columns=["year", "mineral", "stage", "actor", "share"])
    trade = [
        (year, one, two, 0.3, 1.0 + rng.random())
        for year in years
        for one in ACTORS
        for two in ACTORS
        if one != two
    ]
    prices = [(m, y, 100.0 + 10.0 * rng.random(), "made") for m in MINERALS for y in years]
    yearly = pd.DataFrame(
        [(c, y, rng.normal()) for c in countries for y in years], columns=["country", "year", "v"]
    )
    pairs = [(a, b) for a in countries for b in countries if a < b]
    dyads = pd.DataFrame(pairs, columns=["country_a", "country_b"])
    return {
        "countries": pd.DataFrame(
            {
                "country": countries,
                "actor": ["AAA", "BBB", "CCC", "EU", "EU"],
                "gdp_usd": [1.0, 2.0, 3.0, 3.0, 1.0],
            }
        ),
        "minerals": pd.DataFrame({"mineral": MINERALS, "by_product": [0, 1], "integrated": [0, 1]}),
        "history_shares": share_table,
        "history_imports": share_table,
        "trade_dependence": pd.DataFrame(
            trade, columns=["year", "importer", "exporter", "share", "import_value_kusd"]
        ),
        "price_history": pd.DataFrame(
            prices, columns=["mineral", "year", "price_usd_per_t", "series"]
        ),
        "governance": yearly.rename(columns={"v": "stability"}),
        "idealpoints": yearly.rename(columns={"v": "ideal_point"}),
        "gdp": yearly.assign(gdp_usd=np.exp(yearly["v"])),
        "distances": dyads.assign(distance_km=1000.0),
        "alliances": dyads.iloc[:3].assign(since=2000, until=2018),
        "trade_agreements": dyads.iloc[2:5].assign(since=2004),
        "events": made_events(),
    }


def made_events() -> pd.DataFrame:
    rows = [
        (2005, "export_ban", "AAA", "copper", "copper", "ore"),
        (2006, "export_tax", "AAA", "copper;gallium", "copper;gallium", "all"),
        (2007, "export_tax", "BBB", "", "all", "all"),
        (2007, "export_tax", "BBB", "", "iron_ore", "ore"),
        (2007, "export_ban", "CCC", "copper", "copper", "component"),
        (2008, "bilateral_mou", "AAA;DEU", "copper", "copper", "all"),
        (2008, "bilateral_mou", "AAA;BBB;CCC", "copper", "copper", "all"),
        (2008, "bilateral_mou", "FRA;DEU", "copper", "copper", "all"),
        (2011, "export_ban", "CCC", "gallium", "gallium", "refined"),
    ]
    columns = ["year", "kind", "actors", "minerals", "minerals_raw", "stage"]
    return pd.DataFrame(rows, columns=columns)


NO_STAND_INS = pd.DataFrame({"table": [], "country": [], "stand_in": [], "factor": np.empty(0)})


def panel_of(tables: Mapping[str, pd.DataFrame]) -> HistoryPanel:
    return panel_from_tables(tables, NO_STAND_INS)


ACTOR_OF = {"DEU": "EU", "FRA": "EU"}


def test_features_of_a_year_are_the_same_without_any_later_row() -> None:
    tables = made_tables()
    origin = 2009
    cut = {
        name: table[table["year"] <= origin - 1].copy() if "year" in table.columns else table
        for name, table in tables.items()
    }
    found = []
    for version in (tables, cut):
        panel = panel_of(version)
        acts = acts_from_events(version["events"], panel, ACTOR_OF)
        years = np.array([origin])
        inputs = history_inputs(panel, memories(panel, acts, years)[origin], origin)
        demand = demand_side(inputs)
        found.append(
            (
                restriction_features(inputs),
                scope_features(inputs),
                agreement_features(inputs, demand),
            )
        )
    for full, early in zip(*found, strict=True):
        np.testing.assert_array_equal(full, early)


def test_statistics_come_with_a_lag_of_two_years_and_prices_of_one() -> None:
    tables = made_tables()
    panel = panel_of(tables)
    inputs = history_inputs(panel, empty_memory(4, 2), 2010)
    np.testing.assert_array_equal(inputs.market.share[0], panel.share[2008 - 1995])
    prices = tables["price_history"].set_index(["mineral", "year"])["price_usd_per_t"]
    expected = np.log(prices["copper", 2009] / prices["copper", 2006])
    assert inputs.market.price_change_3[0, 0] == pytest.approx(expected)


def test_acts_are_coded_by_link_and_members_stand_for_their_bloc() -> None:
    panel = panel_of(made_tables())
    acts = acts_from_events(made_events(), panel, ACTOR_OF)
    a, b, c, eu = range(4)
    assert acts.acts.sum() == 4.0
    assert acts.links[2005 - 1995, a, 0].tolist() == [1.0, 0.0]
    assert acts.links[2006 - 1995, a].tolist() == [[1.0, 1.0], [1.0, 1.0]]
    assert acts.acts[2007 - 1995].tolist() == [0.0, 1.0, 0.0, 0.0]
    assert acts.links[2007 - 1995, b].sum() == 0.0
    assert acts.pairs[2008 - 1995, a, eu] == acts.pairs[2008 - 1995, eu, a] == 1.0
    assert acts.pairs.sum() == 2.0
    assert acts.acts[2011 - 1995, c] == 1.0
    assert sum(acts.left_out.values()) == 5


def test_memory_at_a_year_holds_no_act_of_that_year() -> None:
    panel = panel_of(made_tables())
    acts = acts_from_events(made_events(), panel, ACTOR_OF)
    past = memories(panel, acts, np.array([2005, 2006, 2013]))
    assert past[2005].own_acts.sum() == 0.0
    assert past[2006].own_acts[0, 0] == 1.0
    assert past[2006].last_year[0].tolist() == [1.0, 0.0, 0.0, 0.0]
    assert past[2013].own_acts[0, 2] == pytest.approx(0.5 ** (1.0 / ACT_HALF_LIFE))


def test_a_bloc_is_the_gdp_weighted_mean_of_its_members() -> None:
    tables = made_tables()
    panel = panel_of(tables)
    stability = tables["governance"].set_index(["country", "year"])["stability"]
    expected = 0.75 * stability["DEU", 2000] + 0.25 * stability["FRA", 2000]
    assert panel.stability[5, 3] == pytest.approx(expected)


def test_a_stand_in_fills_only_what_the_publisher_leaves_out() -> None:
    tables = made_tables()
    points = tables["idealpoints"]
    gap = (points["country"] == "CCC") & (points["year"] < 2000)
    tables["idealpoints"] = points[~gap]
    rules = pd.DataFrame(
        {"table": ["idealpoints"], "country": ["CCC"], "stand_in": ["AAA"], "factor": [1.0]}
    )
    filled, plain = panel_from_tables(tables, rules), panel_of(tables)
    assert filled.ideal_point[0, 2] == filled.ideal_point[0, 0]
    assert np.isnan(plain.ideal_point[0, 2])
    assert filled.ideal_point[10, 2] == plain.ideal_point[10, 2]


def test_a_year_without_history_is_refused() -> None:
    panel = panel_of(made_tables())
    with pytest.raises(DataError) as caught:
        history_inputs(panel, empty_memory(4, 2), 2030)
    assert caught.value.code == "ORE-DAT-060"
