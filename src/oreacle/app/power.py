"""The command `power`: who can hurt whom, at what own cost.

Does      Clears the threats that are asked about and shows them.
Units     As in `oreacle.market.leverage.matrix`.
Method    One actor: all its pairs, both ways, with intervals of those that are shown. None: the
          whole matrix, summed by actor. Joint: several suppliers against one target.
Assumes   One threat at a time on the market of the base year, or of the year asked for.
Not here  The clearing: see `oreacle.market.leverage`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from oreacle.app.faults import InputError
from oreacle.app.options import AsJson, Data
from oreacle.app.output import show, write_json
from oreacle.app.power_history import show_history
from oreacle.app.power_save import save_power
from oreacle.app.shock_save import Save, check_save

if TYPE_CHECKING:
    from oreacle.world.snapshot import World

DRAWS = 40
"""Draws behind the intervals of the threats that are shown."""
TOP = 10
THREADS = 2


def power(
    actor: Annotated[
        str | None, typer.Argument(help="Such as CHN, USA or EU; left out: all, ranked.")
    ] = None,
    *,
    mineral: Annotated[str | None, typer.Option(help="One mineral alone, such as gallium.")] = None,
    by: Annotated[
        str, typer.Option(help="place: what leaves its territory; owner: what it controls.")
    ] = "place",
    joint: Annotated[
        str | None, typer.Option(help="Suppliers that act together, such as CHN,RUS.")
    ] = None,
    target: Annotated[str | None, typer.Option(help="Whom they cut off, such as USA.")] = None,
    above: Annotated[
        float | None,
        typer.Option(help="With --target and --mineral: smallest set that costs more [USD/yr]."),
    ] = None,
    year: Annotated[int | None, typer.Option(help="From the trade of another year.")] = None,
    history: Annotated[
        bool, typer.Option("--history", help="With an actor and --mineral: every year since 1995.")
    ] = False,
    top: Annotated[int, typer.Option("--top", help="Rows of each list.", min=1)] = TOP,
    draws: Annotated[
        int, typer.Option("--draws", help="Draws of the parameters behind intervals; 0 for none.")
    ] = DRAWS,
    seed: Annotated[int, typer.Option(help="Root seed of the draws.")] = 0,
    save: Save = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Show who can hurt whom by cutting off supply, at what own cost.

    Example: oreacle power CHN

    Others: oreacle power (all actors, ranked); oreacle power USA --mineral gallium;
    oreacle power CHN --by owner; oreacle power --joint CHN,RUS --target USA.

    A threat stops all exports of ore and refined product to one target. Loss and cost are welfare
    in dollars a year; "left" is what ways through third countries leave of the loss.
    """
    from oreacle.app.data_records import require_tables
    from oreacle.scenario.names import name_book

    _check(actor, joint, target, above, mineral)
    if save is not None and target is not None:
        raise _refused("--save and --target are given", "a joint threat has no chart.")
    check_save(save)
    require_tables(data)
    if history and (save is not None or year is not None or by != "place"):
        raise _refused(
            "--save, --year or --by is given with --history",
            "the years are by place, and have no chart.",
        )
    if history:
        show_history(actor, mineral, data, top, as_json=as_json)
        return
    world = _world(data, year)
    book = name_book(world)
    slugs = world.mineral_names if mineral is None else (book.mineral(mineral),)
    if target is not None:
        names = [] if joint is None else joint.split(",")
        suppliers = tuple(_code(world, name.strip(), by) for name in names)
        aimed = _code(world, target, by)
        _joint(world, slugs, suppliers, aimed, by, above, top, as_json=as_json)
    elif actor is None:
        _ranking(world, slugs, by, top, save=save, as_json=as_json)
    else:
        code = _code(world, actor, by)
        _actor(world, slugs, code, by, top, draws, seed, save=save, as_json=as_json)


def _check(
    actor: str | None,
    joint: str | None,
    target: str | None,
    above: float | None,
    mineral: str | None,
) -> None:
    if joint is not None and target is None:
        raise _refused("--joint has no --target", "whom they cut off is not known.")
    if target is not None and joint is None and above is None:
        raise _refused("--target is given alone", "who cuts it off is not known.")
    if target is not None and actor is not None:
        raise _refused("an actor and a --target are given", "which of them is meant is not clear.")
    if above is not None and (target is None or mineral is None):
        raise _refused(
            "--above lacks --target or --mineral", "sets of suppliers are of one mineral."
        )


def _refused(what: str, why: str) -> InputError:
    return InputError(
        "ORE-APP-001",
        f"{what}.",
        why=why,
        fix="write oreacle power CHN, or oreacle power --joint CHN,RUS --target USA.",
    )


def _world(data: Path | None, year: int | None) -> World:
    if year is not None:
        from oreacle.world.past import world_in

        return world_in(year, data)
    from oreacle.world.load import load_world

    return load_world(data)


def _code(world: World, name: str, by: str) -> str:
    """Return the code of an actor; by ownership, owners outside the trade actors count too."""
    from oreacle.market.leverage.command import actor_axis, check_by
    from oreacle.scenario.names import name_book

    if name.upper() in actor_axis(world, check_by(by)):
        return name.upper()
    return world.territory.acting(name_book(world).place(name))


def _actor(
    world: World,
    slugs: tuple[str, ...],
    code: str,
    by: str,
    top: int,
    draws: int,
    seed: int,
    *,
    save: Path | None,
    as_json: bool,
) -> None:
    from oreacle.market.draws import check_count
    from oreacle.market.leverage.matrix import leverage_all
    from oreacle.present.power_facts import actor_facts, with_intervals
    from oreacle.present.power_text import actor_text
    from oreacle.present.power_words import story
    from oreacle.present.shock_text import country_labels

    check_count(draws)
    matrix = leverage_all(world, slugs, by=by, actors=(code,), threads=THREADS)
    save_power(save, matrix, world, actor=code)
    facts = actor_facts(matrix, world, code, top)
    facts = with_intervals(facts, world, draws=draws, seed=seed, by=by, threads=THREADS)
    names = country_labels(world)
    if as_json:
        write_json({"facts": facts, "story": story(facts, names), "cases": matrix.attrs["cases"]})
    else:
        show(actor_text(facts, world, names))


def _ranking(
    world: World,
    slugs: tuple[str, ...],
    by: str,
    top: int,
    *,
    save: Path | None,
    as_json: bool,
) -> None:
    from oreacle.market.leverage.matrix import leverage_all
    from oreacle.market.leverage.power import power as power_of
    from oreacle.present.power_ranking import header, ranking_record, sharpest
    from oreacle.present.power_text import ranking_text
    from oreacle.present.shock_text import country_labels

    matrix = leverage_all(world, slugs, by=by, circumvention=False, threads=THREADS)
    save_power(save, matrix, world)
    found, names = power_of(matrix, world), country_labels(world)
    if as_json:
        write_json(ranking_record(found, matrix, world))
    else:
        best = sharpest(matrix, world, names)
        show(ranking_text(found, best, names, header(matrix, world), top))


def _joint(
    world: World,
    slugs: tuple[str, ...],
    suppliers: tuple[str, ...],
    target: str,
    by: str,
    above: float | None,
    top: int,
    *,
    as_json: bool,
) -> None:
    from oreacle.market.leverage.joint import joint_threat, smallest_set
    from oreacle.present.power_text import joint_text, smallest_text
    from oreacle.present.shock_text import country_labels

    names = country_labels(world)
    smallest = None
    if above is not None:
        smallest = smallest_set(world, slugs[0], target, above, by=by, threads=THREADS)
    threats = []
    if suppliers:
        threats = [joint_threat(world, slug, suppliers, target, by=by) for slug in slugs]
    if as_json:
        write_json({"threats": [_joint_record(one) for one in threats], "smallest": smallest})
    elif threats:
        show(joint_text(threats, smallest, world, names, top))
    elif smallest is not None:
        show(smallest_text(smallest, names))


def _joint_record(one: object) -> dict[str, object]:
    from dataclasses import asdict

    return {**asdict(one), "added": getattr(one, "added")}  # type: ignore[call-overload]  # noqa: B009
