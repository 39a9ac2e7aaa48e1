"""The history half of the data layer.

Does      Makes history_shares, history_imports, trade_dependence, price_history, governance,
          idealpoints, gdp, distances, alliances, trade_agreements, events, event_marks, register,
          trade_history, trade_history_refined, unit_values, production_history and
          governance_risk.
Units     As the attribute table says.
Method    Each table by its own module; deterministic.
Assumes   The base-year tables `countries`, `minerals` and `nodes` are complete.
Not here  Writing, checksums and the catalogue: see `oreacle.data.build`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from oreacle.core.labels import REST_OF_WORLD
from oreacle.data.assumptions import read_assumed
from oreacle.data.base.countries import actors_by_country
from oreacle.data.base.minerals import integrated_minerals
from oreacle.data.history.chronicle import events_table
from oreacle.data.history.duplicates import refuse_doubles
from oreacle.data.history.event_marks import event_marks_table
from oreacle.data.history.imports import import_shares, trade_dependence
from oreacle.data.history.prices import price_table
from oreacle.data.history.production import production_table
from oreacle.data.history.register import producers_of, register_table
from oreacle.data.history.shares import (
    base_year_shares,
    combine_shares,
    export_shares,
    output_shares,
    read_production,
)
from oreacle.data.history.ties import build_ties
from oreacle.data.history.trade import read_trade, trade_by_mineral
from oreacle.data.history.trade_tables import trade_tables
from oreacle.data.readers.chronicle import read_blocs, read_events, read_verified
from oreacle.data.readers.worldbank import read_political_risk


@dataclass(frozen=True)
class HistoryResult:
    """Tables of the history half, and what a reader should know about them.

    Attributes
    ----------
    tables
        Table name to frame with the columns of the attribute table.
    notes
        One sentence per measure in force that is not in the register.
    like_events
        One sentence per pair of events that may be one act.
    """

    tables: dict[str, pd.DataFrame]
    notes: tuple[str, ...]
    like_events: tuple[str, ...] = ()


def build_history(sources: Path, base_tables: Mapping[str, pd.DataFrame]) -> HistoryResult:
    """Return the history tables, ready to be written.

    Parameters
    ----------
    sources
        Folder of all source files.
    base_tables
        Base-year tables; `countries`, `minerals` and `nodes` are used.

    Raises
    ------
    DataError
        ORE-DAT-001 if an event or a mark is at fault, or an event stands twice; the readers'
        codes.
    """
    countries, minerals = base_tables["countries"], base_tables["minerals"]
    explicit = [str(code) for code in countries["country"] if code != REST_OF_WORLD]
    actors = actors_by_country(countries)
    integrated = integrated_minerals(minerals)
    slugs = {str(name) for name in minerals["mineral"]}

    produced = output_shares(read_production(sources), read_assumed("history_output"), explicit)
    base_year = base_year_shares(base_tables["nodes"], actors, integrated)
    output = pd.concat([produced, base_year], ignore_index=True)
    trade = trade_by_mineral(read_trade(sources), output, explicit)
    blocs = set(read_blocs(sources))
    events = events_table(read_events(sources), blocs, slugs)
    like_events = refuse_doubles(events)
    register = register_table(events, producers_of(base_tables["nodes"], integrated))
    tables = {
        "history_shares": combine_shares(produced, base_year, export_shares(trade)),
        "history_imports": import_shares(trade),
        "trade_dependence": trade_dependence(trade),
        "price_history": price_table(sources),
        "events": events,
        "event_marks": event_marks_table(
            read_assumed("event_marks"), events, read_verified(sources)
        ),
        "register": register.table,
        **build_ties(sources, explicit),
        **trade_tables(sources),
        "production_history": production_table(sources),
        "governance_risk": read_political_risk(sources),
    }
    return HistoryResult(tables, tuple(register.left_out), like_events)
