"""How often the event models were right before: the stored out-of-sample scores.

Does      Reads the scores that the fit left and says them in one line each, losses included.
Units     Bits per unit at risk.
Method    Rolling origins, one year ahead; see `oreacle.forecasting.rolling`.
Assumes   Scores belong to the shipped tables.
Not here  Scores over three and five years: not yet made.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from oreacle.data.store import read_table

NAMES = {
    "restriction_act": "New export restriction by an actor",
    "restriction_links": "New export restriction on a mineral and link",
    "agreement_act": "Bilateral minerals agreement",
}


def skill_lines(data: Path | None) -> tuple[tuple[str, str], ...]:
    """Return rows of (model, sentence)."""
    scores = read_table("relations_scores", data)
    return tuple(
        (str(name), _line(part)) for name, part in scores.groupby("model", sort=True) if len(part)
    )


def _line(part: pd.DataFrame) -> str:
    name = NAMES.get(str(part["model"].iloc[0]), str(part["model"].iloc[0]))
    weight = part["units"] / part["units"].sum()
    model, climate, unit = (
        float((part[column] * weight).sum())
        for column in ("model_bits", "climatology_bits", "frequency_bits")
    )
    best = max(climate, unit)
    verdict = "better than" if model > best else "WORSE than"
    expected, seen = part["expected"].sum(), part["acts"].sum()
    ahead = part["model_bits"] > part[["climatology_bits", "frequency_bits"]].max(axis=1)
    return (
        f"{name}: {verdict} the best baseline by {abs(model - best):.4f} bits a unit "
        f"(model {model:.4f}, unit frequency {unit:.4f}, climatology {climate:.4f}; "
        f"ahead in {int(ahead.sum())} of {len(part)} years, {int(part['origin'].min()) + 1}-"
        f"{int(part['origin'].max()) + 1}; expected {expected:.1f} against {seen:.0f} acts)."
    )
