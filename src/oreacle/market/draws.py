"""Draws of the market's parameters: what is not known well, within its stated range.

Does      Draws parameters, and makes the world in which they hold; calibration follows from it.
Units     As in `oreacle.world.parameters` and the mineral table.
Method    One child stream for each draw. An assumed value: triangular in logs between low and
          high with the value as mode (in levels where low is zero). Any other value: log-normal
          with the value as median and low and high as 5 and 95 % points, each side with its own
          width.
Assumes   Parameters are independent, but chokes of all sectors move together: what is in doubt is
          how much users can bear, which is one assumption.
Not here  How draws become intervals: see `oreacle.market.intervals`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

import numpy as np
from scipy.special import ndtri

from oreacle.core.errors import MarketError
from oreacle.core.labels import SECTORS
from oreacle.core.streams import member_stream
from oreacle.data.assumptions import read_assumed
from oreacle.market.calibrate_stocks import stock_level
from oreacle.market.policies import Policy
from oreacle.market.policies.export import ENFORCEMENT as STATED_ENFORCEMENT
from oreacle.world.parameters import CHOKE_PREFIX, MarketParameters
from oreacle.world.responsiveness import UncertainParameter, stated_parameters
from oreacle.world.snapshot import World

FEWEST = 20
"""Below this many draws a 5 % point is not inside the sample."""
MOST = 10_000
STREAM = 41
"""Purpose of the streams of parameter draws; see `oreacle.core.streams`."""
ENFORCEMENT = "ban_enforcement"
STRENGTHS = {"enforcement": ENFORCEMENT}
"""Strengths of policies that are drawn where nobody stated them, and the parameter they follow."""
ASSUMED = "assumed"
"""Basis of a stated range; the other bases come with an estimated 90 % interval."""
ELASTICITIES = ("supply_elasticity", "demand_elasticity")
ELASTICITY_FACTOR = 2.0
"""Published short-run elasticities of one metal differ by about this factor either way."""
NORMAL_95 = float(ndtri(0.95))


BAN_ENFORCEMENT = UncertainParameter(
    ENFORCEMENT,
    STATED_ENFORCEMENT,
    0.8,
    1.0,
    "1",
    "assumed",
    "share of a flow that a ban stops where nothing else is said: some leaks through permits, "
    "mislabelling and smuggling are seen in every case, and few bans leak more than a fifth",
)


def parameter_ranges(world: World, mineral: str) -> tuple[UncertainParameter, ...]:
    """Return what is drawn for one mineral, in the order in which it is drawn.

    Ranges are those of `World.uncertainty`. What a world made by hand does not say has the range
    of `assumed/market_parameters.csv`, and an elasticity half to twice its value; a value that
    somebody changed keeps its range, widened to hold it.
    """
    chain = world.chain(mineral)
    values = _parameter_values(world.parameters)
    known = {one.name: one for one in world.uncertainty(mineral)}
    if chain.responsiveness is None:
        values |= {name: float(getattr(chain, name)) for name in ELASTICITIES}
    else:
        values |= {one.name: one.value for one in chain.responsiveness.parameters()}
    if not set(values) <= set(known):
        known = {one.name: one for one in _stated(values)} | known
    ranges = (one.at(values[name]) for name, one in known.items() if name in values)
    return (*ranges, *stock_level(world, mineral), BAN_ENFORCEMENT)


def _stated(values: Mapping[str, float]) -> Iterator[UncertainParameter]:
    """Yield ranges of what a world made by hand does not say itself."""
    for name in ELASTICITIES:
        if name in values:
            low, high = values[name] / ELASTICITY_FACTOR, values[name] * ELASTICITY_FACTOR
            source = "half to twice the value of the mineral"
            yield UncertainParameter(name, values[name], low, high, "1", ASSUMED, source)
    for one in stated_parameters(read_assumed("market_parameters")):
        if one.name in values:
            yield one


def _parameter_values(parameters: MarketParameters) -> dict[str, float]:
    values = {
        field.name: float(getattr(parameters, field.name))
        for field in fields(MarketParameters)
        if field.name != "choke_multiples"
    }
    chokes = zip(SECTORS, parameters.choke_multiples, strict=True)
    return values | {CHOKE_PREFIX + sector: float(value) for sector, value in chokes}


def check_count(count: object) -> int:
    """Return the number of draws if an interval can be made of them, or zero.

    Raises
    ------
    MarketError
        ORE-MKT-020 if it is not a whole number, is from 1 to 19, negative, or above 10,000.
    """
    if (
        not isinstance(count, int)
        or isinstance(count, bool)
        or (count != 0 and not FEWEST <= count <= MOST)
    ):
        raise MarketError(
            "ORE-MKT-020",
            f"{count!r:.40} draws of the parameters were asked for.",
            why=f"a 90 % interval needs {FEWEST} draws or more, and {MOST} are the most.",
            fix="ask for 200, or for 0 to have no intervals.",
        )
    return count


def draw_parameters(
    ranges: Sequence[UncertainParameter], count: int, seed: int
) -> dict[str, np.ndarray]:
    """Return drawn values by parameter, each of shape (draw,).

    Draw k takes its numbers from a child stream of its own, so that it is the same however many
    others there are.

    Parameters
    ----------
    ranges
        What to draw.
    count
        Number of draws.
    seed
        Root seed.
    """
    points = np.stack(
        [member_stream(seed, draw, purpose=STREAM).random(len(ranges)) for draw in range(count)]
    )
    first_choke = next((k for k, r in enumerate(ranges) if r.name.startswith(CHOKE_PREFIX)), 0)
    return {
        one.name: quantile(one, points[:, first_choke if one.name.startswith(CHOKE_PREFIX) else k])
        for k, one in enumerate(ranges)
    }


def quantile(one: UncertainParameter, at: np.ndarray) -> np.ndarray:
    """Return the value of a parameter at cumulative probabilities, same shape [unit].

    Examples
    --------
    >>> r = UncertainParameter("s", 4.0, 2.0, 8.0, "1", "assumed", "made up")
    >>> [float(round(x, 6)) for x in quantile(r, np.array([0.0, 0.5, 1.0]))]
    [2.0, 4.0, 8.0]
    """
    if one.low == one.high:
        return np.full(np.shape(at), one.value)
    if one.low <= 0.0:
        return _triangular(one.low, one.value, one.high, at)
    low, middle, high = np.log([one.low, one.value, one.high])
    if one.basis != ASSUMED:
        width = np.where(at < 0.5, middle - low, high - middle) / NORMAL_95
        return np.asarray(np.exp(middle + width * ndtri(at)))
    return np.asarray(np.exp(_triangular(low, middle, high, at)))


def _triangular(low: float, mode: float, high: float, at: np.ndarray) -> np.ndarray:
    """Return the inverse of the triangular distribution function."""
    span = high - low
    rising = low + np.sqrt(at * span * (mode - low))
    falling = high - np.sqrt((1.0 - at) * span * (high - mode))
    return np.asarray(np.where(at * span < mode - low, rising, falling))


def drawn_world(world: World, mineral: str, values: Mapping[str, float]) -> World:
    """Return the world in which the given parameters hold for one mineral.

    Parameters
    ----------
    values
        By name, as in `parameter_ranges`; what is not named stays.
    """
    chain = world.chain(mineral)
    own = chain.responsiveness
    if own is None:
        plain: dict[str, Any] = {name: values[name] for name in ELASTICITIES if name in values}
        chain = replace(chain, **plain)
    else:
        own = own.holding(values)
        chain = replace(
            chain,
            responsiveness=own,
            supply_elasticity=own.supply_elasticity.value,
            demand_elasticity=own.demand_elasticity.value,
        )
    return replace(world, chains={mineral: chain}, parameters=_drawn(world.parameters, values))


def _drawn(parameters: MarketParameters, values: Mapping[str, float]) -> MarketParameters:
    known = {field.name for field in fields(MarketParameters)}
    plain: dict[str, Any] = {name: value for name, value in values.items() if name in known}
    chokes = tuple(
        values.get(CHOKE_PREFIX + sector, value)
        for sector, value in zip(SECTORS, parameters.choke_multiples, strict=True)
    )
    return replace(parameters, choke_multiples=chokes, **plain)


def drawn_policies(policies: Sequence[Policy], values: Mapping[str, float]) -> tuple[Policy, ...]:
    """Return policies in which strengths that nobody stated have the drawn value.

    A strength counts as not stated where it is the default of its type.
    """
    return tuple(replace(policy, **_open_strengths(policy, values)) for policy in policies)


def is_open(policy: Policy) -> bool:
    """Return True if a strength of the policy is drawn."""
    return bool(_open_strengths(policy, dict.fromkeys(STRENGTHS.values(), 0.0)))


def _open_strengths(policy: Policy, values: Mapping[str, float]) -> dict[str, Any]:
    defaults = {field.name: field.default for field in fields(policy)}
    return {
        name: values[drawn]
        for name, drawn in STRENGTHS.items()
        if name in defaults and drawn in values and getattr(policy, name) == defaults[name]
    }
