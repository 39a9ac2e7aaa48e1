"""A calibrated restraint in the terminal.

Does      Says how strong the control may be, which ceiling stops it, and what it earns, costs and
          keeps of the leverage of a ban.
Units     Shares of exports at base prices and rates in %; million USD/yr, in headings.
Method    Sentences first, then ceilings, money and leverage.
Assumes   The ban beside it is on the same exports, with the usual enforcement.
Not here  The numbers: see `oreacle.market.restraint`.
"""

from __future__ import annotations

from rich.console import RenderableType
from rich.text import Text

from oreacle.market.intervals import Figure
from oreacle.market.restraint.calibrate import BOUND, EXCEEDED, Calibrated, Restraint
from oreacle.market.restraint.effects import Effects, effects, leverage_kept
from oreacle.present import words
from oreacle.present.shock_money_tables import MILLION
from oreacle.present.shock_tables import INTERVAL, Names, cells, label, table
from oreacle.present.shock_text import country_labels
from oreacle.present.shock_trust import trust_sentences
from oreacle.present.shock_words import dollars
from oreacle.present.table_view import Cell, Column, TableView
from oreacle.present.terminal import DrawnTable, Page, heading, paragraph
from oreacle.scenario.restraint_sentence import ceiling_sentence, control_sentence
from oreacle.world.snapshot import World

OUTSIDE = "outside"


def restraint_text(restraint: Restraint, world: World) -> RenderableType:
    """Return a restraint to print with a rich console.

    Parameters
    ----------
    restraint
        From `oreacle.market.restraint.calibrate.restrain`.
    world
        Gives names, territories and the data grade of the mineral.
    """
    names = country_labels(world)
    kept = "; ".join(ceiling_sentence(one) for one in restraint.ceilings)
    parts: list[RenderableType] = [
        Text(f"Restraint: {control_sentence(restraint.control)}", style="bold"),
        paragraph(f"Kept: {kept}", "bold"),
        paragraph(_opening(restraint, world), "dim"),
        heading("In short"),
        *(paragraph(f"- {line}") for line in restraint_sentences(restraint, world, names)),
        DrawnTable(_ceiling_view(restraint)),
    ]
    if restraint.central is not None:
        parts += [
            DrawnTable(_money_view(restraint, world, names)),
            DrawnTable(_leverage_view(restraint, world, names)),
        ]
    shown = restraint.advised
    outcome = restraint.ban.outcome if shown is None or shown.outcome is None else shown.outcome
    if outcome is not None:
        policies = [one.policy for one in (restraint.advised,) if one and one.policy]
        parts += [
            heading("How far to trust this"),
            *(paragraph(f"- {line}") for line in trust_sentences(outcome, world, policies)),
        ]
    return Page(tuple(parts))


def _opening(restraint: Restraint, world: World) -> str:
    chain = world.chain(restraint.control.mineral)
    ranges = " In brackets: 90 % intervals." if restraint.draws else ""
    return (
        f"{chain.name}: the strongest control in the market of {world.base_year} under which every "
        f"ceiling holds; a ceiling with a sign is a rise over {world.base_year} as it was. Trade "
        f"data: {chain.grade_words}.{ranges}"
    )


def restraint_sentences(restraint: Restraint, world: World, names: Names) -> tuple[str, ...]:
    """Return the answer, one sentence each."""
    if restraint.status == EXCEEDED:
        over = [
            f"{ceiling_sentence(one)} (it is {_level(level, one.units)})"
            for one, level in zip(restraint.ceilings, restraint.before, strict=True)
            if level > one.under
        ]
        return (f"No strength does: without any control it is not so that {'; '.join(over)}.",)
    lines = [_central_sentence(restraint)]
    if restraint.draws:
        lines.append(_safe_sentence(restraint))
    return (*lines, *_money_sentences(restraint, world, names))


def _central_sentence(restraint: Restraint) -> str:
    central = restraint.central
    if central is None:
        return ""
    if restraint.status != BOUND:
        return (
            f"At the central parameters no strength breaks a ceiling: even "
            f"{strength_words(restraint, central)} stays below."
        )
    ceiling = ceiling_sentence(restraint.ceilings[restraint.binding])
    if central.policy is None:
        return f"At the central parameters no control keeps '{ceiling}', however weak."
    return (
        f"At the central parameters the strongest is {strength_words(restraint, central)}; what "
        f"stops it: {ceiling}."
    )


def _safe_sentence(restraint: Restraint) -> str:
    safe, share = restraint.safe, words.percent(restraint.confidence)
    at_central = words.percent(restraint.held_at_central)
    if safe is None or safe.policy is None:
        return (
            f"No control, however weak, keeps every ceiling in {share} of {restraint.draws} draws "
            f"of the parameters; the central one does in {at_central}."
        )
    if restraint.central is not None and safe.strength == restraint.central.strength:
        return f"It keeps every ceiling in {at_central} of {restraint.draws} draws too: take it."
    return (
        f"In {share} of {restraint.draws} draws of the parameters only "
        f"{strength_words(restraint, safe)} keeps every ceiling: take that one. The central one "
        f"keeps them in {at_central} of draws."
    )


def strength_words(restraint: Restraint, one: Calibrated) -> str:
    """Return how strong a control is, such as "a quota of 92.36 % of exports at base prices"."""
    if restraint.control.kind == "tax":
        return f"a tax of {_percent(one.strength)} of the price"
    return (
        f"a quota of {_percent(1.0 - one.strength)} of exports at base prices "
        f"({_percent(one.strength)} stopped)"
    )


def _percent(share: float) -> str:
    return f"{100.0 * share:.2f} %"


def _money_sentences(restraint: Restraint, world: World, names: Names) -> tuple[str, ...]:
    shown = restraint.advised
    if shown is None or shown.policy is None:
        return ()
    own = effects(shown, restraint, world.territory)
    ban = effects(restraint.ban, restraint, world.territory)
    kept = leverage_kept(own, ban)
    actor = label(restraint.control.actor, names)
    lines = [
        f"It changes the welfare of {actor} by {dollars(own.actor)} a year; a ban on the same "
        f"exports by {dollars(ban.actor)}."
    ]
    for name, loss in own.losses.items():
        who = f"all outside {actor}" if name == OUTSIDE else label(name, names)
        share = "" if kept[name] != kept[name] else f": {_share(kept[name])} of it is kept"
        lines.append(
            f"Loss of {who}: {dollars(loss)} a year, under the ban "
            f"{dollars(ban.losses[name])}{share}."
        )
    return tuple(lines)


def _share(share: float) -> str:
    return f"{100.0 * share:.3g} %"


def _level(level: float, units: str) -> str:
    return words.change(level) if units == "1" else f"{words.number(level)} {units}"


def _ceiling_view(restraint: Restraint) -> TableView:
    shown = {"Without": restraint.before}
    if restraint.central is not None:
        shown["Central control"] = restraint.central.levels
    if restraint.safe is not None:
        shown["Safe control"] = restraint.safe.levels
    shown["Ban"] = restraint.ban.levels
    rows = [
        (
            Cell(ceiling_sentence(one) + (" (binds)" if k == restraint.binding else "")),
            *(Cell(_level(levels[k], one.units), levels[k]) for levels in shown.values()),
        )
        for k, one in enumerate(restraint.ceilings)
    ]
    columns = (Column("Ceiling"), *(Column(name, True) for name in shown))
    caption = "Level of each ceiling at the central parameters."
    return table("Ceilings", caption, columns, rows)


def _money_view(restraint: Restraint, world: World, names: Names) -> TableView:
    found = _shown_effects(restraint, world)
    actor = label(restraint.control.actor, names)
    kinds = (
        (f"export tax to {actor}", [one.tax for one in found.values()]),
        (f"rents of held links, arising in {actor}", [one.rents for one in found.values()]),
        (f"welfare of {actor}, all in", [one.actor for one in found.values()]),
    )
    rows = [_row(title, figures) for title, figures in kinds]
    caption = (
        "Changes against the base year. Taxes that were there before count. Rents go to "
        "whoever holds the licences; welfare counts users, profits of what the actor owns, its "
        "state and its rents."
    )
    return table(f"What {actor} earns", caption, _columns("Kind [USD m]", found), rows)


def _leverage_view(restraint: Restraint, world: World, names: Names) -> TableView:
    found = _shown_effects(restraint, world)
    actor = label(restraint.control.actor, names)
    kept = leverage_kept(next(iter(found.values())), found["Ban"])
    rows = [
        (
            *_row(
                f"all outside {actor}" if name == OUTSIDE else label(name, names),
                [one.losses[name] for one in found.values()],
            ),
            Cell(_share(kept[name]) if kept[name] == kept[name] else words.NOT_KNOWN, kept[name]),
        )
        for name in found["Ban"].losses
    ]
    first = next(iter(found)).lower()
    caption = (
        "Loss of welfare, profits with their owners; negative: a gain. Kept: loss under the "
        f"{first} over that under the ban."
    )
    columns = (*_columns("Loss of [USD m]", found), Column("Leverage kept", True))
    return table("Leverage kept", caption, columns, rows)


def _shown_effects(restraint: Restraint, world: World) -> dict[str, Effects]:
    shown = {"Safe control": restraint.safe, "Central control": restraint.central}
    found = {
        name: effects(one, restraint, world.territory)
        for name, one in shown.items()
        if one is not None
    }
    return {**found, "Ban": effects(restraint.ban, restraint, world.territory)}


def _columns(first: str, found: dict[str, Effects]) -> tuple[Column, ...]:
    pairs = [(Column(name, True), Column(INTERVAL, True)) for name in found]
    return (Column(first), *(column for pair in pairs for column in pair))


def _row(title: str, figures: list[Figure]) -> tuple[Cell, ...]:
    pairs = [cells(one, words.signed, MILLION) for one in figures]
    return (Cell(title), *(cell for pair in pairs for cell in pair))
