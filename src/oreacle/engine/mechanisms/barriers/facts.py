"""What barriers are drawn from: parameters, and who buys what from whom.

Does      Holds the parameters of barriers, and base-year imports by imposer, target and mineral.
Units     Each field says its own.
Method    A mineral counts by the imposer's dependence on the target in it, not by its worth:
          small minerals are hit as often as large ones.
Assumes   What is hit is what was bought, or mined, in the base year.
Not here  Drawing: see `.starts`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oreacle.core.errors import RunError
from oreacle.engine.acts.classes import DYAD
from oreacle.engine.acts.risk import RISK_SHARE
from oreacle.engine.setting import Setting


@dataclass(frozen=True)
class BarrierParameters:
    """Parameters; see `assumed/mechanism_barriers.csv`."""

    reach: float
    minerals: float
    ore_share: float
    tariff_share: float
    tariff_median: float
    tariff_spread: float
    tariff_most: float
    tariff_end: float
    curb_left: float
    curb_end: float
    sanction_share: float
    sanction_left: float
    sanction_end: float
    block_end: float
    mandate_share: float
    mandate_left: float
    mandate_years: float
    mandate_end: float
    nationalisation_share: float
    nationalisation_loss: float
    nationalisation_end: float
    revocation_loss: float
    revocation_end: float
    recovery_years: float
    lifted_share: float


@dataclass(frozen=True)
class BarrierFacts:
    """What acts are spread over.

    Attributes
    ----------
    imports
        Share of the target in the imposer's imports, shape (first, actor, mineral, link) [1].
    mined
        Share of world mine output, shape (actor, mineral) [1]; 0 below the share at risk.
    traded
        True for minerals whose ore is traded, shape (mineral,).
    row
        Position of an actor among imposers, shape (actor,); -1 for none.
    rates
        Yearly chance of an act of lifting by actor, from its past, shape (actor,) [1].
    """

    imports: np.ndarray
    mined: np.ndarray
    traded: np.ndarray
    row: np.ndarray
    rates: np.ndarray


def check(chosen: BarrierParameters) -> None:
    """Refuse parameters that are no shares or rates.

    Raises
    ------
    RunError
        ORE-RUN-220 naming the parameters.
    """
    free = {"minerals", "tariff_median", "tariff_spread", "tariff_most"}
    years = {"mandate_years", "recovery_years"}
    odd = [
        name
        for name, value in vars(chosen).items()
        if not (
            value >= 0.0 if name in free else value > 0.0 if name in years else 0.0 <= value <= 1.0
        )
    ]
    if chosen.mandate_share + chosen.nationalisation_share > 1.0:
        odd.append("mandate_share + nationalisation_share")
    if odd:
        raise RunError(
            "ORE-RUN-220",
            f"barriers: {', '.join(odd)} out of range.",
            why="a share above one or a rate below zero has no meaning.",
            fix="give shares and yearly rates between 0 and 1 and sizes of zero or more.",
        )


def make_facts(setting: Setting, parameters: object) -> BarrierFacts:
    """Return what acts are spread over."""
    if isinstance(parameters, BarrierParameters):
        check(parameters)
    space, chains = setting.space, list(setting.world.chains.values())
    actors, minerals = len(space.actors), len(chains)
    flows = np.zeros((minerals, 2, actors, actors))
    mined = np.zeros((actors, minerals))
    for k, chain in enumerate(chains):
        ends = (
            (chain.ore_flow, space.mine_actor[k], space.plant_actor[k]),
            (chain.refined_flow, space.plant_actor[k], space.user_actor[k]),
        )
        for link, (flow, tail, head) in enumerate(ends):
            np.add.at(flows[k, link], (head[:, None], tail[None, :]), flow.T)
        np.add.at(mined[:, k], space.mine_actor[k], chain.mined / chain.mined.sum())
    flows[:, :, np.arange(actors), np.arange(actors)] = 0.0
    total = flows.sum(axis=3, keepdims=True)
    share = np.divide(flows, total, out=np.zeros_like(flows), where=total > 0.0)
    first = setting.first[DYAD]
    row = np.full(actors, -1)
    row[first] = np.arange(len(first))
    acting = len(setting.acting)
    return BarrierFacts(
        imports=np.ascontiguousarray(np.moveaxis(share, (0, 1), (2, 3))[first, :acting]),
        mined=np.where(mined >= RISK_SHARE, mined, 0.0)[:acting],
        traded=np.array([not chain.is_integrated for chain in chains]),
        row=row,
        rates=lifting_rates(setting),
    )


def lifting_rates(setting: Setting) -> np.ndarray:
    """Return the past yearly frequency of liftings by actor, drawn to the mean of all [1/yr]."""
    table = setting.rates[setting.rates["model"] == "lifting_act"]
    known = dict(zip(table["unit"], table["rate"].astype(float), strict=True))
    mean = float(table["rate"].mean()) if len(table) else 0.0
    return np.array([known.get(actor, mean) for actor in setting.acting])
