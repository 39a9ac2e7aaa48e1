"""Flows on the links between two stages, with caps, quotas and indirect ways.

Does      Evaluates logit flows under tonne caps and export quotas, and their slopes.
Units     Flows t/yr; prices as log over base; costs USD/t.
Method    Flow = min(a exp(s (head - c)), cap) on the direct way and on each way through an
          entrepot; a quota on what leaves an exporter is met by one rent on all its bound flows,
          which splits the total by the logit (see `oreacle.market.quotas`).
Assumes   Shapes (batch, tail, head), ways (batch, way).
Not here  Which policy sets which cap: see `oreacle.market.apply`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from oreacle.market.batch import batched, is_one_row, parameter, repeat_row
from oreacle.market.quotas import share_quotas
from oreacle.market.ways import Ways

HUGE_EXPONENT = 90.0
"""Logs of flows are held below this: far outside any certified solution."""


@dataclass(frozen=True)
class Ready:
    """What no price changes on direct ways, worked out once for a solve.

    Attributes
    ----------
    rate
        Price that buyers pay at the tail at base prices, with taxes and licences, shape
        (batch, tail, head) [USD/t].
    dollars
        Freight and specific export tax, shape (batch, tail, head) [USD/t].
    log_strength
        Log flow at a head price of 0 and a landed cost of 1 USD/t before tariff, shape
        (batch, tail, head); minus infinity where there is no link.
    has_cap, has_quota
        True if some link has a cap, and some exporter a quota.
    """

    rate: np.ndarray = batched()
    dollars: np.ndarray = batched()
    log_strength: np.ndarray = batched()
    has_cap: bool = True
    has_quota: bool = True


@dataclass(frozen=True)
class LinkTerms:
    """What holds on every link of one kind; the arrays by link are those of the direct way.

    Attributes
    ----------
    base_cost
        Delivered cost at base without any measure, shape (tail, head) [USD/t].
    tail_price
        Base price at the tail [USD/t].
    outside
        True where a link leaves the exporter's customs territory, shape (tail, head).
    ways
        Indirect ways; None if there are none.
    substitution
        s: elasticity to relative delivered cost, one value or shape (batch, 1, 1) [1].
    strength
        a: flow at base prices without any measure, shape (batch, tail, head) [t/yr].
    reference
        Flow at base prices with the register: what bans and quotas refer to, shape
        (batch, tail, head) [t/yr].
    freight
        Freight and other specific cost, shape (batch, tail, head) [USD/t].
    export_rate, licence_rate, tariff_rate
        Ad-valorem export tax, cost of licensing (which nobody collects), and tariff, shape
        (batch, tail, head) [1].
    export_specific
        Export tax in dollars, shape (batch, tail, head) [USD/t].
    cap
        Tonne cap of each link (inf = none), shape (batch, tail, head) [t/yr].
    quota
        Cap on all that leaves the exporter's territory (inf = none), shape (batch, tail) [t/yr].
    ready
        What `made_ready` worked out for a solve; None to work it out each time.
    """

    base_cost: np.ndarray
    tail_price: float
    outside: np.ndarray
    ways: Ways | None
    substitution: float | np.ndarray = parameter(2)
    strength: np.ndarray = batched()
    reference: np.ndarray = batched()
    freight: np.ndarray = batched()
    export_rate: np.ndarray = batched()
    licence_rate: np.ndarray = batched()
    tariff_rate: np.ndarray = batched()
    export_specific: np.ndarray = batched()
    cap: np.ndarray = batched()
    quota: np.ndarray = batched()
    ready: Ready | None = None

    @property
    def is_capped(self) -> bool:
        """True if some direct way may have a cap."""
        return self.ready is None or self.ready.has_cap

    @property
    def has_quota(self) -> bool:
        """True if some exporter has a quota."""
        if self.ready is not None:
            return self.ready.has_quota
        return bool(np.isfinite(self.quota).any())

    def origin_price(self, tail: np.ndarray) -> np.ndarray:
        """Return the dollar price at the tail for its log over base, shape (batch, tail)."""
        return np.asarray(self.tail_price * np.exp(tail))

    def scaled(self, factor: np.ndarray) -> LinkTerms:
        """Return links whose strengths and reference flows, on all ways, are scaled.

        Caps and quotas keep their tonnes.

        Parameters
        ----------
        factor
            By case and link, broadcasts to (batch, tail, head) [1].
        """
        ways = self.ways
        if ways is not None:
            along = np.broadcast_to(factor, self.strength.shape)[:, ways.tail, ways.head]
            ways = replace(ways, strength=ways.strength * along, reference=ways.reference * along)
        return replace(
            self, strength=self.strength * factor, reference=self.reference * factor, ways=ways
        )

    def delivered_cost(self, tail: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return delivered cost of the direct way and the share of it that moves with the tail.

        C = (P (1 + export rate + licence rate) + export specific + freight) (1 + tariff):
        policies commute within a slot.

        Parameters
        ----------
        tail
            Log price at the tail over base, shape (batch, tail).
        """
        rate = 1.0 + self.export_rate + self.licence_rate
        paid = self.origin_price(tail)[..., None] * rate
        landed = paid + self.export_specific + self.freight
        return landed * (1.0 + self.tariff_rate), paid / landed


@dataclass(frozen=True)
class LinkState:
    """Flows and the slopes that Newton needs, of shape (batch, tail, head) if nothing else is said.

    Attributes
    ----------
    flow
        Flow from origin to user over all ways, after caps and quotas [t/yr].
    free
        Slope to the head price of ways that answer to their tail price (flow times s), else 0.
    free_tail
        Slope to the tail price, positive; 0 on capped or quota-bound ways.
    shared
        Flow of ways that share a binding quota, else 0 [t/yr].
    bound
        `shared` times s.
    shared_total
        Sum of `shared` by exporter, shape (batch, tail); 0 where no quota binds.
    direct, wish
        Flow on the direct way, and what it would carry without cap or quota at these prices [t/yr].
    way_flow, way_wish
        The same for the indirect ways, shape (batch, way).
    """

    flow: np.ndarray
    free: np.ndarray
    free_tail: np.ndarray
    shared: np.ndarray
    bound: np.ndarray
    shared_total: np.ndarray
    direct: np.ndarray
    wish: np.ndarray
    way_flow: np.ndarray
    way_wish: np.ndarray

    @property
    def is_bound(self) -> bool:
        """True if a quota binds in some case."""
        return bool(self.shared_total.any())


def link_state(terms: LinkTerms, tail: np.ndarray, head: np.ndarray) -> LinkState:
    """Return flows and slopes at the given log prices.

    Parameters
    ----------
    terms
        Costs and limits of the links.
    tail, head
        Log prices over base, shapes (batch, tail) and (batch, head).
    """
    wish, share = _direct_wish(terms, tail, head)
    direct, loose = wish, None
    if terms.is_capped:
        direct, loose = np.minimum(wish, terms.cap), wish < terms.cap
    way_wish, way_share = _way_wish(terms, tail, head)
    way_flow, way_loose = way_wish, np.ones(way_wish.shape, dtype=bool)
    if terms.ways is not None:
        way_flow, way_loose = np.minimum(way_wish, terms.ways.cap), way_wish < terms.ways.cap
    shared = way_shared = None
    total = np.zeros(tail.shape)
    if terms.has_quota:
        split = share_quotas(terms, wish, way_wish)
        if split is not None:
            direct, way_flow, shared, way_shared, total, under = split
            bare = ~(under[:, :, None] & terms.outside)
            loose = bare if loose is None else loose & bare
            if terms.ways is not None:
                way_loose &= ~(under[:, terms.ways.tail] & terms.ways.outside)
    free = terms.substitution * direct
    if loose is not None:
        free *= loose
    free_tail = np.multiply(free, share, out=share)
    flow = direct
    if terms.ways is not None:
        shape = (direct.shape[1], direct.shape[2])
        way_free = np.where(way_loose, _way_substitution(terms) * way_flow, 0.0)
        added = terms.ways.onto_links(np.stack([way_flow, way_free, way_free * way_share]), shape)
        flow, free, free_tail = direct + added[0], free + added[1], free_tail + added[2]
        if shared is not None and way_shared is not None:
            shared = shared + terms.ways.onto_links(way_shared, shape)
    # Zeros without memory where no quota binds: nobody writes on them.
    held = np.broadcast_to(0.0, direct.shape) if shared is None else shared
    return LinkState(
        flow=flow,
        free=free,
        free_tail=free_tail,
        shared=held,
        bound=held if shared is None else terms.substitution * held,
        shared_total=total,
        direct=direct,
        wish=wish,
        way_flow=way_flow,
        way_wish=way_wish,
    )


def _direct_wish(
    terms: LinkTerms, tail: np.ndarray, head: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return what each direct way would carry without limits, and its cost share."""
    ready = terms.ready
    if ready is None:
        ready = _ready(terms)
    share = np.exp(tail)[:, :, None] * ready.rate
    exponent = share + ready.dollars
    share /= exponent
    np.log(exponent, out=exponent)
    np.subtract(head[:, None, :], exponent, out=exponent)
    exponent *= terms.substitution
    exponent += ready.log_strength
    return np.exp(np.minimum(exponent, HUGE_EXPONENT, out=exponent), out=exponent), share


def made_ready(terms: LinkTerms) -> LinkTerms:
    """Return the links with what no price changes worked out, for many evaluations.

    The result is for evaluation alone: strengths, costs and reference flows of direct ways are
    those of the first case, since prices meet them in `ready` only.
    """
    size = terms.cap.shape[0]
    # A solve takes rows often: what `ready` answers for need not be carried along.
    idle: dict[str, Any] = {
        name: repeat_row(getattr(terms, name), size) for name in ("reference", *_COSTS)
    }
    return replace(terms, ready=_ready(terms), **idle)


_COSTS = ("strength", "tariff_rate", "export_rate", "licence_rate", "export_specific", "freight")


def _ready(terms: LinkTerms) -> Ready:
    size = terms.cap.shape[0]
    # Cases that differ in limits alone share one row: a look at it is enough.
    same = isinstance(terms.substitution, float) and all(
        is_one_row(getattr(terms, name)) for name in _COSTS
    )
    rows = slice(0, 1) if same else slice(None)
    strength, tariff, export, licence, specific, freight = (
        getattr(terms, name)[rows] for name in _COSTS
    )
    with np.errstate(divide="ignore"):
        log = np.log(strength)
    unit = np.log(terms.base_cost) - np.log1p(tariff)
    found = (
        terms.tail_price * (1.0 + export + licence),
        specific + freight,
        log + terms.substitution * unit,
    )
    rate, dollars, log_strength = (repeat_row(f, size) if same else f for f in found)
    return Ready(
        rate=rate,
        dollars=dollars,
        log_strength=log_strength,
        has_cap=bool(np.isfinite(terms.cap).any()),
        has_quota=bool(np.isfinite(terms.quota).any()),
    )


def _wish(strength: np.ndarray, substitution: float | np.ndarray, gap: np.ndarray) -> np.ndarray:
    exponent = np.clip(substitution * gap, -HUGE_EXPONENT, HUGE_EXPONENT)
    return np.asarray(strength * np.exp(exponent))


def _way_substitution(terms: LinkTerms) -> float | np.ndarray:
    s = terms.substitution
    return s[:, :, 0] if isinstance(s, np.ndarray) else s


def _way_wish(
    terms: LinkTerms, tail: np.ndarray, head: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return what each way would carry without limits, and its cost share, shape (batch, way)."""
    if terms.ways is None:
        nothing = np.zeros((tail.shape[0], 0))
        return nothing, nothing
    cost, share = terms.ways.delivered_cost(terms.origin_price(tail))
    gap = head[:, terms.ways.head] - np.log(cost / terms.ways.base_cost)
    return _wish(terms.ways.strength, _way_substitution(terms), gap), share
