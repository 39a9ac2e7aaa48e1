"""Whole runs in which one mechanism is off: what is run, what is compared, and what leads where.

Two runs share scenario, members and seed, so their luck; they differ by a switch alone. What a year
leaves is gathered in nodes: an act of a class, the market, the mines, what a mechanism keeps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cache
from typing import Any
from unittest.mock import patch

import numpy as np
from tests.engine.real import setting
from threadpoolctl import threadpool_limits

from oreacle.engine import block
from oreacle.engine.acts.classes import CLASS_NAMES
from oreacle.engine.capacity import Fleet
from oreacle.engine.mechanisms.table import MECHANISMS
from oreacle.engine.setting import Setting
from oreacle.engine.state import State, YearRecord
from oreacle.engine.year import YearNumbers, step_year
from oreacle.scenario.assumptions import (
    CLUB_INSTRUMENTS,
    ActOdds,
    ClubChange,
    Doctrine,
    RulesPoint,
    ShockRate,
    Span,
)

NAMES = tuple(one.name for one in MECHANISMS)
MEMBERS, SEED = (0, 1), 1


@cache
def eventful() -> Setting:
    """Return a setting in which every mechanism has something to do within three years.

    Rare things come often, and the scenario says something to each mechanism that reads it. The
    entries stay where a mechanism is off: without their reader they may do nothing.
    """
    base, always = setting(), Span(2025)
    scenario = replace(
        base.scenario,
        doctrines=(
            Doctrine("CHN", always, security=0.5, patience=0.5),
            Doctrine("USA", always, openness=-0.5),
        ),
        odds=(ActOdds("agreement", 3.0, always), ActOdds("venture", 3.0, always)),
        rules=(RulesPoint(2026, 0.3),),
        clubs=(
            ClubChange(
                "Compact", "founded", 2025, ("USA", "EU", "JPN", "KOR"), (), CLUB_INSTRUMENTS
            ),
        ),
        shock_rates=(
            ShockRate("passage", 10.0, always),
            ShockRate("power", 3.0, always),
            ShockRate("demand", 5.0, always),
        ),
        parameters=(
            ("oversupply.start_rate", 0.5),
            ("recovery.threshold", 0.05),
            ("technology.ban_rate", 0.9),
        ),
    )
    return replace(base, scenario=scenario)


@dataclass(frozen=True)
class Year:
    """State before and after a year, its draws and its record."""

    before: State
    draws: YearNumbers
    after: State
    record: YearRecord


def years_without(*off: str) -> list[Year]:
    """Return the years of a run of the engine in which some mechanisms are off."""
    chosen = replace(eventful(), scenario=replace(eventful().scenario, off=off))
    seen: list[Year] = []

    def watched(*given: Any) -> tuple[State, YearRecord]:  # noqa: ANN401 - passed on as it came
        after, record = step_year(*given)
        seen.append(Year(given[2], given[3], after, record))
        return after, record

    with threadpool_limits(limits=1), patch.object(block, "step_year", watched):
        for _ in block.simulated(chosen, np.array(MEMBERS), SEED, traced=True):
            pass
    return seen


def same(one: object, two: object) -> bool:
    """Return True if two values are equal to the last bit, in all that they hold."""
    if type(one) is not type(two):
        return False
    if isinstance(one, np.ndarray):
        assert isinstance(two, np.ndarray)
        return bool(np.array_equal(one, two, equal_nan=one.dtype.kind == "f"))
    if isinstance(one, Mapping):
        assert isinstance(two, Mapping)
        return one.keys() == two.keys() and all(same(one[key], two[key]) for key in one)
    if isinstance(one, tuple | list):
        assert isinstance(two, tuple | list)
        return len(one) == len(two) and all(map(same, one, two))
    if is_dataclass(one):
        return all(same(getattr(one, f.name), getattr(two, f.name)) for f in fields(one))
    return one == two


# What a year leaves, by node

STATE_NODES = {
    "mines": "mines",
    "plants": "plants",
    "shock": "given",
    "adjustment": "market",
    "log_price": "market",
    "shares": "market",
    "memory": "ties",
    "levels": "given",
    "network": "ties",
    "measures": "measures",
    "in_force": "measures",
    "starts": "market",
}
"""Node of each field of the state at the end of a year; `pieces` belong to their mechanisms."""
RECORD_NODES = {
    "price_delivered": "market",
    "price_reference": "market",
    "shortage": "market",
    "loss": "market",
    "output": "market",
    "use": "market",
    "wanted": "market",
    "mine_capacity": "given",
    "plant_capacity": "given",
    "hhi": "market",
    "leader": "market",
    "mineral_probability": "cover",
    "minerals": "cover",
    "network": "ties",
    "in_force": "measures",
    "solved": "market",
    "started": "measures",
    "inputs": "given",
    "ended": "measures",
}
"""Node of each field of the record; the rest is split by class of acts or by mechanism."""
SPLIT = {"probability", "drawn", "effects", "figures", "notes"}
FIGURES: dict[str, tuple[str, ...]] = {
    "barriers": ("barriers_on_trade", "barriers_mandates", "barriers_blocks"),
    "certification": ("certified_premium", "bound_use"),
    "clubs": ("clubs", "club_seats", "club_strain", "club_exits"),
    "doctrine": (),
    "energy": ("power_lost", "energy_price"),
    "exploration": ("reserve_years", "exploration"),
    "finance": ("capital_cost", "pool_capital", "pool_claims", "pool_ruined"),
    "licence": ("sites_stopped", "licences_revoked", "output_stopped"),
    "oversupply": ("oversupply",),
    "ownership": ("purchases", "purchases_blocked", "mines_controlled"),
    "passages": ("transits_lost",),
    "recovery": ("recovery_started",),
    "recycling": ("scrap_level",),
    "retaliation": ("retaliation_memory",),
    "rules": ("rules_strength", "rules_pending", "rules_ruled", "rules_obeyed"),
    "sectors": ("defence_use",),
    "shocks": ("capacity_lost",),
    "siting": ("tax_cut", "local_benefit", "incentive_cost"),
    "stocks": ("private_stock", "state_stock"),
    "technology": ("technology_bans", "technology_gain"),
    "ventures": ("ventures", "venture_output"),
}
"""Figures that each mechanism leaves in a run, as its page says."""


def odds(*classes: str) -> frozenset[str]:
    """Return the nodes of the probabilities of some classes of acts."""
    return frozenset(f"odds of {name}" for name in classes)


def acts(*classes: str) -> frozenset[str]:
    """Return the nodes of the acts of some classes."""
    return frozenset(f"acts of {name}" for name in classes)


def nodes(year: Year) -> dict[str, dict[str, object]]:
    """Return all that a year leaves, by node and name."""
    after, record = year.after, year.record
    found: dict[str, dict[str, object]] = {}

    def put(node: str, name: str, value: object) -> None:
        found.setdefault(node, {})[name] = value

    put("given", "draws", year.draws.base)
    for name, node in STATE_NODES.items():
        put(node, name, getattr(after, name))
    for name, node in RECORD_NODES.items():
        put(node, f"record of {name}", getattr(record, name))
    for name in record.probability:
        put(f"odds of {name}", "probability", record.probability[name])
        put(f"acts of {name}", "drawn", record.drawn[name])
    causes, effects = record.effects
    for at, cause in enumerate(causes):
        node = {"demand": "luck", "measures": "market"}.get(cause, cause)
        put(node, "effect", effects[:, :, at])
    for name in NAMES:
        put(name, "draws", year.draws.mechanisms.get(name))
        put(name, "piece before", year.before.pieces.get(name))
        put(name, "piece", after.pieces.get(name))
        put(name, "notes", tuple(one for one in record.notes if one.mechanism == name))
        for figure in FIGURES[name]:
            put(name, figure, record.figures.get(figure))
    return found


def differing(one: Year, two: Year) -> set[str]:
    """Return the nodes in which two years are not equal to the last bit."""
    left, right = nodes(one), nodes(two)
    return {
        name for name in left.keys() | right.keys() if not same(left.get(name), right.get(name))
    }


# What leads where within a year

PRICES = frozenset({"market"})
FLEETS = frozenset({"mines", "plants"})
PRESSES: dict[str, frozenset[str]] = {
    # Shifts of odds.
    "doctrine": odds(*CLASS_NAMES) - odds("dispute"),
    "retaliation": odds("restriction", "trade_barrier", "investment_block", "dispute") | {"cover"},
    # The strength of the rules moves how fast measures end.
    "rules": odds("restriction", "trade_barrier") | {"measures"},
    # Acts of lifting end measures at once; what bars trade holds from the next year on.
    "barriers": frozenset({"measures"}),
    # Joint desks and stocks, plants, floors; exits leave rivalry.
    "clubs": PRICES | FLEETS | {"ties"},
    # Offtake moves links after the lead time; what is built is started at once.
    "ventures": FLEETS,
    # Terms of a market.
    "shocks": PRICES,
    "energy": PRICES,
    "passages": PRICES,
    "sectors": PRICES,
    "recycling": PRICES,
    "stocks": PRICES,
    # A stopped site delays or ends projects, a campaign delays those of rivals.
    "licence": PRICES | {"mines"},
    "oversupply": PRICES | {"plants"},
    # Terms for investors. What is won at plants of a host is mined and refined in one.
    "finance": FLEETS,
    "siting": FLEETS,
    "recovery": FLEETS,
    "exploration": frozenset({"mines"}),
    # Regimes start, acts teach and deals are done in the year after.
    "certification": frozenset(),
    "technology": frozenset(),
    "ownership": frozenset(),
}
"""What a mechanism itself moves within the first year, beside what it keeps and records."""
READS: dict[str, frozenset[str]] = {
    **{f"acts of {name}": odds(name) for name in CLASS_NAMES},
    "cover": odds("restriction") | acts("restriction"),
    "measures": frozenset({"cover"}) | acts("lifting"),
    "ties": frozenset({"cover"}) | acts(*CLASS_NAMES),
    "market": frozenset({"measures"}),
    "mines": frozenset({"market", "finance", "siting", "ventures"}),
    "plants": frozenset({"market", "finance", "siting", "ventures"}),
    "finance": acts("control", "restriction") | {"barriers", "clubs"},
    "sectors": frozenset({"clubs"}),
    # Stocks size the fast part of the shock anew, so that prices swing as they did in the past.
    "luck": frozenset({"stocks"}),
    "siting": frozenset({"measures"}),
    "exploration": PRICES,
    "recovery": PRICES,
    "recycling": PRICES | {"clubs"},
    "stocks": frozenset({"measures", "market", "clubs"}),
    "certification": acts("certification") | {"clubs"},
    "technology": acts("agreement", "investment_block") | {"clubs"},
    "ownership": acts("investment_block") | {"barriers"},
    "rules": acts("dispute", "restriction"),
    "barriers": acts("trade_barrier", "investment_block", "control", "lifting"),
    "retaliation": acts("trade_barrier", "investment_block", "dispute") | {"clubs"},
    "clubs": acts("club") | {"measures", "market"},
    "ventures": acts("venture", "agreement"),
}
"""What a node is made from within a year. A node that is not here reads nothing of its year: draws,
what governments know, capacity that runs, odds, and mechanisms that look at the year before."""


# What is compared


def value(year: Year, name: str) -> np.ndarray:
    """Return a figure of a year: odds of a class, what stands and is built, or what is recorded."""
    kind, _, of = name.partition(" of ")
    if kind == "odds":
        return year.record.probability[of]
    if kind == "capacity":
        fleets: tuple[Fleet, ...] = getattr(year.after, of)
        return np.concatenate([(one.level + one.queue.sum(axis=2)).ravel() for one in fleets])
    if name in year.record.figures:
        return year.record.figures[name].values
    return np.asarray(getattr(year.record, name), dtype=float)


def moved_by(one: Year, two: Year, name: str) -> float:
    """Return the largest change of a figure over its own size, wherever it is not zero [1]."""
    left, right = value(one, name), value(two, name)
    size = np.maximum(np.abs(left), np.abs(right))
    change = np.divide(np.abs(left - right), size, out=np.zeros_like(size), where=size > 0.0)
    return float(np.nanmax(change))
