"""Calibrate the links of a market: strengths, limits and indirect ways in the base year.

Does      Turns base flows, the register and the entrepots into link terms.
Units     t/yr and USD/t.
Method    Base flows split over direct and indirect ways as customs recorded them. Where no way is
          recorded, a small stated share of what a big supplier sells is taken to pass through its
          other customers: re-exports that no statistic shows. Strengths undo what the register
          holds down.
Assumes   Indirect ways pay freight on two legs.
Not here  Curves and capacities: see `oreacle.market.calibrate`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from oreacle.market.links import LinkTerms
from oreacle.market.ways import Ways, ways_hit
from oreacle.world.chain import Chain
from oreacle.world.entrepots import Entrepots
from oreacle.world.parameters import MarketParameters
from oreacle.world.register import RATE_INSTRUMENTS, Measure
from oreacle.world.territory import Territory

UNBOUNDED = np.inf
LEAST_INTAKE = 0.01
"""Share of a user's intake below which a supplier gets no unseen ways [1]."""
LEAST_SUPPLY = 0.05
"""Share of the link's world trade below which an exporter gets no unseen ways [1]."""
UNSEEN_WAYS = 3
"""Number of customers through which unseen re-exports go."""


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
    substitution: float
    outside: np.ndarray


@dataclass(frozen=True)
class _Way:
    """An indirect way: its ends, entrepot and share of the flow."""

    tail: int
    head: int
    via: str
    share: float


def link_terms(
    chain: Chain,
    link: str,
    parameters: MarketParameters,
    territory: Territory,
    measures: Sequence[Measure],
    entrepots: Entrepots | None,
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
    entrepots
        Indirect ways; None for direct trade alone.
    """
    base = _base(chain, link, parameters, territory)
    abroad = np.not_equal.outer(np.array(base.tails), np.array(base.heads))
    carriage = np.where(abroad, base.freight, 0.0)
    ways = [] if entrepots is None else list(_ways(base, parameters, territory, entrepots))
    around = np.zeros(base.flow.shape)
    for way in ways:
        around[way.tail, way.head] += way.share
    rates = _registered_rates(base, territory, measures)
    unheld, is_held = _unrestricted(base)
    cost = base.price + carriage
    paid = base.price * (1.0 + rates["export_tax"] + rates["export_licensing"]) + carriage
    direct = 1.0 - around
    return LinkTerms(
        base_cost=cost,
        tail_price=base.price,
        outside=base.outside,
        substitution=base.substitution,
        strength=(unheld * direct * (paid / cost) ** base.substitution)[None],
        reference=(base.flow * direct)[None],
        freight=carriage[None],
        export_rate=rates["export_tax"][None],
        licence_rate=rates["export_licensing"][None],
        tariff_rate=np.zeros((1, *base.flow.shape)),
        export_specific=np.zeros((1, *base.flow.shape)),
        cap=np.where(is_held, base.flow * direct, UNBOUNDED)[None],
        quota=np.full((1, len(base.tails)), UNBOUNDED),
        ways=_way_terms(base, ways, parameters, territory, measures) if ways else None,
    )


def _base(chain: Chain, link: str, parameters: MarketParameters, territory: Territory) -> _Base:
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
        substitution=_substitution(chain, parameters, is_ore=is_ore),
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


def _ways(
    base: _Base, parameters: MarketParameters, territory: Territory, entrepots: Entrepots
) -> Iterator[_Way]:
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
                yield _Way(int(tail), int(head), via, share)
        elif supply[tail] >= LEAST_SUPPLY and intake[tail, head] >= LEAST_INTAKE:
            yield from _unseen(base, parameters, territory, (int(tail), int(head)))


def _unseen(
    base: _Base, parameters: MarketParameters, territory: Territory, cell: tuple[int, int]
) -> Iterator[_Way]:
    """Yield ways through the exporter's biggest customers in other territories."""
    tail, head = cell
    actor_of = territory.actor_of
    flow = base.flow[tail].copy()
    near = {actor_of[base.tails[tail]], actor_of[base.heads[head]]}
    flow[[actor_of[user] in near for user in base.heads]] = 0.0
    best = [k for k in np.argsort(-flow, kind="stable")[:UNSEEN_WAYS] if flow[k] > 0]
    total = flow[best].sum()
    for k in sorted(best, key=lambda k: base.heads[k]):
        share = parameters.unseen_reexport_share * float(flow[k] / total)
        yield _Way(tail, head, base.heads[k], share)


def _way_terms(
    base: _Base,
    ways: Sequence[_Way],
    parameters: MarketParameters,
    territory: Territory,
    measures: Sequence[Measure],
) -> Ways:
    tail = np.array([way.tail for way in ways])
    head = np.array([way.head for way in ways])
    share = np.array([way.share for way in ways])
    unheld, is_held = _unrestricted(base)
    count, freight = len(ways), 2.0 * base.freight
    nothing = np.zeros((1, count))
    terms = Ways(
        tail=tail,
        head=head,
        via=tuple(way.via for way in ways),
        outside=np.ones(count, dtype=bool),
        base_cost=np.full(count, base.price + freight),
        leak_cost=parameters.leak_cost,
        strength=(unheld[tail, head] * share)[None],
        reference=(base.flow[tail, head] * share)[None],
        freight=np.full((1, count), freight),
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
    terms.strength[:] *= (paid / terms.base_cost) ** base.substitution
    return terms
