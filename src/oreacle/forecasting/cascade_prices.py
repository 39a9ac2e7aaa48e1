"""The price if fellow suppliers follow: a second round of a measure.

Does      Takes the suppliers likeliest to restrict the same mineral next, clears every set of
          them, and weighs the prices.
Units     Prices over the reference less one [1].
Method    The likeliest followers take the commonest measure on the link that they are likelier to
          restrict, or on the other one where they sell nothing of it in the base year, at its
          usual strength and on everyone. Sets are weighed by the product of
          chances in each draw of the coefficients, and then over draws.
Assumes   Given the coefficients followers act independently; those beyond the likeliest few, and
          targets, are left out. The first measure stays as it was.
Not here  The chances: see `oreacle.forecasting.cascade`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np

from oreacle.core.errors import MarketError
from oreacle.core.labels import LINKS
from oreacle.engine.act_chances import Chances
from oreacle.engine.measures import ActiveMeasure
from oreacle.engine.setting import Setting
from oreacle.forecasting.cascade_records import RoundPrice, SecondRound
from oreacle.market.apply import PolicyDesk
from oreacle.market.by_products import Markets, clear_all
from oreacle.market.clear import market
from oreacle.market.exposed import price_abroad, restricting
from oreacle.market.policies import Policy
from oreacle.market.policies.catalogue import doers, overlaps

FOLLOWERS = 3
"""Followers that are cleared: every set of them is one case."""
LEAST_CHANCE = 1e-3
"""Chance below which nobody counts as a follower [1]."""


def second_round(
    setting: Setting,
    markets: Markets,
    policies: Sequence[Policy],
    mineral: str,
    before: Chances,
    after: Chances,
) -> SecondRound:
    """Return the price of a mineral if its other suppliers follow.

    Parameters
    ----------
    setting
        Fitted models and marks.
    markets
        The first round, cleared.
    policies
        What was done in it.
    mineral
        A mineral that a policy names.
    before, after
        Chances of acts without and with the what-if.

    Returns
    -------
    SecondRound
        Prices that rest on a case which did not solve are missing (NaN).
    """
    found = _followers(setting, policies, mineral, after)
    followers, at = [policy for policy, _ in found], [position for _, position in found]
    row = setting.space.minerals.index(mineral)
    sets = list(product((False, True), repeat=len(followers)))
    prices = np.array(
        [_prices(setting, markets, policies, _chosen(followers, one), mineral) for one in sets]
    )
    old, new = (one.mineral[:, at, row] for one in (before, after))
    single = tuple(k == 0 for k in range(len(followers)))
    return SecondRound(
        mineral=mineral,
        followers=tuple(followers),
        chances_before=tuple(float(chance) for chance in old.mean(axis=0)),
        chances_after=tuple(float(chance) for chance in new.mean(axis=0)),
        first_round=_price(prices[0]),
        likeliest=_price(prices[sets.index(single)]),
        all_of_them=_price(prices[-1]),
        expected_before=_price(_weights(old, sets) @ prices),
        expected=_price(_weights(new, sets) @ prices),
    )


def _chosen(followers: Sequence[Policy], chosen: Sequence[bool]) -> list[Policy]:
    return [policy for policy, is_in in zip(followers, chosen, strict=True) if is_in]


def _price(pair: np.ndarray) -> RoundPrice:
    return RoundPrice(float(pair[0]), float(pair[1]))


def _weights(chance: np.ndarray, sets: Sequence[tuple[bool, ...]]) -> np.ndarray:
    """Return the probability of each set of followers, shape (set,), from (draw, follower)."""
    return np.array(
        [
            np.where(np.array(one, dtype=bool), chance, 1.0 - chance).prod(axis=1).mean()
            for one in sets
        ]
    )


def _prices(
    setting: Setting,
    markets: Markets,
    policies: Sequence[Policy],
    added: Sequence[Policy],
    mineral: str,
) -> tuple[float, float]:
    """Return the change of the price abroad and of the world's [1]; NaN if it did not solve."""
    if added:
        try:
            markets = clear_all(setting.world, (*policies, *added))
        except MarketError:
            return float("nan"), float("nan")
    outcome, territory = markets.outcomes[mineral], setting.world.territory
    abroad = price_abroad(outcome, territory, restricting(policies))
    return abroad, price_abroad(outcome, territory, ())


def _followers(
    setting: Setting, policies: Sequence[Policy], mineral: str, after: Chances
) -> list[tuple[Policy, int]]:
    """Return what the likeliest followers would do, and their position among actors."""
    row = setting.space.minerals.index(mineral)
    chance = after.mineral[:, :, row].mean(axis=0)
    own = {actor for policy in policies for actor in doers(policy)}
    world = setting.world
    desk = PolicyDesk.of(world, mineral)
    base = market(world, mineral)
    found: list[tuple[Policy, int]] = []
    for position in np.argsort(-chance, kind="stable"):
        if chance[position] < LEAST_CHANCE or len(found) == FOLLOWERS:
            break
        if setting.acting[position] in own:
            continue
        for link in np.argsort(-after.scope[:, position, row].mean(axis=0), kind="stable"):
            policy = _usual(setting, int(position), mineral, int(link))
            if desk.bites(policy, base) and not overlaps([*policies, policy]):
                found.append((policy, int(position)))
                break
    return found


def _usual(setting: Setting, position: int, mineral: str, link: int) -> Policy:
    """Return the commonest measure of an actor on a link."""
    kind = int(setting.marks.probability[link].argmax())
    return ActiveMeasure(
        actor=setting.acting[position],
        mineral=mineral,
        link=LINKS[link],
        instrument=setting.marks.instruments[kind],
        strength=float(setting.marks.strength[link, kind]),
        targets=(),
        since=int(setting.years[0]),
    ).policy()
