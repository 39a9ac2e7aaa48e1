"""Spellings of names: what counts as the same, and how a value stands in a message.

Does      Folds a name to what two spellings of it share; cuts a value to one short line.
Units     None.
Method    Unicode decomposition; case, accents, dots, hyphens and underscores do not count.
Assumes   Latin letters.
Not here  Which names there are: see `oreacle.scenario.names`.
"""

from __future__ import annotations

import unicodedata

LONGEST_SHOWN = 60


def fold(name: str) -> str:
    """Return a spelling without case, accents, dots, hyphens, underscores and spare spaces.

    Examples
    --------
    >>> fold(" Côte  d'Ivoire "), fold("rare_earths-heavy"), fold("U.S.")
    ("cote d'ivoire", 'rare earths heavy', 'us')
    """
    plain = unicodedata.normalize("NFKD", name.replace("’", "'"))
    letters = "".join(c for c in plain if not unicodedata.combining(c) and c != ".")
    return " ".join(letters.replace("-", " ").replace("_", " ").casefold().split())


def shown(value: object) -> str:
    """Return a value as it may stand in a message: one line, without control signs, short."""
    text = "".join(c if c.isprintable() else " " for c in str(value))
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 3] + "..."
