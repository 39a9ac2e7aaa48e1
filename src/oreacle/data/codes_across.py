"""Codes that join tables: every country, actor, mineral and source must be known.

Does      Compares the codes of each table with the tables `countries`, `minerals` and `sources`
          of the same folder; names each strange code with its lines.
Units     None.
Method    A table that could not be read is None: what would need it is not checked.
Assumes   Each table on its own was checked already.
Not here  Rules within one table: see `oreacle.data.schema`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import pandas as pd

from oreacle.core.labels import EVERYONE, REST_OF_WORLD, suggestion
from oreacle.data.assumptions import ASSUMED_DIRECTORY
from oreacle.data.catalogue import ASSUMED_PREFIX, ID_COLUMNS, source_ids
from oreacle.data.codes import EUROPEAN_UNION, country_names
from oreacle.data.importing.two_letters import ALPHA_3
from oreacle.data.readers.worldbank import FORMER_TERRITORY

COUNTRY_COLUMNS = (
    "country",
    "exporter",
    "importer",
    "country_a",
    "country_b",
    "gateway_country",
)
MORE_COUNTRY_COLUMNS = {"entrepots": ("origin", "via")}
"""Elsewhere these names mean other things: the origin of a corridor is a place."""
ACTOR_COLUMNS = {
    "trade_dependence": ("exporter", "importer"),
    "history_shares": ("actor",),
    "history_imports": ("actor",),
    "register": ("actor",),
}
"""Columns that hold actors of trade: countries, or the bloc that stands for them."""
WORLDWIDE_TABLES = frozenset(
    {
        "club_members",
        "disruption_events",
        "gateways",
        "governance_risk",
        "hazards",
        "jurisdictions",
        "lithium_deposits",
        "market_case_flows",
        "market_case_outcomes",
        "policy_crosscheck",
        "production_history",
        "stockpiles",
        "trade_history",
        "trade_history_refined",
    }
)
"""Tables that hold any country of the world, and the European Union where it is a party."""
TOTALS_OF_MINERALS = {"production_history": {"rare_earths"}, "elasticity_checks": {"all"}}
"""What a table may hold beside the modelled minerals."""
FORMER_STATES = frozenset({"SCG"})
"""States that ended and stand in trade statistics of their years: Serbia and Montenegro."""
LINES_SHOWN = 5


def faults_across(tables: Mapping[str, pd.DataFrame | None]) -> dict[str, list[str]]:
    """Return the strange codes of each table, by table.

    Parameters
    ----------
    tables
        Frames by table name in the order of their files; None for one that cannot be read.
    """
    present = {name: table for name, table in tables.items() if table is not None}
    faults: dict[str, list[str]] = {name: [] for name in present}
    countries = present.get("countries")
    minerals = present.get("minerals")
    sources = present.get("sources")
    for name, table in present.items():
        if countries is not None:
            faults[name] += _country_faults(name, table, countries)
        if minerals is not None and "mineral" in table.columns:
            names = {*minerals["mineral"], *TOTALS_OF_MINERALS.get(name, ())}
            faults[name] += _strange(table, "mineral", names, "minerals")
        if sources is not None and name in ID_COLUMNS:
            faults[name] += _source_faults(table, name, set(sources["source"]))
    return faults


def _country_faults(name: str, table: pd.DataFrame, countries: pd.DataFrame) -> list[str]:
    known = {REST_OF_WORLD, *countries["country"]}
    actors = {*known, *countries["actor"]}
    faults = []
    anywhere = {*country_names(), EUROPEAN_UNION, REST_OF_WORLD, FORMER_TERRITORY}
    anywhere |= FORMER_STATES
    allowed = anywhere if name in WORLDWIDE_TABLES else known
    for column in _country_columns(name, table):
        faults += _strange(table, column, allowed, "countries")
    for column in ACTOR_COLUMNS.get(name, ()):
        faults += _strange(table, column, actors, "countries")
    if name == "register":
        faults += _strange(table, "targets", {EVERYONE, *actors}, "countries")
    return faults


def _country_columns(name: str, table: pd.DataFrame) -> list[str]:
    actors = ACTOR_COLUMNS.get(name, ())
    columns = (*COUNTRY_COLUMNS, *MORE_COUNTRY_COLUMNS.get(name, ()))
    return [c for c in columns if c in table.columns and c not in actors]


def _strange(table: pd.DataFrame, column: str, known: Collection[str], home: str) -> list[str]:
    """Return one sentence per code that the home table does not hold, with its lines."""
    lines: dict[str, list[int]] = {}
    for position, text in enumerate(table[column].astype(str)):
        for code in text.split(";") if column == "targets" else [text]:
            if code not in known:
                lines.setdefault(code, []).append(position + 2)
    return [
        f"{_lines(where)}: {column} '{code}' is not in `{home}`: {_way_out(code, known, home)}"
        for code, where in sorted(lines.items())
    ]


def _way_out(code: str, known: Collection[str], home: str) -> str:
    if home == "countries" and code in ALPHA_3:
        return f"write {ALPHA_3[code]}."
    return suggestion(code, known) or f"mend it, or add it to `{home}`."


def _source_faults(table: pd.DataFrame, name: str, known: set[str]) -> list[str]:
    column = ID_COLUMNS[name]
    lines: dict[str, list[int]] = {}
    for position, text in enumerate(table[column].astype(str)):
        for source in source_ids(text):
            if source not in known and not _is_assumed(source):
                lines.setdefault(source, []).append(position + 2)
    return [
        f"{_lines(where)}: {column} '{source}' is not in `sources`: add its row there."
        for source, where in sorted(lines.items())
    ]


def _is_assumed(source: str) -> bool:
    path = ASSUMED_DIRECTORY / f"{source.removeprefix(ASSUMED_PREFIX)}.csv"
    return source.startswith(ASSUMED_PREFIX) and path.is_file()


def _lines(numbers: Iterable[int]) -> str:
    listed = list(numbers)
    text = ", ".join(str(number) for number in listed[:LINES_SHOWN])
    more = f" and {len(listed) - LINES_SHOWN} more" if len(listed) > LINES_SHOWN else ""
    return f"line{'s' if len(listed) > 1 else ''} {text}{more}"
