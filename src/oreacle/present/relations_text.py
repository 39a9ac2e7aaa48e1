"""Relations in the terminal: blocs, ties, hedging, and the acts behind them.

Does      Draws the overview of a year and the page of one actor.
Units     Ties in faded acts, shares in percent, scores from 0 to 1, in headings.
Method    Sentences first, then tables; every figure of the draws has its band beside it.
Assumes   Facts are those of `oreacle.present.relations_facts`.
Not here  The numbers behind it: see `oreacle.engine.relations_history`.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import RenderableType
from rich.text import Text

from oreacle.data.codes import actor_name
from oreacle.present import words
from oreacle.present.relations_facts import Banded, BlocFact, RelationsFacts, TieFact, YearFact
from oreacle.present.table_view import Cell, Column, Place, TableView, pruned
from oreacle.present.terminal import DrawnTable, Page, heading, paragraph

BAND = "10 to 90 %"
ALL_ROWS = "--top or --json shows them"
SURE = 0.9
"""Share of draws from which a member of a bloc counts as sure [1]."""


def relations_text(facts: RelationsFacts) -> RenderableType:
    """Return the page of an overview, or of the actor asked about."""
    title = (
        f"Relations of {_who(facts.actor)}" if facts.actor else "Relations over critical minerals"
    )
    views = _actor_views(facts) if facts.actor else _overview_views(facts)
    parts: list[RenderableType] = [
        Text(f"{title}, end of {facts.year}", style="bold"),
        paragraph(_basis(facts), "dim"),
        heading("In short"),
        *(paragraph(f"- {line}") for line in story(facts)),
        *(DrawnTable(view, rest=ALL_ROWS) for view in views),
        heading("How far to trust this"),
        *(paragraph(f"- {line}") for line in caveats(facts)),
    ]
    return Page(tuple(parts))


def story(facts: RelationsFacts) -> tuple[str, ...]:
    """Return sentences on the blocs, or on the actor asked about."""
    return _actor_story(facts) if facts.actor else _overview_story(facts)


def caveats(facts: RelationsFacts) -> tuple[str, ...]:
    """Return what the figures rest on."""
    spread = (
        f"Bands hold 80 % of {facts.draws} draws of half-lives, weights of kinds, events and "
        "starts of the search; figures are medians, blocs those of the assumed weights."
        if facts.draws
        else "Figures of the assumed weights alone, without bands."
    )
    return (
        spread,
        "Reported acts over minerals only: what no source reported, and all other politics, is "
        "not in it. More was reported from 2021 on, so that later years look busier.",
        "An act on everyone is spread over those that buy from the actor; its ties are thin.",
        "Weights of kinds and half-lives are assumed where the acts do not say: see the page on "
        "the network.",
        *(
            [f"Left out: {', '.join(f'{why} ({n})' for why, n in facts.left_out.items())}."]
            if facts.left_out
            else []
        ),
    )


def _basis(facts: RelationsFacts) -> str:
    last = min(facts.last_day, f"{facts.year}-12-31")
    return (
        "A tie counts acts, each half as much after 5 years. Its weight is (cooperation - "
        "rivalry) / (1 + cooperation + rivalry). Blocs put positive ties inside and negative ones "
        f"between. Events to {last}."
    )


def _overview_story(facts: RelationsFacts) -> tuple[str, ...]:
    lines = []
    for bloc in facts.blocs[:2]:
        line = f"The bloc around {_who(bloc.core)} has {len(bloc.members)} members"
        firm = sum(sure is not None and sure >= SURE for sure in bloc.sure)
        often = f"; {firm} of them, the core included, in {words.percent(SURE)} of draws or more"
        lines.append(f"{line}{often if facts.draws else ''}.")
    if facts.two_camps is not None:
        cores = " and ".join(_who(name) for name in facts.series[-1].camps)
        lines.append(
            f"In {words.percent(facts.two_camps)} of the draws {cores} stand in the two largest "
            "blocs, apart."
        )
    first, last = facts.series[0], facts.series[-1]
    if first.year < last.year:
        lines.append(
            f"Polarisation {_figure(first.polarisation)} in {first.year}, "
            f"{_figure(last.polarisation)} in {last.year}; structural balance "
            f"{_figure(first.balance)} and {_figure(last.balance)}."
        )
    if facts.rivalries:
        lines.append(f"The strongest rivalry: {_pair(facts.rivalries[0])}.")
    return tuple(lines)


def _actor_story(facts: RelationsFacts) -> tuple[str, ...]:
    who, lines = _who(facts.actor), []
    own = next((bloc for bloc in facts.blocs if facts.actor in bloc.members), None)
    if own is not None and own.core != facts.actor:
        sure = own.sure[own.members.index(facts.actor)]
        how = "" if sure is None else f", in {words.percent(sure)} of the draws"
        lines.append(f"{who} is in the bloc around {_who(own.core)}{how}.")
    elif own is not None:
        lines.append(f"{who} has the most positive ties of its bloc of {len(own.members)}.")
    elif facts.actor in facts.alone:
        lines.append(f"{who} is in no bloc with others.")
    else:
        lines.append(f"{who} has no tie from reported acts.")
    hedge = facts.series[-1].hedging
    camps = " and ".join(_who(name) or "none" for name in facts.series[-1].camps)
    lines.append(
        f"Hedging between the blocs around {camps}: {_figure(hedge)} (0 one camp, 1 even)."
        if hedge.value is not None
        else f"Hedging is not known: no cooperation with the blocs around {camps}, or no two blocs."
    )
    for kind, ties in (("cooperation", facts.cooperations), ("rivalry", facts.rivalries)):
        if ties:
            lines.append(f"Strongest {kind}: {', '.join(_who(tie.second) for tie in ties[:3])}.")
    return tuple(lines)


def _overview_views(facts: RelationsFacts) -> tuple[TableView, ...]:
    return (
        _bloc_view(facts),
        _year_view(facts.series),
        _tie_view(facts.rivalries, "Strongest rivalries", both=True),
        _tie_view(facts.cooperations, "Strongest cooperations", both=True),
        _hedger_view(facts),
    )


def _actor_views(facts: RelationsFacts) -> tuple[TableView, ...]:
    return (
        _tie_view(facts.cooperations, "Cooperation", both=False),
        _tie_view(facts.rivalries, "Rivalry", both=False),
        _act_view(facts),
        _hedging_view(facts.series),
    )


def _bloc_view(facts: RelationsFacts) -> TableView:
    columns = (Column("Around"), Column("Members", True), Column("Who"))
    rows = [
        (
            Cell(_who(bloc.core)),
            Cell(str(len(bloc.members)), float(len(bloc.members))),
            Cell(_members(bloc)),
        )
        for bloc in facts.blocs
    ]
    caption = (
        "By positive weight. A percentage is the share of draws in which a member is in one bloc "
        f"with the core, where that is below {words.percent(SURE)}. {len(facts.alone)} actors "
        "with ties are in no bloc with others."
    )
    return _view("Blocs", caption, columns, rows)


def _members(bloc: BlocFact) -> str:
    parts = [
        name if sure is None or sure >= SURE else f"{name} ({words.percent(sure)})"
        for name, sure in zip(bloc.members, bloc.sure, strict=True)
    ]
    return ", ".join(parts)


def _year_view(series: Sequence[YearFact]) -> TableView:
    columns = (
        Column("Year"),
        Column("Polarisation", True),
        Column(BAND, True),
        Column("Balance", True),
        Column(BAND, True),
        Column("Frustrated", True),
        Column(BAND, True),
        Column("Blocs", True, Place.EXTRA),
        Column("Largest two around", place=Place.EXTRA),
    )
    rows = [
        (
            Cell(str(one.year)),
            *_cells(one.polarisation),
            *_cells(one.balance),
            *_cells(one.frustrated),
            Cell(str(one.blocs), float(one.blocs)),
            Cell(_between(one.camps)),
        )
        for one in series
    ]
    caption = (
        "Polarisation: signed modularity of the blocs. Balance: weighted share of balanced "
        "triangles. Frustrated: share of weight on the wrong side of a border."
    )
    return _view("By year", caption, columns, rows)


def _hedging_view(series: Sequence[YearFact]) -> TableView:
    columns = (Column("Year"), Column("Hedging", True), Column(BAND, True), Column("Between"))
    rows = [
        (Cell(str(one.year)), *_cells(one.hedging), Cell(_between(one.camps))) for one in series
    ]
    caption = (
        "Cooperation with the two largest blocs: 0 is one camp, 1 is even. Where there is no "
        "cooperation with them it is not known."
    )
    return _view("Hedging by year", caption, columns, rows)


def _tie_view(ties: Sequence[TieFact], title: str, *, both: bool) -> TableView:
    columns = (
        Column("Between" if both else "With"),
        Column("Cooperation", True),
        Column(BAND, True),
        Column("Rivalry", True),
        Column(BAND, True),
        Column("Weight", True),
        Column(BAND, True, Place.EXTRA),
        Column("From the first", True, Place.EXTRA),
        Column("One bloc", True),
    )
    rows = [
        (
            Cell(_pair(tie) if both else _who(tie.second)),
            *_cells(tie.cooperation),
            *_cells(tie.rivalry),
            *_cells(tie.weight),
            Cell("" if tie.by_first is None else words.percent(tie.by_first), tie.by_first),
            Cell("" if tie.together is None else words.percent(tie.together), tie.together),
        )
        for tie in ties
    ]
    caption = (
        "Faded acts, rivalry of both directions. From the first: share of the rivalry that it "
        "started. One bloc: share of draws."
    )
    return _view(title, caption, columns, rows)


def _hedger_view(facts: RelationsFacts) -> TableView:
    columns = (
        Column("Actor"),
        Column("Hedging", True),
        Column(BAND, True),
        Column("Cooperation", True),
        Column(BAND, True),
    )
    rows = [
        (Cell(_who(one.actor)), *_cells(one.hedging), *_cells(one.cooperation))
        for one in facts.hedgers
    ]
    caption = (
        "Evenness of cooperation with the two largest blocs, by the low end of the band, of actors "
        "with one faded act of cooperation or more."
    )
    return _view("Hedgers", caption, columns, rows)


def _act_view(facts: RelationsFacts) -> TableView:
    columns = (
        Column("With and when"),
        Column("Sign", place=Place.EXTRA),
        Column("Left", True),
        Column("What", place=Place.BELOW),
    )
    rows = [
        (
            Cell(f"{_who(act.partner)}, {act.date}"),
            Cell(act.sign),
            Cell(words.number(act.strength), act.strength),
            Cell(act.summary),
        )
        for act in facts.acts
    ]
    caption = "The acts that weigh most. Left: faded acts at the end of the year."
    return _view("Acts behind the strongest ties", caption, columns, rows)


def _view(
    title: str, caption: str, columns: Sequence[Column], rows: Sequence[Sequence[Cell]]
) -> TableView:
    """Return a table without the columns of bands where no row has one."""
    return pruned(TableView(title, caption, tuple(columns), tuple(map(tuple, rows))), BAND)


def _cells(one: Banded) -> tuple[Cell, Cell]:
    return Cell(_score(one.value), one.value), Cell(_band(one), one.low)


def _score(value: float | None) -> str:
    plain = words.known(value)
    return words.NOT_KNOWN if plain is None else f"{plain:.2f}"


def _band(one: Banded) -> str:
    if one.low is None or one.high is None:
        return ""
    return f"{one.low:.2f} to {one.high:.2f}"


def _figure(one: Banded) -> str:
    band = _band(one)
    return f"{_score(one.value)} ({band})" if band else _score(one.value)


def _pair(tie: TieFact) -> str:
    return f"{_who(tie.first)} and {_who(tie.second)}"


def _between(camps: tuple[str, str]) -> str:
    return ", ".join(name for name in camps if name)


def _who(code: str) -> str:
    return actor_name(code)
