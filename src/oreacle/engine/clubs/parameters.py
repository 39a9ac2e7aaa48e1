"""How what a club is worth depends on market parameters that are not known well.

Does      Values a club under drawn parameters of the market, on the same disruptions.
Units     USD/yr.
Method    The draws of parameters are those of what-ifs (`oreacle.market.draws`); each calibrates
          the base year anew and clears the club, its members apart and each alone.
Assumes   Disruptions do not depend on the parameters; enforcement of measures stays as it is.
Not here  The error of the draws of disruptions: see `oreacle.engine.clubs.evidence`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from oreacle.engine.clubs.clearing import cleared
from oreacle.engine.clubs.field import club_field
from oreacle.engine.clubs.piece import together_apart_alone
from oreacle.engine.clubs.progress import Progress
from oreacle.engine.clubs.question import Question, disruptions_of
from oreacle.engine.disruptions import distinct
from oreacle.market.absent import with_drawn_weights
from oreacle.market.calibrate_stocks import with_stock_level
from oreacle.market.draws import draw_parameters, drawn_world, parameter_ranges
from oreacle.market.problem import Problem, stack
from oreacle.world.snapshot import World

LEVEL = 0.9
"""Share of parameter draws inside a range [1]."""


@dataclass(frozen=True)
class ParameterRange:
    """Expected values over draws of the market's parameters.

    Attributes
    ----------
    draws
        Draws of the parameters.
    joint, surplus, pooling
        5 % and 95 % points of the joint gain, of that over members alone and of that over members
        apart [USD/yr]; NaN where a purpose of the mix cannot be told apart.
    """

    draws: int
    joint: tuple[float, float]
    surplus: tuple[float, float]
    pooling: tuple[float, float]


def parameter_range(
    world: World,
    question: Question,
    members: Sequence[str],
    *,
    progress: Progress | None = None,
) -> ParameterRange:
    """Return the range of what a club is worth over the market's parameters.

    Parameters
    ----------
    world, question
        The world, and what is asked.
    members
        Members as trade actors.
    progress
        Called with draws done and draws to do.
    """
    mineral, n = question.mineral, len(members)
    draws = disruptions_of(world, question)
    few, _ = distinct(draws)
    groups = together_apart_alone(n)
    drawn = draw_parameters(
        parameter_ranges(world, mineral), question.parameter_draws, question.seed
    )
    rows = []
    is_told = all(purpose.is_shared for purpose in question.purposes)
    for k in range(question.parameter_draws):
        one = drawn_world(world, mineral, {name: float(v[k]) for name, v in drawn.items()})
        field = club_field(
            one, mineral, members, few, question.terms, tune=_tuned(world, mineral, drawn, k)
        )
        mean = cleared(field, groups, question.purposes, question.rule).mean
        joint, alone = mean[0].sum(), sum(max(mean[2 + i, i], 0.0) for i in range(n))
        side = mean[1].sum() if is_told else np.nan
        rows.append((joint, joint - alone, joint - side))
        if progress is not None:
            progress(k + 1, question.parameter_draws)
    tail = (1.0 - LEVEL) / 2.0
    low, high = np.quantile(np.array(rows), [tail, 1.0 - tail], axis=0)
    joint, surplus, pooling = ((float(a), float(b)) for a, b in zip(low, high, strict=True))
    return ParameterRange(question.parameter_draws, joint, surplus, pooling)


def _tuned(
    world: World, mineral: str, drawn: Mapping[str, np.ndarray], at: int
) -> Callable[[Problem], Problem]:
    """Return what puts one draw's private stocks and absent links in a market of one case."""
    values = {name: value[at : at + 1] for name, value in drawn.items()}

    def tune(problem: Problem) -> Problem:
        both = with_drawn_weights(world, mineral, stack([problem, problem]), values)
        return with_stock_level(both, values).take(np.array([1]))

    return tune
