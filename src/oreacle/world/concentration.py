"""Concentration of supply: how few countries, trade actors or owners make a mineral.

Does      Scores vectors of output, plainly and weighted by governance; tabulates a chain by
          stage, by location, by trade actor and by owner.
Units     In: t/yr, or shares of world output labelled 1. Out: dimensionless; weighted indices
          carry the unit of the weight.
Method    Herfindahl-Hirschman index, sum of squared shares; the weighted form multiplies each
          squared share by a risk of its holder (HHI-WGI of the European Commission).
Assumes   Output is final. `ROW` counts as one holder, which overstates concentration; its share
          is shown beside each index.
Not here  Who depends on whom: see `oreacle.world.exposure`. The supply-risk indicator of the
          European Union: see `oreacle.world.eu_supply_risk`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from oreacle.core.errors import DataError, UnitsError
from oreacle.core.labels import REST_OF_WORLD, STAGES
from oreacle.data.store import read_table
from oreacle.world.chain import Chain
from oreacle.world.territory import Territory

TONNES = "t/yr"
SHARE = "1"
GOVERNANCE_BEST = 2.5
"""Best score of a Worldwide Governance Indicator [WGI units], by its publisher's scale."""
GOVERNANCE_STRETCH = 2.0
"""Points of the ten-point scale for one WGI unit [1/WGI unit]: 5 units become 10 points."""
TOP = 3


def herfindahl(output: xr.DataArray, *, over: str = "country") -> xr.DataArray:
    """Return how concentrated `output` is along one dimension.

    One holder scores 1; n equal holders score 1/n.

    Parameters
    ----------
    output : DataArray (country, ...) [t/yr or 1]
        Output, or shares of it, non-negative and complete. Decide what a gap means before
        calling: "no data" and "no output" score very differently.
    over
        Dimension to sum over; every other dimension is kept.

    Returns
    -------
    DataArray (...) [1]
        Sum of squared shares, between 1/n and 1.

    Raises
    ------
    UnitsError
        ORE-UNI-001 if `output` is labelled neither ``t/yr`` nor ``1``.
    DataError
        ORE-DAT-085 on missing or negative values, ORE-DAT-086 on a zero total.

    References
    ----------
    Hirschman, A. O. (1964). The paternity of an index. American Economic Review 54(5), 761.

    Examples
    --------
    >>> import xarray as xr
    >>> mined = xr.DataArray([70.0, 20.0, 10.0], {"country": ["COD", "IDN", "RUS"]},
    ...                      dims="country", attrs={"units": "t/yr"})
    >>> round(float(herfindahl(mined)), 4)
    0.54
    """
    share = shares_of(output, over=over)
    return (share**2).sum(over).assign_attrs(units=SHARE)


def weighted_herfindahl(
    output: xr.DataArray, risk: xr.DataArray, *, over: str = "country"
) -> xr.DataArray:
    """Return the sum of squared shares, each times the risk of its holder.

    With `scaled_governance` as risk this is HHI-WGI, between 0 (best governed) and 10.

    Parameters
    ----------
    output : DataArray (country, ...) [t/yr or 1]
        As in `herfindahl`.
    risk : DataArray (country)
        Risk of each holder, larger is worse, labelled with its unit. It may hold more labels
        than `output`, none fewer.
    over
        Dimension to sum over.

    Raises
    ------
    UnitsError
        ORE-UNI-001 as in `herfindahl`; ORE-UNI-002 if `risk` carries no unit.
    DataError
        ORE-DAT-085 and 086 as in `herfindahl`; ORE-DAT-087 if a holder with output has no risk.

    References
    ----------
    European Commission (2017). Methodology for establishing the EU list of critical raw
    materials: guidelines, equation for HHI-WGI. Gemechu, E. D. and others (2016). Import-based
    indicator for the geopolitical supply risk of raw materials in life cycle sustainability
    assessments. Journal of Industrial Ecology 20(1), 154-165, for weighting by governance.
    """
    if not risk.attrs.get("units"):
        raise UnitsError(
            "ORE-UNI-002",
            "the risk of holders carries no unit.",
            why="an index weighted by it could not be compared with a published one.",
            fix='set attrs["units"], such as "0 to 10" for scaled governance.',
        )
    share = shares_of(output, over=over)
    rest = [name for name in share.dims if name != over]
    held = share[over].values[(share > 0).any(rest).values]
    known = {str(name) for name in risk[over].values[~np.isnan(risk.values)]}
    bare = sorted(str(name) for name in held if str(name) not in known)
    if bare:
        raise DataError(
            "ORE-DAT-087",
            f"no governance score for {', '.join(bare)}.",
            why="leaving a holder out would count it as perfectly governed.",
            fix="add a score with its source, or take the holder out of the vector knowingly.",
        )
    weight = risk.reindex({over: share[over]}).fillna(0.0)
    return (share**2 * weight).sum(over).assign_attrs(units=str(risk.attrs["units"]))


def largest_shares(output: xr.DataArray, *, over: str = "country", count: int = 1) -> xr.DataArray:
    """Return the share of the `count` largest holders together.

    Raises
    ------
    UnitsError, DataError
        As in `herfindahl`.
    """
    share = shares_of(output, over=over)
    ordered = -np.sort(-share.values, axis=share.get_axis_num(over))
    kept = share.copy(data=ordered).isel({over: slice(0, count)})
    return kept.sum(over).assign_attrs(units=SHARE)


def scaled_governance(estimate: xr.DataArray) -> xr.DataArray:
    """Return Worldwide Governance scores as risk from 0 (best) to 10 (worst).

    Parameters
    ----------
    estimate : DataArray (country) [WGI units]
        Point estimates, 2.5 the best and -2.5 the worst. The European Commission averages all
        six indicators; the embedded table `governance` holds political stability alone.

    Raises
    ------
    UnitsError
        ORE-UNI-003 if the scores are not labelled ``WGI units``.

    References
    ----------
    European Commission (2017). Methodology for establishing the EU list of critical raw
    materials: guidelines, section on the scaling of WGI.

    Examples
    --------
    >>> import xarray as xr
    >>> score = xr.DataArray([2.5, -0.34], {"country": ["AAA", "CHN"]}, dims="country",
    ...                      attrs={"units": "WGI units"})
    >>> scaled_governance(score).round(2).values.tolist()
    [0.0, 5.68]
    """
    if estimate.attrs.get("units") != "WGI units":
        raise UnitsError(
            "ORE-UNI-003",
            f"governance is labelled {estimate.attrs.get('units')!r}, not 'WGI units'.",
            why="a score from 0 to 1 or in percent would be scaled wrongly without a sign of it.",
            fix='pass point estimates and set attrs["units"] = "WGI units".',
        )
    risk = (GOVERNANCE_BEST - estimate) * GOVERNANCE_STRETCH
    return risk.assign_attrs(units="0 to 10")


def shares_of(output: xr.DataArray, *, over: str = "country") -> xr.DataArray:
    """Return shares along one dimension after checking unit, gaps, sign and total.

    Raises
    ------
    UnitsError
        ORE-UNI-001 if `output` is labelled neither ``t/yr`` nor ``1``.
    DataError
        ORE-DAT-085 on missing or negative values, ORE-DAT-086 on a zero total.
    """
    unit = output.attrs.get("units")
    if unit not in (TONNES, SHARE):
        raise UnitsError(
            "ORE-UNI-001",
            f"output is labelled {unit!r}, not 't/yr' or '1'.",
            why="shares of a mix of units, or of money, would look like shares of tonnes.",
            fix='convert it and set attrs["units"] = "t/yr".',
        )
    wrong = output.isnull() | (output < 0)
    if bool(wrong.any()):
        rest = [name for name in output.dims if name != over]
        names = [str(name) for name in output[over].values[wrong.any(rest).values]]
        raise DataError(
            "ORE-DAT-085",
            f"output of {', '.join(names)} is missing or negative.",
            why="a gap taken for zero would make supply look more concentrated than it is.",
            fix="find the figure; if it is known to be none, say so with .fillna(0).",
        )
    total = output.sum(over)
    if not bool((total > 0).all()):
        raise DataError(
            "ORE-DAT-086",
            "the total output is zero.",
            why="nobody has a share of nothing.",
            fix="leave the mineral or the stage out.",
        )
    return (output / total).assign_attrs(units=SHARE)


def output_by_country(chain: Chain, stage: str) -> xr.DataArray:
    """Return tonnes by located country, (country) [t/yr]."""
    return xr.DataArray(
        chain.quantity(stage).astype(float),
        {"country": list(chain.nodes(stage))},
        dims="country",
        attrs={"units": TONNES},
    )


def output_by_actor(chain: Chain, stage: str, territory: Territory) -> xr.DataArray:
    """Return tonnes by trade actor, members of a bloc added up, (actor) [t/yr]."""
    located = output_by_country(chain, stage)
    actors = [territory.actor_of[str(name)] for name in located["country"].values]
    sums = pd.Series(located.values).groupby(actors, sort=True).sum()
    return xr.DataArray(
        sums.to_numpy(), {"actor": list(sums.index)}, dims="actor", attrs={"units": TONNES}
    )


def concentration_table(
    chain: Chain,
    territory: Territory,
    *,
    owners: Mapping[str, xr.DataArray] | None = None,
    governance: xr.DataArray | None = None,
) -> pd.DataFrame:
    """Return concentration of a chain by stage and by who is counted.

    Parameters
    ----------
    chain, territory
        A supply chain, and which actor each country belongs to.
    owners
        Shares of world output by owning actor for a stage, each (actor) [1].
    governance : DataArray (country) [0 to 10]
        Risk of countries for the weighted index; without it the column is missing. It is also
        missing where a holder has no score.

    Returns
    -------
    DataFrame
        stage, counted (location, trade actor, owner), holders, leader, leader_share, top_share
        (three largest), rest_share (`ROW`), hhi, hhi_governance.
    """
    rows = []
    for stage in STAGES:
        if not chain.quantity(stage).any():
            continue  # nothing is recycled: a stage without output has no shares
        located = output_by_country(chain, stage)
        rows.append(_row(stage, "location", located, "country", governance))
        grouped = output_by_actor(chain, stage, territory)
        rows.append(_row(stage, "trade actor", grouped, "actor", None))
        if owners is not None and stage in owners:
            rows.append(_row(stage, "owner", owners[stage], "actor", None))
    return pd.DataFrame(rows)


def _row(
    stage: str, counted: str, output: xr.DataArray, over: str, governance: xr.DataArray | None
) -> dict[str, object]:
    share = shares_of(output, over=over)
    names = [str(name) for name in share[over].values]
    first = int(np.argmax(share.values))
    rest = float(share.values[names.index(REST_OF_WORLD)]) if REST_OF_WORLD in names else 0.0
    return {
        "stage": stage,
        "counted": counted,
        "holders": int((share > 0).sum()),
        "leader": names[first],
        "leader_share": float(share.values[first]),
        "top_share": float(largest_shares(output, over=over, count=TOP)),
        "rest_share": rest,
        "hhi": float(herfindahl(output, over=over)),
        "hhi_governance": _weighted(output, governance),
    }


def _weighted(output: xr.DataArray, governance: xr.DataArray | None) -> float:
    """Return the weighted index, or missing where a holder (such as ROW) has no score."""
    if governance is None:
        return float("nan")
    try:
        return float(weighted_herfindahl(output, governance))
    except DataError as error:
        if error.code != "ORE-DAT-087":
            raise
        return float("nan")


def load_governance_risk(year: int, directory: Path | None = None) -> xr.DataArray:
    """Return risk from 0 to 10 by country, from political stability alone.

    `ROW` has the plain mean of all countries with a score, an assumption: its pool is mixed.

    Parameters
    ----------
    year
        Year of the scores.
    directory
        Folder of tables; None for ``OREACLE_DATA`` or the embedded ones.

    Raises
    ------
    DataError
        ORE-DAT-002 if the table is missing.
    """
    table = read_table("governance", directory)
    scores = table.loc[table["year"] == year].set_index("country")["stability"].astype(float)
    scores.loc[REST_OF_WORLD] = scores.mean()
    estimate = xr.DataArray(
        scores.to_numpy(),
        {"country": [str(name) for name in scores.index]},
        dims="country",
        attrs={"units": "WGI units"},
    )
    return scaled_governance(estimate)
