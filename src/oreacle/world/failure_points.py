"""What a buyer loses when one supplier, or one link, stops.

Does      Lists single points of failure at mines, refineries and ore links; measures the supply
          left when the largest supplier stops (N-1).
Units     Shares of the buyer's use, or of world use (dimensionless).
Method    Loss is what passes through the place that stops. N-1 coverage is the supply left over
          demand, own supply included.
Assumes   No re-allocation: nobody else sells more, and no stock is drawn. With spare capacity
          given, what is left of it fills the same part of each buyer's gap. The pooled rest
          of the world (`ROW`) is many countries: it does not stop as one.
Not here  Prices, substitution and routes around a stop: see `oreacle.market`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from oreacle.core.errors import DataError
from oreacle.core.labels import REST_OF_WORLD
from oreacle.world.chain import Chain
from oreacle.world.exposure import (
    RECYCLED,
    Buyer,
    by_place,
    look_through,
    purchases,
)
from oreacle.world.territory import Territory

LEAST_LOSS = 0.25
"""Share of a buyer's use from which a place counts as a single point of failure [1]."""
ROUNDING = 1e-9


@dataclass(frozen=True)
class Coverage:
    """Supply left when the largest supplier stops.

    Attributes
    ----------
    stage
        ``mined``, ``refined`` or ``both``: where the supplier stops.
    supplier
        Who stops.
    lost
        Share of the use that passes through the supplier [1].
    left
        Supply left over demand [1].
    left_with_spare
        The same with spare capacity elsewhere; missing without figures.
    """

    stage: str
    supplier: str
    lost: float
    left: float
    left_with_spare: float


def losses(chain: Chain, buyer: Buyer, territory: Territory | None = None) -> pd.DataFrame:
    """Return what a buyer loses when all mines, all refineries, or both, of a place stop.

    Parameters
    ----------
    chain, buyer
        A supply chain, and who buys.
    territory
        If given, places are trade actors and the buyer's own are under its name; else
        countries, also those of a bloc that buys.

    Returns
    -------
    DataFrame
        One row for each place that something passes through, index `place`: mined, refined,
        both [1]; the largest loss first.

    Raises
    ------
    DataError
        ORE-DAT-088 if the chain does not show the buyer's use.
    """
    seen = look_through(chain, buyer)
    use = float(seen.sum())
    origin = _labels(seen["origin"].values, buyer, territory)
    exporter = _labels(seen["exporter"].values, buyer, territory)
    places = sorted((set(origin) - {RECYCLED}) | set(exporter))
    rows = []
    for place in places:
        mine = np.array([name == place for name in origin])
        plant = np.array([name == place for name in exporter])
        tonnes = seen.values
        touched = mine[:, None] | plant[None, :]
        rows.append(
            (tonnes[mine].sum() / use, tonnes[:, plant].sum() / use, tonnes[touched].sum() / use)
        )
    table = pd.DataFrame(rows, columns=["mined", "refined", "both"], index=places, dtype=float)
    table.index.name = "place"
    return table[table["both"] > 0].sort_values("both", ascending=False, kind="stable")


def single_points(
    chain: Chain,
    buyer: Buyer,
    territory: Territory,
    *,
    threshold: float = LEAST_LOSS,
    control: Mapping[str, xr.DataArray] | None = None,
) -> pd.DataFrame:
    """Return places and ore links whose stop takes more than a share of the buyer's use.

    Parameters
    ----------
    chain, buyer, territory
        A supply chain, who buys, and which actor each country belongs to.
    threshold
        Least loss that is listed, above 0 and at most 1 [1].
    control
        For a stage, shares (country, actor) [1] of the output in a country that an actor owns;
        what is not owned by a listed actor stays with the located actor.

    Returns
    -------
    DataFrame
        counted (country, trade actor, owner), stage (mined, refined, ore link), place, loss,
        is_home; the largest loss first.

    Raises
    ------
    DataError
        ORE-DAT-088 if the chain does not show the buyer's use; ORE-DAT-089 if the threshold or
        shares of control are out of range.
    """
    if not 0.0 < threshold <= 1.0:
        raise DataError(
            "ORE-DAT-089",
            f"the threshold {threshold} is not a share above 0 and at most 1.",
            why="every place, or none, would be a point of failure.",
            fix="write 0.25 for a quarter of the use.",
        )
    rows: list[tuple[str, str, str, float, bool]] = []
    for counted, ground in (("country", None), ("trade actor", territory)):
        for place, row in losses(chain, buyer, ground).iterrows():
            name = str(place)
            is_home = name == buyer.name or name in buyer.members
            if is_home and ground is not None and len(buyer.members) > 1:
                continue  # the members of a bloc do not stop as one
            rows += [
                (counted, stage, name, float(row[stage]), is_home) for stage in ("mined", "refined")
            ]
    rows += _link_losses(chain, buyer)
    for stage, owned in (control or {}).items():
        rows += _owner_losses(chain, buyer, territory, stage, owned)
    table = pd.DataFrame(rows, columns=["counted", "stage", "place", "loss", "is_home"])
    is_large = table["loss"] > threshold - ROUNDING
    table = table[is_large & ~table["place"].str.contains(REST_OF_WORLD, regex=False)]
    return table.sort_values("loss", ascending=False, kind="stable", ignore_index=True)


def buyer_coverage(
    chain: Chain,
    buyer: Buyer,
    territory: Territory | None = None,
    *,
    spare: Mapping[str, xr.DataArray] | None = None,
) -> tuple[Coverage, ...]:
    """Return supply left for a buyer when its largest supplier abroad stops.

    Parameters
    ----------
    chain, buyer, territory
        As in `losses`.
    spare
        Spare capacity by country for ``mined`` and ``refined``, each (country) [t/yr].

    Returns
    -------
    tuple of Coverage
        For stops at mines, at refineries and at both; without a named supplier abroad nothing
        is lost.

    Raises
    ------
    DataError
        ORE-DAT-088 if the chain does not show the buyer's use.
    """
    table = losses(chain, buyer, territory)
    abroad = table.drop([buyer.name, *buyer.members, REST_OF_WORLD], errors="ignore")
    return tuple(
        _coverage(chain, stage, abroad[stage], spare, territory)
        for stage in ("mined", "refined", "both")
    )


def world_coverage(
    chain: Chain,
    territory: Territory | None = None,
    *,
    spare: Mapping[str, xr.DataArray] | None = None,
) -> tuple[Coverage, ...]:
    """Return world supply left over world use when the largest supplier stops.

    Parameters are those of `buyer_coverage`; stages are ``mined`` and ``refined``.
    """
    everyone = Buyer("WLD", tuple(chain.users))
    seen = look_through(chain, everyone)
    nobody = Buyer("WLD", ())
    mined = by_place(seen.sum("exporter"), nobody, territory)
    refined = by_place(purchases(chain, everyone), nobody, territory)
    unnamed = [RECYCLED, REST_OF_WORLD]
    return tuple(
        _coverage(chain, stage, loss.drop(unnamed, errors="ignore"), spare, territory)
        for stage, loss in (("mined", mined), ("refined", refined))
    )


def _coverage(
    chain: Chain,
    stage: str,
    loss: pd.Series,
    spare: Mapping[str, xr.DataArray] | None,
    territory: Territory | None,
) -> Coverage:
    if loss.empty or not loss.max() > 0:
        return Coverage(stage, "", 0.0, 1.0, 1.0 if spare else float("nan"))
    supplier = str(loss.idxmax())
    lost = float(loss.max())
    filled = float("nan")
    if spare is not None:
        stages = ("mined", "refined") if stage == "both" else (stage,)
        filled = min(_filled(chain, name, supplier, spare, territory) for name in stages)
    left = 1.0 - lost
    return Coverage(stage, supplier, lost, left, left + lost * filled)


def _filled(
    chain: Chain,
    stage: str,
    supplier: str,
    spare: Mapping[str, xr.DataArray],
    territory: Territory | None,
) -> float:
    """Return the part of the world's gap that spare capacity elsewhere can fill."""
    if stage not in spare:
        return float("nan")
    nobody = Buyer("", ())
    names = _labels(np.array(chain.nodes(stage)), nobody, territory)
    gap = sum(
        tonnes
        for name, tonnes in zip(names, chain.quantity(stage), strict=True)
        if name == supplier
    )
    room = spare[stage]
    held = _labels(room["country"].values, nobody, territory)
    rest = sum(float(t) for name, t in zip(held, room.values, strict=True) if name != supplier)
    return min(1.0, rest / float(gap)) if gap > 0 else 1.0


def _link_losses(chain: Chain, buyer: Buyer) -> list[tuple[str, str, str, float, bool]]:
    """Return ore links between different places; a refined link is its refinery."""
    seen = look_through(chain, buyer)
    use = float(seen.sum())
    origin = _labels(seen["origin"].values, buyer, None)
    exporter = _labels(seen["exporter"].values, buyer, None)
    sums: dict[str, float] = {}
    for i, k in np.argwhere(seen.values > 0):
        if origin[i] not in (exporter[k], RECYCLED):
            link = f"{origin[i]} to {exporter[k]}"
            sums[link] = sums.get(link, 0.0) + float(seen.values[i, k])
    return [("country", "ore link", link, tonnes / use, False) for link, tonnes in sums.items()]


def _owner_losses(
    chain: Chain, buyer: Buyer, territory: Territory, stage: str, owned: xr.DataArray
) -> list[tuple[str, str, str, float, bool]]:
    places = [str(name) for name in owned["country"].values]
    actors = [str(name) for name in owned["actor"].values]
    held = owned.transpose("country", "actor").fillna(0.0).values
    wrong = [
        place
        for place, row in zip(places, held, strict=True)
        if row.min() < 0 or row.sum() > 1 + ROUNDING
    ]
    if wrong:
        raise DataError(
            "ORE-DAT-089",
            f"shares of control over {stage} in {', '.join(wrong)} are negative or sum to more "
            "than 1.",
            why="more would be lost than there is.",
            fix="mend the shares of owners.",
        )
    seen = look_through(chain, buyer)
    part = seen.sum("exporter") if stage == "mined" else purchases(chain, buyer)
    names = [str(name) for name in part[part.dims[0]].values]
    sums: dict[str, float] = {}
    for place, loss in zip(names, part.values / float(seen.sum()), strict=True):
        if place == RECYCLED:
            continue
        row = held[places.index(place)] if place in places else np.zeros(len(actors))
        at_home = territory.actor_of.get(place, place)
        for owner, share in [*zip(actors, row, strict=True), (at_home, 1.0 - row.sum())]:
            sums[owner] = sums.get(owner, 0.0) + float(loss * share)
    home = {territory.actor_of.get(name, name) for name in buyer.members}
    return [("owner", stage, owner, loss, owner in home) for owner, loss in sums.items()]


def _labels(names: np.ndarray, buyer: Buyer, territory: Territory | None) -> list[str]:
    """Return countries as they are, or their trade actors with the buyer's own under its name."""
    plain = [str(name) for name in names]
    if territory is None:
        return plain
    return [
        buyer.name if name in buyer.members else territory.actor_of.get(name, name)
        for name in plain
    ]
