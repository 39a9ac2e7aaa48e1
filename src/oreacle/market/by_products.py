"""Clear several minerals at once, hosts before their by-products.

Does      Clears the minerals with policies and all that come with them; scales what a by-product's
          mines can give with the output of its hosts in the same country.
Units     Output and capacity t/yr; changes over base [1].
Method    K_by = max(0, sum over hosts of rate x yield x host output) + the part of no modelled
          host (MODEL: market, by-products). Rate x yield of a country is its linked base output
          over the host's base output there, so that the base year is reproduced exactly. Less
          host output takes output and capacity alike: recovery per tonne of host is what it was.
          More host output adds capacity alone, which a higher price has to fill.
Assumes   Recovery units for what hosts now waste (latent recovery) take two to four years to
          build: none is built within the year that a what-if describes. By-products do not feed
          back on hosts: they earn a small part of what a host mine earns.
Not here  Which output hangs on which host: see `oreacle.world.by_products`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from oreacle.market.clear import NO_DRAWS, check_policies, cleared
from oreacle.market.draws import check_count, parameter_ranges
from oreacle.market.outcome import Outcome
from oreacle.market.policies import Policy
from oreacle.market.sampled import Sample
from oreacle.world.by_products import HostShares, host_output, host_shares
from oreacle.world.chain import Chain
from oreacle.world.snapshot import World

NOTICED = 1e-9
"""Change of a host's output over base below which no record is written [1]: solver noise."""


@dataclass(frozen=True)
class HostEffect:
    """What a host's change does to a by-product in one country.

    Attributes
    ----------
    mineral, host, host_stage, country
        Which by-product, which host at which stage, and where.
    linked_share
        Share of the country's base output of the by-product that comes with the host [1].
    host_output_change
        Change of the host's output over base in the country [1].
    capacity_change
        What it adds to the country's base output and capacity of the by-product [1].
    output_change
        The same in tonnes of base output [t/yr]; where it is a gain, room and not yet output.
    """

    mineral: str
    host: str
    host_stage: str
    country: str
    linked_share: float
    host_output_change: float
    capacity_change: float
    output_change: float


@dataclass(frozen=True)
class UnlinkedOutput:
    """Output of a by-product that no change of a host reaches.

    Attributes
    ----------
    mineral, country
        Which by-product, and where.
    output
        Base output that comes with no modelled host [t/yr].
    share
        The same over the country's base output [1].
    has_host
        False if the country has no modelled output of any host at all.
    """

    mineral: str
    country: str
    output: float
    share: float
    has_host: bool


@dataclass(frozen=True)
class Markets:
    """Several markets cleared together.

    Attributes
    ----------
    outcomes
        Outcome by mineral, hosts before their by-products.
    host_effects
        What changes of hosts did, in the order of clearing; empty if no host moved.
    unlinked
        Output of the cleared by-products that hangs on no modelled host.
    """

    outcomes: Mapping[str, Outcome]
    host_effects: tuple[HostEffect, ...]
    unlinked: tuple[UnlinkedOutput, ...]


def clear_all(
    world: World,
    policies: Sequence[Policy],
    *,
    draws: int = 0,
    seed: int = 0,
    fixed: bool = False,
) -> Markets:
    """Return the markets of all minerals with policies and of all that come with them.

    Parameters
    ----------
    world
        The world snapshot.
    policies
        Policies and shocks on any minerals; all hold at once. None clears no market.
    draws, seed, fixed
        Parameter draws behind the intervals of each mineral, as of `oreacle.market.clear.clear`.
        A by-product's capacity follows the central output of its host in every draw.

    Returns
    -------
    Markets
        An outcome by mineral, hosts first, and what moved by-products.

    Raises
    ------
    ScenarioError
        As `oreacle.market.clear.clear`.
    DataError
        ORE-DAT-049 if hosts form a cycle.
    MarketError
        ORE-MKT-002 if a market did not solve to its certificate.

    Examples
    --------
    >>> from oreacle.world.load import load_world
    >>> from oreacle.market.policies import CapacityLoss
    >>> markets = clear_all(load_world(), [CapacityLoss("CHN", "zinc", "refined", 0.5)])
    >>> list(markets.outcomes)
    ['zinc', 'germanium', 'indium']
    """
    check_policies(policies)
    wanted = list(dict.fromkeys(policy.mineral for policy in policies))
    for mineral in wanted:
        world.chain(mineral)
    by_products = world.by_products
    outcomes: dict[str, Outcome] = {}
    effects: list[HostEffect] = []
    unlinked: list[UnlinkedOutput] = []
    for mineral in by_products.descendants(wanted):
        if mineral not in world.chains:
            continue
        shares = host_shares(by_products, world.chains, mineral)
        levels = np.column_stack(
            [
                host_levels(outcomes.get(link.host), world.chains[link.host], link.host_stage, at)
                for link, at in ((link, shares.countries) for link in shares.hosts)
            ]
            or [np.ones((len(shares.countries), 0))]
        )
        found = host_effects(shares, levels)
        own = [policy for policy in policies if policy.mineral == mineral]
        mines = mine_levels(shares, levels) if found else None
        sample = NO_DRAWS
        if check_count(draws):
            sample = Sample(draws, seed, parameter_ranges(world, mineral), fixed)
        outcomes[mineral] = cleared(world, mineral, own, sample=sample, mines=mines)
        effects += found
        unlinked += unlinked_output(shares) if shares.hosts else []
    return Markets(outcomes, tuple(effects), tuple(unlinked))


def mine_levels(shares: HostShares, host_level: np.ndarray) -> np.ndarray:
    """Return a by-product's mine capacity over base.

    Parameters
    ----------
    shares
        How output hangs on hosts.
    host_level
        Output of each host over base in the by-product's countries, shape (..., mine, host) [1].

    Returns
    -------
    ndarray
        Shape (..., mine) [1], not below zero; one where nothing is linked.

    Examples
    --------
    >>> shares = HostShares("tellurium", (), ("SWE",), np.array([46.0]), np.array([[0.5]]))
    >>> mine_levels(shares, np.array([[0.2]])).round(9)
    array([0.6])
    """
    # Written as a sum of changes: hosts at their base output leave exactly one.
    level = 1.0 + (shares.linked * (host_level - 1.0)).sum(axis=-1)
    return np.asarray(np.maximum(level, 0.0))


def host_levels(
    outcome: Outcome | None, chain: Chain, stage: str, countries: Sequence[str]
) -> np.ndarray:
    """Return a host's output over base in the given countries, shape (country,) [1].

    One where the host was not cleared, or has no base output: a by-product is linked to none there.
    """
    if outcome is None:
        return np.ones(len(countries))
    names, base = host_output(chain, stage)
    change = outcome.quantities[f"{stage}_change"].sel(country=list(names)).to_numpy()
    level = 1.0 + np.divide(change, base, out=np.zeros_like(base), where=base > 0)
    found = dict(zip(names, level, strict=True))
    return np.array([float(found.get(country, 1.0)) for country in countries])


def host_effects(shares: HostShares, host_level: np.ndarray) -> list[HostEffect]:
    """Return what moved hosts do to a by-product, one record for each linked country and host."""
    moved = np.abs(host_level - 1.0) > NOTICED
    return [
        HostEffect(
            shares.mineral,
            link.host,
            link.host_stage,
            shares.countries[row],
            float(shares.linked[row, column]),
            float(host_level[row, column] - 1.0),
            float(shares.linked[row, column] * (host_level[row, column] - 1.0)),
            float(
                shares.output[row] * shares.linked[row, column] * (host_level[row, column] - 1.0)
            ),
        )
        for column, link in enumerate(shares.hosts)
        for row in np.flatnonzero(moved[:, column] & (shares.linked[:, column] > 0))
    ]


def unlinked_output(shares: HostShares) -> list[UnlinkedOutput]:
    """Return the part of each country's output that comes with no modelled host."""
    free = shares.unlinked
    return [
        UnlinkedOutput(
            shares.mineral,
            shares.countries[row],
            float(free[row] * shares.output[row]),
            float(free[row]),
            bool(shares.linked[row].any()),
        )
        for row in np.flatnonzero((free > 0) & (shares.output > 0))
    ]
