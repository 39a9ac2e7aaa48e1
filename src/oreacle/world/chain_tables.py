"""A mineral's chain from its tables.

Does      Joins nodes, flows, sectors, capacities and held-down links of one mineral.
Units     As in `attributes.csv`.
Method    The price at the gate is `ore_value_share` of the refined price; freight separates
          mine from gate and refinery from user.
Assumes   Tables were validated when they were built; the chain is checked again here.
Not here  Reading the tables: see `oreacle.world.load`.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from oreacle.core.errors import DataError
from oreacle.core.labels import SECTORS, STAGES
from oreacle.world.chain import CLOSURE, Chain, RegisteredCap
from oreacle.world.register import Measure
from oreacle.world.responsiveness import Responsiveness
from oreacle.world.territory import Territory

TABLES = ("nodes", "flows", "sectors", "unrestricted", "capacities")
Columns = Mapping[str, list[Any]]
"""Values of the rows of one mineral, by column."""


def by_mineral(table: pd.DataFrame) -> dict[str, Columns]:
    """Return the columns of a table as plain lists, by mineral."""
    ordered = table.sort_values("mineral", kind="stable")
    names = ordered["mineral"].to_numpy()
    starts = [0, *(np.flatnonzero(names[1:] != names[:-1]) + 1), len(names)]
    columns = {str(name): ordered[name].tolist() for name in ordered.columns}
    return {
        str(names[start]): {name: values[start:end] for name, values in columns.items()}
        for start, end in pairwise(starts)
        if end > start
    }


def chain_from_tables(
    row: Mapping[Hashable, Any],
    tables: Mapping[str, Mapping[str, Columns]],
    measures: tuple[Measure, ...],
    territory: Territory,
    responsiveness: Responsiveness,
) -> Chain:
    """Return the chain of one mineral.

    Parameters
    ----------
    row
        Its row of the table `minerals`.
    tables
        Columns of `TABLES` by table and mineral: see `by_mineral`.
    measures
        The policy register.
    territory
        Which actor each country belongs to.
    responsiveness
        The mineral's own responses: its elasticities of supply and demand within a year stand in
        place of those of the table `minerals`, which are their priors.

    Raises
    ------
    DataError
        ORE-DAT-021 to 025 if tables do not fit together.
    """
    mineral = str(row["mineral"])
    number = {str(key): float(str(value)) for key, value in row.items() if _is_number(value)}
    flows = _part(tables, "flows", mineral)
    places = _nodes(_part(tables, "nodes", mineral))
    names = {stage: tuple(amounts) for stage, amounts in places.items()}
    refiners = tuple(sorted({*names["refined"], *names["recycled"]}))
    ore = _matrix(flows, "ore", names["mined"], refiners, mineral)
    metal = _matrix(flows, "refined", refiners, names["used"], mineral)
    recycled = _recycled(places["recycled"], refiners, number["recycled_total_t"])
    metal = _settled(metal, ore.sum(axis=0) + recycled, mineral)
    capacity = tables["capacities"].get(mineral)
    return Chain(
        mineral=mineral,
        name=str(row["name"]),
        miners=names["mined"],
        refiners=refiners,
        users=names["used"],
        mined=ore.sum(axis=1),
        refined=ore.sum(axis=0),
        recycled=recycled,
        used=metal.sum(axis=0),
        mine_capacity=_capacity(capacity, "mined", names["mined"]),
        refinery_capacity=_capacity(capacity, "refined", refiners),
        ore_flow=ore,
        refined_flow=metal,
        **_scalars(row, number),
        supply_elasticity=responsiveness.supply_elasticity.value,
        demand_elasticity=responsiveness.demand_elasticity.value,
        sector_shares=_sector_shares(_part(tables, "sectors", mineral), mineral),
        registered_caps=_registered_caps(
            tables["unrestricted"].get(mineral), mineral, measures, territory
        ),
        responsiveness=responsiveness,
    )


def _scalars(row: Mapping[Hashable, Any], number: Mapping[str, float]) -> dict[str, Any]:
    """Return prices, responses and grades of a mineral, by field of `Chain`."""
    refined_price = number["price_refined_usd_per_t"]
    gate = refined_price * number["ore_value_share"]
    return {
        "price_mine": gate - number["freight_ore_usd_per_t"],
        "price_gate": gate,
        "price_refined": refined_price,
        "price_delivered": refined_price + number["freight_refined_usd_per_t"],
        "freight_ore": number["freight_ore_usd_per_t"],
        "freight_refined": number["freight_refined_usd_per_t"],
        "supply_elasticity_long_run": number["supply_elasticity_long_run"],
        "demand_elasticity_long_run": number["demand_elasticity_long_run"],
        "lead_time_mine": number["lead_time_mine_years"],
        "lead_time_refinery": number["lead_time_refinery_years"],
        "grade_ore": str(row["grade_ore"]),
        "grade_refined": str(row["grade_refined"]),
        "is_integrated": bool(int(number["integrated"])),
        "is_by_product": bool(int(number["by_product"])),
        "recycled_counted": bool(int(number["recycled_counted"])),
    }


def _recycled(amount: Mapping[str, float], refiners: tuple[str, ...], total: float) -> np.ndarray:
    """Return recycled supply in the order of refiners, scaled to its total [chain t]."""
    whole = sum(amount.values())
    return np.array([amount.get(code, 0.0) / whole * total if whole else 0.0 for code in refiners])


def _capacity(table: Columns | None, stage: str, places: tuple[str, ...]) -> np.ndarray:
    """Return published capacity in the order of places, missing where there is none [chain t]."""
    if table is None:
        return np.full(len(places), np.nan)
    rows = zip(table["stage"], table["country"], table["capacity_t"], strict=True)
    known = {country: float(amount) for at, country, amount in rows if at == stage}
    return np.array([known.get(code, np.nan) for code in places])


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | np.integer | np.floating) and bool(np.isfinite(value))


def _part(tables: Mapping[str, Mapping[str, Columns]], name: str, mineral: str) -> Columns:
    found = tables[name].get(mineral)
    if found is None:
        raise DataError(
            "ORE-DAT-023",
            f"table {name} has no row for {mineral}.",
            why="its chain would be empty.",
            fix="rebuild the tables with `oreacle data build`.",
        )
    return found


def _nodes(table: Columns) -> dict[str, dict[str, float]]:
    """Return output or use by stage and country, zeros left out."""
    found: dict[str, dict[str, float]] = {stage: {} for stage in STAGES}
    for stage, country, amount in zip(
        table["stage"], table["country"], table["quantity_t"], strict=True
    ):
        if amount > 0:
            found[stage][country] = float(amount)
    return found


def _matrix(
    flows: Columns, link: str, tails: tuple[str, ...], heads: tuple[str, ...], mineral: str
) -> np.ndarray:
    columns = (flows[name] for name in ("link", "exporter", "importer", "quantity_t"))
    cells = [(i, j, amount) for at, i, j, amount in zip(*columns, strict=True) if at == link]
    row = {country: k for k, country in enumerate(tails)}
    column = {country: k for k, country in enumerate(heads)}
    strangers = sorted(
        ({i for i, _, _ in cells} - set(row)) | ({j for _, j, _ in cells} - set(column))
    )
    if strangers:
        raise DataError(
            "ORE-DAT-024",
            f"{link} flows of {mineral} name countries without a node: {', '.join(strangers)}.",
            why="their tonnes would vanish.",
            fix="rebuild the tables with `oreacle data build`.",
        )
    matrix = np.zeros((len(tails), len(heads)))
    for exporter, importer, amount in cells:
        matrix[row[exporter], column[importer]] = amount
    return matrix


def _settled(metal: np.ndarray, supply: np.ndarray, mineral: str) -> np.ndarray:
    """Close refined flows on supply to the last bit; the tables carry ten digits."""
    leaving = metal.sum(axis=1)
    gap = float(np.abs(leaving - supply).max() / supply.sum())
    if not gap <= CLOSURE or not (leaving > 0).all():
        raise DataError(
            "ORE-DAT-021",
            f"refined flows of {mineral} miss supply by {gap:.1e} of the throughput.",
            why="the market would start from tonnes that come from nowhere.",
            fix="rebuild the tables with `oreacle data build`.",
        )
    return np.asarray(metal * (supply / leaving)[:, None])


def _sector_shares(table: Columns, mineral: str) -> np.ndarray:
    share = {
        name: float(value) for name, value in zip(table["sector"], table["share"], strict=True)
    }
    unknown = sorted(set(share) - set(SECTORS))
    total = sum(share.values())
    if unknown or abs(total - 1.0) > 1e-6:
        raise DataError(
            "ORE-DAT-025",
            f"sector shares of {mineral} sum to {total:.6f}; unknown sectors: {unknown or 'none'}.",
            why="part of the use would be lost or counted twice.",
            fix="mend sectors.csv and rebuild.",
        )
    return np.array([share.get(sector, 0.0) for sector in SECTORS]) / total


def _registered_caps(
    table: Columns | None,
    mineral: str,
    measures: tuple[Measure, ...],
    territory: Territory,
) -> tuple[RegisteredCap, ...]:
    """Tie each unrestricted flow to the measure that holds it down."""
    if table is None:
        return ()
    caps = []
    columns = (table[name] for name in ("link", "exporter", "importer", "quantity_t"))
    for link, exporter, importer, amount in zip(*columns, strict=True):
        actor = territory.actor_of[exporter]
        holder = [
            m.measure_id
            for m in measures
            if m.in_base
            and not m.is_rate
            and (m.mineral, m.link) == (mineral, link)
            and m.actor == actor
        ]
        if holder:
            caps.append(
                RegisteredCap(
                    holder[0],
                    link,
                    exporter,
                    importer,
                    float(amount),
                )
            )
    return tuple(caps)
