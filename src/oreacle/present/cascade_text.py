"""The cascade of a measure in the terminal, and of two beside each other.

Does      Draws minerals moved, actors exposed, next year's acts and second-round prices.
Units     % in cells, million USD/yr in headings; probabilities in %.
Method    What is compared stands in columns; what each sets off in tables of its own.
Assumes   A probability that moves by less than a twentieth of a point has not moved.
Not here  The numbers: see `oreacle.forecasting.cascade`.
"""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import RenderableType

from oreacle.forecasting.cascade_records import Cascade, NextAct, RoundPrice, SecondRound
from oreacle.market.exposed import ExposedActor
from oreacle.market.policies import Policy
from oreacle.market.policies.catalogue import doers
from oreacle.present import words
from oreacle.present.shock_money_tables import MILLION
from oreacle.present.shock_tables import Names, label, table
from oreacle.present.shock_text import country_labels
from oreacle.present.table_view import Cell, Column, Place, TableView
from oreacle.present.terminal import DrawnTable, Page, heading, paragraph
from oreacle.scenario.sentence import policy_sentence
from oreacle.world.snapshot import World

ROWS = 6
UNMOVED = 5e-4
"""Change of a probability below which it is not listed [1]."""
REST = "--json shows them"
Cascades = Mapping[str, Cascade]
"""Cascades by what they are called."""


def cascade_text(cascades: Cascades, world: World, *, rows: int = ROWS) -> RenderableType:
    """Return cascades to print with a rich console.

    Parameters
    ----------
    cascades
        One or more, by a short name.
    world
        Gives names.
    rows
        Rows of each ranked list.
    """
    names = country_labels(world)
    parts: list[RenderableType] = [heading("Cascade")]
    for name, one in cascades.items():
        said = "; ".join(policy_sentence(policy) for policy in one.policies)
        parts.append(paragraph(f"- {name}: {said}."))
        parts += [paragraph(f"  {line}") for line in _sentences(one, names)]
    parts.append(DrawnTable(_mineral_view(cascades)))
    parts += [
        DrawnTable(_exposed_view(name, one, names, rows), rest=REST)
        for name, one in cascades.items()
    ]
    parts += [DrawnTable(_act_view(name, one, names, rows)) for name, one in cascades.items()]
    parts.append(DrawnTable(_round_view(cascades, names)))
    first = next(iter(cascades.values()))
    parts.append(heading("How far to trust the next round"))
    parts += [paragraph(f"- {line}") for line in first.caveats]
    return Page(tuple(parts))


def _sentences(one: Cascade, names: Names) -> list[str]:
    before, after = one.expected_acts_before, one.expected_acts
    lines = [
        f"Actors expected to take a new export restriction in {one.year}: {before.value:.2f} as "
        f"things are, {after.value:.2f} after this (10 to 90 % of draws {after.low:.2f} to "
        f"{after.high:.2f})."
    ]
    lines += [
        f"Price abroad of {_mineral(found.mineral)}: {_rise(found.first_round.abroad)} at first, "
        f"{_rise(found.expected.abroad)} expected with followers, "
        f"{_rise(found.all_of_them.abroad)} if {_all(found, names)}."
        for found in one.second_rounds
        if found.followers
    ]
    return lines


def _all(found: SecondRound, names: Names) -> str:
    who = " and ".join(_actor(policy, names) for policy in found.followers)
    return f"{who} follow" + ("s" if len(found.followers) == 1 else "")


def _actor(policy: Policy, names: Names) -> str:
    return " or ".join(label(actor, names) for actor in doers(policy))


def _rise(change: float) -> str:
    return words.change(words.known(change))


def _mineral(slug: str) -> str:
    return slug.replace("_", " ")


def _mineral_view(cascades: Cascades) -> TableView:
    found = {name: {m.mineral: m for m in one.minerals} for name, one in cascades.items()}
    slugs = dict.fromkeys(slug for one in found.values() for slug in one)
    hosts = {m.mineral: m.host for one in cascades.values() for m in one.minerals if m.host}
    rows = []
    for slug in slugs:
        cells = [Cell(_mineral(slug)), Cell(_mineral(hosts.get(slug, "")) or "the measure")]
        for one in found.values():
            moved = one.get(slug)
            cells += [
                Cell(words.change(None if moved is None else moved.price_change)),
                Cell(words.change(None if moved is None else moved.world_price_change)),
                Cell(words.percent(None if moved is None else moved.shortage)),
            ]
        rows.append(tuple(cells))
    columns = [Column("Mineral"), Column("Moved by")]
    for name in cascades:
        mark = f"{name}: " if len(cascades) > 1 else ""
        columns += [
            Column(f"{mark}price abroad", True),
            Column(f"{mark}world price", True),
            Column(f"{mark}use lost", True),
        ]
    caption = (
        "Mean delivered price over the base year, abroad of whoever restricts and of the world; "
        "use given up over the world's. By-products follow the output of their hosts."
    )
    return table("Minerals that move", caption, columns, rows)


def _exposed_view(name: str, one: Cascade, names: Names, rows: int) -> TableView:
    columns = (
        Column("Actor"),
        Column("Loss / GDP", True),
        Column("Loss [USD m]", True),
        Column("Most in"),
        Column("Its price there", True),
        Column("Use lost", True),
    )
    caption = "Largest loss of welfare over gross domestic product first; central parameters."
    body = [_exposed_cells(row, names) for row in one.exposed[:rows]]
    left = max(len(one.exposed) - rows, 0)
    return table(f"Who is exposed: {name}", caption, columns, body, left)


def _exposed_cells(row: ExposedActor, names: Names) -> tuple[Cell, ...]:
    return (
        Cell(label(row.actor, names)),
        Cell(words.gdp_share(words.known(row.per_gdp)), row.per_gdp),
        Cell(words.number(row.loss / MILLION), row.loss),
        Cell(_mineral(row.mineral)),
        Cell(words.change(words.known(row.price_change)), row.price_change),
        Cell(words.percent(words.known(row.shortage)), row.shortage),
    )


def _act_view(name: str, one: Cascade, names: Names, rows: int) -> TableView:
    lists = (one.restrictions, one.restricted_minerals, one.agreements)
    moved = [
        act
        for acts in lists
        for act in [a for a in acts if abs(a.change.value) >= UNMOVED][: rows - 2]
    ]
    columns = (
        Column(f"Act in {one.year}"),
        Column("As things are", True),
        Column("After", True),
        Column("Change, 10 to 90 % [points]", True),
        Column("Base rate", True, Place.EXTRA),
        Column("Moved by", place=Place.BELOW),
    )
    caption = (
        "Probability of a new act in the next year, mean over draws of the coefficients; acts "
        "whose probability moves by 0.05 points or more, largest first. All else is as known now."
    )
    return table(f"Next round: {name}", caption, columns, [_act_cells(a, names) for a in moved])


def _act_cells(act: NextAct, names: Names) -> tuple[Cell, ...]:
    subject = f"{label(act.actor, names)} restricts"
    subject += f" {_mineral(act.mineral)}" if act.mineral else ""
    if act.partner:
        subject = f"{label(act.actor, names)} and {label(act.partner, names)} agree"
    low, high = 100.0 * act.change.low, 100.0 * act.change.high
    why = f"{act.words} ({act.log_odds:+.2f} log-odds)" if act.log_odds else act.words
    return (
        Cell(subject),
        Cell(words.percent(act.before), act.before),
        Cell(words.percent(act.after), act.after),
        Cell(f"{100.0 * act.change.value:+.2f} ({low:+.2f} to {high:+.2f})", act.change.value),
        Cell(words.percent(act.base_rate), act.base_rate),
        Cell(why),
    )


def _round_view(cascades: Cascades, names: Names) -> TableView:
    rows = []
    for name, one in cascades.items():
        for found in one.second_rounds:
            start = (
                f"{name}: {_mineral(found.mineral)}"
                if len(cascades) > 1
                else _mineral(found.mineral)
            )
            rows += [
                (Cell(start), Cell(title), *_price_cells(price))
                for title, price in _rounds(found, names)
            ]
    columns = (Column("Mineral"), Column("Round"), Column("Abroad", True), Column("World", True))
    caption = (
        "Delivered price over the base year. Followers are the other suppliers likeliest to "
        "restrict the same mineral next year, each with the commonest measure of the record; in "
        "brackets their chance as things are and after the measure."
    )
    return table("Prices, round by round", caption, columns, rows)


def _rounds(found: SecondRound, names: Names) -> list[tuple[str, RoundPrice]]:
    chances = [
        f"{_actor(policy, names)} ({words.percent(old)}, then {words.percent(new)})"
        for policy, old, new in zip(
            found.followers, found.chances_before, found.chances_after, strict=True
        )
    ]
    rows = [("first: the measure alone", found.first_round)]
    if not chances:
        return [*rows, ("second: nobody else supplies enough to follow", found.first_round)]
    rows.append((f"second: {chances[0]} follows", found.likeliest))
    if len(chances) > 1:
        rows.append((f"second: also {', '.join(chances[1:])}", found.all_of_them))
    rows.append(("expected, with chances as things are", found.expected_before))
    rows.append(("expected, with chances after the measure", found.expected))
    return rows


def _price_cells(price: RoundPrice) -> tuple[Cell, Cell]:
    return Cell(_rise(price.abroad), price.abroad), Cell(_rise(price.world), price.world)
