"""New export restrictions of one mineral in the first forecast year, by draw.

Does      Draws the acts of the engine's first year and keeps what is new on one mineral.
Units     Probabilities per year [1].
Method    The engine's own steps: levels, probabilities, draws and marks of the class of
          restrictions (`oreacle.engine.year`). Draw k is member k of a forecast with the same seed:
          it restricts the same things in its first year. Other classes of acts have streams of
          their own and move no market in that year, so that they are left out.
Assumes   A measure that the register covers with one no weaker changes nothing; liftings are no
          disruption. The history is that of the tables of the world.
Not here  Policies in a market: see `oreacle.market.apply`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from oreacle.core.labels import LINKS
from oreacle.engine.act_chances import Chances, chances, draw_acts, known_inputs, next_levels
from oreacle.engine.decisions import new_measures
from oreacle.engine.draws import Streams
from oreacle.engine.measures import ActiveMeasure, registered, tightened
from oreacle.engine.setting import Setting, make_setting
from oreacle.engine.state import first_state
from oreacle.market.policies import ExportMeasure, Policy
from oreacle.relations.sampling import nonempty_inclusion
from oreacle.scenario.scenario import Scenario
from oreacle.world.load import load_world
from oreacle.world.snapshot import World

CLASS = "restriction"
BLOCK = 100
"""Draws whose numbers are held at once; it does not change them."""
DEMAND_PATH = "STEPS"
"""Names the demand path of the setting; nothing that is drawn here hangs on it."""


@dataclass(frozen=True)
class Restrictions:
    """Acts of the first forecast year on one mineral.

    Attributes
    ----------
    started
        New measures by draw, those that change nothing too.
    chance
        Probability that any actor restricts the mineral, given the draw's coefficients and level,
        shape (draw,) [1].
    """

    started: tuple[tuple[ActiveMeasure, ...], ...]
    chance: np.ndarray


@lru_cache(maxsize=2)
def first_year(directory: Path | None) -> Setting:
    """Return the setting of the first forecast year of a folder of tables."""
    until = load_world(directory).base_year + 1
    return make_setting(Scenario("first-year", "No policy.", DEMAND_PATH, until), directory)


def drawn_restrictions(
    world: World, mineral: str, draws: int, rate: float, *, seed: int
) -> Restrictions:
    """Return the restrictions of a mineral that the first forecast year brings.

    Parameters
    ----------
    world, mineral
        The world snapshot and the mineral.
    draws
        Number of draws.
    rate
        Multiplies the hazard of acts of restriction [1].
    seed
        Root seed.
    """
    setting = first_year(world.directory)
    setting = replace(setting, levels={CLASS: setting.levels[CLASS]})
    parts = [
        _block(setting, mineral, np.arange(start, min(start + BLOCK, draws)), rate, seed)
        for start in range(0, draws, BLOCK)
    ]
    return Restrictions(
        tuple(measures for part in parts for measures in part.started),
        np.concatenate([part.chance for part in parts]),
    )


def _block(
    setting: Setting, mineral: str, members: np.ndarray, rate: float, seed: int
) -> Restrictions:
    drawn = Streams(seed, [int(member) for member in members]).year(setting)
    coefficient = np.asarray(members % len(setting.models["restriction_act"].draws))
    state = first_state(setting, coefficient)
    levels = next_levels(setting, {CLASS: state.levels[CLASS]}, drawn)
    found = chances(setting, known_inputs(setting, state, 0), coefficient, levels)
    found = _at_rate(found, rate)
    measures = new_measures(setting, draw_acts(found, drawn), drawn, int(setting.years[0]))
    at = setting.space.minerals.index(mineral)
    return Restrictions(
        tuple(tuple(m for m in started if m.mineral == mineral) for started in measures),
        np.asarray(1.0 - np.prod(1.0 - found.mineral[:, :, at], axis=1)),
    )


def _at_rate(found: Chances, rate: float) -> Chances:
    """Return probabilities with the hazard of acts times a multiplier; 1 changes no bit."""
    if rate == 1.0:
        return found
    act = 1.0 - (1.0 - found.act) ** rate
    either = 1.0 - np.prod(1.0 - found.scope, axis=-1)
    mineral = (found.reach * act)[..., None] * nonempty_inclusion(either)
    return replace(found, by_class={**found.by_class, CLASS: act}, mineral=mineral)


def effective(
    world: World,
    mineral: str,
    started: Sequence[ActiveMeasure],
    bites: Callable[[Policy], bool],
) -> tuple[ExportMeasure, ...]:
    """Return what new measures add to the register, as policies.

    Parameters
    ----------
    started
        New measures on the mineral, in the order in which they were drawn.
    bites
        Whether a policy touches any trade; one that does not is dropped.
    """
    own = [measure for measure in world.measures if measure.mineral == mineral]
    active = registered(own, world.base_year)
    for measure in started:
        active = tightened(active, measure)
    policies = [measure.policy() for measure in active if not measure.measure_id]
    return tuple(policy for policy in policies if bites(policy))


def cause(measure: Policy) -> str:
    """Return a measure in words for readers.

    Examples
    --------
    >>> from oreacle.market.policies import ExportBan
    >>> cause(ExportBan("CHN", "gallium", ("USA",), link="refined"))
    'export ban of CHN on refined to USA'
    """
    kind = _spaced(type(measure).__name__)
    actor = getattr(measure, "actor", None) or getattr(measure, "place", None)
    link, targets = getattr(measure, "link", None), getattr(measure, "targets", ())
    of = f" of {actor}" if actor else ""
    on = f" on {link}" if link in LINKS else ""
    to = f" to {', '.join(targets)}" if targets else ""
    return f"{kind}{of}{on}{to}"


def _spaced(name: str) -> str:
    """Return the words of a name of a class: ExportBan becomes export ban."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()
