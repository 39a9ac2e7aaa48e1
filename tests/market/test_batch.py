"""Batches: rows taken or stacked are the same markets, and threads change nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.market.small import PARAMETERS, own_territory, random_chain

from oreacle.market.batch import cases
from oreacle.market.calibrate import base_problem
from oreacle.market.kernel import solve
from oreacle.market.problem import Problem, stack


def market(seed: int, *, size: int = 1, steep: float = 4.0) -> Problem:
    chain = random_chain(np.random.default_rng(7), 4, 3, 5)
    territory = own_territory(chain.miners, chain.refiners, chain.users)
    parameters = replace(PARAMETERS, refined_substitution=steep, choke_width=0.1 + 0.01 * seed)
    made = base_problem(chain, parameters, territory, size=size)
    rng = np.random.default_rng(seed)
    return replace(made, demand=made.demand * rng.uniform(0.8, 1.4, made.demand.shape))


def test_a_stack_of_markets_with_other_parameters_clears_each_as_alone() -> None:
    parts = [market(k, size=1 + k, steep=2.0 + k) for k in range(3)]
    whole = stack(parts)
    assert whole.size == 6
    together = solve(whole)
    row = 0
    for part in parts:
        alone = solve(part)
        rows = np.arange(row, row + part.size)
        for one, other in zip(together.prices.take(rows).parts, alone.prices.parts, strict=True):
            assert one == pytest.approx(other, abs=1e-9)
        row += part.size


def test_taking_rows_of_a_stack_gives_the_part_back() -> None:
    parts = [market(k, steep=2.0 + k) for k in range(3)]
    taken = stack(parts).take(np.array([1]))
    assert cases(taken) == 1
    assert (taken.demand == parts[1].demand).all()
    assert np.asarray(taken.refined.substitution).ravel() == [3.0]
    assert taken.ore.substitution == parts[1].ore.substitution
    assert np.asarray(taken.demand_curve.width).ravel() == [parts[1].demand_curve.width]


def test_equal_parameters_stay_one_value() -> None:
    assert stack([market(0), market(0)]).refined.substitution == 4.0


@pytest.mark.parametrize("threads", [2, 5, 9])
def test_threads_give_the_same_bytes(threads: int) -> None:
    problem = market(2, size=5)
    one, many = solve(problem), solve(problem, threads=threads)
    for part, other in zip(one.prices.parts, many.prices.parts, strict=True):
        assert part.tobytes() == other.tobytes()
    assert (one.iterations == many.iterations).all()


def test_cases_whose_bounds_differ_may_shorten_their_steps_alone() -> None:
    """Some cases of the batch step too far and have a choke of their own."""
    parts = [market(k) for k in range(4)]
    for k in (1, 3):
        curve = parts[k].demand_curve
        near = replace(curve, log_choke=curve.log_choke - 0.3)
        parts[k] = replace(parts[k], demand=parts[k].demand * 8.0, demand_curve=near)
    together = solve(stack(parts))
    for k, part in enumerate(parts):
        alone = solve(part)
        assert alone.solved.all()
        assert together.prices.delivered[k] == pytest.approx(alone.prices.delivered[0], abs=1e-8)
