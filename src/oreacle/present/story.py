"""What an outlook says, in a few sentences made from its numbers.

Does      Writes who is likely to do what, how likely, and against what base rate.
Units     In the sentences.
Method    First of each ranked list, and the largest departure from a base rate.
Assumes   Events come ranked, likeliest first.
Not here  The tables behind the sentences: see `oreacle.present.tables`.
"""

from __future__ import annotations

from dataclasses import dataclass

from oreacle.forecasting.outlook import EventForecast, Outlook
from oreacle.present import words
from oreacle.present.tables import by_stress

LIKELY_SHORTAGE = 0.1
"""Probability from which a mineral is counted as at risk of shortage [1]."""
DEPARTURE = 0.05
"""Smallest difference from a base rate that is worth a sentence [1]."""


@dataclass(frozen=True)
class Headline:
    """One number that opens the report.

    Attributes
    ----------
    label, value, note
        What it is, the number with its unit, and what it is compared with.
    """

    label: str
    value: str
    note: str


def summary_sentences(outlook: Outlook) -> tuple[str, ...]:
    """Return the summary of an outlook, one sentence each; what is not known is left out."""
    names = words.mineral_names(outlook)
    sentences = [_likeliest_actor(outlook), _likeliest_mineral(outlook, names)]
    sentences += [_departure(outlook), _likeliest_agreement(outlook), _level(outlook)]
    sentences += [_shortage(outlook), _exposure(outlook, names)]
    return tuple(sentence for sentence in sentences if sentence)


def stock_sentences(outlook: Outlook) -> tuple[str, ...]:
    """Return how many measures stand at the end: export measures, and barriers beside them."""
    low, middle, high = (words.number(value) for value in outlook.measures_end)
    year = outlook.last_year
    found = (
        f"Export measures in force: {outlook.measures_now} at the as-of date, {middle} in {year} "
        f"(median; 10 to 90 % band {low} to {high}).",
    )
    if not outlook.barriers_end:
        return found
    barriers, blocks = (words.number(value) for value in outlook.barriers_end)
    return (
        *found,
        f"Beside them, {barriers} tariffs, curbs, sanctions and mandates and {blocks} investment "
        f"blocks that the run brought in stand in {year} (median).",
    )


def headlines(outlook: Outlook) -> tuple[Headline, ...]:
    """Return four numbers for the top of the report."""
    low, middle, high = (words.number(value) for value in outlook.measures_end)
    tiles = [
        Headline(
            "New restriction acts expected",
            words.per_year(outlook.expected_restrictions),
            f"over the last ten years: {words.per_year(outlook.past_restrictions)}",
        ),
        Headline(
            f"Export measures in force in {outlook.last_year}",
            middle,
            f"median, 10 to 90 % band {low} to {high}; {outlook.measures_now} at the as-of date",
        ),
        _stressed(outlook),
    ]
    if outlook.restrictions:
        tiles.insert(0, _first_headline(outlook.restrictions[0]))
    return tuple(tiles)


def _stressed(outlook: Outlook) -> Headline:
    """Count the minerals at risk of shortage, among those whose risk is known."""
    shares = [words.known(record.shortage_probability) for record in outlook.minerals]
    among = [share for share in shares if share is not None]
    stressed = sum(share >= LIKELY_SHORTAGE for share in among)
    unknown = len(shares) - len(among)
    return Headline(
        f"Minerals with a shortage risk of {words.percent(LIKELY_SHORTAGE)} or more",
        str(stressed) if among else words.NOT_KNOWN,
        f"of {len(among)}" + (f"; {unknown} not known" if unknown else ""),
    )


def _first_headline(event: EventForecast) -> Headline:
    years = words.main_horizon(event)
    return Headline(
        f"Likeliest to restrict exports within {years} years",
        event.actor_name or event.actor,
        _odds(event, years),
    )


def _odds(event: EventForecast, years: int) -> str:
    value = words.at_horizon(event.probability, event.horizons, years)
    base = words.at_horizon(event.base_rate, event.horizons, years)
    return f"{words.percent(value)} against a base rate of {words.percent(base)}"


def _main(values: tuple[float, ...], event: EventForecast) -> float | None:
    return words.at_horizon(values, event.horizons, words.main_horizon(event))


def _likeliest_actor(outlook: Outlook) -> str:
    if not outlook.restrictions:
        return "No actor has a probability of a new export restriction."
    event = outlook.restrictions[0]
    if _main(event.probability, event) is None:
        return "How likely new export restrictions are is not known."
    first, last = min(event.horizons, default=1), words.main_horizon(event)
    near = "" if first == last else f"{_odds(event, first)} within {_years(first)}, "
    return (
        f"{event.actor_name or event.actor} is the likeliest to bring in a new export restriction: "
        f"{near}{_odds(event, last)} within {_years(last)}."
    )


def _years(count: int) -> str:
    return "1 year" if count == 1 else f"{count} years"


def _likeliest_mineral(outlook: Outlook, names: dict[str, str]) -> str:
    if not outlook.restricted_minerals:
        return ""
    event = outlook.restricted_minerals[0]
    if _main(event.probability, event) is None:
        return ""
    years = words.main_horizon(event)
    good = words.mineral_name(event.mineral, names)
    return (
        f"By mineral the likeliest is {event.actor_name or event.actor} on {good.lower()}: "
        f"{_odds(event, years)} within {_years(years)}{words.blind_mark(outlook, event.mineral)}."
    )


def _departure(outlook: Outlook) -> str:
    """Name the event of the first list that the model moves farthest from its base rate."""
    gaps = []
    for event in outlook.restrictions:
        value, base = _main(event.probability, event), _main(event.base_rate, event)
        if value is not None and base is not None:
            gaps.append((abs(value - base), event))
    if not gaps:
        return ""
    gap, event = max(gaps, key=lambda pair: pair[0])
    if gap < DEPARTURE:
        return "No actor's probability is far from its base rate."
    years = words.main_horizon(event)
    value, base = _main(event.probability, event), _main(event.base_rate, event)
    higher = value is not None and base is not None and value > base
    # Drivers compare with the average actor: only those that point the way of the departure
    # say anything about it.
    same = [driver for driver in event.drivers if (driver.log_odds > 0) == higher]
    reasons = f" ({words.reasons(same)}, next to the average actor)" if same else ""
    return (
        f"The model departs most from the past for {event.actor_name or event.actor}: "
        f"{_odds(event, years)} within {_years(years)}{reasons}."
    )


def _likeliest_agreement(outlook: Outlook) -> str:
    if not outlook.agreements:
        return ""
    event = outlook.agreements[0]
    if _main(event.probability, event) is None:
        return ""
    years = words.main_horizon(event)
    return (
        f"Likeliest bilateral minerals agreement: {words.event_subject(event, {})}, "
        f"{_odds(event, years)} within {_years(years)}."
    )


def _level(outlook: Outlook) -> str:
    if not words.is_known(outlook.expected_restrictions):
        return "How many new restrictions a year to expect is not known."
    return (
        f"In all, {words.number(outlook.expected_restrictions)} new restriction acts a year are "
        f"expected over the first {words.near_years(outlook)}; over the last ten it was "
        f"{words.per_year(outlook.past_restrictions)}. Bilateral agreements: "
        f"{words.per_year(outlook.expected_agreements)} expected, "
        f"{words.per_year(outlook.past_agreements)} over the last ten years."
    )


def _shortage(outlook: Outlook) -> str:
    ranked = [r for r in by_stress(outlook.minerals) if words.is_known(r.shortage_probability)]
    if not ranked:
        return ""
    parts = [
        f"{words.short_name(record.name).lower()} ({words.percent(record.shortage_probability)}"
        f"{words.blind_mark(outlook, record.mineral)})"
        for record in ranked[:3]
    ]
    near = words.near_years(outlook)
    return f"Likeliest shortages of 5 % or more of world use within {near}: {', '.join(parts)}."


def _exposure(outlook: Outlook, names: dict[str, str]) -> str:
    if not outlook.exposures or not words.is_known(outlook.exposures[0].loss_mean):
        return ""
    record = outlook.exposures[0]
    mineral = ""
    if record.minerals:
        slug, share = record.minerals[0]
        good = words.mineral_name(slug, names).lower()
        mark = words.blind_mark(outlook, slug)
        mineral = f", {words.percent(share)} of it through {good}{mark}"
    return (
        f"Most exposed: {record.name or record.actor}, whose users lose "
        f"{words.dollars(record.loss_mean)} a year on average{mineral}."
    )
