"""A market in which policies are being put in force, for some of its cases.

Does      Gives apply functions the problem to write on, its rows, and who is where.
Units     Those of the problem.
Method    None: a record with look-ups.
Assumes   The problem is from `oreacle.market.groups.writable`: every group is there.
Not here  What each policy writes: see the other modules of this package.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from oreacle.core.labels import LINKS
from oreacle.market.apply.places import Hit, Places
from oreacle.market.carriage import Planner
from oreacle.market.certification import Certification
from oreacle.market.links import LinkTerms
from oreacle.market.problem import Problem
from oreacle.market.stocks import Stocks
from oreacle.market.support import Support
from oreacle.world.chain import Chain
from oreacle.world.register import Measure
from oreacle.world.territory import Territory

Group = TypeVar("Group")


@dataclass(frozen=True)
class Scope:
    """What policies of one mineral can meet.

    Attributes
    ----------
    chain, territory
        The mineral's chain, and which actor each country belongs to.
    measures
        The policy register by row.
    problem
        A market of the mineral.
    places
        Who is at the ends of the links and along the ways, by link.
    routes
        Routes of the mineral; None where none are known.
    """

    chain: Chain
    territory: Territory
    measures: Mapping[str, Measure]
    problem: Problem
    places: Mapping[str, Places]
    routes: Planner | None

    def terms(self, link: str) -> LinkTerms:
        """Return the terms of the links of a kind."""
        return self.problem.ore if link == "ore" else self.problem.refined

    def carries(self, link: str, hit: Hit) -> bool:
        """Return True if anything that is hit moved tonnes in the base year."""
        flow = self.chain.flow(link)
        ways = self.terms(link).ways
        if (flow[hit.direct] > 0).any():
            return True
        # Growth scales ways and closes none: the first case stands for all.
        passes = hit.ways | hit.around
        return ways is not None and bool((ways.reference[0, passes] > 0).any())

    def is_in(self, place: str, countries: tuple[str, ...]) -> np.ndarray:
        """Return True at the countries that are, or belong to, a place, shape (country,).

        Raises
        ------
        ScenarioError
            ORE-SCN-003 if no country or actor has that name.
        """
        self.territory.resolve(place)
        actor_of = self.territory.actor_of
        return np.array([place.upper() in (c, actor_of[c]) for c in countries], dtype=bool)

    def producers(self, stage: str) -> tuple[str, ...]:
        """Return the countries of a stage that has capacity."""
        return self.problem.miners if stage == "mined" else self.problem.refiners


@dataclass(frozen=True)
class Case(Scope):
    """Cases of a problem that may be written.

    Attributes
    ----------
    rows
        The cases in which the policies hold.
    is_strict
        True if a contract that its buyer cannot take in is refused, False if it is cut: in a run
        use falls from year to year.
    """

    rows: slice
    is_strict: bool

    @property
    def support(self) -> Support:
        """Support of producers."""
        return _present(self.problem.support)

    @property
    def stocks(self) -> Stocks:
        """Stocks and orders."""
        return _present(self.problem.stocks)

    @property
    def certification(self) -> Certification:
        """The regime of certificates."""
        return _present(self.problem.certification)


def _present(group: Group | None) -> Group:
    if group is None:
        raise TypeError("policies are written on a problem from `writable`")
    return group


def links_of(link: str | None) -> tuple[str, ...]:
    """Return the links that a measure is about; None stands for both."""
    return LINKS if link is None else (link,)
