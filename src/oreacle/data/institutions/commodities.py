"""From commodities as printed to the minerals of the model.

Does      Maps symbols, forms and group names to mineral slugs through one table.
Units     None.
Method    Exact match of the whole text, or of its parts between semicolons, in
          `assumed/commodity_slugs.csv`; what is outside the model has an entry without minerals.
Assumes   A form (matte, alumina) counts as its mineral; the text keeps the form.
Not here  Content of one form in another: see `oreacle.data.base`.
"""

from __future__ import annotations

import functools

import pandas as pd

from oreacle.core.errors import DataError
from oreacle.core.labels import suggestion
from oreacle.data.assumptions import read_assumed
from oreacle.data.rows import text_rows


def minerals_of(texts: pd.Series, place: str, *, strict: bool = True) -> pd.Series:
    """Return the minerals of each text, separated by semicolons, each once.

    Parameters
    ----------
    texts
        Commodities separated by semicolons, as printed.
    place
        Table and column, for the message.
    strict
        True refuses a part without an entry; False leaves it out, for columns in which words
        stand between the commodities.

    Raises
    ------
    DataError
        ORE-DAT-093 naming every commodity without an entry.

    Examples
    --------
    >>> minerals_of(pd.Series(["Cu;Au", "PGM"]), "an example").tolist()
    ['copper', 'platinum;palladium']
    """
    known = _entries()
    unknown = sorted({part for text in texts for part in _parts(text, known)} - set(known))
    if strict and unknown:
        near = suggestion(unknown[0], known)
        raise DataError(
            "ORE-DAT-093",
            f"{place} names commodities without an entry: {', '.join(map(repr, unknown))}.",
            why="an event or a stock would be lost for its mineral without notice.",
            fix=f"{near} Add them to `assumed/commodity_slugs.csv`, without minerals if the model "
            "has none.".strip(),
        )
    return texts.map(lambda text: ";".join(_minerals(text, known)))


def _minerals(text: str, known: dict[str, str]) -> list[str]:
    found = [known.get(part, "") for part in _parts(text, known)]
    return list(dict.fromkeys(slug for slugs in found for slug in slugs.split(";") if slug))


def _parts(text: str, known: dict[str, str]) -> list[str]:
    if text in known:
        return [text]
    return [part.strip() for part in text.split(";") if part.strip()]


@functools.cache
def _entries() -> dict[str, str]:
    rows = text_rows(read_assumed("commodity_slugs"))
    return {row["commodity"]: row["minerals"] for row in rows}
