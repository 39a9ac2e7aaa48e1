"""Leverage of one actor, of all, or of several suppliers together, ranked for reading.

Does      Picks the largest threats out of leverage matrices and sums up pairs of actors.
Units     USD/yr, t/yr, months and shares [1], named in each record.
Method    Largest losses first. Intervals for the threats that are shown, one batch a mineral.
Assumes   The matrix holds all pairs of whoever is looked at.
Not here  The matrix: see `oreacle.market.leverage`; words and tables: `oreacle.present.power_text`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import xarray as xr

from oreacle.core.labels import REST_OF_WORLD
from oreacle.market.intervals import Figure
from oreacle.market.leverage.bands import pair_bands
from oreacle.market.leverage.command import PLACE
from oreacle.market.leverage.power import between, hurt
from oreacle.world.snapshot import World

SMALL = 1e5
"""Loss below which a threat is not counted as one that hurts [USD/yr]; assumed."""


@dataclass(frozen=True)
class ThreatFact:
    """What an actor can do to a target in one mineral.

    Attributes
    ----------
    mineral, name, grade
        Slug, name and data grades of the mineral.
    actor, target
        Who cuts whom off.
    loss, own_cost, price_rise
        Loss of the target and of the actor [USD/yr], and the target's price rise [1].
    loss_share
        Loss over the target's gross domestic product [1].
    ratio
        Loss over own cost [1]: inf if the threat costs nothing.
    loss_no_circumvention, left
        Loss if the measure followed the tonnes [USD/yr], and loss over that [1].
    cut, around, replaced, use_lost
        Tonnes that are stopped, that go round, that others bring, and use lost [t/yr].
    gdp_at_risk, third_loss
        Value added that hangs on lost use, and what third actors lose [USD/yr].
    stock_months, cut_months
        Months of the target's use, and of the cut tonnes, that its known stocks cover.
    """

    mineral: str
    name: str
    grade: str
    actor: str
    target: str
    loss: Figure
    own_cost: Figure
    price_rise: Figure
    loss_share: float
    ratio: float
    loss_no_circumvention: float
    left: float
    cut: float
    around: float
    replaced: float
    use_lost: float
    gdp_at_risk: float
    third_loss: float
    stock_months: float
    cut_months: float


@dataclass(frozen=True)
class PartnerFact:
    """Two actors over all minerals asked for [USD/yr]."""

    other: str
    loss: float
    back: float
    net: float
    mutual: float


@dataclass(frozen=True)
class ActorFacts:
    """Power of one actor.

    Attributes
    ----------
    actor, by, year
        Who, by ``place`` or ``owner``, and the base year.
    minerals
        Minerals looked at.
    outgoing, incoming
        Sum of what it can do to others and others to it, one threat at a time [USD/yr].
    incoming_share
        `incoming` over its gross domestic product [1].
    hurts, hurt_by
        Number of actors, and of minerals, in which the loss is `SMALL` or more.
    threats, dangers
        Its largest threats, and the largest against it.
    grips
        Its threats with the largest price rise at the target.
    partners
        Actors with the largest leverage either way.
    failed
        Cases that did not clear.
    draws
        Draws behind the intervals; 0 for none.
    """

    actor: str
    by: str
    year: int
    minerals: tuple[str, ...]
    outgoing: float
    incoming: float
    incoming_share: float
    hurts: tuple[int, int]
    hurt_by: tuple[int, int]
    threats: tuple[ThreatFact, ...]
    dangers: tuple[ThreatFact, ...]
    grips: tuple[ThreatFact, ...]
    partners: tuple[PartnerFact, ...]
    failed: int
    draws: int


def actor_facts(matrix: xr.Dataset, world: World, actor: str, top: int) -> ActorFacts:
    """Return the power of one actor, without intervals.

    Parameters
    ----------
    matrix
        As from `oreacle.market.leverage.matrix.leverage_all`, with all pairs of the actor.
    world
        The world that it was made from.
    actor
        Code of the actor.
    top
        Rows of each list.
    """
    loss = hurt(matrix)
    out = loss.sel(actor=actor)
    is_target = actor in matrix["target"].values
    into = loss.sel(target=actor) if is_target else xr.zeros_like(loss.isel(target=0))
    gdp = float(matrix["gdp"].isel(mineral=0).sel(target=actor)) if is_target else np.nan
    coming = float(into.sum(skipna=True))
    threats = _ranked(matrix, world, out, "loss", actor=actor)
    dangers = _ranked(matrix, world, into, "loss", target=actor) if is_target else []
    by_price = sorted(threats, key=lambda one: -np.nan_to_num(one.price_rise.value))
    grips = [one for one in by_price if one.loss.value >= 10.0 * SMALL]
    return ActorFacts(
        actor=actor,
        by=str(matrix.attrs["by"]),
        year=world.base_year,
        minerals=tuple(str(name) for name in matrix["mineral"].values),
        outgoing=float(out.sum(skipna=True)),
        incoming=coming,
        incoming_share=coming / gdp,
        hurts=_counts(out, "target"),
        hurt_by=_counts(into, "actor"),
        threats=tuple(threats[:top]),
        dangers=tuple(dangers[:top]),
        grips=tuple(grips[:5]),
        partners=_partners(matrix, actor, top) if is_target else (),
        failed=int(matrix.attrs["failed"]),
        draws=0,
    )


def with_intervals(
    facts: ActorFacts, world: World, *, draws: int, seed: int, by: str = PLACE, threads: int = 1
) -> ActorFacts:
    """Return the facts with 90 % intervals of the threats that are shown.

    Raises
    ------
    MarketError
        ORE-MKT-020 if no interval can be made of so many draws.
    """
    if draws == 0:
        return facts
    wanted: dict[str, list[tuple[str, str]]] = {}
    for one in (*facts.threats, *facts.dangers):
        wanted.setdefault(one.mineral, []).append((one.actor, one.target))
    bands = {
        (band.mineral, band.actor, band.target): band.figures
        for mineral, pairs in wanted.items()
        for band in pair_bands(
            world,
            mineral,
            list(dict.fromkeys(pairs)),
            draws=draws,
            seed=seed,
            by=by,
            threads=threads,
        )
    }

    def banded(rows: Sequence[ThreatFact]) -> tuple[ThreatFact, ...]:
        found = ((row, bands[row.mineral, row.actor, row.target]) for row in rows)
        return tuple(
            replace(
                row,
                loss=band["loss"],
                own_cost=band["own_cost"],
                price_rise=band["price_rise"],
            )
            for row, band in found
        )

    return replace(facts, threats=banded(facts.threats), dangers=banded(facts.dangers), draws=draws)


def _ranked(
    matrix: xr.Dataset, world: World, values: xr.DataArray, by: str, **fixed: str
) -> list[ThreatFact]:
    """Return threats with a loss above zero, the largest first."""
    other = "target" if "actor" in fixed else "actor"
    table = values.transpose("mineral", other)
    numbers = np.nan_to_num(table.to_numpy())
    order = np.argsort(-numbers, axis=None, kind="stable")
    rows = []
    for flat in order[: np.count_nonzero(numbers > 0.0)]:
        at, who = np.unravel_index(flat, numbers.shape)
        names = {other: str(table[other].values[who]), **fixed}
        if names["actor"] == names["target"]:
            continue
        rows.append(
            _threat(
                matrix, world, str(table["mineral"].values[at]), names["actor"], names["target"]
            )
        )
        if len(rows) >= MOST_RANKED:
            break
    return rows


MOST_RANKED = 60
"""Threats that are looked at for the ranked lists."""


def _threat(matrix: xr.Dataset, world: World, mineral: str, actor: str, target: str) -> ThreatFact:
    cell = matrix.sel(mineral=mineral, actor=actor, target=target)
    chain = world.chain(mineral)

    def value(name: str) -> float:
        return float(cell[name]) if name in cell else np.nan

    plain: dict[str, Any] = {name: value(name) for name in _PLAIN}
    return ThreatFact(
        mineral=mineral,
        name=chain.name,
        grade=chain.grades,
        actor=actor,
        target=target,
        loss=Figure(value("loss")),
        own_cost=Figure(value("own_cost")),
        price_rise=Figure(value("price_rise")),
        **plain,
    )


_PLAIN = (
    "loss_share",
    "ratio",
    "loss_no_circumvention",
    "left",
    "cut",
    "around",
    "replaced",
    "use_lost",
    "gdp_at_risk",
    "third_loss",
    "stock_months",
    "cut_months",
)


def _counts(loss: xr.DataArray, other: str) -> tuple[int, int]:
    large = loss >= SMALL
    return int(large.any("mineral").sum()), int(large.any(other).sum())


def _partners(matrix: xr.Dataset, actor: str, top: int) -> tuple[PartnerFact, ...]:
    pairs = between(matrix).sel(actor=actor)
    size = pairs["loss"] + pairs["loss"] - pairs["net"]
    found = []
    for k in np.argsort(-size.to_numpy(), kind="stable"):
        other, cell = str(pairs["target"].values[k]), pairs.isel(target=k)
        if other in (actor, REST_OF_WORLD) or not float(size[k]) > 0.0:
            continue
        loss, net = float(cell["loss"]), float(cell["net"])
        found.append(PartnerFact(other, loss, loss - net, net, float(cell["mutual"])))
    return tuple(found[:top])
