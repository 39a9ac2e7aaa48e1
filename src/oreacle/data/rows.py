"""Rows of a table of text as dictionaries.

Does      Gives each row as column name to text.
Units     None.
Method    Every value is turned into text; a missing value is an error of the caller.
Assumes   Column names are text.
Not here  Types and bounds: see `oreacle.data.schema`.
"""

from __future__ import annotations

import pandas as pd


def text_rows(table: pd.DataFrame) -> list[dict[str, str]]:
    """Return every row as column name to text.

    Examples
    --------
    >>> text_rows(pd.DataFrame({"a": ["x"], "n": [1]}))
    [{'a': 'x', 'n': '1'}]
    """
    names = [str(name) for name in table.columns]
    columns = [[str(value) for value in table[name]] for name in table.columns]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]
