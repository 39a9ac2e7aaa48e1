"""A small case: exporter A sells to P and Q beside B and C, and is banned."""

from __future__ import annotations

import pandas as pd

from oreacle.market.cases import CaseOutcome, MarketCase, case_outcomes, market_cases

BASE = {("AAA", "PPP"): 60.0, ("BBB", "PPP"): 40.0, ("BBB", "QQQ"): 50.0, ("CCC", "QQQ"): 50.0}
TRUTH = {
    ("AAA", "PPP"): 0.1,
    ("BBB", "PPP"): 0.4,
    ("BBB", "QQQ"): 0.2,
    ("CCC", "QQQ"): 0.2,
    ("NEW", "PPP"): 0.1,
}


def tables(
    *,
    case: str = "A-1",
    kind: str = "export_ban",
    remaining: float = 0.5,
    targets: str = "WLD",
    year: int = 2010,
    growth: float = 1.0,
) -> dict[str, pd.DataFrame]:
    """Return the tables of one case; A's sales grow by a factor a year before it."""
    row = {
        "case": case,
        "restricted": "AAA",
        "targets": targets,
        "kind": kind,
        "measure": "A stops its ore",
        "effective": f"{year}-02-01",
        "base_years": str(year - 1),
        "outcome_years": str(year + 1),
        "reference_years": str(year - 1),
        "unit": "t",
        "remaining_fraction": remaining,
        "affected_importers": "PPP",
        "unit_value_change": 0.2,
        "clean_score": 3,
        "shock_to_normal": 1.0,
    }
    flows = [
        (case, year - back, seller, buyer, amount * (growth**-back if seller == "AAA" else 1.0))
        for back in (1, 2, 3)
        for (seller, buyer), amount in BASE.items()
    ]
    return {
        "market_cases": pd.DataFrame([row]),
        "market_case_flows": pd.DataFrame(
            flows, columns=["case", "year", "exporter", "importer", "quantity"]
        ),
        "market_case_values": pd.DataFrame(
            {"case": case, "year": [year - 1], "tonnes": [200.0], "value_kusd": [20.0]}
        ),
        "market_case_outcomes": pd.DataFrame(
            [(case, *pair, share) for pair, share in TRUTH.items()],
            columns=["case", "exporter", "importer", "share"],
        ),
    }


def small_case(**changes: object) -> MarketCase:
    """Return the case."""
    return market_cases(tables(**changes))[0]  # type: ignore[arg-type]


def small_outcome(case: MarketCase) -> CaseOutcome:
    """Return what came out of it."""
    return case_outcomes(tables(), (case,))[case.case]
