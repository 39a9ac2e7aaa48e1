"""Full Chinese bans on gallium and germanium beside the published figures for the United States.

Run: python benchmarks/usgs_bans.py [--draws 400] [--seed 0]
Prints the model's figures with 90 % intervals beside those of U.S. Geological Survey Open-File
Report 2024-1057 (doi 10.3133/ofr20241057) and its news release of 19 November 2024 for prices, then
what the gap is made of: the value added per tonne that the published loss implies, and the answer
at long-run elasticities. Nothing is fitted to the published figures.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace

import numpy as np

from oreacle.market.clear import clear
from oreacle.market.intervals import Figure
from oreacle.market.outcome import Outcome
from oreacle.market.policies import ExportBan
from oreacle.present.shock_cases import Cases, figure_of
from oreacle.world.load import load_world
from oreacle.world.snapshot import World

COUNTRY, BANNER = "USA", "CHN"


@dataclass(frozen=True)
class Published:
    """Published effect of a complete restriction of Chinese net exports on the United States.

    Loss of gross domestic product [USD/yr] with its lower and upper estimate, and rise of the
    price [1].
    """

    loss: Figure
    price: float


PUBLISHED = {
    "gallium": Published(Figure(3.1e9, 1.7e9, 8.2e9), 1.50),
    "germanium": Published(Figure(0.4e9, 0.01e9, 1.1e9), 0.26),
}


def full_ban(world: World, mineral: str, draws: int, seed: int) -> Outcome:
    """Return the market when no tonne leaves China."""
    ban = ExportBan(BANNER, mineral, enforcement=1.0)
    return clear(world, mineral, [ban], draws=draws, seed=seed, fixed=True)


def us_figures(outcome: Outcome) -> dict[str, Figure]:
    """Return price, lost use, users' loss and GDP at risk of the United States."""
    cases = Cases(outcome)

    def at(table: str, name: str) -> np.ndarray:
        return cases.values(table, name)[:, cases.places(table).index(COUNTRY)]

    return {
        "delivered price, change": figure_of(at("prices", "delivered_change")),
        "use lost [t/yr]": figure_of(at("shortage", "total")),
        "users' loss [USD m/yr]": figure_of(-at("welfare", "users") / 1e6),
        "GDP at risk [USD m/yr]": figure_of(at("gdp_at_risk", "value") / 1e6),
    }


def long_run(world: World, mineral: str) -> World:
    """Return the world with long-run elasticities of supply and demand of one mineral."""
    chain = world.chain(mineral)
    slow = replace(
        chain,
        supply_elasticity=chain.supply_elasticity_long_run,
        demand_elasticity=chain.demand_elasticity_long_run,
    )
    return replace(world, chains={mineral: slow})


def shown(one: Figure) -> str:
    """Return a figure with its interval."""
    if one.low is None or one.high is None:
        return f"{one.value:,.3g}"
    return f"{one.value:,.3g} ({one.low:,.3g} to {one.high:,.3g})"


def main() -> None:
    """Print one block for each mineral."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=400)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    world = load_world()
    for mineral, published in PUBLISHED.items():
        outcome = full_ban(world, mineral, options.draws, options.seed)
        found = us_figures(outcome)
        print(f"{mineral}, full ban of {BANNER}, effect on {COUNTRY}")
        for name, one in found.items():
            print(f"  {name:28s}{shown(one)}")
        loss = Figure(*(v / 1e6 for v in (published.loss.value, *_ends(published.loss))))
        print(f"  {'published GDP loss [USD m/yr]':28s} {shown(loss)}")
        print(f"  {'published price, change':28s}{published.price:.3g} or more")
        tonnes = found["use lost [t/yr]"].value
        chain = world.chain(mineral)
        print(
            f"  value added per kg of lost use: {published.loss.value / tonnes / 1e3:,.0f} USD "
            f"implied by the published loss, "
            f"{1e3 * found['GDP at risk [USD m/yr]'].value / tonnes:,.0f} USD at the model's "
            f"chokes, price {chain.price_delivered / 1e3:,.0f} USD"
        )
        slow = us_figures(full_ban(long_run(world, mineral), mineral, 0, 0))
        print(
            "  at long-run elasticities: price "
            f"{shown(slow['delivered price, change'])}, use lost {shown(slow['use lost [t/yr]'])} t"
        )
        draws = outcome.draws
        print(f"  draws that did not solve: {0 if draws is None else draws.failed}\n")


def _ends(one: Figure) -> tuple[float, float]:
    if one.low is None or one.high is None:
        raise ValueError
    return one.low, one.high


if __name__ == "__main__":
    main()
