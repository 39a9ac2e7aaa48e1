"""Indonesia's nickel ban of 2014 in the terminal: model beside what was seen.

Does      Draws the answer and how far it rests on what is uncertain.
Units     Price changes in per cent, ore in Mt gross.
Method    One row for each variant.
Assumes   Seen: annual mean of the LME metal price, over 2013.
Not here  The market: see `oreacle.forecasting.nickel_ban`.
"""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import RenderableType

from oreacle.forecasting.nickel_ban import IMPORTS, STOCK, BanResult, use_of
from oreacle.present.table_view import Cell, Column, TableView
from oreacle.present.terminal import DrawnTable, Page, heading, paragraph


def nickel_text(results: Mapping[str, BanResult]) -> RenderableType:
    """Return the ban to print with a rich console.

    Parameters
    ----------
    results
        By variant, from `oreacle.forecasting.nickel_ban.nickel_ban`; the first is the case.
    """
    case = next(iter(results.values()))
    rows = tuple(
        (
            Cell(name),
            _per_cent(one.first.metal),
            _per_cent(one.first.ore),
            _tonnes(one.first.drawn),
            _tonnes(one.first.philippines),
            _per_cent(one.later.metal),
            _per_cent(one.bare.metal),
        )
        for name, one in results.items()
    )
    view = TableView(
        "Indonesia bans nickel ore, January 2014: price of metal in the year, change in %",
        "Ore: price at the Chinese gate, %. Drawn: ore that Chinese stocks gave up, and what the "
        "Philippines sold to China, Mt gross. Later: the same ban a year on, with what is left. "
        "Bare: without stocks.",
        (
            Column("variant"),
            *(
                Column(name, is_number=True)
                for name in ("metal", "ore", "drawn", "Philippines", "later", "bare")
            ),
        ),
        rows,
    )
    lines = (
        f"metal: model {100 * case.first.metal:+.1f} %, LME annual mean {100 * case.seen:+.1f} %. "
        "The price of metal is compared; it moved for other reasons, too (fear for Russian "
        "supply), and metal stocks are left out.",
        f"ore drawn: model {case.first.drawn:.1f} Mt, the case implies {case.implied:.1f} Mt: "
        f"{use_of(2014):.1f} Mt used less {IMPORTS[2014]:.1f} Mt imported; {STOCK:.0f} Mt were "
        "held at the start.",
        f"a year later the same ban gives {100 * case.later.metal:+.1f} %: less is left to draw.",
    )
    parts = (heading("In short"), *(paragraph(f"- {line}") for line in lines))
    return Page((DrawnTable(view), *parts))


def _per_cent(change: float) -> Cell:
    return Cell(f"{100.0 * change:+.1f}", change)


def _tonnes(amount: float) -> Cell:
    return Cell(f"{amount:.1f}", amount)
