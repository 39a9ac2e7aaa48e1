"""How far a buyer's supplier shares follow relative prices: s1 and s2, from trade.

Does      Estimates the inverse elasticity of substitution by code, gap, trim and instrument, and
          two rival estimators that show how far the level can be trusted.
Units     Dimensionless; the inverse elasticity is the fall of a supplier's relative price per
          unit rise of its relative quantity, in logs.
Method    Inverse relative demand: d ln p = -(1/s) d ln q + importer-year effect. The quantity is
          instrumented by what moved the supplier elsewhere: its sales to other buyers, or its
          output. The noisy unit value stands on the left, where noise does not bias; noise of
          tonnages does not reach the instrument.
Assumes   A supplier's other sales move with its supply more than with tastes for its goods;
          if not, 1/s is too small and s too large. Rivals: prices elsewhere as the instrument
          for price (biased the other way: a better grade is dearer and sells), and
          heteroskedasticity (Feenstra 1994).
Not here  Weighing with the prior: see `pooling`.

References
----------
Feenstra, R. C. (1994). New product varieties and the measurement of international prices.
American Economic Review 84(1), 157-177, equations 10 to 12.
Hausman, J. (1996). Valuation of new goods under perfect and imperfect competition. In: The
economics of new goods, 207-248.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oreacle.data.elasticities.instruments import Fit, instrumented, within
from oreacle.data.elasticities.panels import credible_flows, flow_changes, no_changes

GAPS = (1, 3)
"""Years between the ends of a change, of the specifications that are averaged."""
SHOWN_GAPS = (1, 3, 5)
TRIMS = (2.0, 4.0)
LARGEST_MOVE = 2.0
"""Largest log change of an instrument: beyond it a record began or ended."""
OTHER_SALES, OUTPUT, OTHER_PRICES = "sales to other buyers", "output", "prices to other buyers"
HETEROSKEDASTICITY = "heteroskedasticity"
LEAST_OTHERS = 3
"""Fewest buyers of a supplier, and fewest years of a link, that count."""
LEAST_ELASTICITY, LARGEST_ELASTICITY = 0.1, 50.0


@dataclass(frozen=True)
class Specification:
    """One way to estimate, and what came out.

    Attributes
    ----------
    hs
        Commodity code; empty for all codes together.
    gap, trim
        Years between the ends of a change; largest ratio of a unit value to the median [1].
    instrument
        What moves the regressor.
    fit
        Inverse elasticity, or the elasticity itself for the rival estimators.
    """

    hs: str
    gap: int
    trim: float
    instrument: str
    fit: Fit

    @property
    def is_used(self) -> bool:
        """True if it enters the estimate."""
        return self.gap in GAPS and self.instrument in (OTHER_SALES, OUTPUT) and self.fit.is_used


@dataclass(frozen=True)
class Panels:
    """Credible flows of many codes, by trim and code."""

    flows: Mapping[float, Mapping[str, pd.DataFrame]]

    def changes(self, codes: Iterable[str], trim: float, gap: int) -> pd.DataFrame:
        """Return changes over `gap` years of the named codes together."""
        known = self.flows[trim]
        parts = [flow_changes(known[code], gap) for code in codes if code in known]
        return pd.concat(parts, ignore_index=True) if parts else no_changes()


def trade_panels(trade: pd.DataFrame) -> Panels:
    """Return the panels of every code in `trade`: year, exporter, importer, hs, value, tonnes."""
    by_trim = {}
    for trim in TRIMS:
        groups = credible_flows(trade, trim).groupby("hs", sort=True)
        by_trim[trim] = {str(code): part for code, part in groups}
    return Panels(by_trim)


def code_specifications(
    panels: Panels, code: str, output: pd.Series | None = None
) -> Iterator[Specification]:
    """Yield every specification of the inverse elasticity of one code.

    Parameters
    ----------
    panels
        As from `trade_panels`.
    code
        Commodity code.
    output
        Log output by (country, year), if a table of output fits the code.
    """
    for trim in TRIMS:
        for gap in SHOWN_GAPS:
            changes = panels.changes([code], trim, gap)
            instruments = {OTHER_SALES: other_sales(changes)}
            if output is not None:
                instruments[OUTPUT] = output_changes(changes, output, gap)
            for name, tool in instruments.items():
                yield Specification(code, gap, trim, name, inverse_elasticity(changes, tool))


def rival_specifications(panels: Panels, codes: Sequence[str]) -> Iterator[Specification]:
    """Yield what three estimators say of all codes together: the main one and its rivals."""
    for trim in TRIMS:
        for gap in SHOWN_GAPS:
            changes = panels.changes(codes, trim, gap)
            main = inverse_elasticity(changes, other_sales(changes))
            yield Specification("", gap, trim, OTHER_SALES, main)
            yield Specification("", gap, trim, OTHER_PRICES, price_elasticity(changes))
            links = len(changes[["hs", "importer", "exporter"]].drop_duplicates())
            root = Fit(feenstra_elasticity(changes), float("nan"), float("nan"), links, 0)
            yield Specification("", gap, trim, HETEROSKEDASTICITY, root)


def disagreement(rivals: Iterable[Specification]) -> float:
    """Return the standard deviation between the three estimators, in logs of s.

    Each is averaged over the gaps and trims that count; an estimate at or below
    `LEAST_ELASTICITY` counts as that, one above `LARGEST_ELASTICITY` as that.
    """
    levels: dict[str, list[float]] = {}
    for rival in rivals:
        if rival.gap in GAPS and np.isfinite(rival.fit.estimate):
            levels.setdefault(rival.instrument, []).append(rival.fit.estimate)
    found = []
    for name, values in levels.items():
        mean = float(np.mean(values))
        if name == OTHER_SALES:
            mean = 1.0 / max(mean, 1.0 / LARGEST_ELASTICITY)
        found.append(np.log(np.clip(mean, LEAST_ELASTICITY, LARGEST_ELASTICITY)))
    return float(np.std(found, ddof=1)) if len(found) > 1 else 0.0


def inverse_elasticity(changes: pd.DataFrame, instrument: pd.Series) -> Fit:
    """Return 1/s of relative inverse demand.

    Parameters
    ----------
    changes
        As from `flow_changes`, of one code.
    instrument
        Log change of what moves the supplier, aligned with `changes`; missing rows are left
        out, and so are buyers with one supplier left: they have no relative price.
    """
    fit = _relative(changes, "price", "quantity", instrument)
    return Fit(-fit.estimate, fit.se, fit.strength, fit.observations, fit.clusters)


def price_elasticity(changes: pd.DataFrame) -> Fit:
    """Return s by the rival: quantities on prices, instrumented by prices elsewhere.

    The regression is of log value on log price and gives 1 - s, since the noise of a tonnage
    enters quantity and price with opposite signs and would itself make a slope of -1.
    """
    value = changes.assign(value=changes["price"] + changes["quantity"])
    fit = _relative(value, "value", "price", other_prices(changes))
    return Fit(1.0 - fit.estimate, fit.se, fit.strength, fit.observations, fit.clusters)


def _relative(changes: pd.DataFrame, left: str, right: str, instrument: pd.Series) -> Fit:
    """Return the slope between suppliers of one buyer, code and year; clusters are suppliers."""
    rows = changes.assign(instrument=instrument.clip(-LARGEST_MOVE, LARGEST_MOVE))
    rows = rows[np.isfinite(rows["instrument"])]
    buyer = rows["hs"] + " " + rows["importer"] + " " + rows["year"].astype(str)
    rows = rows[buyer.map(buyer.value_counts()) >= 2]
    if len(rows) < 2:
        return Fit(float("nan"), float("nan"), 0.0, len(rows), 0)
    buyer, weight = buyer[rows.index], rows["weight"]
    y, x, z = (within(rows[name], buyer, weight) for name in (left, right, "instrument"))
    return instrumented(y, x, z, weight, rows["exporter"].to_numpy())


def other_sales(changes: pd.DataFrame) -> pd.Series:
    """Return the log change of a supplier's tonnes to its other buyers on lasting links."""
    group = changes.groupby(["hs", "exporter", "year"])
    rest = group["tonnes"].transform("sum") - changes["tonnes"]
    before = group["tonnes_before"].transform("sum") - changes["tonnes_before"]
    enough = group["tonnes"].transform("size") >= LEAST_OTHERS
    known = enough & (rest > 0) & (before > 0)
    return pd.Series(np.log(rest.where(known)) - np.log(before.where(known)))


def other_prices(changes: pd.DataFrame) -> pd.Series:
    """Return the mean log change of a supplier's unit value to its other buyers, weighted."""
    loaded = changes.assign(load=changes["weight"] ** 2)
    loaded["loaded_price"] = loaded["load"] * loaded["price"]
    group = loaded.groupby(["hs", "exporter", "year"])
    load = group["load"].transform("sum") - loaded["load"]
    price = group["loaded_price"].transform("sum") - loaded["loaded_price"]
    enough = group["load"].transform("size") >= LEAST_OTHERS
    return price.where(enough) / load.where(enough)


def output_changes(changes: pd.DataFrame, output: pd.Series, gap: int) -> pd.Series:
    """Return the log change of the supplier's output over the gap; missing where unknown."""

    def at(lag: int) -> NDArray[np.float64]:
        places = pd.MultiIndex.from_arrays([changes["exporter"], changes["year"] - lag])
        return output.reindex(places).to_numpy(dtype=float)

    return pd.Series(at(0) - at(gap), index=changes.index)


def feenstra_elasticity(changes: pd.DataFrame) -> float:
    """Return s by heteroskedasticity over all codes together; missing if there is none.

    With p and v the log changes of price and value relative to the mean of the buyer, the mean
    over time of each link obeys p^2 = a v^2 + b v p + constant (Feenstra 1994, equation 11, on
    values instead of shares, which differ by the buyer's total alone); the constant of the code
    takes up the noise of unit values.
    """
    buyer = changes["hs"] + " " + changes["importer"] + " " + changes["year"].astype(str)
    rows = changes[buyer.map(buyer.value_counts()) >= 2]
    buyer = buyer[rows.index]
    p = within(rows["price"], buyer, rows["weight"])
    v = within(rows["price"] + rows["quantity"], buyer, rows["weight"])
    moments = rows[["hs", "importer", "exporter"]].assign(pp=p * p, vv=v * v, pv=p * v)
    links = moments.groupby(["hs", "importer", "exporter"]).agg(
        pp=("pp", "mean"), vv=("vv", "mean"), pv=("pv", "mean"), years=("pp", "size")
    )
    links = links[links["years"] >= LEAST_OTHERS].reset_index()
    load = np.sqrt(links["years"].to_numpy(dtype=float))
    sides = [within(links[name], links["hs"], load) for name in ("pp", "vv", "pv")]
    design = np.stack(sides[1:], axis=1) * np.sqrt(load)[:, None]
    a, b = np.linalg.lstsq(design, sides[0] * np.sqrt(load), rcond=None)[0]
    return feenstra_root(float(a), float(b))


def feenstra_root(a: float, b: float) -> float:
    """Return s from both coefficients (Feenstra 1994, equation 12); missing if a <= 0.

    Examples
    --------
    With rho = 1/2 the equation has a = 1 / (s - 1)^2 and b = 0; here s = 4.

    >>> round(feenstra_root(1 / 9, 0.0), 6)
    4.0
    """
    if not a > 0:
        return float("nan")
    if b == 0:
        return 1.0 + 1.0 / float(np.sqrt(a))
    rho = 0.5 + np.sign(b) * np.sqrt(0.25 - 1.0 / (4.0 + b * b / a))
    return 1.0 + float((2.0 * rho - 1.0) / ((1.0 - rho) * b))
