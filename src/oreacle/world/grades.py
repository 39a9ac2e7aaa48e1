"""Data grades of trade in words: what is observed and where there is no trade data.

Does      Turns the grades of a mineral's links into the words that every output shows.
Units     None.
Method    One vocabulary for terminal, report and JSON.
Assumes   Grades are written ore/refined, such as A/C; N and - mean that no ore is traded.
Not here  How grades are given: see the reason of each chain in the documentation of the data.
"""

from __future__ import annotations

from collections.abc import Iterable

from oreacle.core.labels import LINKS

NO_TRADE_DATA = "no trade data"
WORDS = {
    "A": "observed",
    "B": "partly observed",
    "C": NO_TRADE_DATA,
    "N": "no ore trade",
    "-": "no ore trade",
}
UNKNOWN = "grade not known"


def trade_data(grades: str) -> dict[str, str]:
    """Return what is known of the trade of each link.

    Parameters
    ----------
    grades
        Grades of ore and refined trade, such as ``A/C`` or ``-/B``.

    Examples
    --------
    >>> trade_data("A/C")
    {'ore': 'observed', 'refined': 'no trade data'}
    >>> trade_data("-/B")
    {'ore': 'no ore trade', 'refined': 'partly observed'}
    """
    parts = grades.split("/")
    if len(parts) != len(LINKS):
        return dict.fromkeys(LINKS, UNKNOWN)
    return {link: WORDS.get(part, UNKNOWN) for link, part in zip(LINKS, parts, strict=True)}


def grade_words(grades: str) -> str:
    """Return grades and their meaning in one phrase.

    Examples
    --------
    >>> grade_words("A/C")
    'ore A observed, refined C: no trade data'
    >>> grade_words("-/B")
    'no ore trade, refined B partly observed'
    """
    parts = []
    for (link, meaning), letter in zip(trade_data(grades).items(), grades.split("/"), strict=False):
        if meaning == WORDS["N"]:
            parts.append(meaning)
        else:
            colon = ":" if meaning == NO_TRADE_DATA else ""
            parts.append(f"{link} {letter}{colon} {meaning}")
    return ", ".join(parts)


def blind_links(grades: str) -> tuple[str, ...]:
    """Return the links without trade data.

    Examples
    --------
    >>> blind_links("C/C"), blind_links("A/B")
    (('ore', 'refined'), ())
    """
    return tuple(link for link, meaning in trade_data(grades).items() if meaning == NO_TRADE_DATA)


def footnote(minerals: Iterable[tuple[str, str]]) -> str:
    """Return the line that a list of minerals carries, or "" if all links have trade data.

    Parameters
    ----------
    minerals
        Name and grades of each mineral of the list.

    Examples
    --------
    >>> footnote([("Tin", "A/C"), ("Copper", "A/A"), ("Uranium", "C/C")])
    'Grade C, no trade data: Tin (refined), Uranium (ore and refined).'
    >>> footnote([("Copper", "A/A")])
    ''
    """
    blind = {name: blind_links(grades) for name, grades in minerals}
    parts = [f"{name} ({' and '.join(links)})" for name, links in blind.items() if links]
    return f"Grade C, {NO_TRADE_DATA}: {', '.join(parts)}." if parts else ""
