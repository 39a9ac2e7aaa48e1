"""Calibrate the links of a market: strengths, limits and indirect ways in the base year.

Does      Turns base flows, the register and the entrepots into link terms.
Units     t/yr and USD/t.
Method    Base flows split over direct and indirect ways as customs recorded them. Where no way is
          recorded, a small stated share of what a big supplier sells is taken to pass through its
          other customers: re-exports that no statistic shows. Strengths undo what the register
          holds down.
Assumes   Carriage of a pair is that of its routes, and of an indirect way that of its two legs,
          where routes are known; else one freight for every border crossed.
Not here  Curves and capacities: see `oreacle.market.calibrate`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from oreacle.core.labels import LINKS
from oreacle.market.carriage import Carriage
from oreacle.market.links import LinkTerms
from oreacle.market.ways import Ways, ways_hit
from oreacle.world.chain import Chain
from oreacle.world.entrepots import Entrepots
from oreacle.world.parameters import MarketParameters
from oreacle.world.register import RATE_INSTRUMENTS, Measure
from oreacle.world.territory import Territory

UNBOUNDED = np.inf
LEAST_INTAKE = 0.01
"""Share of a user's intake below which a supplier gets no unseen ways [1]; assumed."""
LEAST_SUPPLY = 0.05
"""Share of the link's world trade below which an exporter gets no unseen ways [1];
assumed."""
UNSEEN_WAYS = 3
"""Number of customers through which unseen re-exports go; assumed."""


@dataclass(frozen=True)
class _Base:
    """Base-year data of the links of one kind."""

    chain: Chain
    link: str
    tails: tuple[str, ...]
    heads: tuple[str, ...]
    flow: np.ndarray
    price: float
    freight: float
    outside: np.ndarray
    routed: Carriage | None = None

    def carriage(self) -> np.ndarray:
        """Return carriage of the direct way, shape (tail, head) [USD/t]."""
        if self.routed is not None:
            return self.routed.by_link(self.freight)
        abroad = np.not_equal.outer(np.array(self.tails), np.array(self.heads))
        return np.where(abroad, self.freight, 0.0)

    def around(self, ways: BaseWays) -> np.ndarray:
        """Return carriage of both legs of each indirect way, shape (way,) [USD/t]."""
        if self.routed is None:
            return np.full(len(ways.via), 2.0 * self.freight)
        leg = self.routed.leg
        ends = zip(ways.tail, ways.via, ways.head, strict=True)
        return np.array(
            [
                leg(self.tails[tail], via, self.freight) + leg(via, self.heads[head], self.freight)
                for tail, via, head in ends
            ],
            dtype=float,
        )


@dataclass(frozen=True)
class BaseWays:
    """Indirect ways of one kind of link in the base year, in the order of tails and heads.

    Attributes
    ----------
    tail, head
        Index of exporter and importer, shape (way,).
    via
        Entrepot of each way, by country code.
    share
        Share of the flow; of an unseen way over the share of all unseen ones, shape (way,) [1].
    seen
        True where a statistic shows the way, shape (way,).
    """

    tail: np.ndarray
    head: np.ndarray
    via: tuple[str, ...]
    share: np.ndarray
    seen: np.ndarray

    def shares(self, unseen: float) -> np.ndarray:
        """Return the share of the flow of each way, shape (way,) [1].

        Parameters
        ----------
        unseen
            Share of a flow that all its unseen ways carry [1].
        """
        return np.asarray(np.where(self.seen, self.share, unseen * self.share))


@dataclass(frozen=True)
class _Way:
    """An indirect way: its ends, entrepot, share of the flow, and whether a statistic shows it."""

    tail: int
    head: int
    via: str
    share: float
    seen: bool


def base_ways(chain: Chain, territory: Territory, entrepots: Entrepots) -> dict[str, BaseWays]:
    """Return the indirect ways of ore and of refined metal, which no parameter changes.

    Parameters
    ----------
    chain
        The mineral's chain.
    territory
        Which actor each country belongs to.
    entrepots
        Ways that statistics show.
    """
    found = {}
    for link in LINKS:
        ways = list(_ways(_base(chain, link, territory), territory, entrepots))
        found[link] = BaseWays(
            tail=np.array([way.tail for way in ways], dtype=np.int64),
            head=np.array([way.head for way in ways], dtype=np.int64),
            via=tuple(way.via for way in ways),
            share=np.array([way.share for way in ways]),
            seen=np.array([way.seen for way in ways], dtype=bool),
        )
    return found


def link_terms(
    chain: Chain,
    link: str,
    parameters: MarketParameters,
    territory: Territory,
    measures: Sequence[Measure],
    ways: BaseWays | None,
    routed: Carriage | None = None,
) -> LinkTerms:
    """Return the base-year terms of one kind of link, as one case.

    Parameters
    ----------
    chain
        The mineral's chain.
    link
        ``ore`` or ``refined``.
    parameters
        Behavioural parameters.
    territory
        Which actor each country belongs to.
    measures
        Registered measures; rates among them enter the costs.
    ways
        Indirect ways; None for direct trade alone.
    routed
        Carriage by pair; None for one freight for every border crossed.
    """
    base = replace(_base(chain, link, territory), routed=routed)
    substitution = _substitution(chain, parameters, is_ore=link == "ore")
    carriage = base.carriage()
    around = np.zeros(base.flow.shape)
    if ways is not None:
        shares = ways.shares(parameters.unseen_reexport_share)
        np.add.at(around, (ways.tail, ways.head), shares)
    rates = _registered_rates(base, territory, measures)
    unheld, is_held = _unrestricted(base)
    cost = base.price + carriage
    paid = base.price * (1.0 + rates["export_tax"] + rates["export_licensing"]) + carriage
    direct = 1.0 - around
    return LinkTerms(
        base_cost=cost,
        tail_price=base.price,
        outside=base.outside,
        substitution=substitution,
        strength=(unheld * direct * (paid / cost) ** substitution)[None],
        reference=(base.flow * direct)[None],
        freight=carriage[None],
        export_rate=rates["export_tax"][None],
        licence_rate=rates["export_licensing"][None],
        tariff_rate=np.zeros((1, *base.flow.shape)),
        export_specific=np.zeros((1, *base.flow.shape)),
        cap=np.where(is_held, base.flow * direct, UNBOUNDED)[None],
        quota=np.full((1, len(base.tails)), UNBOUNDED),
        ways=None
        if ways is None or not ways.via
        else _way_terms(base, ways, parameters, territory, measures),
    )


def _base(chain: Chain, link: str, territory: Territory) -> _Base:
    is_ore = link == "ore"
    tails, heads = (chain.miners, chain.refiners) if is_ore else (chain.refiners, chain.users)
    return _Base(
        chain=chain,
        link=link,
        tails=tails,
        heads=heads,
        flow=chain.ore_flow if is_ore else chain.refined_flow,
        price=chain.price_mine if is_ore else chain.price_refined,
        freight=chain.freight_ore if is_ore else chain.freight_refined,
        outside=territory.is_outside(tails, heads),
    )


def _substitution(chain: Chain, parameters: MarketParameters, *, is_ore: bool) -> float:
    """Return s1 or s2 [1]: the mineral's own, or that of all for a chain without its own."""
    own = chain.responsiveness
    if own is None:
        return parameters.ore_substitution if is_ore else parameters.refined_substitution
    return own.ore_substitution.value if is_ore else own.refined_substitution.value


def _unrestricted(base: _Base) -> tuple[np.ndarray, np.ndarray]:
    """Return flows without the registered caps [t/yr], and which links they hold down."""
    flow, is_held = base.flow.copy(), np.zeros(base.flow.shape, dtype=bool)
    for held in base.chain.registered_caps:
        if held.link == base.link:
            cell = base.tails.index(held.exporter), base.heads.index(held.importer)
            if held.unrestricted > flow[cell]:
                flow[cell], is_held[cell] = held.unrestricted, True
    return flow, is_held


def _registered_rates(
    base: _Base, territory: Territory, measures: Sequence[Measure]
) -> dict[str, np.ndarray]:
    """Return ad-valorem rates in force in the base year by instrument, shape (tail, head) [1]."""
    rates = {name: np.zeros(base.flow.shape) for name in RATE_INSTRUMENTS}
    for measure in _rates(base, measures):
        hit = territory.hit(base.tails, base.heads, measure.actor, measure.targets)
        rates[measure.instrument] += measure.strength * hit
    return rates


def _rates(base: _Base, measures: Sequence[Measure]) -> Iterator[Measure]:
    for measure in measures:
        if measure.mineral == base.chain.mineral and measure.link == base.link and measure.is_rate:
            yield measure


def _ways(base: _Base, territory: Territory, entrepots: Entrepots) -> Iterator[_Way]:
    """Yield the indirect ways, in the order of tails and heads."""
    foreign = np.where(base.outside, base.flow, 0.0)
    supply = foreign.sum(axis=1) / max(foreign.sum(), np.finfo(float).tiny)
    intake = base.flow / np.maximum(base.flow.sum(axis=0), np.finfo(float).tiny)
    for tail, head in np.argwhere((base.flow > 0) & base.outside):
        origin, user = base.tails[tail], base.heads[head]
        seen = entrepots.of(base.chain.mineral, base.link, origin, user)
        recorded = {via: share for via, share in seen.items() if via != origin and share > 0}
        if recorded:
            for via, share in sorted(recorded.items()):
                yield _Way(int(tail), int(head), via, share, seen=True)
        elif supply[tail] >= LEAST_SUPPLY and intake[tail, head] >= LEAST_INTAKE:
            yield from _unseen(base, territory, (int(tail), int(head)))


def _unseen(base: _Base, territory: Territory, cell: tuple[int, int]) -> Iterator[_Way]:
    """Yield ways through the exporter's biggest customers in other territories."""
    tail, head = cell
    actor_of = territory.actor_of
    flow = base.flow[tail].copy()
    near = {actor_of[base.tails[tail]], actor_of[base.heads[head]]}
    flow[[actor_of[user] in near for user in base.heads]] = 0.0
    best = [k for k in np.argsort(-flow, kind="stable")[:UNSEEN_WAYS] if flow[k] > 0]
    total = flow[best].sum()
    for k in sorted(best, key=lambda k: base.heads[k]):
        yield _Way(tail, head, base.heads[k], float(flow[k] / total), seen=False)


def _way_terms(
    base: _Base,
    ways: BaseWays,
    parameters: MarketParameters,
    territory: Territory,
    measures: Sequence[Measure],
) -> Ways:
    tail, head, share = ways.tail, ways.head, ways.shares(parameters.unseen_reexport_share)
    substitution = _substitution(base.chain, parameters, is_ore=base.link == "ore")
    unheld, is_held = _unrestricted(base)
    count, freight = len(ways.via), base.around(ways)
    nothing = np.zeros((1, count))
    terms = Ways(
        tail=tail,
        head=head,
        via=ways.via,
        outside=np.ones(count, dtype=bool),
        base_cost=base.price + freight,
        leak_cost=parameters.leak_cost,
        strength=(unheld[tail, head] * share)[None],
        reference=(base.flow[tail, head] * share)[None],
        freight=freight[None],
        export_rate=nothing.copy(),
        licence_rate=nothing.copy(),
        leak_rate=nothing.copy(),
        export_specific=nothing.copy(),
        tariff_rate=nothing.copy(),
        cap=np.where(is_held[tail, head], base.flow[tail, head] * share, UNBOUNDED)[None],
    )
    for measure in _rates(base, measures):
        hit = ways_hit(terms, (base.tails, base.heads), territory, measure.actor, measure.targets)
        rate = terms.export_rate if measure.instrument == "export_tax" else terms.licence_rate
        rate += measure.strength * hit
    paid, _ = terms.delivered_cost(np.full((1, len(base.tails)), base.price))
    terms.strength[:] *= (paid / terms.base_cost) ** substitution
    return terms
