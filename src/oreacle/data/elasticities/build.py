"""The tables `elasticities` and `elasticity_checks`.

Does      Estimates s1, s2, elasticities of supply and demand, weighs them with the prior, and
          adds the weights of absent links.
Units     Dimensionless.
Method    Each part by its own module. Light and heavy rare earths share their data: they are
          estimated once.
Assumes   Tables `minerals`, `openings`, `price_history` and `production_history` are complete.
Not here  Where the values enter: see `oreacle.world.responsiveness`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from oreacle.data.assumptions import read_assumed
from oreacle.data.elasticities import inputs
from oreacle.data.elasticities.instruments import Averaged, averaged
from oreacle.data.elasticities.pooling import INVERSE, LEVEL, NINETY, Posterior, log_spread, pooled
from oreacle.data.elasticities.responses import (
    Response,
    demand_responses,
    supply_responses,
    world_growth,
)
from oreacle.data.elasticities.substitution import (
    OTHER_SALES,
    OUTPUT,
    Panels,
    Specification,
    code_specifications,
    disagreement,
    rival_specifications,
    trade_panels,
)
from oreacle.data.readers.baci import read_baci_minerals
from oreacle.data.rows import text_rows

SAME_DATA = {"rare_earths_heavy": "rare_earths_light"}
SUBSTITUTION = {"ore": "ore_substitution", "refined": "refined_substitution"}
ABSENT = {"ore": "absent_ore_weight", "refined": "absent_refined_weight"}
EVERYONE = "all"
LEAST_ROWS = 8
METHODS = {
    "substitution": "Inverse relative demand, instrumented by sales to other buyers or output; "
    "gaps of 1 and 3 years, two trims",
    "supply_elasticity": "Output growth on price, instrumented by prices of other metals; over "
    "the slope of the supply curve at usual utilisation per unit of the elasticity",
    "demand_elasticity": "Use growth on price, instrumented by the granular residual of output",
    "absent": "Share won by absent suppliers over their world share, in calm years; the high end "
    "is that after the loss of a main supplier",
}
TRADE_SOURCE = "cepii-baci; assumed/market_parameters"
OUTPUT_SOURCE = "bgs-world-mineral-statistics; world-mining-data; world-bank-pink-sheet; cepii-baci"


@dataclass(frozen=True)
class Evidence:
    """Prior and estimates of one parameter for all minerals.

    Attributes
    ----------
    parameter, scale, method, source
        As in the table.
    priors
        Value of each mineral.
    spread, bias
        Standard deviations in logs: of the prior, and of the bias that estimates share.
    estimates
        Average of the usable specifications of a mineral.
    groups
        Whose priors share a source, and so an error: they are pooled with each other alone.
    """

    parameter: str
    scale: str
    method: str
    source: str
    priors: Mapping[str, float]
    spread: float
    bias: float
    estimates: Mapping[str, Averaged]
    groups: Mapping[str, str]


def build_elasticities(
    sources: Path, tables: Mapping[str, pd.DataFrame]
) -> dict[str, pd.DataFrame]:
    """Return both tables, ready to be written.

    Parameters
    ----------
    sources
        Folder of all source files; trade is read from it.
    tables
        Tables built before: `minerals`, `openings`, `price_history`, `production_history`.
    """
    minerals = [str(name) for name in tables["minerals"]["mineral"]]
    outputs = inputs.output_tables(tables["production_history"])
    panels = trade_panels(read_baci_minerals(sources))
    evidence, checks = [], []
    for link in inputs.LINKS:
        found, rows = substitution_evidence(link, minerals, panels, outputs)
        evidence.append(found)
        checks += rows
    prices = inputs.log_prices(tables["price_history"])
    for parameter in ("supply_elasticity", "demand_elasticity"):
        found, rows = response_evidence(parameter, tables["minerals"], outputs, prices)
        evidence.append(found)
        checks += rows
    parts = [parameter_rows(found) for found in evidence]
    parts.append(absent_rows(minerals, tables["openings"]))
    return {
        "elasticities": pd.concat(parts, ignore_index=True),
        "elasticity_checks": pd.DataFrame(checks),
    }


def substitution_evidence(
    link: str,
    minerals: list[str],
    panels: Panels,
    outputs: Mapping[tuple[str, str], pd.DataFrame],
) -> tuple[Evidence, list[dict[str, object]]]:
    """Return what trade says of s1 or s2, and a row per specification."""
    stated = _stated("market_parameters", SUBSTITUTION[link])
    prior, low, high = (float(stated[name]) for name in ("value", "low", "high"))
    codes = {m: c for (m, at), c in inputs.codes_of_links().items() if at == link}
    checks: list[dict[str, object]] = []
    estimates = {}
    for mineral, own in codes.items():
        if mineral in SAME_DATA:
            continue
        table = outputs.get((mineral, inputs.STAGE_OF_LINK[link]))
        output = None if table is None else inputs.log_output(table)
        found = [spec for code in own for spec in code_specifications(panels, code, output)]
        checks += [_trade_check(SUBSTITUTION[link], mineral, spec) for spec in found]
        mean = averaged([spec.fit for spec in found if spec.is_used])
        if mean is not None:
            estimates[mineral] = mean
    everything = sorted({code for own in codes.values() for code in own})
    rivals = list(rival_specifications(panels, everything))
    checks += [_trade_check(SUBSTITUTION[link], EVERYONE, spec) for spec in rivals]
    return Evidence(
        parameter=SUBSTITUTION[link],
        scale=INVERSE,
        method=METHODS["substitution"],
        source=TRADE_SOURCE,
        priors=dict.fromkeys(minerals, prior),
        spread=log_spread(low, high),
        bias=disagreement(rivals),
        estimates=estimates,
        groups=dict.fromkeys(minerals, SUBSTITUTION[link]),
    ), [row for row in checks if row["observations"] >= LEAST_ROWS]  # type: ignore[operator]


def response_evidence(
    parameter: str,
    minerals: pd.DataFrame,
    outputs: Mapping[tuple[str, str], pd.DataFrame],
    prices: pd.DataFrame,
) -> tuple[Evidence, list[dict[str, object]]]:
    """Return what output and prices say of supply or demand, and a row per specification."""
    names = minerals["mineral"]
    mined = _first_stage(outputs)
    found: list[Response]
    if parameter == "supply_elasticity":
        growth = {name: world_growth(table)[0] for name, table in mined.items()}
        found = list(supply_responses(growth, prices))
    else:
        found = list(demand_responses(mined, prices))
    stated = _stated("elasticity_priors", parameter)
    factor = float(stated["factor"])
    slope = slope_at_base() if parameter == "supply_elasticity" else 1.0
    estimates = {}
    for mineral in dict.fromkeys(response.mineral for response in found):
        own = [r.fit for r in found if r.mineral == mineral and r.is_used]
        mean = averaged(own)
        if mean is not None:
            estimates[mineral] = Averaged(mean.estimate / slope, mean.se / slope, mean.observations)
    return Evidence(
        parameter=parameter,
        scale=LEVEL,
        method=METHODS[parameter],
        source=f"assumed/elasticity_priors; {OUTPUT_SOURCE}",
        priors={str(m): float(v) for m, v in zip(names, minerals[parameter], strict=True)},
        spread=log_spread(1.0 / factor, factor),
        bias=float(stated["bias"]),
        estimates=estimates,
        groups={str(m): str(b) for m, b in zip(names, minerals["elasticity_basis"], strict=True)},
    ), [_time_check(parameter, response) for response in found]


def _stated(table: str, parameter: str) -> dict[str, str]:
    """Return one row of a table of assumptions, all text."""
    rows = text_rows(read_assumed(table))
    return next(row for row in rows if row["parameter"] == parameter)


def slope_at_base() -> float:
    """Return the slope of log output over log price at base, per unit of supply elasticity.

    The soft minimum with capacity has the slope eta (1 - u^rho) at utilisation u: what the data
    show is the slope at the usual utilisation, what the market asks for is eta with slack.
    """
    usual = float(_stated("market_parameters", "mine_utilisation")["value"])
    sharpness = float(_stated("market_parameters", "capacity_sharpness")["value"])
    return float(1.0 - usual**sharpness)


def _first_stage(outputs: Mapping[tuple[str, str], pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return mine output, or refined output of minerals whose mine and refinery are one."""
    mined = {name: table for (name, stage), table in outputs.items() if stage == "mined"}
    refined = {name: table for (name, stage), table in outputs.items() if stage == "refined"}
    return {name: table for name, table in (refined | mined).items() if name not in SAME_DATA}


def parameter_rows(evidence: Evidence) -> pd.DataFrame:
    """Return the rows of one parameter in the table `elasticities`."""
    posterior: dict[str, Posterior] = {}
    for group in sorted(set(evidence.groups.values())):
        own = [m for m in evidence.priors if evidence.groups[m] == group and m not in SAME_DATA]
        results = pooled(
            [evidence.priors[mineral] for mineral in own],
            evidence.spread,
            [evidence.estimates.get(mineral) for mineral in own],
            scale=evidence.scale,
            bias=evidence.bias,
        )
        posterior.update(zip(own, results, strict=True))
    rows = []
    for mineral, prior in evidence.priors.items():
        donor = SAME_DATA.get(mineral, mineral)
        result = _scaled(posterior[donor], prior / evidence.priors[donor])
        rows.append(_row(evidence, mineral, prior, evidence.estimates.get(donor), result))
    return pd.DataFrame(rows)


def _scaled(posterior: Posterior, ratio: float) -> Posterior:
    return Posterior(posterior.value * ratio, posterior.low * ratio, posterior.high * ratio)


def _row(
    evidence: Evidence, mineral: str, prior: float, estimate: Averaged | None, result: Posterior
) -> dict[str, object]:
    reach = NINETY * evidence.spread
    group = evidence.groups[mineral]
    shared = any(evidence.groups[other] == group for other in evidence.estimates)
    basis = "pooled" if shared else "prior"
    missing = float("nan")
    return {
        "mineral": mineral,
        "parameter": evidence.parameter,
        "prior": prior,
        "prior_low": prior * math.exp(-reach),
        "prior_high": prior * math.exp(reach),
        "scale": evidence.scale,
        "estimate": missing if estimate is None else estimate.estimate,
        "se": missing if estimate is None else estimate.se,
        "observations": 0 if estimate is None else estimate.observations,
        "used": result.value,
        "low": result.low,
        "high": result.high,
        "basis": basis if estimate is None else "estimated",
        "method": evidence.method,
        "source": evidence.source,
    }


def absent_rows(minerals: list[str], openings: pd.DataFrame) -> pd.DataFrame:
    """Return the weights of absent links, the same for all minerals.

    Parameters
    ----------
    minerals
        All minerals.
    openings
        Table `openings`.
    """
    rows = []
    for row in openings.to_dict("records"):
        weight, error = float(row["calm_weight"]), float(row["calm_se"])
        value = {
            "parameter": ABSENT[str(row["link"])],
            "prior": float("nan"),
            "prior_low": float("nan"),
            "prior_high": float("nan"),
            "scale": LEVEL,
            "estimate": weight,
            "se": error,
            "observations": int(row["calm_years"]),
            "used": weight,
            "low": max(weight - NINETY * error, 0.0),
            "high": float(row["per_supplier_weight"]) + NINETY * float(row["se"]),
            "basis": "estimated",
            "method": METHODS["absent"],
            "source": "cepii-baci",
        }
        rows += [{"mineral": mineral, **value} for mineral in minerals]
    return pd.DataFrame(rows)


def _trade_check(parameter: str, mineral: str, spec: Specification) -> dict[str, object]:
    inverse = spec.instrument in (OTHER_SALES, OUTPUT)
    return {
        "parameter": parameter,
        "mineral": mineral,
        "hs": spec.hs,
        "instrument": spec.instrument,
        "gap_years": spec.gap,
        "sample": f"unit values within {spec.trim:g} times the median",
        "scale": INVERSE if inverse else LEVEL,
        **_figures(spec.fit.__dict__),
        "used": int(spec.is_used and mineral != EVERYONE),
    }


def _time_check(parameter: str, response: Response) -> dict[str, object]:
    return {
        "parameter": parameter,
        "mineral": response.mineral,
        "hs": "",
        "instrument": response.instrument,
        "gap_years": response.years,
        "sample": f"{response.span[0]}-{response.span[1]}",
        "scale": LEVEL,
        **_figures(response.fit.__dict__),
        "used": int(response.is_used),
    }


def _figures(fit: Mapping[str, float]) -> dict[str, float]:
    names = ("estimate", "se", "strength", "observations", "clusters")
    return {name: fit[name] for name in names}
