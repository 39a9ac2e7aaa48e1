"""Social licence at mine sites: blockades that stop them, licences that are revoked.

Does      Draws stoppages and revoked licences by country and mineral; takes capacity out, sets
          projects back and ends some.
Units     Shares of a country's mine capacity of a mineral [1]; hazards [1/yr].
Method    World rates by mineral are events noted at mines and on their roads plus a stated number
          that nobody noted, over the years watched. They are spread over a mineral's mines by
          sites (output over the output of a site) times relative risk: stability of the state and
          water stress. Local benefits that fall raise the hazard. A blockade takes one site for a
          time with a log-normal length, a revoked licence until it opens again. Capacity that runs
          is (1 - lost) / (1 - usual loss), and a run starts with the usual share closed: the base
          year holds the usual stoppages already.
Assumes   Unrest, blockades and licences at mines are here alone; at plants they are shocks, as are
          strikes, weather, accidents and war. A place of which nothing is known has mean risk.
          Fewer events are noted than happen, so that rates are lower bounds.
Not here  Strikes and other shocks: see the mechanism of shocks. Seizures by governments: see
          `oreacle.engine.act_chances`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from oreacle.core.labels import REST_OF_WORLD
from oreacle.engine.disruptions.noted import REFINERY_STAGES
from oreacle.engine.mechanisms.cells import Cells, make_cells, rate_factor
from oreacle.engine.mechanisms.conditions import Conditions
from oreacle.engine.mechanisms.contract import (
    MINED,
    NORMAL,
    UNIFORM,
    Advance,
    DrawShape,
    Mechanism,
    Moment,
    Note,
    Recorded,
)
from oreacle.engine.mechanisms.investment import InvestmentTerms
from oreacle.engine.mechanisms.licence_usual import mean_days, usual_closed
from oreacle.engine.mechanisms.places import Places, make_places
from oreacle.engine.mechanisms.siting import SitingPiece
from oreacle.engine.setting import Setting

BLOCKADE, PERMIT = "blockade_unrest", "licence_regulation"
FIRST_YEAR = 2010
UNREST = {"unrest": 1.0}
"""Wide cause that both are wholly of, as a scenario speaks of it."""
STRESSED = ("high", "extremely high")
DAYS = 365.0


@dataclass(frozen=True)
class LicenceParameters:
    """Parameters of social licence; see `assumed/mechanism_licence.csv`."""

    years_watched: float
    unnoted_events: float
    site_size: float
    stop_days: float
    stop_spread: float
    reopening: float
    stability_effect: float
    water_effect: float
    benefit_effect: float
    delayed_share: float
    cancelled_share: float


@dataclass(frozen=True)
class LicenceFacts:
    """Mines of all minerals in one row of cells.

    Attributes
    ----------
    places
        Countries.
    first
        First cell of each mineral, and one past the last, shape (mineral + 1,).
    place
        Place of each cell, shape (cell,).
    blockade, permit
        Usual hazard, shape (cell,) [1/yr].
    site
        Part of a cell's capacity that a site is, shape (cell,) [1].
    worth
        Share of a cell in the value of the world's mines, shape (cell,) [1].
    closed, usual
        Share of a cell's capacity that the base year holds closed, and stopped in all, shape
        (cell,) [1].
    nodes
        Mines and plants, by which a scenario names places.
    """

    places: Places
    first: np.ndarray
    place: np.ndarray
    blockade: np.ndarray
    permit: np.ndarray
    site: np.ndarray
    worth: np.ndarray
    closed: np.ndarray
    usual: np.ndarray
    nodes: Cells

    def cells(self, mineral: int) -> slice:
        """Return the cells of a mineral."""
        return slice(int(self.first[mineral]), int(self.first[mineral + 1]))


@dataclass(frozen=True)
class LicencePiece:
    """Sites without a licence at the start of a year.

    Attributes
    ----------
    closed
        Share of each cell's capacity, shape (member, cell) [1].
    """

    closed: np.ndarray


def spread_hazard(rate: float, share: np.ndarray, risk: np.ndarray, site: float) -> np.ndarray:
    """Return hazards of a mineral's mines that sum to its world rate [1/yr].

    Parameters
    ----------
    rate
        World rate [1/yr].
    share, risk
        Share in world output and relative risk, shape (mine,) [1].
    site
        Output of a site over the world's [1].

    Examples
    --------
    >>> spread_hazard(0.3, np.array([0.6, 0.3]), np.array([1.0, 2.0]), 0.01).tolist()
    [0.15, 0.15]
    """
    weight = share / site * risk
    return np.asarray(rate * weight / weight.sum())


def _noted(setting: Setting, mineral: str, cause: str) -> int:
    return sum(
        event.year >= FIRST_YEAR and event.stage not in REFINERY_STAGES
        for event in setting.world.disruptions.events_of(mineral=mineral, cause=cause)
    )


def _risks(setting: Setting, places: Places, p: LicenceParameters) -> np.ndarray:
    """Return the relative hazard of each place, 1 where nothing is known, shape (place,)."""
    table = setting.world.table("governance").sort_values("year")
    table = table[table["year"] <= setting.world.base_year]
    stable = table.groupby("country")["stability"].last()
    known = setting.world.jurisdictions
    mean = float(stable.reindex(places.countries).mean())
    found = []
    for country in places.countries:
        log = -p.stability_effect * (float(stable.get(country, mean)) - mean)
        hazard = None if country == REST_OF_WORLD else known.hazard(country, "water_stress")
        if hazard is not None and hazard.level in STRESSED:
            log += p.water_effect
        found.append(np.exp(log))
    return np.array(found)


def _facts(setting: Setting, parameters: object) -> LicenceFacts:
    if not isinstance(parameters, LicenceParameters):
        raise TypeError("social licence needs its own parameters")
    p, places = parameters, make_places(setting)
    risks = _risks(setting, places, p)
    hazards: dict[str, list[np.ndarray]] = {BLOCKADE: [], PERMIT: []}
    site, worth = [], []
    for (mineral, chain), nodes in zip(setting.world.chains.items(), places.nodes, strict=True):
        share = chain.mined / chain.mined.sum()
        for cause, parts in hazards.items():
            rate = (_noted(setting, mineral, cause) + p.unnoted_events) / p.years_watched
            parts.append(spread_hazard(rate, share, risks[nodes[MINED]], p.site_size))
        site.append(np.minimum(p.site_size / np.maximum(share, 1e-12), 1.0))
        worth.append(chain.mined * chain.price_mine)
    value, sites = np.concatenate(worth), np.concatenate(site)
    blockade, permit = (np.concatenate(hazards[cause]) for cause in (BLOCKADE, PERMIT))
    closed = usual_closed(permit, sites, p.reopening)
    stopped = np.minimum(blockade, 1.0) * sites * _mean_stop(p)
    return LicenceFacts(
        places,
        np.cumsum([0, *(part.size for part in site)]),
        np.concatenate([nodes[MINED] for nodes in places.nodes]),
        blockade,
        permit,
        sites,
        value / value.sum(),
        closed,
        1.0 - (1.0 - stopped) * (1.0 - closed),
        make_cells(setting.world),
    )


def _mean_stop(p: LicenceParameters) -> float:
    return mean_days(p.stop_days, p.stop_spread, DAYS) / DAYS


def _draws(setting: Setting) -> Mapping[str, DrawShape]:
    cells = sum(len(chain.miners) for chain in setting.world.chains.values())
    kinds = {"blockade": UNIFORM, "length": NORMAL, "permit": UNIFORM, "reopening": UNIFORM}
    return {name: DrawShape(kind, (cells,)) for name, kind in kinds.items()}


def _start(moment: Moment) -> LicencePiece:
    closed = moment.fact(LicenceFacts).closed
    return LicencePiece(np.repeat(closed[None], moment.members, axis=0))


@dataclass(frozen=True)
class LicenceYear:
    """What happens in a year.

    Attributes
    ----------
    blocked, revoked
        Where, shape (member, cell).
    lost
        Share of a cell's capacity that is stopped, over the year, shape (member, cell) [1].
    closed
        Share without a licence at the end of it, shape (member, cell) [1].
    """

    blocked: np.ndarray
    revoked: np.ndarray
    lost: np.ndarray
    closed: np.ndarray


def _said(moment: Moment, facts: LicenceFacts, cause: str) -> np.ndarray | float:
    """Return what the scenario multiplies the hazard of a cause by, shape (cell,) [1]."""
    said = moment.setting.scenario.shock_rates
    if not said:
        return 1.0
    factor = rate_factor(said, cause, facts.nodes, moment.year, UNREST)
    return np.asarray(factor[facts.nodes.stage == MINED])


def year_of(moment: Moment) -> LicenceYear:
    """Return what happens in the year."""
    facts, p = moment.fact(LicenceFacts), moment.settings(LicenceParameters)
    drawn, own = moment.numbers, moment.piece(LicencePiece)
    siting = moment.other("siting", SitingPiece)
    anger: np.ndarray | float = 1.0
    if siting is not None:
        less = np.log2(np.maximum(siting.benefit, 0.1))
        anger = np.exp(-p.benefit_effect * less)[:, facts.place]
    blocked = drawn["blockade"] < facts.blockade * _said(moment, facts, BLOCKADE) * anger
    revoked = drawn["permit"] < facts.permit * _said(moment, facts, PERMIT) * anger
    days = np.minimum(p.stop_days * np.exp(p.stop_spread * drawn["length"]), DAYS)
    still = np.where(drawn["reopening"] < p.reopening, 0.0, own.closed)
    closed = np.minimum(np.where(revoked, still + facts.site, still), 1.0)
    stopped = np.where(blocked, facts.site * days / DAYS, 0.0)
    return LicenceYear(blocked, revoked, 1.0 - (1.0 - stopped) * (1.0 - closed), closed)


def _conditions(moment: Moment) -> Mapping[int, Conditions]:
    facts = moment.fact(LicenceFacts)
    running = (1.0 - year_of(moment).lost) / (1.0 - facts.usual)
    return {
        k: Conditions(mines=running[:, facts.cells(k)])
        for k in range(len(moment.setting.space.minerals))
    }


def _investment(moment: Moment) -> Mapping[tuple[int, int], InvestmentTerms]:
    facts, p, year = moment.fact(LicenceFacts), moment.settings(LicenceParameters), year_of(moment)
    event = (year.blocked | year.revoked).any(axis=0).astype(int)
    found = {}
    for k in np.flatnonzero(np.add.reduceat(event, facts.first[:-1])).tolist():
        at = facts.cells(k)
        found[k, MINED] = InvestmentTerms(
            kept=1.0 - p.cancelled_share * year.revoked[:, at],
            delayed=p.delayed_share * year.blocked[:, at],
        )
    return found


def _advance(moment: Moment) -> Advance:
    return Advance(LicencePiece(year_of(moment).closed))


def _record(moment: Moment) -> Mapping[str, Recorded]:
    facts, year = moment.fact(LicenceFacts), year_of(moment)
    return {
        "sites_stopped": Recorded(year.blocked.sum(axis=1).astype(float), (), "1/yr"),
        "licences_revoked": Recorded(year.revoked.sum(axis=1).astype(float), (), "1/yr"),
        "output_stopped": Recorded(year.lost @ facts.worth, (), "1"),
    }


def _tell(moment: Moment) -> Sequence[Note]:
    facts, year = moment.fact(LicenceFacts), year_of(moment)
    notes = []
    for member, cell in np.argwhere(year.blocked | year.revoked).tolist():
        k = int(np.searchsorted(facts.first, cell, side="right")) - 1
        mineral = moment.setting.space.minerals[k]
        country = facts.places.countries[facts.place[cell]]
        gone = year.revoked[member, cell]
        what = "loses the licence of a mine" if gone else "a mine is blocked"
        why = (
            "the courts or the government side with its opponents" if gone else "unrest at the site"
        )
        lost = year.lost[member, cell]
        chain = moment.setting.world.chain(mineral)
        called = chain.in_words
        effect = f"{100 * lost:.1f} % of the country's {called} mines stopped over the year"
        mine = cell - int(facts.first[k])
        weight = float(np.clip(lost * chain.mined[mine] / chain.mined.sum() * 100.0, 0.1, 2.0))
        notes.append(Note(member, "licence", country, mineral, what, why, effect, weight))
    return notes


LICENCE = Mechanism(
    name="licence",
    parameters=LicenceParameters,
    draws=_draws,
    facts=_facts,
    start=_start,
    conditions=_conditions,
    investment=_investment,
    advance=_advance,
    record=_record,
    tell=_tell,
)
