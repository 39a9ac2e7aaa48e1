"""The end of a registered measure.

Does      Takes the rate or the caps of a measure that shaped the base year away again.
Units     Ad-valorem rates [1], t/yr.
Method    The calibration made strengths as if the measure were not there: without its rate or cap
          trade comes back by itself.
Assumes   The register of the base year is in the problem.
Not here  Strengths under the register: see `oreacle.market.calibrate_links`.
"""

from __future__ import annotations

import numpy as np

from oreacle.core.errors import ScenarioError
from oreacle.market.apply.case import Case, Scope
from oreacle.market.policies import LiftMeasure
from oreacle.world.register import Measure


def lift(case: Case, policy: LiftMeasure) -> None:
    """Take a registered measure away."""
    measure = _registered(case, policy)
    terms, rows = case.terms(measure.link), case.rows
    if measure.is_rate:
        taxed = measure.instrument == "export_tax"
        hit = case.places[measure.link].exports(measure.actor, measure.targets)
        rate = terms.export_rate if taxed else terms.licence_rate
        rate[rows] -= measure.strength * hit.direct
        if terms.ways is not None:
            around = terms.ways.export_rate if taxed else terms.ways.licence_rate
            around[rows] -= measure.strength * hit.ways
        return
    problem = case.problem
    ore = measure.link == "ore"
    tails, heads = (problem.miners, problem.refiners) if ore else (problem.refiners, problem.users)
    for held in case.chain.registered_caps:
        if held.measure_id == measure.measure_id and held.link == measure.link:
            tail, head = tails.index(held.exporter), heads.index(held.importer)
            terms.cap[rows, tail, head] = np.inf
            if terms.ways is not None:
                here = (terms.ways.tail == tail) & (terms.ways.head == head)
                terms.ways.cap[rows, here] = np.inf


def idle_lift(scope: Scope, policy: LiftMeasure) -> str:
    """Return "": a measure that shaped the base year can be lifted, whether it binds or not.

    Raises
    ------
    ScenarioError
        ORE-SCN-008 if it did not shape the base year.
    """
    _registered(scope, policy)
    return ""


def _registered(scope: Scope, policy: LiftMeasure) -> Measure:
    measure = scope.measures.get(policy.measure_id)
    if measure is None or measure.mineral != scope.chain.mineral or not measure.in_base:
        raise ScenarioError(
            "ORE-SCN-008",
            f"no measure '{policy.measure_id}' on {scope.chain.mineral} shaped the base year.",
            why="lifting it could not change anything.",
            fix="`oreacle world info --json` lists the register.",
        )
    return measure
