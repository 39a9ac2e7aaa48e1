"""Which minerals come with which hosts, and how much of each country's output does.

Does      Orders minerals with hosts first; splits each country's output of a by-product into
          parts that come with each host and a part that does not.
Units     Shares of the country's base output of the by-product [1].
Method    Biproportional fitting (Deming and Stephan 1940): the first guess of a country's tonnes
          with a host is its host output, that of the rest its own output; rows are scaled to the
          country's output and columns to the host's share of the world, rows last. Cells that
          `assumed/by_product_places.csv` states are kept: a mine's main product is known better
          than any balancing could guess.
Assumes   Shares of the table `by_products` hold for the world of the base year. Where countries
          with host output have too little of the by-product for the share, the share falls short:
          tonnes are never moved between countries, and stated cells win over world shares.
Not here  What a change of the host does: see `oreacle.market.by_products`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter

import numpy as np
import pandas as pd

from oreacle.core.errors import DataError
from oreacle.data.assumptions import read_assumed
from oreacle.data.base.by_products import refuse_cycles
from oreacle.world.chain import Chain

LEAST_HOST = 1e-9
"""Host output over the largest country's below which a country counts as having none [1]."""
ROUNDS = 500
"""Rounds of the fit; it is linear and small, and a round more changes nothing that is shown."""


@dataclass(frozen=True)
class HostLink:
    """One host of one by-product.

    Attributes
    ----------
    mineral, host
        Slugs.
    host_stage
        Stage of the host at which the by-product is won: ``mined`` or ``refined``.
    share
        Share of the by-product's world output that comes with the host [1].
    """

    mineral: str
    host: str
    host_stage: str
    share: float


@dataclass(frozen=True)
class HostShares:
    """How a by-product's output hangs on its hosts, by country.

    Attributes
    ----------
    mineral
        The by-product.
    hosts
        Its links, in the order of the columns of `linked`.
    countries
        Countries that win the by-product, in the order of the rows.
    output
        Base output of the by-product in its mined form, shape (country,) [t/yr].
    linked
        Share of a country's output that comes with each host, shape (country, host) [1].
    """

    mineral: str
    hosts: tuple[HostLink, ...]
    countries: tuple[str, ...]
    output: np.ndarray
    linked: np.ndarray

    @property
    def unlinked(self) -> np.ndarray:
        """Share of a country's output that comes with no modelled host, shape (country,) [1]."""
        return np.asarray(np.maximum(1.0 - self.linked.sum(axis=1), 0.0))

    @property
    def world_shares(self) -> np.ndarray:
        """Share of world output that comes with each host, shape (host,) [1]."""
        return np.asarray(self.output @ self.linked / self.output.sum())


@dataclass(frozen=True)
class ByProducts:
    """The hosts of all by-products.

    Attributes
    ----------
    links
        In the order of the table.
    order
        Minerals that are hosts or by-products, hosts first.
    places
        Stated share of a country's output that comes with a host, by (mineral, host, country) [1].
    """

    links: tuple[HostLink, ...]
    order: tuple[str, ...]
    places: Mapping[tuple[str, str, str], float] = field(default_factory=dict)

    def hosts(self, mineral: str) -> tuple[HostLink, ...]:
        """Return the links of a by-product to its hosts; empty if it has none."""
        return tuple(link for link in self.links if link.mineral == mineral)

    def descendants(self, minerals: Iterable[str]) -> tuple[str, ...]:
        """Return the minerals and all that come with them, hosts first.

        Examples
        --------
        >>> links = (HostLink("tellurium", "copper", "refined", 0.9),)
        >>> ByProducts(links, ("copper", "tellurium")).descendants(["copper"])
        ('copper', 'tellurium')
        """
        reached = list(dict.fromkeys(minerals))
        for mineral in reached:
            new = [link.mineral for link in self.links if link.host == mineral]
            reached += [name for name in new if name not in reached]
        known = [name for name in self.order if name in reached]
        return tuple([name for name in reached if name not in known] + known)


def by_products_from_table(table: pd.DataFrame, places: pd.DataFrame | None = None) -> ByProducts:
    """Read the table `by_products`.

    Parameters
    ----------
    table
        Columns mineral, host, host_stage, share.
    places
        Columns mineral, host, country, value: shares of single countries; None for those of
        `assumed/by_product_places.csv`.

    Raises
    ------
    DataError
        ORE-DAT-049 if hosts form a cycle, shares are out of bounds, or a stage has no output.
    """
    refuse_cycles(table)
    links = tuple(
        HostLink(str(row.mineral), str(row.host), str(row.host_stage), float(row.share))  # type: ignore[arg-type]
        for row in table.itertuples()
    )
    stages = sorted({link.host_stage for link in links} - {"mined", "refined"})
    if stages:
        raise DataError(
            "ORE-DAT-049",
            f"by-products are won at unknown stages of their hosts: {', '.join(stages)}.",
            why="only mines and refineries have an output that a by-product could follow.",
            fix="write mined or refined in the column host_stage of the table `by_products`.",
        )
    stated = read_assumed("by_product_places") if places is None else places
    return ByProducts(links, host_order(links), stated_places(stated))


def stated_places(table: pd.DataFrame) -> dict[tuple[str, str, str], float]:
    """Return stated shares by (mineral, host, country) [1].

    Raises
    ------
    DataError
        ORE-DAT-049 if a share is outside 0 to 1, or those of one country add to more than 1.
    """
    keys = table[["mineral", "host", "country"]].astype(str)
    value = table["value"].astype(float)
    sums = value.groupby([table["mineral"], table["country"]]).sum()
    over = [f"{mineral} in {country}" for mineral, country in sums.index[sums > 1.0 + 1e-9]]
    over += [str(row) for row in keys.loc[~value.between(0.0, 1.0), "country"]]
    if over:
        raise DataError(
            "ORE-DAT-049",
            f"shares of output that come with hosts are out of bounds: {', '.join(over)}.",
            why="a country's output would come from its hosts more than once.",
            fix="mend `assumed/by_product_places.csv`: from 0 to 1, in sum at most 1.",
        )
    return {
        (row.mineral, row.host, row.country): float(share)  # type: ignore[misc]
        for row, share in zip(keys.itertuples(), value, strict=True)
    }


def host_order(links: Iterable[HostLink]) -> tuple[str, ...]:
    """Return all minerals of the links with hosts before by-products, by name where free.

    Raises
    ------
    DataError
        ORE-DAT-049 if hosts form a cycle.
    """
    graph: dict[str, set[str]] = {}
    for link in links:
        graph.setdefault(link.mineral, set()).add(link.host)
    sorter = TopologicalSorter(graph)
    order: list[str] = []
    try:
        sorter.prepare()
    except CycleError as error:
        raise DataError(
            "ORE-DAT-049",
            f"hosts of by-products form a cycle: {' -> '.join(error.args[1])}.",
            why="by-products are worked out after their hosts.",
            fix="leave out the smaller of two minerals that host each other.",
        ) from error
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        order += ready
        sorter.done(*ready)
    return tuple(order)


def host_output(chain: Chain, stage: str) -> tuple[tuple[str, ...], np.ndarray]:
    """Return countries and base output from ore of a host at a stage [t/yr]."""
    return (chain.miners, chain.mined) if stage == "mined" else (chain.refiners, chain.refined)


def host_shares(by_products: ByProducts, chains: Mapping[str, Chain], mineral: str) -> HostShares:
    """Return how a by-product's output hangs on its hosts, country by country.

    Parameters
    ----------
    by_products
        The hosts.
    chains
        Chain by mineral; a host without a chain leaves its share unlinked.
    mineral
        The by-product; one without hosts has no column.
    """
    chain = chains[mineral]
    links = tuple(link for link in by_products.hosts(mineral) if link.host in chains)
    guess = np.zeros((len(chain.miners), len(links)))
    for column, link in enumerate(links):
        names, output = host_output(chains[link.host], link.host_stage)
        found = dict(zip(names, output, strict=True))
        guess[:, column] = [found.get(country, 0.0) for country in chain.miners]
    known = [
        [by_products.places.get((mineral, link.host, country), np.nan) for link in links]
        for country in chain.miners
    ]
    linked = fitted_shares(
        chain.mined,
        guess,
        np.array([link.share for link in links]),
        np.array(known).reshape(guess.shape),
    )
    return HostShares(mineral, links, chain.miners, chain.mined, linked)


def fitted_shares(
    output: np.ndarray, host: np.ndarray, share: np.ndarray, known: np.ndarray | None = None
) -> np.ndarray:
    """Return the share of each country's output that comes with each host.

    Parameters
    ----------
    output
        Output of the by-product, shape (country,) [t/yr].
    host
        Output of the hosts in the same countries, shape (country, host) [t/yr].
    share
        Share of each host in the world's output of the by-product, shape (host,) [1].
    known
        Stated shares of a country's output, shape (country, host); NaN where none is stated [1].

    Returns
    -------
    ndarray
        Shape (country, host) [1]; zero where a country has no host output, or none of its own.

    Examples
    --------
    Half of the world's output comes with the host, and only the first of two equal countries
    has any: all of its output is linked.

    >>> fitted_shares(np.array([5.0, 5.0]), np.array([[3.0], [0.0]]), np.array([0.5])).round(2)
    array([[1.],
           [0.]])
    """
    if known is None:
        known = np.full(host.shape, np.nan)
    free = np.isnan(known)
    stated = np.where(free, 0.0, known) * output[:, None]
    rest = np.maximum(output - stated.sum(axis=1), 0.0)
    wanted = np.maximum(share * output.sum() - stated.sum(axis=0), 0.0)
    size = np.maximum(host.max(axis=0, initial=0.0), np.finfo(float).tiny)
    guess = np.where(host > LEAST_HOST * size, host / size, 0.0)
    balanced = _balanced(rest, np.where(free, guess, 0.0), wanted)
    # A stated host without modelled output in the country links to nothing that could change.
    tonnes = balanced + np.where(host > 0, stated, 0.0)
    some = output[:, None] > 0
    return np.asarray(np.divide(tonnes, output[:, None], out=np.zeros_like(tonnes), where=some))


def _balanced(output: np.ndarray, host: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Return tonnes by country and host that fit rows, and columns as far as they can [t/yr]."""
    columns = np.append(wanted, max(output.sum() - wanted.sum(), 0.0))
    tonnes = np.column_stack([host, output]).astype(float) * (output > 0)[:, None]
    for _ in range(ROUNDS):
        sums = tonnes.sum(axis=0)
        tonnes = tonnes * np.divide(columns, sums, out=np.zeros_like(sums), where=sums > 0)
        # A country without any host keeps its output in the last column, whatever its share.
        alone = tonnes[:, :-1].sum(axis=1) == 0
        tonnes[alone, -1] = output[alone]
        rows = tonnes.sum(axis=1)
        scale = np.divide(output, rows, out=np.zeros_like(rows), where=rows > 0)
        tonnes = tonnes * scale[:, None]
    return np.asarray(tonnes[:, :-1])
