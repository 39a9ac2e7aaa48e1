"""How what several mechanisms say becomes one record.

Does      Joins records whose fields are arrays, or None where nothing is said.
Units     Those of the fields.
Method    Field by field with the operation stated for it.
Assumes   Operations are associative and commute, so that the order of mechanisms does not matter.
Not here  The records: see `.conditions` and `.investment`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

import numpy as np

Record = TypeVar("Record")


def joined_by(kind: type[Record], parts: Sequence[Record], by: Mapping[str, np.ufunc]) -> Record:
    """Return one record of all parts.

    Parameters
    ----------
    kind
        Type of the records; one without arguments says nothing.
    parts
        What is said.
    by
        Operation of each field.
    """
    found: dict[str, np.ndarray] = {}
    for part in parts:
        for name, join in by.items():
            value = getattr(part, name)
            if value is not None:
                found[name] = join(found[name], value) if name in found else value
    return kind(**found)
