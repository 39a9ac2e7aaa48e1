"""Events of a run as forecasts with base rates and drivers.

Does      Ranks acts of every class, with bands, base rates and reasons.
Units     Probabilities [1]; rates per year.
Method    See `oreacle.forecasting.probabilities`; a base rate r a year gives 1 - (1 - r)^h
          within h years.
Assumes   Drivers are those of the first year, at the point estimate.
Not here  The models: see `oreacle.relations.model`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import xarray as xr

from oreacle.core.labels import LINKS
from oreacle.data.codes import actor_name
from oreacle.engine.acts.classes import ACTOR, CLASSES
from oreacle.engine.acts.risk import links_at_risk
from oreacle.engine.setting import Setting
from oreacle.forecasting.events.drivers import drivers
from oreacle.forecasting.events.explained import class_shares, mineral_shares
from oreacle.forecasting.outlook import Driver, EventForecast
from oreacle.forecasting.probabilities import Answer, within_horizons
from oreacle.forecasting.summary_markets import base_shares

RANK_HORIZON = 5


@dataclass(frozen=True)
class _Unit:
    """One event question."""

    kind: str
    actor: str
    partner: str
    mineral: str
    link: str
    share: float
    drivers: tuple[Driver, ...]
    rate_model: str
    rate_unit: str


def class_events(
    setting: Setting, arrays: xr.Dataset, name: str, count: int
) -> tuple[EventForecast, ...]:
    """Return the likeliest acts of a class."""
    share = base_shares(setting).max(axis=(-2, -1))
    event_class = CLASSES[name]

    def unit(at: tuple[int, ...]) -> _Unit:
        shares = class_shares(setting, name, at)
        if event_class.unit == ACTOR:
            actor, partner, held = setting.acting[at[0]], "", share[at[0]]
        else:
            actor = setting.acting[setting.first[event_class.unit][at[0]]]
            partner, held = setting.acting[at[1]], share[at[1]]
        label = ";".join(filter(None, (actor, partner)))
        return _Unit(
            name, actor, partner, "", "", float(held), drivers(shares), event_class.model, label
        )

    return _ranked(setting, arrays, name, unit, count)


def other_events(setting: Setting, arrays: xr.Dataset, count: int) -> tuple[EventForecast, ...]:
    """Return the likeliest acts of every class but restrictions and agreements."""
    return tuple(
        event
        for name in setting.levels
        if name not in ("restriction", "agreement")
        for event in class_events(setting, arrays, name, count)
    )


def restrictions_by_mineral(
    setting: Setting, arrays: xr.Dataset, count: int
) -> tuple[EventForecast, ...]:
    """Return the likeliest new export restrictions by actor and mineral."""
    share, at_risk = base_shares(setting), links_at_risk(setting.known)[0]

    def unit(at: tuple[int, ...]) -> _Unit:
        actor, mineral = setting.acting[at[0]], setting.space.minerals[at[1]]
        # A link that the model cannot restrict is no answer, however large the actor is there.
        link = int(np.where(at_risk[at], share[at], share[at] - 1.0).argmax())
        return _Unit(
            "restriction",
            actor,
            "",
            mineral,
            LINKS[link],
            float(share[at].max()),
            drivers(mineral_shares(setting, at[0], at[1], link)),
            "restriction_scope",
            f"{actor};{mineral}",
        )

    return _ranked(setting, arrays, "mineral", unit, count)


def _ranked(
    setting: Setting,
    arrays: xr.Dataset,
    name: str,
    unit: Callable[[tuple[int, ...]], _Unit],
    count: int,
) -> tuple[EventForecast, ...]:
    answer = within_horizons(
        arrays[f"{name}_probability"].to_numpy(), arrays[f"{name}_drawn"].to_numpy()
    )
    ranked_at = max(k for k, h in enumerate(answer.horizons) if h <= RANK_HORIZON or k == 0)
    order = np.argsort(-answer.mean[ranked_at], axis=None, kind="stable")[:count]
    cells = [tuple(int(i) for i in np.unravel_index(k, answer.mean.shape[1:])) for k in order]
    possible = [cell for cell in cells if answer.mean[(ranked_at, *cell)] > 0]
    return tuple(_forecast(setting, unit(cell), answer, cell) for cell in possible)


def _at(values: np.ndarray, cell: tuple[int, ...]) -> np.ndarray:
    """Return the values of one question: the last axes at `cell`, the first one whole."""
    for position in reversed(cell):
        values = values[..., position]
    return values


def _forecast(
    setting: Setting, unit: _Unit, answer: Answer, cell: tuple[int, ...]
) -> EventForecast:
    acts, years, rate = base_rate(setting, unit.rate_model, unit.rate_unit)
    return EventForecast(
        kind=unit.kind,
        actor=unit.actor,
        actor_name=actor_name(unit.actor),
        partner=unit.partner,
        partner_name=actor_name(unit.partner) if unit.partner else "",
        mineral=unit.mineral,
        link=unit.link,
        horizons=answer.horizons,
        probability=_numbers(_at(answer.mean, cell)),
        low=_numbers(_at(answer.low, cell)),
        high=_numbers(_at(answer.high, cell)),
        base_rate=_numbers(1.0 - (1.0 - rate) ** h for h in answer.horizons),
        acts=acts,
        years=years,
        share=unit.share,
        drivers=unit.drivers,
    )


def base_rate(setting: Setting, model: str, unit: str) -> tuple[int, int, float]:
    """Return acts, years at risk and shrunken yearly rate of a unit.

    A unit that was never at risk in the window has the class rate: zero acts in zero years.
    """
    rates = setting.rates[setting.rates["model"] == model]
    found = rates[rates["unit"] == unit]
    if len(found) == 1:
        row = found.iloc[0]
        return int(row["acts"]), int(row["years"]), float(row["rate"])
    return 0, 0, float(rates["acts"].sum() / rates["years"].sum())


def _numbers(values: Iterable[float]) -> tuple[float, ...]:
    return tuple(float(value) for value in values)
