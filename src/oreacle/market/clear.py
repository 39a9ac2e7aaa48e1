"""Clear one mineral's market with and without policies.

Does      Runs the base year as reference and the case beside it; refuses an uncertified answer.
Units     See `oreacle.market.outcome`.
Method    MODEL, market: spatial price equilibrium with logit shares and tonne caps.
Assumes   The base year, with the measures of the register that shaped it, is the reference.
Not here  Many years and members: see `oreacle.engine`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace

import numpy as np
import xarray as xr

from oreacle.core.errors import MarketError, ScenarioError
from oreacle.market.apply import PolicyDesk
from oreacle.market.calibrate import base_problem
from oreacle.market.calibrate_links import BaseWays, base_ways
from oreacle.market.draws import (
    STRENGTHS,
    check_count,
    draw_parameters,
    drawn_policies,
    drawn_world,
    is_open,
    parameter_ranges,
)
from oreacle.market.groups import lean, writable
from oreacle.market.intervals import Draws
from oreacle.market.kernel import Solution, solve
from oreacle.market.outcome import Books, Outcome, outcome_of_batch
from oreacle.market.owners import mineral_owners
from oreacle.market.policies import Policy
from oreacle.market.problem import Prices, Problem, stack
from oreacle.world.snapshot import World


def market(
    world: World, mineral: str, *, size: int = 1, ways: Mapping[str, BaseWays] | None = None
) -> Problem:
    """Return the base-year market of one mineral as a batch of equal cases.

    Parameters
    ----------
    world
        The world snapshot.
    mineral
        Slug such as ``gallium``.
    size
        Number of cases.
    ways
        Indirect ways as from `oreacle.market.calibrate_links.base_ways`, where known already.

    Raises
    ------
    ScenarioError
        ORE-SCN-002 if the mineral is unknown.
    """
    return base_problem(
        world.chain(mineral),
        world.parameters,
        world.territory,
        world.base_measures,
        entrepots=world.entrepots,
        ways=ways,
        size=size,
    )


def clear(
    world: World,
    mineral: str,
    policies: Sequence[Policy] = (),
    *,
    draws: int = 0,
    seed: int = 0,
    fixed: bool = False,
) -> Outcome:
    """Return the market of `mineral` in the base year with `policies` in force.

    Parameters
    ----------
    world
        The world snapshot.
    mineral
        Slug such as ``gallium``.
    policies
        Policies and shocks on this mineral, in a sequence; all hold at once.
    draws
        Draws of the parameters that intervals rest on, 20 to 10,000; 0 for none.
    seed
        Root seed of the draws; the same seed gives the same intervals.
    fixed
        True to hold strengths of policies that stand at their defaults, such as the enforcement of
        a ban; otherwise they are drawn too.

    Returns
    -------
    Outcome
        Prices, flows, shortage and money against the base year, with a certificate.

    Raises
    ------
    ScenarioError
        ORE-SCN-002 on an unknown mineral, ORE-SCN-003 or 015 on a name that is not one of an
        actor, ORE-SCN-004 or 007 if a policy changes nothing, ORE-SCN-009 if a policy is about
        another mineral, ORE-SCN-018 if `policies` is not a sequence of policies.
    MarketError
        ORE-MKT-002 if the market did not solve to its certificate, ORE-MKT-020 if no interval
        can be made of so many draws.

    Examples
    --------
    >>> from oreacle.world.load import load_world
    >>> from oreacle.market.policies import ExportBan
    >>> outcome = clear(load_world(), "gallium", [ExportBan("CHN", "gallium", ("USA",))])
    >>> outcome.certificate.is_solved
    True
    """
    _check_policies(policies)
    for policy in policies:
        if policy.mineral != mineral:
            raise ScenarioError(
                "ORE-SCN-009",
                f"a policy on {policy.mineral} was given to the market of {mineral}.",
                why="it would be ignored.",
                fix=f"clear {policy.mineral} instead, or both one after the other.",
            )
    case, reference, parameters = _batches(
        world, mineral, policies, (check_count(draws), seed), fixed=fixed
    )
    books = Books(mineral_owners(world, mineral), _economies(world))
    outcome, tables, kept = outcome_of_batch(
        case, _solve_from_first(case), reference, solve(reference), books
    )
    for certificate in (outcome.certificate, outcome.reference_certificate):
        if not certificate.is_solved:
            raise MarketError(
                "ORE-MKT-002",
                f"the market of {mineral} did not solve to its certificate "
                f"({certificate.status.value}, residual {certificate.residual_node:.1e}).",
                why="its prices would be guesses.",
                fix="weaken the policy, or report the case with `--json` output.",
            )
    if draws == 0:
        return outcome
    drawn = Draws(tables, _drawn_table(parameters, kept), draws, draws - kept.size, seed)
    return replace(outcome, draws=drawn)


def _batches(
    world: World,
    mineral: str,
    policies: Sequence[Policy],
    sample: tuple[int, int],
    *,
    fixed: bool,
) -> tuple[Problem, Problem, dict[str, np.ndarray]]:
    """Return markets with and without policies, case 0 central, and what the others drew."""
    draws, seed = sample
    desk = PolicyDesk(world.chain(mineral), world.territory, world.measures)
    central = market(world, mineral)
    alone = desk.apply(central, policies)
    if draws == 0:
        return alone, central, {}
    parameters = draw_parameters(parameter_ranges(world, mineral), draws, seed)
    worlds = [
        drawn_world(world, mineral, {name: float(v[k]) for name, v in parameters.items()})
        for k in range(draws)
    ]
    ways = base_ways(world.chain(mineral), world.territory, world.entrepots)
    reference = stack([central, *(market(one, mineral, ways=ways) for one in worlds)])
    case = writable(reference)
    _apply_drawn(desk, case, policies, {} if fixed else parameters)
    return lean(case), reference, parameters


def _solve_from_first(problem: Problem) -> Solution:
    """Clear case 0 from base prices, and the others from its prices: there is but one answer."""
    first = solve(problem.take(np.array([0])))
    if problem.size == 1:
        return first
    later = np.arange(1, problem.size)
    start = first.prices.take(np.zeros(later.size, dtype=np.int64))
    rest = solve(problem.take(later), start)
    pairs = zip(first.prices.parts, rest.prices.parts, strict=True)
    names = [field.name for field in fields(Solution) if field.name != "prices"]
    return Solution(
        prices=Prices(*(np.concatenate(pair) for pair in pairs)),
        **{name: np.concatenate([getattr(first, name), getattr(rest, name)]) for name in names},
    )


def _apply_drawn(
    desk: PolicyDesk, case: Problem, policies: Sequence[Policy], drawn: dict[str, np.ndarray]
) -> None:
    """Put policies in force, case 0 as given and the others with their drawn strengths."""
    for policy in policies:
        if not drawn or not is_open(policy):
            desk.apply_in_place(case, policy, slice(None))
            continue
        desk.apply_in_place(case, policy, slice(0, 1))
        for k in range(case.size - 1):
            values = {name: float(drawn[name][k]) for name in STRENGTHS.values()}
            (own,) = drawn_policies([policy], values)
            desk.apply_in_place(case, own, slice(k + 1, k + 2))


def _economies(world: World) -> dict[str, float]:
    table = world.countries
    if "gdp_usd" not in table:
        return {}
    sizes = zip(table["country"].astype(str), table["gdp_usd"].astype(float), strict=True)
    return dict(sizes)


def _drawn_table(parameters: dict[str, np.ndarray], kept: np.ndarray) -> xr.Dataset:
    return xr.Dataset({name: ("draw", values[kept]) for name, values in parameters.items()})


def _check_policies(policies: object) -> None:
    if isinstance(policies, Sequence) and not isinstance(policies, str):
        verb, wrong = "holds", [item for item in policies if not isinstance(item, Policy)]
    else:
        verb, wrong = "is", [policies]
    if wrong:
        raise ScenarioError(
            "ORE-SCN-018",
            f"policies {verb} {_described(wrong[0])}.",
            why="the market is cleared with a sequence of policies; a sentence is not read here.",
            fix='write [ExportBan("CHN", "gallium")], with brackets also around a single policy.',
        )


def _described(value: object) -> str:
    return f"one {type(value).__name__}" if isinstance(value, Policy) else f"{value!r:.60}"
