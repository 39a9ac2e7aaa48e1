"""Routes and disruptions: records find their keys, open ends stay open, rates can be worked out."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oreacle.core.errors import DataError
from oreacle.data.store import read_table
from oreacle.world.disruptions import load_disruptions
from oreacle.world.routes import load_routes

ROUTES = load_routes()
DISRUPTIONS = load_disruptions()


def test_every_event_is_at_a_known_passage() -> None:
    assert {event.chokepoint for event in ROUTES.passage_events} <= set(ROUTES.chokepoints)


def test_suez_was_closed_for_six_days_in_march_2021() -> None:
    (event,) = ROUTES.events_at("suez", "2021-03")
    assert (event.duration_days, event.transit_change_low) == (6.0, -1.0)
    assert ROUTES.events_at("suez", "2021-03-30") == ()


def test_the_red_sea_is_below_normal_and_not_ended_on_the_last_day() -> None:
    (event,) = ROUTES.events_at("babelmandeb", "2024-12-31")
    assert (event.open, event.until, event.duration_days) == (True, "", None)
    assert event.transit_change_high is not None
    assert event.transit_change_high > -1.0


def test_nothing_begins_or_ends_after_the_last_day_covered() -> None:
    for event in ROUTES.passage_events:
        assert event.since <= "2024-12-31"
        assert event.until <= "2024-12-31"
        assert event.open == (event.until == "")
    for row in DISRUPTIONS.events:
        assert row.since <= "2024-12-31"
        if row.duration_days is not None:
            last = pd.Timestamp(row.since) + pd.Timedelta(days=row.duration_days)
            assert last <= pd.Timestamp("2024-12-31")


@given(st.sampled_from(sorted(ROUTES.chokepoints)), st.integers(1990, 2024))
def test_events_of_a_day_are_events_of_its_year(name: str, year: int) -> None:
    day = {event.event_id for event in ROUTES.events_at(name, f"{year}-06-15")}
    assert day <= {event.event_id for event in ROUTES.events_at(name, year)}


@given(st.sampled_from(sorted({gateway.country for gateway in ROUTES.gateways})))
def test_gateways_of_a_country_come_by_rank(country: str) -> None:
    ranks = [gateway.rank for gateway in ROUTES.gateways_of(country)]
    assert ranks == sorted(ranks)
    assert ranks[0] == 1


def test_the_copper_of_the_congo_leaves_through_another_country() -> None:
    main = ROUTES.gateways_of("COD", "copper")[0]
    assert (main.name, main.gateway_country) == ("Dar es Salaam", "TZA")
    assert main.cost_basis == "partly_reported"


def test_capacities_are_tonnes_and_ranges_have_their_ends_in_order() -> None:
    lobito = ROUTES.corridor("LOBITO")
    assert lobito.capacity_t == 250_000.0
    assert lobito.minerals == ("copper", "cobalt")
    for table, pairs in (
        ("corridors", ("length_km", "days", "cost_usd_t")),
        ("gateways", ("inland_km", "inland_days", "cost_usd_t")),
    ):
        rows = read_table(table)
        for pair in pairs:
            known = rows[rows[f"{pair}_low"].notna()]
            assert (known[f"{pair}_low"] <= known[f"{pair}_high"]).all(), (table, pair)


def test_quotes_of_one_unit_are_never_mixed_with_another() -> None:
    quotes = ROUTES.quotes_in("USD/t", "bulk_rate")
    assert quotes
    assert {quote.unit for quote in quotes} == {"USD/t"}
    with pytest.raises(DataError, match="ORE-DAT-091"):
        ROUTES.quotes_in("EUR/t")


@pytest.mark.parametrize(
    ("call", "near"),
    [(lambda: ROUTES.chokepoint("sues"), "suez"), (lambda: ROUTES.corridor("LOBITA"), "LOBITO")],
)
def test_an_unknown_passage_or_corridor_is_refused(call: object, near: str) -> None:
    with pytest.raises(DataError) as caught:
        call()  # type: ignore[operator]
    assert caught.value.code == "ORE-DAT-091"
    assert near in caught.value.fix


def test_the_rate_of_strikes_is_21_and_a_half_in_15_years() -> None:
    strikes = DISRUPTIONS.rate("strike")
    assert len([e for e in DISRUPTIONS.events_of(cause="strike") if e.year >= 2010]) == 21
    assert strikes.per_year_2010_2024 == pytest.approx(21.5 / 15)
    assert strikes.per_year_2000_2009 == pytest.approx(0.9)


@pytest.mark.parametrize("cause", sorted(DISRUPTIONS.rates))
def test_a_rate_lies_in_its_interval_and_counts_every_event(cause: str) -> None:
    rate = DISRUPTIONS.rate(cause)
    assert rate.per_year_low < rate.per_year_2010_2024 < rate.per_year_high
    assert rate.events == len(DISRUPTIONS.events_of(cause=cause))
    assert rate.ended == len([e for e in DISRUPTIONS.events_of(cause=cause) if not e.open])
    stretches = (rate.per_year_2000_2009, rate.per_year_2010_2019, rate.per_year_2020_2024)
    counted = sum(n * per_year for n, per_year in zip((10, 10, 5), stretches, strict=True))
    assert counted == pytest.approx(rate.events)


def test_events_are_found_by_country_mineral_and_cause() -> None:
    strikes = DISRUPTIONS.events_of("CHL", "copper", "strike")
    assert any("Escondida" in event.event for event in strikes)
    assert {event.country for event in strikes} == {"CHL"}
    with pytest.raises(DataError, match="ORE-DAT-091"):
        DISRUPTIONS.events_of(cause="stryke")
    with pytest.raises(DataError, match="ORE-DAT-010"):
        DISRUPTIONS.events_of("NA")
