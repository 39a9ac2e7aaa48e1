"""The supply-risk indicator of the European Union, from its published inputs.

Does      Computes the indicator; recomputes the results of the 2023 study from the inputs that
          the study prints, with bounds from their rounding; applies the method to base-year flows.
Units     Indicator and governance-weighted indices from 0 to 10; shares dimensionless.
Method    SR = [HHI_GS IR/2 + HHI_EU (1 - IR/2)] (1 - EoL_RIR) SI_SR with HHI the sum over
          countries of share^2 x scaled governance x trade parameter t.
Assumes   Governance is the mean of the six Worldwide Governance Indicators over 2016-2020, scaled
          from 0 (best) to 10; each printed figure lies within half a unit of its last digit.
Not here  Economic importance, the other axis of the study. Which of the two stages decides: the
          study takes the one with the higher risk.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from oreacle.core.errors import DataError
from oreacle.data.assumptions import read_assumed
from oreacle.world.chain import Chain
from oreacle.world.concentration import output_by_country, scaled_governance, shares_of
from oreacle.world.exposure import Buyer, dependence, purchases

WORST = 10.0
"""Upper end of scaled governance; bounds a country whose score is not at hand [1]."""
HOME_TRADE_PARAMETER = 0.8
"""Trade parameter of members of the European Union, by the Commission's guidelines [1]."""
LISTED_FROM = {
    ("processing", "world"): 0.001,
    ("extraction", "world"): 0.01,
    ("processing", "EU"): 0.01,
    ("extraction", "EU"): 0.01,
}
"""Least share that the hand-kept table lists, by stage and scope [1]."""
SMALL_REST = {0.01: 0.12, 0.001: 0.02}
"""Rest of a list that countries below its least share can make up [1]; a larger rest means that
the list is incomplete. Chosen: a dozen countries of one percent, twenty of a tenth."""
SCOPES = ("GS+EU", "GS", "EU")
"""Supply that the study used: global and EU sourcing, global alone, EU sourcing alone."""


@dataclass(frozen=True)
class Interval:
    """A value with the bounds that the rounding of its inputs allows."""

    low: float
    middle: float
    high: float

    def meets(self, printed: float, digit: float) -> bool:
        """Return True if a value that is printed to `digit` can lie within the bounds."""
        return self.low <= printed + digit / 2 and self.high >= printed - digit / 2


def supply_risk(
    hhi_world: float,
    hhi_eu: float,
    *,
    import_reliance: float,
    eol_rir: float,
    substitution: float,
    scope: str = "GS+EU",
) -> float:
    """Return the supply-risk indicator of the European Union.

    Parameters
    ----------
    hhi_world, hhi_eu
        Governance-weighted indices of global supply and of EU sourcing, 0 to 10.
    import_reliance
        Net imports over apparent consumption of the EU [1].
    eol_rir
        Share of EU input that comes from end-of-life recycling [1].
    substitution
        Substitution index for supply risk [1].
    scope
        ``GS+EU``, or ``GS`` or ``EU`` where the study used one of them alone.

    Raises
    ------
    DataError
        ORE-DAT-089 if a share is not between 0 and 1 or the scope is unknown.

    References
    ----------
    European Commission (2017). Methodology for establishing the EU list of critical raw
    materials: guidelines, supply-risk equation. Blengini, G. A. and others (2017). EU
    methodology for critical raw materials assessment: policy needs and proposed solutions for
    incremental improvements. Resources Policy 53, 12-19.

    Examples
    --------
    Magnesium in the study of 2023 (published: 4.1):

    >>> round(supply_risk(4.67, 5.34, import_reliance=1.0, eol_rir=0.13, substitution=0.94), 1)
    4.1
    """
    shares = {"import_reliance": import_reliance, "eol_rir": eol_rir, "substitution": substitution}
    wrong = [f"{name} = {value}" for name, value in shares.items() if not 0.0 <= value <= 1.0]
    if wrong or scope not in SCOPES:
        raise DataError(
            "ORE-DAT-089",
            f"inputs of the supply-risk indicator are out of range: "
            f"{', '.join(wrong) or f'scope {scope!r}'}.",
            why="percent taken for shares, or the wrong supply, would change the result by much.",
            fix=f"give shares from 0 to 1, and one of {', '.join(SCOPES)}.",
        )
    weight = {"GS+EU": import_reliance / 2.0, "GS": 1.0, "EU": 0.0}[scope]
    core = hhi_world * weight + hhi_eu * (1.0 - weight)
    return core * (1.0 - eol_rir) * substitution


def recomputed_supply_risk() -> pd.DataFrame:
    """Return the 2023 results of the European Union by stage, recomputed.

    Returns
    -------
    DataFrame
        mineral, material, stage, scope, published, low, recomputed, high, verdict, note (why
        outside, where it is known), source; in the order of the hand-kept table. The verdict is
        `within` if the published value can lie within the bounds, `outside` if not, and
        `undecided` if it can only because a list of suppliers is incomplete.
    """
    shares = read_assumed("eu_supply_shares")
    risk = study_governance()
    rows = []
    for row in read_assumed("eu_supply_risk_inputs").to_dict("records"):
        own = shares[(shares["material"] == row["material"]) & (shares["stage"] == row["stage"])]
        listed = {scope: own[own["scope"] == scope] for scope in ("world", "EU")}
        least = {scope: LISTED_FROM[str(row["stage"]), scope] for scope in listed}
        value = _recomputed(
            {str(key): item for key, item in row.items()},
            {scope: _index(part, least[scope], risk) for scope, part in listed.items()},
        )
        needed = {"GS+EU": ("world", "EU"), "GS": ("world",), "EU": ("EU",)}[str(row["scope"])]
        rows.append(
            {
                **{name: row[name] for name in ("mineral", "material", "stage", "scope")},
                "published": float(row["supply_risk"]),
                "low": value.low,
                "recomputed": value.middle,
                "high": value.high,
                "verdict": _verdict(
                    value,
                    float(row["supply_risk"]),
                    is_listed=all(_is_listed(listed[scope], least[scope]) for scope in needed),
                ),
                "note": row["note"],
                "source": row["source"],
            }
        )
    return pd.DataFrame(rows)


def study_governance() -> dict[str, float]:
    """Return scaled governance by country as the study of 2023 used it, 0 to 10."""
    table = read_assumed("eu_governance").set_index("country")["estimate"].astype(float)
    estimate = xr.DataArray(
        table.to_numpy(), {"country": list(table.index)}, "country", attrs={"units": "WGI units"}
    )
    scaled = scaled_governance(estimate)
    return {str(k): float(v) for k, v in zip(table.index, scaled.values, strict=True)}


def supply_risk_of_flows(
    chain: Chain, european_union: Buyer, governance: xr.DataArray, *, eol_rir: float, si_sr: float
) -> float:
    """Return the indicator of the European Union for base-year flows of refined product.

    It differs from the published one in year, in shares, in governance as given, and in the
    trade parameter, which is 1 abroad: export restrictions do not raise it.

    Parameters
    ----------
    chain, european_union
        A supply chain, and the buyer ``EU``.
    governance : DataArray (country) [0 to 10]
        Risk of countries, `ROW` included.
    eol_rir, si_sr
        End-of-life recycling input rate and substitution index [1].

    Raises
    ------
    DataError
        ORE-DAT-087 if a supplier has no score; ORE-DAT-088 if the EU is not shown as a user.
    """
    made = output_by_country(chain, "refined")
    bought = purchases(chain, european_union).rename(exporter="country")
    reliance = min(1.0, max(0.0, dependence(chain, european_union).net_refined))
    return supply_risk(
        _flow_index(made, european_union, governance),
        _flow_index(bought, european_union, governance),
        import_reliance=reliance,
        eol_rir=eol_rir,
        substitution=si_sr,
    )


def _flow_index(tonnes: xr.DataArray, home: Buyer, governance: xr.DataArray) -> float:
    share = shares_of(tonnes)
    risk = {str(k): float(v) for k, v in governance.to_series().items()}
    total = 0.0
    for place, part in share.to_series().items():
        if part > 0 and str(place) not in risk:
            raise DataError(
                "ORE-DAT-087",
                f"no governance score for {place}.",
                why="leaving a holder out would count it as perfectly governed.",
                fix="add a score with its source.",
            )
        parameter = HOME_TRADE_PARAMETER if place in home.members else 1.0
        total += float(part) ** 2 * risk.get(str(place), 0.0) * parameter
    return total


def _recomputed(row: dict[str, object], index: dict[str, Interval]) -> Interval:
    """Propagate rounding: the indicator rises in every input but recycling and reliance.

    It is linear in reliance, so that its extremes lie at the ends of the interval.
    """
    scope = str(row["scope"])
    printed = str(row["import_reliance_percent"])  # not printed where global supply is used alone
    reliance = _rounded(float(printed) / 100, 0.01) if printed else Interval(0.0, 0.0, 0.0)
    recycled = _rounded(float(str(row["eol_rir_percent"])) / 100, 0.01)
    substitution = _rounded(float(str(row["si_sr"])), 0.01)

    def value(side: str, import_reliance: float) -> float:
        other = {"low": "high", "middle": "middle", "high": "low"}[side]
        return supply_risk(
            getattr(index["world"], side),
            getattr(index["EU"], side),
            import_reliance=import_reliance,
            eol_rir=getattr(recycled, other),
            substitution=getattr(substitution, side),
            scope=scope,
        )

    ends = (reliance.low, reliance.middle, reliance.high)
    return Interval(
        min(value("low", end) for end in ends),
        value("middle", reliance.middle),
        max(value("high", end) for end in ends),
    )


def _verdict(value: Interval, published: float, *, is_listed: bool) -> str:
    if not value.meets(published, 0.1):
        return "outside"
    return "within" if is_listed else "undecided"


def _rounded(value: float, digit: float) -> Interval:
    return Interval(max(0.0, value - digit / 2), value, min(1.0, value + digit / 2))


def _index(listed: pd.DataFrame, least_listed: float, risk: dict[str, float]) -> Interval:
    """Return the governance-weighted index with bounds from rounding and from what is not listed.

    Countries below the least listed share add at most their sum times that share; if the list is
    incomplete, the rest may be one country.
    """
    low = middle = high = 0.0
    for row in listed.to_dict("records"):
        share = _rounded(float(row["percent"]) / 100, float(row["digit"]) / 100)
        score = risk.get(str(row["country"]))
        least, most = (0.0, WORST) if score is None else (score, score)
        parameter = float(row["trade_parameter"])
        low += share.low**2 * least * parameter
        middle += share.middle**2 * (least + most) / 2 * parameter
        high += share.high**2 * most * parameter
    rest = _unlisted(listed)
    largest = least_listed if _is_listed(listed, least_listed) else rest
    return Interval(low, middle, high + rest * largest * WORST)


def _unlisted(listed: pd.DataFrame) -> float:
    """Return the largest share that countries outside the list can have together."""
    least = np.maximum(0.0, listed["percent"] - listed["digit"] / 2).sum() / 100
    return max(0.0, 1.0 - float(least))


def _is_listed(listed: pd.DataFrame, least_listed: float) -> bool:
    """Return True if what is missing can be countries below the least listed share."""
    return 1.0 - float(listed["percent"].sum()) / 100 <= SMALL_REST[least_listed]
