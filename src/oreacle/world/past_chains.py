"""The chain of one mineral in a past year.

Does      Balances flows of a year on its output and makes a validated chain of them.
Units     As `Chain`: chain tonnes per year, nominal USD per chain tonne.
Method    Of what country i supplies, S_i, the part e_i crosses borders:
          e_i = e_i0 (v_i / v_i0) / (s_i / s_i0), with v its share of the value of world exports, s
          its share of output, 0 the base year, e at most 1; where this moves e by more than a
          factor of three, e_i = E v_i / s_i, with E the base year's part of world output traded.
          It goes to buyers by that year's
          trade, X_ij = e_i S_i V_ij / sum_j V_ij, and the rest stays, X_ii = (1 - e_i) S_i. Links
          without a row have the calm-time opening weight. Where what buyers take in is known
          (refined output), X is balanced on it; else it is what arrives. A link without a
          commodity code has the base year's pattern, and use moves with gross product.
Assumes   Contents, responses, recycled share, ratio of ore to refined price and freight over price
          are those of the base year. Nothing holds links down: they are as traded.
Not here  What is known of a year: see `oreacle.world.past_evidence`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from oreacle.core.errors import DataError
from oreacle.core.labels import REST_OF_WORLD
from oreacle.data.base.balance import balance
from oreacle.data.base.margins import LinkMargins
from oreacle.data.base.trade_prior import LinkPrior, with_absent_links
from oreacle.world.chain import Chain
from oreacle.world.history import LAST_YEAR, History
from oreacle.world.past_evidence import (
    ARRIVALS,
    BASE,
    EXPORTS,
    Output,
    Unknown,
    exports,
    output_of,
    price_ratio,
    size_of,
    trade_of,
)

ROUNDS = 20_000
LARGEST_PART = 0.995
"""Most of its output that a country with users of its own ships, where trade says all [1]."""
STEADY = 3.0
"""Largest move of exports over output for which a country's base part holds; assumed [1]."""
PRICES = (
    "price_mine",
    "price_gate",
    "price_refined",
    "price_delivered",
    "freight_ore",
    "freight_refined",
)


@dataclass(frozen=True)
class PastRecord:
    """How each part of a past chain is known, in words."""

    mined: str
    refined: str
    ore_trade: str
    refined_trade: str
    size: str
    price: str

    @property
    def grade(self) -> str:
        """A if outputs are published, B if one is estimated, C if links have no trade data."""
        if BASE in (self.ore_trade, self.refined_trade):
            return "C"
        return "B" if self.mined == EXPORTS or self.refined in (EXPORTS, ARRIVALS) else "A"


@dataclass(frozen=True)
class PastInputs:
    """What all chains of a year share.

    Attributes
    ----------
    history, year, explicit
        Yearly tables, the year, and countries that stand for themselves.
    calm_weight
        Opening weight of absent links by link [1].
    growth
        Gross product over the base year by country, world total for ROW [1].
    """

    history: History
    year: int
    explicit: Collection[str]
    calm_weight: dict[str, float]
    growth: pd.Series


def past_chain(chain: Chain, inputs: PastInputs) -> tuple[Chain, PastRecord, dict[str, np.ndarray]]:
    """Return a mineral's chain in a past year, how it is known, and which links trade lacks.

    Raises
    ------
    Unknown
        If the data do not allow one.
    """
    history, year = inputs.history, inputs.year
    size, size_known = size_of(chain, history, year)
    price, price_known = price_ratio(chain, history, year)
    refined = output_of(chain, history, "refined", year, inputs.explicit)
    mined = (
        refined if chain.is_integrated else output_of(chain, history, "ore", year, inputs.explicit)
    )
    if mined is None:
        raise Unknown("neither output nor exports say who mined")
    ore, ore_known, absent_ore = _ore(chain, mined, refined, inputs)
    recycled = float(chain.recycled.sum() / chain.throughput)
    smelted = _smelted(ore, chain, recycled)
    metal, metal_known, absent_metal = _metal(chain, smelted, recycled, inputs)
    record = PastRecord(
        mined.known,
        refined.known if refined is not None else ARRIVALS,
        ore_known,
        metal_known,
        size_known,
        price_known,
    )
    world = chain.throughput * size
    made = _made(chain, ore, metal, smelted, world, price)
    return made, record, {"ore": absent_ore, "refined": absent_metal}


@dataclass(frozen=True)
class _Link:
    """Countries at the ends and flows; `flow` is supply alone where flows are asked for."""

    tails: tuple[str, ...]
    heads: tuple[str, ...]
    flow: np.ndarray


def _ore(
    chain: Chain, mined: Output, refined: Output | None, inputs: PastInputs
) -> tuple[_Link, str, np.ndarray]:
    """Return ore flows as shares of world output."""
    tails = tuple(mined.shares.index)
    supply = mined.shares.to_numpy()
    if chain.is_integrated:
        return _Link(tails, tails, np.diag(supply)), "none", np.zeros((len(tails),) * 2, bool)
    base = _Link(chain.miners, chain.refiners, chain.ore_flow)
    if refined is None:
        heads = tuple(c for c, t in zip(chain.refiners, chain.refined, strict=True) if t > 0)
        demand = None
    else:
        heads, demand = tuple(refined.shares.index), refined.shares.to_numpy()
    flow, known, absent = _balanced(base, _Link(tails, heads, supply), demand, "ore", chain, inputs)
    return _Link(tails, heads, flow), known, absent


@dataclass(frozen=True)
class _Supply:
    """What each refiner makes from ore and from scrap, shares of the throughput [1]."""

    names: tuple[str, ...]
    from_ore: np.ndarray
    recycled: np.ndarray


def _smelted(ore: _Link, chain: Chain, part: float) -> _Supply:
    """Return supply of the refined market: base recycled shares beside output from ore."""
    scrap = {
        c: float(v) / max(float(chain.recycled.sum()), 1e-300) * part
        for c, v in zip(chain.refiners, chain.recycled, strict=True)
        if v > 0
    }
    made = dict(zip(ore.heads, ore.flow.sum(axis=0) * (1.0 - part), strict=True))
    names = tuple(sorted({*scrap, *made}))
    return _Supply(
        names,
        np.array([made.get(c, 0.0) for c in names]),
        np.array([scrap.get(c, 0.0) for c in names]),
    )


def _metal(
    chain: Chain, supply: _Supply, part: float, inputs: PastInputs
) -> tuple[_Link, str, np.ndarray]:
    base = _Link(chain.refiners, chain.users, chain.refined_flow)
    amounts = supply.from_ore + supply.recycled
    demand = None
    if chain.grade_refined == "C":
        grown = chain.used * inputs.growth.reindex(list(chain.users)).to_numpy(dtype=float)
        if not np.isfinite(grown).all():
            grown = np.where(np.isfinite(grown), grown, chain.used * float(inputs.growth["ROW"]))
        demand = grown / grown.sum()
    target = _Link(supply.names, chain.users, amounts)
    flow, known, absent = _balanced(base, target, demand, "refined", chain, inputs)
    return _Link(supply.names, chain.users, flow), known, absent


def _balanced(
    base: _Link,
    target: _Link,
    demand: np.ndarray | None,
    link: str,
    chain: Chain,
    inputs: PastInputs,
) -> tuple[np.ndarray, str, np.ndarray]:
    """Return flows as shares, how the pattern is known, and the links that trade lacks."""
    supply = target.flow
    margins = LinkMargins(target.tails, supply, target.heads, np.ones(len(target.heads)))
    then = trade_of(inputs.history, chain.mineral, link, inputs.year)
    now = trade_of(inputs.history, chain.mineral, link, LAST_YEAR)
    if now is not None and then is None:
        raise Unknown(f"no {link} trade is listed for that year")
    if now is None or then is None:
        matrix, known = _like_base(base, target), BASE
    else:
        matrix, known = _traded(base, target, (then, now), inputs.explicit), "cepii-baci"
    prior = LinkPrior(matrix, np.full(matrix.shape, "trade"))
    wanted = np.maximum(matrix.sum(axis=0), 1e-6) if demand is None else demand
    margins = replace(margins, demand=wanted / wanted.sum() * supply.sum())
    filled = with_absent_links(prior, margins, inputs.calm_weight[link])
    absent = (matrix <= 0) & ~margins.own()
    if demand is None:
        sums = filled.matrix.sum(axis=1)
        return filled.matrix * (supply / sums)[:, None], known, absent
    found = balance(filled.matrix, supply, margins.demand, rounds=ROUNDS)
    if not found.converged:
        raise Unknown(f"its {link} matrix does not balance: trade contradicts output")
    return found.matrix, known, absent


def _like_base(base: _Link, target: _Link) -> np.ndarray:
    """Return supply spread as in the base year; newcomers spread like the world."""
    mean = base.flow.sum(axis=0)
    at = {c: k for k, c in enumerate(base.tails)}
    rows = np.array([base.flow[at[c]] if c in at else mean for c in target.tails])
    known = {c: k for k, c in enumerate(base.heads)}
    columns = [known.get(c, -1) for c in target.heads]
    picked = np.where(np.array(columns) >= 0, rows[:, columns], 0.0)
    sums = picked.sum(axis=1, keepdims=True)
    parts = np.divide(picked, sums, out=np.zeros_like(picked), where=sums > 0)
    return np.asarray(parts * target.flow[:, None])


def _traded(
    base: _Link,
    target: _Link,
    trade: tuple[pd.DataFrame, pd.DataFrame],
    explicit: Collection[str],
) -> np.ndarray:
    """Return what is shipped and kept by that year's trade; see the method above."""
    own = np.array([[i == j for j in target.heads] for i in target.tails])
    value = np.where(own, 0.0, _values(trade[0], target, explicit))
    sums = value.sum(axis=1, keepdims=True)
    parts = np.divide(value, sums, out=np.zeros_like(value), where=sums > 0)
    silent = sums[:, 0] <= 0
    elsewhere = np.where(own, 0.0, _like_base(base, target))
    spread = elsewhere / np.maximum(elsewhere.sum(axis=1, keepdims=True), 1e-300)
    parts = np.where(silent[:, None], spread, parts)
    shipped = _shipped_part(base, target, trade, explicit)
    at_home = own.any(axis=1)
    # A country that has nobody to refine or use at home ships all.
    shipped = np.where(at_home, np.minimum(shipped, LARGEST_PART), 1.0)
    return np.asarray(
        target.flow[:, None] * (parts * shipped[:, None] + own * (1.0 - shipped)[:, None])
    )


def _shipped_part(
    base: _Link,
    target: _Link,
    trade: tuple[pd.DataFrame, pd.DataFrame],
    explicit: Collection[str],
) -> np.ndarray:
    """Return the part of each country's supply that crosses borders [1]."""
    abroad = np.array([[i != j for j in base.heads] for i in base.tails])
    total, out = base.flow.sum(axis=1), (base.flow * abroad).sum(axis=1)
    share0 = dict(zip(base.tails, total / total.sum(), strict=True))
    part0 = dict(zip(base.tails, out / total, strict=True))
    mean = float(out.sum() / total.sum())
    then, now = (exports(rows, explicit) for rows in trade)
    found = []
    for code, amount in zip(target.tails, target.flow / target.flow.sum(), strict=True):
        before, after = float(now.get(code, 0.0)), float(then.get(code, 0.0))
        known = code in share0 and before > 0
        ratio = (after / before) / (amount / share0[code]) if known else 0.0
        steady = 1.0 / STEADY <= ratio <= STEADY
        part = part0[code] * ratio if steady else mean * after / amount
        found.append(min(part, 1.0))
    return np.array(found)


def _values(trade: pd.DataFrame, target: _Link, explicit: Collection[str]) -> np.ndarray:
    """Return trade by value between nodes; what is no node counts as ROW where ROW is one."""
    matrix = np.zeros((len(target.tails), len(target.heads)))
    sides = []
    for column, names in (("exporter", target.tails), ("importer", target.heads)):
        at = {c: k for k, c in enumerate(names)}
        rest = at.get(REST_OF_WORLD, -1)
        sides.append(np.array([at.get(str(c), rest) for c in trade[column]], dtype=int))
    keep = (sides[0] >= 0) & (sides[1] >= 0)
    np.add.at(matrix, (sides[0][keep], sides[1][keep]), trade["value_kusd"].to_numpy()[keep])
    return matrix


def _made(
    chain: Chain, ore: _Link, metal: _Link, supply: _Supply, world: float, price: float
) -> Chain:
    """Return the validated chain."""
    part = float(supply.recycled.sum())
    wide = np.zeros((len(ore.tails), len(supply.names)))
    places = [supply.names.index(code) for code in ore.heads]
    wide[:, places] = ore.flow * (1.0 - part) * world
    recycled = supply.recycled * world
    refined = wide.sum(axis=0)
    flow = metal.flow * ((refined + recycled) / metal.flow.sum(axis=1))[:, None]
    try:
        return replace(
            chain,
            miners=ore.tails,
            refiners=supply.names,
            users=metal.heads,
            mined=wide.sum(axis=1),
            refined=refined,
            recycled=recycled,
            used=flow.sum(axis=0),
            mine_capacity=np.full(len(ore.tails), np.nan),
            refinery_capacity=np.full(len(supply.names), np.nan),
            ore_flow=wide,
            refined_flow=flow,
            registered_caps=(),
            **{name: getattr(chain, name) * price for name in PRICES},
        )
    except DataError as error:
        raise Unknown(f"its chain is not valid ({error.code})") from error
