"""The tables `minerals` and `differences`.

Does      Joins definitions, totals, prices and parameters of every mineral; states how the
          published totals of mining and use compare with the throughput of its chain.
Units     As the columns' units in the attribute table say.
Method    Totals are sums of the vectors.
Assumes   Elasticities and lead times as in the fact tables, most of them assumptions.
Not here  Vectors: see `nodes`.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from oreacle.data.assumptions import read_assumed
from oreacle.data.base.chains import ChainSpec
from oreacle.data.base.margins import Throughput
from oreacle.data.base.prices import freight_rates, ore_values, refined_prices
from oreacle.data.readers.facts import read_mineral_attributes
from oreacle.data.rows import text_rows

ESTIMATED_SUPPLY = ("lithium", "cobalt", "nickel", "copper")


def integrated_minerals(minerals: pd.DataFrame) -> set[str]:
    """Return the minerals whose mine and refinery are one, from the table `minerals`."""
    return {str(name) for name in minerals.loc[minerals["integrated"] == 1, "mineral"]}


def stage_total(vectors: pd.DataFrame, mineral: str, stage: str) -> float:
    """Return the world total of one mineral and stage."""
    rows = vectors[(vectors["mineral"] == mineral) & (vectors["stage"] == stage)]
    return float(rows["quantity_t"].sum())


def minerals_table(
    sources: Path,
    chains: dict[str, ChainSpec],
    vectors: pd.DataFrame,
    throughputs: dict[str, Throughput],
) -> pd.DataFrame:
    """Return the table `minerals`."""
    rates = read_recycling_notes()
    prices = refined_prices(sources).join(ore_values()).join(freight_rates(sources))
    attributes = read_mineral_attributes(sources).to_dict("index")
    rows = []
    for chain in chains.values():
        value = attributes[chain.mineral]
        rows.append(
            {
                **_definition(chain),
                "mined_total_t": stage_total(vectors, chain.mineral, "mined"),
                "refined_total_t": stage_total(vectors, chain.mineral, "refined"),
                "recycled_total_t": throughputs[chain.mineral].recycled,
                "recycled_counted": int(throughputs[chain.mineral].is_counted),
                **rates[chain.mineral],
                "supply_elasticity": value["supply_elasticity_sr"],
                "supply_elasticity_long_run": value["supply_elasticity_lr"],
                "demand_elasticity": -value["demand_elasticity_sr"],
                "demand_elasticity_long_run": -value["demand_elasticity_lr"],
                "elasticity_basis": (
                    "estimated" if chain.mineral in ESTIMATED_SUPPLY else "assumed"
                ),
                "lead_time_mine_years": value["lead_time_mine_years"],
                "lead_time_refinery_years": value["lead_time_refinery_years"],
            }
        )
    return pd.DataFrame(rows).merge(
        prices.reset_index(), on="mineral", how="left", validate="one_to_one"
    )


def read_recycling_notes() -> dict[str, dict[str, object]]:
    """Return the interval and the reason of each mineral's recycling, as stated."""
    table = read_assumed("recycling").astype(str)
    return {
        row["mineral"]: {
            "recycled_share_low": float(row["low"] or "nan"),
            "recycled_share_high": float(row["high"] or "nan"),
            "recycled_source": f"{row['method']}: {row['reason']}",
        }
        for row in text_rows(table)
    }


def differences_table(
    chains: dict[str, ChainSpec], vectors: pd.DataFrame, throughputs: dict[str, Throughput]
) -> pd.DataFrame:
    """Return the table `differences`: published totals over the throughput of the chain."""
    uses = read_assumed("use_totals").set_index("mineral")["reason"].to_dict()
    rows = []
    for chain in chains.values():
        size = throughputs[chain.mineral]
        for stage in ("mined", "used"):
            throughput = size.from_ore if stage == "mined" else size.total
            published = stage_total(vectors, chain.mineral, stage)
            if stage == "mined":
                note = _mined_note(chain)
            elif chain.mineral in uses:
                note = f"{uses[chain.mineral]}: stocks, publishers, secondary metal"
            else:
                note = "use is published as shares only and taken as equal to supply"
            rows.append(
                {
                    "mineral": chain.mineral,
                    "stage": stage,
                    "published_t": published,
                    "chain_t": throughput,
                    "ratio": published / throughput,
                    "note": note,
                }
            )
    return pd.DataFrame(rows)


def _mined_note(chain: ChainSpec) -> str:
    if chain.integrated:
        return "mined where it is refined: one figure"
    if chain.mined_form.split(",")[0].split(" (")[0].startswith(chain.unit + " contained"):
        return "same unit: losses, stocks and the difference between publishers"
    return f"{chain.mined_form} per {chain.unit}: content, recovery, other uses and publishers"


def _definition(chain: ChainSpec) -> dict[str, object]:
    return {
        "mineral": chain.mineral,
        "name": chain.name,
        "symbol": chain.symbol,
        "mined_form": chain.mined_form,
        "refined_form": f"{chain.refined_form} [block {chain.refined_stage}]",
        "unit": chain.unit,
        "integrated": int(chain.integrated),
        "grade_ore": chain.grade_ore,
        "grade_refined": chain.grade_refined,
        "hs_ore": ";".join(chain.hs_ore),
        "hs_refined": ";".join(chain.hs_refined),
        "by_product": int(chain.by_product),
    }
