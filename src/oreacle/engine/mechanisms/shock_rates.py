"""How often shocks hit mines and plants, where, and how much they take.

Does      Makes yearly rates by cause and node, and sizes of losses, from the noted events.
Units     Events a year; losses as shares of world output (sizes) or of a node (losses) [1].
Method    Causes of a site (accident, labour, unrest): the rate of a mineral is shrunken to that of
          all minerals and its sizes mixed with theirs, as `oreacle.engine.disruptions.rates` says;
          unrest is that at plants alone: at mines it belongs to social licence, on or off;
          a node is hit with the probability of its share in output times the hazard of its
          country, so that hazards move events between places and not their sum. Causes of a
          country (weather, water, conflict): the world's rate, (n + 1/2) / years, falls on
          countries by what they make of all minerals, times hazard.
Assumes   The list of events is what was noticed: rates are lower bounds. Events count for the
          first commodity that they name. A country whose hazard is not rated counts as medium.
Not here  Drawing them: see `oreacle.engine.mechanisms.shocks`; blockades and licences at mines: see
          `oreacle.engine.mechanisms.licence`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from oreacle.core.errors import RunError
from oreacle.data.institutions.disruptions import LAST_YEAR, RATE_FIRST_YEAR
from oreacle.engine.disruptions.noted import REFINERY_STAGES, YEARS, first_minerals
from oreacle.engine.disruptions.rates import (
    LossSizes,
    credibility_constant,
    loss_sizes,
    prior_rate,
    shrunken_rate,
)
from oreacle.engine.mechanisms.cells import LOSS_CAUSES, Cells
from oreacle.scenario.causes import wide_causes
from oreacle.world.disruptions import Disruption
from oreacle.world.jurisdictions import Jurisdictions

UNREST = "unrest"
SITE_CAUSES, COUNTRY_CAUSES = LOSS_CAUSES[:3], LOSS_CAUSES[3:]
HAZARDS: Mapping[str, tuple[str, ...]] = {
    "accident": (),
    "labour": ("labour_strike",),
    "unrest": ("conflict_unrest",),
    "weather": ("flood", "tropical_cyclone"),
    "water": ("water_stress",),
    "conflict": ("conflict_unrest",),
}
"""Hazards of a country that make a cause likelier there; the highest of several counts."""
CLASSES: Mapping[str, float] = {
    "none": -2.0,
    "low": -1.0,
    "low-medium": -0.5,
    "medium": 0.0,
    "medium-high": 0.5,
    "high": 1.0,
    "very high": 2.0,
    "extremely high": 2.0,
}
MOST_RATE = 3.0
"""Largest yearly rate of events at one node or in one country [1/yr]: beyond it a year without an
event is rarer than one in twenty, and a scenario's factor says no more."""


@dataclass(frozen=True)
class Noted:
    """Losses of noted events of one cause.

    Attributes
    ----------
    by_mineral
        Losses by mineral, shape (event,) each [1].
    at_plants
        Share of the events at plants [1].
    """

    by_mineral: Mapping[str, np.ndarray]
    at_plants: float

    @property
    def every(self) -> np.ndarray:
        """Losses of all minerals, shape (event,) [1]."""
        return np.concatenate([np.array([]), *self.by_mineral.values()])


def events_of_shocks(events: Sequence[Disruption]) -> tuple[Disruption, ...]:
    """Return the noted events without unrest at mines, which social licence draws."""
    wide = wide_causes()
    return tuple(
        event
        for event in events
        if wide.get(event.cause) != UNREST or event.stage in REFINERY_STAGES
    )


def noted(events: Sequence[Disruption]) -> dict[str, Noted]:
    """Return the losses of noted events by wide cause, those with a stated loss.

    Unrest at mines is left out.

    Raises
    ------
    RunError
        ORE-RUN-200 if no event of a cause that is drawn states a loss.
    """
    wide = wide_causes()
    losses: dict[str, dict[str, list[float]]] = {}
    plants: dict[str, list[bool]] = {}
    for event in events_of_shocks(events):
        if not RATE_FIRST_YEAR <= event.year <= LAST_YEAR or not event.loss_share:
            continue
        cause = wide.get(event.cause)
        minerals = first_minerals(event)
        if cause is None or not minerals:
            continue
        plants.setdefault(cause, []).append(event.stage in REFINERY_STAGES)
        for mineral in minerals:
            losses.setdefault(cause, {}).setdefault(mineral, []).append(event.loss_share)
    missing = [cause for cause in (*SITE_CAUSES, *COUNTRY_CAUSES) if cause not in losses]
    if missing:
        raise RunError(
            "ORE-RUN-200",
            f"no noted event of {', '.join(missing)} states what was lost.",
            why="nothing says how often such a shock comes and how large it is.",
            fix="restore the table disruption_events, or switch the mechanism off with off: "
            "[shocks].",
        )
    return {
        cause: Noted(
            {mineral: np.array(values) for mineral, values in found.items()},
            float(np.mean(plants[cause])),
        )
        for cause, found in losses.items()
    }


def hazard_factors(
    table: Jurisdictions, countries: Sequence[str], cause: str, step: float
) -> np.ndarray:
    """Return how much likelier a cause is in each country than at medium hazard, shape (country,).

    Parameters
    ----------
    step
        Factor for each class [1].
    """
    ranks = []
    for country in countries:
        rated = [table.hazard(country, name) for name in HAZARDS[cause]]
        known = [CLASSES[h.level] for h in rated if h is not None and h.level in CLASSES]
        ranks.append(max(known) if known else 0.0)
    return np.asarray(step ** np.array(ranks))


def site_rates(cells: Cells, cause: Noted, hazard: np.ndarray) -> np.ndarray:
    """Return the yearly rate of events of a site cause at each node, shape (cell,) [1/yr].

    Parameters
    ----------
    hazard
        Factor by node, shape (cell,) [1].
    """
    counts = np.array([cause.by_mineral.get(name, np.array([])).size for name in cells.names])
    prior = prior_rate(counts, YEARS)
    mean = np.array([shrunken_rate(prior, int(count), YEARS).mean for count in counts])
    at = np.array([1.0 - cause.at_plants, cause.at_plants])
    where = cells.share * hazard
    group = cells.mineral * 2 + cells.stage
    total = np.bincount(group, where, minlength=2 * len(cells.names))
    part = np.divide(where, total[group], out=np.zeros_like(where), where=total[group] > 0)
    return np.asarray(mean[cells.mineral] * at[cells.stage] * part)


def site_sizes(cells: Cells, causes: Mapping[str, Noted], cause: str) -> tuple[LossSizes, ...]:
    """Return the sizes of losses of a site cause by mineral."""
    found = causes[cause].by_mineral
    constant = credibility_constant([np.log(values) for values in found.values()])
    none = np.array([])
    others = list(found.values())
    return tuple(loss_sizes(found.get(name, none), others, constant) for name in cells.names)


def country_sizes(causes: Mapping[str, Noted], cause: str) -> LossSizes:
    """Return the sizes of losses of a country cause: its own, mixed with those of all three."""
    every = [causes[name].every for name in COUNTRY_CAUSES]
    constant = credibility_constant([np.log(values) for values in every])
    return loss_sizes(causes[cause].every, every, constant)


def mean_node_loss(sizes: LossSizes, share: np.ndarray) -> np.ndarray:
    """Return the expected share of a node that an event takes, same shape as `share` [1].

    A loss is a share of world output; a node loses that over its own share, 1 at most.
    """
    inverse = np.divide(1.0, share, out=np.full_like(share, np.inf), where=share > 0.0)
    weight = np.diff(sizes.pooled_steps, prepend=0.0)
    pooled = (np.minimum(sizes.pooled[:, None] * inverse, 1.0) * weight[:, None]).sum(axis=0)
    if not sizes.own.size:
        return np.asarray(pooled)
    own = np.minimum(sizes.own[:, None] * inverse, 1.0).mean(axis=0)
    return np.asarray(sizes.own_weight * own + (1.0 - sizes.own_weight) * pooled)


def certain(rate: np.ndarray) -> np.ndarray:
    """Return the probability of an event or more in a year, same shape [1].

    Examples
    --------
    >>> round(float(certain(np.array(0.1))), 4)
    0.0952
    """
    return np.asarray(-np.expm1(-np.minimum(rate, MOST_RATE)))
