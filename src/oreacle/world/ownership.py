"""Who owns or controls the mines and refineries of the world.

Does      Gives shares of world output by owning actor, the control of each country's output, and
          how much of it rests on a source; also at earlier years.
Units     Shares, 0 to 1.
Method    Located output (the chain) x owners of each country's output (`ownership_control`).
          Unknown = located owner, marked: what nobody is known to own belongs to the actor where
          it lies, and counts as assumed.
Assumes   One measure per country and stage: a published estimate of control, else equity. They are
          not the same thing, so shares of two countries may not be comparable to the last digit.
Not here  Resolving assets and estimates: see `oreacle.data.ownership`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from oreacle.core.errors import DataError
from oreacle.core.labels import REST_OF_WORLD
from oreacle.data.ownership.control import UNKNOWN, control_table, owner_actor
from oreacle.data.store import read_table, tables_directory
from oreacle.world.chain import Chain

BASE_YEAR = 2024
FIRST_YEAR = 2018
"""Changes of ownership are recorded from this year on."""
STAGES = ("mined", "refined")
TOLERANCE = 1e-6
"""The tables carry ten digits."""
_CELL = ["mineral", "stage", "country"]


@dataclass(frozen=True)
class Coverage:
    """How much of the output of a stage has an owner with a source.

    Attributes
    ----------
    sourced
        Share of tonnes whose owner a named publisher or document gives [1].
    checked
        The part of it that was looked up; the rest names its document from recollection [1].
    assumed
        Share of tonnes given to an actor by assumption, mostly the one where they lie [1].
    """

    sourced: float
    checked: float
    assumed: float


@dataclass(frozen=True)
class Ownership:
    """Owners of every country's output in one year.

    Attributes
    ----------
    year
        Year of the owners; outputs are those of the base year.
    control
        Table `ownership_control`: one vector of owners per mineral, stage and country.
    assets, changes
        Tables `ownership_assets` and `ownership_changes`.
    nodes
        Table `nodes`, for the countries of each stage.
    actor_of
        Actor by explicit country.

    Raises
    ------
    DataError
        ORE-DAT-080 if an owner is no actor, ORE-DAT-082 if the owners of a country do not make
        one whole or a share is negative.
    """

    year: int
    control: pd.DataFrame
    assets: pd.DataFrame
    changes: pd.DataFrame
    nodes: pd.DataFrame
    actor_of: Mapping[str, str]

    def __post_init__(self) -> None:
        for code in sorted(set(self.control["owner_actor"]) - {UNKNOWN}):
            owner_actor(str(code), self.actor_of)
        _refuse_broken_cells(self.control)

    def at(self, year: int) -> Ownership:
        """Return the owners of an earlier year, as far as they are known.

        An owner counts from its first year; a seller with a known stake counts before a dated
        transfer. What remains is unknown: an owner whose first year is not recorded, a published
        estimate of a later year. A country whose estimate is later falls back on equity, so its
        share may jump where the measure changes: compare the column `measure`. Outputs stay those
        of the base year.

        Parameters
        ----------
        year
            From 2018, when recorded changes begin, to the base year.

        Raises
        ------
        DataError
            ORE-DAT-084 if the year is outside that range.
        """
        if not FIRST_YEAR <= year <= BASE_YEAR:
            raise DataError(
                "ORE-DAT-084",
                f"ownership is not known for {year}.",
                why="changes of ownership are recorded from "
                f"{FIRST_YEAR}, and nothing after {BASE_YEAR} may be used as if it were known.",
                fix=f"ask for a year from {FIRST_YEAR} to {BASE_YEAR}.",
            )
        if year == self.year:
            return self
        stated = self.control[self.control["measure"].isin(["control", "compiled"])]
        seen = np.where(stated["checked_share"] > 0, "checked", "recollection")
        table = control_table(
            self.assets, stated.assign(seen=seen), self.nodes, self.actor_of, year
        )
        return replace(self, year=year, control=table)


def load_ownership(directory: Path | None = None) -> Ownership:
    """Return ownership in the base year.

    Parameters
    ----------
    directory
        Folder of tables; None for ``OREACLE_DATA`` or the embedded ones.

    Raises
    ------
    DataError
        ORE-DAT-002 if a table is missing; ORE-DAT-080 or 082 if its content cannot be.
    """
    return _load(tables_directory(directory))


@lru_cache(maxsize=4)
def _load(directory: Path) -> Ownership:
    countries = read_table("countries", directory)
    return Ownership(
        year=BASE_YEAR,
        control=read_table("ownership_control", directory),
        assets=read_table("ownership_assets", directory),
        changes=read_table("ownership_changes", directory),
        nodes=read_table("nodes", directory),
        actor_of=dict(zip(countries["country"], countries["actor"], strict=True)),
    )


def owner_shares(ownership: Ownership, chain: Chain, stage: str) -> xr.DataArray:
    """Return the share of world output that each actor owns.

    Parameters
    ----------
    ownership
        As from `load_ownership`.
    chain
        Chain of the mineral; gives where the output lies.
    stage
        ``mined`` or ``refined``.

    Returns
    -------
    DataArray (actor) [1]
        Sums to one; actors in alphabetical order, each with a share above zero. ``ROW`` is
        output of unknown owner in the rest of the world. `attrs` hold `units`, `sourced`,
        `checked` and `assumed` (see `Coverage`).

    Raises
    ------
    DataError
        ORE-DAT-083 if the stage is neither, or a country of the chain has no owners.
    """
    located = _located(chain, stage)
    matrix = control_matrix(ownership, chain.mineral, stage)
    _require_countries(matrix, located, chain.mineral, stage)
    share = (located * matrix.sel(country=located["country"])).sum("country")
    found = share.where(share > 0, drop=True)
    coverage_of = coverage(ownership, chain, stage)
    return found.assign_attrs(
        units="1",
        sourced=coverage_of.sourced,
        checked=coverage_of.checked,
        assumed=coverage_of.assumed,
    )


def control_matrix(ownership: Ownership, mineral: str, stage: str) -> xr.DataArray:
    """Return who owns each country's output, with the unknown part given to the located actor.

    Returns
    -------
    DataArray (country, actor) [1]
        Every row sums to one.

    Raises
    ------
    DataError
        ORE-DAT-083 if there is no such mineral and stage.
    """
    rows = _rows(ownership, mineral, stage)
    here = rows["country"].map(lambda code: ownership.actor_of.get(code, REST_OF_WORLD))
    owner = rows["owner_actor"].where(rows["owner_actor"] != UNKNOWN, here)
    table = rows.assign(actor=owner).pivot_table(
        index="country", columns="actor", values="share", aggfunc="sum", fill_value=0.0
    )
    return xr.DataArray(
        table.to_numpy(dtype=float),
        coords={"country": list(table.index), "actor": list(table.columns)},
        dims=("country", "actor"),
        attrs={"units": "1"},
    )


def coverage(ownership: Ownership, chain: Chain, stage: str) -> Coverage:
    """Return how much of the world output of a stage has a sourced owner.

    Raises
    ------
    DataError
        ORE-DAT-083 if the stage is neither, or a country of the chain has no owners.
    """
    located = _located(chain, stage).to_series()
    rows = _rows(ownership, chain.mineral, stage)
    weight = rows["country"].map(located).fillna(0.0)
    missing = sorted(set(located.index) - set(rows["country"]))
    if missing:
        _refuse_gap(missing, chain.mineral, stage)
    sourced = float((weight * rows["share"])[rows["basis"] != "assumed"].sum())
    checked = float((weight * rows["checked_share"])[rows["basis"] != "assumed"].sum())
    return Coverage(sourced, checked, 1.0 - sourced)


def coverage_table(ownership: Ownership, chains: Mapping[str, Chain]) -> pd.DataFrame:
    """Return coverage of every mineral and stage: mineral, stage, sourced, checked, assumed."""
    return pd.DataFrame(
        [
            {"mineral": name, "stage": stage, **vars(coverage(ownership, chain, stage))}
            for name, chain in chains.items()
            for stage in STAGES
        ]
    )


def _located(chain: Chain, stage: str) -> xr.DataArray:
    if stage not in STAGES:
        raise DataError(
            "ORE-DAT-083",
            f"'{stage}' is no stage with owners.",
            why="mines and refineries have owners; use has none.",
            fix=f"use one of: {', '.join(STAGES)}.",
        )
    share = chain.shares(stage)
    return xr.DataArray(list(share.values()), coords={"country": list(share)}, dims="country")


def _rows(ownership: Ownership, mineral: str, stage: str) -> pd.DataFrame:
    table = ownership.control
    rows = table[(table["mineral"] == mineral) & (table["stage"] == stage)]
    if rows.empty:
        _refuse_gap(["any country"], mineral, stage)
    return rows


def _require_countries(matrix: xr.DataArray, located: xr.DataArray, name: str, stage: str) -> None:
    missing = sorted(set(located["country"].values) - set(matrix["country"].values))
    if missing:
        _refuse_gap(missing, name, stage)


def _refuse_gap(missing: list[str], mineral: str, stage: str) -> None:
    raise DataError(
        "ORE-DAT-083",
        f"ownership_control has no owners of {mineral} {stage} in {', '.join(missing)}.",
        why="the output there would belong to nobody, not even marked as unknown.",
        fix="rebuild the tables together with `oreacle data build`.",
    )


def _refuse_broken_cells(control: pd.DataFrame) -> None:
    totals = control.groupby(_CELL)["share"].agg(["sum", "min"])
    broken = totals[(np.abs(totals["sum"] - 1.0) > TOLERANCE) | (totals["min"] < 0)]
    if len(broken):
        shown = "; ".join(
            f"{' '.join(map(str, cell))}: {total:.4f}"
            for cell, total in zip(broken.index[:5], broken["sum"][:5], strict=True)
        )
        raise DataError(
            "ORE-DAT-082",
            f"the owners of a country's output do not make one whole: {shown}.",
            why="tonnes would be lost or given to two owners.",
            fix="mend ownership_control: its shares, with `unknown`, sum to one and none is "
            "negative.",
        )
