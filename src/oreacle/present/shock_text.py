"""A what-if in the terminal: who pays, who gains, what moves.

Does      Draws prices, flows, ways round, shortage and money of one outcome, its data grade,
          what its intervals rest on, and its certificate.
Units     USD/t, t/yr (or kt, Mt) and million USD/yr, in headings.
Method    Sentences first, then tables with the largest changes first.
Assumes   Facts are those of `oreacle.present.shock_facts`.
Not here  The numbers behind it: see `oreacle.present.shock_facts`.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import RenderableType
from rich.text import Text

from oreacle.data.codes import BLOC_NAMES
from oreacle.market.by_products import Markets
from oreacle.market.outcome import Outcome
from oreacle.market.policies import Policy
from oreacle.present import words
from oreacle.present.by_product_view import by_product_view
from oreacle.present.shock_facts import ShockFacts, shock_facts
from oreacle.present.shock_money_tables import kind_view, risk_view, welfare_view
from oreacle.present.shock_tables import (
    Names,
    flow_view,
    label,
    price_view,
    route_view,
    shortage_view,
    user_view,
    who,
)
from oreacle.present.shock_trust import trust_sentences
from oreacle.present.shock_words import dollars, gdp_share, tonnes, with_span
from oreacle.present.stock_view import stock_view
from oreacle.present.terminal import DrawnTable, Page, heading, paragraph
from oreacle.world.chain import Chain
from oreacle.world.snapshot import World

ROWS = 6
IDLE = 1e-9
"""Change of a mean price below which nothing has moved [1]."""
MAIN_STAGES = ("refined", "delivered")
"""Stages whose price outside is set against that inside in the summary, the first known."""


def shock_text(
    outcome: Outcome,
    sentence: str,
    *,
    world: World,
    policies: Sequence[Policy] = (),
    rows: int = ROWS,
) -> RenderableType:
    """Return a what-if to print with a rich console.

    Parameters
    ----------
    outcome
        The cleared market with the policies, from `oreacle.market.clear`.
    sentence
        The question in the user's words or rebuilt from flags; shown as it is.
    world
        Gives names, territories, the unit and the data grade of the mineral.
    policies
        What was done; decides who is inside.
    rows
        Rows of each ranked list.
    """
    chain = world.chain(outcome.mineral)
    facts = shock_facts(outcome, world.territory, policies)
    names = country_labels(world)
    views = (
        price_view(facts, names),
        user_view(facts, names, rows),
        flow_view(facts, names, rows),
        route_view(facts, names, rows),
        shortage_view(facts, names, rows),
        stock_view(outcome, world, names, rows),
        kind_view(facts),
        welfare_view(facts, names, rows),
        risk_view(facts, names, rows),
    )
    parts: list[RenderableType] = [
        Text(f"What if: {sentence}", style="bold"),
        paragraph(_opening(world, chain, facts), "dim"),
        heading("In short"),
        *(paragraph(f"- {line}") for line in shock_sentences(facts, names)),
        *(DrawnTable(view, rest="--json shows them") for view in views),
        heading("How far to trust this"),
        *(paragraph(f"- {line}") for line in trust_sentences(outcome, world, policies)),
    ]
    return Page(tuple(parts))


def by_product_text(markets: Markets, world: World) -> RenderableType:
    """Return the by-products that follow a what-if, to print with a rich console."""
    view = by_product_view(markets, world, country_labels(world))
    if not view.rows:
        return paragraph("By-products: none changes by 0.05 % of world capacity or more.", "dim")
    return Page((DrawnTable(view, rest="--json shows them"),))


def country_labels(world: World) -> dict[str, str]:
    """Return English names of countries and actors by code."""
    table = world.countries
    names = dict(zip(table["country"].astype(str), table["name"].astype(str), strict=True))
    return {**names, **BLOC_NAMES}


def _opening(world: World, chain: Chain, facts: ShockFacts) -> str:
    units = dict(zip(world.minerals["mineral"], world.minerals["unit"], strict=True))
    unit = str(units.get(chain.mineral, "t"))
    ranges = " In brackets: 90 % intervals." if facts.draws else ""
    return (
        f"{chain.name}: the market of {world.base_year} cleared again with this in force, against "
        f"{world.base_year} as it was. Tonnes are {unit}; prices are USD per such tonne. Trade "
        f"data: {chain.grade_words}.{ranges}"
    )


def shock_sentences(facts: ShockFacts, names: Names) -> tuple[str, ...]:
    """Return what happened, one sentence each."""
    return (
        *_idle_sentence(facts),
        _price_sentence(facts, names),
        *_gap_sentence(facts, names),
        _shortage_sentence(facts),
        *_leak_sentence(facts),
        _welfare_sentence(facts, names),
        *_risk_sentence(facts, names),
    )


def _idle_sentence(facts: ShockFacts) -> tuple[str, ...]:
    """Return that nothing moves, where nothing does: a measure that does not bind."""
    moves = [abs(fact.change.value) for fact in facts.means if fact.change is not None]
    if max(moves, default=0.0) > IDLE:
        return ()
    return ("Nothing changes: what is asked does not bind in the base year.",)


def _price_sentence(facts: ShockFacts, names: Names) -> str:
    mean = {(fact.place, fact.stage): fact.change for fact in facts.means}
    price = f"Users' delivered price: {with_span(mean['world', 'delivered'], words.change)}"
    price += " in the world"
    if ("outside", "delivered") in mean:
        outside = with_span(mean["outside", "delivered"], words.change)
        inside = mean["inside", "delivered"]
        within = "no users" if inside is None else with_span(inside, words.change)
        price += f", {outside} outside and {within} inside {who(facts, names)}"
    return f"{price}."


def _gap_sentence(facts: ShockFacts, names: Names) -> tuple[str, ...]:
    """Return how far prices inside and outside part, where both are known."""
    for stage in MAIN_STAGES:
        if stage in facts.gaps:
            what = "The refined product" if stage == "refined" else "Delivered to users, it"
            times = with_span(facts.gaps[stage], words.ratio)
            return (f"{what} costs {times} times as much outside {who(facts, names)} as inside.",)
    return ()


def _shortage_sentence(facts: ShockFacts) -> str:
    lost = facts.world_shortage
    return (
        f"Shortage: {tonnes(lost.total)}, {with_span(lost.share, words.percent)} of world use; "
        f"{tonnes(lost.priced_out)} priced out and {tonnes(lost.unserved)} unserved."
    )


def _leak_sentence(facts: ShockFacts) -> tuple[str, ...]:
    leak = facts.leak
    if leak is None:
        return ()
    return (
        f"Going round: where direct flow falls by {tonnes(leak.lost)}, third countries pass on "
        f"{tonnes(leak.around)} more, {with_span(leak.share, words.percent)} of it.",
    )


def _welfare_sentence(facts: ShockFacts, names: Names) -> str:
    money = facts.money
    parts = [f"Welfare: the world {dollars(money.world)} a year"]
    losers = [fact for fact in money.actors if fact.located.value < 0]
    gainers = [fact for fact in money.actors if fact.located.value > 0]
    if losers:
        parts.append(f"losers {dollars(money.losers)}, most {label(losers[0].actor, names)}")
    if gainers:
        parts.append(f"gainers {dollars(money.gainers)}, most {label(gainers[-1].actor, names)}")
    return f"{'; '.join(parts)}."


def _risk_sentence(facts: ShockFacts, names: Names) -> tuple[str, ...]:
    money = facts.money
    if not money.at_risk:
        return ()
    first = money.at_risk[0]
    share = "" if first.share is None else f", {with_span(first.share, gdp_share)} of its own"
    return (
        f"GDP at risk, beside welfare: {dollars(money.world_at_risk)} a year, most in "
        f"{label(first.country, names)} ({dollars(first.value)}{share}).",
    )
