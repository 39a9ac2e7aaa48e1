"""Cost of a tonne by sea: a line through quotations against the distance of their route.

Does      Fits a fixed cost and a cost per nautical mile for bulk and for containers.
Units     USD per tonne as shipped; USD/t per nautical mile.
Method    Ordinary least squares through the middles of quotations in USD/t; distances as computed
          on the network (table `freight_legs`).
Assumes   Ship size and cargo differ between quotations and are not told apart. Two quotations
          make the line for containers: it has no degree of freedom left.
Not here  Tolls, speeds and inland costs: see `assumed/route_costs.csv`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from oreacle.core.errors import DataError

UNIT = "USD/t"


def fitted_rates(quotations: pd.DataFrame, legs: pd.DataFrame) -> pd.DataFrame:
    """Return the rows VESSEL_fixed and VESSEL_per_nm of the table `route_costs`.

    Parameters
    ----------
    quotations
        `freight_id`, `unit`, `value_low`, `value_high`.
    legs
        `freight_id`, `vessel` and `nm`, the distance of the quoted route.

    Raises
    ------
    DataError
        ORE-DAT-135 if a quotation is missing or not in USD/t, or a line does not rise from a
        cost that is not negative.

    Examples
    --------
    >>> quoted = pd.DataFrame(
    ...     {"freight_id": ["A", "B"], "unit": "USD/t", "value_low": [10.0, 30.0],
    ...      "value_high": [20.0, 40.0]}
    ... )
    >>> legs = pd.DataFrame({"freight_id": ["A", "B"], "vessel": "bulk", "nm": [1000.0, 5000.0]})
    >>> fitted_rates(quoted, legs)["value"].round(4).tolist()
    [10.0, 0.005]
    """
    known = quotations[quotations["unit"] == UNIT].set_index("freight_id")
    lacking = sorted(set(legs["freight_id"]) - set(known.index))
    if lacking:
        raise _refusal(f"quotations missing or not in {UNIT}: {', '.join(lacking)}.")
    rows = []
    for vessel, part in legs.groupby("vessel", sort=True):
        quoted = known.loc[part["freight_id"].tolist()]
        middle = (quoted["value_low"] + quoted["value_high"]).to_numpy(dtype=float) / 2.0
        design = np.column_stack([np.ones(len(part)), part["nm"].to_numpy(dtype=float)])
        (fixed, slope), *_ = np.linalg.lstsq(design, middle, rcond=None)
        if not (fixed >= 0.0 and slope > 0.0):
            raise _refusal(f"the line of {vessel} is {fixed:.3g} + {slope:.3g} per mile.")
        error = float(np.sqrt(np.mean((design @ [fixed, slope] - middle) ** 2)))
        said = f"line through {', '.join(part['freight_id'])}; root mean square error {error:.1f}"
        rows += [
            (f"{vessel}_fixed", float(fixed), UNIT, "derived", f"Intercept of a {said} {UNIT}"),
            (
                f"{vessel}_per_nm",
                float(slope),
                f"{UNIT} per nautical mile",
                "derived",
                f"Slope of a {said} {UNIT}",
            ),
        ]
    return pd.DataFrame(rows, columns=["name", "value", "unit", "basis", "reason"])


def _refusal(what: str) -> DataError:
    return DataError(
        "ORE-DAT-135",
        what,
        why="distance would have no price, or a wrong one.",
        fix="mend `assumed/freight_legs.csv` or the table of quotations.",
    )
