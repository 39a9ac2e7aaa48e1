"""Power: sums of the leverage matrix over minerals, targets and stages.

Does      Returns outgoing and incoming power by actor, net and mutual leverage by pair, how
          concentrated the hands are that hold an actor, and influence over endowment.
Units     USD/yr and shares [1].
Method    Losses above zero are summed over minerals, each as its own threat. Mutual leverage is
          the smaller of what two can do to each other, one-sided the larger less the smaller.
          Concentration is the sum of squared shares of those who could hurt an actor (Herfindahl).
          Influence is an actor's share of outgoing power over its share of the value that the world
          mines and adds by refining.
Assumes   Threats in different minerals add up, since markets are separate; a target that gains
          counts as not hurt. The rest of the world takes no decision: it is left out as a maker.
Not here  The matrix: see `oreacle.market.leverage.matrix`.
"""

from __future__ import annotations

import numpy as np
import xarray as xr

from oreacle.core.labels import REST_OF_WORLD
from oreacle.world.snapshot import World


def power(matrix: xr.Dataset, world: World) -> xr.Dataset:
    """Return power by actor.

    Parameters
    ----------
    matrix
        As from `oreacle.market.leverage.matrix.leverage_all`, with all actors.
    world
        The world that it was made from.

    Returns
    -------
    Dataset (actor)
        `outgoing` and `incoming`: what the actor can do to all others, one at a time, and they to
        it [USD/yr]; `at_risk`: value added of others that hangs on the use that they would lose
        [USD/yr]; `first`: minerals in which nobody has more outgoing power; `own_cost`
        of its threats that hurt, costs above zero only [USD/yr]; `incoming_share` of its gross
        domestic product [1]; `hands`: concentration of those who could hurt it [1]; `value`: of
        what it mines and adds by refining [USD/yr]; `influence`:
        share of outgoing power over share of value [1], NaN without value. Failed cases count as
        missing: `missing` cells by actor.
    """
    loss = hurt(matrix)
    out = loss.sum("target", skipna=True)
    total = loss.sum("mineral", skipna=True)
    comes = total.sum("actor", skipna=True).rename(target="actor")
    cost = matrix["own_cost"].where(loss > 0.0, 0.0).clip(min=0.0)
    gdp = matrix["gdp"].isel(mineral=0).rename(target="actor")
    value = values(world, [str(name) for name in matrix["actor"].values])
    outgoing = out.sum("mineral")
    found = xr.Dataset(
        {
            "outgoing": outgoing,
            "incoming": comes.reindex(actor=matrix["actor"]),
            "at_risk": matrix["gdp_at_risk"].where(loss > 0.0, 0.0).sum(["target", "mineral"]),
            "first": _strongest(out),
            "own_cost": cost.sum(["target", "mineral"], skipna=True),
            "hands": _hands(total).rename(target="actor").reindex(actor=matrix["actor"]),
            "value": value,
            "missing": matrix["loss"].isnull().sum(["target", "mineral"]),
        }
    )
    found["incoming_share"] = found["incoming"] / gdp.reindex(actor=matrix["actor"])
    share = value / value.sum()
    reach = outgoing / outgoing.sum()
    found["influence"] = reach / share.where(share > 0.0)
    for name in ("outgoing", "incoming", "at_risk", "own_cost", "value"):
        found[name].attrs["units"] = "USD/yr"
    for name in ("hands", "incoming_share", "influence", "missing", "first"):
        found[name].attrs["units"] = "1"
    return found


def hurt(matrix: xr.Dataset) -> xr.DataArray:
    """Return losses above zero without those by the rest of the world, and by nobody to itself."""
    loss = matrix["loss"].clip(min=0.0)
    return loss.where(matrix["actor"] != REST_OF_WORLD, 0.0)


def between(matrix: xr.Dataset) -> xr.Dataset:
    """Return mutual and one-sided leverage of every pair of trade actors over all minerals.

    Returns
    -------
    Dataset (actor, target)
        `loss`: what the actor can do to the target; `net`: less what the target can do to it;
        `mutual`: the smaller of the two; `one_sided`: the larger less the smaller [USD/yr].
    """
    total = hurt(matrix).sum("mineral", skipna=True)
    names = [str(name) for name in matrix["target"].values]
    there = total.sel(actor=names)
    back = xr.DataArray(there.to_numpy().T, coords=there.coords, dims=there.dims)
    found = xr.Dataset(
        {
            "loss": there,
            "net": there - back,
            "mutual": np.minimum(there, back),
            "one_sided": np.abs(there - back),
        }
    )
    for name in found.data_vars:
        found[name].attrs["units"] = "USD/yr"
    return found


def stage_power(ore: xr.Dataset, refined: xr.Dataset, world: World) -> xr.Dataset:
    """Return, by mineral and link, how concentrated a stage is and how much its cut can hurt.

    Parameters
    ----------
    ore, refined
        Matrices from `oreacle.market.leverage.matrix.leverage_all` with one link cut alone.
    world
        The world that they were made from.

    Returns
    -------
    Dataset (mineral, link)
        `concentration` of world output of the stage by actor (sum of squared shares) [1]; `loss`:
        what the strongest supplier of the link can do to all others, one at a time [USD/yr];
        `of_use`: that over the value of world use [1]; `supplier`: its name.
    """
    minerals = [str(name) for name in ore["mineral"].values]
    sides = {"ore": (ore, "mined"), "refined": (refined, "refined")}
    data: dict[str, list[list[object]]] = {
        name: [] for name in ("concentration", "loss", "of_use", "supplier")
    }
    for mineral in minerals:
        chain = world.chain(mineral)
        worth = chain.price_delivered * float(chain.used.sum())
        row: dict[str, list[object]] = {name: [] for name in data}
        for table, stage in sides.values():
            sums = hurt(table).sel(mineral=mineral).sum("target", skipna=True)
            at = int(sums.to_numpy().argmax())
            best = float(sums.to_numpy()[at])
            row["concentration"].append(concentration(chain.shares(stage), world))
            row["loss"].append(best)
            row["of_use"].append(best / worth if worth > 0.0 else np.nan)
            row["supplier"].append(str(sums["actor"].values[at]) if best > 0.0 else "")
        for name, values_of in row.items():
            data[name].append(values_of)
    units = {"concentration": "1", "loss": "USD/yr", "of_use": "1", "supplier": ""}
    return xr.Dataset(
        {
            name: (("mineral", "link"), np.array(values_of), {"units": units[name]})
            for name, values_of in data.items()
        },
        coords={"mineral": minerals, "link": list(sides)},
    )


def concentration(shares: dict[str, float], world: World) -> float:
    """Return the sum of squared shares of a stage by actor [1]; NaN for a stage without output."""
    if not shares:
        return float("nan")
    by_actor: dict[str, float] = {}
    for country, share in shares.items():
        actor = world.territory.actor_of[country]
        by_actor[actor] = by_actor.get(actor, 0.0) + share
    return float(sum(share**2 for share in by_actor.values()))


def values(world: World, actors: list[str]) -> xr.DataArray:
    """Return the value that actors mine and add by refining at base prices [USD/yr]."""
    total = dict.fromkeys(actors, 0.0)
    for chain in world.chains.values():
        for places, tonnes, price in (
            (chain.miners, chain.mined, chain.price_mine),
            (chain.refiners, chain.refined, chain.base_margin),
        ):
            for country, amount in zip(places, tonnes, strict=True):
                total[world.territory.actor_of[country]] += float(amount) * price
    return xr.DataArray([total[name] for name in actors], coords={"actor": actors}, dims="actor")


def _strongest(out: xr.DataArray) -> xr.DataArray:
    """Return the number of minerals in which each actor has most outgoing power."""
    values = out.transpose("mineral", "actor").to_numpy()
    best = values.argmax(axis=1)[values.max(axis=1) > 0.0]
    counts = np.bincount(best, minlength=values.shape[1])
    return xr.DataArray(counts, coords={"actor": out["actor"]}, dims="actor")


def _hands(total: xr.DataArray) -> xr.DataArray:
    """Return the concentration of those who could hurt each target [1]; NaN where nobody could."""
    whole = total.sum("actor", skipna=True)
    share = total / whole.where(whole > 0.0)
    return (share**2).sum("actor", skipna=True).where(whole > 0.0)
