"""A study of a club as plain values, for `--json`.

Does      Names every number of a study by member, rule, club or cause.
Units     USD a year; probabilities and shares [1]; terms as the table `club_terms` says.
Method    Both sets of draws side by side. What differs from draw to draw is left to Python.
Assumes   NaN becomes null where it is written.
Not here  The study: see `oreacle.engine.clubs.study`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import asdict
from typing import Any

import numpy as np

from oreacle.coalitions.confirmation import ExpectedValue
from oreacle.coalitions.fault_lines import FaultLines
from oreacle.coalitions.repairs import Repair, RuleComparison
from oreacle.engine.clubs.evidence import ByRule, Evidence
from oreacle.engine.clubs.question import ClubQuestion
from oreacle.engine.clubs.study import ClubStudy
from oreacle.engine.clubs.values import ClubValues
from oreacle.present.coalition_mending import (
    invitation_sentences,
    repair_sentences,
    stability_sentences,
)
from oreacle.present.coalition_text import caveats
from oreacle.present.coalition_words import break_even, is_break_up_settled, story
from oreacle.present.shock_text import country_labels
from oreacle.world.snapshot import World

Record = dict[str, Any]
UNITS = {"money": "USD/yr", "shares": "1", "probabilities": "1 per year"}


def question_record(question: ClubQuestion, notes: Sequence[str]) -> Record:
    """Return what was asked."""
    return {
        "mineral": question.mineral,
        "members": question.members,
        "notes": notes,
        "purposes": [purpose.name for purpose in question.purposes],
        "rule": asdict(question.rule),
        "draws": question.draws,
        "seed": question.seed,
        "parameter_draws": question.parameter_draws,
        "terms": asdict(question.terms),
        "disruptions": asdict(question.settings),
    }


def study_record(study: ClubStudy, world: World, notes: Sequence[str]) -> Record:
    """Return a study as plain values."""
    names = country_labels(world)
    members = study.first.values.payoffs.players
    joint = float(study.first.joint.value)
    settled = {rule for rule in study.first.by_rule if is_break_up_settled(study, rule)}
    return {
        "question": question_record(study.question, notes),
        "units": UNITS,
        "story": story(study, names),
        "stability": stability_sentences(study, names),
        "mending": repair_sentences(study, names),
        "inviting": invitation_sentences(study, names),
        "caveats": caveats(study, world, names),
        "break_even_factor": break_even(joint, study.first.cost) if joint < 0.0 else None,
        "idle_members": study.idle_members,
        "shares_of_world": {
            "use": _by(members, study.use_share),
            "mined": _by(members, study.mined_share),
            "refined": _by(members, study.refined_share),
        },
        "first_set": _evidence(study.first, settled),
        "second_set": _evidence(study.second, settled),
        "conclusions": study.conclusions,
        "parameter_range": study.parameters,
        "purposes": [{**asdict(one), "free_riding": one.free_riding} for one in study.instruments],
        "invitations": [
            {**asdict(one), "is_wanted": one.is_wanted, "would_join": one.would_join}
            for one in study.invitations
        ],
        "rules": {
            "first_set": _comparison(study.comparison),
            "second_set": _comparison(study.second_comparison),
        },
        "repairs": [
            _repair(repair, holds)
            for repair, holds in zip(study.repairs, study.repairs_hold, strict=True)
        ],
        "disruptions": study.disruptions.as_dict(),
    }


def _evidence(found: Evidence, settled: Set[str]) -> Record:
    members = found.values.payoffs.players
    others = zip(found.outsiders, found.others.value, strict=True)
    return {
        "joint": _expected(found.joint),
        "alone": _expected(found.alone),
        "apart": _expected(found.apart),
        "over_alone": _expected(found.surplus),
        "over_apart": _expected(found.pooling),
        "cost": found.cost,
        "worst_years": found.worst_years,
        "each_alone": _each(members, found.each_alone),
        "each_apart": _each(members, found.each_apart),
        "others": {name: float(gain) for name, gain in others if gain != 0.0},
        "shapley": _by(members, found.shapley),
        "nucleolus": {
            "status": found.nucleolus.status,
            "point": _by(members, found.nucleolus.point),
        },
        "core": {
            "status": found.core.status,
            "least_excess": found.core.least_excess,
            "missing": found.core.missing,
            "point": _by(members, found.core.point),
            "shapley_inside": found.shapley_in_core.inside,
            "worst_excess_of_shapley": found.shapley_in_core.worst_excess,
        },
        "stability": found.stability,
        "rules": {
            name: _by_rule(one, has_interval=name in settled) for name, one in found.by_rule.items()
        },
        "clubs": _clubs(found.values),
        "check": found.values.check,
        "failed": found.failed,
    }


def _clubs(values: ClubValues) -> list[Record]:
    """Return every club with what its members get."""
    names = values.payoffs.players
    rows = []
    for mask in range(1, 1 << len(names)):
        inside = [k for k in range(len(names)) if mask >> k & 1]
        payoff = values.payoffs.payoff[mask]
        rows.append(
            {
                "members": [names[k] for k in inside],
                "joint": float(payoff[inside].sum()),
                "acts": bool(values.raw[mask][inside].sum() > 0.0),
                "others": float(values.others[mask]),
                "exact": bool(values.exact[mask]),
            }
        )
    return rows


def _by_rule(one: ByRule, *, has_interval: bool) -> Record:
    members = one.lines.members
    return {
        "first": one.rule.first,
        "inside": _each(members, one.inside),
        "stock_received_t_per_yr": _by(members, one.received),
        "discount": one.terms.discount,
        "discount_range": one.terms.bounds,
        "exit_cost_usd": _by(members, one.terms.costs(len(members))),
        **_lines(one.lines, has_interval=has_interval),
    }


def _lines(lines: FaultLines, *, has_interval: bool) -> Record:
    members = lines.members
    return {
        "break_up": lines.break_up,
        "break_up_interval": lines.break_up_interval if has_interval else None,
        "break_up_over_discount": sorted(lines.break_up_range),
        "break_up_by_cause": dict(lines.breaking_causes()),
        "strain_index": lines.strain_index,
        "expected_gain_from_leaving": _by(members, lines.expected_gain),
        "strain": _by(members, lines.strain),
        "temptation": _by(members, lines.temptation),
        "walk_probability": _by(members, lines.walk_probability),
        "worst_shock": {member: lines.worst_cause(member) for member in members},
        "strain_by_cause": {member: dict(lines.ranked_causes(member)) for member in members},
    }


def _comparison(found: RuleComparison) -> list[Record]:
    return [
        {
            "rule": rule,
            "break_up": float(found.break_up[k]),
            "strain": float(found.strain[k]),
            "strain_index": float(found.strain_index[k]),
            "strained_members": int(found.n_strained[k]),
            "is_sound": bool(found.is_sound[k]),
        }
        for k, rule in enumerate(found.rules)
    ]


def _repair(one: Repair, holds: bool | None) -> Record:
    paid = one.payments
    mean = None if paid is None else np.atleast_2d(paid).mean(axis=0)
    return {
        "kind": one.kind,
        "status": one.status,
        "holds_on_second_set": holds,
        "mean_payment": None if mean is None else _by(one.before.members, mean),
        "volume": one.volume,
        "missing_from_outside": one.missing,
        "least_break_up": one.least_break_up,
        "is_least": one.is_least,
        "break_up_after": one.after.break_up,
    }


def _expected(one: ExpectedValue) -> Record:
    return {
        "value": float(one.value),
        "error": float(one.error),
        "low": float(one.low),
        "high": float(one.high),
    }


def _each(members: Sequence[str], one: ExpectedValue) -> Record:
    parts = zip(members, one.value, one.error, one.low, one.high, strict=True)
    heads = ("value", "error", "low", "high")
    return {name: dict(zip(heads, map(float, rest), strict=True)) for name, *rest in parts}


def _by(members: Sequence[str], values: Iterable[float]) -> Record:
    return {name: float(value) for name, value in zip(members, values, strict=True)}
