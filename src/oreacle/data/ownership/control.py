"""Who holds the output of a country: one vector per mineral, stage and country.

Does      Resolves published control shares and the equity of listed assets into owners, and says
          which part is unknown.
Units     Shares of a country's output, 0 to 1; with the row `unknown` they sum to one.
Method    One measure per cell, never added: published control shares first; else equity, the sum
          of equity share x output share over assets; else shares that the compiler derived.
Assumes   Owners from members of the European Union are the actor EU; an owner from a country
          that has no node in any chain (Switzerland) stands under its own code.
Not here  What is done with the unknown part: see `oreacle.world.ownership`.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from oreacle.core.errors import DataError
from oreacle.core.labels import REST_OF_WORLD
from oreacle.data.codes import EUROPEAN_UNION, canonical_code
from oreacle.data.ownership.assets import BASE_YEAR, NODE, ROUNDING, in_force
from oreacle.data.readers.ownership import CHECKED

UNKNOWN = "unknown"
CELL = [*NODE, "owner_actor"]
COLUMNS = [
    *CELL,
    "share",
    "checked_share",
    "year",
    "measure",
    "basis",
    "confidence",
    "source",
]
_GRADES = ("low", "medium", "high")


def owner_actor(code: str, actors: Mapping[str, str]) -> str:
    """Return the actor for an owner's country code; a country without a node keeps its own.

    Raises
    ------
    DataError
        ORE-DAT-080 if the code is no country.

    Examples
    --------
    >>> owner_actor("DEU", {"DEU": "EU", "CHN": "CHN"}), owner_actor("ERI", {"CHN": "CHN"})
    ('EU', 'ERI')
    """
    if code in actors:
        return actors[code]
    if code in (EUROPEAN_UNION, REST_OF_WORLD):
        return code
    try:
        known = canonical_code(code)
    except DataError as error:
        raise DataError(
            "ORE-DAT-080",
            f"owner '{code}' is no country and no actor.",
            why="the tonnes that it holds would belong to nobody.",
            fix="write the ISO 3166 alpha-3 code of the owner's home or controlling state.",
        ) from error
    return actors.get(known, known)


def control_table(
    assets: pd.DataFrame,
    stated: pd.DataFrame,
    nodes: pd.DataFrame,
    actors: Mapping[str, str],
    year: int = BASE_YEAR,
) -> pd.DataFrame:
    """Return the resolved owners of every node of a mine or refinery.

    Parameters
    ----------
    assets
        Table `ownership_assets`.
    stated
        mineral, stage, country, owner_actor, share, year, basis, confidence, source, seen:
        published estimates (basis reported or estimated) and shares derived or assumed by the
        compiler.
    nodes
        Table `nodes`.
    actors
        Actor by explicit country.
    year
        Owners of this year. A published estimate of a later year is not used.

    Raises
    ------
    DataError
        ORE-DAT-080 on an unknown owner, ORE-DAT-082 if a cell holds more than all or a negative
        share.
    """
    supply = nodes[nodes["stage"].isin(["mined", "refined"]) & (nodes["quantity_t"] > 0)][NODE]
    usable = stated[stated["year"] <= year]
    looked_up = usable["share"].where(usable["seen"] == CHECKED, 0.0)
    is_published = usable["basis"].isin(["reported", "estimated"])
    usable = usable.assign(checked_share=looked_up)
    published = usable[is_published].assign(measure="control")
    compiled = usable[~is_published].assign(measure="compiled")
    layers = [published, equity_shares(assets, year), compiled]
    chosen = pd.DataFrame(columns=COLUMNS)
    for layer in layers:
        mapped = _by_actor(layer.merge(supply, on=NODE), actors)
        taken = pd.MultiIndex.from_frame(chosen[NODE].drop_duplicates())
        free = ~pd.MultiIndex.from_frame(mapped[NODE]).isin(taken)
        parts = [part for part in (chosen, mapped[free]) if len(part)]
        chosen = pd.concat(parts, ignore_index=True)[COLUMNS] if parts else chosen
    _refuse_excess(chosen)
    return _with_unknown(chosen, supply, year)


def equity_shares(assets: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return equity share x output share by owner, in force in a year, before actors are merged."""
    rows = in_force(assets, year).dropna(subset=["equity_share", "output_share"])
    rows = rows[(rows["equity_share"] > 0) & (rows["output_share"] > 0)]
    share = rows["equity_share"] * rows["output_share"]
    return pd.DataFrame(
        {
            **{name: rows[name] for name in CELL},
            "share": share,
            "checked_share": share.where(rows["seen"] == CHECKED, 0.0),
            "year": BASE_YEAR,
            "measure": "equity",
            "basis": "derived",
            "confidence": rows["confidence"],
            "source": "assets: " + rows["asset"],
        }
    )


def _by_actor(layer: pd.DataFrame, actors: Mapping[str, str]) -> pd.DataFrame:
    """Merge owners into actors: shares add up, the lowest confidence and all sources stand."""
    codes = {code: owner_actor(code, actors) for code in sorted(set(layer["owner_actor"]))}
    rows = layer.assign(
        owner_actor=layer["owner_actor"].map(codes),
        grade=layer["confidence"].map({name: k for k, name in enumerate(_GRADES)}),
    )
    merged = rows.groupby(CELL, as_index=False).agg(
        share=("share", "sum"),
        checked_share=("checked_share", "sum"),
        year=("year", "max"),
        measure=("measure", "first"),
        basis=("basis", "first"),
        grade=("grade", "min"),
        source=("source", _joined),
    )
    merged["confidence"] = [_GRADES[int(grade)] for grade in merged.pop("grade")]
    return merged[COLUMNS]


def _joined(sources: pd.Series) -> str:
    """Return distinct sources in one text; several assets are counted, their names are a table."""
    names = sorted(set(sources))
    assets = [name for name in names if name.startswith("assets: ")]
    if len(assets) > 2:
        return f"{len(assets)} assets of ownership_assets"
    return "; ".join(names)


def _refuse_excess(rows: pd.DataFrame) -> None:
    totals = rows.groupby(NODE)["share"].agg(["sum", "min"])
    wrong = totals[(totals["sum"] > 1 + ROUNDING) | (totals["min"] < 0)]
    if len(wrong):
        shown = [
            f"{' '.join(map(str, cell))}: {total:.3f}"
            for cell, total in zip(wrong.index, wrong["sum"], strict=True)
        ]
        raise DataError(
            "ORE-DAT-082",
            f"owners hold an impossible part of a country's output: {'; '.join(shown)}.",
            why="shares below 0 or together above 1 give the same tonnes to two owners.",
            fix="mend the shares of these cells, or drop the estimate that measures another thing.",
        )


def _with_unknown(rows: pd.DataFrame, supply: pd.DataFrame, year: int) -> pd.DataFrame:
    """Scale rounding away and add the row `unknown` that completes each cell to one."""
    total = rows.groupby(NODE)["share"].transform("sum").clip(lower=1.0)
    rows = rows.assign(
        share=rows["share"] / total,
        checked_share=(rows["checked_share"] / total).clip(lower=0.0),
    )
    known = rows.groupby(NODE)["share"].sum().rename("known")
    blank = supply.join(known, on=NODE)
    blank = blank.assign(
        share=(1.0 - blank["known"].fillna(0.0)).clip(lower=0.0),
        owner_actor=UNKNOWN,
        checked_share=0.0,
        year=year,
        measure=UNKNOWN,
        basis="assumed",
        confidence="low",
        source="no sourced owner: taken as held by the country where it lies",
    )
    return pd.concat([rows, blank[COLUMNS]], ignore_index=True).sort_values(CELL, ignore_index=True)
