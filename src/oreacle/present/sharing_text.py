"""A shortage divided by a rule, in the terminal.

Does      Draws what members and their sectors need, get by the market and get by the rule.
Units     t/yr, million USD/yr.
Method    One row for each claim; losses beside those of the market's own division.
Assumes   The table of `oreacle.market.stress.sharing`.
Not here  The division: see `oreacle.market.stress.sharing`.
"""

from __future__ import annotations

import math

from rich.console import RenderableType

from oreacle.market.outcome import Outcome
from oreacle.market.stress.sharing import Sharing
from oreacle.market.stress.supplier import Priority
from oreacle.present.table_view import Cell, Column, TableView
from oreacle.present.terminal import DrawnTable, Page, heading, paragraph
from oreacle.present.words import tonnes
from oreacle.world.territory import Territory

MILLION = 1e6
SAME = 1e-6
"""Cost over the value lost at or below which a rule is the market's own [1]: solver noise."""


def sharing_text(shared: Sharing, name: str) -> RenderableType:
    """Return a division to print with a rich console.

    Parameters
    ----------
    shared
        From `oreacle.market.stress.sharing.share_shortage`.
    name
        English name of the mineral.
    """
    table = shared.table
    rows = tuple(
        (
            Cell(member),
            Cell(group.replace("_", " ")),
            *(
                _amount(float(table[column].sel(member=member, group=group)), 1.0)
                for column in ("need", "market", "received")
            ),
            *(
                _amount(float(table[column].sel(member=member, group=group)), MILLION)
                for column in ("value_lost_market", "value_lost")
            ),
        )
        for member in shared.members
        for group in shared.groups
    )
    view = TableView(
        f"{name}, divided: {shared.rule}",
        "Need: use at base prices. Market: what price gives each. Rule: what the rule gives of the "
        "same tonnes. Lost: value of the use that is lost [M USD/yr].",
        (
            Column("Member"),
            Column("Sectors"),
            *(Column(n, is_number=True) for n in ("Need [t]", "Market [t]", "Rule [t]")),
            *(Column(n, is_number=True) for n in ("Lost, market", "Lost, rule")),
        ),
        rows,
    )
    lines = (paragraph(f"- {line}") for line in sharing_sentences(shared))
    return Page((DrawnTable(view), heading("In short"), *lines))


def sharing_sentences(shared: Sharing) -> list[str]:
    """Return what the rule changes, in words."""
    table = shared.table
    moved = table["received"].sum("group") - table["market"].sum("group")
    short = float(table["need"].sum() - table["received"].sum())
    lines = [
        f"{tonnes(short)} of {tonnes(float(table['need'].sum()))} are missing; no rule makes more "
        "of it."
    ]
    for member in shared.members:
        change = float(moved.sel(member=member))
        if abs(change) > 1e-6 * float(table["need"].sel(member=member).sum()):
            verb = "gets" if change > 0 else "gives up"
            lines.append(f"{member} {verb} {tonnes(abs(change))} against the market's division.")
    lines.append(_cost_sentence(shared))
    if not math.isnan(shared.log_price):
        lines.append(f"One price in the club: {100 * math.expm1(shared.log_price):+.0f} %.")
    return lines


def _cost_sentence(shared: Sharing) -> str:
    """Return what the rule costs against the market's own division."""
    lost = float(shared.table["value_lost_market"].sum())
    if abs(shared.cost) <= SAME * lost:
        return "That is the market's own division, and no value is lost beyond it."
    verdict = "loses" if shared.cost > 0 else "saves"
    return (
        f"The rule {verdict} {abs(shared.cost) / MILLION:,.3g} million USD a year of value against "
        "the market's division of the same tonnes; what a sector would pay measures value, not "
        "need."
    )


def priority_text(found: Priority, territory: Territory) -> RenderableType:
    """Return a supplier's priority to print with a rich console."""
    allies, others = ", ".join(found.allies), ", ".join(found.others)
    lines = [
        f"{found.supplier} serves {allies} first: it sold them {tonnes(found.before)} before, "
        f"{tonnes(found.without)} under the shock, and {tonnes(found.with_priority)} when exports "
        f"to {others} are held to {100 * found.allowed:.0f} % of base."
    ]
    if not found.is_restored:
        lines.append("Even with nothing for the others the allies are short of what they had.")
    for name, group in (("Allies", found.allies), ("Others", found.others)):
        plain, now = (mean_price(one, group, territory) for one in (found.plain, found.outcome))
        if not math.isnan(plain):
            lines.append(
                f"{name}: delivered price {100 * plain:+.0f} % without the priority, "
                f"{100 * now:+.0f} % with it."
            )
    return Page((heading("Allies first, by the supplier"), *(paragraph(f"- {x}") for x in lines)))


def mean_price(outcome: Outcome, group: tuple[str, ...], territory: Territory) -> float:
    """Return the mean change of delivered prices of actors, by use at base prices [1]."""
    change = outcome.prices["delivered_change"].dropna("country")
    used = outcome.quantities["used"] - outcome.quantities["used_change"]
    names = [c for c in change["country"].values if territory.actor_of[str(c)] in group]
    if not names:
        return math.nan
    weight = used.sel(country=names)
    return float((change.sel(country=names) * weight).sum() / weight.sum())


def _amount(value: float, scale: float) -> Cell:
    return Cell(f"{value / scale:,.4g}", value)
