"""How often trade links open that did not exist: estimated from 1995-2024.

Does      Estimates what formerly absent suppliers win after an importer loses its main one,
          and what they win in calm times.
Units     Shares of an importer's imports by value; weights are shares over shares.
Method    Importer-code-years of BACI. A shock: the main supplier's share falls by 20 points
          within the horizon. Absent: a share below 0.1 % in the year before. Weight: import
          share won by absent suppliers over their share of world exports, as a ratio of sums;
          standard error by bootstrap over importer-codes. Calm: the main share moves by less
          than 5 points.
Assumes   Importers that buy at least 0.1 % of world imports of the code and 1 m USD in both
          years; smaller ones switch by accident of single cargoes.
Not here  How the weight enters the matrices: see `trade_prior`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oreacle.data.readers.baci import read_baci_minerals

SHOCK = 0.20
CALM = 0.05
ABSENT_BELOW = 0.001
LEAST_IMPORT_SHARE = 0.001
LEAST_IMPORT_KUSD = 1_000.0
HORIZON_YEARS = 2
CALM_HORIZON_YEARS = 1
BOOTSTRAP_DRAWS = 400
BOOTSTRAP_SEED = 19950101
LINK_OF_CHAPTER = {
    "25": "ore",
    "26": "ore",
    "28": "refined",
    "71": "refined",
    "72": "refined",
    "76": "refined",
    "81": "refined",
}
EXCLUDED_CODES = ("711290", "711510")


@dataclass(frozen=True)
class OpeningRates:
    """What absent suppliers win: in shocks (table), and in calm times (weight by link)."""

    table: pd.DataFrame
    calm_weight: dict[str, float]


def estimate_openings(sources: Path) -> OpeningRates:
    """Return the table `openings` and the calm-time weight of each link.

    The prior share of an absent link in calm times is
    ``calm_weight[link] x (supplier's share of world exports)``: the mean import share that an
    absent supplier holds one year later when nothing happens to the main one, per unit of
    its world share. It is an estimate, and far below the weight after a shock.
    """
    trade = read_baci_minerals(sources)
    chapter = trade["hs"].str[:2]
    trade = trade.assign(link=chapter.map(LINK_OF_CHAPTER))
    trade = trade[trade["link"].notna() & ~trade["hs"].isin(EXCLUDED_CODES)]
    rows = []
    calm: dict[str, float] = {}
    for link, part in trade.groupby("link", sort=True):
        cubes = [_ImportShares(group) for _, group in part.groupby("hs", sort=True)]
        won = pd.concat([cube.won(HORIZON_YEARS) for cube in cubes], ignore_index=True)
        shocks = won[won["main_change"] <= -SHOCK]
        won = pd.concat([cube.won(CALM_HORIZON_YEARS) for cube in cubes], ignore_index=True)
        quiet = won[won["main_change"].abs() < CALM]
        calm[str(link)] = ratio_of_sums(quiet)
        rows.append(_summary(str(link), shocks, quiet))
    return OpeningRates(pd.DataFrame(rows), calm)


def ratio_of_sums(won: pd.DataFrame) -> float:
    """Return import share won over world share, both summed over absent suppliers.

    Examples
    --------
    >>> ratio_of_sums(pd.DataFrame({"won": [0.1, 0.0], "world_share": [0.3, 0.1]}))
    0.25
    """
    return float(won["won"].sum() / won["world_share"].sum())


def _summary(link: str, shocks: pd.DataFrame, quiet: pd.DataFrame) -> dict[str, object]:
    return {
        "link": link,
        "horizon_years": HORIZON_YEARS,
        "shocks": len(shocks),
        "opening_share": float(shocks["won"].mean()),
        "per_supplier_weight": ratio_of_sums(shocks),
        "se": bootstrap_error(shocks, np.random.default_rng(BOOTSTRAP_SEED)),
        "calm_years": len(quiet),
        "calm_weight": ratio_of_sums(quiet),
        "calm_se": bootstrap_error(quiet, np.random.default_rng(BOOTSTRAP_SEED)),
    }


def bootstrap_error(shocks: pd.DataFrame, rng: np.random.Generator) -> float:
    """Return the standard error of `ratio_of_sums` over draws of whole importer-codes."""
    sums = shocks.groupby(["hs", "importer"])[["won", "world_share"]].sum().to_numpy()
    picks = rng.integers(0, len(sums), size=(BOOTSTRAP_DRAWS, len(sums)))
    drawn = sums[picks].sum(axis=1)
    return float(np.std(drawn[:, 0] / drawn[:, 1], ddof=1))


class _ImportShares:
    """Shares of one code's imports by year, importer and supplier, as a dense cube."""

    def __init__(self, trade: pd.DataFrame) -> None:
        self.code = str(trade["hs"].iloc[0])
        self.years = np.arange(int(trade["year"].min()), int(trade["year"].max()) + 1)
        importers, self._importer = np.unique(trade["importer"], return_inverse=True)
        exporters, exporter = np.unique(trade["exporter"], return_inverse=True)
        self.importers = importers
        value = np.zeros((len(self.years), len(importers), len(exporters)))
        year = trade["year"].to_numpy() - self.years[0]
        np.add.at(value, (year, self._importer, exporter), trade["value_kusd"].to_numpy())
        self.total: NDArray[np.float64] = value.sum(axis=2)
        with np.errstate(invalid="ignore", divide="ignore"):
            self.share: NDArray[np.float64] = value / self.total[:, :, None]
            world = value.sum(axis=1)
            self.world_share: NDArray[np.float64] = world / world.sum(axis=1, keepdims=True)
            self.import_share: NDArray[np.float64] = self.total / self.total.sum(
                axis=1, keepdims=True
            )
        self.own = np.array([np.flatnonzero(exporters == name) for name in importers], dtype=object)

    def won(self, horizon: int) -> pd.DataFrame:
        """Return, per importer-year, the main share's change and what absent suppliers won."""
        rows = []
        for year in range(1, len(self.years) - horizon):
            large = (
                (self.import_share[year] >= LEAST_IMPORT_SHARE)
                & (self.total[year] >= LEAST_IMPORT_KUSD)
                & (self.total[year + horizon] >= LEAST_IMPORT_KUSD)
            )
            rows += [self._row(int(place), year, horizon) for place in np.flatnonzero(large)]
        columns = ["hs", "importer", "year", "main_change", "won", "world_share"]
        return pd.DataFrame(rows, columns=columns)

    def _row(self, place: int, year: int, horizon: int) -> tuple[object, ...]:
        before, after = self.share[year, place], self.share[year + horizon, place]
        earlier = np.nan_to_num(self.share[year - 1, place])
        absent = (before < ABSENT_BELOW) & (earlier < ABSENT_BELOW)
        absent[list(self.own[place])] = False
        main = int(np.argmax(before))
        return (
            self.code,
            self.importers[place],
            int(self.years[year]),
            float(after[main] - before[main]),
            float(after[absent].sum()),
            float(self.world_share[year][absent].sum()),
        )
