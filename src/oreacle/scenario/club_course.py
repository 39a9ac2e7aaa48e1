"""The course of clubs in a scenario: what can happen to a club, and in which order.

Does      Follows each club through its dated changes, and finds those that cannot be.
Units     Calendar years.
Method    Changes in the order of years, within a year in the order of the file; a club of the
          world starts with its members of the last day covered.
Assumes   Members are trade actors.
Not here  What clubs do in a run: see `oreacle.engine.mechanisms`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from oreacle.core.errors import ScenarioError
from oreacle.core.labels import suggestion
from oreacle.core.spelling import fold, shown
from oreacle.scenario.assumptions import ClubChange
from oreacle.scenario.names import NameBook
from oreacle.scenario.reading import Place

FEWEST_FOUNDERS = 2


def club_faults(
    changes: Sequence[ClubChange], names: NameBook
) -> list[tuple[Place, ScenarioError]]:
    """Return the changes of clubs that cannot be, with their places.

    Parameters
    ----------
    changes
        In the order of the file.
    names
        Knows the clubs of the world and their members.

    Returns
    -------
    list of (place, ScenarioError)
        ORE-SCN-075 each.
    """
    if not changes:
        return []
    course = _Course(names)
    ordered = sorted(enumerate(changes), key=lambda pair: pair[1].year)
    found = [
        (("clubs", k), _fault(change, reason))
        for k, change in ordered
        for reason in course.reasons_against(change)
    ]
    return sorted(found, key=lambda pair: pair[0][1])


class _Course:
    """Members of each club as the years go by."""

    def __init__(self, names: NameBook) -> None:
        clubs = names.clubs()
        self.members = {club: set(members) for club, members in clubs.members.items()}
        self.dissolved: set[str] = set()
        self.spelled = {fold(club): club for club in self.members}

    def reasons_against(self, change: ClubChange) -> Iterator[str]:
        """Yield why a change cannot be, and let it happen all the same."""
        yield from _wrong_fields(change)
        if change.change == "founded":
            yield from self._found(change)
        elif change.club in self.dissolved:
            yield f"{shown(change.club)} is dissolved by then"
        elif change.club not in self.members:
            near = suggestion(change.club, self.members)
            yield f"there is no such club in {change.year}; found it first. {near}".strip()
        else:
            yield from self._alter(change)

    def _found(self, change: ClubChange) -> Iterator[str]:
        if self.spelled.get(fold(change.club), change.club) in self.members:
            yield "a club of that name exists already"
        self.dissolved.discard(change.club)
        self.spelled[fold(change.club)] = change.club
        self.members[change.club] = set(change.members)

    def _alter(self, change: ClubChange) -> Iterator[str]:
        members = self.members[change.club]
        if change.change == "joined":
            inside = [actor for actor in change.members if actor in members]
            if inside:
                yield f"{', '.join(inside)} is in it already"
            members.update(change.members)
        elif change.change == "left":
            outside = [actor for actor in change.members if actor not in members]
            if outside:
                yield f"{', '.join(outside)} is not in it"
            members.difference_update(change.members)
        else:
            del self.members[change.club]
            self.dissolved.add(change.club)


def _wrong_fields(change: ClubChange) -> Iterator[str]:
    if change.change == "founded":
        if len(change.members) < FEWEST_FOUNDERS:
            yield f"it needs at least {FEWEST_FOUNDERS} members"
        if not change.instruments:
            yield "it needs at least one of `instruments` to do anything"
        return
    if change.minerals or change.instruments:
        yield "minerals and instruments are stated where a club is founded"
    if change.change == "dissolved" and change.members:
        yield "a club is dissolved for all its members"
    if change.change != "dissolved" and not change.members:
        yield "nobody is named under `members`"


def _fault(change: ClubChange, reason: str) -> ScenarioError:
    verb = {"founded": "be founded", "dissolved": "be dissolved"}.get(change.change)
    act = verb or {"joined": "be joined", "left": "be left"}[change.change]
    return ScenarioError(
        "ORE-SCN-075",
        f"the club {shown(change.club)} cannot {act} in {change.year}: {reason.rstrip('.')}.",
        why="the course of the club would not be the one that the file tells.",
        fix="correct club, year or members; `oreacle world clubs` shows clubs and who is in them.",
    )
