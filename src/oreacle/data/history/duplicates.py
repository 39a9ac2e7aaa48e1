"""Events that may be one and the same act.

Does      Finds pairs of events that are coded alike: doubles, and likely ones.
Units     Days.
Method    Likely: the same kind, a common actor, a common mineral, and dates whose possible days
          lie at most 31 days apart. A date of low precision can mean each of its days; the scope
          `all` holds every mineral. Double: the same kind, date, actors, targets, minerals and
          stage, and the same words in the summary or in the source.
Assumes   Codes are those of the table `events`; a bloc and its member are two actors.
Not here  Which of two rows is right: a reader decides.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from oreacle.core.labels import EVERYONE
from oreacle.data.history.chronicle import ALL_MINERALS, first_day
from oreacle.data.rows import text_rows
from oreacle.data.schema import refuse_faults

NEAR_DAYS = 31
"""Days within which a like event may be the same one [d]."""


@dataclass(frozen=True)
class LikePair:
    """Two events that may be one.

    Attributes
    ----------
    row
        Position of the later of the two rows, counted from 0 in the new events.
    event_id
        Its label.
    other
        Position of the row that it resembles, in the new events or in the known ones.
    other_id, other_date
        Label and date of that row.
    in_known
        True if that row is one of the known events.
    days_apart
        Fewest days between the two; 0 if they can be on one day [d].
    is_double
        True if they are coded alike throughout and share their words.
    """

    row: int
    event_id: str
    other: int
    other_id: str
    other_date: str
    in_known: bool
    days_apart: int
    is_double: bool


@dataclass(frozen=True)
class _Act:
    """One event in the form in which it is compared."""

    place: int
    in_known: bool
    event_id: str
    date: str
    days: tuple[int, int]
    kind: str
    actors: frozenset[str]
    minerals: frozenset[str]
    coded: tuple[object, ...]
    words: tuple[str, str]


def like_pairs(new: pd.DataFrame, known: pd.DataFrame | None = None) -> tuple[LikePair, ...]:
    """Return all pairs of events that may be one: among the new ones, and of these with the known.

    Parameters
    ----------
    new, known
        Rows of the table `events`, valid. Pairs among the known events alone are not looked for.

    Returns
    -------
    tuple of LikePair
        In the order of the new rows; each pair once.

    Examples
    --------
    >>> row = {"event_id": "a", "date": "2013-08", "kind": "export_ban", "actors": "IDN"}
    >>> row |= {"targets": "WLD", "minerals": "tin", "minerals_raw": "tin", "stage": "ore"}
    >>> row |= {"summary": "A ban", "source": "A ministry"}
    >>> pairs = like_pairs(pd.DataFrame([row, row | {"event_id": "b", "date": "2013-09-15"}]))
    >>> [(pair.event_id, pair.other_id, pair.days_apart, pair.is_double) for pair in pairs]
    [('b', 'a', 15, False)]
    """
    earlier: dict[tuple[str, str], list[_Act]] = {}
    if known is not None:
        for act in _acts(known, in_known=True):
            _enter(act, earlier)
    pairs = []
    for act in _acts(new, in_known=False):
        pairs += [_pair(act, other) for other in _like(act, earlier)]
        _enter(act, earlier)
    return tuple(pairs)


def refuse_doubles(events: pd.DataFrame) -> tuple[str, ...]:
    """Return a sentence for every pair of events that may be one; refuse doubles.

    Parameters
    ----------
    events
        Table `events`.

    Raises
    ------
    DataError
        ORE-DAT-001 naming every event that stands twice under two labels.
    """
    pairs = like_pairs(events)
    refuse_faults(
        [
            f"{pair.event_id}: is '{pair.other_id}' once more, coded alike and with the same "
            "words: keep one of them."
            for pair in pairs
            if pair.is_double
        ],
        "the chronicle",
    )
    return tuple(
        f"'{pair.event_id}' may be '{pair.other_id}' of {pair.other_date}: {likeness(pair)}"
        for pair in pairs
    )


def likeness(pair: LikePair) -> str:
    """Return in words why two events may be one."""
    days = f"{pair.days_apart} days apart" if pair.days_apart else "possibly on one day"
    return f"the same kind, a common actor and mineral, {days}."


def possible_days(text: str) -> tuple[int, int]:
    """Return first and last day that a date can mean, as day numbers of the calendar.

    Examples
    --------
    >>> first, last = possible_days("2024-02")
    >>> date.fromordinal(first).isoformat(), last - first
    ('2024-02-01', 28)
    """
    first = date.fromisoformat(first_day(text))
    length = {4: 366 if calendar.isleap(first.year) else 365, 10: 1}.get(
        len(text), calendar.monthrange(first.year, first.month)[1]
    )
    return first.toordinal(), first.toordinal() + length - 1


def _like(act: _Act, earlier: dict[tuple[str, str], list[_Act]]) -> Sequence[_Act]:
    """Return the earlier rows that may be the same act, known ones first, each once."""
    found = {
        (other.in_known, other.place): other
        for actor in act.actors
        for other in earlier.get((act.kind, actor), ())
        if _days_apart(act, other) <= NEAR_DAYS and _share_minerals(act.minerals, other.minerals)
    }
    return [found[key] for key in sorted(found, key=lambda key: (not key[0], key[1]))]


def _pair(act: _Act, other: _Act) -> LikePair:
    same_words = any(one and one == two for one, two in zip(act.words, other.words, strict=True))
    return LikePair(
        row=act.place,
        event_id=act.event_id,
        other=other.place,
        other_id=other.event_id,
        other_date=other.date,
        in_known=other.in_known,
        days_apart=_days_apart(act, other),
        is_double=act.coded == other.coded and same_words,
    )


def _days_apart(one: _Act, two: _Act) -> int:
    return max(0, one.days[0] - two.days[1], two.days[0] - one.days[1])


def _share_minerals(one: frozenset[str], two: frozenset[str]) -> bool:
    """Return True if two scopes meet; two acts without any mineral do."""
    if not one or not two:
        return one == two
    return ALL_MINERALS in one | two or bool(one & two)


def _enter(act: _Act, acts: dict[tuple[str, str], list[_Act]]) -> None:
    for actor in act.actors:
        acts.setdefault((act.kind, actor), []).append(act)


def _acts(events: pd.DataFrame, *, in_known: bool) -> Iterator[_Act]:
    for place, row in enumerate(text_rows(events)):
        actors, minerals = _codes(row["actors"]), _codes(row["minerals"])
        as_coded = _codes(row["minerals_raw"])
        yield _Act(
            place=place,
            in_known=in_known,
            event_id=row["event_id"],
            date=row["date"],
            days=possible_days(row["date"]),
            kind=row["kind"],
            actors=actors,
            minerals=minerals | as_coded,
            coded=(
                row["date"],
                actors,
                _codes(row["targets"]) or {EVERYONE},
                minerals or as_coded,
                row["stage"],
            ),
            words=(_plain(row["summary"]), _plain(row["source"])),
        )


def _codes(text: str) -> frozenset[str]:
    return frozenset(part.strip() for part in text.split(";") if part.strip())


def _plain(text: str) -> str:
    """Return a text as it is compared: without capitals, dots at the end and double spaces."""
    return " ".join(text.casefold().split()).rstrip(".")
