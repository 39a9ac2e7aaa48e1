"""Outlooks that the tests of this folder share: made up, but shaped like a run."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from oreacle.forecasting.outlook import (
    Alignment,
    CauseOfLoss,
    Driver,
    EventForecast,
    Exposure,
    MineralOutlook,
    Outlook,
    RelationsOutlook,
    RiskRow,
    SanityRow,
)

HORIZONS = (1, 3, 5)
YEARS = tuple(range(2025, 2041))
ACTORS = {
    "CHN": ("China", 0.62, 0.48),
    "IDN": ("Indonesia", 0.41, 0.30),
    "ZWE": ("Zimbabwe", 0.28, 0.19),
    "RUS": ("Russia", 0.22, 0.20),
    "IND": ("India", 0.20, 0.22),
    "VNM": ("Viet Nam", 0.12, 0.13),
    "GAB": ("Gabon", 0.09, 0.02),
    "COD": ("Congo (DR)", 0.085, 0.07),
    "MYS": ("Malaysia", 0.06, 0.05),
    "CHL": ("Chile", 0.03, 0.08),
    "TUR": ("Türkiye", 0.02, 0.03),
    "CIV": ("Côte d'Ivoire", 0.004, 0.01),
}
MINERALS = {
    "lithium": ("Lithium", "C/A", 71_000.0, ("AUS", 0.37, 0.22), ("CHN", 0.65, 0.47)),
    "cobalt": ("Cobalt", "B/B", 26_000.0, ("COD", 0.74, 0.56), ("CHN", 0.78, 0.62)),
    "nickel": ("Nickel", "B/B", 16_800.0, ("IDN", 0.59, 0.37), ("IDN", 0.42, 0.27)),
    "copper": ("Copper", "A/A", 9_140.0, ("CHL", 0.23, 0.11), ("CHN", 0.45, 0.22)),
    "rare_earths_light": (
        "Light magnet rare earths (Nd, Pr)",
        "B/B",
        55_000.0,
        ("CHN", 0.69, 0.50),
        ("CHN", 0.91, 0.83),
    ),
    "rare_earths_heavy": (
        "Heavy magnet rare earths (Dy, Tb)",
        "B/B",
        420_000.0,
        ("MMR", 0.57, 0.48),
        ("CHN", 0.995, 0.99),
    ),
    "graphite": ("Graphite", "B/B", 6_300.0, ("CHN", 0.78, 0.62), ("CHN", 0.93, 0.87)),
    "gallium": ("Gallium", "N/B", 520_000.0, ("CHN", 0.985, 0.97), ("CHN", 0.985, 0.97)),
    "germanium": ("Germanium", "N/B", 2_100_000.0, ("CHN", 0.6, 0.42), ("CHN", 0.6, 0.42)),
    "antimony": ("Antimony", "A/B", 21_500.0, ("CHN", 0.48, 0.31), ("CHN", 0.72, 0.54)),
    "tungsten": ("Tungsten", "A/B", 43_000.0, ("CHN", 0.82, 0.68), ("CHN", 0.84, 0.71)),
    "manganese": ("Manganese", "A/C", 1_450.0, ("ZAF", 0.37, 0.21), ("CHN", 0.56, 0.34)),
    "platinum": ("Platinum", "C/A", 30_700_000.0, ("ZAF", 0.71, 0.53), ("ZAF", 0.66, 0.47)),
    "titanium": ("Titanium", "A/A", 9_800.0, ("CHN", 0.36, 0.19), ("CHN", 0.69, 0.50)),
    "tin": ("Tin", "A/C", 30_200.0, ("CHN", 0.23, 0.14), ("CHN", 0.47, 0.27)),
    "uranium": ("Uranium", "C/C", 158_000.0, ("KAZ", 0.39, 0.22), ("RUS", 0.43, 0.27)),
}
LINKED = (
    ("CHN", "tungsten", "refined", 0.44, 0.25),
    ("CHN", "gallium", "refined", 0.38, 0.21),
    ("CHN", "rare_earths_heavy", "refined", 0.36, 0.24),
    ("CHN", "antimony", "refined", 0.31, 0.18),
    ("IDN", "nickel", "ore", 0.29, 0.23),
    ("ZWE", "lithium", "ore", 0.24, 0.12),
    ("CHN", "graphite", "refined", 0.22, 0.15),
    ("COD", "cobalt", "ore", 0.17, 0.09),
    ("GAB", "manganese", "ore", 0.14, 0.03),
    ("IND", "rare_earths_light", "ore", 0.08, 0.06),
    ("RUS", "uranium", "refined", 0.07, 0.05),
    ("RUS", "titanium", "refined", 0.06, 0.04),
    ("CHN", "germanium", "refined", 0.05, 0.07),
    ("MYS", "rare_earths_light", "ore", 0.04, 0.05),
    ("CHN", "lithium", "refined", 0.035, 0.03),
    ("IDN", "tin", "refined", 0.03, 0.04),
    ("VNM", "tungsten", "ore", 0.02, 0.015),
    ("CHL", "copper", "ore", 0.006, 0.01),
)
OTHERS = (
    ("control", ("IDN", "Indonesia"), ("", ""), 0.21, 0.12),
    ("trade_barrier", ("USA", "United States"), ("CHN", "China"), 0.31, 0.22),
    ("club", ("JPN", "Japan"), ("", ""), 0.18, 0.2),
)
STANDING = (
    ("EU", "European Union", 0.94, 0.02, (0.03, 0.11, 0.18), 0.18),
    ("RUS", "Russia", 0.01, 0.97, (0.38, 0.72, 0.86), 0.97),
    ("COD", "Democratic Republic of the Congo", 0.61, 0.35, (0.35, 0.42, 0.47), None),
    ("CUB", "Cuba", 0.0, 0.0, (None, None, None), None),
)
PAIRS = (
    ("USA", "United States", "AUS", "Australia", 0.34, 0.28),
    ("EU", "European Union", "KAZ", "Kazakhstan", 0.27, 0.14),
    ("JPN", "Japan", "AUS", "Australia", 0.22, 0.19),
    ("KOR", "Korea", "IDN", "Indonesia", 0.12, 0.13),
)
RAISED = Driver("own_acts", "restricted before", 0.9)
ALSO = Driver("largest_share", "dominates a supply", 0.5)
LOWERED = Driver("price_momentum", "prices of its minerals fell", -0.3)


def within(yearly: float) -> tuple[float, ...]:
    """Return the probability of at least one act within each horizon."""
    return tuple(1.0 - (1.0 - yearly) ** years for years in HORIZONS)


def event(
    kind: str, actor: tuple[str, str], target: tuple[str, str], odds: tuple[float, float]
) -> EventForecast:
    """Return an event; `target` is mineral and link for restrictions, else the other party."""
    with_party = kind != "restriction"
    probability = within(odds[0])
    return EventForecast(
        kind=kind,
        actor=actor[0],
        actor_name=actor[1],
        partner=target[0] if with_party else "",
        partner_name=target[1] if with_party else "",
        mineral="" if with_party else target[0],
        link="" if with_party else target[1],
        horizons=HORIZONS,
        probability=probability,
        low=tuple(0.7 * p for p in probability),
        high=tuple(min(1.2 * p + 0.02, 1.0) for p in probability),
        base_rate=within(odds[1]),
        acts=round(20 * odds[1]),
        years=20,
        share=0.4,
        drivers=(RAISED, ALSO, LOWERED),
    )


def mineral(slug: str, rng: np.random.Generator) -> MineralOutlook:
    """Return a mineral with a fan that widens."""
    name, grade, price, mined, refined = MINERALS[slug]
    drift, width = rng.normal(0.012, 0.02), rng.uniform(0.05, 0.18)
    time = np.arange(1, len(YEARS) + 1)
    middle = np.exp(drift * time + 0.02 * rng.standard_normal(len(YEARS)))
    spread = np.exp(width * np.sqrt(time))
    shortage = float(np.clip(rng.normal(refined[2] * 0.3, 0.08), 0.0, 1.0))
    return MineralOutlook(
        mineral=slug,
        name=name,
        grade=grade,
        base_price=price,
        years=YEARS,
        price_low=tuple((middle / spread).tolist()),
        price_mid=tuple(middle.tolist()),
        price_high=tuple((middle * spread).tolist()),
        shortage_probability=shortage,
        shortage_high=0.6 * shortage,
        mined_leader=mined[0],
        mined_share=mined[1],
        mined_hhi=mined[2],
        refined_leader=refined[0],
        refined_share=refined[1],
        refined_hhi=refined[2],
        refined_hhi_end=0.9 * refined[2],
    )


def exposures() -> tuple[Exposure, ...]:
    """Return exposures, the last without a known GDP."""
    rows = (
        ("EU", "European Union", 4.1e9, 0.00022),
        ("JPN", "Japan", 3.2e9, 0.00078),
        ("KOR", "Korea", 2.4e9, 0.0014),
        ("USA", "United States", 2.3e9, 0.00008),
        ("IND", "India", 0.9e9, 0.00024),
        ("TWN", "Taiwan", 0.6e9, None),
    )
    parts = (("graphite", 0.41), ("nickel", 0.22), ("rare_earths_light", 0.11))
    return tuple(
        Exposure(code, name, loss, 3.4 * loss, share, parts) for code, name, loss, share in rows
    )


def relations() -> RelationsOutlook:
    """Return blocs that part further, and one actor whose hedging is not defined."""
    years = (2025, 2027, 2029, 2034, 2040)
    return RelationsOutlook(
        poles=("USA", "CHN"),
        year=2029,
        years=years,
        polarisation_now=0.131,
        balance_now=0.882,
        polarisation=tuple((0.11, 0.13 + 0.01 * k, 0.16 + 0.02 * k) for k in range(len(years))),
        balance=tuple((0.8, 0.87, 0.9) for _ in years),
        together=(0.0, 0.004, 0.02, 0.06, 0.11),
        together_now=False,
        alignments=tuple(
            Alignment(code, name, one, two, one > 0.5, two > 0.5, low, middle, high, now)
            for code, name, one, two, (low, middle, high), now in STANDING
        ),
    )


def outlook(scenario: str = "baseline") -> Outlook:
    """Return a whole outlook; the same on every call."""
    rng = np.random.default_rng(1)
    names = {code: row[0] for code, row in ACTORS.items()}
    return Outlook(
        scenario=scenario,
        as_of="2024-12-31",
        first_year=YEARS[0],
        last_year=YEARS[-1],
        members=200,
        failed=1,
        seed=7,
        version="0.1.0",
        restrictions=tuple(
            event("restriction", (code, name), ("", ""), (p, base))
            for code, (name, p, base) in ACTORS.items()
        ),
        restricted_minerals=tuple(
            event("restriction", (code, names[code]), (slug, link), (p, base))
            for code, slug, link, p, base in LINKED
        ),
        agreements=tuple(
            event("agreement", (a, b), (c, d), (p, base)) for a, b, c, d, p, base in PAIRS
        ),
        others=tuple(event(kind, one, two, (p, base)) for kind, one, two, p, base in OTHERS),
        relations=relations(),
        minerals=tuple(mineral(slug, rng) for slug in MINERALS),
        exposures=exposures(),
        risks=(
            RiskRow(
                "USA",
                "United States",
                1.2e9,
                3.4e9,
                5.0e9,
                (CauseOfLoss("measures", 0.9e9, 4.0e9), CauseOfLoss("energy", 0.3e9, 1.0e9)),
            ),
        ),
        expected_restrictions=9.8,
        past_restrictions=7.1,
        expected_agreements=6.2,
        past_agreements=5.3,
        measures_now=43,
        measures_end=(80.0, 96.0, 120.0),
        barriers_end=(62.0, 84.0),
        skill=(
            (
                "restriction",
                "New export restriction by an actor: better than the best "
                "baseline by 0.0230 bits a unit.",
            ),
            (
                "agreement",
                "Bilateral minerals agreement: WORSE than the best baseline by 0.0040 bits a unit.",
            ),
        ),
        sanity=(
            SanityRow(
                "median price of the last year over base within 0.4 to 2.5",
                "median 1.06",
                (31, 32),
                (("tungsten", 2.71),),
            ),
        ),
        notes=("Nothing after 2024-12-31 was used.", "Bands are 10 and 90 % quantiles."),
    )


def with_gaps() -> Outlook:
    """Return an outlook in which whatever can be missing is missing."""
    whole = outlook()
    none: tuple[float, ...] = (float("nan"), None, None)  # type: ignore[assignment]
    unknown: float = None  # type: ignore[assignment]
    event_gap = replace(
        whole.restrictions[0],
        probability=none,
        low=none,
        high=none,
        base_rate=none,
        acts=0,
        years=0,
        share=unknown,
        drivers=(),
    )
    blank = tuple(float("nan") for _ in YEARS)
    mineral_gap = replace(
        whole.minerals[0],
        base_price=unknown,
        price_low=blank,
        price_mid=blank,
        price_high=blank,
        shortage_probability=unknown,
        shortage_high=unknown,
        mined_leader="",
        mined_share=unknown,
        mined_hhi=unknown,
        refined_leader="",
        refined_share=unknown,
        refined_hhi=unknown,
        refined_hhi_end=unknown,
    )
    blank_band = (float("nan"),) * 3
    relations_gap = replace(
        relations(),
        polarisation_now=float("nan"),
        balance_now=float("nan"),
        polarisation=(blank_band,),
        balance=(blank_band,),
        years=(2025,),
        together=(0.44,),
        alignments=(replace(relations().alignments[-1], with_first=0.44, with_second=0.44),),
    )
    exposure_gap = Exposure("JPN", "Japan", unknown, unknown, None, ())
    return replace(
        whole,
        restrictions=(event_gap,),
        restricted_minerals=(),
        agreements=(),
        others=(),
        relations=relations_gap,
        minerals=(mineral_gap,),
        exposures=(exposure_gap,),
        expected_restrictions=unknown,
        past_restrictions=unknown,
        expected_agreements=unknown,
        past_agreements=unknown,
        measures_end=(float("nan"), float("nan"), float("nan")),
        skill=(),
        notes=(),
    )
