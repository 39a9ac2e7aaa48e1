"""How a compiled row was known: seen, recollected, both, or computed.

Does      Reduces the compilers' notes on where a figure was seen to one of four words.
Units     None.
Method    The notes name places, separated by semicolons; "recollection" and "computed" are words
          of the codebooks, anything else is a place where the figure was read.
Assumes   A note that is empty says that nobody saw the figure: recollection.
Not here  How sure the figure is: that is the column `confidence`.
"""

from __future__ import annotations

import re

import pandas as pd

SEEN = "seen"
PARTLY = "partly"
RECOLLECTION = "recollection"
COMPUTED = "computed"
SEEN_WORDS = (SEEN, PARTLY, RECOLLECTION, COMPUTED)


def seen_word(note: str) -> str:
    """Return seen, partly, recollection or computed for one note of the compilers.

    Examples
    --------
    >>> [seen_word(n) for n in ("mining.com", "recollection", "mining.com; recollection")]
    ['seen', 'recollection', 'partly']
    >>> seen_word("computed from corporate_tax_rate and royalty rows")
    'computed'
    """
    parts = [part.strip().lower() for part in re.split(r"[;]", note) if part.strip()]
    recalled = [part for part in parts if "recollection" in part]
    computed = [part for part in parts if part.startswith("computed")]
    read = [part for part in parts if part not in computed and part != "recollection"]
    if not parts or (len(recalled) == len(parts) and not read):
        return RECOLLECTION
    if recalled:
        return PARTLY
    return SEEN if read else COMPUTED


def seen_words(notes: pd.Series) -> pd.Series:
    """Return the word of each note; see `seen_word`."""
    return notes.astype(str).map(seen_word)
