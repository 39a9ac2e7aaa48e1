"""Parameters of mechanisms: the embedded assumptions with a scenario's own values over them.

Does      Fills the parameter record of a mechanism.
Units     As stated in the tables.
Method    One row of `assumed/mechanism_<name>.csv` for each field of the record.
Assumes   A scenario names parameters as ``mechanism.parameter``.
Not here  The tables: see `oreacle.data.mechanisms`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import TypeVar

from oreacle.core.errors import DataError
from oreacle.data.mechanisms import mechanism_parameters

Parameters = TypeVar("Parameters")


def parameters_of(kind: type[Parameters], name: str, own: Mapping[str, float]) -> Parameters:
    """Return the parameters of a mechanism.

    Parameters
    ----------
    kind
        Record with one float field for each parameter.
    name
        The mechanism.
    own
        Values of the scenario by ``mechanism.parameter``.

    Raises
    ------
    DataError
        ORE-DAT-020 if a parameter has no row, or a row no field.
    """
    table = mechanism_parameters()
    rows = table[table["mechanism"] == name]
    known = dict(zip(rows["parameter"], rows["value"].astype(float), strict=True))
    wanted = {item.name for item in fields(kind) if item.type in ("float", float)}  # type: ignore[arg-type]
    if wanted != set(known):
        odd = ", ".join(sorted(wanted ^ set(known)))
        raise DataError(
            "ORE-DAT-020",
            f"the parameters of the mechanism {name} and its table differ: {odd}.",
            why="a parameter without a row has no value, a row without a use none either.",
            fix=f"mend assumed/mechanism_{name}.csv.",
        )
    prefix = f"{name}."
    changed = {k[len(prefix) :]: float(v) for k, v in own.items() if k.startswith(prefix)}
    return kind(**{**known, **{k: v for k, v in changed.items() if k in wanted}})
