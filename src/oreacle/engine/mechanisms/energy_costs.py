"""What energy costs by region over the years, and who needs how much of it.

Does      Moves the log price of energy in each region, and reads needs by mineral and place.
Units     Log points over base; shares [1].
Method    x = w + r: an AR(1) of the world and one of the region, x' = a x + s z, with spikes J that
          come to a region with probability p and fade alike. What stands for costs is
          e^x / E[e^x] - 1, E[e^x] = exp(s^2 sum a^2k / 2) prod_k (1 + p (e^(J a^k) - 1)) over the
          years so far: no year is dearer than the base year on average.
Assumes   Places that no table names are in the region `other`, with one power system.
Not here  Power cuts and what markets see: see `oreacle.engine.mechanisms.energy`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from oreacle.core.errors import DataError
from oreacle.data.assumptions import read_assumed

REGIONS = ("europe", "north_america", "china", "asia", "other")
REGION_WORDS = ("Europe", "North America", "China", "Asia outside China", "the rest of the world")
"""Regions in words, in their order."""


@dataclass(frozen=True)
class EnergyUse:
    """Needs of minerals, shape (mineral,) each.

    Attributes
    ----------
    power
        Output that a mine and a plant lose over the share of power that is missing, shape
        (mineral, stage) [1].
    cost
        Share of energy in the margin of refining at base prices [1].
    """

    power: np.ndarray
    cost: np.ndarray


def energy_use(minerals: Sequence[str]) -> EnergyUse:
    """Return needs from the table of assumptions.

    Raises
    ------
    DataError
        ORE-DAT-020 if a mineral has no row.
    """
    table = read_assumed("energy_use").set_index("mineral")
    missing = [name for name in minerals if name not in table.index]
    if missing:
        raise DataError(
            "ORE-DAT-020",
            f"no energy use of {', '.join(missing)}.",
            why="a mineral without a row would pass for one that needs no power.",
            fix="add the row to assumed/energy_use.csv.",
        )
    rows = table.loc[list(minerals)]
    power = rows[["mine_power", "plant_power"]].to_numpy(dtype=float)
    return EnergyUse(power, rows["energy_share"].to_numpy(dtype=float))


def energy_places(countries: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Return the region and the share of a country that one power system feeds, shape (country,).

    The share is of its mines and plants [1].
    """
    table = read_assumed("energy_places").set_index("country")
    region = [
        REGIONS.index(str(table["region"].get(country, REGIONS[-1]))) for country in countries
    ]
    share = [float(table["grid_share"].get(country, 1.0)) for country in countries]
    return np.array(region), np.array(share)


@dataclass(frozen=True)
class PriceProcess:
    """How the log price of energy moves.

    Attributes
    ----------
    persistence
        Yearly autocorrelation [1].
    world, region
        Innovations [log points].
    spike_rate, spike_size
        Probability of a spike of a region in a year [1], and its size [log points].
    """

    persistence: float
    world: float
    region: float
    spike_rate: float
    spike_size: float

    def next(
        self, last: np.ndarray, normal: np.ndarray, uniform: np.ndarray, factor: np.ndarray
    ) -> np.ndarray:
        """Return log prices of the next year, shape (member, 1 + region): the world's, then own.

        Parameters
        ----------
        last
            This year's, same shape [log points].
        normal
            Standard normal draws, same shape.
        uniform
            Uniform draws for spikes, shape (member, region).
        factor
            Multiplies the rate of spikes, shape (region,) [1].
        """
        size = np.concatenate([[self.world], np.full(uniform.shape[1], self.region)])
        moved = self.persistence * last + size * normal
        spikes = self.spike_size * (uniform < self.spike_rate * factor)
        moved[:, 1:] += spikes
        return np.asarray(moved)

    def mean_factor(self, years: int) -> float:
        """Return the expectation of e^x after so many years from a log price of zero [1].

        Examples
        --------
        >>> one = PriceProcess(0.5, 0.0, 0.0, 0.1, 0.693147180559945)
        >>> round(one.mean_factor(1), 6)
        1.1
        """
        fading = self.persistence ** np.arange(years)
        variance = (self.world**2 + self.region**2) * (fading**2).sum()
        spikes = 1.0 + self.spike_rate * np.expm1(self.spike_size * fading)
        return float(np.exp(0.5 * variance) * spikes.prod())
