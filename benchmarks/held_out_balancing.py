"""How well the balancing rebuilds trade links that it is not shown.

Run: python benchmarks/held_out_balancing.py --sources DIR [--seeds 3]
For each mineral and link with observed trade a random 20 % of the links with trade is made
unknown, prior and balance are built again by the code of the data build, and the rebuilt flows
are compared on these links with the flows that all records give. Nodes stay as they are. Prints
Markdown tables and writes nothing.

Estimates of an unknown link: none (read as an empty link), shares (exports x imports of the
world), stated (gravity with the stated exponent), independence and gravity (row and column
effects, without and with distance, fitted on known cells), links (gravity fitted on known links
with trade only). The estimate is chosen on half of the minerals, by a hash of their names.
Baselines that balance nothing or know no trade: world share (share of world exports x the buyer's
use), and gravity only (prior without trade data, balanced).
"""

from __future__ import annotations

import argparse
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import spearmanr

from oreacle.core.labels import LINKS
from oreacle.data.base.build import base_records
from oreacle.data.base.chains import ChainSpec
from oreacle.data.base.flows import LEAST_CELL, FlowInputs, balanced_link
from oreacle.data.base.margins import pooled_matrix
from oreacle.data.base.unseen_links import (
    UnseenLinks,
    fitted_gravity,
    gravity_of_links,
    no_trade,
    proportional,
    quasi_independence,
    stated_gravity,
)

HIDDEN_SHARE = 0.2
FEWEST_LINKS = 10
WORLD_SHARE, NO_DATA = "world share", "gravity only"
ESTIMATES = {
    "none": no_trade,
    "shares": proportional,
    "stated": stated_gravity,
    "independence": quasi_independence,
    "gravity": fitted_gravity,
    "links": gravity_of_links,
}


def is_for_choosing(mineral: str) -> bool:
    """Return True for the half of minerals that the estimate is chosen on."""
    return zlib.crc32(mineral.encode()) % 2 == 0


def hidden_links(observed: np.ndarray, shown: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return a mask of a random share of the links with trade."""
    cells = np.argwhere(shown & (observed > 0))
    chosen = rng.choice(len(cells), max(1, round(HIDDEN_SHARE * len(cells))), replace=False)
    mask = np.zeros(observed.shape, dtype=bool)
    mask[tuple(cells[chosen].T)] = True
    return mask


def rebuilt(chain: ChainSpec, link: str, inputs: FlowInputs, seeds: int) -> Iterator[pd.DataFrame]:
    """Yield one frame per seed: the true flow of each hidden link and every rebuilt one."""
    whole = balanced_link(chain, link, inputs)
    margins = whole.margins
    observed = pooled_matrix(inputs.trade[chain.mineral, link], margins)
    shown = ~margins.own()
    if (shown & (observed > 0)).sum() < FEWEST_LINKS:
        return
    floor = LEAST_CELL * margins.throughput
    no_data = gravity_only(chain, link, inputs)
    for seed in range(seeds):
        rng = np.random.default_rng([seed, zlib.crc32(f"{chain.mineral} {link}".encode())])
        mask = hidden_links(observed, shown, rng)
        blind = np.where(mask, 0.0, observed)
        exports = np.where(shown, blind, 0.0).sum(axis=1)
        plain = np.outer(exports / exports.sum(), margins.demand)
        columns = {"true": whole.matrix[mask], "record": observed[mask]}
        columns |= {WORLD_SHARE: plain[mask], NO_DATA: no_data[mask]}
        for name, estimate in ESTIMATES.items():
            again = balanced_link(chain, link, inputs, UnseenLinks(mask, estimate))
            columns[name] = again.matrix[mask]
        table = pd.DataFrame(columns)
        for name in columns:
            if name != "record":
                table[name] = table[name].clip(lower=floor) / margins.throughput
        yield table.assign(mineral=chain.mineral, link=link, seed=seed)


def gravity_only(chain: ChainSpec, link: str, inputs: FlowInputs) -> np.ndarray:
    """Return balanced flows of a link as if it had no trade data."""
    key = (chain.mineral, link)
    empty = replace(inputs, trade={**inputs.trade, key: inputs.trade[key].iloc[:0]})
    return balanced_link(replace(chain, grade_refined="C"), link, empty).matrix


def rank(table: pd.DataFrame, name: str, truth: str = "true") -> float:
    """Return the rank correlation with the truth."""
    return float(spearmanr(table[name], table[truth]).statistic)


def factor(table: pd.DataFrame, name: str) -> float:
    """Return the median factor error, exp of the median of |ln(rebuilt / true)|."""
    return float(np.exp(np.median(np.abs(np.log(table[name] / table["true"])))))


def by_estimate(cells: pd.DataFrame) -> pd.DataFrame:
    """Return medians over minerals of both scores for each estimate, on both halves."""
    rows = []
    for name in (WORLD_SHARE, NO_DATA, *ESTIMATES):
        scores = pd.DataFrame(
            {
                mineral: {"rank": rank(part, name), "factor": factor(part, name)}
                for mineral, part in cells.groupby("mineral")
            }
        ).T
        chosen = np.array([is_for_choosing(str(mineral)) for mineral in scores.index])
        rows.append(
            (
                name,
                *scores[chosen].median().round(2),
                *scores[~chosen].median().round(2),
                *scores.median().round(2),
            )
        )
    return pd.DataFrame(rows).set_index(0)


def show(heads: list[str], rows: list[list[object]]) -> None:
    """Print a Markdown table."""
    print(f"| {' | '.join(heads)} |\n|{'---|' * len(heads)}")
    for row in rows:
        print(f"| {' | '.join(str(cell) for cell in row)} |")
    print()


def main() -> None:
    """Print scores by estimate, then by mineral for the chosen one."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sources", type=Path, required=True)
    parser.add_argument("--seeds", type=int, default=3)
    arguments = parser.parse_args()
    base = base_records(arguments.sources)
    frames: list[pd.DataFrame] = []
    for chain in base.chains.values():
        for link in LINKS:
            # Bauxite is followed through alumina: its records are not those of the link.
            traded = chain.grade(link) in ("A", "B") and (chain.mineral, link) != (
                "aluminium",
                "ore",
            )
            if traded and not base.flow_inputs.trade[chain.mineral, link].empty:
                frames += rebuilt(chain, link, base.flow_inputs, arguments.seeds)
    cells = pd.concat(frames, ignore_index=True)
    table = by_estimate(cells)
    heads = ["estimate", "rank, chosen on", "factor", "rank, others", "factor", "rank, all"]
    show([*heads, "factor"], [[name, *row] for name, *row in table.itertuples()])
    best = str(table.loc[list(ESTIMATES), 2].idxmin())
    print(f"Chosen by the median factor error: {best}. {arguments.seeds} seeds.\n")
    rows: list[list[object]] = []
    for key, part in cells.groupby(["mineral", "link"], sort=False):
        names = (best, "none", NO_DATA, WORLD_SHARE)
        numbers = [f"{score(part, name):.2f}" for name in names for score in (rank, factor)]
        rows.append([*map(str, key), len(part), *numbers, f"{rank(part, best, 'record'):.2f}"])
    scores = [
        f"{name} {what}"
        for name in (best, "none", NO_DATA, WORLD_SHARE)
        for what in ("rank", "factor")
    ]
    show(["mineral", "link", "cells", *scores, f"{best} rank against records"], rows)


if __name__ == "__main__":
    main()
