"""The scoreboard of the backcast: tables that ship, and are read by the command.

Does      Averages scores over windows and sets each forecast beside each baseline.
Units     Scores in log points; skill and coverage [1].
Method    Mean over windows, skill by `.skill` with minerals as clusters. Windows: late, origins
          from 2015 on, which nothing was chosen on; early, which close by 2014 and the form was
          chosen on; between, the rest; all.
Assumes   Windows of one mineral depend on each other; the resampling of whole minerals allows for
          that. That all minerals fall in the same years it does not.
Not here  Scores of single windows: see `.price_scores` and `.share_scores`.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from oreacle.forecasting.backcast.baselines import PERSISTENCE, RANDOM_WALK, REVERSION
from oreacle.forecasting.backcast.foreseen import POOLED_WALK
from oreacle.forecasting.backcast.measures import pit_counts
from oreacle.forecasting.backcast.price_scores import CONDITIONAL
from oreacle.forecasting.backcast.rolling import Backcast
from oreacle.forecasting.backcast.skill import Skill, skill
from oreacle.forecasting.backcast.variants import AS_IT_IS, CHOSEN_BY, NAMES

PRICES, SHARES = "price_scores", "share_scores"
LATE, EARLY, BETWEEN, ALL = "late", "early", "between", "all"
WINDOWS = (LATE, EARLY, BETWEEN, ALL)
AGAINST = (RANDOM_WALK, POOLED_WALK, REVERSION, PERSISTENCE)
SEED = 0
"""Seed of the resampling."""
ANY, MOVED, STILL = "all", "moved", "still"


def price_table(backcast: Backcast) -> pd.DataFrame:
    """Return the table `price_scores`."""
    rng = np.random.default_rng(SEED)
    found = []
    for windows in WINDOWS:
        rows = in_windows(backcast.prices, windows)
        reported = (AS_IT_IS.name, backcast.form, *CONDITIONAL)
        for name in (*NAMES, *CONDITIONAL):
            ours = rows[rows["forecast"] == name]
            # Forms that were not chosen are shown where the choice was made, and nowhere else.
            if ours.empty or (windows != EARLY and name not in reported):
                continue
            found += [
                {
                    "windows": windows,
                    "forecast": name,
                    "horizon": horizon,
                    "baseline": against,
                    "chosen": int(name == backcast.form),
                    **_compared(part, rows, against, rng),
                }
                for horizon, part in ours.groupby("horizon")
                for against in AGAINST
            ]
    return pd.DataFrame(found)


def share_table(backcast: Backcast) -> pd.DataFrame:
    """Return the table `share_scores`."""
    rng = np.random.default_rng(SEED)
    found = []
    for windows in WINDOWS:
        rows = in_windows(backcast.shares, windows)
        for group, part in _groups(rows):
            for horizon, some in part.groupby("horizon"):
                key = {"windows": windows, "group": group, "horizon": horizon}
                found += [
                    {**key, "quantity": quantity, **_share(some, quantity, rng)}
                    for quantity in ("leader", "hhi")
                ]
    return pd.DataFrame(found)


def in_windows(rows: pd.DataFrame, windows: str) -> pd.DataFrame:
    """Return the rows of some windows: ``late``, ``early``, ``between`` or ``all``."""
    late = rows["origin"] > CHOSEN_BY
    early = rows["origin"] + rows["horizon"] <= CHOSEN_BY
    picked = {LATE: late, EARLY: early, BETWEEN: ~late & ~early, ALL: late | ~late}
    return rows[picked[windows]]


def _groups(rows: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    yield ANY, rows
    yield MOVED, rows[rows["has_moved"]]
    yield STILL, rows[~rows["has_moved"]]


def _compared(
    ours: pd.DataFrame, rows: pd.DataFrame, against: str, rng: np.random.Generator
) -> dict[str, object]:
    """Return the columns of one forecast beside one baseline on the same windows."""
    key = ["origin", "mineral", "horizon"]
    theirs = rows[rows["forecast"] == against]
    pair = ours.merge(theirs, on=key, suffixes=("", "_baseline"), validate="one_to_one")
    is_point = against == PERSISTENCE
    cluster = pair["mineral"].to_numpy()
    crps = skill(pair["crps"].to_numpy(), pair["crps_baseline"].to_numpy(), cluster, rng=rng)
    interval = skill(
        pair["interval"].to_numpy(), pair["interval_baseline"].to_numpy(), cluster, rng=rng
    )
    return {
        "first_origin": int(pair["origin"].min()),
        "last_origin": int(pair["origin"].max()),
        "minerals": int(pair["mineral"].nunique()),
        "scored": len(pair),
        "crps": pair["crps"].mean(),
        "crps_baseline": pair["crps_baseline"].mean(),
        **_told("crps", crps),
        "interval": pair["interval"].mean(),
        # A point has no interval: its score would only punish it.
        "interval_baseline": np.nan if is_point else pair["interval_baseline"].mean(),
        **_told("interval", Skill(np.nan, np.nan, np.nan) if is_point else interval),
        "coverage": pair["inside"].astype(float).mean(),
        "coverage_baseline": np.nan if is_point else pair["inside_baseline"].astype(float).mean(),
        "bias": (pair["median"] - pair["observed"]).mean(),
        "pit": ";".join(str(count) for count in pit_counts(pair["pit"].to_numpy())),
    }


def _share(rows: pd.DataFrame, quantity: str, rng: np.random.Generator) -> dict[str, object]:
    error, crps = rows[f"{quantity}_error"], rows[f"{quantity}_crps"]
    change, cluster = rows[f"{quantity}_change"].to_numpy(), rows["mineral"].to_numpy()
    return {
        "minerals": int(rows["mineral"].nunique()),
        "scored": len(rows),
        "keeps_leader": rows["keeps_leader"].astype(float).mean(),
        "persistence_error": change.mean(),
        "engine_error": error.mean(),
        **_told("error", skill(error.to_numpy(), change, cluster, rng=rng)),
        "engine_crps": crps.mean(),
        **_told("crps", skill(crps.to_numpy(), change, cluster, rng=rng)),
    }


def _told(name: str, one: Skill) -> dict[str, object]:
    return {
        f"{name}_skill": one.value,
        f"{name}_skill_low": one.low,
        f"{name}_skill_high": one.high,
        f"{name}_verdict": one.verdict,
    }
