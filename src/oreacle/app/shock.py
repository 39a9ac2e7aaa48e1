"""The command `shock`: a what-if on the market of the base year.

Does      Reads a sentence, or flags that say the same, clears each market it touches, shows it.
Units     As in `oreacle.market.outcome`.
Method    Flags are written as a sentence and read like one: one grammar, one set of errors.
Assumes   All clauses hold at once.
Not here  The clearing: see `oreacle.market.clear`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from oreacle.app.cascade import AsCascade, cascade_record, cascades_of, show_cascades
from oreacle.app.faults import InputError
from oreacle.app.options import AsJson, Data
from oreacle.app.output import show, write_json
from oreacle.app.shock_save import Save, check_save, save_shock

if TYPE_CHECKING:
    from oreacle.app.shock_share import Asked
    from oreacle.forecasting.cascade_records import Cascade
    from oreacle.market.by_products import Markets
    from oreacle.market.outcome import Outcome
    from oreacle.market.policies import Policy
    from oreacle.world.snapshot import World

    Cases = Sequence[tuple[tuple[Policy, ...], Outcome]]

DRAWS = 200
"""Draws behind the intervals of a what-if: the ends of an interval then vary by a few per cent of
its width between seeds (`docs/market.md`)."""
WHAT_IF = "what-if"
"""What the cascade of the command is called."""
ENFORCEMENT_WORD = "enforcement"
"""A sentence with this word states enforcement: it is not drawn."""


def shock(
    sentence: Annotated[
        list[str] | None,
        typer.Argument(help='Such as "CHN bans exports of gallium to USA"; several hold at once.'),
    ] = None,
    *,
    actor: Annotated[str | None, typer.Option(help="Who acts, or where it happens.")] = None,
    mineral: Annotated[str | None, typer.Option(help='Such as gallium, or "nickel ore".')] = None,
    to: Annotated[str | None, typer.Option(help="Targets, such as USA,JPN.")] = None,
    ban: Annotated[bool, typer.Option("--ban", help="Exports are banned.")] = False,
    tax: Annotated[str | None, typer.Option(help='Tax on exports, such as "25 %".')] = None,
    limit: Annotated[str | None, typer.Option(help='Quota, such as "60 %" of exports.')] = None,
    license_cost: Annotated[
        str | None, typer.Option("--license", help='Cost of licensing, such as "15 %".')
    ] = None,
    loss: Annotated[str | None, typer.Option(help='Loss of capacity, such as "30 %".')] = None,
    stage: Annotated[str, typer.Option(help="Where capacity is lost: mined or refined.")] = "mined",
    draws: Annotated[
        int, typer.Option("--draws", help="Draws of the parameters behind intervals; 0 for none.")
    ] = DRAWS,
    seed: Annotated[int, typer.Option(help="Root seed of the draws.")] = 0,
    cascade: AsCascade = False,
    share: Annotated[
        str | None, typer.Option(help='Divide the shortage: "defence first", "pro rata", ...')
    ] = None,
    club: Annotated[
        str | None, typer.Option(help="With --share: who divides it, such as USA,JPN,EU.")
    ] = None,
    allies: Annotated[
        str | None, typer.Option(help='With "allies first": who comes first.')
    ] = None,
    supplier: Annotated[
        str | None, typer.Option(help='With "allies first": who serves allies first.')
    ] = None,
    month: Annotated[
        bool, typer.Option("--month", help="Show the first twelve months of one export measure.")
    ] = False,
    announced: Annotated[
        str | None, typer.Option(help="With --month: day of the announcement.")
    ] = None,
    in_force: Annotated[
        str | None, typer.Option("--in-force", help="With --month: day it takes effect.")
    ] = None,
    expected: Annotated[
        float, typer.Option(help="With --month: probability it had before, 0 to 1.")
    ] = 0.0,
    save: Save = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Show what a measure or an outage would do to the market now.

    Example: oreacle shock "CHN bans exports of gallium to USA"

    The same as flags: oreacle shock --actor CHN --ban --mineral gallium --to USA

    Others: "CHN taxes exports of tungsten by 25 %"; "COD loses 30 % of mined cobalt";
    "IDN requires 60 % of nickel ore processed at home"; "EU bans imports of titanium from RUS";
    "USA sanctions RUS palladium"; "JPN releases 200 t of gallium"; several joined by ";".
    "Malacca closed for 6 months" is about all minerals: --mineral then shows one of them.
    All forms: oreacle explain ORE-SCN-021

    Numbers in brackets are 90 % intervals over draws of the parameters, and of the enforcement of
    bans where the sentence does not give it.
    """
    from oreacle.app.data_records import require_tables
    from oreacle.app.shock_month import Months, show_months
    from oreacle.app.shock_routes import is_summary, on_mineral, show_summary
    from oreacle.app.shock_share import Asked
    from oreacle.scenario.names import name_book
    from oreacle.scenario.sentence import parse_sentence
    from oreacle.world.load import load_world

    asked = Asked(share, club, allies, supplier)
    forms = _forms(ban=ban, tax=tax, limit=limit, license_cost=license_cost, loss=loss)
    flags = [value for value in (actor, mineral, to, *forms) if value is not None]
    chosen = mineral if sentence and flags == [mineral] else None
    text = _one_way("; ".join(sentence) if sentence else None, flags if chosen is None else [])
    if text is None:
        text = _written(actor, mineral, to, forms, stage)
    if not month and (announced or in_force or expected):
        raise _refused(
            "--announced, --in-force or --expected is given without --month",
            "a year knows no days: it would change nothing.",
        )
    check_save(save)
    require_tables(data)
    world = load_world(data)
    names = name_book(world)
    policies = parse_sentence(text, names)
    if chosen is not None:
        policies = on_mineral(policies, names.mineral(chosen))
    is_page = chosen is None and is_summary(policies)
    _refuse_idle(month=month, is_page=is_page, shares=share is not None, cascades=cascade)
    if month:
        months = Months(announced, in_force, expected, save)
        show_months(world, policies, months, data=data, as_json=as_json)
    elif is_page:
        show_summary(world, policies, text, save=save, as_json=as_json)
    else:
        question = _Question(text, policies, draws, seed, asked, cascade, save, data)
        _answer(world, question, as_json=as_json)


def _refuse_idle(*, month: bool, is_page: bool, shares: bool, cascades: bool) -> None:
    """Refuse options that the months, or the summary of many minerals, would take no notice of."""
    idle = [name for name, is_set in (("--share", shares), ("--cascade", cascades)) if is_set]
    if idle and (month or is_page):
        shown = "--month" if month else "a closure of many minerals at once"
        raise InputError(
            "ORE-APP-001",
            f"{' and '.join(idle)} cannot go with {shown}.",
            why="it would change nothing.",
            fix="ask without it, or about one mineral with --mineral.",
        )


@dataclass(frozen=True)
class _Question:
    """What is asked of the markets of some policies."""

    text: str
    policies: tuple[Policy, ...]
    draws: int
    seed: int
    asked: Asked
    cascade: bool
    save: Path | None
    data: Path | None


def _answer(world: World, question: _Question, *, as_json: bool) -> None:
    """Clear each market asked about, and show or record it with all that was asked."""
    from oreacle.app.outcomes import asked_outcomes
    from oreacle.market.by_products import clear_all

    policies = question.policies
    is_said = ENFORCEMENT_WORD in question.text.casefold()
    markets = clear_all(world, policies, draws=question.draws, seed=question.seed, fixed=is_said)
    cases = asked_outcomes(markets, policies)
    followed = {}
    if question.cascade:
        followed = cascades_of({WHAT_IF: (markets, policies)}, question.data)
    save_shock(question.save, cases, world)
    if as_json:
        _record(world, question, markets, cases, followed)
    else:
        _show(world, question, markets, cases)
        if followed:
            show_cascades(followed, world)


def _record(
    world: World,
    question: _Question,
    markets: Markets,
    cases: Cases,
    followed: Mapping[str, Cascade],
) -> None:
    from oreacle.app.outcomes import by_product_records, outcome_record
    from oreacle.app.shock_share import shared_records

    record: dict[str, Any] = {
        "sentence": question.text,
        "draws": question.draws,
        "seed": question.seed,
        "markets": [outcome_record(*case, world) for case in cases],
        "by_products": by_product_records(markets, question.policies, world),
    }
    if question.asked.rule is not None:
        record["shared"] = shared_records(world, cases, question.asked)
    if followed:
        record["cascade"] = cascade_record(followed[WHAT_IF])
    write_json(record)


def _show(world: World, question: _Question, markets: Markets, cases: Cases) -> None:
    from oreacle.app.shock_routes import show_pairs
    from oreacle.app.shock_share import show_shared
    from oreacle.present.shock_text import by_product_text, shock_text
    from oreacle.scenario.sentence import policy_sentence

    for own, outcome in cases:
        understood = "; ".join(policy_sentence(policy) for policy in own)
        show(shock_text(outcome, understood, world=world, policies=own))
        show_pairs(world, own, [outcome])
    show_shared(world, cases, question.asked)
    if markets.host_effects:
        show(by_product_text(markets, world))


def _forms(
    *, ban: bool, tax: str | None, limit: str | None, license_cost: str | None, loss: str | None
) -> list[str]:
    """Return the flags that name an instrument as templates of the sentence."""
    found = ["{actor} bans exports of {mineral}{to}"] if ban else []
    if tax is not None:
        found.append("{actor} taxes exports of {mineral}{to} by " + _value(tax))
    if limit is not None:
        found.append("{actor} limits exports of {mineral}{to} to " + _value(limit))
    if license_cost is not None:
        found.append("{actor} licenses exports of {mineral}{to} at " + _value(license_cost))
    if loss is not None:
        found.append("{actor} loses " + _value(loss) + " of {stage} {mineral}{to}")
    return found


def _value(text: str) -> str:
    return text.replace("{", " ").replace("}", " ")


def _one_way(sentence: str | None, flags: Sequence[str]) -> str | None:
    if sentence is not None and flags:
        raise _refused("a sentence and flags are given", "which of them is meant is not clear.")
    if sentence is None and not flags:
        raise _refused("nothing is asked", "there is no measure or outage to put in force.")
    return sentence


def _written(
    actor: str | None, mineral: str | None, to: str | None, forms: Sequence[str], stage: str
) -> str:
    """Return the sentence that the flags say."""
    missing = [
        name for name, value in (("--actor", actor), ("--mineral", mineral)) if value is None
    ]
    if missing:
        raise _refused(f"{' and '.join(missing)} is missing", "who does what is not known.")
    if len(forms) != 1:
        raise _refused(
            f"{len(forms)} of --ban, --tax, --limit, --license and --loss are given",
            "flags state one measure.",
        )
    targets = "" if to is None else f" to {to}"
    return forms[0].format(actor=actor, mineral=mineral, to=targets, stage=stage)


def _refused(what: str, why: str) -> InputError:
    return InputError(
        "ORE-APP-001",
        f"{what}.",
        why=why,
        fix='write a sentence, such as oreacle shock "CHN bans exports of gallium to USA".',
    )
