"""The network of relations of a run as an outlook.

Does      Bands of polarisation and balance, who stands with which pole, who hedges.
Units     Shares and indices [1].
Method    Quantiles and shares over members. The poles are the two actors with the strongest
          ties at the as-of date.
Assumes   Blocs of different members are compared by who is in them with whom, never by number.
Not here  The network: see `oreacle.engine.relations_ahead`.
"""

from __future__ import annotations

import math

import numpy as np
import xarray as xr

from oreacle.data.codes import actor_name
from oreacle.engine.relations_ahead import NetworkScores, scored
from oreacle.engine.setting import Setting
from oreacle.forecasting.outlook import Alignment, RelationsOutlook
from oreacle.relations.network.blocs import NO_TIE

ACTORS = 10
ALIGNMENT_AFTER = 5
"""Years after the as-of date of the alignments, or the last scored year before [yr]."""
BANDS = (0.1, 0.5, 0.9)


def relations_outlook(setting: Setting, arrays: xr.Dataset) -> RelationsOutlook:
    """Return blocs, polarisation and hedging of a run."""
    base = setting.world.base_year
    now = scored(setting.network, base)
    ties = setting.network.cooperation + setting.network.dyad_rivalry
    ranked = np.argsort(-ties[0].sum(axis=-1), kind="stable")
    one, two = (int(at) for at in ranked[:2])
    years = tuple(int(year) for year in arrays["relations_year"].to_numpy())
    labels = arrays["bloc"].to_numpy()
    spot = max(k for k, year in enumerate(years) if year <= base + ALIGNMENT_AFTER or k == 0)
    return RelationsOutlook(
        poles=(setting.acting[one], setting.acting[two]),
        year=years[spot],
        years=years,
        polarisation_now=float(now.polarisation[0]),
        balance_now=float(now.balance[0]),
        polarisation=_bands(arrays["polarisation"].to_numpy()),
        balance=_bands(arrays["balance"].to_numpy()),
        together=tuple(float(share) for share in _together(labels, one, two).mean(axis=0)),
        together_now=bool(_together(now.labels[0], one, two)),
        alignments=tuple(
            _alignment(setting, arrays, now, (int(at), one, two), spot)
            for at in ranked[2 : ACTORS + 2]
        ),
    )


def _bands(values: np.ndarray) -> tuple[tuple[float, float, float], ...]:
    """Return quantiles by year of values of shape (member, year)."""
    bands = []
    for column in np.asarray(values, dtype=float).T:
        known = column[np.isfinite(column)]
        low, middle, high = np.quantile(known, BANDS) if known.size else (math.nan,) * 3
        bands.append((float(low), float(middle), float(high)))
    return tuple(bands)


def _alignment(
    setting: Setting,
    arrays: xr.Dataset,
    now: NetworkScores,
    actors: tuple[int, int, int],
    spot: int,
) -> Alignment:
    at, one, two = actors
    labels = arrays["bloc"].to_numpy()[:, spot]
    hedges = arrays["hedging"].to_numpy()[:, spot, at].astype(float)
    known = hedges[np.isfinite(hedges)]
    low, middle, high = np.quantile(known, BANDS) if known.size else (math.nan,) * 3
    return Alignment(
        actor=setting.acting[at],
        name=actor_name(setting.acting[at]),
        with_first=float(_together(labels, at, one).mean()),
        with_second=float(_together(labels, at, two).mean()),
        with_first_now=bool(_together(now.labels[0], at, one)),
        with_second_now=bool(_together(now.labels[0], at, two)),
        hedging_low=_known(low),
        hedging_mid=_known(middle),
        hedging_high=_known(high),
        hedging_now=_known(now.hedging[0, at]),
    )


def _together(labels: np.ndarray, one: int, two: int) -> np.ndarray:
    """Return whether two actors are in one bloc; who has no tie is in none, shape (...)."""
    return np.asarray((labels[..., one] == labels[..., two]) & (labels[..., one] != NO_TIE))


def _known(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
