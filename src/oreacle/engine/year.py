"""One simulated year for a block of members.

Does      Moves the state by one year and records it.
Units     As in `oreacle.engine.state`.
Method    Order: exogenous shocks; demand; governments act; markets clear; firms invest; memory
          moves; record (MODEL: dynamics).
Assumes   Draws come from `oreacle.engine.draws`, one set per member and year.
Not here  Running members: see `oreacle.engine.block`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from oreacle.engine.act_chances import (
    LIFTING,
    Chances,
    chances,
    draw_acts,
    known_inputs,
    next_levels,
    remembered,
)
from oreacle.engine.acts.memory import advance
from oreacle.engine.capacity import Fleet, Prospects, YearDraws, entry_rate, next_fleet
from oreacle.engine.decisions import measures_after, new_measures
from oreacle.engine.demand import next_adjustment, next_shock
from oreacle.engine.draws import Draws
from oreacle.engine.hosts import Hosts, Slack, host_room, make_hosts
from oreacle.engine.kernels import NUMPY
from oreacle.engine.liftings import Liftings, unshifted
from oreacle.engine.markets import Cleared, Growth, Start, clear_year, grown
from oreacle.engine.measures import standing_policies
from oreacle.engine.mechanisms.attitudes import Attitudes
from oreacle.engine.mechanisms.conditions import Conditions
from oreacle.engine.mechanisms.contract import MINED, REFINED, Advance, Moment
from oreacle.engine.mechanisms.investment import InvestmentTerms
from oreacle.engine.mechanisms.machinery import Machinery, Numbers, all_conditions
from oreacle.engine.pressed import pressed
from oreacle.engine.price_effects import price_effects
from oreacle.engine.relations_ahead import after_acts, scored, scored_years
from oreacle.engine.setting import Setting
from oreacle.engine.state import State, YearRecord
from oreacle.engine.watch import Watch
from oreacle.engine.year_record import Decided, ended_of, record_of
from oreacle.market.apply import PolicyDesk
from oreacle.market.batch import repeated
from oreacle.market.calibrate import base_problem
from oreacle.market.carriage import carriages, planner_of
from oreacle.market.clear import with_mines
from oreacle.market.policies import Policy
from oreacle.market.problem import Problem


@dataclass(frozen=True)
class Desks:
    """Base markets of a block and the desks that apply policies to them, by mineral.

    Attributes
    ----------
    problems
        Base-year market, one case per member.
    desks
        Policy desks.
    hosts
        Which minerals come with which.
    bites
        Whether policies touch anything in the base market, as far as it has been asked.
    """

    problems: tuple[Problem, ...]
    desks: tuple[PolicyDesk, ...]
    hosts: Hosts
    bites: tuple[dict[Policy, bool], ...]


@dataclass(frozen=True)
class Engine:
    """What a block of members runs on, beside the setting.

    Attributes
    ----------
    desks
        Base markets and the desks that apply policies.
    machinery
        Mechanisms that are on.
    coefficient
        Draw of the fitted coefficients by member, shape (member,).
    is_traced
        True if the year is told as a history.
    watch
        Who looks at markets and states; None for nobody.
    """

    desks: Desks
    machinery: Machinery
    coefficient: np.ndarray
    is_traced: bool = False
    watch: Watch | None = None


@dataclass(frozen=True)
class YearNumbers:
    """Random numbers of one year.

    Attributes
    ----------
    base
        Of demand, capacity and acts.
    mechanisms
        By mechanism and name.
    """

    base: Draws
    mechanisms: Numbers


def make_desks(setting: Setting, members: int) -> Desks:
    """Return the base markets for a block of members."""
    world = setting.world
    return Desks(
        tuple(
            repeated(
                base_problem(
                    chain,
                    world.parameters,
                    world.territory,
                    world.base_measures,
                    routed=carriages(planner_of(world, mineral)),
                ),
                members,
            )
            for mineral, chain in world.chains.items()
        ),
        tuple(PolicyDesk.of(world, mineral) for mineral in world.chains),
        make_hosts(world),
        tuple({} for _ in world.chains),
    )


def step_year(
    setting: Setting, engine: Engine, state: State, draws: YearNumbers, step: int
) -> tuple[State, YearRecord]:
    """Return the state a year later, and the record of the year.

    Parameters
    ----------
    engine
        Markets and mechanisms of the block, and the draw that each member lives in.
    draws
        Random numbers of the year.
    step
        Years since the first simulated one.
    """
    shock = next_shock(state.shock, draws.base.shock, setting.traits.shock, setting.settings)
    demand = setting.traits.demand[:, step + 1] * np.exp(shock + state.adjustment)
    moment = first_moment(setting, state, demand, shock, step)
    machinery, numbers = engine.machinery, draws.mechanisms
    decided = _decide(setting, engine, state, draws, machinery.attitudes(moment, numbers), step)
    moment = replace(moment, acts=decided.acts, started=decided.started, measures=decided.measures)
    said = machinery.said(moment, numbers)
    conditions = all_conditions(moment, said)
    cleared = _clear_all(setting, engine, state, demand, decided, conditions, moment.year)
    moment = replace(moment, cleared=tuple(cleared), conditions=conditions)
    mines, plants = _invest(
        setting, state, cleared, draws.base, step, machinery.investment(moment, numbers)
    )
    left = machinery.advance(moment, numbers)
    moved = _moved(setting, state, cleared, decided, (mines, plants, shock), left)
    if engine.watch is not None:
        engine.watch.year(state, moved, cleared)
    asked = moment.year in scored_years(setting.years)
    network = scored(moved.network, moment.year) if asked else None
    record = record_of(setting, state, moved, cleared, decided)
    record = replace(
        record,
        network=network,
        figures=machinery.record(moment, numbers),
        effects=price_effects(setting, shock, said, cleared),
    )
    if not engine.is_traced:
        return moved, record
    told = tuple(machinery.tell(moment, numbers))
    ended = ended_of(setting, state, decided)
    return moved, replace(record, notes=told, inputs=decided.known, ended=ended)


def first_moment(
    setting: Setting, state: State, demand: np.ndarray, shock: np.ndarray, step: int
) -> Moment:
    """Return what mechanisms see of a year before anything has happened in it."""
    return Moment(
        setting=setting,
        facts=None,
        own=None,
        parameters=None,
        state=state,
        numbers={},
        year=int(setting.years[step]),
        step=step,
        demand=demand,
        shock=shock,
    )


def _decide(
    setting: Setting,
    engine: Engine,
    state: State,
    draws: YearNumbers,
    attitudes: Attitudes,
    step: int,
) -> Decided:
    levels = next_levels(setting, state.levels, draws.base)
    known = known_inputs(setting, state, step)
    chance = chances(setting, known, engine.coefficient, levels, attitudes)
    acts = draw_acts(chance, draws.base)
    started = new_measures(setting, acts, draws.base, int(setting.years[step]))
    measures, in_force = measures_after(
        setting,
        state,
        started,
        draws.base,
        attitudes.ending,
        _liftings(chance, draws.base, attitudes),
    )
    return Decided(
        known, chance, acts, remembered(setting, acts), levels, started, measures, in_force
    )


def _liftings(chance: Chances, draws: Draws, attitudes: Attitudes) -> Liftings | None:
    """Return what ends measures beside time; None if nothing does."""
    if attitudes.lifted is None and attitudes.released is None:
        return None
    none = np.zeros(chance.scope.shape[:2])
    found, draw = chance.by_class.get(LIFTING, none), draws.acts.get(LIFTING, none + 1.0)
    known = chance.fitted_lifting
    fitted = unshifted(found, attitudes.by_class.get(LIFTING)) if known is None else known
    return Liftings(draw, found, fitted, attitudes.lifted or 0.0, attitudes.released)


def _moved(
    setting: Setting,
    state: State,
    cleared: Sequence[Cleared],
    decided: Decided,
    capital: tuple[tuple[Fleet, ...], tuple[Fleet, ...], np.ndarray],
    left: Mapping[str, Advance],
) -> State:
    """Return the state at the end of the year."""
    mines, plants, shock = capital
    delivered = np.stack([np.log(c.price_delivered) for c in cleared], axis=1)
    known = np.where(np.isfinite(delivered), delivered, state.log_price[-1])
    ties = [(one.cooperation, one.rivalry) for one in left.values()]
    return State(
        mines=mines,
        plants=plants,
        shock=shock,
        adjustment=next_adjustment(
            state.adjustment, known, setting.traits.demand_gap, setting.settings
        ),
        log_price=(*state.log_price, known),
        shares=(*state.shares, _shares(setting, cleared, state)),
        memory=advance(state.memory, decided.kept, decided.acts.link.astype(float)),
        levels=decided.levels,
        network=after_acts(state.network, decided.kept, setting.spread, ties),
        measures=decided.measures,
        in_force=decided.in_force,
        starts=tuple(Start(c.prices, c.reference) for c in cleared),
        pieces={**state.pieces, **{name: one.piece for name, one in left.items()}},
    )


def _clear_all(
    setting: Setting,
    engine: Engine,
    state: State,
    demand: np.ndarray,
    decided: Decided,
    conditions: Sequence[Conditions],
    year: int,
) -> list[Cleared]:
    desks, measures = engine.desks, decided.measures
    seen = None if engine.watch is None else engine.watch.market
    chains = list(setting.world.chains.values())
    response = setting.world.parameters.stock_response
    base_ids = frozenset(m.measure_id for m in setting.world.base_measures)
    standing = [standing_policies(setting.register, base_ids, rows) for rows in decided.in_force]
    planned = setting.scenario.in_force(year)
    cleared: dict[int, Cleared] = {}
    slacks: dict[int, Slack] = {}
    for k in desks.hosts.order:
        mineral = setting.space.minerals[k]
        growth = Growth(state.mines[k].level, state.plants[k].level, demand[:, k])
        desk, base = desks.desks[k], desks.problems[k]
        new = [
            _biting([*(m.policy() for m in active if m.mineral == mineral), *planned], desks, k)
            for active in measures
        ]
        changes = [_biting(changed.get(mineral, []), desks, k) for changed in standing]
        problem = pressed(grown(base, growth), chains[k], conditions[k], response)
        slacks[k] = Slack(problem.mine_slack, problem.refinery_slack)
        room = host_room(desks.hosts, k, slacks, cleared)
        if room is not None:
            problem = with_mines(problem, room)
        cleared[k] = clear_year(
            problem, desk, new, changes, state.starts[k], seen, compiled=setting.kernel != NUMPY
        )
    return [cleared[k] for k in range(len(cleared))]


def _biting(policies: Iterable[Policy], desks: Desks, number: int) -> list[Policy]:
    """Return policies on one mineral that touch something; the others would change nothing."""
    desk, base, known = desks.desks[number], desks.problems[number], desks.bites[number]
    found = []
    for policy in policies:
        if policy.mineral != base.mineral:
            continue
        if policy not in known:
            known[policy] = desk.bites(policy, base)
        if known[policy]:
            found.append(policy)
    return found


def _invest(
    setting: Setting,
    state: State,
    cleared: Sequence[Cleared],
    draws: Draws,
    step: int,
    terms: Callable[[int, int], InvestmentTerms],
) -> tuple[tuple[Fleet, ...], tuple[Fleet, ...]]:
    mines: list[Fleet] = []
    plants: list[Fleet] = []
    for k, (result, chain) in enumerate(zip(cleared, setting.world.chains.values(), strict=True)):
        margin = np.clip(result.margin, -1.0, 1.0)
        for stage, fleets, old, price, lead, weight, drift, wait in (
            (
                MINED,
                mines,
                state.mines[k],
                result.prices.mine,
                float(setting.traits.mine_lead[k]),
                chain.mined,
                draws.mine_drift[k],
                draws.mine_lead[k],
            ),
            (
                REFINED,
                plants,
                state.plants[k],
                margin,
                float(setting.traits.plant_lead[k]),
                chain.refined,
                draws.plant_drift[k],
                draws.plant_lead[k],
            ),
        ):
            view = Prospects(
                price=price,
                growth_ahead=growth_ahead(setting.traits.demand[k], step, lead),
                rate=entry_rate(float(setting.traits.elasticity[k]), setting.settings),
                lead=lead,
                drift=setting.drift,
                weight=weight,
            )
            year_draws = YearDraws(drift, wait)
            fleets.append(next_fleet(old, view, year_draws, setting.settings, terms(k, stage)))
    return tuple(mines), tuple(plants)


def growth_ahead(demand: np.ndarray, step: int, lead: float) -> float:
    """Return what demand adds in the year in which a project started now completes [1].

    Parameters
    ----------
    demand
        Use over base, the base year first, shape (year,) [1]. Beyond its last year the last
        yearly growth goes on.
    step
        Years since the first simulated one.
    lead
        Lead time, rounded to whole years [yr].
    """
    at, last = step + 1 + round(lead), demand.size - 1
    if at <= last:
        return float(demand[at] - demand[at - 1])
    pace = demand[last] / demand[last - 1]
    return float(demand[last] * pace ** (at - last - 1) * (pace - 1.0))


def _shares(setting: Setting, cleared: Sequence[Cleared], state: State) -> np.ndarray:
    shares = setting.space.actor_shares([c.mined for c in cleared], [c.refined for c in cleared])
    return np.where(np.isfinite(shares), shares, state.shares[-1])
