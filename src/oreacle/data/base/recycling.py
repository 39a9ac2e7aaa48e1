"""Secondary supply: what returns from scrap into the refined market.

Does      Makes one vector of recycled supply per mineral, by country.
Units     Chain tonnes per year.
Method    World total: the end-of-life recycling input rate r of the fact tables gives
          r / (1 - r) of supply from ore; or, where published refined output counts secondary
          metal, what it holds beyond mine output; or a stated rate. By country: reported
          output of the United States; the rest in proportion to use, since scrap arises where
          metal is used.
Assumes   A rate of the European Union stands for the world: see `assumed/recycling.csv`.
          Scrap that a publisher counts inside refined output is melted by refining countries
          only, up to nine tenths of what one refines.
Not here  Lifetimes and collection over the years ahead.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from oreacle.core.errors import DataError
from oreacle.data.assumptions import read_assumed
from oreacle.data.base.chains import BASE_YEAR, ChainSpec
from oreacle.data.base.production import VECTOR
from oreacle.data.readers.facts import read_recycling_rates
from oreacle.data.readers.usgs_release import read_united_states_secondary

STAGE = "recycled"
LEAST_RATE = 0.02
"""Rates are published in whole per cent: below two they are hardly more than rounding [1]."""
MOST_OF_REFINED = 0.9
METHODS = ("input_rate", "balance", "stated")
RATE_SOURCE = "eu-scrreen"
BALANCE_SOURCE = "usgs-mcs-2026"
UNITED_STATES_SOURCE = "usgs-mcs-2026"
SOURCE_OF = {
    "input_rate": RATE_SOURCE,
    "balance": BALANCE_SOURCE,
    "stated": "assumed/recycling",
}


@dataclass(frozen=True)
class RecyclingRule:
    """How secondary supply of one mineral is found.

    Attributes
    ----------
    counted
        True if the published refined output holds the secondary metal.
    method
        One of `METHODS`.
    rate
        Share of secondary in supply; missing for ``balance`` [1].
    """

    counted: bool
    method: str
    rate: float


def recycling_rules(sources: Path) -> dict[str, RecyclingRule]:
    """Return the rule of every mineral.

    Raises
    ------
    DataError
        ORE-DAT-047 on an unknown method, or a rate that is missing or not in [0, 1).
    """
    rates = read_recycling_rates(sources)
    rules = {}
    for row in read_assumed("recycling").to_dict("records"):
        mineral, method = str(row["mineral"]), str(row["method"])
        rate = float("nan")
        if method == "input_rate":
            rate = float(rates.get(mineral, float("nan")))
        elif method == "stated":
            rate = float(str(row["value"]) or "nan")
        if method not in METHODS or (method != "balance" and not 0.0 <= rate < 1.0):
            raise DataError(
                "ORE-DAT-047",
                f"recycling of '{mineral}' has method '{method}' and rate {rate}.",
                why="secondary supply would be made up, or taken as nil without a source.",
                fix=f"use one of {', '.join(METHODS)} in `assumed/recycling.csv`, with a rate from "
                "0 to below 1 where the method needs one.",
            )
        rules[mineral] = RecyclingRule(bool(int(row["counted"])), method, rate)
    return rules


def recycled_vectors(
    sources: Path, chains: dict[str, ChainSpec], supply: pd.DataFrame, used: pd.DataFrame
) -> pd.DataFrame:
    """Return recycled supply of every mineral by country, zeros left out.

    Parameters
    ----------
    sources
        Folder of all source files.
    chains
        Definitions of the chains.
    supply, used : DataFrame
        Mined and refined vectors, and vectors of use.

    Returns
    -------
    DataFrame
        `VECTOR` with stage recycled.
    """
    rules = recycling_rules(sources)
    american = read_united_states_secondary(sources, BASE_YEAR)
    parts = []
    for name in chains:
        rule = rules[name]
        rows = supply[supply["mineral"] == name]
        refined = _quantities(rows, "refined")
        total = recycled_total(rule, _quantities(rows, "mined").sum(), refined.sum())
        if total <= 0:
            continue
        use = _quantities(used[used["mineral"] == name], "used")
        use_year = int(used.loc[used["mineral"] == name, "year"].iloc[0])
        reported = float(american.get(name, float("nan")))
        ceiling = MOST_OF_REFINED * refined if rule.counted else None
        amounts = share_out(total, use, ceiling, {"USA": reported} if reported >= 0 else {})
        parts.append(_rows(name, amounts, rule, use_year, is_reported=reported >= 0))
    return pd.concat(parts, ignore_index=True)[VECTOR]


def recycled_total(rule: RecyclingRule, mined: float, refined: float) -> float:
    """Return secondary supply of the world [chain t].

    Examples
    --------
    >>> recycled_total(RecyclingRule(False, "input_rate", 0.2), 100.0, 80.0)
    20.0
    >>> recycled_total(RecyclingRule(True, "balance", float("nan")), 23.0, 27.6).__round__(3)
    4.6
    """
    if rule.method == "balance":
        return max(refined - mined, 0.0)
    if rule.rate < LEAST_RATE:
        return 0.0
    if rule.counted:
        return rule.rate * refined
    return rule.rate / (1.0 - rule.rate) * refined


def share_out(
    total: float, use: pd.Series, ceiling: pd.Series | None, reported: dict[str, float]
) -> pd.Series:
    """Return a total shared out in proportion to use.

    Parameters
    ----------
    total
        What is shared out [t].
    use : Series (country)
        Weights.
    ceiling : Series (country)
        Most that a country takes, a country without a row none; None for no limit.
    reported
        Figures by country that a publisher gives; they stand (under the ceiling).

    Returns
    -------
    Series (country)
        Adds to the total, or to what the ceilings leave room for.
    """
    limit = (
        pd.Series(float("inf"), index=use.index)
        if ceiling is None
        else ceiling.reindex(use.index.union(ceiling.index)).fillna(0.0)
    )
    weight = use.reindex(limit.index).fillna(0.0)
    amounts = pd.Series(0.0, index=limit.index)
    for country, figure in reported.items():
        if country in limit.index:
            amounts[country] = min(figure, float(limit[country]), total)
            weight[country] = 0.0
    left = total - float(amounts.sum())
    while left > 1e-12 * total and weight.sum() > 0:
        wanted = amounts + left * weight / weight.sum()
        amounts = wanted.clip(upper=limit)
        left = total - float(amounts.sum())
        weight = weight.where(amounts < limit, 0.0)
    return amounts[amounts > 0]


def _rows(
    mineral: str, amounts: pd.Series, rule: RecyclingRule, year: int, *, is_reported: bool
) -> pd.DataFrame:
    american = (amounts.index == "USA") & is_reported
    return pd.DataFrame(
        {
            "mineral": mineral,
            "stage": STAGE,
            "country": amounts.index,
            "quantity_t": amounts.to_numpy(dtype=float),
            "year": [BASE_YEAR if own else year for own in american],
            "basis": ["reported" if own else "assumed" for own in american],
            "confidence": ["medium" if own else "low" for own in american],
            "source": [UNITED_STATES_SOURCE if own else SOURCE_OF[rule.method] for own in american],
        }
    )


def _quantities(rows: pd.DataFrame, stage: str) -> pd.Series:
    part = rows[rows["stage"] == stage]
    return part.groupby("country")["quantity_t"].sum()
