"""One supply chain as text.

Does      Draws the record of a mineral: size, prices, behaviour, places by stage, hosts,
          reserves, links, measures; with sources and rival figures on request.
Units     In the heads of tables.
Method    The largest places and links only; `--json` holds all.
Assumes   The record of `oreacle.app.world_records.chain_record`.
Not here  What would happen if: see `oreacle.app.shock`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from oreacle.app.output import text_table
from oreacle.core.labels import LINKS, STAGES
from oreacle.present.strips import sparkline
from oreacle.world.grades import NO_TRADE_DATA

TOP_NODES = 8
TOP_FLOWS = 10
TOP_RIVALS = 10


def chain_text(record: dict[str, Any], *, with_sources: bool) -> str:
    """Return a chain as text.

    Parameters
    ----------
    record
        As from `chain_record`.
    with_sources
        True to show year, basis and source of figures, and what other publishers print.
    """
    lines = [*_head(record), "", *_parameters(record, with_sources=with_sources)]
    for stage in STAGES:
        rows = [row for row in record["nodes"] if row["stage"] == stage]
        if rows:
            lines += ["", *_stage(stage, rows, with_sources=with_sources)]
    lines += _hosts(record)
    lines += _reserves(record)
    for link in LINKS:
        flows = [row for row in record["flows"] if row["link"] == link]
        if flows:
            blind = record["trade_data"][link] == NO_TRADE_DATA
            caveat = f" (estimated: {NO_TRADE_DATA})" if blind else ""
            lines += ["", f"{link} flows across borders, the largest{caveat}"]
            top = [list(row.values())[1:] for row in flows[:TOP_FLOWS]]
            lines.append(text_table(("from", "to", "t/yr", "% of chain"), top))
    lines += _entrepots(record)
    if with_sources:
        lines += _rivals(record)
    lines += ["", f"{len(record['measures'])} measures in the register"]
    if record["measures"]:
        lines.append(_measure_table(record["measures"]))
    if not with_sources:
        lines += ["", "Year, basis and source of every figure: --sources"]
    return "\n".join(lines)


def _head(record: dict[str, Any]) -> list[str]:
    lines = [
        f"{record['name']}: {record['throughput_t']:,.0f} {record['unit']} a year, "
        f"base year {record['base_year']}",
        f"mined counts {record['mined_form']}; refined counts {record['refined_form']}",
        f"price {record['price_refined_usd_per_t']:,.0f} USD/t "
        f"({record['price_refined_basis']}: {record['price_refined_source']})",
        "by stage, USD/t: "
        + ", ".join(f"{name} {value:,.0f}" for name, value in record["prices"].items()),
    ]
    history = record["price_history"]
    if len(history) > 1:
        values = [row["price_usd_per_t"] for row in history]
        line = sparkline(values, (min(values), max(values)))
        lines.append(
            f"{history[0]['year']} to {history[-1]['year']}: {line} "
            f"({min(values):,.0f} to {max(values):,.0f}; {history[0]['series']})"
        )
    if record["recycled_total_t"] > 0:
        place = "inside published refined output" if record["recycled_counted"] else "on top of it"
        share = record["recycled_total_t"] / record["throughput_t"]
        lines.append(f"from scrap: {share:.0%} of supply, {place}{_interval(record)}")
    lines.append(f"trade data: {record['grade_words']}")
    lines.append(
        "output and use by country: as published; flows: scaled so that every stage adds to "
        "the chain (factors: world check)"
    )
    return lines


def _interval(record: dict[str, Any]) -> str:
    low, high = record["recycled_share_low"], record["recycled_share_high"]
    if low is None or high is None:
        return ""
    return f" (published shares run from {low:.0%} to {high:.0%})"


def _parameters(record: dict[str, Any], *, with_sources: bool) -> list[str]:
    heads = ("parameter", "value", "unit", "basis")
    width = 4 if with_sources else 3
    chokes = ", ".join(f"{name} {value:g}" for name, value in record["chokes"].items())
    return [
        text_table(heads[:width], [list(row)[:width] for row in record["parameters"]]),
        f"use ends at so many times the base price (assumed): {chokes}",
    ]


def _stage(stage: str, rows: Sequence[dict[str, Any]], *, with_sources: bool) -> list[str]:
    shown = rows[:TOP_NODES]
    heads = ["country", "t/yr", "%"]
    keys = ["country", "quantity_t", "percent"]
    if any(row["capacity_t"] is not None for row in shown):
        heads.append("capacity, t/yr")
        keys.append("capacity_t")
    if with_sources:
        heads += ["year", "basis", "source"]
        keys += ["year", "basis", "source"]
    title = f"{stage}, {len(shown)} of {len(rows)} countries"
    return [title, text_table(heads, [[row[key] for key in keys] for row in shown])]


def _hosts(record: dict[str, Any]) -> list[str]:
    lines = [
        f"won with {row['host']} ({row['host_stage']}): {row['share']:.0%} of output, "
        f"{row['yield_t_per_t']:.3g} t per t"
        for row in record["hosts"]
    ]
    lines += [
        f"host of {row['mineral']}: {row['share']:.0%} of its output"
        for row in record["by_products"]
    ]
    return ["", *lines] if lines else []


def _reserves(record: dict[str, Any]) -> list[str]:
    rows = record["reserves"]
    if not rows:
        return ["", "reserves: no figure by country"]
    total = sum(row["reserves_t"] for row in rows)
    top = ", ".join(f"{row['country']} {100 * row['reserves_t'] / total:.0f} %" for row in rows[:5])
    first = rows[0]
    return ["", f"reserves: {total:,.0f} {first['form']} ({first['year']}): {top}"]


def _entrepots(record: dict[str, Any]) -> list[str]:
    rows = record["entrepots"][:TOP_FLOWS]
    if not rows:
        return []
    heads = ("to", "sold by (customs)", "made in", "t/yr", "% of what it buys abroad", "basis")
    keys = ("importer", "via", "origin", "quantity_t", "percent", "basis")
    title = "refined flows through third countries, the largest"
    return ["", title, text_table(heads, [[row[key] for key in keys] for row in rows])]


def _rivals(record: dict[str, Any]) -> list[str]:
    rows = record["rivals"]
    if not rows:
        return []
    heads = ("stage", "country", "in use", "source", "rival", "its source", "year")
    keys = ("stage", "country", "used", "source", "other", "other_source", "other_year")
    shown = rows[:TOP_RIVALS]
    title = f"Where publishers differ, {len(shown)} of {len(rows)} (t/yr, or share of refining)"
    return ["", title, text_table(heads, [[row[key] for key in keys] for row in shown])]


def _measure_table(measures: Sequence[dict[str, Any]]) -> str:
    heads = ("measure", "actor", "instrument", "link", "strength", "basis", "since", "targets")
    keys = (
        "measure_id",
        "actor",
        "instrument",
        "link",
        "strength",
        "strength_basis",
        "since",
        "targets",
    )
    rows = [
        [", ".join(row[key]) or "all" if key == "targets" else row[key] for key in keys]
        for row in measures
    ]
    return text_table(heads, rows)
