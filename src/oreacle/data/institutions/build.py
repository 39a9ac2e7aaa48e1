"""The third part of the data layer: what is neither a flow nor a yearly series of trade.

Does      Makes clubs, club_members, club_rules, club_instruments, jurisdictions, hazards,
          stockpiles, chokepoints, chokepoint_events, corridors, gateways, freight_quotes,
          disruption_events, disruption_rates, contiguity_ties, rivalries, country_risk_news,
          democracy, policy_crosscheck, natural_experiments, the trade of those cases
          (market_cases, market_case_flows, _values, _outcomes), monthly_cases,
          lithium_deposits and country_shapes.
Units     As the attribute table says.
Method    Each table by its own module; deterministic.
Assumes   The tables `countries`, `minerals` and `events` are complete.
Not here  Writing, checksums and the catalogue: see `oreacle.data.build`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from oreacle.core.errors import DataError
from oreacle.core.labels import REST_OF_WORLD
from oreacle.data.assumptions import read_assumed
from oreacle.data.institutions import cases, disruptions, jurisdictions, routes
from oreacle.data.institutions.club_rules import club_instruments_table, club_rules_table
from oreacle.data.institutions.clubs import clubs_table, members_table
from oreacle.data.institutions.crosscheck import policy_crosscheck
from oreacle.data.institutions.shapes import country_shapes_table
from oreacle.data.institutions.ties import ties_tables
from oreacle.data.readers.market_cases import read_market_cases


def build_institutions(
    sources: Path, base_tables: Mapping[str, pd.DataFrame]
) -> dict[str, pd.DataFrame]:
    """Return the tables of this part, ready to be written.

    Parameters
    ----------
    sources
        Folder of all source files.
    base_tables
        Tables made before; `countries`, `minerals` and `events` are used.

    Raises
    ------
    DataError
        ORE-DAT-090 if two statements on a club exclude each other; ORE-DAT-161 or -162 if rules
        or instruments of clubs have faults; ORE-DAT-093 if a commodity
        has no entry, or an entry names a mineral that the model has not; the readers' codes.
    """
    countries = base_tables["countries"]["country"]
    explicit = [str(code) for code in countries if code != REST_OF_WORLD]
    members = members_table(sources)
    clubs = clubs_table(members)
    events = disruptions.disruption_events_table(sources)
    tables = {
        "clubs": clubs,
        "club_members": members,
        "club_rules": club_rules_table(clubs),
        "club_instruments": club_instruments_table(clubs),
        "jurisdictions": jurisdictions.jurisdictions_table(sources),
        "hazards": jurisdictions.hazards_table(sources),
        "stockpiles": jurisdictions.stockpiles_table(sources),
        "chokepoints": routes.chokepoints_table(sources),
        "chokepoint_events": routes.passage_events_table(sources),
        "corridors": routes.corridors_table(sources),
        "gateways": routes.gateways_table(sources),
        "freight_quotes": routes.quotes_table(sources),
        "disruption_events": events,
        "disruption_rates": disruptions.disruption_rates_table(events),
        **ties_tables(sources, explicit),
        "policy_crosscheck": policy_crosscheck(sources, base_tables["events"]),
        "natural_experiments": cases.experiments_table(sources),
        **read_market_cases(sources),
        "monthly_cases": read_assumed("monthly_cases"),
        "lithium_deposits": cases.deposits_table(sources),
        "country_shapes": country_shapes_table(sources),
    }
    _refuse_strange_minerals(tables, {str(name) for name in base_tables["minerals"]["mineral"]})
    return tables


def _refuse_strange_minerals(tables: Mapping[str, pd.DataFrame], known: set[str]) -> None:
    for name, table in tables.items():
        if "minerals" not in table.columns:
            continue
        strange = sorted({s for t in table["minerals"] for s in str(t).split(";") if s} - known)
        if strange:
            raise DataError(
                "ORE-DAT-093",
                f"table {name} names minerals that the model has not: {', '.join(strange)}.",
                why="nobody who asks for a mineral of the model would find these rows.",
                fix="mend `assumed/commodity_slugs.csv`.",
            )
