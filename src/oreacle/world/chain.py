"""The supply chain of one mineral in the base year.

Does      Holds nodes, balanced flows, prices and responses of one mineral.
Units     Quantities in chain tonnes per year (refined equivalent); prices in USD per chain tonne.
Method    None: a validated record; see `oreacle.world.load` for how it is made.
Assumes   Flows close on their margins (checked here to 1e-9 of the throughput).
Not here  How the chain reacts to a shock: see `oreacle.market`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from oreacle.core.errors import DataError
from oreacle.world.grades import grade_words, trade_data
from oreacle.world.responsiveness import Responsiveness

CLOSURE = 1e-9


@dataclass(frozen=True)
class RegisteredCap:
    """A link that a measure in force in the base year holds down.

    Attributes
    ----------
    measure_id
        Row of the policy register.
    link
        ``ore`` or ``refined``.
    exporter, importer
        Countries at the ends.
    unrestricted
        Flow that the link would carry at base prices without the measure [t/yr].
    """

    measure_id: str
    link: str
    exporter: str
    importer: str
    unrestricted: float


@dataclass(frozen=True)
class Chain:
    """One mineral from mine to user.

    Attributes
    ----------
    mineral, name
        Slug and English name.
    miners, refiners, users
        Countries at each stage, in the order of the arrays. Refiners hold countries that
        recycle and do not refine ore.
    mined, refined, used
        Base-year quantities, shapes (mine,), (refinery,), (user,) [t/yr]. `refined` is what is
        made from ore.
    recycled
        Supply from scrap that enters the refined market, shape (refinery,) [t/yr].
    mine_capacity, refinery_capacity
        Published capacity, shapes (mine,), (refinery,) [t/yr]; NaN where none is published.
    recycled_counted
        True if the refined output that publishers print holds the recycled supply.
    ore_flow, refined_flow
        Balanced flows, shapes (mine, refinery) and (refinery, user) [t/yr].
    price_mine, price_gate, price_refined, price_delivered
        Base prices at the mine, at the refinery gate, after refining and delivered [USD/t].
    freight_ore, freight_refined
        Freight of a link that crosses a border [USD/t].
    supply_elasticity, supply_elasticity_long_run, demand_elasticity, demand_elasticity_long_run
        Own-price elasticities, positive [1].
    sector_shares
        World use by sector, in the order of `oreacle.core.labels.SECTORS`, sums to 1 [1].
    lead_time_mine, lead_time_refinery
        Years from decision to output [yr].
    grade_ore, grade_refined
        Data grade of each matrix (A, B, C, or N where no ore is traded).
    is_integrated
        True if the mineral has no traded ore.
    is_by_product
        True if most output is a by-product of another metal.
    registered_caps
        Links held down by measures in force in the base year.
    responsiveness
        The mineral's own responses with their intervals; None for a chain made by hand, whose
        links follow the shared `MarketParameters`.
    """

    mineral: str
    name: str
    miners: tuple[str, ...]
    refiners: tuple[str, ...]
    users: tuple[str, ...]
    mined: np.ndarray
    refined: np.ndarray
    recycled: np.ndarray
    used: np.ndarray
    mine_capacity: np.ndarray
    refinery_capacity: np.ndarray
    ore_flow: np.ndarray
    refined_flow: np.ndarray
    price_mine: float
    price_gate: float
    price_refined: float
    price_delivered: float
    freight_ore: float
    freight_refined: float
    supply_elasticity: float
    supply_elasticity_long_run: float
    demand_elasticity: float
    demand_elasticity_long_run: float
    sector_shares: np.ndarray
    lead_time_mine: float
    lead_time_refinery: float
    grade_ore: str
    grade_refined: str
    is_integrated: bool
    is_by_product: bool
    recycled_counted: bool = False
    registered_caps: tuple[RegisteredCap, ...] = ()
    responsiveness: Responsiveness | None = None

    def __post_init__(self) -> None:
        _check_closure(self)
        _check_prices(self)
        for name in _ARRAYS:
            getattr(self, name).setflags(write=False)

    @property
    def throughput(self) -> float:
        """What reaches users, from ore and from scrap: the size of the chain [t/yr]."""
        return float(self.refined.sum() + self.recycled.sum())

    @property
    def published_refined(self) -> np.ndarray:
        """Refined output as publishers count it, shape (refinery,) [t/yr]."""
        return self.refined + self.recycled if self.recycled_counted else self.refined

    @property
    def in_words(self) -> str:
        """The name as it stands within a sentence: `heavy magnet rare earths (Dy, Tb)`."""
        return self.name[:1].lower() + self.name[1:]

    def flow(self, link: str) -> np.ndarray:
        """Return flows of one kind of link, ``ore`` or ``refined``, shape (tail, head) [t/yr]."""
        return self.ore_flow if link == "ore" else self.refined_flow

    def ends(self, link: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the countries at the tails and heads of one kind of link."""
        if link == "ore":
            return self.miners, self.refiners
        return self.refiners, self.users

    @property
    def grades(self) -> str:
        """Data grades of ore and refined trade, such as ``A/B``; ``-`` where no ore is traded."""
        ore = "-" if self.grade_ore == "N" else self.grade_ore
        return f"{ore}/{self.grade_refined}"

    @property
    def trade_data(self) -> dict[str, str]:
        """What is known of the trade of each link, such as ``no trade data`` at grade C."""
        return trade_data(self.grades)

    @property
    def grade_words(self) -> str:
        """Grades and their meaning, such as ``ore A observed, refined C: no trade data``."""
        return grade_words(self.grades)

    @property
    def base_margin(self) -> float:
        """Refined price less the price of ore at the gate [USD/t]."""
        return self.price_refined - self.price_gate

    def nodes(self, stage: str) -> tuple[str, ...]:
        """Return the countries of a stage (mined, refined, recycled or used)."""
        places = {"mined": self.miners, "used": self.users}
        return places.get(stage, self.refiners)

    def quantity(self, stage: str) -> np.ndarray:
        """Return the base-year quantities of a stage, shape (node,) [t/yr].

        ``refined`` is output as publishers count it: see `published_refined`.
        """
        return {
            "mined": self.mined,
            "refined": self.published_refined,
            "recycled": self.recycled,
            "used": self.used,
        }[stage]

    def shares(self, stage: str) -> dict[str, float]:
        """Return each country's share of the world total of a stage, largest first [1].

        Countries with nothing are left out; a stage without any output has no shares.
        """
        quantity = self.quantity(stage)
        order = np.argsort(-quantity, kind="stable")
        total = quantity.sum()
        names = self.nodes(stage)
        return {names[k]: float(quantity[k] / total) for k in order if quantity[k] > 0}


_ARRAYS = (
    "mined",
    "refined",
    "recycled",
    "used",
    "mine_capacity",
    "refinery_capacity",
    "ore_flow",
    "refined_flow",
    "sector_shares",
)


def _check_closure(chain: Chain) -> None:
    size = chain.throughput
    supply = chain.refined + chain.recycled
    gaps = {
        "ore flow out of mines": np.abs(chain.ore_flow.sum(axis=1) - chain.mined).max(),
        "ore flow into refineries": np.abs(chain.ore_flow.sum(axis=0) - chain.refined).max(),
        "refined flow out": np.abs(chain.refined_flow.sum(axis=1) - supply).max(),
        "refined flow into users": np.abs(chain.refined_flow.sum(axis=0) - chain.used).max(),
        "sector shares": abs(float(chain.sector_shares.sum()) - 1.0) * size,
    }
    faults = [
        f"{what} misses by {gap / size:.1e}"
        for what, gap in gaps.items()
        if not gap <= CLOSURE * size
    ]
    if faults:
        raise DataError(
            "ORE-DAT-021",
            f"the chain of {chain.mineral} does not close: {'; '.join(faults)} of the throughput.",
            why="the market would start from tonnes that come from nowhere.",
            fix="rebuild the tables with `oreacle data build`.",
        )


def _check_prices(chain: Chain) -> None:
    ladder = (chain.price_mine, chain.price_gate, chain.price_refined, chain.price_delivered)
    rises = all(low <= high for low, high in pairwise(ladder))
    if not rises or chain.price_mine <= 0 or chain.base_margin <= 0:
        raise DataError(
            "ORE-DAT-022",
            f"base prices of {chain.mineral} do not rise from mine to user: "
            f"{', '.join(f'{price:.4g}' for price in ladder)} USD/t.",
            why="a stage would work at a loss in the base year.",
            fix="check price_refined_usd_per_t, ore_value_share and freight in minerals.csv.",
        )
