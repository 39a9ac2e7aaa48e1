"""Everything that stays fixed while a block of members runs.

Does      Gathers world, fitted models, history and derived sizes into one record.
Units     As in each part.
Method    None.
Assumes   The actor axis is that of the history plus the rest of the world, which never acts.
Not here  What changes from year to year: see `oreacle.engine.state`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from oreacle.core.labels import LINKS, REST_OF_WORLD
from oreacle.data.assumptions import read_assumed
from oreacle.data.store import FolderState, folder_state, read_table, tables_directory
from oreacle.engine.acts.classes import CLASSES, EVENT_CLASSES, PAIR, SCOPE, SCOPE_TERMS
from oreacle.engine.acts.coding import HistoryActs, acts_from_events
from oreacle.engine.acts.risk import first_parties
from oreacle.engine.capacity import lead_years, share_drift
from oreacle.engine.demand import demand_index, price_volatilities, shock_size
from oreacle.engine.first_inputs import first_inputs, published_shares
from oreacle.engine.history_panel import PANEL_TABLES, known_to, panel_from_tables
from oreacle.engine.inputs import FeatureInputs
from oreacle.engine.kernels import NUMPY
from oreacle.engine.measures import ActiveMeasure, Marks, marks_from_table, registered
from oreacle.engine.relations_ahead import importer_shares, known_network
from oreacle.engine.response import effective_elasticity
from oreacle.engine.settings import EngineSettings, settings_from_table
from oreacle.engine.space import Space, make_space
from oreacle.relations.levels import LevelPath
from oreacle.relations.model import (
    ActModel,
    level_from_tables,
    model_from_tables,
    reach_from_tables,
)
from oreacle.relations.network.state import NetworkState
from oreacle.scenario.scenario import Scenario
from oreacle.world.load import load_world
from oreacle.world.snapshot import World


@dataclass(frozen=True)
class MineralTraits:
    """Sizes of shocks and lags by mineral, shape (mineral,).

    Attributes
    ----------
    demand
        Use over base along the scenario, shape (mineral, year) with the base year first [1].
    shock
        Innovation of the demand shock [log points].
    elasticity
        Demand shift that moves the price by one log point within the year [1].
    demand_gap
        Long-run less short-run demand elasticity [1].
    mine_lead, plant_lead
        Median development times [yr].
    """

    demand: np.ndarray
    shock: np.ndarray
    elasticity: np.ndarray
    demand_gap: np.ndarray
    mine_lead: np.ndarray
    plant_lead: np.ndarray


@dataclass(frozen=True, eq=False)
class Setting:
    """The fixed part of a run.

    Attributes
    ----------
    world, scenario, space, settings
        World snapshot, scenario, index sets and engine assumptions.
    years
        Simulated years.
    traits
        By mineral.
    drift
        Yearly standard deviation of log capacity shares [1].
    models
        Fitted models by name.
    effects
        Effects of the groups of each model on the axes of the run, shape (draw, label) each
        [log-odds].
    levels
        Mean-reverting yearly levels of acts, by class; the classes that have a model.
    last_levels
        Level of the last observed year in every draw, by class, shape (draw,) [log-odds].
    reach
        Share of restrictions that cover a link at risk at all [1].
    marks
        How new measures look.
    rates
        Base rates by model and unit.
    acts
        Acts of the past, by year.
    known
        Inputs of features in the first simulated year.
    published
        Published shares of the base year, shape (1, actor, mineral, stage) [1].
    price_path
        Observed log price changes of the last three years, shape (year, mineral) [1].
    network
        Relations at the as-of date, one member.
    spread
        How an act on everyone spreads over importers, shape (exporter, importer) [1].
    first
        Positions of first parties by unit: demand side of pairs, imposers of dyads.
    rival
        Position of the importer that a targeted measure would name, shape (actor, mineral, link).
    register
        Measures in force at the as-of date.
    kernel
        What clears markets, as `oreacle.market.compiled.kinds` names it.
    """

    world: World
    scenario: Scenario
    space: Space
    settings: EngineSettings
    years: np.ndarray
    traits: MineralTraits
    drift: float
    models: Mapping[str, ActModel]
    effects: Mapping[str, Mapping[str, np.ndarray]]
    levels: Mapping[str, LevelPath]
    last_levels: Mapping[str, np.ndarray]
    reach: float
    marks: Marks
    rates: pd.DataFrame
    acts: HistoryActs
    known: FeatureInputs
    published: np.ndarray
    price_path: np.ndarray
    network: NetworkState
    spread: np.ndarray
    first: Mapping[str, np.ndarray]
    rival: np.ndarray
    register: tuple[ActiveMeasure, ...]
    kernel: str = NUMPY

    @property
    def acting(self) -> tuple[str, ...]:
        """Actors that can act: all but the rest of the world."""
        return self.space.actors[:-1]

    @property
    def demand_actors(self) -> np.ndarray:
        """Positions of demand-side actors, the first parties of pairs."""
        return self.first[PAIR]


def make_setting(scenario: Scenario, data: Path | None = None) -> Setting:
    """Return the fixed part of a run.

    History after the base year is left out: the first simulated year is the one after it. What
    happened since is known through the measures in force alone.

    Raises
    ------
    DataError
        If a table is missing or a figure that the run needs is (ORE-DAT-002, 020, 030, 031).
    """
    directory = tables_directory(data)
    known = _known_setting(directory, folder_state(directory))
    world = known.world
    years = np.arange(world.base_year + 1, scenario.until + 1)
    span = np.concatenate([[world.base_year], years])
    paths = [
        demand_index(world.demand_paths, mineral, scenario.demand_scenario, span)
        for mineral in world.chains
    ]
    traits = replace(known.traits, demand=np.array(paths))
    return replace(known, scenario=scenario, years=years, traits=traits)


@lru_cache(maxsize=1)
def _known_setting(data: Path, _state: FolderState) -> Setting:
    """Return what is the same for every scenario: a setting without years and without demand."""
    world = load_world(data)
    history = {name: read_table(name, data) for name in PANEL_TABLES}
    tables = known_to(history, world.base_year)
    panel = panel_from_tables(tables)
    space = make_space(world, (*panel.actors, REST_OF_WORLD))
    settings = settings_from_table(read_assumed("engine_parameters"))
    acts = acts_from_events(tables["events"], panel, world.territory.actor_of, world.institutions)
    first = first_inputs(panel, acts, world.base_year)
    register = tuple(registered(world.measures, world.base_year))
    coefficients = read_table("relations_coefficients", data)
    models = _models(coefficients, read_table("relations_scaling", data))
    levels = {
        one.name: level_from_tables(one.model, coefficients)
        for one in EVENT_CLASSES
        if one.model in models
    }
    return Setting(
        world=world,
        scenario=Scenario("none", "No policy.", "STEPS", world.base_year + 1),
        space=space,
        settings=settings,
        years=np.zeros(0, dtype=int),
        traits=_traits(world, tables["price_history"], settings),
        drift=_drift(tables["history_shares"]),
        models=models,
        effects=_effects(models, space),
        levels={name: path for name, (path, _) in levels.items()},
        last_levels={name: last for name, (_, last) in levels.items()},
        reach=reach_from_tables(SCOPE, coefficients),
        marks=marks_from_table(read_table("relations_marks", data)),
        rates=read_table("relations_rates", data),
        acts=acts,
        known=first,
        published=published_shares(panel, world.base_year),
        price_path=panel.price_change[-3:],
        network=known_network(space.actors[:-1], world.base_year, data),
        spread=importer_shares(first.ties.trade_value[0]),
        first=first_parties(first),
        rival=_rivals(world, space, first),
        register=register,
    )


def _models(coefficients: pd.DataFrame, scaling: pd.DataFrame) -> dict[str, ActModel]:
    """Return the models by name; a class with too few acts for one is not among them."""
    terms = {one.model: one.terms for one in EVENT_CLASSES} | {SCOPE: SCOPE_TERMS}
    fitted = set(coefficients["model"])
    needed = [
        name for name in terms if name in fitted or name in (CLASSES["restriction"].model, SCOPE)
    ]
    # Each model searches its own rows: the table is long.
    parts = dict(iter(coefficients.groupby("model")))
    none = coefficients.iloc[:0]
    return {
        name: model_from_tables(name, parts.get(name, none), scaling, terms[name])
        for name in needed
    }


def _effects(models: Mapping[str, ActModel], space: Space) -> dict[str, dict[str, np.ndarray]]:
    """Return the effects of every model on the axes of actors that act and of minerals."""
    axes = {"mineral": space.minerals}
    return {
        name: {
            group: effects.on(axes.get(group, space.actors[:-1]))
            for group, effects in model.effects.items()
        }
        for name, model in models.items()
    }


def _traits(world: World, prices: pd.DataFrame, settings: EngineSettings) -> MineralTraits:
    """Return traits of minerals, but for the demand that a scenario brings."""
    rows: dict[str, list[np.ndarray | float]] = {name: [] for name in MineralTraits.__annotations__}
    volatility = price_volatilities(prices, list(world.chains))
    for mineral, chain in world.chains.items():
        elasticity = effective_elasticity(world, mineral)
        rows["demand"].append(np.zeros(0))
        rows["shock"].append(shock_size(volatility[mineral], elasticity, settings))
        rows["elasticity"].append(elasticity)
        gap = chain.demand_elasticity_long_run - chain.demand_elasticity
        rows["demand_gap"].append(max(gap, 0.0))
        rows["mine_lead"].append(lead_years(chain.lead_time_mine, settings))
        rows["plant_lead"].append(max(chain.lead_time_refinery, 1.0))
    return MineralTraits(**{name: np.array(values) for name, values in rows.items()})


def _drift(shares: pd.DataFrame) -> float:
    """Return the drift of log output shares; export shares move for other reasons too."""
    output = shares[shares["basis"] == "output"]
    wide = output.pivot_table(index="year", columns=["mineral", "stage", "actor"], values="share")
    every = wide.reindex(range(int(wide.index.min()), int(wide.index.max()) + 1))
    return share_drift(every.to_numpy())


def _rivals(world: World, space: Space, inputs: FeatureInputs) -> np.ndarray:
    """Return the importer with the largest product of imports and ideal-point distance."""
    point = np.append(np.nan_to_num(inputs.actor.ideal_point[0], nan=0.0), 0.0)
    rival = np.full((len(space.actors), len(space.minerals), len(LINKS)), -1)
    for k, chain in enumerate(world.chains.values()):
        kinds: Sequence[tuple[np.ndarray, np.ndarray, np.ndarray]] = (
            (chain.ore_flow, space.mine_actor[k], space.plant_actor[k]),
            (chain.refined_flow, space.plant_actor[k], space.user_actor[k]),
        )
        for link, (flow, tail, head) in enumerate(kinds):
            between = np.zeros((len(space.actors), len(space.actors)))
            np.add.at(between, (tail[:, None], head[None, :]), flow)
            np.fill_diagonal(between, 0.0)
            between[:, -1] = 0.0
            weight = between * np.abs(point[:, None] - point[None, :])
            rival[:, k, link] = np.where(weight.max(axis=1) > 0, weight.argmax(axis=1), -1)
    return rival
