"""What carrying a tonne costs and how long it takes, by sea and by land.

Does      Holds the cost parameters, and turns distances into dollars and days.
Units     USD per tonne as shipped; days; km; nautical miles.
Method    By sea a fixed amount, an amount per nautical mile and tolls; by land loading, an amount
          per kilometre and an amount per border. Money on goods under way is a share of their
          value per year; a toll counts as the kilometres that it would pay for in this too, which
          stands for the queue at a canal.
Assumes   Bulk carriers and container ships each have one price per mile (table `route_costs`
          with the quotations behind each figure).
Not here  Which way is taken: see `oreacle.world.routing.plan`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from oreacle.core.errors import DataError

KM_PER_NM = 1.852
HOURS_PER_DAY = 24.0
DAYS_PER_YEAR = 365.0
BULK, CONTAINER = "bulk", "container"
VESSELS = (BULK, CONTAINER)
TOO_SHALLOW = {BULK: frozenset({"kiel"}), CONTAINER: frozenset[str]()}
"""Passages that a vessel of the kind cannot use: the Kiel Canal takes 9.5 m of draught."""


@dataclass(frozen=True)
class RouteCosts:
    """Cost parameters by name, as in the table `route_costs`."""

    values: Mapping[str, float]

    def __getitem__(self, name: str) -> float:
        """Return a parameter.

        Raises
        ------
        DataError
            ORE-DAT-132 if the table lacks it.
        """
        if name not in self.values:
            raise DataError(
                "ORE-DAT-132",
                f"the table route_costs has no {name}.",
                why="a route without it would be too cheap.",
                fix="rebuild the tables with `oreacle data build`.",
            )
        return self.values[name]

    def per_km(self, vessel: str) -> float:
        """Return what a tonne pays per kilometre of sea [USD/t-km]."""
        return self[f"{vessel}_per_nm"] / KM_PER_NM

    def tolls(self) -> dict[str, float]:
        """Return tolls by passage [USD/t]."""
        ending = "_toll"
        return {
            name.removesuffix(ending): value
            for name, value in self.values.items()
            if name.endswith(ending)
        }

    def toll_km(self, vessel: str) -> dict[str, float]:
        """Return tolls as kilometres of sea [km]."""
        return {name: toll / self.per_km(vessel) for name, toll in self.tolls().items()}

    def sea_cost(self, weight_km: np.ndarray, vessel: str) -> np.ndarray:
        """Return the cost of sea ways whose weights hold the tolls [USD/t]."""
        return np.asarray(self[f"{vessel}_fixed"] + weight_km * self.per_km(vessel))

    def sea_days(self, km: np.ndarray, vessel: str) -> np.ndarray:
        """Return days at sea and in both ports [day]."""
        speed = self[f"{vessel}_speed"] * KM_PER_NM * HOURS_PER_DAY
        return np.asarray(km / speed + self["port_days"])

    def money(self, days: np.ndarray, value: float) -> np.ndarray:
        """Return the cost of money on goods under way [USD/t].

        Parameters
        ----------
        days
            Time under way [day].
        value
            Worth of a tonne as shipped [USD/t].
        """
        return np.asarray(days / DAYS_PER_YEAR * self["capital_rate"] * value)


def route_costs(table: pd.DataFrame) -> RouteCosts:
    """Return the parameters of the table `route_costs`."""
    pairs = zip(table["name"].astype(str), table["value"].astype(float), strict=True)
    return RouteCosts(dict(pairs))
