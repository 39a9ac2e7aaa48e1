"""The cascade of a measure: who is hit beyond its mark, who acts next, what that does to prices.

Does      Evaluates the fitted models of acts with and without a what-if, and clears again with
          those that are likeliest to follow.
Units     Probabilities of the next year [1]; prices over the reference [1].
Method    Log-odds of every unit at what is known now, and at what would be known after the what-if
          (`oreacle.engine.what_if`), in every draw of the coefficients; all else is held.
Assumes   Coefficients are associations: a feature that a what-if moves alone asks more of them than
          they were fitted for. Price moves are those of the central parameters.
Not here  Runs over years: see `oreacle.engine`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from oreacle.engine.act_chances import Chances, chances, expected_levels
from oreacle.engine.inputs import FeatureInputs
from oreacle.engine.setting import Setting, make_setting
from oreacle.engine.what_if import Moves, moved_inputs, restricted_links
from oreacle.forecasting.cascade_acts import ActTables, next_acts
from oreacle.forecasting.cascade_caveats import caveats
from oreacle.forecasting.cascade_prices import second_round
from oreacle.forecasting.cascade_records import Band, Cascade
from oreacle.forecasting.preset import baseline
from oreacle.forecasting.probabilities import BAND
from oreacle.market.by_products import Markets
from oreacle.market.exposed import exposed_actors, moved_minerals, price_abroad, restricting
from oreacle.market.policies import Policy
from oreacle.world.snapshot import World

ROWS = 12
"""Rows kept of each list."""


def cascade(
    markets: Markets,
    policies: Sequence[Policy],
    *,
    setting: Setting | None = None,
    data: Path | None = None,
    prices: bool = True,
    acts: bool = True,
) -> Cascade:
    """Return what follows a measure beyond its own market.

    Parameters
    ----------
    markets
        From `oreacle.market.by_products.clear_all` with the policies.
    policies
        What was done.
    setting
        Fitted models and what is known, as from `setting_of`; made from `data` if None.
    data
        Folder of tables, None for the embedded ones.
    prices, acts
        False to hold what is known of prices, or of past acts, as it is.

    Raises
    ------
    DataError
        If a table that the fitted models need is missing (ORE-DAT-002).
    RelationsError
        ORE-REL-010 if the tables do not hold the models.
    """
    setting = setting_of(data) if setting is None else setting
    moves = Moves(
        log_prices(markets, policies, setting.world) if prices else {},
        restricted_links(policies) if acts else (),
    )
    known, moved = setting.known, moved_inputs(setting, moves)
    before = all_draws(setting, known)
    after = before if moved is known else all_draws(setting, moved)
    tables = ActTables(setting, before, after, known, moved)
    named = dict.fromkeys(policy.mineral for policy in policies)
    return Cascade(
        policies=tuple(policies),
        minerals=moved_minerals(markets, setting.world.territory, restricting(policies)),
        exposed=exposed_actors(markets, setting.world, restricting(policies))[:ROWS],
        restrictions=next_acts(tables, "act", ROWS),
        restricted_minerals=next_acts(tables, "mineral", ROWS),
        agreements=next_acts(tables, "pair", ROWS),
        second_rounds=tuple(
            second_round(setting, markets, policies, mineral, before, after) for mineral in named
        ),
        expected_acts_before=_total(before),
        expected_acts=_total(after),
        year=int(setting.years[0]),
        caveats=caveats(setting, data),
    )


def setting_of(data: Path | None = None) -> Setting:
    """Return the fitted models and what is known now, of the baseline."""
    return make_setting(baseline(data), data)


def log_prices(markets: Markets, policies: Sequence[Policy], world: World) -> dict[str, float]:
    """Return the log of each price over its reference [1], abroad where exports are restricted."""
    actors = restricting(policies)
    return {
        mineral: float(np.log1p(price_abroad(outcome, world.territory, actors)))
        for mineral, outcome in markets.outcomes.items()
    }


def all_draws(setting: Setting, inputs: FeatureInputs) -> Chances:
    """Return probabilities of the first year in every draw of the coefficients."""
    draws = np.arange(len(setting.models["restriction_act"].draws))
    return chances(setting, inputs, draws, expected_levels(setting, 0, draws))


def _total(chance: Chances) -> Band:
    total = chance.act.sum(axis=1)
    low, high = np.quantile(total, BAND)
    return Band(float(total.mean()), float(low), float(high))
