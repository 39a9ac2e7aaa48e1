"""A made history: 24 actors, 3 minerals, acts of every class from 1998 to 2024."""

from __future__ import annotations

import functools

import numpy as np
import pandas as pd

ACTORS = tuple(f"A{k:02d}" for k in range(24))
MINERALS = ("copper", "gallium", "tin")
FIRST, LAST = 1995, 2024
SELLERS, BUYERS = ACTORS[:6], ACTORS[18:]
OF_ACTORS = ("nationalisation", "restriction_lifted", "club_joined", "certification_regime")
ON_TARGETS = ("tariff", "sanction", "wto_dispute_filed")
OF_PAIRS = ("bilateral_mou", "financing_package")
HINDSIGHT = ("status", "end_date", "intensity", "confidence")


def made_events(rng: np.random.Generator) -> pd.DataFrame:
    """Restrictions come from the first six actors, the large suppliers; the last six buy."""
    rows: list[tuple[object, ...]] = []
    for year in range(1998, LAST + 1):
        for k, actor in enumerate(ACTORS):
            if rng.random() < (0.3 if k < 6 else 0.01):
                mineral = MINERALS[int(rng.integers(3))]
                rows.append((year, "export_ban", actor, mineral, "ore", "WLD"))
                rows.append((year, "export_tax", actor, mineral, "refined", "A03"))
        rows += [
            (year, kind, SELLERS[int(rng.integers(6))], "", "all", "")
            for kind in OF_ACTORS
            if rng.random() < 0.8
        ]
        for kind in (*ON_TARGETS, *OF_PAIRS):
            one = BUYERS[int(rng.integers(6))]
            other = ACTORS[int(rng.integers(18))]
            if rng.random() < 0.8:
                both = kind in OF_PAIRS
                names, target = (f"{one};{other}", "") if both else (one, other)
                rows.append((year, kind, names, "", "all", target))
    columns = ["year", "kind", "actors", "minerals", "stage", "targets"]
    table = pd.DataFrame(rows, columns=columns)
    hindsight = {name: rng.integers(1, 4, len(table)).astype(str) for name in HINDSIGHT[2:]}
    return table.assign(
        minerals_raw=table["minerals"],
        date=table["year"].astype(str),
        status="in_force",
        end_date="",
        **hindsight,
    )


@functools.cache
def _made(seed: int) -> dict[str, pd.DataFrame]:
    rng = np.random.default_rng(seed)
    years = range(FIRST, LAST + 1)
    size = np.array([0.1] * 6 + [0.02] * 18)
    shares, buys, trade, yearly = [], [], [], []
    for year in years:
        for mineral in MINERALS:
            for stage in ("mined", "refined"):
                output = size * rng.uniform(0.5, 1.5, len(ACTORS))
                bought = size[::-1] * rng.uniform(0.5, 1.5, len(ACTORS))
                for actor, one, two in zip(ACTORS, output, bought, strict=True):
                    shares.append((year, mineral, stage, actor, one / output.sum()))
                    buys.append((year, mineral, stage, actor, two / bought.sum()))
        trade += [(year, one, two, rng.random()) for one in ACTORS for two in ACTORS if one != two]
        yearly += [(actor, year, rng.normal()) for actor in ACTORS]
    columns = ["year", "mineral", "stage", "actor", "share"]
    dyads = pd.DataFrame(
        [(a, b) for a in ACTORS for b in ACTORS if a < b], columns=["country_a", "country_b"]
    )
    table = pd.DataFrame(yearly, columns=["country", "year", "stability"])
    since = rng.integers(1990, LAST, len(dyads))
    return {
        "countries": pd.DataFrame(
            {
                "country": ACTORS,
                "actor": ["A00", "A00", *ACTORS[2:]],
                "gdp_usd": np.exp(rng.normal(size=len(ACTORS))),
            }
        ),
        "minerals": pd.DataFrame(
            {"mineral": MINERALS, "by_product": [0, 1, 0], "integrated": [0, 1, 0]}
        ),
        "history_shares": pd.DataFrame(shares, columns=columns),
        "history_imports": pd.DataFrame(buys, columns=columns),
        "trade_dependence": pd.DataFrame(
            trade, columns=["year", "importer", "exporter", "import_value_kusd"]
        ),
        "price_history": pd.DataFrame(
            [(m, y, float(rng.lognormal()), "made") for m in MINERALS for y in years],
            columns=["mineral", "year", "price_usd_per_t", "series"],
        ),
        "governance": table,
        "idealpoints": table.rename(columns={"stability": "ideal_point"}),
        "gdp": table.assign(gdp_usd=np.exp(table["stability"])).drop(columns="stability"),
        "distances": dyads.assign(distance_km=rng.uniform(100.0, 10_000.0, len(dyads))),
        "alliances": dyads.assign(since=since, until=since + 9)[::7],
        "trade_agreements": dyads.assign(since=since)[::5],
        "events": made_events(rng),
    }


def made_tables(seed: int = 0) -> dict[str, pd.DataFrame]:
    """Return the tables of `PANEL_TABLES`; A01 is a member of the bloc A00."""
    return dict(_made(seed))
