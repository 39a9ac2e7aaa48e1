"""A club in the terminal: what it is worth, to whom, where it breaks, and what mends it.

Does      Draws the page of a study.
Units     USD a year, in headings and words.
Method    Sentences first, then tables, then what it rests on.
Assumes   The study is that of `oreacle.engine.clubs.study`.
Not here  Best clubs and covers: see `oreacle.present.coalition_search_text`.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import RenderableType
from rich.text import Text

from oreacle.data.assumptions import read_assumed
from oreacle.engine.clubs.question import ClubQuestion
from oreacle.engine.clubs.rules import SAID
from oreacle.engine.clubs.study import ClubStudy
from oreacle.engine.clubs.values import Check
from oreacle.engine.disruptions import DisruptionSummary
from oreacle.present import words
from oreacle.present.coalition_mending import (
    invitation_sentences,
    repair_sentences,
    stability_sentences,
)
from oreacle.present.coalition_tables import member_view, purpose_view, rule_view
from oreacle.present.coalition_words import (
    called,
    causes_in_words,
    is_idle,
    listed,
    named_list,
    rate,
    story,
    why_nothing,
)
from oreacle.present.shock_tables import Names
from oreacle.present.terminal import DrawnTable, Page, heading, paragraph
from oreacle.world.snapshot import World

PREFIXES = {
    "stockpile": ("stock_",),
    "procurement": ("desk_",),
    "refining": ("plant_",),
    "research": ("research_",),
    "certification": ("certified_", "fraud_", "enforcement"),
    "floor": ("floor_",),
    "insurance": ("cover_", "capital_", "tail_", "pool_"),
    "recycling": ("scrap_", "plant_experience"),
}
"""Beginnings of the names of the terms behind each purpose."""
ALWAYS = ("discount", "exit_cost")
ROUNDING = 1e-9
LIMITS = (
    "A model of one year in which nobody answers: no retaliation, politics or hoarding. No club of "
    "its kind has a track record to score it on: docs/limits.md."
)


def coalition_text(
    study: ClubStudy, world: World, names: Names, notes: Sequence[str] = ()
) -> RenderableType:
    """Return a study to print with a rich console.

    Parameters
    ----------
    study
        From `oreacle.engine.clubs.study.study_club`.
    world
        Gives the mineral's name and grade.
    names
        English names of actors by code.
    notes
        What to say on the members, such as whom an actor stands for.
    """
    members = study.first.values.payoffs.players
    chain = world.chain(study.question.mineral)
    purposes = called(study.question.purposes)
    parts: list[RenderableType] = [
        Text(f"Club of {named_list(members, names)}", style="bold"),
        paragraph(f"{purposes[:1].upper()}{purposes[1:]}: {chain.name}", "bold"),
        paragraph(opening(study.question, world, names), "dim"),
        heading("In short"),
        *(paragraph(f"- {line}") for line in story(study, names)),
    ]
    if not is_idle(study):
        parts += [
            DrawnTable(member_view(study, names)),
            *(paragraph(f"- {line}") for line in stability_sentences(study, names)),
            DrawnTable(rule_view(study)),
            *(paragraph(f"- {line}") for line in repair_sentences(study, names)),
        ]
    if all(line.does_nothing for line in study.instruments):
        parts.append(heading("Every purpose for the same members"))
    else:
        parts.append(DrawnTable(purpose_view(study, names)))
    parts += [*_nothing(study), *_ruin(study)]
    if not is_idle(study):
        parts += [
            heading("Whom to invite"),
            *(paragraph(f"- {line}") for line in invitation_sentences(study, names)),
        ]
    parts += [
        heading("How far to trust this"),
        *(paragraph(f"- {line}") for line in (*caveats(study, world, names), *notes)),
    ]
    return Page(tuple(parts))


def opening(question: ClubQuestion, world: World, names: Names) -> str:
    """Return what was computed, in two lines."""
    first = f" ({named_list(question.rule.first, names)} first)" if question.rule.first else ""
    return (
        f"Rule {question.rule.name}{first}: {SAID[question.rule.name]}. Market of "
        f"{world.base_year} in the year after {world.as_of}, {question.draws} draws of "
        "disruptions, twice. In brackets: 90 % intervals of the draws."
    )


def _nothing(study: ClubStudy) -> list[RenderableType]:
    """Return the purposes that do nothing for these members, by reason."""
    by_reason: dict[str, list[str]] = {}
    for line in study.instruments:
        if line.does_nothing:
            by_reason.setdefault(why_nothing(line.purpose, study), []).append(line.purpose)
    if not by_reason:
        return []
    parts = [f"{listed(who)} ({why})" for why, who in by_reason.items()]
    return [paragraph(f"- No effect for these members: {'; '.join(parts)}.")]


def _ruin(study: ClubStudy) -> list[RenderableType]:
    """Return how often a pool that was asked for is short."""
    asked = {purpose.name for purpose in study.question.purposes}
    short = [one.ruin for one in study.instruments if one.purpose in asked and one.ruin is not None]
    return [paragraph(f"- The insurance pool is short in {rate(one)} of years.") for one in short]


def caveats(study: ClubStudy, world: World, names: Names) -> tuple[str, ...]:
    """Return what the figures rest on, and what they leave out."""
    chain = world.chain(study.question.mineral)
    failed = max(study.first.failed, study.second.failed)
    lost = (
        f" {words.percent(failed)} of the draws did not clear and are left out."
        if failed > ROUNDING
        else ""
    )
    return (
        f"{disruption_sentence(study.disruptions, names)}{_rates(study.question)}{lost}",
        *check_sentences(study.first.values.check),
        *_margins(study),
        *_worth_of_certificates(study.question),
        f"{terms_sentence(study.question)} Trade data: {chain.grade_words}.",
        LIMITS,
    )


def _margins(study: ClubStudy) -> tuple[str, ...]:
    """Return what a buying desk holds back, where there is one."""
    if "procurement" not in {one.name for one in study.question.purposes}:
        return ()
    alone = words.percent(float(study.desk_margin_alone.max()))
    return (
        f"The desk puts {words.percent(study.desk_margin)} on what members buy from outside, and "
        f"keeps it; a desk of one member at most {alone}. It is a tariff in all but name, and "
        "sellers do not answer here.",
    )


def _worth_of_certificates(question: ClubQuestion) -> tuple[str, ...]:
    """Return on what the gain of certified supply rests, where it is asked about."""
    worth = question.terms.certified_worth
    if "certification" not in {one.name for one in question.purposes} or worth <= 0.0:
        return ()
    return (
        f"What a true certificate is worth to a user (certified_worth, {words.percent(worth)} of "
        "the delivered price) is an assumption, and is most of what certified supply gains.",
    )


def disruption_sentence(found: DisruptionSummary, names: Names) -> str:
    """Return what the draws of disruptions hold."""
    kinds = (
        ("a new export restriction", found.restriction),
        ("an outage of mines", found.mine_social + found.mine_other),
        ("of refineries", found.refinery),
        ("a slump before", found.slump),
    )
    shares = ", ".join(f"{name} {rate(share)}" for name, share in kinds)
    likeliest = [
        f"{causes_in_words(one.cause, names)} ({rate(one.probability)})"
        for one in found.causes
        if not one.cause.startswith("closures")
    ][:3]
    tail = f" Likeliest: {listed(likeliest)}." if likeliest else ""
    return (
        f"{found.different} of {found.draws} draws differ. Share of years with {shares}; demand "
        f"{found.demand_low:.2f} to {found.demand_high:.2f} of usual.{tail}"
    )


def _rates(question: ClubQuestion) -> str:
    """Return factors on rates of disruptions that were asked for."""
    rates = {
        "restrictions": question.settings.restriction_rate,
        "outages": question.settings.outage_rate,
    }
    said = [f"hazard of {name} times {value:g}" for name, value in rates.items() if value != 1.0]
    return f" As asked: {listed(said)}." if said else ""


def check_sentences(check: Check | None) -> tuple[str, ...]:
    """Return how exact values of clubs are where not all were cleared in all draws."""
    if check is None:
        return ()
    return (
        f"Clubs inside are valued through {check.draws} draws that stand for all; {check.clubs} of "
        f"them cleared in all draws differ by {words.percent(check.typical)} of the whole club's "
        f"value (95 % of them), {words.percent(check.worst)} at most.",
    )


def terms_sentence(question: ClubQuestion) -> str:
    """Return the main assumptions about clubs with their values."""
    table = read_assumed("club_terms").set_index("parameter")
    starts = [start for one in question.purposes for start in PREFIXES[one.name]]
    if len(question.purposes) > 2:
        return "Assumed: all terms of the table `club_terms`; change one with --term NAME=VALUE."
    names = [name for name in table.index if name in ALWAYS or name.startswith(tuple(starts))]
    parts = []
    for name in names:
        unit = str(table.loc[name, "unit"])
        value = getattr(question.terms, name)
        parts.append(f"{name} {value:g}" + ("" if unit == "1" else f" {unit}"))
    return f"Assumed (change with --term NAME=VALUE): {', '.join(parts)}."
