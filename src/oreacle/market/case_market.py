"""A single-stage market made from a case's own flows, cleared by the kernel.

Does      Turns flows of one good into a market of exporters and importers, puts a measure in
          force, and gives flows and the change of the price that buyers pay.
Units     Flows in the unit of the case; prices relative to base (log).
Method    Each importer is a refinery gate with its own user behind it: what it takes in answers
          to the price there. An exporter's supply answers to the price it gets. Strengths of links
          are the flows without the measure. A given volume is a cap on each restricted pair, on a
          link made strong enough that the cap binds; so it serves measures and liftings alike.
          Where buyers would not take so much at any price, the given volume stands all the same.
Assumes   Export supply has no bend at capacity: no capacity is known for a customs code. Ore is
          half of the value of what its buyer makes. Freight and taxes are nil: they cancel.
Not here  Which parameters: see `oreacle.forecasting.market_backtest`. The kernel: `kernel`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from oreacle.core.errors import MarketError
from oreacle.market.balance import evaluate
from oreacle.market.case_rules import placed, shares
from oreacle.market.cases import MarketCase
from oreacle.market.curves import DemandCurve, SupplyCurve
from oreacle.market.kernel import solve
from oreacle.market.links import LinkTerms
from oreacle.market.problem import Prices, Problem

GATE_ELASTICITY = 10.0
"""Response of intake to the margin: so high that the margin stays and use sets the pace [1]."""
USER_SUBSTITUTION = 50.0
"""Of the link from a gate to its own user, which has no other: prices nearly move as one [1]."""
CHOKE, CHOKE_WIDTH = float(np.log(40.0)), 0.15
"""Price over base at which use ends, and the width over which it does [log]; assumed."""
SHUTDOWN = float(np.log(0.15))
"""Price over base at which the last exporter stops [log]; as in the world's parameters."""
SPARE = 50.0
"""Capacity over base flows [1]: no bend."""
BOOST = 1e6
"""Strength of a link over its given volume: the cap binds at any price."""
SHARPNESS = 6.0


@dataclass(frozen=True)
class Responses:
    """Parameters of one clearing.

    Attributes
    ----------
    substitution
        s: elasticity of an importer's shares to relative cost [1].
    supply, demand
        Elasticities of export supply and import demand to price; `demand` stays below 7,
        what the gate allows [1].
    """

    substitution: float
    supply: float
    demand: float


@dataclass(frozen=True)
class CaseClearing:
    """What a case's market gives for each set of responses.

    Attributes
    ----------
    flows
        Shape (draw, exporter, importer) [unit of the case].
    price
        Log change of the price that importers pay, weighted by what they buy, shape (draw,) [1].
    """

    flows: np.ndarray
    price: np.ndarray


def clear_case(
    case: MarketCase, base: np.ndarray, volumes: Sequence[float], responses: Sequence[Responses]
) -> CaseClearing:
    """Return flows and prices after the measure, one draw for each volume and responses.

    Parameters
    ----------
    case
        The case.
    base
        Flows without the measure, shape (exporter, importer) [unit of the case].
    volumes
        Restricted flow after the measure, by draw [unit of the case].
    responses
        Parameters, by draw.

    Raises
    ------
    MarketError
        ORE-MKT-002 if a draw does not clear.
    """
    after = np.stack([placed(case, base, volume) for volume in volumes])
    free = np.asarray(np.where(case.restricted, 0.0, base))
    # A measure on all sales leaves an exporter with what is let out; one on some, with the rest.
    stuck = np.asarray(case.restricted[:, base.sum(axis=0) > 0.0].all(axis=1))
    more = np.maximum(np.where(case.restricted, after - base, 0.0), 0.0)  # it was there: supplied
    supply = np.where(stuck, after.sum(axis=2), base.sum(axis=1) + more.sum(axis=2))
    rows = np.asarray((supply > 0.0).all(axis=0) & (stuck | (free.sum(axis=1) > 0.0)))
    columns = np.asarray(free[rows].sum(axis=0) > 0.0)
    strength = np.asarray(np.where(case.restricted, after * BOOST, free))
    rows &= (strength[:, :, columns] > 0.0).any(axis=(0, 2))
    flows = np.asarray(np.where(case.restricted, after, 0.0))
    if not (rows.any() and columns.any()):
        return CaseClearing(flows, np.zeros(len(responses)))
    held = after[:, rows][:, :, columns]
    caps = np.asarray(np.where(case.restricted[rows][:, columns], held, np.inf))
    sold = base[rows][:, columns].sum(axis=1) + more[:, rows][:, :, columns].sum(axis=2)
    supplied = np.where(stuck[rows], held.sum(axis=2), sold)
    bought = base[:, columns].sum(axis=0)
    problem = _problem(strength[:, rows][:, :, columns], caps, supplied, bought, responses)
    found, price = _cleared(problem, case.case)
    flows[np.ix_(np.arange(len(flows)), np.flatnonzero(rows), np.flatnonzero(columns))] = found
    return CaseClearing(np.asarray(np.where(case.restricted, after, flows)), price)


def _cleared(problem: Problem, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Return flows and mean log price by draw."""
    solution = solve(problem)
    flow, price = _flow_and_price(problem, solution.prices)
    glut = np.flatnonzero(~solution.solved)
    if glut.size:  # more than buyers take at any price: a weaker pull ends at a price all the same
        part = problem.take(glut)
        held = np.isfinite(part.ore.cap)
        strength = np.where(held, np.minimum(part.ore.strength, part.ore.cap), part.ore.strength)
        part = replace(part, ore=replace(part.ore, strength=strength))
        again = solve(part)
        flow[glut], price[glut] = _flow_and_price(part, again.prices)
        if not again.solved.all():
            raise MarketError(
                "ORE-MKT-002",
                f"the market of case {name} did not clear (residual {again.residual.max():.1e}).",
                why="its prices and flows would be guesses.",
                fix="look for flows of almost nothing in the case, and report it.",
            )
    return flow, price


def _flow_and_price(problem: Problem, prices: Prices) -> tuple[np.ndarray, np.ndarray]:
    flow = np.array(evaluate(problem, prices).ore.flow)
    bought = flow.sum(axis=1)
    return flow, np.array((prices.gate * bought).sum(axis=1) / bought.sum(axis=1))


def _problem(
    strength: np.ndarray,
    cap: np.ndarray,
    supplied: np.ndarray,
    bought: np.ndarray,
    responses: Sequence[Responses],
) -> Problem:
    """Return the market: exporters are mines, importers are gates with a user each."""
    size, sellers, buyers = strength.shape
    demand = np.array([_use_elasticity(r.demand) for r in responses])
    take = np.repeat(np.maximum(bought, 1e-9 * bought.sum())[None], size, axis=0)
    own = np.repeat(np.eye(buyers)[None], size, axis=0) * take[:, None, :]
    one = np.ones((size, buyers))
    supply = np.array([r.supply for r in responses])[:, None]
    return Problem(
        mineral="case",
        miners=tuple(f"X{k}" for k in range(sellers)),
        refiners=tuple(f"M{k}" for k in range(buyers)),
        users=tuple(f"M{k}" for k in range(buyers)),
        recycled_counted=False,
        price_mine=1.0,
        price_gate=1.0,
        price_refined=2.0,
        price_delivered=2.0,
        world=float(bought.sum()),
        mine_curve=SupplyCurve(supply, SHUTDOWN, SHARPNESS),
        refinery_curve=SupplyCurve(GATE_ELASTICITY, -1.0, SHARPNESS),
        scrap_curve=SupplyCurve(0.0, SHUTDOWN, SHARPNESS),
        demand_curve=DemandCurve(
            demand[:, None, None], np.array([CHOKE]), CHOKE_WIDTH, np.array([1.0])
        ),
        ore=_links(
            strength, cap, 1.0, np.array([r.substitution for r in responses])[:, None, None]
        ),
        refined=_links(own, np.full_like(own, np.inf), 2.0, USER_SUBSTITUTION),
        support=None,
        stocks=None,
        certification=None,
        mine_slack=supplied,
        mine_capacity=supplied * SPARE,
        refinery_slack=take,
        refinery_capacity=take * SPARE,
        demand=take.copy(),
        recycled=0.0 * one,
        recycled_capacity=0.0 * one,
    )


def _use_elasticity(demand: float) -> float:
    """Return the elasticity of use that gives import demand the stated one.

    At the gate 1/demand = 1/gate + 2/use + 2/substitution, ore being half of the value.
    """
    return 2.0 / (1.0 / demand - 1.0 / GATE_ELASTICITY - 2.0 / USER_SUBSTITUTION)


def _links(
    strength: np.ndarray, cap: np.ndarray, price: float, substitution: float | np.ndarray
) -> LinkTerms:
    nothing = np.zeros_like(strength)
    return LinkTerms(
        base_cost=np.full(strength.shape[1:], price),
        tail_price=price,
        outside=np.ones(strength.shape[1:], dtype=bool),
        ways=None,
        substitution=substitution,
        strength=strength,
        reference=np.minimum(strength, cap),
        freight=nothing,
        export_rate=nothing.copy(),
        licence_rate=nothing.copy(),
        tariff_rate=nothing.copy(),
        export_specific=nothing.copy(),
        cap=cap,
        quota=np.full(strength.shape[:2], np.inf),
    )


def predicted_shares(clearing: CaseClearing) -> np.ndarray:
    """Return the shares of each draw, shape (draw, exporter, importer) [1]."""
    return np.stack([shares(flow) for flow in clearing.flows])
