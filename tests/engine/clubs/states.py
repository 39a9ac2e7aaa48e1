"""Cleared cases of one arrangement in every draw, for tests that look into the market."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from oreacle.engine.clubs.field import ClubField
from oreacle.engine.clubs.money import Money
from oreacle.engine.clubs.piece import Piece
from oreacle.engine.clubs.purposes import read_purposes
from oreacle.engine.clubs.rules import Rule
from oreacle.market.comparison import State
from oreacle.market.problem import Problem
from oreacle.market.sampled import solve_each


@dataclass(frozen=True)
class Case:
    """An arrangement in every draw: its cases, its market and what its lever books."""

    piece: Piece
    problem: Problem
    state: State
    money: Money


def case_of(
    field: ClubField,
    purpose: str,
    group: np.ndarray,
    rule: str = "need",
    first: tuple[str, ...] = (),
) -> Case:
    """Return an arrangement with one purpose in every draw, cleared."""
    rows = np.arange(field.draws)
    piece = Piece(field, Rule(rule, first), rows, np.tile(group, (field.draws, 1)))
    (chosen,) = read_purposes(purpose)
    assert chosen.lever is not None
    problem = chosen.lever.write(piece, field.problem.take(rows))
    with threadpool_limits(limits=1):
        solution = solve_each(problem, field.prices)
    assert solution.solved.all()
    state = State.of(problem, solution, rows)
    return Case(piece, problem, state, chosen.lever.settle(piece, state))
