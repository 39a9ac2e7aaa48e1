"""Small chains that tests of exposure share: two blocs' worth of countries, worked by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import strategies as st
from tests.market.small import chain, random_chain

from oreacle.world.chain import Chain
from oreacle.world.territory import Territory

TERRITORY = Territory(
    {
        "COD": "COD",
        "CHN": "CHN",
        "JPN": "JPN",
        "USA": "USA",
        "FIN": "EU",
        "DEU": "EU",
        "ROW": "ROW",
    }
)
MINES, PLANTS, USERS = ("COD", "CHN", "FIN"), ("CHN", "FIN", "JPN"), ("CHN", "DEU", "FIN", "JPN")


def worked() -> Chain:
    """Return the chain of the hand-worked figures.

    Ore, from COD, CHN, FIN to CHN, FIN, JPN; metal, from CHN, FIN, JPN to CHN, DEU, FIN, JPN.
    Intakes: CHN 80 (60 COD, 20 CHN), FIN 40 (20 COD, 20 FIN), JPN 10 (10 COD).
    """
    ore = np.array([[60.0, 20.0, 10.0], [20.0, 0.0, 0.0], [0.0, 20.0, 0.0]])
    metal = np.array([[40.0, 10.0, 0.0, 30.0], [0.0, 20.0, 10.0, 10.0], [0.0, 0.0, 0.0, 10.0]])
    return replace(chain(ore, metal, (MINES, PLANTS, USERS)), mineral="testium")


def chains() -> st.SearchStrategy[Chain]:
    """Return random chains that close."""
    sizes = st.integers(1, 5)
    return st.builds(
        lambda seed, mines, plants, users: random_chain(
            np.random.default_rng(seed), mines, plants, users
        ),
        st.integers(0, 10_000),
        sizes,
        sizes,
        sizes,
    )


def located(c: Chain) -> Territory:
    """Return a territory in which each country of a chain is its own actor."""
    return Territory({name: name for name in (*c.miners, *c.refiners, *c.users)})
