"""The strongest export control that keeps every ceiling.

Does      Finds the strength at the central parameters, and the one that is safe in a share of
          draws; clears both, and the ban, to their certificates.
Units     Strength [1], see `oreacle.market.restraint.control`; money USD/yr.
Method    See `oreacle.market.restraint.search`. The answer is the safe end of the last bracket,
          cleared once more as any what-if is.
Assumes   Everybody else acts as in the base year. The control over draws is never stronger than
          the central one: it holds at the central parameters too.
Not here  What others do next: see `oreacle.forecasting.cascade`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from oreacle.core.errors import MarketError
from oreacle.market.clear import NO_DRAWS, cleared
from oreacle.market.draws import check_count, parameter_ranges
from oreacle.market.outcome import Outcome
from oreacle.market.policies import ExportMeasure
from oreacle.market.restraint.ceilings import Ceiling
from oreacle.market.restraint.control import ExportControl
from oreacle.market.restraint.response import Response
from oreacle.market.restraint.search import (
    DRAWN_TOLERANCE,
    TOLERANCE,
    FoundOverDraws,
    safe_over_draws,
    strongest_safe,
)
from oreacle.market.sampled import Sample
from oreacle.world.snapshot import World

CONFIDENCE = 0.9
"""Share of draws in which the safe control keeps every ceiling, unless told otherwise [1]."""
LEAST_CONFIDENCE = 0.5
IDLE = 1e-5
"""Strength below which a control is none [1]: the width of the last bracket."""
ROUNDING = 1e-9
"""Part of a step by which a strength may lie below it for rounding alone [1]."""
BOUND, FREE, EXCEEDED = "bound", "free", "exceeded"
"""A ceiling stops the control; none does, whatever its strength; one is exceeded without it."""


@dataclass(frozen=True)
class Calibrated:
    """A control at one strength.

    Attributes
    ----------
    strength
        Strength [1].
    policy
        The policy; None if the strength is next to nothing.
    outcome
        The market with it; None without a policy.
    levels
        Level of each ceiling at the central parameters, in the unit of the ceiling.
    """

    strength: float
    policy: ExportMeasure | None
    outcome: Outcome | None
    levels: tuple[float, ...]


@dataclass(frozen=True)
class Restraint:
    """The strongest control that keeps every ceiling.

    Attributes
    ----------
    control, ceilings
        What was asked.
    status
        ``bound``, ``free`` (even the strongest control keeps every ceiling) or ``exceeded`` (a
        ceiling is broken without any control).
    binding
        Position of the ceiling that stops the central control; -1 if none does.
    central, safe
        The control at the central parameters, and the one that holds in a share of draws; None
        where there is none. Without draws `safe` is None.
    ban
        The blunt measure on the same exports.
    before
        Level of each ceiling without a control.
    confidence
        Share of draws asked for [1].
    held, held_at_central
        Share of draws in which the safe and the central control keep every ceiling [1]; NaN
        without draws.
    draws, seed
        Number of draws and their root seed.
    """

    control: ExportControl
    ceilings: tuple[Ceiling, ...]
    status: str
    binding: int
    central: Calibrated | None
    safe: Calibrated | None
    ban: Calibrated
    before: tuple[float, ...]
    confidence: float
    held: float
    held_at_central: float
    draws: int
    seed: int

    @property
    def advised(self) -> Calibrated | None:
        """Which control is advised. The safe one; without draws the central one."""
        return self.safe if self.draws else self.central


def restrain(
    world: World,
    control: ExportControl,
    ceilings: Sequence[Ceiling],
    *,
    confidence: float = CONFIDENCE,
    draws: int = 200,
    seed: int = 0,
) -> Restraint:
    """Return the strongest quota or tax that keeps every ceiling.

    Parameters
    ----------
    world
        The world snapshot.
    control
        Who controls exports of what to whom.
    ceilings
        What must hold, one or more.
    confidence
        Share of draws in which it must hold, 0.5 up to less than 1 [1].
    draws
        Draws of the parameters, 20 to 10,000; 0 for the central ones alone.
    seed
        Root seed of the draws.

    Raises
    ------
    ScenarioError
        ORE-SCN-002, 003 or 015 on a name, ORE-SCN-007 if the control touches nothing.
    MarketError
        ORE-MKT-002 if an answer did not solve to its certificate, ORE-MKT-020 on a bad number of
        draws, ORE-MKT-051 on a ceiling that cannot be meant, ORE-MKT-052 if a level does not move
        one way with the control, ORE-MKT-053 on a confidence out of range, ORE-MKT-054 if a case
        that decides the answer did not solve.

    Examples
    --------
    >>> from oreacle.market.restraint.ceilings import PriceCeiling
    >>> from oreacle.world.load import load_world
    >>> found = restrain(
    ...     load_world(), ExportControl("CHN", "gallium"), [PriceCeiling(0.2, "USA")], draws=0
    ... )
    >>> found.status, 0.199 < found.central.levels[0] <= 0.2
    ('bound', True)
    """
    _check(ceilings, confidence, check_count(draws))
    mineral = control.mineral
    sample = NO_DRAWS
    if draws:
        sample = Sample(draws, seed, parameter_ranges(world, mineral), fixed=False)
    response = Response(world, control, ceilings, sample)
    limits = np.array([float(one.under) for one in ceilings])

    def central_levels(strengths: np.ndarray) -> np.ndarray:
        return response.levels(np.zeros(strengths.size, dtype=np.int64), strengths)

    def made(found: float, step: float) -> Calibrated | None:
        if not np.isfinite(found):
            return None
        strength = _written(found, step)
        policy = control.policy(strength) if strength > IDLE else None
        return _calibrated(world, response, sample, mineral, strength, policy)

    found = strongest_safe(central_levels, limits, control.strongest)
    is_exceeded = not np.isfinite(found.strength)
    drawn = None
    if draws and not is_exceeded:
        drawn = safe_over_draws(
            lambda draw, strengths: response.levels(draw + 1, strengths),
            limits,
            found.strength,
            draws,
            confidence,
        )
    return Restraint(
        control=control,
        ceilings=tuple(ceilings),
        status=EXCEEDED if is_exceeded else BOUND if found.broken_by >= 0 else FREE,
        binding=found.broken_by,
        central=made(found.strength, TOLERANCE),
        safe=None if drawn is None else made(drawn.strength, _step(drawn, found.strength)),
        ban=_calibrated(world, response, sample, mineral, float("nan"), control.ban()),
        before=_column(central_levels(np.zeros(1))),
        confidence=confidence,
        held=float("nan") if drawn is None else drawn.held,
        held_at_central=float("nan") if drawn is None else drawn.held_at_central,
        draws=draws,
        seed=seed,
    )


def _calibrated(
    world: World,
    response: Response,
    sample: Sample,
    mineral: str,
    strength: float,
    policy: ExportMeasure | None,
) -> Calibrated:
    first = np.zeros(1, dtype=np.int64)
    if policy is None:
        return Calibrated(strength, None, None, _column(response.levels(first, np.zeros(1))))
    levels = response.levels_under(first, [policy])
    outcome = cleared(world, mineral, [policy], sample=sample)
    return Calibrated(strength, policy, outcome, _column(levels))


def _step(drawn: FoundOverDraws, central: float) -> float:
    """Return to which step the strength over draws is written: as the central one if it is it."""
    return TOLERANCE if drawn.strength == central else DRAWN_TOLERANCE


def _written(strength: float, step: float) -> float:
    """Return a strength cut to whole steps: what is weaker is safe as well."""
    return round(math.floor(strength / step + ROUNDING) * step, 12)


def _column(levels: np.ndarray) -> tuple[float, ...]:
    return tuple(float(level) for level in levels[:, 0])


def _check(ceilings: Sequence[Ceiling], confidence: object, draws: int) -> None:
    if not ceilings:
        raise MarketError(
            "ORE-MKT-051",
            "no ceiling is given.",
            why="without one the strongest control is a ban.",
            fix='name one, such as --keep "price in USA under +20 %".',
        )
    is_number = isinstance(confidence, int | float) and not isinstance(confidence, bool)
    top = 1.0 if draws == 0 else 1.0 - 1.0 / draws
    if not is_number or not LEAST_CONFIDENCE <= confidence <= top or confidence == 1.0:  # type: ignore[operator]
        raise MarketError(
            "ORE-MKT-053",
            f"a confidence of {confidence!r:.40} was asked for.",
            why=f"it is the share of draws in which every ceiling holds: from {LEAST_CONFIDENCE} "
            "to less than all of them.",
            fix="write 0.9, or ask for more draws for a share nearer to 1.",
        )
