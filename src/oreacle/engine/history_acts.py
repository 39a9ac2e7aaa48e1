"""Acts of the past, coded from the chronicle onto the axes of the panel.

Does      Says who restricted exports of what, and which pairs agreed, year by year.
Units     0 or 1 per year and unit.
Method    All new restrictions of an actor in a year are one act that covers the union of their
          links; an agreement has exactly two parties, members of a bloc standing for it.
Assumes   The chronicle is what was known; what it left out counts as no act.
Not here  Decay of memory: see `oreacle.engine.inputs.advance_memory`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from oreacle.engine.history_arrays import place
from oreacle.engine.history_panel import HistoryPanel
from oreacle.engine.inputs import STAGES_AT_RISK

RESTRICTION_KINDS = ("export_ban", "export_quota", "export_tax", "export_licensing")
AGREEMENT_KINDS = (
    "bilateral_mou",
    "strategic_partnership",
    "trade_agreement_minerals_chapter",
)
LINKS_OF_STAGE = {"ore": (0,), "refined": (1,), "all": (0, 1)}
"""Positions on the link axis that a stage of the chronicle covers; `component` and `technology`
lie outside the modelled links."""


@dataclass(frozen=True)
class HistoryActs:
    """Acts by year.

    Attributes
    ----------
    acts
        1 where an actor took a new export restriction, shape (year, actor).
    links
        1 where it covers a link, shape (year, actor, mineral, link).
    pairs
        1 where a pair agreed, symmetric, shape (year, actor, actor).
    left_out
        Events that could not be coded, counted by reason.
    """

    acts: np.ndarray
    links: np.ndarray
    pairs: np.ndarray
    left_out: Mapping[str, int] = field(default_factory=dict)


def acts_from_events(
    events: pd.DataFrame, panel: HistoryPanel, actor_of: Mapping[str, str]
) -> HistoryActs:
    """Code the chronicle onto the axes of a panel.

    Parameters
    ----------
    events
        The table `events`.
    panel
        Gives the axes.
    actor_of
        Actor by country, for members of blocs that the chronicle names.
    """
    counts: dict[str, int] = {}
    acts, links = _restrictions(events, panel, actor_of, counts)
    pairs = _agreements(events, panel, actor_of, counts)
    return HistoryActs(acts, links, pairs, counts)


def parties(text: str, actor_of: Mapping[str, str]) -> tuple[str, ...]:
    """Return the distinct actors named in a cell, members of a bloc standing for it."""
    return tuple(dict.fromkeys(actor_of.get(name, name) for name in text.split(";") if name))


def _restrictions(
    events: pd.DataFrame, panel: HistoryPanel, actor_of: Mapping[str, str], counts: dict[str, int]
) -> tuple[np.ndarray, np.ndarray]:
    actors, minerals = place(panel.actors), place(panel.minerals)
    acts = np.zeros((len(panel.years), len(actors)))
    links = np.zeros((*acts.shape, len(minerals), len(STAGES_AT_RISK)))
    for event in events[events["kind"].isin(RESTRICTION_KINDS)].itertuples():
        spot = int(str(event.year)) - int(panel.years[0])
        goods = [minerals[name] for name in str(event.minerals).split(";") if name in minerals]
        stages = LINKS_OF_STAGE.get(str(event.stage), ())
        if not 0 <= spot < len(panel.years):
            _count(counts, "restriction outside the years of the panel")
        elif not stages:
            _count(counts, "restriction on components or technology")
        elif not goods and "all" not in str(event.minerals_raw).split(";"):
            _count(counts, "restriction on minerals outside the model")
        else:
            if not goods:
                _count(counts, "restriction on all minerals: no information on scope")
            for name in parties(str(event.actors), actor_of):
                if name not in actors:
                    _count(counts, "restriction by an actor outside the model")
                    continue
                acts[spot, actors[name]] = 1.0
                for stage in stages:
                    links[spot, actors[name], goods, stage] = 1.0
    return acts, links


def _agreements(
    events: pd.DataFrame, panel: HistoryPanel, actor_of: Mapping[str, str], counts: dict[str, int]
) -> np.ndarray:
    actors = place(panel.actors)
    pairs = np.zeros((len(panel.years), len(actors), len(actors)))
    for event in events[events["kind"].isin(AGREEMENT_KINDS)].itertuples():
        spot = int(str(event.year)) - int(panel.years[0])
        names = parties(str(event.actors), actor_of)
        if not 0 <= spot < len(panel.years):
            _count(counts, "agreement outside the years of the panel")
        elif len(names) != 2:
            _count(counts, "agreement of more or fewer than two parties")
        elif any(name not in actors for name in names):
            _count(counts, "agreement with an actor outside the model")
        else:
            one, two = actors[names[0]], actors[names[1]]
            pairs[spot, one, two] = pairs[spot, two, one] = 1.0
    return pairs


def _count(counts: dict[str, int], reason: str) -> None:
    counts[reason] = counts.get(reason, 0) + 1
