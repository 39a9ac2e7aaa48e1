"""What a threat does: to whom it is aimed at, to who makes it, and to others.

Does      Turns a cleared piece of threats into loss, own cost, substitutes and shortage.
Units     USD/yr, t/yr and shares [1]; named at each measure.
Method    Money is the sum of `oreacle.market.welfare` by actor against the base market. Tonnes that
          no longer arrive = stopped - gone round - made up by others; use falls by what is neither
          made up nor released from stocks.
Assumes   Tonnes of ore and of refined product count alike (chain tonnes).
Not here  Sums over minerals and actors: see `oreacle.market.leverage.power`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from oreacle.market.comparison import State
from oreacle.market.incomes import incomes
from oreacle.market.leverage.threats import Stops, Threats
from oreacle.market.links import LinkState
from oreacle.market.money import consumer_loss

if TYPE_CHECKING:
    from oreacle.market.leverage.cases import Arena, Base


@dataclass(frozen=True)
class Measures:
    """Measures of threats, each of shape (case,); NaN where the case did not clear.

    Attributes
    ----------
    loss
        Welfare that the target loses [USD/yr]; negative where it gains.
    own_cost
        Welfare that the maker loses [USD/yr]; negative where it gains.
    gdp_at_risk
        Value added of the target that hangs on lost use [USD/yr].
    third_loss, third_gain
        Sum over third actors that lose, and over those that gain [USD/yr].
    cut
        Tonnes that no longer pass the stopped ways [t/yr].
    around
        Tonnes of the same makers that reach the target by other ways more than before [t/yr].
    replaced
        Tonnes that others, and the target's own producers, bring more than before [t/yr].
    use_lost, unserved
        Use that the target loses, and the part of groups past their choke [t/yr].
    released
        Net release from the target's private stocks [t/yr].
    price_rise
        Delivered price at the target over that before, less one, weighted by base use [1].
    """

    loss: np.ndarray
    own_cost: np.ndarray
    gdp_at_risk: np.ndarray
    third_loss: np.ndarray
    third_gain: np.ndarray
    cut: np.ndarray
    around: np.ndarray
    replaced: np.ndarray
    use_lost: np.ndarray
    unserved: np.ndarray
    released: np.ndarray
    price_rise: np.ndarray

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Return the names of all measures."""
        return tuple(field.name for field in fields(cls))

    @classmethod
    def empty(cls) -> Measures:
        """Return the measures of no case."""
        return cls(*(np.zeros(0) for _ in fields(cls)))

    @classmethod
    def joined(cls, parts: Sequence[Measures]) -> Measures:
        """Return the measures of all cases of several pieces."""
        return cls(
            *(np.concatenate([getattr(part, name) for part in parts]) for name in cls.names())
        )

    def take(self, rows: np.ndarray | slice) -> Measures:
        """Return the measures of some cases."""
        return Measures(*(getattr(self, name)[rows] for name in self.names()))

    def missing_where(self, bad: np.ndarray) -> Measures:
        """Return the measures with NaN in some cases, shape (case,)."""
        return Measures(*(np.where(bad, np.nan, getattr(self, name)) for name in self.names()))

    @property
    def failed(self) -> int:
        """Number of cases that did not clear."""
        return int(np.isnan(self.loss).sum())


UNITS = {
    "loss": "USD/yr",
    "own_cost": "USD/yr",
    "gdp_at_risk": "USD/yr",
    "third_loss": "USD/yr",
    "third_gain": "USD/yr",
    "cut": "t/yr",
    "around": "t/yr",
    "replaced": "t/yr",
    "use_lost": "t/yr",
    "unserved": "t/yr",
    "released": "t/yr",
    "price_rise": "1",
}
"""Units of the measures."""


def measure(arena: Arena, base: Base, now: State, threats: Threats, maker: np.ndarray) -> Measures:
    """Return the measures of a cleared piece.

    Parameters
    ----------
    arena
        The market and its books.
    base
        The market before, one case or as many as the piece.
    now
        The market with the threats in force.
    threats, maker
        The cases, and whose own cost is counted.
    """
    cases = np.arange(threats.size)
    kinds = dict(incomes(now, base.gaps))
    users = consumer_loss(now.problem, base.state.prices.delivered, now.prices.delivered)
    kinds["users"] = [(now.problem.users, -users)]
    change = arena.located.total(kinds) - base.located
    own = arena.owned.total(kinds) - base.owned
    third = change.copy()
    third[cases, threats.target] = 0.0
    third[cases, maker] = 0.0
    return Measures(
        loss=-change[cases, threats.target],
        own_cost=-own[cases, maker],
        third_loss=-np.minimum(third, 0.0).sum(axis=1),
        third_gain=np.maximum(third, 0.0).sum(axis=1),
        **_tonnes(arena, base.state, now, threats),
        **_shortage(arena, base.state, now, threats),
    )


def _tonnes(arena: Arena, then: State, now: State, threats: Threats) -> dict[str, np.ndarray]:
    """Return stopped, circumventing and substituting tonnes over both kinds of links."""
    cut, around, replaced = (np.zeros(threats.size) for _ in range(3))
    for link, border in arena.borders.items():
        before, after = _flows(then, link), _flows(now, link)
        held = threats.held(link)
        stops = border.stops(held, threats.target, threats.follows)
        gone = _stopped(stops, before, after)
        is_cut = gone > 0.0
        to = border.head[None, :] == threats.target[:, None]
        change = np.einsum("nth,nh->nt", after.flow - before.flow, to.astype(float))
        theirs = np.where(held > 0.0, change, 0.0).sum(axis=1)
        cut += gone
        around += theirs + gone
        replaced += np.where(is_cut, change.sum(axis=1) - theirs, 0.0)
    return {"cut": cut, "around": around, "replaced": replaced}


def _flows(state: State, link: str) -> LinkState:
    return state.balance.ore if link == "ore" else state.balance.metal


def _stopped(stops: Stops, before: LinkState, after: LinkState) -> np.ndarray:
    """Return the tonnes that stopped ways carry less than before, shape (case,) [t/yr]."""
    direct = np.where(stops.direct > 0.0, before.direct - after.direct, 0.0).sum(axis=(1, 2))
    if stops.ways.shape[1] == 0:
        return np.asarray(direct)
    lost = np.where(stops.ways > 0.0, before.way_flow - after.way_flow, 0.0)
    return np.asarray(direct + lost.sum(axis=1))


def _shortage(arena: Arena, then: State, now: State, threats: Threats) -> dict[str, np.ndarray]:
    """Return lost use, the value added that hangs on it, stock release and price at the target."""
    problem, price = now.problem, now.prices.delivered
    curve = problem.demand_curve
    wanted, _ = curve.by_group(problem.demand, np.broadcast_to(then.prices.delivered, price.shape))
    served, _ = curve.by_group(problem.demand, price)
    to = (arena.borders["refined"].head[None, :] == threats.target[:, None]).astype(float)
    lost = np.maximum((wanted - served).sum(axis=-1), 0.0)
    never = np.where(price[..., None] >= curve.log_choke, np.maximum(wanted, 0.0), 0.0).sum(axis=-1)
    choke = problem.price_delivered * np.exp(curve.log_choke)
    value = (np.maximum(wanted - served, 0.0) * choke).sum(axis=-1)
    weight = problem.demand * to
    total = weight.sum(axis=1)
    before = (weight * np.exp(then.prices.delivered)).sum(axis=1)
    after = (weight * np.exp(price)).sum(axis=1)
    rise = np.divide(after, before, out=np.full(threats.size, np.nan), where=total > 0.0) - 1.0
    return {
        "gdp_at_risk": (value * to).sum(axis=1),
        "use_lost": (lost * to).sum(axis=1),
        "unserved": (np.minimum(never, lost) * to).sum(axis=1),
        "released": _released(arena, then, now, threats, to),
        "price_rise": rise,
    }


def _released(
    arena: Arena, then: State, now: State, threats: Threats, to: np.ndarray
) -> np.ndarray:
    """Return the change of net release of metal and ore at the target, shape (case,) [t/yr]."""
    at_gate = (arena.borders["ore"].head[None, :] == threats.target[:, None]).astype(float)
    metal = now.balance.metal_release - np.asarray(then.balance.metal_release)
    ore = now.balance.ore_release - np.asarray(then.balance.ore_release)
    total = np.zeros(threats.size)
    for part, where in ((metal, to), (ore, at_gate)):
        if np.ndim(part):
            total = total + (part * where).sum(axis=1)
    return total
