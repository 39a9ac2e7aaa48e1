"""Rules and instruments of clubs as records.

Does      Holds one rule of one club, and one instrument with the purpose that it serves.
Units     Dates: ISO, as precise as known.
Method    None: records of the tables `club_rules` and `club_instruments`.
Assumes   Rules are those of the last day covered.
Not here  Asking for them: see `oreacle.world.institutions`.
"""

from __future__ import annotations

from dataclasses import dataclass

from oreacle.data.institutions.club_rules import NONE, NOT_KNOWN
from oreacle.world.periods import Moment, read_period

IN_FORCE = "in force"


@dataclass(frozen=True)
class ClubRule:
    """What a club agreed on one subject.

    Attributes
    ----------
    club, subject
        Code; one of `oreacle.data.institutions.club_rules.SUBJECTS`.
    rule
        Term of the list for the subject, `none` or `not known`.
    text
        The rule in one sentence.
    legal_source
        Treaty and article, or statement; "" if there is none or it is not known.
    confidence, seen, note
        How sure it is, how it was known, and what to know beside it.
    """

    club: str
    subject: str
    rule: str
    text: str
    legal_source: str
    confidence: str
    seen: str
    note: str

    @property
    def is_known(self) -> bool:
        """False if nothing is known of the subject; that there is no rule is known."""
        return self.rule != NOT_KNOWN

    @property
    def exists(self) -> bool | None:
        """True if there is a rule, False if there is none, None if that is not known."""
        return None if not self.is_known else self.rule != NONE


@dataclass(frozen=True)
class ClubInstrument:
    """What a club has to act with.

    Attributes
    ----------
    club, instrument
        Code; term of the list of instruments.
    goods
        What it acts on: minerals, oil, all goods or none.
    purpose
        What the model can value it as, one of
        `oreacle.data.institutions.club_rules.PURPOSES`; "" if it puts no value on it.
    state
        in force, or declared: agreed or announced and not at work on the last day covered.
    since
        Date as precise as known.
    text, legal_source, confidence, seen, note
        As in `ClubRule`.
    """

    club: str
    instrument: str
    goods: str
    purpose: str
    state: str
    since: str
    text: str
    legal_source: str
    confidence: str
    seen: str
    note: str

    @property
    def is_in_force(self) -> bool:
        """True if it was at work on the last day covered."""
        return self.state == IN_FORCE

    @property
    def acts_on_minerals(self) -> bool:
        """True if minerals are among the goods that it acts on."""
        return self.goods in ("minerals", "all goods")

    def began_by(self, moment: Moment) -> bool:
        """Return True if it was in force or declared on some day of a period."""
        return read_period(self.since).first <= read_period(moment).last
