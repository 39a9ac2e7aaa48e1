"""Turn a run into an outlook.

Does      Joins events, markets and exposure of a run into the records that are shown.
Units     As in `oreacle.forecasting.outlook`.
Method    Quantiles over members; probabilities as in `oreacle.forecasting.probabilities`.
Assumes   The tables are those that the run was made with.
Not here  Showing it: see `oreacle.present`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import xarray as xr

from oreacle.data.store import read_table
from oreacle.engine.acts.classes import CLASSES, PAIR
from oreacle.engine.run_record import RunRecord
from oreacle.engine.setting import Setting, make_setting
from oreacle.forecasting.events.track_record import skill_lines
from oreacle.forecasting.outlook import NEAR_YEARS, Outlook, SanityRow
from oreacle.forecasting.preset import baseline
from oreacle.forecasting.risk import risk_rows
from oreacle.forecasting.sanity import act_row, sanity_rows
from oreacle.forecasting.summary_events import (
    class_events,
    other_events,
    restrictions_by_mineral,
)
from oreacle.forecasting.summary_markets import exposures, mineral_outlooks
from oreacle.forecasting.summary_notes import not_in_trade, notes, other_shares
from oreacle.forecasting.summary_relations import relations_outlook

TOP_EVENTS = 12
TOP_MINERAL_EVENTS = 100
TOP_OTHERS = 5
TOP_EXPOSURES = 10
TOP_RISKS = 8
PAST_YEARS = 10


def make_outlook(record: RunRecord, arrays: xr.Dataset, data: Path | None) -> Outlook:
    """Return the outlook of a run.

    Parameters
    ----------
    record
        What the run was made with.
    arrays
        Its arrays.
    data
        Folder of tables, None for the embedded ones.
    """
    setting = make_setting(baseline(data), data)
    years = arrays["year"].to_numpy()
    in_force = arrays["in_force"].to_numpy()[:, -1]
    near = arrays.isel(year=slice(0, NEAR_YEARS))
    return Outlook(
        scenario=str(record.scenario["name"]),
        as_of=record.as_of,
        first_year=int(years[0]),
        last_year=int(years[-1]),
        members=record.members,
        failed=record.failed,
        seed=record.seed,
        version=record.version,
        restrictions=class_events(setting, arrays, "restriction", TOP_EVENTS),
        restricted_minerals=restrictions_by_mineral(setting, arrays, TOP_MINERAL_EVENTS),
        agreements=class_events(setting, arrays, "agreement", TOP_EVENTS),
        others=other_events(setting, arrays, TOP_OTHERS),
        relations=relations_outlook(setting, arrays),
        minerals=mineral_outlooks(setting, arrays),
        exposures=exposures(setting, arrays, TOP_EXPOSURES),
        risks=risk_rows(setting, arrays, TOP_RISKS),
        expected_restrictions=float(near["restriction_probability"].sum("acting").mean()),
        past_restrictions=past_acts(setting, "restriction"),
        expected_agreements=float(near["agreement_probability"].sum(("demand", "acting")).mean()),
        past_agreements=past_acts(setting, "agreement"),
        measures_now=len(setting.register),
        measures_end=tuple(float(q) for q in np.quantile(in_force, (0.1, 0.5, 0.9))),  # type: ignore[arg-type]
        barriers_end=barriers_end(arrays),
        skill=skill_lines(data),
        sanity=_sanity(setting, arrays, data),
        notes=(*notes(setting, record), *not_in_trade(setting, arrays), *other_shares(setting)),
    )


def _sanity(setting: Setting, arrays: xr.Dataset, data: Path | None) -> tuple[SanityRow, ...]:
    rows = sanity_rows(
        setting.space.minerals,
        arrays["price_delivered"].to_numpy().astype(float),
        arrays["in_force"].to_numpy(),
        {name: read_table(name, data) for name in ("price_history", "events")},
        len(setting.register),
    )
    return (*rows, act_row(_acts_a_year(setting, arrays)))


def _acts_a_year(setting: Setting, arrays: xr.Dataset) -> dict[str, tuple[float, float]]:
    """Return acts a year by class: in the last years of a run, and in the last ten known [1/yr]."""
    found = {}
    for name in setting.levels:
        drawn = arrays[f"{name}_drawn"].isel(year=slice(-NEAR_YEARS, None))
        made = drawn.sum([dim for dim in drawn.dims if dim not in ("member", "year")]).mean()
        found[CLASSES[name].title] = (float(made), past_acts(setting, name))
    return found


def barriers_end(arrays: xr.Dataset) -> tuple[float, ...]:
    """Return how many barriers on trade and blocks on investment hold at the end, medians.

    Empty for a run in which the mechanism of barriers is off.
    """
    kinds = (("barriers_on_trade", "barriers_mandates"), ("barriers_blocks",))
    if any(name not in arrays for names in kinds for name in names):
        return ()
    last = arrays.isel(year=-1)
    counts = (sum(last[name].to_numpy() for name in names) for names in kinds)
    return tuple(float(np.median(count)) for count in counts)


def past_acts(setting: Setting, name: str) -> float:
    """Return acts a year of a class in the last ten years, in the units that are forecast [1/yr].

    History has an act of a pair under both of its parties.
    """
    acts = setting.acts.by_class[name][-PAST_YEARS:].sum()
    return float(acts) / PAST_YEARS / (2.0 if CLASSES[name].unit == PAIR else 1.0)
