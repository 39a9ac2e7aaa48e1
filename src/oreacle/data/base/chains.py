"""How the chain of each mineral is defined: forms, units, codes and grades of its data.

Does      Reads `assumed/chains.csv` into frozen definitions and the contents of traded goods.
Units     Contents: tonnes of the chain's metal (or the mined form, for ores) per gross tonne.
Method    None.
Assumes   One row per mineral; the reason column says why the chain is cut this way.
Not here  The figures: see the other modules of this package.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from oreacle.data.assumptions import read_assumed

BASE_YEAR = 2024


@dataclass(frozen=True)
class ChainSpec:
    """Definition of one mineral's chain, as in the row of `chains.csv`."""

    mineral: str
    name: str
    symbol: str
    unit: str
    mined_form: str
    mined_from: str
    mined_keys: tuple[str, ...]
    mined_content: float
    refined_form: str
    refined_stage: str
    refined_content: float
    integrated: bool
    by_product: bool
    grade_ore: str
    grade_refined: str
    hs_ore: tuple[str, ...]
    hs_refined: tuple[str, ...]
    measure_ore: str
    measure_refined: str
    role_split: bool
    usa_evidence: tuple[str, str]
    eu_evidence: tuple[str, str]

    def codes(self, link: str) -> tuple[str, ...]:
        """Return the commodity codes of a link (ore or refined)."""
        return self.hs_ore if link == "ore" else self.hs_refined

    def measure(self, link: str) -> str:
        """Return what the trade of a link is measured in: quantity or value."""
        return self.measure_ore if link == "ore" else self.measure_refined

    def grade(self, link: str) -> str:
        """Return the data grade of a link's matrix."""
        return self.grade_ore if link == "ore" else self.grade_refined


def read_chains() -> dict[str, ChainSpec]:
    """Return the definition of every mineral's chain, in the order of the table."""
    table = read_assumed("chains").astype(str)
    return {str(row["mineral"]): _chain(row) for _, row in table.iterrows()}


def read_contents() -> dict[tuple[str, str, str], float]:
    """Return tonnes contained per gross tonne by (mineral, link, code)."""
    table = read_assumed("trade_content")
    keys = zip(table["mineral"], table["link"], table["hs"].astype(str), strict=True)
    return dict(zip(keys, table["value"].astype(float), strict=True))


def _chain(row: pd.Series) -> ChainSpec:
    def text(name: str) -> str:
        return str(row[name])

    def parts(name: str) -> tuple[str, ...]:
        return tuple(part for part in text(name).split(";") if part)

    return ChainSpec(
        **{
            name: text(name)
            for name in (
                "mineral",
                "name",
                "symbol",
                "unit",
                "mined_form",
                "mined_from",
                "refined_form",
                "refined_stage",
                "grade_ore",
                "grade_refined",
                "measure_ore",
                "measure_refined",
            )
        },
        mined_keys=parts("mined_keys"),
        mined_content=float(text("mined_content")),
        refined_content=float(text("refined_content")),
        integrated=text("integrated") == "1",
        by_product=text("by_product") == "1",
        hs_ore=parts("hs_ore"),
        hs_refined=parts("hs_refined"),
        role_split=text("role_split") == "1",
        usa_evidence=(text("usa_evidence_mineral"), text("usa_evidence_stage")),
        eu_evidence=(text("eu_evidence_mineral"), text("eu_evidence_stage")),
    )
