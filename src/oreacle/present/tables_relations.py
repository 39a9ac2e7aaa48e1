"""Tables of the acts of other classes, and of blocs and hedging.

Does      Lays out the likeliest acts by class, bands of the network by year, and alignments.
Units     Probabilities, and indices of the network [1].
Method    Views as in `oreacle.present.table_view`.
Assumes   Records of `oreacle.forecasting.outlook`.
Not here  Restrictions, agreements and markets: see `.tables`.
"""

from __future__ import annotations

from collections.abc import Sequence

from oreacle.data.codes import actor_name
from oreacle.engine.acts.classes import CLASSES
from oreacle.forecasting.outlook import Alignment, EventForecast, Outlook, RelationsOutlook
from oreacle.present import words
from oreacle.present.table_view import Cell, Column, Place, TableView
from oreacle.present.tables import REASONS

YEAR_COLUMNS = (1, 3, 5)
OF_EACH = 2
"""Acts of each class shown in the terminal."""
NOT_DEFINED = "not defined"


def other_table(outlook: Outlook, *, of_each: int | None = OF_EACH) -> TableView:
    """Return the likeliest acts of each other class.

    Parameters
    ----------
    of_each
        How many of each class, each with its strongest reasons; None for all.
    """
    shown = _first_of_each(outlook.others, of_each)
    horizons = [years for years in YEAR_COLUMNS if shown and years in shown[0].horizons]
    last = words.main_horizon(shown[0]) if shown else YEAR_COLUMNS[-1]
    reasons = None if of_each is None else REASONS
    columns = (
        Column("Who and what"),
        *(Column(f"{years} yr (base)", True) for years in horizons),
        Column(f"{last} yr, 10 to 90 % band", True, Place.EXTRA),
        Column("Years acted", True),
        Column("Why (+ raises, - lowers)", place=Place.BELOW),
    )
    rows = tuple(
        (
            Cell(f"{_who(event)}: {CLASSES[event.kind].short}"),
            *(_chance(event, years) for years in horizons),
            _chance_band(event, last),
            Cell(words.past(event.acts, event.years)),
            Cell(words.why(event.drivers[:reasons])),
        )
        for event in shown
    )
    return TableView(
        "Likeliest acts of other classes",
        "Probability of at least one such act within so many years, by class; in brackets the base "
        "rate of this actor or pair. An arrow points from who acts to whom it hits.",
        columns,
        rows,
        len(outlook.others) - len(shown),
    )


def network_table(found: RelationsOutlook) -> TableView:
    """Return polarisation and balance by year."""
    one, two = (actor_name(pole) for pole in found.poles)
    rows = [
        (
            Cell("as-of date"),
            _index(found.polarisation_now),
            _index(found.balance_now),
            Cell("yes" if found.together_now else "no"),
        )
    ]
    for k, year in enumerate(found.years):
        rows.append(
            (
                Cell(str(year), year),
                _band(found.polarisation[k]),
                _band(found.balance[k]),
                Cell(words.percent(found.together[k]), found.together[k]),
            )
        )
    return TableView(
        "Blocs: how split the network is",
        "Polarisation: signed modularity, higher where ties inside blocs are good and ties between "
        "them bad. Balance: share of balanced triangles. Median and 10 to 90 % band over members. "
        f"In one bloc: probability that {one} and {two} are.",
        (
            Column("Year"),
            Column("Polarisation", True),
            Column("Balance", True),
            Column("In one bloc", True),
        ),
        tuple(rows),
    )


def alignment_table(found: RelationsOutlook) -> TableView:
    """Return who stands with which pole, and who hedges."""
    names = [actor_name(pole) for pole in found.poles]
    rows = tuple(
        (
            Cell(one.name),
            _stand(one.with_first, now=one.with_first_now),
            _stand(one.with_second, now=one.with_second_now),
            _hedging(one),
        )
        for one in found.alignments
    )
    return TableView(
        f"Who stands with whom in {found.year}",
        "Actors with the strongest ties. Probability of being in one bloc with each pole, in "
        "brackets whether it is so at the as-of date. Hedging: from 0, one camp, to 1, evenly in "
        "the two largest (median, 10 to 90 % band, now); not defined without cooperation with "
        "either.",
        (
            Column("Actor"),
            *(Column(f"with {name}", True) for name in names),
            Column("Hedging", True),
        ),
        rows,
    )


def relations_views(outlook: Outlook) -> tuple[TableView, ...]:
    """Return the tables of blocs and alignments; none without a network."""
    if outlook.relations is None:
        return ()
    return network_table(outlook.relations), alignment_table(outlook.relations)


def _first_of_each(events: Sequence[EventForecast], count: int | None) -> list[EventForecast]:
    shown: list[EventForecast] = []
    for event in events:
        same = sum(one.kind == event.kind for one in shown)
        if count is None or same < count:
            shown.append(event)
    return shown


def _who(event: EventForecast) -> str:
    name = event.actor_name or event.actor
    if not event.partner:
        return name
    sign = "->" if CLASSES[event.kind].unit == "dyad" else "with"
    return f"{name} {sign} {event.partner_name or event.partner}"


def _chance(event: EventForecast, years: int) -> Cell:
    value = words.at_horizon(event.probability, event.horizons, years)
    base = words.at_horizon(event.base_rate, event.horizons, years)
    return Cell(words.percent(value), value, f"({words.percent(base)})")


def _chance_band(event: EventForecast, years: int) -> Cell:
    low = words.at_horizon(event.low, event.horizons, years)
    high = words.at_horizon(event.high, event.horizons, years)
    return Cell(words.percent_band(low, high), high)


def _band(values: tuple[float, float, float]) -> Cell:
    low, middle, high = values
    if not words.is_known(middle):
        return Cell(words.NOT_KNOWN)
    return Cell(f"{middle:.2f}", middle, f"({low:.2f} to {high:.2f})")


def _index(value: float) -> Cell:
    return Cell(f"{value:.2f}", value) if words.is_known(value) else Cell(words.NOT_KNOWN)


def _stand(share: float, *, now: bool) -> Cell:
    return Cell(words.percent(share), share, f"({'yes' if now else 'no'})")


def _hedging(one: Alignment) -> Cell:
    now = NOT_DEFINED if one.hedging_now is None else f"{one.hedging_now:.2f}"
    if one.hedging_mid is None:
        return Cell(NOT_DEFINED, None, "" if one.hedging_now is None else f"(now {now})")
    band = f"({one.hedging_low:.2f} to {one.hedging_high:.2f}; now {now})"
    return Cell(f"{one.hedging_mid:.2f}", one.hedging_mid, band)
