"""What a reader of an outlook must know before using its numbers.

Does      Says up to which day the run knows the world, what its figures mean, and where they are
          weak.
Units     Shares in per cent; prices over base.
Method    None.
Assumes   The tables are those that the run was made with.
Not here  The figures: see the other modules of this name.
"""

from __future__ import annotations

import numpy as np
import xarray as xr

from oreacle.core.labels import LINKS
from oreacle.data.codes import actor_name
from oreacle.engine.acts.risk import links_at_risk, output_share
from oreacle.engine.run_record import RunRecord
from oreacle.engine.setting import Setting
from oreacle.forecasting.summary_markets import base_shares
from oreacle.scenario.differences import policy_words
from oreacle.scenario.record import scenario_from_dict
from oreacle.world.grades import footnote

TOP_POLICIES = 6
TOP_GAPS = 4
LEAST_GAP = 0.25
"""Difference of two shares of the world from which it is told [1]."""


def notes(setting: Setting, record: RunRecord) -> tuple[str, ...]:
    """Return what a reader must know before using the numbers."""
    blind = footnote((chain.name, chain.grades) for chain in setting.world.chains.values())
    lines = [
        *_knowledge(setting, record),
        "Bands are the 10 and 90 % quantiles over members; prices are in 2024 dollars, over the "
        "2024 mean.",
        "The track record says for each class whether the model has beaten its base rates so far: "
        "where it has not, weigh both, the more so beyond five years.",
        f"{1.0 - setting.reach:.0%} of new restrictions".replace("%", " %")
        + " are on goods that the model does not hold: they count as acts, and move no market.",
        "Instrument and strength of a forecast measure are drawn from all past measures on ore or "
        "on refined product alike; half of those on ore are near-complete bans.",
        "Drivers are Shapley shares of the log-odds against the average unit; for a restriction on "
        "a mineral those of the act and of its scope together.",
        "Acts of all classes act on markets through mechanisms, whose sizes are largely assumed: "
        "ranges and reasons are on the page of each. Conditions that mechanisms put on a market "
        f"hold in the reference too, so that losses from new measures are those {_causes(record)}.",
        "Losses are users' losses against the same year without new measures, not a forecast of "
        "prices or of GDP.",
        f"{blind} Statements about pairs of countries there rest on distance and import-source "
        "evidence.",
    ]
    if record.failed:
        lines.append(
            f"{record.failed} of {record.members} members have a market that did not solve; "
            "their values are missing from bands, and they count as losses in tail risk."
        )
    return tuple(lines)


def not_in_trade(setting: Setting, arrays: xr.Dataset) -> tuple[str, ...]:
    """Return which measures hold from the first year on without a trace in base-year trade.

    They are in the reference too, so that no other figure says what they do to prices.
    """
    world = setting.world
    late = [measure for measure in world.measures if not measure.in_base]
    if not late:
        return ()
    price = arrays["price_reference"].isel(year=0).median("member")
    said = []
    for mineral in dict.fromkeys(measure.mineral for measure in late):
        moved = float(price.sel(mineral=mineral)) - 1.0
        change = f"{moved:+.0%}" if np.isfinite(moved) else "not known"
        who = dict.fromkeys(actor_name(one.actor) for one in late if one.mineral == mineral)
        words = f"{world.chain(mineral).in_words} ({', '.join(who)}; {change})"
        said.append(words.replace("%", " %"))
    return (
        "Measures that were new at the as-of date and are not in base-year trade hold from the "
        "first year on, in the reference too. In brackets who took them, and the world's median "
        f"price of that year over {world.base_year} without forecast measures: "
        f"{'; '.join(said)}. Where a ban is on one country, the mean rises by that country's "
        "price.",
    )


def _causes(record: RunRecord) -> str:
    """Return what losses from new measures are losses from.

    All policies of a scenario stand in the market with new measures, and none in the reference.
    """
    if not record.scenario.get("policies"):
        return "of export restrictions alone"
    policies = scenario_from_dict(record.scenario).policies
    named = "; ".join(policy_words(item) for item in policies[:TOP_POLICIES])
    more = len(policies) - TOP_POLICIES
    rest = f"; and {more} more" if more > 0 else ""
    return (
        "of export restrictions and of the scenario's own policies, whatever their kind, which "
        f"the reference does not have: {named}{rest}"
    )


def _knowledge(setting: Setting, record: RunRecord) -> tuple[str, ...]:
    """Return up to which day the numbers know the world, and what newer rows do not enter."""
    world = setting.world
    known = f"{world.base_year}-12-31"
    meaning = (
        "Probabilities are for the first such act after that day; the base rate beside each is the "
        "actor's own past frequency, shrunk to that of its class."
    )
    if record.as_of <= known:
        return (f"Nothing after {record.as_of} was used. {meaning}",)
    newer = sum(measure.since > known for measure in world.measures)
    return (
        f"Nothing after {known} was used but the measures in force. {meaning}",
        f"The tables reach to {record.as_of}. Measures in the register that began after {known}: "
        f"{newer}; they hold in the model from the start of {world.base_year + 1} on. All "
        f"other acts, agreements, prices and stocks after {known} are stored and not used: "
        f"{world.base_year + 1} is simulated, not observed, and an act of those months can be "
        "drawn once more.",
    )


def other_shares(setting: Setting) -> tuple[str, ...]:
    """Return where the models of acts see other shares of the world than the market has.

    They see shares of exports where no history of output is known.
    """
    base, seen = base_shares(setting)[:-1], output_share(setting.known)[0]
    # A link without ore trade is in the world's output and in no model of acts.
    gap = np.where(links_at_risk(setting.known)[0] | (seen > base), np.abs(seen - base), 0.0)
    found = np.argwhere(gap >= LEAST_GAP).tolist()
    cells = sorted(map(tuple, found), key=lambda cell: -gap[cell])
    if not cells:
        return ()
    chains = list(setting.world.chains.values())
    worst = "; ".join(
        f"{actor_name(setting.acting[cell[0]])}, {chains[cell[1]].in_words} ({LINKS[cell[2]]}): "
        f"{seen[cell]:.0%} for {base[cell]:.0%}".replace("%", " %")
        for cell in cells[:TOP_GAPS]
    )
    minerals = ", ".join(dict.fromkeys(chains[k].in_words for _, k, _ in cells))
    return (
        f"For {minerals} the models of acts see shares of exports by customs codes, for want of a "
        "history of output, and reasons such as 'dominates a supply' or 'larger in mining than in "
        f"refining' rest on them. Farthest from output: {worst}.",
    )
