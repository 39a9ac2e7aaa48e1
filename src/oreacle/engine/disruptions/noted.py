"""Which noted events say how often mines and refineries stop.

Does      Groups the events of the table by mineral and kind, and makes the model of outages.
Units     Losses as a share of world supply [1]; years.
Method    Kinds from the assumed table `disruption_causes`: social, other, left out. Stages that
          make metal or an intermediate product count as refineries; mines, mills, ports, rails and
          rules on mining as mines, because ore is what stands still.
Assumes   An event without a stated loss is left out, of the rate too: nothing says how large it
          was. The loss is a share of the first commodity, so the event counts for that one alone.
          Rates are therefore lower bounds.
Not here  The fit: see `oreacle.engine.disruptions.rates`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from oreacle.core.errors import RunError
from oreacle.data.assumptions import read_assumed
from oreacle.data.institutions.commodities import minerals_of
from oreacle.data.institutions.disruptions import LAST_YEAR, RATE_FIRST_YEAR
from oreacle.engine.disruptions.rates import (
    GammaRate,
    LossSizes,
    credibility_constant,
    loss_sizes,
    prior_rate,
    shrunken_rate,
)
from oreacle.world.disruptions import Disruption, load_disruptions
from oreacle.world.snapshot import World

SOCIAL, OTHER, REFINERY = "mine_social", "mine_other", "refinery"
KINDS = (SOCIAL, OTHER, REFINERY)
LEFT_OUT = "left out"
REFINERY_STAGES = frozenset(
    {
        "smelter",
        "refinery",
        "refinery/products",
        "smelter/refinery",
        "policy/refinery",
        "energy",
    }
)
"""Stages whose loss is of refined product; the power and gas events of the table are theirs."""
YEARS = float(LAST_YEAR - RATE_FIRST_YEAR + 1)
"""Years that the rates rest on [yr]."""


@dataclass(frozen=True)
class OutageKind:
    """How often and how much one kind of outage takes from one mineral.

    Attributes
    ----------
    rate
        Yearly rate of events.
    sizes
        Losses.
    events
        Events of the mineral that the fit rests on.
    """

    rate: GammaRate
    sizes: LossSizes
    events: int


def noted_losses(
    events: tuple[Disruption, ...],
) -> dict[str, dict[str, np.ndarray]]:
    """Return stated losses by kind and mineral, each of shape (event,) [1].

    Raises
    ------
    RunError
        ORE-RUN-139 if a cause has no kind.
    """
    table = read_assumed("disruption_causes")
    kind_of = dict(zip(table["cause"], table["kind"], strict=True))
    if unknown := sorted({event.cause for event in events} - set(kind_of)):
        raise RunError(
            "ORE-RUN-139",
            f"causes of disruption without a kind: {', '.join(unknown)}.",
            why="their events would be left out of the rates without notice.",
            fix="add them to assumed/disruption_causes.csv as social, other or left out.",
        )
    found: dict[str, dict[str, list[float]]] = {kind: {} for kind in KINDS}
    for event in events:
        if not RATE_FIRST_YEAR <= event.year <= LAST_YEAR or not event.loss_share:
            continue
        if kind_of[event.cause] == LEFT_OUT:
            continue
        at_mine = SOCIAL if kind_of[event.cause] == "social" else OTHER
        kind = REFINERY if event.stage in REFINERY_STAGES else at_mine
        for mineral in first_minerals(event):
            found[kind].setdefault(mineral, []).append(event.loss_share)
    return {
        kind: {mineral: np.array(losses) for mineral, losses in by_mineral.items()}
        for kind, by_mineral in found.items()
    }


def first_minerals(event: Disruption) -> tuple[str, ...]:
    """Return the minerals of the first commodity: the stated loss is a share of it."""
    first = pd.Series([event.commodities.split(";")[0].strip()])
    slugs = minerals_of(first, "disruption_events.commodities").iloc[0].split(";")
    return tuple(slug for slug in slugs if slug in event.minerals)


def outage_model(world: World, mineral: str) -> Mapping[str, OutageKind]:
    """Return the model of outages of a mineral, by kind.

    Raises
    ------
    ScenarioError
        ORE-SCN-002 if the mineral is unknown.
    RunError
        ORE-RUN-139 if a cause has no kind, or no event of a kind is noted.
    """
    world.chain(mineral)
    losses = _losses(world.directory)
    every: dict[str, list[np.ndarray]] = {}
    for by_mineral in losses.values():
        for name, values in by_mineral.items():
            every.setdefault(name, []).append(np.log(values))
    constant = credibility_constant([np.concatenate(values) for values in every.values()])
    return {kind: _kind(kind, losses[kind], world, mineral, constant) for kind in KINDS}


def _kind(
    kind: str, losses: Mapping[str, np.ndarray], world: World, mineral: str, constant: float
) -> OutageKind:
    if not losses:
        raise RunError(
            "ORE-RUN-139",
            f"no event of the kind {kind} with a stated loss is noted.",
            why="nothing says how large such an outage is.",
            fix="restore the table disruption_events, or leave outages out with "
            "DisruptionSettings(outages=False).",
        )
    none = np.array([])
    counts = np.array([losses.get(name, none).size for name in world.mineral_names])
    own = losses.get(mineral, none)
    return OutageKind(
        rate=shrunken_rate(prior_rate(counts, YEARS), own.size, YEARS),
        sizes=loss_sizes(own, list(losses.values()), constant),
        events=int(own.size),
    )


@lru_cache(maxsize=4)
def _losses(directory: Path | None) -> dict[str, dict[str, np.ndarray]]:
    return noted_losses(load_disruptions(directory).events)
