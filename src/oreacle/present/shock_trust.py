"""How far the answer to a what-if can be trusted, in sentences.

Does      Names the data grade, what the model leaves out for this question, and the certificate.
Units     Dimensionless.
Method    None: sentences made from records.
Assumes   A caveat stands beside the numbers it is about, not only in the documentation.
Not here  The numbers: see `oreacle.present.shock_text`.
"""

from __future__ import annotations

from collections.abc import Sequence

from oreacle.market.certificate import Certificate
from oreacle.market.draws import BAN_ENFORCEMENT, ENFORCEMENT, is_open
from oreacle.market.intervals import Draws
from oreacle.market.outcome import Outcome
from oreacle.market.policies import Policy, StockRelease
from oreacle.world.chain import Chain
from oreacle.world.grades import blind_links
from oreacle.world.inventories import DAYS_A_YEAR, STRATEGIC_METAL
from oreacle.world.snapshot import World

ROUTES = (
    "A measure against named buyers is gone round through third countries that pass the mineral on "
    "already, and by a small assumed share elsewhere; a way that nobody has used yet is not found."
)
AIMED_AT = ("targets", "origins", "target")
"""Fields of a policy that name whom it is aimed at."""
STOCKS = (
    "Firms' stocks soften this; they are assumed in weeks of use for most minerals, and once they "
    "are gone the same measure hurts more."
)
POINT = (
    "One answer at the central parameters: trade elasticities, chokes and capacity margins have "
    "wide ranges, and no interval was asked for."
)


def trust_sentences(outcome: Outcome, world: World, policies: Sequence[Policy]) -> tuple[str, ...]:
    """Return the caveats of one what-if, the evidence last."""
    lines = [grade_sentence(world.chain(outcome.mineral))]
    if any(getattr(policy, name, ()) for policy in policies for name in AIMED_AT):
        lines.append(ROUTES)
    lines += [
        holding_sentence(policy, world) for policy in policies if isinstance(policy, StockRelease)
    ]
    later = later_measures(outcome.mineral, world)
    if later:
        lines.append(
            f"In force by {world.as_of} but too new to shape the trade of {world.base_year}, and "
            f"so not part of the starting point: {', '.join(later)}."
        )
    lines.append(POINT if outcome.draws is None else interval_sentence(outcome.draws, policies))
    return (*lines, STOCKS, certificate_sentence(outcome.certificate))


def holding_sentence(release: StockRelease, world: World) -> str:
    """Return what is known of the stock that an ordered release is to come from."""
    chain, place = world.chain(release.mineral), release.place.upper()
    own = (*world.territory.members(place), place)
    used = sum(
        float(tonnes) for name, tonnes in zip(chain.users, chain.used, strict=True) if name in own
    )
    asked = release.tonnes if release.days is None else release.days / DAYS_A_YEAR * used
    held = [
        row
        for row in world.inventories(release.mineral)
        if row.kind == STRATEGIC_METAL and row.country in own
    ]
    if release.trigger is None:
        when = "less is released as the price falls towards half of base"
    else:
        when = f"nothing below {release.trigger:g} times the base price, all from 3 % above that"
    size = f"{tonnes_of(asked)} are asked for ({when}; stocks are valued at base prices)"
    if not held:
        return f"{size}; what {place} holds is not known: whether it can is open."
    total = sum(row.tonnes for row in held)
    fits = "within" if asked is not None and asked <= total else "MORE than"
    return f"{size}: {fits} the {tonnes_of(total)} that {place} is thought to hold."


def tonnes_of(amount: float | None) -> str:
    """Return tonnes with three digits.

    Examples
    --------
    >>> tonnes_of(11.44)
    '11.4 t'
    """
    return f"{amount:,.3g} t" if amount is not None and amount < 1000 else f"{amount or 0:,.0f} t"


def interval_sentence(draws: Draws, policies: Sequence[Policy]) -> str:
    """Return what the intervals rest on."""
    count = len([name for name in draws.parameters.data_vars if name != ENFORCEMENT])
    text = (
        f"Intervals hold 90 % of {draws.asked} draws (seed {draws.seed}) of {count} parameters "
        "within their ranges"
    )
    if any(is_open(policy) for policy in policies):
        text += (
            f", and of enforcement from {BAN_ENFORCEMENT.low:.0%} to {BAN_ENFORCEMENT.high:.0%} "
            "where it is left at its default"
        ).replace("%", " %")
    failed = "every draw solved" if not draws.failed else f"{draws.failed} draws did not solve"
    return f"{text}; {failed}. They say nothing about faults of the data or of the model's form."


def later_measures(mineral: str, world: World) -> list[str]:
    """Return measures on a mineral that base-year trade does not show, in words."""
    return [
        f"{m.actor} {m.instrument.replace('_', ' ')} ({m.link}"
        f"{', to ' + ' and '.join(m.targets) if m.targets else ''}, since {m.since})"
        for m in world.new_measures
        if m.mineral == mineral
    ]


def grade_sentence(chain: Chain) -> str:
    """Return the data grade of a mineral's trade in words."""
    text = f"Data grade {chain.grade_ore}/{chain.grade_refined}: {chain.grade_words}."
    if blind_links(chain.grades):
        text += (
            " At grade C statements about pairs of countries are weak, as flows are estimated from "
            "distance and import sources: trust world and own-country figures before those of "
            "single links."
        )
    return text


def certificate_sentence(certificate: Certificate) -> str:
    """Return the evidence for a clearing in one line."""
    state = "passed" if certificate.is_solved else f"FAILED ({certificate.status.value})"
    solver = "slow solver" if certificate.slow else "fast solver"
    return (
        f"Certificate {state}: tonnes close to {certificate.residual_world:.0e} of world output "
        f"and {certificate.residual_node:.0e} of the worst node, limits are kept to "
        f"{certificate.complementarity:.0e} of world output, money closes to "
        f"{certificate.money_gap:.0e} of what is spent; "
        f"{certificate.iterations} steps, {solver}."
    )
