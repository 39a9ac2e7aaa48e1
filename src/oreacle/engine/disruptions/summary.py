"""What a distribution of disruptions holds, in a few numbers.

Does      Sums draws to probabilities by kind, expected losses and the likeliest causes.
Units     Probabilities and shares [1].
Method    Weighted sums over draws.
Assumes   Lost capacity is weighed by base-year output.
Not here  What a disruption costs: that takes a market.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from oreacle.engine.disruptions.draws import DisruptionDraws, distinct
from oreacle.world.snapshot import World

MOST_CAUSES = 5
SHIFTS = ("demand +", "demand -")


@dataclass(frozen=True)
class CauseShare:
    """One cause of disruption.

    Attributes
    ----------
    cause
        In words, without sizes.
    probability
        Probability that it is there in the year [1].
    """

    cause: str
    probability: float


@dataclass(frozen=True)
class DisruptionSummary:
    """A distribution of disruptions in a few numbers.

    Attributes
    ----------
    mineral, draws, different
        Slug, number of draws, and how many of them differ.
    calm, restriction, mine_social, mine_other, refinery, slump
        Probability that nothing happens at all; that of one new measure or more, of an outage of
        mines of each kind, of refineries, and of a slump in the year before [1].
    mined_lost, refined_lost
        Expected share of world output of the stage lost to outages, closures after a slump left
        out [1].
    demand_low, demand_high
        Smallest and largest use at base prices over that without a shock [1].
    causes
        Likeliest causes, shifts of demand left out, first the likeliest.
    """

    mineral: str
    draws: int
    different: int
    calm: float
    restriction: float
    mine_social: float
    mine_other: float
    refinery: float
    slump: float
    mined_lost: float
    refined_lost: float
    demand_low: float
    demand_high: float
    causes: tuple[CauseShare, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for `--json` output."""
        return asdict(self)

    def lines(self) -> Iterator[str]:
        """Yield the numbers as lines of text."""
        for name in ("calm", "restriction", "mine_social", "mine_other", "refinery", "slump"):
            yield f"{name:<12} {getattr(self, name):6.1%}"
        yield f"{'mined lost':<12} {self.mined_lost:6.2%} of world output, expected"
        yield f"{'refined lost':<12} {self.refined_lost:6.2%} of world output, expected"
        yield f"{'demand':<12} {self.demand_low:.3f} to {self.demand_high:.3f}"
        for one in self.causes:
            yield f"{one.probability:6.1%}  {one.cause}"


def disruption_summary(draws: DisruptionDraws, world: World) -> DisruptionSummary:
    """Return what a distribution of disruptions holds.

    Parameters
    ----------
    draws
        The distribution.
    world
        The world snapshot, whose output by country weighs lost capacity.
    """
    chain, weight = world.chain(draws.mineral), draws.weight

    def chance(happens: np.ndarray) -> float:
        rows = happens if happens.ndim == 1 else happens.any(axis=1)
        return float(weight[rows].sum())

    def lost(share: np.ndarray, output: np.ndarray) -> float:
        return float(weight @ share @ (output / output.sum()))

    return DisruptionSummary(
        mineral=draws.mineral,
        draws=draws.size,
        different=distinct(draws)[0].size,
        calm=chance(draws.is_calm),
        restriction=chance(np.array([bool(measures) for measures in draws.measures])),
        mine_social=chance(draws.mine_social > 0.0),
        mine_other=chance(draws.mine_other > 0.0),
        refinery=chance(draws.refinery > 0.0),
        slump=chance(draws.slump),
        mined_lost=lost(draws.mine, chain.mined),
        refined_lost=lost(draws.refinery, chain.refined),
        demand_low=float(draws.demand.min()),
        demand_high=float(draws.demand.max()),
        causes=_likeliest(draws),
    )


def _likeliest(draws: DisruptionDraws) -> tuple[CauseShare, ...]:
    """Return the likeliest causes; equals in the order of the alphabet."""
    chance: dict[str, float] = {}
    for texts, weight in zip(draws.causes, draws.weight, strict=True):
        # A set: a cause counts once in a draw, and its size is no part of its name.
        for name in {text.split(":")[0] for text in texts if not text.startswith(SHIFTS)}:
            chance[name] = chance.get(name, 0.0) + float(weight)
    ranked = sorted(chance.items(), key=lambda item: (-item[1], item[0]))
    return tuple(CauseShare(*item) for item in ranked[:MOST_CAUSES])
