from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from oreacle.data.base import openings


def sample() -> pd.DataFrame:
    """One code: JPN loses its main supplier CHN in 2002, and PER, absent before, steps in."""
    rows = []
    for year in range(2000, 2005):
        rows.append((year, "PER", "KOR", "260300", 50_000.0))
        rows.append((year, "CHN", "KOR", "260300", 50_000.0))
        lost = year >= 2002
        rows.append((year, "CHN", "JPN", "260300", 40_000.0 if lost else 100_000.0))
        if lost:
            rows.append((year, "PER", "JPN", "260300", 60_000.0))
    return pd.DataFrame(rows, columns=["year", "exporter", "importer", "hs", "value_kusd"])


def won(horizon: int) -> pd.DataFrame:
    return openings._ImportShares(sample()).won(horizon)


def test_a_shock_is_seen_and_the_newcomer_gets_what_it_won() -> None:
    table = won(1)
    shock = table[(table["importer"] == "JPN") & (table["year"] == 2001)].iloc[0]
    assert shock["main_change"] == pytest.approx(-0.6)
    assert shock["won"] == pytest.approx(0.6)
    assert shock["world_share"] == pytest.approx(0.25)


def test_calm_years_show_no_opening() -> None:
    calm = won(1).query("importer == 'KOR'")
    assert (calm["main_change"] == 0).all()
    assert (calm["won"] == 0).all()


def test_the_weight_is_share_won_over_world_share() -> None:
    shocks = won(1).query("main_change <= -0.2")
    assert openings.ratio_of_sums(shocks) == pytest.approx(0.6 / 0.25)


def test_the_same_seed_gives_the_same_error() -> None:
    table = pd.DataFrame(
        {
            "hs": "1",
            "importer": list("abcd"),
            "won": [0.1, 0.0, 0.3, 0.2],
            "world_share": [0.4, 0.5, 0.5, 0.6],
        }
    )
    first, second = (openings.bootstrap_error(table, np.random.default_rng(1)) for _ in range(2))
    assert first == second > 0


def test_the_importer_is_never_its_own_newcomer() -> None:
    cube = openings._ImportShares(
        pd.DataFrame(
            [
                (2000, "CHN", "PER", "1", 2000.0),
                (2001, "CHN", "PER", "1", 2000.0),
                (2002, "CHN", "PER", "1", 2000.0),
                (2001, "PER", "CHN", "1", 2000.0),
            ],
            columns=["year", "exporter", "importer", "hs", "value_kusd"],
        )
    )
    peru = cube.won(1).query("importer == 'PER'")
    assert peru["world_share"].tolist() == [0.0]
