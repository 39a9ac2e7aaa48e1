"""A run as tidy tables: one row for each member, year and so on.

Does      Turns arrays of a run into tables of named columns.
Units     In `WORDS`: prices over base [1], quantities [t/yr], losses [USD/yr], shares [1].
Method    Labels are categories, so that a row is small. A market that did not solve has missing
          values, not zeros. Losses of exactly zero have no row: most actors use few minerals. A
          mean of losses is their sum over members x years, the number of rows of `measures`.
Assumes   Arrays as `oreacle.engine.block` makes them.
Not here  Queries over the tables: see `oreacle.forecasting.run_query`; events, which are a table
          already: `Run.events`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from oreacle.core.errors import RunError
from oreacle.core.labels import suggestion

LABELS = ("mineral", "stage", "actor", "acting", "demand", "imposer")
"""Dimensions whose values are words."""
DRAWN, CHANCE = "_drawn", "_probability"


@dataclass(frozen=True)
class TableForm:
    """What a table is made of.

    Attributes
    ----------
    arrays
        Column by array.
    words
        What a row says, with units.
    """

    arrays: dict[str, str]
    words: str


TABLES: dict[str, TableForm] = {
    "prices": TableForm(
        {"price_delivered": "delivered", "price_reference": "reference"},
        "delivered price over base by member, year, mineral, with and without new measures [1]",
    ),
    "shortages": TableForm(
        {"shortage": "shortage"}, "use lost to new measures by member, year, mineral [1]"
    ),
    "quantities": TableForm(
        {"output": "output_t", "use": "use_t"},
        "world supply of refined product and use by member, year, mineral [t/yr]",
    ),
    "shares": TableForm(
        {"hhi": "hhi", "leader": "leader"},
        "concentration by actor and largest share by member, year, mineral, stage [1]",
    ),
    "losses": TableForm(
        {"loss": "loss_usd"},
        "users' loss from new measures by member, year, actor, mineral; no row for 0, so that a "
        "mean is sum(loss_usd) / (select count(*) from measures), not avg [USD/yr]",
    ),
    "measures": TableForm(
        {"in_force": "in_force"},
        "export measures in force by member, year; a row for every one: members x years rows",
    ),
    "solved": TableForm(
        {"solved": "solved"}, "whether the market solved, by member, year, mineral"
    ),
    "relations": TableForm(
        {"polarisation": "polarisation", "balance": "balance"},
        "polarisation and balance of relations by member and scored year [1]",
    ),
    "blocs": TableForm(
        {"bloc": "bloc", "hedging": "hedging"},
        "number of the bloc and hedging by member, scored year, actor [1]",
    ),
}
ACTS = "chances"
NAMES = ("events", *TABLES, ACTS)
WORDS = {
    "events": "acts that were drawn, by member and year",
    **{name: form.words for name, form in TABLES.items()},
    ACTS: "mean probability and share of members with an act, by kind, year and parties [1]",
}
"""What a row of each table says."""


def tidy_table(name: str, arrays: xr.Dataset) -> pd.DataFrame:
    """Return one table of a run.

    Parameters
    ----------
    name
        One of `NAMES` but ``events``.
    arrays
        Arrays of the run.

    Raises
    ------
    RunError
        ORE-RUN-164 if there is no table of that name.
    """
    if name == ACTS:
        return _chances(arrays)
    if name not in TABLES:
        near = suggestion(name, NAMES)
        raise RunError(
            "ORE-RUN-164",
            f"a run has no table '{name}'.",
            why="there is nothing to show.",
            fix=f"{near} Tables are {', '.join(NAMES)}.".strip(),
        )
    form = TABLES[name].arrays
    columns = {column: arrays[array] for array, column in form.items()}
    table = _long(columns)
    return table[table["loss_usd"] != 0.0].reset_index(drop=True) if name == "losses" else table


def _long(columns: dict[str, xr.DataArray]) -> pd.DataFrame:
    """Return arrays of the same dimensions as columns of one table."""
    (first, *_) = columns.values()
    shape = first.shape
    data: dict[str, object] = {}
    for axis, dim in enumerate(first.dims):
        values = first[dim].to_numpy()
        codes = np.arange(shape[axis]).reshape([-1 if k == axis else 1 for k in range(len(shape))])
        every = np.broadcast_to(codes, shape).ravel()
        name = {"relations_year": "year", "acting": "actor"}.get(str(dim), str(dim))
        if dim in LABELS:
            data[name] = pd.Categorical.from_codes(
                every, pd.Index([str(value) for value in values])
            )
        else:
            data[name] = values[every]
    for name, array in columns.items():
        data[name] = array.to_numpy().ravel()
    return pd.DataFrame(data)


def _chances(arrays: xr.Dataset) -> pd.DataFrame:
    """Return acts of all kinds as means over members.

    A restriction stands by actor, and by actor and mineral as ``restriction_of_mineral``.
    """
    parts = []
    for name in (str(n).removesuffix(CHANCE) for n in arrays.data_vars if str(n).endswith(CHANCE)):
        chance = arrays[f"{name}{CHANCE}"].astype(float).mean("member")
        drawn = arrays[f"{name}{DRAWN}"].mean("member")
        firsts = [dim for dim in chance.dims if dim in ("demand", "imposer")]
        table = _long({"probability": chance, "share_drawn": drawn})
        if firsts:
            table = table.rename(columns={"actor": "partner", str(firsts[0]): "actor"})
        kind = "restriction_of_mineral" if name == "mineral" else name
        parts.append(table.astype({c: str for c in table if c in ("actor", "partner", "mineral")}))
        parts[-1].insert(0, "kind", kind)
    table = pd.concat(parts, ignore_index=True)
    words = [column for column in ("actor", "partner", "mineral") if column in table]
    table[words] = table[words].fillna("")
    order = ["kind", "year", *words, "probability", "share_drawn"]
    return table[order]
