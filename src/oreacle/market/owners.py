"""Whose money it is: from where mines and plants lie to who owns them.

Does      Returns the owners of each country's output of one mineral, and how many are sourced.
Units     Shares [1].
Method    Table `ownership_control`; an unknown owner is the actor where the output lies.
Assumes   Profit goes to owners as output does: a partner's share of tonnes is its share of profit.
Not here  The tables: see `oreacle.world.ownership`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from oreacle.core.labels import REST_OF_WORLD
from oreacle.world.ownership import control_matrix
from oreacle.world.snapshot import World
from oreacle.world.territory import Territory

STAGES = ("mined", "refined")


@dataclass(frozen=True)
class Owners:
    """Who owns the output of one mineral.

    Attributes
    ----------
    actors
        All actors that live in a country of the world or own a part, in alphabetical order.
    share
        Share of each country's output by owner, for ``mined`` and ``refined``; table of countries
        and actors whose rows sum to one [1].
    sourced
        Share of each country's output whose owner a source names, for both stages [1].
    actor_of
        Actor by country.
    """

    actors: tuple[str, ...]
    share: dict[str, pd.DataFrame]
    sourced: dict[str, pd.Series]
    actor_of: dict[str, str]

    def matrix(self, stage: str | None, countries: Sequence[str]) -> np.ndarray:
        """Return who gets the money of a stage, shape (country, actor) [1].

        `stage` None is money that stays where it arises: users, states, traders. A country that
        the tables do not know at a stage is owned where it lies.
        """
        at = {actor: k for k, actor in enumerate(self.actors)}
        found = np.zeros((len(countries), len(self.actors)))
        known = None if stage is None else self.share.get(stage)
        for k, country in enumerate(countries):
            if known is not None and country in known.index:
                found[k] = known.loc[country].to_numpy()
            else:
                found[k, at[self.actor_of.get(country, REST_OF_WORLD)]] = 1.0
        return found

    def known(self, stage: str, countries: Sequence[str]) -> np.ndarray:
        """Return the share of output whose owner a source names, shape (country,) [1]."""
        known = self.sourced.get(stage)
        if known is None:
            return np.zeros(len(countries))
        return known.reindex(list(countries)).fillna(0.0).to_numpy(dtype=float)


def located_owners(territory: Territory) -> Owners:
    """Return owners as if everything belonged to the actor where it lies."""
    return Owners(_actors(territory, ()), {}, {}, dict(territory.actor_of))


def mineral_owners(world: World, mineral: str) -> Owners:
    """Return who owns mines and plants of a mineral in the base year."""
    table = world.ownership.control
    rows = table[table["mineral"] == mineral]
    matrices: dict[str, pd.DataFrame] = {}
    sourced: dict[str, pd.Series] = {}
    for stage in STAGES:
        part = rows[rows["stage"] == stage]
        if part.empty:
            continue
        whole = control_matrix(world.ownership, mineral, stage)
        # The tables carry ten digits: rows are made to sum to one, so that no dollar is lost.
        matrices[stage] = pd.DataFrame(
            (whole / whole.sum("actor")).to_numpy(),
            index=whole["country"].to_numpy(),
            columns=whole["actor"].to_numpy(),
        )
        told = part[part["basis"] != "assumed"]
        sourced[stage] = told.groupby("country")["share"].sum()
    owners = {str(actor) for matrix in matrices.values() for actor in matrix.columns}
    actors = _actors(world.territory, owners)
    share = {
        stage: matrix.reindex(columns=list(actors), fill_value=0.0)
        for stage, matrix in matrices.items()
    }
    return Owners(actors, share, sourced, dict(world.territory.actor_of))


def _actors(territory: Territory, owners: set[str] | tuple[()]) -> tuple[str, ...]:
    return tuple(sorted({*territory.actors, REST_OF_WORLD, *owners}))
