"""How near flows through entrepots come to what customs record, by mineral and link.

Run: python benchmarks/customs_fit.py --sources DIR
Prints a Markdown table and writes nothing. Records are those that the shares were made from, so
this is a test of consistency, not of prediction. Beside it: the same without entrepots, every
flow clearing customs as coming from its origin.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import spearmanr

from oreacle.core.labels import LINKS
from oreacle.data.base.build import base_records
from oreacle.data.base.entrepots import (
    THROUGH_A_STAGE,
    EntrepotInputs,
    entrepots_table,
    is_recorded,
)

KEY = ["exporter", "importer"]


def pooled(codes: pd.Series, named: frozenset[str]) -> pd.Series:
    """Return countries, those without a name as ROW."""
    return codes.where(codes.isin(named), "ROW")


def recorded(inputs: EntrepotInputs, mineral: str, link: str) -> pd.Series:
    """Return what customs record between countries that the world holds [t]."""
    trade = inputs.customs[mineral, link]
    table = pd.DataFrame({name: pooled(trade[name], inputs.named) for name in KEY})
    table = table.assign(tonnes=trade["tonnes"])
    return table[table["exporter"] != table["importer"]].groupby(KEY)["tonnes"].sum()


def through(flows: pd.DataFrame, ways: pd.DataFrame) -> pd.Series:
    """Return flows across borders by exporter of record [t]."""
    legs = flows.merge(ways, on=["origin", "importer"], how="left")
    legs = legs.assign(
        exporter=legs["via"].fillna(legs["origin"]),
        tonnes=legs["quantity_t"] * legs["share"].fillna(1.0),
    )
    return legs.groupby(KEY)["tonnes"].sum()


def distance(model: pd.Series, seen: pd.Series) -> tuple[float, float]:
    """Return total variation of exporters by importer, and rank correlation over cells.

    Total variation is half the sum of absolute differences of shares, weighted by imports of
    the model; importers without records are left out.
    """
    both = pd.DataFrame({"model": model, "seen": seen}).fillna(0.0)
    sums = both.groupby("importer").transform("sum")
    both = both[(sums > 0).all(axis=1)]
    shares = both / both.groupby("importer").transform("sum")
    gap = (shares["model"] - shares["seen"]).abs().groupby("importer").sum() / 2
    weight = both["model"].groupby("importer").sum()
    shown = both[both["seen"] > 0]
    rank = spearmanr(shown["model"], shown["seen"]).statistic
    return float(np.average(gap, weights=weight)), float(rank)


def main() -> None:
    """Print one row per mineral and link with records in tonnes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sources", type=Path, required=True)
    base = base_records(parser.parse_args().sources)
    chains, inputs = base.chains, base.entrepot_inputs
    ways = entrepots_table(chains, inputs)
    flows = inputs.flows.rename(columns={"exporter": "origin"})
    flows = flows[flows["origin"] != flows["importer"]]
    rows = []
    print("| mineral | link | through entrepots | TV | TV without | rank | rank without |")
    print("|---|---|---:|---:|---:|---:|---:|")
    for chain in chains.values():
        for link in LINKS:
            if not is_recorded(chain, link) or (chain.mineral, link) in THROUGH_A_STAGE:
                continue
            part = flows[(flows["mineral"] == chain.mineral) & (flows["link"] == link)]
            own = ways[(ways["mineral"] == chain.mineral) & (ways["link"] == link)]
            own = own[["origin", "importer", "via", "share"]]
            seen = recorded(inputs, chain.mineral, link)
            if part.empty or seen.empty:
                continue
            legs = part.merge(own[own["via"] != own["origin"]], on=["origin", "importer"])
            passed = (legs["quantity_t"] * legs["share"]).sum() / part["quantity_t"].sum()
            with_ways = distance(through(part, own), seen)
            without = distance(through(part, own.iloc[:0]), seen)
            rows.append((passed, *with_ways, *without))
            print(
                f"| {chain.mineral} | {link} | {passed:.3f} | {with_ways[0]:.3f} | "
                f"{without[0]:.3f} | {with_ways[1]:.2f} | {without[1]:.2f} |"
            )
    middle = np.median(np.array(rows), axis=0)
    print(
        f"| median | | {middle[0]:.3f} | {middle[1]:.3f} | {middle[3]:.3f} | {middle[2]:.2f} | "
        f"{middle[4]:.2f} |"
    )


if __name__ == "__main__":
    main()
