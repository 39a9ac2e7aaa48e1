"""By-products and their hosts.

Does      Makes the table `by_products`: how much of a mineral comes with each host metal.
Units     Share of the by-product's world output [1]; yield in tonnes of the by-product's mined
          form per tonne of the host at the stage where it is won.
Method    Yield = share x world output of the by-product over world output of the host.
Assumes   Shares of `assumed/by_products.csv`; hosts below 5 % are left out, which also keeps
          the graph free of cycles (nickel and platinum host each other). Hosts that are no
          modelled mineral (lead, coal, iron, gold) have no row.
Not here  What a cut of the host does to the market of the by-product.
"""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter

import pandas as pd

from oreacle.core.errors import DataError
from oreacle.data.assumptions import read_assumed
from oreacle.data.base.minerals import stage_total

LEAST_SHARE = 0.05
COLUMNS = [
    "mineral",
    "host",
    "host_stage",
    "share",
    "yield_t_per_t",
    "recovered_share",
    "basis",
    "confidence",
    "source",
]


def by_products_table(vectors: pd.DataFrame) -> pd.DataFrame:
    """Return the table `by_products`.

    Parameters
    ----------
    vectors : DataFrame
        Mined and refined vectors of every mineral.

    Raises
    ------
    DataError
        ORE-DAT-049 if hosts form a cycle or a share is out of bounds.
    """
    table = read_assumed("by_products").rename(columns={"reason": "source"})
    table = table.assign(
        share=table["share"].astype(float),
        recovered_share=pd.to_numeric(table["recovered_share"], errors="coerce"),
    )
    refuse_cycles(table)
    yields = [
        float(share) * stage_total(vectors, mineral, "mined") / stage_total(vectors, host, stage)
        for mineral, host, stage, share in zip(
            table["mineral"], table["host"], table["host_stage"], table["share"], strict=True
        )
    ]
    return table.assign(yield_t_per_t=yields)[COLUMNS]


def refuse_cycles(table: pd.DataFrame) -> tuple[str, ...]:
    """Return minerals with hosts before by-products.

    Parameters
    ----------
    table : DataFrame
        mineral, host, share [1].

    Raises
    ------
    DataError
        ORE-DAT-049 if hosts form a cycle, or the shares of one mineral are out of bounds.

    Examples
    --------
    >>> links = pd.DataFrame({"mineral": ["cobalt"], "host": ["copper"], "share": [0.7]})
    >>> refuse_cycles(links)
    ('copper', 'cobalt')
    """
    sums = table.groupby("mineral")["share"].sum()
    wrong = sorted(sums.index[(sums > 1.0 + 1e-9)]) + sorted(
        set(table.loc[~table["share"].between(LEAST_SHARE, 1.0), "mineral"])
    )
    graph: dict[str, set[str]] = {}
    for row in table.itertuples():
        graph.setdefault(str(row.mineral), set()).add(str(row.host))
    try:
        order = tuple(TopologicalSorter(graph).static_order())
        loop = ""
    except CycleError as error:
        order, loop = (), " -> ".join(error.args[1])
    if loop or wrong:
        raise DataError(
            "ORE-DAT-049",
            f"hosts of by-products are not usable: cycle {loop or 'none'}; shares out of bounds "
            f"of {', '.join(wrong) or 'none'}.",
            why="by-products are worked out after their hosts, and no share is above one.",
            fix="mend the table `by_products`; it is built from `assumed/by_products.csv`.",
        )
    return order
