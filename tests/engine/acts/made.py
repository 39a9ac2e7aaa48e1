"""A made-up world and chronicle that the tests of acts share: four actors, two minerals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, replace

import numpy as np
import pandas as pd

from oreacle.engine.acts.classes import ACTOR, DYAD, EVENT_CLASSES, PAIR
from oreacle.engine.acts.feature import FeatureBook
from oreacle.engine.acts.memory import Memory, empty_memory
from oreacle.engine.acts.risk import first_parties
from oreacle.engine.history_panel import HistoryPanel, panel_from_tables
from oreacle.engine.inputs import ActorView, FeatureInputs, MarketView, TieView

ACTORS = ("AAA", "BBB", "CCC", "EU")
MINERALS = ("copper", "gallium")
"""Gallium has no traded ore, and is a by-product."""
A, B, C, EU = range(4)
Change = Callable[[np.ndarray], np.ndarray]
ACTOR_OF = {"DEU": "EU", "FRA": "EU"}
NO_STAND_INS = pd.DataFrame({"table": [], "country": [], "stand_in": [], "factor": np.empty(0)})


def made_inputs(seed: int = 0, members: int = 1) -> FeatureInputs:
    """Return what is known in a world drawn at random, with past acts of every class."""
    rng = np.random.default_rng(seed)
    share = rng.dirichlet(np.ones(4), size=(members, 2, 2)).transpose(0, 3, 1, 2)
    bought = rng.dirichlet(np.ones(4), size=(members, 2, 2)).transpose(0, 3, 1, 2)
    tie = np.triu(rng.integers(0, 2, size=(4, 4)), 1).astype(float)
    far = np.triu(1.0 + 9000.0 * rng.random((4, 4)), 1)
    change = rng.normal(size=(2, members, 2))
    return FeatureInputs(
        ACTORS,
        MINERALS,
        np.array([0.0, 1.0]),
        np.array([1.0, 0.0]),
        MarketView(share, bought, change[0], change[1]),
        ActorView(*rng.normal(size=(3, members, 4))),
        TieView(
            rng.gamma(1.0, size=(members, 4, 4)) * (1.0 - np.eye(4)),
            np.log(far + far.T + np.eye(4)),
            (tie + tie.T)[None],
            (tie + tie.T)[None],
        ),
        made_memory(rng, members),
    )


def made_memory(rng: np.random.Generator, members: int = 1) -> Memory:
    """Return past acts drawn at random: symmetric for pairs, none of an actor with itself."""
    acts = {}
    for one in EVENT_CLASSES:
        size = (members, 4) if one.unit == ACTOR else (members, 4, 4)
        acts[one.name] = rng.gamma(0.5, size=size) * (rng.random(size) < 0.5)
        if one.unit != ACTOR:
            acts[one.name] *= 1.0 - np.eye(4)
        if one.unit == PAIR:
            acts[one.name] += np.swapaxes(acts[one.name], 1, 2)
    links = rng.gamma(0.5, size=(members, 4, 2, 2)) * (rng.random((members, 4, 2, 2)) < 0.3)
    return Memory(acts, links)


def forgetful(inputs: FeatureInputs) -> FeatureInputs:
    """Return inputs without any past act."""
    return replace(inputs, memory=empty_memory(4, 2))


def with_market(inputs: FeatureInputs, **arrays: np.ndarray) -> FeatureInputs:
    """Return inputs with other arrays of the market."""
    return replace(inputs, market=replace(inputs.market, **arrays))


def with_actor(inputs: FeatureInputs, **arrays: np.ndarray) -> FeatureInputs:
    """Return inputs with other arrays of actors."""
    return replace(inputs, actor=replace(inputs.actor, **arrays))


def with_trade(inputs: FeatureInputs, value: np.ndarray) -> FeatureInputs:
    """Return inputs with other trade, shape (member, importer, exporter)."""
    return replace(inputs, ties=replace(inputs.ties, trade_value=value))


def with_acts(inputs: FeatureInputs, **acts: np.ndarray) -> FeatureInputs:
    """Return inputs with other past acts of some classes."""
    memory = replace(inputs.memory, acts={**inputs.memory.acts, **acts})
    return replace(inputs, memory=memory)


def with_links(inputs: FeatureInputs, links: np.ndarray) -> FeatureInputs:
    """Return inputs with other past restrictions by link."""
    return replace(inputs, memory=replace(inputs.memory, links=links))


def one_member(inputs: FeatureInputs, member: int) -> FeatureInputs:
    """Return one member of a block; arrays of one member stay."""

    def cut(array: np.ndarray) -> np.ndarray:
        return array[member : member + 1] if len(array) > 1 else array

    return _each_array(inputs, cut, cut)


def relabelled(inputs: FeatureInputs, order: np.ndarray) -> FeatureInputs:
    """Return inputs with actors in another order."""

    def turn(array: np.ndarray) -> np.ndarray:
        if array.ndim == 2 and array.shape[1] == len(MINERALS):
            return array
        return array[:, order]

    def turn_both(array: np.ndarray) -> np.ndarray:
        return array[:, order][:, :, order]

    return _each_array(inputs, turn, turn_both)


def _each_array(inputs: FeatureInputs, one: Change, two: Change) -> FeatureInputs:
    """Return inputs with a change of arrays with one, and of those with two actor axes."""
    ties = {f.name: getattr(inputs.ties, f.name) for f in fields(TieView)}
    ties["log_distance"] = ties["log_distance"][None]
    ties = {name: two(array) for name, array in ties.items()}
    ties["log_distance"] = ties["log_distance"][0]
    acts = {
        each.name: (one if each.unit == ACTOR else two)(inputs.memory.acts[each.name])
        for each in EVENT_CLASSES
    }
    market, actor = (
        {f.name: one(getattr(part, f.name)) for f in fields(part)}
        for part in (inputs.market, inputs.actor)
    )
    return replace(
        inputs,
        market=MarketView(**market),
        actor=ActorView(**actor),
        ties=TieView(**ties),
        memory=Memory(acts, one(inputs.memory.links)),
    )


def book_of(inputs: FeatureInputs) -> FeatureBook:
    """Return the book of inputs with the first parties that they give."""
    return FeatureBook(inputs, first_parties(inputs))


def open_book(inputs: FeatureInputs) -> FeatureBook:
    """Return the book in which every actor is a first party."""
    everyone = np.arange(len(inputs.actors))
    return FeatureBook(inputs, {PAIR: everyone, DYAD: everyone})


def made_tables(last: int = 2012) -> dict[str, pd.DataFrame]:
    """Return a small history in which every figure moves every year."""
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
    """Return a chronicle with an event of each case that coding tells apart."""
    rows = [
        (2005, "export_ban", "AAA", "", "copper", "copper", "ore"),
        (2006, "export_tax", "AAA", "", "copper;gallium", "copper;gallium", "all"),
        (2007, "export_tax", "BBB", "", "", "all", "all"),
        (2007, "export_tax", "BBB", "", "", "iron_ore", "ore"),
        (2007, "export_ban", "CCC", "", "copper", "copper", "component"),
        (2008, "bilateral_mou", "AAA;DEU", "", "copper", "copper", "all"),
        (2008, "bilateral_mou", "AAA;BBB;CCC", "", "copper", "copper", "all"),
        (2008, "bilateral_mou", "FRA;DEU", "", "copper", "copper", "all"),
        (2009, "tariff", "AAA", "BBB;DEU;AAA", "copper", "copper", "refined"),
        (2009, "sanction", "CCC", "WLD", "copper", "copper", "all"),
        (2010, "multilateral_club_founded", "AAA;FRA;ZZZ", "", "copper", "copper", "all"),
        (2010, "nationalisation", "BBB", "", "copper", "copper", "ore"),
        (2011, "export_ban", "CCC", "", "gallium", "gallium", "refined"),
        (2011, "restriction_lifted", "AAA", "", "copper", "copper", "ore"),
        (2040, "export_ban", "AAA", "", "copper", "copper", "ore"),
    ]
    columns = ["year", "kind", "actors", "targets", "minerals", "minerals_raw", "stage"]
    return pd.DataFrame(rows, columns=columns)


def panel_of(tables: Mapping[str, pd.DataFrame]) -> HistoryPanel:
    """Return the panel of a history without stand-ins."""
    return panel_from_tables(tables, NO_STAND_INS)
