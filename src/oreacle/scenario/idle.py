"""Entries of other files that a shorter run never reaches.

Does      Finds entries that were taken over from a preset or another file and start after the
          last year of the run, and says so.
Units     Calendar years.
Method    An entry is taken over if its file is neither that which sets `until` nor, unless an
          overlay of the user sets it, the file that the user named.
Assumes   Who writes `until` and an entry in one file means both.
Not here  Entries of one's own that start too late, which are faults: see
          `oreacle.scenario.contradictions`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from oreacle.scenario.composition import Composed
from oreacle.scenario.faults import plain_mapping, where
from oreacle.scenario.names import NameBook
from oreacle.scenario.scenario import Scenario
from oreacle.scenario.spec import DEFAULT_UNTIL

STARTS = {
    "policies": "from",
    "doctrines": "from",
    "shock_rates": "from",
    "shocks": "from",
    "trends": "from",
    "odds": "from",
    "clubs": "year",
}
"""Key of the first year of an entry, by the key of its list."""


def idle_entries(whole: Composed, names: NameBook) -> dict[tuple[str, int], int]:
    """Return the first year of each entry that was taken over and never holds in the run."""
    values = plain_mapping(whole.document)
    until = _year(values.get("until", DEFAULT_UNTIL))
    if until is None:
        return {}
    found: dict[tuple[str, int], int] = {}
    for key, start in STARTS.items():
        entries = values.get(key)
        for k, entry in enumerate(entries if isinstance(entries, list) else ()):
            year = _year(entry.get(start)) if isinstance(entry, dict) else None
            # A year that cannot be simulated at all is a fault, wherever it stands.
            if year is None or not until < year <= names.last_year:
                continue
            if whole.document.origins.get((key, k), whole.own[0]) not in whole.own:
                found[key, k] = year
    return found


def _year(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def cut_to(scenario: Scenario, until: int) -> Scenario:
    """Return a scenario with another last year, without assumptions that start after it.

    Policies stay as they are: who shortens a run to before one is told so.

    Examples
    --------
    >>> from oreacle.scenario.assumptions import ShockRate, Span
    >>> rates = tuple(ShockRate("water", 1.4, Span(year)) for year in (2026, 2030))
    >>> ours = Scenario("mine", "", "STEPS", 2040, shock_rates=rates)
    >>> [rate.span.first_year for rate in cut_to(ours, 2028).shock_rates]
    [2026]
    """
    left: dict[str, Any] = {
        key: tuple(
            entry
            for entry in getattr(scenario, key)
            if (entry.year if start == "year" else entry.span.first_year) <= until
        )
        for key, start in STARTS.items()
        if key != "policies"
    }
    return replace(scenario, until=until, **left)


def idle_notes(whole: Composed, names: NameBook) -> tuple[str, ...]:
    """Return a sentence for each entry that was taken over and never holds in the run."""
    until = plain_mapping(whole.document).get("until", DEFAULT_UNTIL)
    return tuple(
        f"{where(whole.document, place)} starts in {year}, after the last year of the run, "
        f"{until}: it is left out."
        for place, year in idle_entries(whole, names).items()
    )
