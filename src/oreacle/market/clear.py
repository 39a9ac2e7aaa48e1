"""Clear one mineral's market with and without policies.

Does      Runs the base year as reference and the case beside it; refuses an uncertified answer.
Units     See `oreacle.market.outcome`.
Method    MODEL, market: spatial price equilibrium with logit shares and tonne caps.
Assumes   The base year, with the measures of the register that shaped it, is the reference.
Not here  Many years and members: see `oreacle.engine`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import xarray as xr

from oreacle.core.errors import MarketError, ScenarioError
from oreacle.market.calibrate import base_problem
from oreacle.market.calibrate_links import BaseWays
from oreacle.market.calibrate_stocks import stocks_for
from oreacle.market.carriage import Carriage, carriages, planner_of
from oreacle.market.draws import check_count, parameter_ranges
from oreacle.market.intervals import Draws
from oreacle.market.kernel import solve
from oreacle.market.outcome import Books, Outcome, outcome_of_batch
from oreacle.market.owners import mineral_owners
from oreacle.market.policies import Policy
from oreacle.market.policies.catalogue import overlap_error, overlaps
from oreacle.market.problem import Problem
from oreacle.market.sampled import Sample, sampled_markets, solve_from_first
from oreacle.world.snapshot import World

NO_DRAWS = Sample(draws=0, seed=0, ranges=(), fixed=True)


def market(
    world: World,
    mineral: str,
    *,
    size: int = 1,
    stocked: bool = True,
    ways: Mapping[str, BaseWays] | None = None,
    routed: Mapping[str, Carriage] | None = None,
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
    routed
        Carriage by pair as from `oreacle.market.carriage.carriages`, where known already.
    stocked
        True if private stocks of the base year are there to draw on.

    Raises
    ------
    ScenarioError
        ORE-SCN-002 if the mineral is unknown.
    """
    plain = base_problem(
        world.chain(mineral),
        world.parameters,
        world.territory,
        world.base_measures,
        entrepots=world.entrepots,
        ways=ways,
        routed=carriages(planner_of(world, mineral)) if routed is None else routed,
        size=size,
    )
    return replace(plain, stocks=stocks_for(world, mineral, size=size)) if stocked else plain


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
        another mineral, ORE-SCN-020 if two policies overlap or contradict, ORE-SCN-018 if
        `policies` is not a sequence of policies.
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
    check_policies(policies)
    for policy in policies:
        if policy.mineral != mineral:
            raise ScenarioError(
                "ORE-SCN-009",
                f"a policy on {policy.mineral} was given to the market of {mineral}.",
                why="it would be ignored.",
                fix=f"clear {policy.mineral} instead, or several minerals with `clear_all`.",
            )
    if check_count(draws) == 0:
        return cleared(world, mineral, policies)
    sample = Sample(draws, seed, parameter_ranges(world, mineral), fixed)
    return cleared(world, mineral, policies, sample=sample)


def cleared(
    world: World,
    mineral: str,
    policies: Sequence[Policy],
    *,
    sample: Sample = NO_DRAWS,
    mines: np.ndarray | None = None,
) -> Outcome:
    """Return the market of one mineral with policies in force and with its mines scaled.

    Parameters
    ----------
    policies
        Policies on this mineral, checked by the caller.
    sample
        Draws behind intervals.
    mines
        Capacity of mines over base, shape (mine,) [1]; None for the capacity of the base year.

    Raises
    ------
    ScenarioError
        As `clear`.
    MarketError
        ORE-MKT-002 if the market did not solve to its certificate.
    """
    case, reference, drawn = sampled_markets(
        world,
        mineral,
        policies,
        sample,
        lambda one, ways, routed: market(one, mineral, ways=ways, routed=routed),
    )
    if mines is not None:
        case = with_mines(case, mines)
    books = Books(mineral_owners(world, mineral), world.economies)
    outcome, tables, kept = outcome_of_batch(
        case, solve_from_first(case), reference, solve(reference), books
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
    if sample.draws == 0:
        return outcome
    failed = sample.draws - kept.size
    table = _drawn_table(drawn, kept)
    return replace(outcome, draws=Draws(tables, table, sample.draws, failed, sample.seed))


def _drawn_table(parameters: dict[str, np.ndarray], kept: np.ndarray) -> xr.Dataset:
    return xr.Dataset({name: ("draw", values[kept]) for name, values in parameters.items()})


def with_mines(problem: Problem, level: np.ndarray) -> Problem:
    """Return the problem with other mine capacity, as the hosts of a by-product leave it.

    More host output is room to recover more, not output: that takes a price.

    Parameters
    ----------
    problem
        The market.
    level
        Capacity over that of the problem, shape (mine,) or (batch, mine) [1].
    """
    return replace(
        problem,
        mine_slack=problem.mine_slack * np.minimum(level, 1.0),
        mine_capacity=problem.mine_capacity * level,
    )


def check_policies(policies: Sequence[Policy]) -> None:
    """Refuse what is no sequence of policies (ORE-SCN-018), and overlaps (ORE-SCN-020)."""
    _check_types(policies)
    if pairs := overlaps(policies):
        raise overlap_error(policies, pairs)


def _check_types(policies: object) -> None:
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
