"""The leverage matrix: what every actor can do to every other in a mineral.

Does      Cuts each pair of actors apart, clears the market, and returns loss, own cost and cover.
Units     In `attrs["units"]` of every variable.
Method    Exact counterfactuals of one year (MODEL: market, leverage). A pair without base trade by
          any way is exactly zero by construction: a cap on nothing changes nothing.
Assumes   One threat at a time, fully enforced, on the market of the base year; each mineral alone.
Not here  Several suppliers at once: see `oreacle.market.leverage.joint`; sums over minerals: see
          `oreacle.market.leverage.power`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from oreacle.core.errors import MarketError
from oreacle.core.labels import LINKS
from oreacle.market.clear import market
from oreacle.market.leverage.cases import Arena
from oreacle.market.leverage.command import PLACE, actor_gdp, command_of
from oreacle.market.leverage.cover import cover
from oreacle.market.leverage.measures import UNITS, Measures
from oreacle.market.leverage.threats import Threats
from oreacle.market.problem import Problem
from oreacle.world.snapshot import World

DIMS = ("actor", "target")


@dataclass(frozen=True)
class Pairs:
    """Pairs of actors with base trade, in one mineral.

    Attributes
    ----------
    actor, target
        Indices of the actors, shape (pair,).
    exposure
        Base flows that the actor commands and that reach the target by any way, shape
        (actor, target) [t/yr].
    """

    actor: np.ndarray
    target: np.ndarray
    exposure: np.ndarray


def leverage(
    world: World,
    mineral: str,
    *,
    by: str = PLACE,
    link: str | None = None,
    actors: Sequence[str] = (),
    circumvention: bool = True,
    threads: int = 1,
) -> xr.Dataset:
    """Return the leverage matrix of one mineral.

    Parameters
    ----------
    world
        The world snapshot.
    mineral
        Slug such as ``gallium``.
    by
        ``place``: an actor commands what leaves its customs territory; ``owner``: what it controls
        in any country, by the table `ownership_control`.
    link
        ``ore`` or ``refined`` to cut one of them alone; None for both.
    actors
        Only pairs in which one of these acts or is aimed at; all other cells are NaN. Empty: all.
    circumvention
        False to leave out what would be lost without ways round (half the time).
    threads
        Threads that share the cases; the answer does not depend on their number.

    Returns
    -------
    Dataset (actor, target)
        The measures of `oreacle.market.leverage.measures.Measures`, and `loss_share` of the
        target's gross domestic product [1], `ratio` of loss to own cost [1] (inf where the threat
        costs its maker nothing, NaN where it hurts nobody), `loss_no_circumvention` [USD/yr],
        `left` = loss over that [1], `exposure` [t/yr], `stock_months` of the target's use and
        `cut_months` of the cut tonnes that its known stocks cover [month]. A pair without trade is
        exactly zero, NaN where a ratio has no meaning; a case that fails is NaN. `attrs` hold
        `cases` and `failed`.

    Raises
    ------
    ScenarioError
        ORE-SCN-002 on an unknown mineral, ORE-SCN-003 or 015 on a name that is not one of an
        actor.
    MarketError
        ORE-MKT-040 on another `by`, ORE-MKT-041 on another `link`.
    """
    arena = arena_of(world, mineral, by)
    pairs = _asked(pairs_of(arena, link), arena, actor_codes(world, arena, actors))
    threats = threats_of(arena, pairs, link)
    found = arena.run(threats, pairs.actor, threads=threads)
    table = _table(arena, pairs, found, actor_codes(world, arena, actors))
    count, failed = threats.size, found.failed
    if circumvention:
        free = _without_ways(arena, pairs, threats, found, threads)
        table["loss_no_circumvention"] = _spread(arena, pairs, free, table["loss"].to_numpy())
        table["left"] = _over(table["loss"], table["loss_no_circumvention"])
        count, failed = 2 * count, failed + int(np.isnan(free).sum())
    table = cover(table, world, mineral, arena)
    return _labelled(table, world, arena).assign_attrs(
        mineral=mineral, by=by, link=link or "both", cases=count, failed=failed
    )


def leverage_all(
    world: World,
    minerals: Sequence[str] = (),
    *,
    by: str = PLACE,
    link: str | None = None,
    actors: Sequence[str] = (),
    circumvention: bool = True,
    threads: int = 2,
) -> xr.Dataset:
    """Return the leverage matrices of several minerals, with a leading dimension `mineral`.

    Parameters
    ----------
    minerals
        Slugs; empty for all.
    world, by, link, actors, circumvention, threads
        As for `leverage`.

    Raises
    ------
    ScenarioError, MarketError
        As `leverage`.
    """
    names = tuple(minerals) or world.mineral_names
    parts = [
        leverage(
            world,
            name,
            by=by,
            link=link,
            actors=actors,
            circumvention=circumvention,
            threads=threads,
        )
        for name in names
    ]
    whole = xr.concat(parts, dim=xr.Variable("mineral", list(names)), combine_attrs="drop")
    for name, variable in parts[0].data_vars.items():
        whole[name].attrs.update(variable.attrs)
    return whole.assign_attrs(
        by=by,
        link=link or "both",
        cases=sum(part.attrs["cases"] for part in parts),
        failed=sum(part.attrs["failed"] for part in parts),
    )


def arena_of(world: World, mineral: str, by: str = PLACE) -> Arena:
    """Return the base-year market of a mineral, ready for threats; raises as `leverage`."""
    return arena_for(world, market(world, mineral), by)


def arena_for(world: World, problem: Problem, by: str) -> Arena:
    """Return a market, in one or several cases, ready for threats."""
    return Arena(problem, world.territory, command_of(world, problem, by))


def check_link(link: str | None) -> tuple[str, ...]:
    """Return the links that are cut; raise MarketError ORE-MKT-041 if there is no such link."""
    if link is None:
        return LINKS
    if link in LINKS:
        return (link,)
    raise MarketError(
        "ORE-MKT-041",
        f"trade in '{link}' cannot be cut.",
        why="a mineral is traded as ore and as refined product.",
        fix="ask for ore or refined, or leave it out for both.",
    )


def pairs_of(arena: Arena, link: str | None = None) -> Pairs:
    """Return the pairs with base trade on the links asked for; raises ORE-MKT-041."""
    count = len(arena.actors)
    exposure = np.zeros((count, count))
    for name in check_link(link):
        terms = arena.problem.ore if name == "ore" else arena.problem.refined
        exposure += arena.borders[name].exposure(terms, arena.share[name], count)
    np.fill_diagonal(exposure, 0.0)
    actor, target = np.nonzero(exposure > 0.0)
    return Pairs(actor, target, exposure)


def threats_of(arena: Arena, pairs: Pairs, link: str | None = None) -> Threats:
    """Return one threat for each pair."""
    cut = check_link(link)
    held = {
        name: arena.share[name][pairs.actor] * float(name in cut) for name in ("ore", "refined")
    }
    return Threats(
        held["ore"], held["refined"], pairs.target, np.zeros(pairs.actor.size, dtype=bool)
    )


def actor_codes(world: World, arena: Arena, actors: Sequence[str]) -> np.ndarray:
    """Return indices of actors by name; raises ORE-SCN-003 or 015.

    By ownership, an owner outside the trade actors may be named too.
    """
    names = [name.upper() for name in actors]
    known = [n if n in arena.actors else world.territory.acting(n) for n in names]
    return np.array([arena.actors.index(name) for name in known], dtype=np.int64)


def _asked(pairs: Pairs, arena: Arena, codes: np.ndarray) -> Pairs:
    if codes.size == 0:
        return pairs
    keep = np.isin(pairs.actor, codes) | np.isin(pairs.target, codes)
    return replace(pairs, actor=pairs.actor[keep], target=pairs.target[keep])


def _without_ways(
    arena: Arena, pairs: Pairs, threats: Threats, found: Measures, threads: int
) -> np.ndarray:
    """Return the loss where measures follow the tonnes, shape (pair,) [USD/yr].

    A pair that no way round joins is not cleared again.
    """
    free = found.loss.copy()
    rows = np.flatnonzero(arena.has_around(threats))
    again = arena.run(threats.take(rows).following(), pairs.actor[rows], threads=threads)
    free[rows] = again.loss
    return free


def _table(arena: Arena, pairs: Pairs, found: Measures, codes: np.ndarray) -> xr.Dataset:
    count = len(arena.actors)
    asked = np.ones((count, count), dtype=bool)
    if codes.size:
        asked[:] = False
        asked[codes] = asked[:, codes] = True
    data = {}
    for name in Measures.names():
        values = np.where(asked, 0.0, np.nan)
        values[pairs.actor, pairs.target] = getattr(found, name)
        data[name] = (DIMS, values, {"units": UNITS[name]})
    exposure = np.where(asked, pairs.exposure, np.nan)
    table = xr.Dataset(data).assign(exposure=(DIMS, exposure, {"units": "t/yr"}))
    return table.assign(ratio=(DIMS, _ratio(table), {"units": "1"}))


def _spread(arena: Arena, pairs: Pairs, values: np.ndarray, like: np.ndarray) -> xr.DataArray:
    whole = np.where(np.isnan(like), np.nan, 0.0)
    whole[pairs.actor, pairs.target] = values
    return xr.DataArray(whole, dims=DIMS, attrs={"units": "USD/yr"})


def _ratio(table: xr.Dataset) -> np.ndarray:
    """Return loss over own cost: inf where a threat that hurts costs its maker nothing."""
    loss, cost = table["loss"].to_numpy(), table["own_cost"].to_numpy()
    hurts = loss > 0.0
    ratio = np.divide(loss, cost, out=np.full_like(loss, np.nan), where=hurts & (cost > 0.0))
    return np.where(hurts & (cost <= 0.0), np.inf, ratio)


def _over(part: xr.DataArray, whole: xr.DataArray) -> xr.DataArray:
    """Return part over whole [1]; NaN unless the whole is above zero."""
    top, low = part.to_numpy(), whole.to_numpy()
    values = np.divide(top, low, out=np.full_like(top, np.nan), where=low > 0.0)
    return xr.DataArray(values, dims=part.dims, attrs={"units": "1"})


def _labelled(table: xr.Dataset, world: World, arena: Arena) -> xr.Dataset:
    """Return the table with names of actors, targets cut to the trade actors, and GDP shares."""
    whole = table.assign_coords(actor=list(arena.actors), target=list(arena.actors))
    names, known = list(world.territory.actors), actor_gdp(world)
    whole = whole.sel(target=names)
    gdp = np.array([known[name] for name in names])
    share = whole["loss"].to_numpy() / np.where(gdp > 0.0, gdp, np.nan)
    return whole.assign(
        gdp=("target", gdp, {"units": "USD/yr"}), loss_share=(DIMS, share, {"units": "1"})
    )
