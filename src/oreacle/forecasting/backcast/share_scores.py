"""Shares of output by country, foreseen and as they came.

Does      Scores the share of the leader and the concentration of each mineral and stage at each
          origin and horizon, beside persistence.
Units     Shares [1]; errors in share points over 100.
Method    Output by node of the engine's run is spread over the countries of the origin: a country
          that stands in the rest of the world keeps its part of it. Point forecast: median of the
          members. The error of persistence is the change. Leader: the largest share, whoever has
          it. Windows in which it moved by more than five points stand apart.
Assumes   Output of one publisher at both ends: a change of publisher is no change of output.
Not here  The run: see `.forward`.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from oreacle.forecasting.backcast.foreseen import Foreseen
from oreacle.forecasting.backcast.measures import crps_ensemble
from oreacle.forecasting.backcast.price_scores import HORIZONS
from oreacle.forecasting.backcast.records import STAGES, Records

MOVED = 0.05
"""Move of the leader's share from which a window counts as one in which it moved [1]."""
TWINS = ("rare_earths_heavy",)
"""Minerals whose output is that of another one's rows: they would count twice."""
COLUMNS = (
    "origin",
    "mineral",
    "stage",
    "horizon",
    "has_moved",
    "keeps_leader",
    "leader_change",
    "leader_error",
    "leader_crps",
    "hhi_change",
    "hhi_error",
    "hhi_crps",
)


def share_rows(records: Records, origin: int, foreseen: Mapping[str, Foreseen]) -> pd.DataFrame:
    """Return the scores of shares at one origin, one row for each mineral, stage and horizon.

    Parameters
    ----------
    records
        Records that reach beyond the origin.
    origin
        Year.
    foreseen
        Forecasts made at the origin.
    """
    rows: list[tuple[object, ...]] = []
    for mineral, one in foreseen.items():
        if mineral in TWINS:
            continue
        for stage in STAGES:
            then = records.published(mineral, stage, origin)
            if then is None:
                continue
            start = then[0] / then[0].sum()
            for horizon in HORIZONS:
                now = records.published(mineral, stage, origin + horizon)
                if now is None or now[1] != then[1]:
                    continue
                members = member_shares(one, stage, start, horizon)
                rows.append((origin, mineral, stage, horizon, *_scores(start, now[0], members)))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def member_shares(one: Foreseen, stage: str, start: pd.Series, horizon: int) -> np.ndarray:
    """Return shares of the countries of the origin in each member, shape (member, country) [1].

    Members whose market did not solve are left out.
    """
    chain, course = one.start.chain, one.course
    nodes = chain.miners if stage == "mined" else chain.refiners
    base = chain.quantity(stage)
    output = (course.mined if stage == "mined" else course.refined)[:, horizon - 1]
    at = {name: k for k, name in enumerate(nodes)}
    rest = at.get("ROW", -1)
    place = np.array([at.get(str(country), rest) for country in start.index])
    grown = output[np.isfinite(output).all(axis=1)] / base
    amount = start.to_numpy() * grown[:, place]
    return np.asarray(amount / amount.sum(axis=1, keepdims=True))


def _scores(
    start: pd.Series, now: pd.Series, members: np.ndarray
) -> tuple[bool, bool, float, float, float, float, float, float]:
    """Return the columns after the key."""
    later = now / now.sum()
    lead = float(later.max() - start.max())
    leaders = members.max(axis=1)
    wide, before = float((later**2).sum()), float((start**2).sum())
    spread = (members**2).sum(axis=1)
    return (
        abs(lead) > MOVED,
        later.idxmax() == start.idxmax(),
        abs(lead),
        abs(float(later.max()) - float(np.median(leaders))),
        crps_ensemble(leaders, float(later.max())),
        abs(wide - before),
        abs(wide - float(np.median(spread))),
        crps_ensemble(spread, wide),
    )
