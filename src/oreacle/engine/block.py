"""Run one block of members from the as-of date to the horizon.

Does      Steps the years and stacks their records into labelled arrays.
Units     In `attrs["units"]` of every array.
Method    Members of a block move in lockstep, so that markets are cleared in batches; blocks are
          fixed by member number, so that results do not depend on the number of workers.
Assumes   The setting is the same in every worker.
Not here  Processes and files: see `oreacle.engine.ensemble`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from oreacle.core.labels import SECTORS
from oreacle.engine.acts.classes import ACTOR, CLASSES, DYAD, PAIR
from oreacle.engine.draws import Streams
from oreacle.engine.mechanisms.cells import SHOCK_LABELS
from oreacle.engine.mechanisms.machinery import MechanismStreams, make_machinery
from oreacle.engine.relations_ahead import scored_years
from oreacle.engine.setting import Setting
from oreacle.engine.state import YearRecord, first_state
from oreacle.engine.watch import Watch
from oreacle.engine.year import Engine, YearNumbers, first_moment, make_desks, step_year

BLOCK_SIZE = 50
"""Members that move together. Part of the definition of a run: results are equal to the last bit
only between runs with the same size."""
FIRST_DIMS = {PAIR: "demand", DYAD: "imposer"}
"""Dimension of the first parties of a unit."""
EVENT_COLUMNS = (
    "member",
    "year",
    "kind",
    "actor",
    "partner",
    "mineral",
    "link",
    "instrument",
    "strength",
    "targets",
)


@dataclass(frozen=True)
class BlockResult:
    """What a block leaves behind.

    Attributes
    ----------
    arrays
        Dataset with the dimension `member` first.
    events
        Acts that were drawn, columns as `EVENT_COLUMNS`.
    """

    arrays: xr.Dataset
    events: pd.DataFrame


def member_numbers(block: int, members: int) -> np.ndarray:
    """Return the members of a block of a run with `members` members."""
    return np.arange(block * BLOCK_SIZE, min((block + 1) * BLOCK_SIZE, members))


def run_block(
    setting: Setting, numbers: np.ndarray, seed: int, told: Callable[[int], None] | None = None
) -> BlockResult:
    """Run some members to the horizon.

    Parameters
    ----------
    setting
        The fixed part of the run.
    numbers
        Member numbers.
    seed
        Root seed.
    told
        Called with the number of years done, after each of them; None for nobody.
    """
    records: list[YearRecord] = []
    for record in simulated(setting, numbers, seed):
        records.append(record)
        if told is not None:
            told(len(records))
    return BlockResult(_arrays(setting, numbers, records), _events(setting, numbers, records))


def simulated(
    setting: Setting,
    numbers: np.ndarray,
    seed: int,
    *,
    traced: bool = False,
    watch: Watch | None = None,
) -> Iterator[YearRecord]:
    """Yield the records of the years of some members, first to last.

    Parameters
    ----------
    setting
        The fixed part of the run.
    numbers
        Member numbers.
    seed
        Root seed.
    traced
        True if mechanisms tell what happens.
    watch
        Who looks at markets and states; None for nobody.
    """
    coefficient = np.asarray(numbers % len(setting.models["restriction_act"].draws))
    machinery = make_machinery(setting)
    streams = Streams(seed, [int(n) for n in numbers])
    own_streams = MechanismStreams(machinery, seed, [int(n) for n in numbers])
    engine = Engine(make_desks(setting, len(numbers)), machinery, coefficient, traced, watch)
    state = first_state(setting, coefficient)
    at_base = np.ones((len(numbers), len(setting.space.minerals)))
    before = first_moment(setting, state, at_base, np.zeros_like(at_base), 0)
    state = replace(state, pieces=machinery.first_pieces(before))
    for step in range(len(setting.years)):
        draws = YearNumbers(streams.year(setting), own_streams.year(setting))
        state, record = step_year(setting, engine, state, draws, step)
        yield record


def _arrays(setting: Setting, numbers: np.ndarray, records: list[YearRecord]) -> xr.Dataset:
    space = setting.space
    coords = {
        "member": numbers,
        "year": setting.years,
        "mineral": list(space.minerals),
        "actor": list(space.actors),
        "stage": ["mined", "refined"],
    }
    grid = ("member", "year", "mineral")
    data: dict[str, xr.DataArray] = {}

    def keep(name: str, dims: tuple[str, ...], units: str) -> None:
        values = np.stack([getattr(record, name) for record in records], axis=1)
        data[name] = xr.DataArray(
            values.astype(np.float32) if values.dtype == float else values,
            dims=dims,
            attrs={"units": units},
        )

    for name, units in (
        ("price_delivered", "1"),
        ("price_reference", "1"),
        ("shortage", "1"),
        ("output", "t/yr"),
        ("use", "t/yr"),
        ("wanted", "t/yr"),
        ("mine_capacity", "1"),
        ("plant_capacity", "1"),
        ("solved", "1"),
    ):
        keep(name, grid, units)
    keep("hhi", (*grid, "stage"), "1")
    keep("leader", (*grid, "stage"), "1")
    keep("in_force", ("member", "year"), "1")
    keep("loss", ("member", "year", "actor", "mineral"), "USD/yr")
    result = xr.Dataset(data, coords)
    result = result.merge(_questions(setting, numbers, records))
    result = result.merge(_network(setting, numbers, records))
    result = result.merge(_figures(setting, numbers, records))
    return result.merge(_effects(setting, numbers, records))


def _effects(setting: Setting, numbers: np.ndarray, records: list[YearRecord]) -> xr.Dataset:
    """Return the effects of causes on prices."""
    causes, _ = records[0].effects
    values = np.stack([record.effects[1] for record in records], axis=1).astype(np.float32)
    dims = ("member", "year", "mineral", "cause")
    coords = {
        "member": numbers,
        "year": setting.years,
        "mineral": list(setting.space.minerals),
        "cause": list(causes),
    }
    units = {"units": "log points"}
    return xr.Dataset({"price_effect": xr.DataArray(values, dims=dims, attrs=units)}, coords)


def _figures(setting: Setting, numbers: np.ndarray, records: list[YearRecord]) -> xr.Dataset:
    """Return what mechanisms record."""
    space = setting.space
    known = {
        "actor": list(space.actors),
        "acting": list(setting.acting),
        "mineral": list(space.minerals),
        "stage": ["mined", "refined"],
        "sector": list(SECTORS),
        "shock": list(SHOCK_LABELS),
    }
    first = records[0].figures
    data = {}
    coords: dict[str, Any] = {"member": numbers, "year": setting.years}
    for name, one in first.items():
        values = np.stack([record.figures[name].values for record in records], axis=1)
        dims = ("member", "year", *one.dims)
        data[name] = xr.DataArray(values.astype(np.float32), dims=dims, attrs={"units": one.units})
        coords |= {dim: known[dim] for dim in one.dims if dim in known}
    return xr.Dataset(data, coords)


def _questions(setting: Setting, numbers: np.ndarray, records: list[YearRecord]) -> xr.Dataset:
    """Return yearly probabilities and what was drawn, from which event questions are answered."""
    acting = list(setting.acting)
    coords = {
        "member": numbers,
        "year": setting.years,
        "acting": acting,
        "mineral": list(setting.space.minerals),
        **{FIRST_DIMS[unit]: [acting[k] for k in rows] for unit, rows in setting.first.items()},
    }
    data = {}

    def keep(
        name: str, chance: list[np.ndarray], drawn: list[np.ndarray], dims: tuple[str, ...]
    ) -> None:
        shape = ("member", "year", *dims)
        values = np.stack(chance, axis=1).astype(np.float32)
        data[f"{name}_probability"] = xr.DataArray(values, dims=shape, attrs={"units": "1/yr"})
        acts = np.stack(drawn, axis=1)
        data[f"{name}_drawn"] = xr.DataArray(acts, dims=shape, attrs={"units": "1"})

    for name in setting.levels:
        unit = CLASSES[name].unit
        dims = ("acting",) if unit == ACTOR else (FIRST_DIMS[unit], "acting")
        chance, drawn = (
            [getattr(r, part)[name] for r in records] for part in ("probability", "drawn")
        )
        keep(name, chance, drawn, dims)
    minerals = [r.mineral_probability for r in records], [r.minerals for r in records]
    keep("mineral", *minerals, ("acting", "mineral"))
    return xr.Dataset(data, coords)


def _network(setting: Setting, numbers: np.ndarray, records: list[YearRecord]) -> xr.Dataset:
    """Return relations in the years that are asked about."""
    found = [record.network for record in records if record.network is not None]
    coords = {
        "member": numbers,
        "relations_year": list(scored_years(setting.years)),
        "acting": list(setting.acting),
    }
    data = {}
    for name, attribute, dims in (
        ("bloc", "labels", ("acting",)),
        ("polarisation", "polarisation", ()),
        ("balance", "balance", ()),
        ("hedging", "hedging", ("acting",)),
    ):
        values = np.stack([getattr(one, attribute) for one in found], axis=1)
        kept = values.astype(np.int16 if name == "bloc" else np.float32)
        shape = ("member", "relations_year", *dims)
        data[name] = xr.DataArray(kept, dims=shape, attrs={"units": "1"})
    return xr.Dataset(data, coords)


def _events(setting: Setting, numbers: np.ndarray, records: list[YearRecord]) -> pd.DataFrame:
    rows: list[tuple[object, ...]] = []
    for year, record in zip(setting.years, records, strict=True):
        for member, started in enumerate(record.started):
            rows.extend(
                (
                    int(numbers[member]),
                    int(year),
                    "restriction",
                    m.actor,
                    "",
                    m.mineral,
                    m.link,
                    m.instrument,
                    m.strength,
                    ";".join(m.targets),
                )
                for m in started
            )
        for name, drawn in record.drawn.items():
            alone = _without_measure(setting, record) if name == "restriction" else drawn
            rows.extend(_act_rows(setting, numbers, int(year), name, alone))
    frame = pd.DataFrame(rows, columns=list(EVENT_COLUMNS))
    return frame.sort_values(["member", "year", "kind"], kind="stable").reset_index(drop=True)


def _without_measure(setting: Setting, record: YearRecord) -> np.ndarray:
    """Return the restrictions that cover nothing that the model holds, shape (member, actor)."""
    alone = np.array(record.drawn["restriction"])
    for member, started in enumerate(record.started):
        alone[member, [setting.acting.index(measure.actor) for measure in started]] = False
    return alone


def _act_rows(
    setting: Setting, numbers: np.ndarray, year: int, name: str, drawn: np.ndarray
) -> Iterator[tuple[object, ...]]:
    """Yield the rows of acts that no measure stands for, without mineral, link and instrument."""
    acting, unit = setting.acting, CLASSES[name].unit
    blank = ("", "", "", float("nan"), "")
    for member, *cell in np.argwhere(drawn):
        who = acting[cell[0] if unit == ACTOR else setting.first[unit][cell[0]]]
        other = "" if unit == ACTOR else acting[cell[1]]
        yield (int(numbers[member]), year, name, who, other, *blank)


def failed_members(arrays: np.ndarray) -> int:
    """Return how many members have a market that did not solve.

    Parameters
    ----------
    arrays
        The array `solved`, shape (member, year, mineral).
    """
    return int((~arrays.all(axis=(1, 2))).sum())
