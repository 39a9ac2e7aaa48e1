"""The outlook: what a forecast run says, in plain records.

Does      Holds likeliest events, price and shortage bands, exposure and concentration.
Units     Each field says its own; probabilities are shares from 0 to 1.
Method    None: records filled by `oreacle.forecasting.summary`, shown by `oreacle.present`.
Assumes   Bands are quantiles over members (10, 50, 90 %).
Not here  How members are made: see `oreacle.engine`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from oreacle.world.grades import trade_data

NEAR_YEARS = 5
"""First years that losses, shortages and expected acts are taken over; fewer in a shorter run."""


@dataclass(frozen=True)
class Driver:
    """One reason for a probability.

    Attributes
    ----------
    term
        Feature name in the model.
    words
        The reason in words.
    log_odds
        Contribution against the average unit [log-odds].
    """

    term: str
    words: str
    log_odds: float


@dataclass(frozen=True)
class EventForecast:
    """The probability of one event question.

    Attributes
    ----------
    kind
        Class of acts, such as ``restriction`` (a new export restriction) or ``agreement`` (a
        two-party minerals agreement); see `oreacle.engine.acts.classes`.
    actor, actor_name
        Who acts (of pairs: the demand side).
    partner, partner_name
        The other party of a pair, or the target; "" for acts of one actor.
    mineral, link
        What is restricted; "" where the question is about any mineral.
    horizons
        Years after the as-of date, such as (1, 3, 5).
    probability
        Probability of at least one such event within each horizon [1].
    low, high
        10 and 90 % quantiles over members' parameter draws and paths [1].
    base_rate
        Probability from the unit's own shrunken past frequency [1].
    acts, years
        Years with such an act, and years at risk, in the fitting window.
    share
        Actor's share of world output or exports of the mineral and stage, the largest if any [1].
    drivers
        Largest contributions, first the strongest.
    """

    kind: str
    actor: str
    actor_name: str
    partner: str
    partner_name: str
    mineral: str
    link: str
    horizons: tuple[int, ...]
    probability: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    base_rate: tuple[float, ...]
    acts: int
    years: int
    share: float
    drivers: tuple[Driver, ...]


@dataclass(frozen=True)
class MineralOutlook:
    """Price, shortage and concentration of one mineral over the horizon.

    Attributes
    ----------
    mineral, name
        Slug and English name.
    grade
        Data grades of ore and refined trade, such as ``A/B``.
    base_price
        Refined base price [USD/t of the chain unit, 2024 dollars].
    years
        Years of the bands.
    price_low, price_mid, price_high
        World mean delivered price over base, weighted by use at base prices, quantiles by year
        [1].
    shortage_probability
        Share of members in which new measures leave 5 % or more of world use unserved or priced
        out in at least one of the first five years [1].
    shortage_high
        90 % quantile over members of the worst such year in the first five, over world use [1].
    mined_leader, refined_leader
        Actor with the largest share in the base year.
    mined_share, refined_share
        Its share [1].
    mined_hhi, refined_hhi
        Herfindahl-Hirschman index by actor, base year [1].
    refined_hhi_end
        The same in the last year, median over members [1].
    """

    mineral: str
    name: str
    grade: str
    base_price: float
    years: tuple[int, ...]
    price_low: tuple[float, ...]
    price_mid: tuple[float, ...]
    price_high: tuple[float, ...]
    shortage_probability: float
    shortage_high: float
    mined_leader: str
    mined_share: float
    mined_hhi: float
    refined_leader: str
    refined_share: float
    refined_hhi: float
    refined_hhi_end: float


@dataclass(frozen=True)
class Exposure:
    """What new measures cost an actor's users.

    Attributes
    ----------
    actor, name
        Who pays.
    loss_mean, loss_high
        Users' loss a year, mean over members that solved and first five years; 90 % quantile over
        members of the worst of those years, failed ones counted as the worst [USD/yr].
    loss_per_gdp
        Mean loss over gross domestic product [1]; missing (None) where GDP is.
    minerals
        Minerals that make most of the mean loss, with their share of it.
    """

    actor: str
    name: str
    loss_mean: float
    loss_high: float
    loss_per_gdp: float | None
    minerals: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Alignment:
    """Where an actor stands in the network of relations.

    Attributes
    ----------
    actor, name
        Who.
    with_first, with_second
        Probability of being in the bloc of the first and of the second pole [1].
    with_first_now, with_second_now
        True if so at the as-of date.
    hedging_low, hedging_mid, hedging_high
        Hedging index, quantiles over members [1]; None where it is not defined.
    hedging_now
        At the as-of date [1]; None where it is not defined.
    """

    actor: str
    name: str
    with_first: float
    with_second: float
    with_first_now: bool
    with_second_now: bool
    hedging_low: float | None
    hedging_mid: float | None
    hedging_high: float | None
    hedging_now: float | None


@dataclass(frozen=True)
class RelationsOutlook:
    """The network of relations over the run.

    Attributes
    ----------
    poles
        Codes of the two poles that alignments are told against.
    year
        Year of the alignments.
    years
        Years of the bands.
    polarisation_now, balance_now
        At the as-of date [1].
    polarisation, balance
        Low, middle and high (10, 50, 90 %) over members by year [1].
    together
        Probability that the two poles are in one bloc, by year [1].
    together_now
        True if they are at the as-of date.
    alignments
        Actors with the strongest ties, poles left out.
    """

    poles: tuple[str, str]
    year: int
    years: tuple[int, ...]
    polarisation_now: float
    balance_now: float
    polarisation: tuple[tuple[float, float, float], ...]
    balance: tuple[tuple[float, float, float], ...]
    together: tuple[float, ...]
    together_now: bool
    alignments: tuple[Alignment, ...]


@dataclass(frozen=True)
class CauseOfLoss:
    """One cause of an actor's loss.

    Attributes
    ----------
    cause
        ``demand``, ``measures``, the name of a mechanism, or ``answers``: what the market makes of
        them beyond first order.
    mean, tail
        Mean loss, and mean loss in the worst 5 % of years [USD/yr]; negative where the cause
        lowers prices. Over causes they add up to the loss.
    """

    cause: str
    mean: float
    tail: float


@dataclass(frozen=True)
class RiskRow:
    """The risk of one actor, first five years.

    Attributes
    ----------
    actor, name
        Who pays; ``WLD`` for all users.
    mean, var, cvar
        Expected loss, value at risk and conditional value at risk at 95 % [USD/yr]; infinite
        where members that failed reach into the tail.
    causes
        Causes, the largest in the tail first.
    """

    actor: str
    name: str
    mean: float
    var: float
    cvar: float
    causes: tuple[CauseOfLoss, ...]


@dataclass(frozen=True)
class SanityRow:
    """One check of a run.

    Attributes
    ----------
    check
        What is checked, with its bound, in words.
    found
        What was found over all minerals, in words.
    held
        Minerals or figures within the bound, and how many there are.
    outside
        Those outside it, with their figure, worst first.
    """

    check: str
    found: str
    held: tuple[int, int]
    outside: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Outlook:
    """Everything that `oreacle forecast` shows.

    Attributes
    ----------
    scenario, as_of, first_year, last_year, members, failed, seed, version
        Where the numbers come from.
    restrictions
        Likeliest new export restrictions by actor, any mineral.
    restricted_minerals
        Likeliest new export restrictions by actor, mineral and link.
    agreements
        Likeliest two-party minerals agreements.
    others
        Likeliest acts of each other class.
    relations
        Blocs, polarisation and hedging; None for a run without actors.
    minerals
        One record for each mineral.
    exposures
        Actors whose users lose most.
    risks
        What bad years cost users, and which causes make them: the world, then actors.
    expected_restrictions, past_restrictions
        New restriction acts a year: forecast mean over the first five years, and the mean of the
        last ten years of the chronicle [1/yr].
    expected_agreements, past_agreements
        The same for two-party agreements [1/yr].
    measures_now, measures_end
        Export measures in force at the as-of date, and at the end (10, 50, 90 % over members).
    barriers_end
        Tariffs, curbs, sanctions and mandates, and blocks on investment, that the run brought in
        and that hold at the end (medians over members); empty if they are switched off.
    skill
        Out-of-sample scores of the event models against their baselines, losses included:
        rows of (model, text).
    sanity
        Prices, volatility and measures of the run beside history.
    notes
        Sentences that a reader must know before using the numbers.
    """

    scenario: str
    as_of: str
    first_year: int
    last_year: int
    members: int
    failed: int
    seed: int
    version: str
    restrictions: tuple[EventForecast, ...]
    restricted_minerals: tuple[EventForecast, ...]
    agreements: tuple[EventForecast, ...]
    others: tuple[EventForecast, ...]
    relations: RelationsOutlook | None
    minerals: tuple[MineralOutlook, ...]
    exposures: tuple[Exposure, ...]
    risks: tuple[RiskRow, ...]
    expected_restrictions: float
    past_restrictions: float
    expected_agreements: float
    past_agreements: float
    measures_now: int
    measures_end: tuple[float, float, float]
    barriers_end: tuple[float, ...]
    skill: tuple[tuple[str, str], ...]
    sanity: tuple[SanityRow, ...]
    notes: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for `--json` output, each mineral with what its trade data are."""
        plain = asdict(self)
        for row in plain["minerals"]:
            row["trade_data"] = trade_data(row["grade"])
        return plain
