"""Leverage in the terminal: who can hurt whom, at what own cost, and what blunts it.

Does      Draws the power of one actor, the ranking of all, and joint threats.
Units     Million USD/yr, months and percentages, in headings.
Method    Sentences first, then tables with the largest losses first.
Assumes   Facts are those of `oreacle.present.power_facts`.
Not here  The numbers behind it: see `oreacle.market.leverage`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr
from rich.console import ConsoleRenderable, RenderableType, RichCast
from rich.text import Text

from oreacle.core.labels import REST_OF_WORLD
from oreacle.market.leverage.joint import JointThreat, SmallestSet
from oreacle.present import words
from oreacle.present.power_facts import ActorFacts, ThreatFact
from oreacle.present.power_words import (
    Names,
    basis_words,
    caveats,
    label,
    millions,
    months,
    story,
    times,
)
from oreacle.present.shock_tables import INTERVAL, cells, table
from oreacle.present.table_view import Cell, Column, Place, TableView
from oreacle.present.terminal import DrawnTable, Page, heading, paragraph
from oreacle.world.snapshot import World

MILLION = 1e6


def actor_text(facts: ActorFacts, world: World, names: Names) -> RenderableType:
    """Return the power of one actor to print with a rich console."""
    who = label(facts.actor, names)
    parts: list[RenderableType] = [
        Text(f"Power of {who}, {facts.year}", style="bold"),
        paragraph(basis_words(facts.by), "dim"),
        heading("In short"),
        *(paragraph(f"- {line}") for line in story(facts, names)),
        DrawnTable(threat_view(facts.threats, names, f"Whom {who} can hurt", "target")),
        DrawnTable(threat_view(facts.dangers, names, f"Who can hurt {who}", "actor")),
        DrawnTable(partner_view(facts, names)),
        heading("How far to trust this"),
        *(paragraph(f"- {line}") for line in caveats(facts, world)),
    ]
    return Page(tuple(parts))


def threat_view(threats: Sequence[ThreatFact], names: Names, title: str, other: str) -> TableView:
    """Return threats, the largest loss first.

    Parameters
    ----------
    other
        ``target`` or ``actor``: whose name each row shows.
    """
    columns = (
        Column("Mineral"),
        Column("Actor"),
        Column("Loss [M USD/yr]", True),
        Column(INTERVAL, True),
        Column("of GDP", True, Place.EXTRA),
        Column("Own cost [M USD/yr]", True),
        Column("Loss / cost", True),
        Column("Left", True),
        Column("Price", True),
        Column("Stocks [months]", True),
        Column("Replaced", True, Place.EXTRA),
    )
    caption = (
        "Loss of the one who is cut off, and cost of the threat to its maker, in welfare; a "
        "negative cost is a gain. Left: loss over what it would be if the measure followed the "
        "tonnes through third countries. Price: delivered price where the cut hits. Stocks: "
        "months of its use that known stocks cover. Replaced: share of the cut tonnes that others "
        "bring."
    )
    return table(title, caption, columns, [_threat_row(one, names, other) for one in threats])


def _threat_row(one: ThreatFact, names: Names, other: str) -> tuple[Cell, ...]:
    name = words.short_name(one.name) + (" (C)" if "C" in one.grade else "")
    replaced = one.replaced / one.cut if one.cut > 0.0 else np.nan
    return (
        Cell(name),
        Cell(label(getattr(one, other), names)),
        *cells(one.loss, words.number, MILLION),
        Cell(words.gdp_share(one.loss_share), one.loss_share),
        Cell(millions(one.own_cost.value), one.own_cost.value),
        Cell(times(one.ratio), one.ratio),
        Cell(words.percent(one.left), one.left),
        Cell(words.change(one.price_rise.value), one.price_rise.value),
        Cell(months(one.stock_months), one.stock_months),
        Cell(words.percent(replaced), replaced),
    )


def partner_view(facts: ActorFacts, names: Names) -> TableView:
    """Return what two actors can do to each other over all minerals."""
    columns = (
        Column("With"),
        Column("Can do [M USD/yr]", True),
        Column("Can suffer [M USD/yr]", True),
        Column("Net [M USD/yr]", True),
        Column("Mutual [M USD/yr]", True),
    )
    rows = [
        (
            Cell(label(one.other, names)),
            *(Cell(millions(value), value) for value in (one.loss, one.back, one.net, one.mutual)),
        )
        for one in facts.partners
    ]
    caption = (
        "Sums over minerals, each cut alone. Mutual is the smaller of what two can do to each "
        "other."
    )
    return table("Between two", caption, columns, rows)


def ranking_text(
    powers: xr.Dataset, best: dict[str, str], names: Names, header: tuple[str, str], rows: int
) -> RenderableType:
    """Return the ranking of actors.

    Parameters
    ----------
    powers
        As from `oreacle.market.leverage.power.power`.
    best
        Sharpest threat of each actor in words.
    header
        Title, and what the numbers rest on.
    rows
        Actors to show.
    """
    columns = (
        Column("Actor"),
        Column("Can do [M USD/yr]", True),
        Column("At risk [M USD/yr]", True, Place.EXTRA),
        Column("First in", True),
        Column("Can suffer [M USD/yr]", True),
        Column("of GDP", True),
        Column("Hands", True),
        Column("Influence", True),
        Column("Sharpest threat"),
    )
    caption = (
        "Can do: what the actor can make all others lose, one threat at a time. At risk: their "
        "value added that hangs on the use they would lose. First in: minerals in which nobody can "
        "do more. Hands: concentration of those who can hurt it (1 is one supplier). Influence: "
        "share of what all can do over share of the value mined and refined."
    )
    order = np.argsort(-powers["outgoing"].to_numpy(), kind="stable")
    keep = [k for k in order if str(powers["actor"].values[k]) != REST_OF_WORLD]
    body = [_ranking_row(powers.isel(actor=k), best, names) for k in keep[:rows]]
    view = table("Actors by what they can do", caption, columns, body, len(keep) - len(body))
    parts: list[ConsoleRenderable | RichCast | str] = [
        Text(header[0], style="bold"),
        paragraph(header[1], "dim"),
        DrawnTable(view, rest="--top shows more, --json all"),
    ]
    return Page(tuple(parts))


def _ranking_row(row: xr.Dataset, best: dict[str, str], names: Names) -> tuple[Cell, ...]:
    code = str(row["actor"].values)
    value = {name: float(row[name]) for name in row.data_vars}
    return (
        Cell(label(code, names)),
        Cell(millions(value["outgoing"]), value["outgoing"]),
        Cell(millions(value["at_risk"]), value["at_risk"]),
        Cell(f"{value['first']:.0f}", value["first"]),
        Cell(millions(value["incoming"]), value["incoming"]),
        Cell(words.gdp_share(value["incoming_share"]), value["incoming_share"]),
        Cell(words.number(value["hands"]), value["hands"]),
        Cell(words.number(value["influence"]), value["influence"]),
        Cell(best.get(code, "")),
    )


def joint_text(
    threats: Sequence[JointThreat],
    smallest: SmallestSet | None,
    world: World,
    names: Names,
    rows: int,
) -> RenderableType:
    """Return joint threats of the same suppliers on one target, by mineral."""
    first = threats[0]
    who = " and ".join(label(code, names) for code in first.suppliers)
    order = sorted(threats, key=lambda one: -np.nan_to_num(one.loss))
    shown = [one for one in order if one.loss > 0.0][:rows]
    single = [Column(f"{label(code, names)} alone [M USD/yr]", True) for code in first.suppliers]
    columns = (
        Column("Mineral"),
        Column("Together [M USD/yr]", True),
        *single,
        Column("Added [M USD/yr]", True),
        Column("Price", True),
    )
    body = [
        (
            Cell(words.short_name(world.chain(one.mineral).name)),
            Cell(millions(one.loss), one.loss),
            *(Cell(millions(value), value) for value in one.single),
            Cell(millions(one.added), one.added),
            Cell(words.change(one.price_rise), one.price_rise),
        )
        for one in shown
    ]
    caption = (
        "Loss of the target. Added: what acting together adds to the sum of single threats, since "
        "neither makes up for the other; below zero where the threats overlap."
    )
    view = table(f"{who} against {label(first.target, names)}", caption, columns, body)
    total = sum(one.loss for one in threats if not np.isnan(one.loss))
    added = sum(one.added for one in threats if not np.isnan(one.added))
    failed = sum(one.failed for one in threats)
    lines = [
        f"Together they can cost {label(first.target, names)} {words.dollars(total)} a year over "
        f"{len(shown)} minerals; {words.dollars(added)} of it because they act together.",
        f"{failed} cases did not clear." if failed else "Every case cleared to its certificate.",
    ]
    if smallest is not None:
        lines.append(_smallest_words(smallest, names))
    parts: list[ConsoleRenderable | RichCast | str] = [
        Text(f"Joint threat, {world.base_year}", style="bold"),
        *(paragraph(f"- {line}") for line in lines),
        DrawnTable(view),
    ]
    return Page(tuple(parts))


def smallest_text(found: SmallestSet, names: Names) -> RenderableType:
    """Return the smallest set of suppliers above a loss."""
    return paragraph(_smallest_words(found, names))


def _smallest_words(found: SmallestSet, names: Names) -> str:
    if not found.suppliers:
        return (
            f"Even all suppliers together cost it no more than {words.dollars(found.loss)} a year."
        )
    who = " and ".join(label(code, names) for code in found.suppliers)
    sure = "" if found.is_exact else " (a smaller set was not ruled out)"
    return f"The smallest set above that loss: {who}, {words.dollars(found.loss)} a year{sure}."
