"""What a calibrated control earns and costs, beside the ban.

Does      Sets revenue and welfare of the actor, losses of targets and the leverage that is kept
          side by side.
Units     USD/yr; leverage kept [1].
Method    Loss of an actor: minus its change of welfare, profits with their owners. Leverage kept:
          loss of a target under the control over its loss under the ban.
Assumes   Nobody replies.
Not here  The incomes: see `oreacle.market.welfare`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from oreacle.market.intervals import Figure, Tables, bounds
from oreacle.market.outcome import Outcome
from oreacle.market.restraint.calibrate import Calibrated, Restraint
from oreacle.world.territory import Territory

SMALLEST_LOSS = 1.0
"""Loss under a ban below which no leverage is there to be kept [USD/yr]."""


@dataclass(frozen=True)
class Effects:
    """Money of a control.

    Attributes
    ----------
    tax, rents
        Export tax paid to the actor's state, and rents of links that the control holds, which
        arise in its territory [USD/yr]. Who gets rents depends on how licences are given out.
    actor
        Change of the actor's welfare, with profits of what it owns [USD/yr].
    losses
        Loss by target, and of all outside the actor as ``outside`` [USD/yr]; negative: a gain.
    """

    tax: Figure
    rents: Figure
    actor: Figure
    losses: dict[str, Figure]


def targets_of(restraint: Restraint, territory: Territory) -> tuple[str, ...]:
    """Return the actors whose losses are shown: named targets, and places of ceilings."""
    places = [c.place for c in restraint.ceilings if c.place is not None]
    named = [*restraint.control.targets, *(territory.resolve(place) for place in places)]
    return tuple(dict.fromkeys(name for name in named if name != restraint.control.actor))


def effects(one: Calibrated, restraint: Restraint, territory: Territory) -> Effects:
    """Return the money of a calibrated control or of the ban; zeros without a policy."""
    actor, targets = restraint.control.actor, targets_of(restraint, territory)
    if one.outcome is None:
        nothing = Figure(0.0)
        return Effects(nothing, nothing, nothing, dict.fromkeys((*targets, "outside"), nothing))
    outcome = one.outcome
    home = list(territory.members(actor))
    others = [name for name in territory.actors if name != actor]
    losses = {name: _figure(outcome, "owned", "total", [name], -1.0) for name in targets}
    losses["outside"] = _figure(outcome, "owned", "total", others, -1.0)
    return Effects(
        tax=_figure(outcome, "welfare", "export_taxes", home),
        rents=_figure(outcome, "welfare", "rents", home),
        actor=_figure(outcome, "owned", "total", [actor]),
        losses=losses,
    )


def leverage_kept(control: Effects, ban: Effects) -> dict[str, float]:
    """Return the loss of each target over its loss under the ban [1].

    Missing (NaN) where the ban costs a target nothing.
    """
    return {
        name: control.losses[name].value / loss.value
        if loss.value > SMALLEST_LOSS
        else float("nan")
        for name, loss in ban.losses.items()
    }


def _figure(
    outcome: Outcome, table: str, name: str, places: list[str], sign: float = 1.0
) -> Figure:
    value = sign * _sum(getattr(outcome, table)[name], places)
    if outcome.draws is None:
        return Figure(float(value))
    drawn = sign * _sum(_drawn(outcome.draws.tables, table)[name], places)
    low, high = bounds(value, drawn)
    return Figure(float(value), float(low), float(high))


def _drawn(tables: Tables, table: str) -> xr.Dataset:
    found: xr.Dataset = getattr(tables, table)
    return found


def _sum(column: xr.DataArray, places: list[str]) -> np.ndarray:
    kind = str(column.dims[-1])
    found = [place for place in places if place in column[kind].values]
    return np.asarray(np.nan_to_num(column.sel({kind: found}).to_numpy()).sum(axis=-1))
