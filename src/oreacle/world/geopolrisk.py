"""The GeoPolRisk indicator: supply risk of a mineral for an importer.

Does      Scores every material, importer and year at once.
Units     In: t/yr, kUSD/yr, governance risk 0 to 1. Out: dimensionless, 0 to 1.
Method    Concentration of world output times the governance-weighted share of imports in
          imports plus own output: Gemechu et al. (2016), Cimprich et al. (2017); as implemented
          by Koyamparambath et al. (2024). A partner without a governance figure counts 0.5.
Assumes   Output is what World Mining Data print, imports gross weight of the listed codes: for
          some materials the two count different things (see the assumed table
          `geopolrisk_materials`).
Not here  Reading the tables: see `oreacle.world.geopolrisk_tables`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd
import xarray as xr

from oreacle.core.errors import DataError

SCORED, NOTHING = "scored", "neither imports nor output"
NO_OUTPUT = "no figure of world output in the year"
UNKNOWN_RISK = 0.5
"""Governance risk of a partner without a figure, by the published method [1]."""
TONNES = {"t": 1.0, "kg": 1e-3, "kt": 1e3}
NEEDED = {
    "production": ("commodity", "country", "year", "quantity", "unit"),
    "trade": ("hs", "exporter", "importer", "year", "quantity_t"),
    "governance": ("country", "year", "risk"),
}


class Rules(StrEnum):
    """Which reading of the method is computed."""

    METHOD = "method"
    """Each country has its own governance figure; no result without imports and output."""
    PACKAGE = "package"
    """As the public implementation (version 2.0.1) computes it, with its slips: see the docs."""


@dataclass(frozen=True)
class Material:
    """A raw material of the indicator.

    Attributes
    ----------
    name
        Label in the results.
    commodity
        Name of its output in the production table.
    codes
        Commodity codes of its trade.
    """

    name: str
    commodity: str
    codes: tuple[str, ...]


SLIPS = {"GUY": "GUF", "TWN": ""}
"""What the public implementation takes for a partner: Guyana has the figure of French Guiana, and
Taiwan none, as its customs code is not that of the governance table."""


def geopolrisk(
    materials: tuple[Material, ...],
    production: pd.DataFrame,
    trade: pd.DataFrame,
    governance: pd.DataFrame,
    *,
    blocs: dict[str, frozenset[str]] | None = None,
    rules: Rules = Rules.METHOD,
) -> xr.Dataset:
    """Return the indicator for every material, importer and year.

    With Q imports, g governance risk of the partner and P own output,

        HHI = sum_c P_c^2 / (sum_c P_c)^2,
        import risk = sum_i g_i Q_i / (P + sum_i Q_i),
        score = HHI x import risk.

    Parameters
    ----------
    materials
        What is scored.
    production : DataFrame
        commodity, country, year, quantity [unit], unit (t, kg or kt). A missing quantity is no
        output.
    trade : DataFrame
        hs, exporter, importer, year, quantity_t [t/yr]; a missing quantity is not counted.
    governance : DataFrame
        country, year, risk [0 stable to 1].
    blocs
        Importers that stand for several countries: trade among them carries no risk.
    rules
        See `Rules`.

    Returns
    -------
    Dataset (material, importer, year)
        hhi, import_risk, score [1]; imports, output [t/yr]; unscored: share of imports from
        partners without a governance figure [1]. Missing where there is neither import nor
        output, or no production figure of that year; `status` says which.

    Raises
    ------
    DataError
        ORE-DAT-070 on a missing column; ORE-DAT-071 on negative figures or a governance risk
        outside 0 to 1; ORE-DAT-072 on an unknown unit.
    """
    _refuse(production, trade, governance)
    places = _Places.of(production, trade, governance, materials)
    risk = _risk_matrix(governance, places, rules)
    parts = [_imports(m, trade, places, risk, blocs or {}, rules) for m in materials]
    output, hhi = _output(materials, production, places, rules)
    names = [*places.countries, *(blocs or {})]
    own = _with_blocs(output, places, blocs or {})
    total = np.stack([part[0] for part in parts])
    risky = np.stack([part[1] for part in parts])
    unknown = np.stack([part[2] for part in parts])
    base = total + own
    with np.errstate(invalid="ignore", divide="ignore"):
        import_risk = risky / base
        unscored = unknown / total
    if rules is Rules.PACKAGE:
        import_risk = np.where(base > 0, import_risk, 0.0)
    dims = ("material", "importer", "year")
    concentration = np.broadcast_to(hhi[:, None, :], base.shape)
    data = {
        "hhi": (concentration, "1"),
        "import_risk": (import_risk, "1"),
        "score": (concentration * import_risk, "1"),
        "imports": (total, "t/yr"),
        "output": (own, "t/yr"),
        "unscored": (unscored, "1"),
    }
    status = np.where(np.isnan(concentration), NO_OUTPUT, np.where(base > 0, SCORED, NOTHING))
    return xr.Dataset(
        {name: (dims, values, {"units": unit}) for name, (values, unit) in data.items()}
        | {"status": (dims, status)},
        {"material": [m.name for m in materials], "importer": names, "year": list(places.years)},
        attrs={"rules": str(rules)},
    )


@dataclass(frozen=True)
class _Places:
    """Countries and years, in the order of the arrays."""

    countries: tuple[str, ...]
    years: tuple[int, ...]

    @classmethod
    def of(
        cls,
        production: pd.DataFrame,
        trade: pd.DataFrame,
        governance: pd.DataFrame,
        materials: tuple[Material, ...],
    ) -> _Places:
        wanted = {m.commodity for m in materials}
        years = production.loc[production["commodity"].isin(wanted), "year"].unique()
        codes = pd.unique(
            pd.concat(
                [production["country"], trade["exporter"], trade["importer"], governance["country"]]
            )
        )
        return cls(tuple(sorted(map(str, codes))), tuple(sorted(int(year) for year in years)))

    def at(self, codes: pd.Series) -> np.ndarray:
        """Return the position of each country."""
        return pd.Index(self.countries).get_indexer(pd.Index(codes))

    def when(self, years: pd.Series) -> np.ndarray:
        """Return the position of each year, -1 where it is not scored."""
        return pd.Index(self.years).get_indexer(pd.Index(years))


def _risk_matrix(governance: pd.DataFrame, places: _Places, rules: Rules) -> np.ndarray:
    """Return governance risk, shape (country, year); missing where nothing is known [1]."""
    matrix = np.full((len(places.countries), len(places.years)), np.nan)
    when = places.when(governance["year"])
    kept = when >= 0
    matrix[places.at(governance["country"])[kept], when[kept]] = governance["risk"][kept]
    if rules is Rules.PACKAGE:
        number = {code: k for k, code in enumerate(places.countries)}
        for partner, taken in SLIPS.items():
            if partner in number:
                matrix[number[partner]] = matrix[number[taken]] if taken in number else np.nan
    return matrix


def _imports(
    material: Material,
    trade: pd.DataFrame,
    places: _Places,
    risk: np.ndarray,
    blocs: dict[str, frozenset[str]],
    rules: Rules,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return imports, risky imports and imports of unknown risk, shape (importer, year) [t/yr]."""
    rows = trade[trade["hs"].isin(material.codes)]
    when = places.when(rows["year"])
    tonnes = rows["quantity_t"].to_numpy(dtype=float)
    kept = (when >= 0) & (tonnes > 0)
    when, tonnes = when[kept], tonnes[kept]
    partner, importer = (places.at(rows[side])[kept] for side in ("exporter", "importer"))
    known = risk[partner, when]
    weight = np.where(np.isnan(known), UNKNOWN_RISK, known)
    shape = len(places.countries), len(places.years)

    def summed(values: np.ndarray) -> np.ndarray:
        cell = importer * shape[1] + when
        return np.bincount(cell, values, minlength=shape[0] * shape[1]).reshape(shape)

    total, risky = summed(tonnes), summed(tonnes * weight)
    unknown = summed(np.where(np.isnan(known), tonnes, 0.0))
    extra = []
    for members in blocs.values():
        inside = np.array([code in members for code in places.countries])
        buys = inside[importer]
        outer = buys & ~inside[partner]
        sums = [
            np.bincount(when[rule], values[rule], minlength=shape[1])
            for rule, values in (
                (buys, tonnes),
                (outer, tonnes * weight),
                (outer & np.isnan(known), tonnes),
            )
        ]
        extra.append(sums)
    stacked = [
        np.vstack([part, *(sums[k][None] for sums in extra)])
        for k, part in enumerate((total, risky, unknown))
    ]
    return stacked[0], stacked[1], stacked[2]


def _output(
    materials: tuple[Material, ...], production: pd.DataFrame, places: _Places, rules: Rules
) -> tuple[np.ndarray, np.ndarray]:
    """Return output, shape (material, country, year) [t/yr], and its HHI, (material, year)."""
    shape = len(places.countries), len(places.years)
    output = np.zeros((len(materials), *shape))
    hhi = np.full((len(materials), shape[1]), np.nan)
    for k, material in enumerate(materials):
        rows = production[production["commodity"] == material.commodity]
        printed = np.zeros(shape)
        amount = rows["quantity"].fillna(0.0).to_numpy(dtype=float)
        np.add.at(printed, (places.at(rows["country"]), places.when(rows["year"])), amount)
        factor = rows["unit"].map(TONNES).iloc[0] if len(rows) else 1.0
        output[k] = printed * factor
        # The public implementation squares whole units of what is printed.
        squared = np.trunc(printed) if rules is Rules.PACKAGE else printed
        total = squared.sum(axis=0)
        with np.errstate(invalid="ignore", divide="ignore"):
            hhi[k] = np.where(total > 0, (squared**2).sum(axis=0) / total**2, np.nan)
    return output, hhi


def _with_blocs(
    output: np.ndarray, places: _Places, blocs: dict[str, frozenset[str]]
) -> np.ndarray:
    extra = [
        output[:, [code in members for code in places.countries]].sum(axis=1, keepdims=True)
        for members in blocs.values()
    ]
    return np.concatenate([output, *extra], axis=1)


def _refuse(production: pd.DataFrame, trade: pd.DataFrame, governance: pd.DataFrame) -> None:
    frames = {"production": production, "trade": trade, "governance": governance}
    absent = [
        f"{name}.{column}"
        for name, columns in NEEDED.items()
        for column in columns
        if column not in frames[name].columns
    ]
    if absent:
        raise DataError(
            "ORE-DAT-070",
            f"the indicator needs columns that are missing: {', '.join(absent)}.",
            why="a part of the formula would be left out.",
            fix="pass the tables production_history, trade_history and governance_risk.",
        )
    wrong = [
        f"{name} holds {bad.sum()} figures out of bounds"
        for name, bad in (
            ("production", production["quantity"] < 0),
            ("trade", trade["quantity_t"] < 0),
            ("governance", ~governance["risk"].dropna().between(0.0, 1.0)),
        )
        if bad.any()
    ]
    if wrong:
        raise DataError(
            "ORE-DAT-071",
            f"{'; '.join(wrong)}.",
            why="a negative tonnage or a risk outside 0 to 1 gives a score that means nothing.",
            fix="mend the rows, or leave them missing.",
        )
    units = sorted(set(production["unit"]) - set(TONNES))
    if units:
        raise DataError(
            "ORE-DAT-072",
            f"production is in units that are not known: {', '.join(map(str, units))}.",
            why="output would be added to imports in tonnes as if it were tonnes.",
            fix=f"give it in one of: {', '.join(TONNES)}.",
        )
