"""What can go wrong in one mineral's market in the year after the as-of date, as draws.

Does      Holds draws of new restrictions, outages, demand and a slump, with their weights.
Units     Shares and factors [1].
Method    None: a record; equal draws can be joined, so that they are cleared once.
Assumes   Nodes are in the order of the market of the mineral.
Not here  How draws are made: see `oreacle.engine.disruptions.sampling`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from oreacle.core.errors import RunError
from oreacle.market.policies import Policy

WEIGHT_TOLERANCE = 1e-9


@dataclass(frozen=True)
class DisruptionDraws:
    """A distribution of disruptions of one mineral.

    Attributes
    ----------
    mineral, seed
        Slug, and root seed of the draws.
    measures
        New measures by draw, as policies of the market; () if none.
    causes
        Causes by draw, in words for readers.
    mine_social, mine_other
        Share of capacity lost in the year to strikes, unrest, licence disputes and tailings, and
        to technical and natural causes, shape (draw, mine) [1].
    refinery
        Share of capacity lost in the year, shape (draw, refinery) [1].
    demand
        World use at base prices over that of a year without a shock, shape (draw,) [1].
    slump
        True where the year before had low prices, so that mines without protection closed part of
        their capacity, shape (draw,).
    miners, refiners
        Countries in the order of the arrays.
    weight
        Probability of each draw, shape (draw,) [1]; they sum to 1.

    Raises
    ------
    RunError
        ORE-RUN-131 if the parts do not fit together.
    """

    mineral: str
    seed: int
    measures: tuple[tuple[Policy, ...], ...]
    causes: tuple[tuple[str, ...], ...]
    mine_social: np.ndarray
    mine_other: np.ndarray
    refinery: np.ndarray
    demand: np.ndarray
    slump: np.ndarray
    miners: tuple[str, ...]
    refiners: tuple[str, ...]
    weight: np.ndarray

    def __post_init__(self) -> None:
        if fault := self._fault():
            raise RunError(
                "ORE-RUN-131",
                f"draws of disruptions of {self.mineral} are wrong: {fault}.",
                why="losses would be put on the wrong draw or country, or counted wrongly.",
                fix="make them with `disruption_draws` or `from_policies`, and take rows with "
                "`take`.",
            )

    def _fault(self) -> str:
        """Return what is wrong, "" if nothing is."""
        size = self.size
        shapes = {
            "mine_social": (size, len(self.miners)),
            "mine_other": (size, len(self.miners)),
            "refinery": (size, len(self.refiners)),
            "demand": (size,),
            "slump": (size,),
        }
        for name, shape in shapes.items():
            if getattr(self, name).shape != shape:
                return f"{name} has shape {getattr(self, name).shape}, not {shape}"
        if len(self.measures) != size or len(self.causes) != size:
            return f"{len(self.measures)} measures and {len(self.causes)} causes for {size} draws"
        for name in ("mine_social", "mine_other", "refinery"):
            values = getattr(self, name)
            if not ((values >= 0.0) & (values <= 1.0)).all():
                return f"{name} is not a share from 0 to 1 everywhere"
        if not (np.isfinite(self.demand) & (self.demand > 0.0)).all():
            return "demand is not a positive number everywhere"
        is_weight = (self.weight >= 0.0).all()
        if not is_weight or abs(float(self.weight.sum()) - 1.0) > WEIGHT_TOLERANCE:
            return "weights are negative or do not sum to 1"
        return ""

    @property
    def size(self) -> int:
        """Number of draws."""
        return int(self.weight.shape[0])

    @property
    def mine(self) -> np.ndarray:
        """Share of mine capacity lost to all outages, without a slump, shape (draw, mine) [1]."""
        return np.asarray(1.0 - (1.0 - self.mine_social) * (1.0 - self.mine_other))

    @property
    def is_calm(self) -> np.ndarray:
        """True where nothing happens at all, shape (draw,)."""
        quiet = np.array([not measures for measures in self.measures], dtype=bool)
        lost = self.mine.any(axis=1) | self.refinery.any(axis=1)
        return np.asarray(quiet & ~lost & ~self.slump & (self.demand == 1.0))

    def take(self, rows: np.ndarray) -> DisruptionDraws:
        """Return some draws only, with weights scaled to sum to 1: what holds given those draws.

        Parameters
        ----------
        rows
            Indices of draws, or a boolean mask, shape (draw,).

        Raises
        ------
        RunError
            ORE-RUN-132 if no draw with a positive weight is left.
        """
        kept = np.arange(self.size)[rows]
        weight = self.weight[kept]
        total = float(weight.sum())
        if total <= 0.0:
            raise RunError(
                "ORE-RUN-132",
                f"no draw of {self.mineral} with a positive weight is left.",
                why="a distribution over nothing has no expected value.",
                fix="take one draw at least, or make more draws.",
            )
        return replace(self._rows(kept), weight=weight / total)

    def _rows(self, kept: np.ndarray) -> DisruptionDraws:
        """Return some draws with equal weights."""
        return DisruptionDraws(
            mineral=self.mineral,
            seed=self.seed,
            measures=tuple(self.measures[k] for k in kept),
            causes=tuple(self.causes[k] for k in kept),
            mine_social=self.mine_social[kept],
            mine_other=self.mine_other[kept],
            refinery=self.refinery[kept],
            demand=self.demand[kept],
            slump=self.slump[kept],
            miners=self.miners,
            refiners=self.refiners,
            weight=np.full(kept.size, 1.0 / kept.size),
        )


def distinct(draws: DisruptionDraws) -> tuple[DisruptionDraws, np.ndarray]:
    """Return each different draw once, with summed weights, and where each draw went.

    Parameters
    ----------
    draws
        Draws of which some may be equal.

    Returns
    -------
    tuple
        Different draws in the order of their first appearance, and their position for each draw,
        shape (draw,): a result by different draw, taken at those positions, is one by draw.
    """
    seen: dict[tuple[object, ...], int] = {}
    first: list[int] = []
    where = np.empty(draws.size, dtype=np.int64)
    numbers = np.column_stack(
        [draws.mine_social, draws.mine_other, draws.refinery, draws.demand, draws.slump]
    )
    for k in range(draws.size):
        key = draws.measures[k], numbers[k].tobytes()
        if key not in seen:
            seen[key] = len(first)
            first.append(k)
        where[k] = seen[key]
    weight = np.bincount(where, weights=draws.weight, minlength=len(first))
    one = draws._rows(np.array(first, dtype=np.int64))
    return replace(one, weight=weight / weight.sum()), where
