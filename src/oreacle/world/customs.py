"""From whom a buyer buys by customs, and where it comes from.

Does      Sets the sellers that customs would name beside the refiners that made the product,
          with the entrepots in between.
Units     Shares of the buyer's use (dimensionless).
Method    Physical flows keep their origin. Of the flow origin to importer, the share `share`
          passes the customs of `via` and is counted there as the seller.
Assumes   A row for the importing country comes before one for its trade actor; a flow without a
          row goes direct.
Not here  Estimating the shares: they come as a table. Physical flows: see
          `oreacle.world.exposure`.
"""

from __future__ import annotations

import pandas as pd

from oreacle.core.errors import DataError
from oreacle.world.chain import Chain
from oreacle.world.exposure import Buyer, purchases
from oreacle.world.territory import Territory

COLUMNS = ("mineral", "link", "origin", "importer", "via", "share", "basis", "source")
ROUNDING = 1e-9


def customs_suppliers(
    chain: Chain, buyer: Buyer, territory: Territory, entrepots: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return who sells refined product to a buyer and where it was refined.

    Parameters
    ----------
    chain, buyer, territory
        A supply chain, who buys, and which actor each country belongs to.
    entrepots
        Rows mineral, link, origin, importer, via, share [1], basis, source; only those of the
        refined link of this mineral count. None: everything goes direct.

    Returns
    -------
    DataFrame
        seller (whom customs name), origin (where it was refined), share [1], basis, source; the
        largest first, own product under the buyer's name, basis `direct` without an entrepot.

    Raises
    ------
    DataError
        ORE-DAT-088 if the chain does not show the buyer's use; ORE-DAT-089 if columns are
        missing, a share is not between 0 and 1, or shares of one flow sum to more than 1.
    """
    use = float(purchases(chain, buyer).sum())
    routes = _routes(chain, entrepots)
    rows = []
    for k, importer in enumerate(chain.users):
        if importer not in buyer.members:
            continue
        for j, origin in enumerate(chain.refiners):
            tonnes = float(chain.refined_flow[j, k])
            if tonnes > 0:
                rows += _split(origin, importer, tonnes / use, buyer, territory, routes)
    table = pd.DataFrame(rows, columns=["seller", "origin", "share", "basis", "source"])
    keys = ["seller", "origin", "basis", "source"]
    summed = table.groupby(keys, as_index=False, sort=True).agg(share=("share", "sum"))
    ordered = summed.sort_values("share", ascending=False, kind="stable", ignore_index=True)
    return ordered[list(table.columns)]


def _routes(chain: Chain, entrepots: pd.DataFrame | None) -> pd.DataFrame:
    """Return the checked rows of this mineral's refined link."""
    if entrepots is None:
        return pd.DataFrame(columns=list(COLUMNS))
    missing = [name for name in COLUMNS if name not in entrepots.columns]
    if missing:
        raise _refusal(f"the table of entrepots lacks {', '.join(missing)}.")
    is_ours = (entrepots["mineral"] == chain.mineral) & (entrepots["link"] == "refined")
    routes = entrepots[is_ours]
    share = routes["share"].astype(float)
    if not share.between(0.0, 1.0).all():
        raise _refusal(f"a share of an entrepot of {chain.mineral} is not between 0 and 1.")
    sums = share.groupby([routes["origin"], routes["importer"]]).sum()
    over = sums[sums > 1 + ROUNDING]
    if len(over):
        origin, importer = over.index[0]
        raise _refusal(
            f"entrepots of {chain.mineral} from {origin} to {importer} sum to {over.iloc[0]:.3f}."
        )
    return routes


def _refusal(what: str) -> DataError:
    return DataError(
        "ORE-DAT-089",
        what,
        why="more or less would arrive than was sent.",
        fix="mend the table of entrepots, or leave it out to see physical flows alone.",
    )


def _split(
    origin: str,
    importer: str,
    share: float,
    buyer: Buyer,
    territory: Territory,
    routes: pd.DataFrame,
) -> list[tuple[str, str, float, str, str]]:
    """Split one flow over its sellers."""
    made = buyer.label(origin)
    if made == buyer.name:
        return [(buyer.name, buyer.name, share, "domestic", "")]
    from_here = routes[routes["origin"] == origin]
    for name in (importer, territory.actor_of.get(importer, importer)):
        found = from_here[from_here["importer"] == name]
        if len(found):
            break
    rows = []
    direct = share
    for row in found.to_dict("records"):
        via = buyer.label(str(row["via"]))
        if via == buyer.name:  # it enters the territory there: the seller is still abroad
            continue
        moved = share * float(row["share"])
        direct -= moved
        rows.append((via, made, moved, str(row["basis"]), str(row["source"])))
    if direct > ROUNDING * share:
        rows.append((made, made, direct, "direct", ""))
    return rows
