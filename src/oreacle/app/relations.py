"""The command `relations`: who stands with whom, who hedges, and what acts lie behind it.

Does      Shows blocs, ties and scores of a year, or the ties of one actor.
Units     As in `oreacle.present.relations_facts`.
Method    Runs the network of relations through the chronicle with draws of what is assumed.
Assumes   Reported acts over minerals alone.
Not here  The network: see `oreacle.relations.network` and `oreacle.engine.relations_history`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from oreacle.app.faults import InputError
from oreacle.app.options import AsJson, Data
from oreacle.app.output import show, write_json

if TYPE_CHECKING:
    from oreacle.engine.relations_history.history import RelationsHistory

TOP = 8
DRAWS = 30
MOST_DRAWS = 500


def relations(
    actor: Annotated[
        str | None, typer.Argument(help="Such as CHN, USA or EU; left out: all.")
    ] = None,
    *,
    year: Annotated[int | None, typer.Option(help="This year alone.")] = None,
    first: Annotated[
        int | None, typer.Option("--from", help="First year of the series; default: 2000.")
    ] = None,
    last: Annotated[
        int | None,
        typer.Option("--to", help="Last year, of blocs and ties too; default: the last known."),
    ] = None,
    top: Annotated[int, typer.Option("--top", help="Rows of each list.", min=1)] = TOP,
    draws: Annotated[
        int,
        typer.Option("--draws", help="Draws behind the bands; 0 for none.", min=0, max=MOST_DRAWS),
    ] = DRAWS,
    seed: Annotated[int, typer.Option(help="Root seed of the draws.")] = 0,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Show who stands with whom over minerals: blocs, cooperation, rivalry and hedging.

    Example: oreacle relations CHN

    Others: oreacle relations (all actors); oreacle relations --year 2012;
    oreacle relations JPN --from 2008 --to 2016; oreacle relations --json.

    A tie counts reported acts, each half as much after 5 years. Figures are medians over draws
    of what is assumed, with the band from 10 to 90 % of them.
    """
    from oreacle.core.streams import check_seed
    from oreacle.engine.relations_history.history import relations_history
    from oreacle.present.relations_facts import relations_facts
    from oreacle.present.relations_text import caveats, relations_text, story

    if year is not None and (first is not None or last is not None):
        raise InputError(
            "ORE-APP-001",
            "--year is given with --from or --to.",
            why="which years are meant is not clear.",
            fix="write --year 2012, or --from 2008 --to 2016.",
        )
    if year is not None:
        first = last = year
    check_seed(seed)
    history = relations_history(first, last, draws=draws, seed=seed, directory=data)
    facts = relations_facts(history, _code(history, actor) if actor else "", top)
    if as_json:
        write_json({"facts": facts, "story": story(facts), "caveats": caveats(facts)})
    else:
        show(relations_text(facts))


def _code(history: RelationsHistory, name: str) -> str:
    """Return the code of an actor of the network.

    Raises
    ------
    ScenarioError
        ORE-SCN-003 if it is unknown, ORE-SCN-014 if it means several countries, ORE-SCN-015 if
        it is a member of a bloc.
    """
    from oreacle.core.errors import ScenarioError
    from oreacle.core.labels import suggestion
    from oreacle.core.spelling import fold, shown
    from oreacle.data.codes import EUROPEAN_UNION, country_names, eu_members
    from oreacle.scenario.names import AMBIGUOUS, COUNTRY_ALIASES

    folded = fold(name).removeprefix("the ")
    if folded in AMBIGUOUS:
        raise ScenarioError(
            "ORE-SCN-014",
            f"'{shown(name)}' means several countries.",
            why="a guess would be a wrong answer in silence.",
            fix=f"write {' or '.join(AMBIGUOUS[folded])}.",
        )
    codes = {fold(title): code for code, title in country_names().items()}
    codes |= {fold(title): code for title, code in COUNTRY_ALIASES.items()}
    codes |= {fold(code): code for code in (*country_names(), *history.actors)}
    code = codes.get(folded, "")
    if code in history.actors:
        return code
    if code in eu_members():
        raise ScenarioError(
            "ORE-SCN-015",
            f"'{shown(name)}' ({code}) is in the actor {EUROPEAN_UNION}.",
            why=f"acts of its members count as acts of {EUROPEAN_UNION}.",
            fix=f"write {EUROPEAN_UNION}.",
        )
    raise ScenarioError(
        "ORE-SCN-003",
        f"no actor '{shown(name)}' in the network of relations.",
        why="no reported act or trade over minerals names it.",
        fix=f"{suggestion(shown(name).upper(), history.actors)} "
        "`oreacle relations --json` lists all with ties.".strip(),
    )
