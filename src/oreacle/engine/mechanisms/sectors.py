"""Use of each sector: who grows faster, what a scenario says, and what arms races need.

Does      Moves the use of sectors and of places over the published path of each mineral.
Units     Factors on use at base prices [1]; log points.
Method    Sectors of a mineral grow at assumed rates; their factors are divided by their mean over
          the mineral's shares, so that the sum stays on the published path. Defence has surges:
          they start with a yearly probability p, add J and fade, x' = a x + J, over what is
          expected of them, prod_k (1 + p (e^(J a^k) - 1)); and it grows with the log of rivalry
          between states over that at the start, a year later. Trends of a scenario add up year by
          year from their first to their last, and the level stays. Research in a club takes up to
          `research_saving` off the log of civil use of its members in its minerals, and the part
          `research_spill` of that off the use of others: a part of the gap each year.
Assumes   Sectors have the same shares everywhere. Defence pays most and gives up last in the
          market: it is served first. What research saves stays saved when the club ends.
Not here  Slow response of use to price: see `oreacle.engine.demand`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from oreacle.core.errors import DataError
from oreacle.core.labels import SECTORS as SECTOR_NAMES
from oreacle.data.assumptions import read_assumed
from oreacle.engine.mechanisms.clubs_piece import ClubsPiece
from oreacle.engine.mechanisms.conditions import Conditions
from oreacle.engine.mechanisms.contract import (
    UNIFORM,
    Advance,
    DrawShape,
    Mechanism,
    Moment,
    Note,
    Recorded,
)
from oreacle.engine.setting import Setting
from oreacle.scenario.assumptions import DemandTrend
from oreacle.world.chain import Chain

DEFENCE = SECTOR_NAMES.index("defence_aerospace")
CAUSE = "demand"


@dataclass(frozen=True)
class SectorParameters:
    """Parameters, as in `assumed/mechanism_sectors.csv`."""

    growth: float
    surge_rate: float
    surge_size: float
    surge_persistence: float
    arms_race: float
    race_limit: float
    substitution_rate: float
    research_saving: float
    research_spill: float
    research_speed: float
    told_from: float


@dataclass(frozen=True)
class SectorFacts:
    """What is worked out once.

    Attributes
    ----------
    path
        Factor on the use of each sector along the scenario, shape (mineral, year, sector), mean 1
        over the shares of a mineral [1].
    shares
        Shares of use, shape (mineral, sector) [1].
    rivalry
        Rivalry between all states at the start [acts].
    """

    path: np.ndarray
    shares: np.ndarray
    rivalry: float


@dataclass(frozen=True)
class SectorsPiece:
    """Use at the end of a year.

    Attributes
    ----------
    surge
        Log of defence use from surges, shape (member,) [log points].
    defence
        Log of defence use over its path, with arms races, shape (member,) [log points].
    substituted
        Log of civil use that high prices took, shape (member, mineral) [log points].
    saved
        Log of civil use that research in clubs has saved, positive, shape
        (member, actor, mineral) [log points]; None before any has.
    """

    surge: np.ndarray
    defence: np.ndarray
    substituted: np.ndarray
    saved: np.ndarray | None = None


def make_facts(setting: Setting, parameters: object) -> SectorFacts:
    """Return the path of sectors of a run."""
    if not isinstance(parameters, SectorParameters):
        raise TypeError(f"parameters are {type(parameters).__name__}, not SectorParameters")
    chains = setting.world.chains.values()
    shares = np.stack([chain.sector_shares for chain in chains])
    scenario, base = setting.scenario.demand_scenario, setting.world.base_year
    logs = parameters.growth * sector_logs(scenario, base, setting.years)
    return SectorFacts(
        on_path(logs, shares), shares, float(np.asarray(setting.network.rivalry[0]).sum())
    )


def sector_logs(scenario: str, base: int, years: np.ndarray) -> np.ndarray:
    """Return the log growth of sectors since the base year, shape (year, sector) [log points].

    Raises
    ------
    DataError
        ORE-DAT-030 if a sector has no rate in the scenario.
    """
    table = read_assumed("sector_growth")
    part = table[table["scenario"] == scenario].set_index("sector")
    missing = [name for name in SECTOR_NAMES if name not in part.index]
    if missing:
        raise DataError(
            "ORE-DAT-030",
            f"the {scenario} growth of {', '.join(missing)} is not stated.",
            why="the use of these sectors would have to be made up.",
            fix="add the rows to assumed/sector_growth.csv.",
        )
    rows = part.loc[list(SECTOR_NAMES)]
    rate, last = (rows[name].to_numpy(dtype=float) for name in ("growth_rate", "until"))
    return np.asarray(rate * (np.minimum(years[:, None], last) - base))


def on_path(logs: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Return factors of sectors whose mean over the shares of each mineral is 1.

    Parameters
    ----------
    logs
        Log growth, shape (year, sector) [log points].
    shares
        Shares of use, shape (mineral, sector) [1].

    Returns
    -------
    array
        Shape (mineral, year, sector) [1].
    """
    grown = np.exp(logs)
    return np.asarray(grown[None] / (shares @ grown.T)[:, :, None])


def draw_shapes(_: Setting) -> Mapping[str, DrawShape]:
    """Return the draws of a year: whether a surge starts."""
    return {"surge": DrawShape(UNIFORM, ())}


def start(moment: Moment) -> SectorsPiece:
    """Return the first state: the base year."""
    none = np.zeros(moment.members)
    return SectorsPiece(none, none, np.zeros((moment.members, len(moment.setting.space.minerals))))


def surge(moment: Moment) -> np.ndarray:
    """Return the log of defence use from surges in the year, shape (member,) [log points]."""
    chosen, rate = moment.settings(SectorParameters), 1.0
    for one in moment.setting.scenario.shock_rates:
        if one.cause == CAUSE and one.place is None and one.span.holds(moment.year):
            rate *= one.factor
    starts = moment.numbers["surge"] < chosen.surge_rate * rate
    last = moment.piece(SectorsPiece).surge
    return np.asarray(chosen.surge_persistence * last + chosen.surge_size * starts)


def mean_surge(rate: float, size: float, persistence: float, years: int) -> float:
    """Return the expected factor of surges after so many years [1].

    Examples
    --------
    >>> round(mean_surge(0.1, 0.693147180559945, 0.5, 1), 6)
    1.1
    """
    return float(np.prod(1.0 + rate * np.expm1(size * persistence ** np.arange(years))))


def defence(moment: Moment) -> np.ndarray:
    """Return the log of defence use over its path, shape (member,) [log points]."""
    facts, chosen = moment.fact(SectorFacts), moment.settings(SectorParameters)
    mean = mean_surge(
        chosen.surge_rate, chosen.surge_size, chosen.surge_persistence, moment.step + 1
    )
    rivalry = np.asarray(moment.state.network.rivalry).sum(axis=(1, 2))
    race = arms_race(rivalry, facts.rivalry, chosen)
    return np.asarray(surge(moment) - np.log(mean) + race)


def arms_race(rivalry: np.ndarray, at_start: float, chosen: SectorParameters) -> np.ndarray:
    """Return the log of defence use that rivalry adds, same shape [log points].

    Parameters
    ----------
    rivalry, at_start
        Rivalry between all states now and at the start of the run [acts].
    """
    if at_start <= 0.0:
        return np.zeros_like(rivalry)
    change = np.log(np.maximum(rivalry, 1e-9) / at_start)
    return np.asarray(chosen.arms_race * np.clip(change, -chosen.race_limit, chosen.race_limit))


def conditions(moment: Moment) -> Mapping[int, Conditions]:
    """Return use of sectors, and of users where a scenario names places."""
    facts, piece = moment.fact(SectorFacts), moment.piece(SectorsPiece)
    level = np.exp(defence(moment))
    trends = [one for one in moment.setting.scenario.trends if moment.year >= one.span.first_year]
    found = {}
    for k, chain in enumerate(moment.setting.world.chains.values()):
        factors = np.repeat(facts.path[k, moment.step][None], moment.members, axis=0)
        if piece.substituted[:, k].any():
            factors *= np.exp(piece.substituted[:, k])[:, None]
            factors[:, DEFENCE] /= np.exp(piece.substituted[:, k])
        factors[:, DEFENCE] *= level
        own = [one for one in trends if one.mineral in (None, chain.mineral)]
        for one in own:
            if one.place is None:
                factors *= np.exp(grown_by(one, moment.year) * _sectors_of(one))
        placed = _times(_by_place(moment, chain, own), _planned(moment, chain))
        use = _times(placed, _kept(moment, chain, k))
        found[k] = Conditions(sectors=factors, use=use)
    return found


def grown_by(trend: DemandTrend, year: int) -> float:
    """Return the log growth that a trend has added by a year [log points].

    Examples
    --------
    >>> from oreacle.scenario.assumptions import Span
    >>> one = DemandTrend(-0.02, Span(2027, 2029), "substitution")
    >>> [round(grown_by(one, year), 2) for year in (2027, 2029, 2035)]
    [-0.02, -0.06, -0.06]
    """
    last = year if trend.span.last_year is None else min(year, trend.span.last_year)
    return trend.yearly * max(last - trend.span.first_year + 1, 0)


def _sectors_of(trend: DemandTrend) -> np.ndarray:
    """Return 1 for the sectors that a trend is about, shape (sector,)."""
    return np.array([float(trend.sector in (None, name)) for name in SECTOR_NAMES])


def _by_place(moment: Moment, chain: Chain, trends: Sequence[DemandTrend]) -> np.ndarray | None:
    """Return the factor on use of each user, shape (member, user) [1]; None for one."""
    placed = [one for one in trends if one.place is not None]
    if not placed:
        return None
    factor = np.ones(len(chain.users))
    for one in placed:
        share = float(chain.sector_shares @ _sectors_of(one))
        moved = 1.0 + share * np.expm1(grown_by(one, moment.year))
        factor = np.where(_there(moment, chain, one.place), factor * moved, factor)
    return np.repeat(factor[None], moment.members, axis=0)


def _there(moment: Moment, chain: Chain, place: str | None) -> np.ndarray:
    """Return which users are a place or in it, shape (user,)."""
    actor_of = moment.setting.world.territory.actor_of
    return np.array([place in (user, actor_of.get(user, user)) for user in chain.users])


def _times(one: np.ndarray | None, two: np.ndarray | None) -> np.ndarray | None:
    """Return the product of two factors, None for one."""
    if one is None or two is None:
        return two if one is None else one
    return np.asarray(one * two)


def _planned(moment: Moment, chain: Chain) -> np.ndarray | None:
    """Return the factor on use that planned falls leave, shape (member, user) [1]; None for one."""
    hits = [
        one
        for one in moment.setting.scenario.shocks
        if one.cause == CAUSE
        and one.span.holds(moment.year)
        and one.mineral in (None, chain.mineral)
    ]
    if not hits:
        return None
    factor = np.ones(len(chain.users))
    for one in hits:
        factor = np.where(_there(moment, chain, one.place), factor * (1.0 - one.loss), factor)
    return np.repeat(factor[None], moment.members, axis=0)


def _kept(moment: Moment, chain: Chain, mineral: int) -> np.ndarray | None:
    """Return the factor of research on use, shape (member, user) [1]; None where none is saved."""
    saved = moment.piece(SectorsPiece).saved
    if saved is None or not saved[:, :, mineral].any():
        return None
    civil = 1.0 - chain.sector_shares[DEFENCE]
    there = saved[:, moment.setting.space.user_actor[mineral], mineral]
    return np.asarray(1.0 + civil * np.expm1(-there))


def saved_ahead(moment: Moment) -> np.ndarray | None:
    """Return what research has saved at the end of the year, (member, actor, mineral)."""
    chosen, before = moment.settings(SectorParameters), moment.piece(SectorsPiece).saved
    clubs = moment.other("clubs", ClubsPiece)
    if clubs is None or not clubs.runs("research").any():
        return before
    covered = clubs.covered("research")
    others = chosen.research_spill * covered.any(axis=1, keepdims=True)
    goal = chosen.research_saving * np.where(covered, 1.0, others)
    start = np.zeros_like(goal) if before is None else before
    return np.asarray(start + chosen.research_speed * np.maximum(goal - start, 0.0))


def advance(moment: Moment) -> Advance:
    """Return use at the end of the year."""
    rate = moment.settings(SectorParameters).substitution_rate
    substituted = moment.piece(SectorsPiece).substituted
    if rate > 0.0:
        # Years before the base year are missing where no price is published: the others count.
        recent = np.nanmean(moment.state.log_price[-3:], axis=0)
        substituted = substituted - rate * np.maximum(recent, 0.0)
    saved = saved_ahead(moment)
    return Advance(SectorsPiece(surge(moment), defence(moment), substituted, saved))


def record(moment: Moment) -> Mapping[str, Recorded]:
    """Return defence use over its path."""
    return {"defence_use": Recorded(np.exp(defence(moment)), (), "1")}


def tell(moment: Moment) -> Sequence[Note]:
    """Return surges of defence that start."""
    rise = surge(moment) - moment.piece(SectorsPiece).surge
    least, level = moment.settings(SectorParameters).told_from, np.exp(defence(moment))
    return [
        Note(
            member=int(member),
            mechanism="sectors",
            actor="",
            mineral="",
            what=f"defence and aerospace order {np.expm1(rise[member]):.0%} more than in the last "
            "year",
            why="a surge of procurement, by chance: about three in 75 years",
            effect=f"they use {level[member]:.2f} times what the path says, and pay most for what "
            "is short",
            weight=2.0,
        )
        for member in np.flatnonzero(rise >= least)
    ]


SECTORS = Mechanism(
    name="sectors",
    parameters=SectorParameters,
    draws=draw_shapes,
    facts=make_facts,
    start=start,
    conditions=conditions,
    advance=advance,
    record=record,
    tell=tell,
)
