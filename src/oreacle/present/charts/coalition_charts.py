"""The charts of a club: who gains and who would leave, how it breaks by rule, and what pays.

Does      Picks the numbers of a study that charts show, and writes the words around them.
Units     USD a year, at the scale in each heading; probabilities [1].
Method    Bars with 90 % intervals of the draws where there are some.
Assumes   Members that change nothing have no bar.
Not here  Drawing: see `oreacle.present.charts.interval_bars`.
"""

from __future__ import annotations

from oreacle.engine.clubs.study import ClubStudy
from oreacle.market.intervals import Figure
from oreacle.present import words
from oreacle.present.charts.chart_style import ChartText, Spec
from oreacle.present.charts.interval_bars import BarGroup, interval_bars
from oreacle.present.coalition_words import (
    called,
    compared_with,
    figure,
    is_break_up_settled,
    money_scale,
    named_list,
    rate,
    under_rule,
)
from oreacle.present.figure_style import BASE_RATE, ESTIMATE
from oreacle.present.shock_tables import Names, label
from oreacle.present.shock_words import scaled
from oreacle.world.snapshot import World

MONEY_AXIS = ",~r"


def coalition_charts(study: ClubStudy, world: World, names: Names) -> list[Spec]:
    """Return the charts of a study, members first.

    Raises
    ------
    ChartError
        ORE-APP-012 if no member gains or loses anything.
    """
    mineral = words.short_name(world.chain(study.question.mineral).name).lower()
    club = named_list(study.first.values.payoffs.players, names)
    purpose = called(study.question.purposes)
    compared = compared_with(study)
    over = "no club" if compared == "doing nothing" else compared
    members = ChartText(
        f"Who gains from {purpose} of {mineral}, and who would leave",
        f"Club of {club}, shared by {study.question.rule.name}. Expected gain over {over}, and "
        f"what leaving would change (?: its sign is not settled). {_lines(study)}",
        _source(study, world),
    )
    rules = ChartText(
        "How often the club breaks by rule of sharing, and what else would pay",
        "Left: years in which somebody walks out; its lines take the value of staying as known, "
        "and are left out where the sign of a walker's gain from leaving is open. Right: joint "
        "expected gain of the same members, purpose by purpose (?: its sign is not settled). "
        f"{_lines(study)}",
        _source(study, world),
    )
    return [
        interval_bars(_member_groups(study, names), members),
        interval_bars((_rule_bars(study), _purpose_bars(study)), rules),
    ]


def _member_groups(study: ClubStudy, names: Names) -> tuple[BarGroup, BarGroup]:
    under = under_rule(study)
    shown = [
        (k, label(name, names))
        for k, name in enumerate(under.lines.members)
        if name not in study.idle_members
    ]
    inside = [(name, figure(under.inside, k)) for k, name in shown]
    key = f"gain from leaving under {study.question.rule.name}"
    leaving = [
        (
            name if study.holds(key, under.lines.members[k]) else f"{name} ?",
            Figure(float(under.lines.expected_gain[k])),
        )
        for k, name in shown
    ]
    return (_money_bars("In the club", inside), _money_bars("Gain from leaving", leaving))


def _money_bars(what: str, rows: list[tuple[str, Figure]]) -> BarGroup:
    size, unit = money_scale(one.value for _, one in rows)
    over = tuple((name, scaled(one, size)) for name, one in rows)
    return BarGroup(f"{what}, {unit} a year", over, words.signed, MONEY_AXIS, ESTIMATE, BASE_RATE)


def _rule_bars(study: ClubStudy) -> BarGroup:
    rows = []
    for rule in study.comparison.rules:
        lines = study.first.by_rule[rule].lines
        ends = lines.break_up_interval if is_break_up_settled(study, rule) else ()
        rows.append((rule, Figure(lines.break_up, *ends)))
    return BarGroup("Breaks up, share of years", tuple(rows), rate, "~%", BASE_RATE)


def _purpose_bars(study: ClubStudy) -> BarGroup:
    lines = [line for line in study.instruments if not line.does_nothing]
    lines.sort(key=lambda line: -line.joint)
    rows = [
        (line.purpose if line.agrees else f"{line.purpose} ?", Figure(line.joint)) for line in lines
    ]
    return _money_bars("Joint gain", rows)


def _lines(study: ClubStudy) -> str:
    return f"Lines: 90 % intervals over {study.question.draws} draws of disruptions."


def _source(study: ClubStudy, world: World) -> str:
    return (
        f"Source: oreacle, market of {world.base_year} in the year after {world.as_of}, seed "
        f"{study.question.seed}. A model of one year in which nobody answers. Sources of the data: "
        "`oreacle data sources`."
    )
