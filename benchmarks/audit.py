"""Do simulated years keep tonnes, money, signs and bounds, whatever happens in them?

Run: python benchmarks/audit.py [--members 35] [--until 2040] [--seed 1] [--only NAME ...]
Runs every preset and extreme scenarios (shocks ten times as often, everybody acting against
everybody, use doubled and halved within a year, links closed and stocks ordered, all at once) in
this process with one numerical thread, with an audit (`oreacle.engine.audit`) that sees each market
and state. Prints a row for each scenario as it ends, then the largest breach of each kind with
where it was, the markets that did not solve, and the share of members with one; Ctrl-C ends the run
with the scenarios that are done. The default is 10,080 member-years: an hour or so on one core.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from oreacle.data.mechanisms import mechanisms
from oreacle.engine.audit import KINDS, TOLERANCE, Audit, Breach
from oreacle.engine.block import BLOCK_SIZE, simulated
from oreacle.engine.kernels import best_kernel, make_ready
from oreacle.engine.setting import make_setting
from oreacle.forecasting.preset import baseline, chosen_scenario
from oreacle.market.policies import (
    CapacityLoss,
    ExportBan,
    ExportQuota,
    ExportTax,
    Policy,
    PriceFloor,
    ProductionSubsidy,
    Sanction,
    StockBuild,
    StockRelease,
)
from oreacle.scenario.assumptions import ActOdds, DemandTrend, Doctrine, RulesPoint, Span
from oreacle.scenario.presets import preset_names
from oreacle.scenario.scenario import Scenario, ScheduledPolicy

FIRST = 2026
"""First year of what extreme scenarios assume."""
TENFOLD = (
    ("shocks.rate", 10.0),
    ("passages.rate", 10.0),
    ("energy.crisis_rate", 4.3),
    ("energy.spike_rate", 0.33),
)
"""Rates of all kinds of shocks, ten times those embedded."""
HOSTILE = ("restriction", "control", "trade_barrier", "investment_block", "dispute")
ODDS = 30.0
"""Factor on the odds of hostile acts [1]."""
POWERS = ("USA", "CHN", "EU", "RUS", "IND")


def trend(factor: float, sector: str | None = None) -> DemandTrend:
    """Return use that goes up or down by a factor within one year."""
    return DemandTrend(float(np.log(factor)), Span(FIRST, FIRST), "technology", sector=sector)


def hostile() -> dict[str, Any]:
    """Return assumptions under which everybody acts against everybody, without trade rules."""
    return {
        "odds": tuple(ActOdds(act, ODDS, Span(FIRST)) for act in HOSTILE),
        "doctrines": tuple(Doctrine(one, Span(FIRST), 1.0, -1.0, -1.0) for one in POWERS),
        "rules": (RulesPoint(FIRST, 0.0),),
    }


def imposed() -> tuple[ScheduledPolicy, ...]:
    """Return closed links, lost capacity, support of producers and orders for stocks."""
    policies: tuple[Policy, ...] = (
        ExportBan("CHN", "gallium", enforcement=1.0),
        ExportBan("COD", "cobalt", enforcement=1.0),
        ExportQuota("IDN", "nickel", 0.1, "refined"),
        ExportTax("CHN", "rare_earths_heavy", 5.0),
        CapacityLoss("CHL", "copper", "mined", 0.9),
        CapacityLoss("ZAF", "platinum", "mined", 1.0),
        Sanction(("USA", "EU"), "RUS", "palladium", 1.0),
        PriceFloor("AUS", "lithium", "mined", multiple=2.0),
        ProductionSubsidy("USA", "graphite", "refined", 5000.0),
        StockRelease("CHN", "aluminium", tonnes=20_000.0, trigger=1.05),
        StockBuild("USA", "tungsten", 5_000.0, 10.0),
    )
    return tuple(ScheduledPolicy(one, FIRST) for one in policies)


def scenarios() -> dict[str, Scenario]:
    """Return the extreme scenarios and all presets by name."""
    calm = baseline()
    surge = trend(10.0, "defence_aerospace")
    extreme: dict[str, dict[str, Any]] = {
        "all mechanisms off": {"off": tuple(machine_names())},
        "shocks tenfold": {"parameters": TENFOLD},
        "defence use tenfold": {"trends": (surge,)},
        "all against all": hostile(),
        "use doubled in a year": {"trends": (trend(2.0),)},
        "use halved in a year": {"trends": (trend(0.5),)},
        "imposed measures": {"policies": imposed()},
        "all at once": {
            **hostile(),
            "parameters": TENFOLD,
            "policies": imposed(),
            "trends": (trend(2.0), surge),
        },
    }
    found = {name: replace(calm, **changes) for name, changes in extreme.items()}
    return found | {name: chosen_scenario(name) for name in preset_names()}


def machine_names() -> list[str]:
    """Return the names of all mechanisms."""
    return [str(name) for name in mechanisms()["mechanism"]]


def audited(scenario: Scenario, members: int, seed: int) -> list[Audit]:
    """Return the audits of all blocks of a run."""
    setting = replace(make_setting(scenario), kernel=best_kernel())
    make_ready(setting.kernel)
    found = []
    for first in range(0, members, BLOCK_SIZE):
        audit = Audit(setting, np.arange(first, min(first + BLOCK_SIZE, members)))
        for _ in simulated(setting, audit.numbers, seed, watch=audit):
            pass
        found.append(audit)
    return found


def worst_of(audits: Sequence[Audit]) -> dict[str, Breach]:
    """Return the largest breach of each kind."""
    return {
        kind: max((one.worst[kind] for one in audits), key=lambda breach: breach.size)
        for kind in KINDS
    }


def show_scenario(name: str, audits: Sequence[Audit], seconds: float) -> None:
    """Print the row of a scenario, and what failed in it."""
    worst = worst_of(audits)
    kind = max(KINDS, key=lambda one: worst[one].size)
    failed = sum(one.failed_members for one in audits)
    print(
        f"{name:26s}{sum(one.member_years for one in audits):8d}"
        f"{sum(len(one.failures) for one in audits):8d}{failed:8d}{seconds:8.0f} s"
        f"{worst[kind].size:10.1e}  {kind}",
        flush=True,
    )
    for one in audits:
        for member, year, mineral in one.failures:
            print(f"    did not solve: {mineral}, {year}, member {member}", flush=True)


def show_all(audits: dict[str, list[Audit]]) -> None:
    """Print the largest breach of each kind and the share of failed members."""
    print(f"\n{'kind':32s}{'largest':>10s}  where")
    everything = [one for found in audits.values() for one in found]
    for kind, breach in worst_of(everything).items():
        home = next(name for name, found in audits.items() if worst_of(found)[kind] == breach)
        where = f"{home}, {breach.mineral}, {breach.year}, member {breach.member}"
        print(f"{kind:32s}{breach.size:10.1e}  {where if breach.size else ''}")
    members = sum(one.numbers.size for one in everything)
    failed = sum(one.failed_members for one in everything)
    markets = sum(one.markets for one in everything)
    unsolved = sum(len(one.failures) for one in everything)
    print(
        f"\n{sum(one.member_years for one in everything):,} member-years, {markets:,} markets, "
        f"{unsolved} did not solve; {failed} of {members} members failed ({failed / members:.2%})"
    )
    passes = all(one.passes() for one in everything)
    print(f"all within {TOLERANCE:g}" if passes else f"NOT all within {TOLERANCE:g}")


def main() -> None:
    """Run, audit and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=35)
    parser.add_argument("--until", type=int, default=2040)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="+")
    options = parser.parse_args()
    known = scenarios()
    audits: dict[str, list[Audit]] = {}
    print(
        f"{'scenario':26s}{'m-years':>8s}{'unsolv.':>8s}{'failed':>8s}{'time':>10s}{'worst':>10s}"
    )
    with threadpool_limits(limits=1), suppress(KeyboardInterrupt):
        for name in options.only or known:
            start = time.perf_counter()
            scenario = replace(known[name], until=options.until)
            audits[name] = audited(scenario, options.members, options.seed)
            show_scenario(name, audits[name], time.perf_counter() - start)
    if audits:
        show_all(audits)


if __name__ == "__main__":
    main()
