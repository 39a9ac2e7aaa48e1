"""Base-year trade of each link, in the tonnes of the chain.

Does      Turns gross trade by commodity code into contained tonnes between origins and users.
Units     Ore: tonnes of the mined form. Refined: chain tonnes. Patterns: shares of an exporter.
Method    Complete lists of refined products first, then the mineral codes; transit put back
          to the origin; ore and refined told apart by the exporter's own refining where one
          code holds both; quantity x content, or value where quantity is poor.
Assumes   A shipment without tonnage has the mean unit value of its code.
Not here  Filling links without trade: see `trade_prior`.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from oreacle.data.assumptions import read_assumed
from oreacle.data.base.chains import BASE_YEAR, ChainSpec, read_contents
from oreacle.data.readers.baci import read_baci_minerals, read_baci_refined

PAIR = ["exporter", "importer"]
REFINES_LITTLE = 0.25
LEAST_MINED_SHARE = 0.01
CREDIBLE_RATIO = 2.5


def base_trade(sources: Path, year: int = BASE_YEAR) -> pd.DataFrame:
    """Return one year's gross trade, one vintage per commodity code.

    Returns
    -------
    DataFrame
        exporter, importer, hs, value_kusd, quantity_t; missing tonnages filled by the mean
        unit value of the code.
    """
    refined = read_baci_refined(sources)
    refined = refined[(refined["year"] == year) & refined["complete"]]
    minerals = read_baci_minerals(sources)
    minerals = minerals[(minerals["year"] == year) & ~minerals["hs"].isin(set(refined["hs"]))]
    columns = [*PAIR, "hs", "value_kusd", "quantity_t"]
    return fill_quantities(pd.concat([refined[columns], minerals[columns]], ignore_index=True))


def fill_quantities(trade: pd.DataFrame) -> pd.DataFrame:
    """Return trade with missing tonnages estimated from value and the code's unit value."""
    known = trade[trade["quantity_t"] > 0]
    sums = known.groupby("hs")[["value_kusd", "quantity_t"]].sum()
    tonnes_per_kusd = (sums["quantity_t"] / sums["value_kusd"]).reindex(trade["hs"]).to_numpy()
    estimate = trade["value_kusd"] * tonnes_per_kusd
    return trade.assign(quantity_t=trade["quantity_t"].where(trade["quantity_t"] > 0, estimate))


def mend_quantities(trade: pd.DataFrame) -> pd.DataFrame:
    """Return trade with tonnages that its value contradicts put back to the usual unit value.

    A shipment whose unit value is more than `CREDIBLE_RATIO` times above or below the median
    of its code (weighted by value) gets value over that median as its tonnage.
    """
    unit_value = trade["value_kusd"] / trade["quantity_t"]
    median = trade["hs"].map(
        {
            code: _weighted_median(unit_value[rows.index], rows["value_kusd"])
            for code, rows in trade.groupby("hs")
        }
    )
    ratio = unit_value / median.astype(float)
    odd = (ratio > CREDIBLE_RATIO) | (ratio < 1.0 / CREDIBLE_RATIO)
    return trade.assign(
        quantity_t=trade["quantity_t"].mask(odd, trade["value_kusd"] / median.astype(float))
    )


def mend_transit(trade: pd.DataFrame, mineral: str, link: str) -> pd.DataFrame:
    """Return trade with transit countries replaced by origin or user, or left out.

    Parameters
    ----------
    trade
        exporter, importer and measures.
    mineral, link
        Which corrections of `assumed/transit.csv` apply.
    """
    table = read_assumed("transit")
    rules = table[(table["mineral"] == mineral) & (table["link"] == link)]
    mended = trade
    for side in PAIR:
        rule = rules[rules["side"] == side].set_index("country")["value"].to_dict()
        mended = mended.assign(**{side: [rule.get(code, code) for code in mended[side]]})
    dropped = (mended["exporter"] == "drop") | (mended["importer"] == "drop")
    return mended[~dropped & (mended["exporter"] != mended["importer"])]


def link_trade(
    chain: ChainSpec,
    link: str,
    trade: pd.DataFrame,
    vectors: pd.DataFrame,
    price_usd_per_t: float,
) -> pd.DataFrame:
    """Return contained trade of one link.

    Parameters
    ----------
    chain, link
        Definition, and ore or refined.
    trade
        As from `base_trade`.
    vectors : DataFrame [t]
        Mined and refined vectors of this mineral (stage, country, quantity_t).
    price_usd_per_t
        Refined price per chain tonne, for trade measured by value.

    Returns
    -------
    DataFrame
        exporter, importer, tonnes > 0 (kUSD where the measure is ``pattern``).
    """
    rows = trade[trade["hs"].isin(chain.codes(link))]
    rows = mend_transit(rows, chain.mineral, link)
    rows = rows[_has_role(chain, link, rows["exporter"], vectors)]
    return _pairs(chain, link, rows, vectors, price_usd_per_t)


def customs_trade(
    chain: ChainSpec,
    link: str,
    trade: pd.DataFrame,
    vectors: pd.DataFrame,
    price_usd_per_t: float,
) -> pd.DataFrame:
    """Return contained trade of one link between the countries that customs record.

    Parameters and result are those of `link_trade`; transit countries stay where the records
    have them, and ore is told from metal by the true origin of a shipment.
    """
    rows = trade[trade["hs"].isin(chain.codes(link))]
    origins = transit_origins(chain.mineral, link)
    exporter = rows["exporter"].map(lambda code: origins.get(code, code))
    rows = rows[_has_role(chain, link, exporter, vectors)]
    return _pairs(chain, link, rows, vectors, price_usd_per_t)


def transit_origins(mineral: str, link: str) -> dict[str, str]:
    """Return the origin of what transit countries ship, where `assumed/transit.csv` states it."""
    table = read_assumed("transit")
    rules = table[
        (table["mineral"] == mineral)
        & (table["link"] == link)
        & (table["side"] == "exporter")
        & (table["value"] != "drop")
    ]
    return dict(zip(rules["country"].astype(str), rules["value"].astype(str), strict=True))


def _has_role(chain: ChainSpec, link: str, exporter: pd.Series, vectors: pd.DataFrame) -> pd.Series:
    """Return which shipments belong to the link, where one code holds ore and metal."""
    if not chain.role_split:
        return pd.Series(data=True, index=exporter.index)
    return exporter.isin(_ore_exporters(vectors)) == (link == "ore")


def _pairs(
    chain: ChainSpec,
    link: str,
    rows: pd.DataFrame,
    vectors: pd.DataFrame,
    price_usd_per_t: float,
) -> pd.DataFrame:
    """Return what shipments hold, summed by exporter and importer."""
    tonnes = _contained(chain, link, rows, vectors, price_usd_per_t)
    pairs = rows[PAIR].assign(tonnes=tonnes)
    table: pd.DataFrame = pairs.groupby(PAIR)["tonnes"].sum().reset_index()
    return table[table["tonnes"] > 0]


def _contained(
    chain: ChainSpec,
    link: str,
    rows: pd.DataFrame,
    vectors: pd.DataFrame,
    price_usd_per_t: float,
) -> pd.Series:
    """Return what shipments hold, by the measure of the link."""
    measure = chain.measure(link)
    if measure == "pattern":
        return rows["value_kusd"]
    if measure == "value" and link == "ore":
        return rows["value_kusd"] * pure_exporter_ratio(vectors, rows, "value_kusd")
    if measure == "value":
        return rows["value_kusd"] * 1e3 / price_usd_per_t
    mended = rows if chain.role_split else mend_quantities(rows)
    tonnes = mended["quantity_t"] * _contents(chain.mineral, link, mended["hs"])
    if link == "ore":
        return tonnes * _calibration(vectors, mended["exporter"], tonnes)
    return tonnes


def pure_exporter_ratio(vectors: pd.DataFrame, rows: pd.DataFrame, measure: str) -> float:
    """Return mined tonnes per unit of exports over countries that mine and do not refine.

    What such a country mines, it exports; so the ratio is the content of its trade.

    Parameters
    ----------
    vectors : DataFrame
        stage, country, quantity_t of this mineral.
    rows : DataFrame
        exporter and the measure, of the ore link.
    measure
        Column that measures trade.

    Returns
    -------
    float
        Tonnes of the mined form per unit; missing if there is no such country.
    """
    mined = vectors[vectors["stage"] == "mined"].groupby("country")["quantity_t"].sum()
    refiners = set(vectors.loc[vectors["stage"] == "refined", "country"])
    pure = mined[(mined / mined.sum() >= LEAST_MINED_SHARE) & ~mined.index.isin(refiners | {"ROW"})]
    exports = rows.groupby("exporter")[measure].sum().reindex(pure.index).dropna()
    if exports.empty or exports.sum() <= 0:
        return float("nan")
    return float(pure.reindex(exports.index).sum() / exports.sum())


def _calibration(vectors: pd.DataFrame, exporter: pd.Series, tonnes: pd.Series) -> float:
    """Return the factor that makes pure exporters export what they mine, if it is credible."""
    rows = pd.DataFrame({"exporter": exporter, "tonnes": tonnes})
    ratio = pure_exporter_ratio(vectors, rows, "tonnes")
    return ratio if 0.5 <= ratio <= 2.0 else 1.0


def _ore_exporters(vectors: pd.DataFrame) -> set[str]:
    """Return countries that mine and refine less than a quarter of it (by shares)."""
    quantity = vectors.pivot_table(
        index="country", columns="stage", values="quantity_t", aggfunc="sum", fill_value=0.0
    )
    share = quantity / quantity.sum()
    return set(share.index[share["refined"] < REFINES_LITTLE * share["mined"]])


def _contents(mineral: str, link: str, codes: pd.Series) -> pd.Series:
    contents = read_contents()
    known = {code: contents[mineral, link, code] for code in pd.unique(codes)}
    return codes.map(known).astype(float)


def _weighted_median(values: pd.Series, weights: pd.Series) -> float:
    ordered = values.sort_values()
    cumulative = weights.reindex(ordered.index).cumsum()
    return float(ordered.iloc[int((cumulative < 0.5 * cumulative.iloc[-1]).sum())])
