"""Ceilings that a control must not break: on a price, or on a shortage.

Does      Reads the level that a ceiling is about from cleared cases.
Units     A relative ceiling is over the reference price or over use [1]; an absolute one is in
          USD/t or t/yr.
Method    A price over several countries is their mean weighted by use (delivered) or output
          (refined) in the reference, so that it rises if each of them does.
Assumes   Use and output of the reference are those of the same parameters without the control.
Not here  Sentences: see `oreacle.scenario.restraint_sentence`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from oreacle.core.errors import MarketError
from oreacle.market.comparison import Comparison
from oreacle.market.money import dollar_prices
from oreacle.market.shortage import shortage
from oreacle.world.chain import Chain
from oreacle.world.territory import Territory

STAGES = ("delivered", "refined")
Reader = Callable[[Comparison], np.ndarray]
"""Reads the level of a ceiling from cleared cases, shape (case,)."""


@dataclass(frozen=True)
class PriceCeiling:
    """A price may not rise above a level.

    Attributes
    ----------
    under
        The ceiling: rise over the reference [1] if relative, else USD/t.
    place
        Country or actor whose price it is; None for the mean of all outside the actor.
    is_relative
        Which of the two.
    stage
        ``delivered`` to users, or ``refined`` at refineries.
    """

    under: float
    place: str | None = None
    is_relative: bool = True
    stage: str = "delivered"

    def __post_init__(self) -> None:
        """Refuse a level or stage that cannot be meant (ORE-MKT-051)."""
        _check_level(self.under)
        if self.stage not in STAGES:
            raise _refused(f"there is no price of the stage {self.stage!r:.40}", "name another")

    @property
    def units(self) -> str:
        """Unit of the ceiling."""
        return "1" if self.is_relative else "USD/t"

    @property
    def words(self) -> str:
        """The ceiling without its number."""
        stage = "" if self.stage == "delivered" else "refined "
        where = "world " if self.place is None else ""
        return f"{where}{stage}price" + ("" if self.place is None else f" in {self.place}")


@dataclass(frozen=True)
class ShortageCeiling:
    """The use that a place gives up may not rise above a level.

    Attributes
    ----------
    under
        The ceiling: share of the place's use in the reference [1] if relative, else t/yr.
    place
        Country or actor; None for all outside the actor.
    is_relative
        Which of the two.
    """

    under: float
    place: str | None = None
    is_relative: bool = True

    def __post_init__(self) -> None:
        """Refuse a level that cannot be meant (ORE-MKT-051)."""
        _check_level(self.under)

    @property
    def units(self) -> str:
        """Unit of the ceiling."""
        return "1" if self.is_relative else "t/yr"

    @property
    def words(self) -> str:
        """The ceiling without its number."""
        return "world shortage" if self.place is None else f"shortage of {self.place}"


Ceiling = PriceCeiling | ShortageCeiling


def reader_of(ceiling: Ceiling, actor: str, chain: Chain, territory: Territory) -> Reader:
    """Return what reads the level of a ceiling.

    Parameters
    ----------
    actor
        Who imposes the control: all outside it are the world.
    chain
        The mineral's chain.

    Raises
    ------
    MarketError
        ORE-MKT-051 if the place has no such price or use.
    ScenarioError
        ORE-SCN-003 if no country or actor has that name.
    """
    is_refined = isinstance(ceiling, PriceCeiling) and ceiling.stage == "refined"
    countries = chain.refiners if is_refined else chain.users
    weight = chain.refined_flow.sum(axis=1) if is_refined else chain.refined_flow.sum(axis=0)
    inside = _inside(ceiling.place, actor, countries, territory) & (weight > 0.0)
    if not inside.any():
        where = "nobody outside the actor" if ceiling.place is None else ceiling.place
        raise _refused(
            f"{where} has no {'refining' if is_refined else 'use'} of {chain.mineral}",
            f"`oreacle world mineral {chain.mineral}` shows who has; countries too small to be "
            "told apart are part of ROW",
        )
    if isinstance(ceiling, ShortageCeiling):
        return _shortage_reader(ceiling, inside)
    return _price_reader(ceiling, inside, np.where(inside, weight, 0.0))


def _inside(
    place: str | None, actor: str, countries: tuple[str, ...], territory: Territory
) -> np.ndarray:
    if place is None:
        return np.array([territory.actor_of[c] != actor for c in countries])
    territory.resolve(place)
    return np.array([place.upper() in (c, territory.actor_of[c]) for c in countries])


def _price_reader(ceiling: PriceCeiling, inside: np.ndarray, weight: np.ndarray) -> Reader:
    at = 2 if ceiling.stage == "refined" else 3

    def read(comparison: Comparison) -> np.ndarray:
        now, then = comparison.now, comparison.then
        after = dollar_prices(now.problem, now.prices)[at][:, inside] @ weight[inside]
        if not ceiling.is_relative:
            return np.asarray(after / weight.sum())
        before = dollar_prices(then.problem, then.prices)[at][:, inside] @ weight[inside]
        return np.asarray(after / before - 1.0)

    return read


def _shortage_reader(ceiling: ShortageCeiling, inside: np.ndarray) -> Reader:
    def read(comparison: Comparison) -> np.ndarray:
        users = comparison.now.problem.users
        kept = [user for user, is_in in zip(users, inside, strict=True) if is_in]
        lost = shortage(comparison)["total"].sel(country=kept).to_numpy().sum(axis=1)
        if not ceiling.is_relative:
            return np.asarray(lost)
        return np.asarray(lost / comparison.then.balance.use[:, inside].sum(axis=1))

    return read


def _check_level(under: object) -> None:
    is_number = isinstance(under, int | float) and not isinstance(under, bool)
    if not is_number or not np.isfinite(under) or float(under) <= 0.0:  # type: ignore[call-overload,arg-type]
        raise _refused(
            f"a ceiling at {under!r:.40} was asked for",
            "write a number above 0, such as 0.2 for 20 % above the reference",
        )


def _refused(what: str, fix: str) -> MarketError:
    return MarketError(
        "ORE-MKT-051",
        f"{what}.",
        why="the ceiling would hold, or fail, whatever the control.",
        fix=f"{fix}.",
    )
