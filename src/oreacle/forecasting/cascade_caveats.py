"""How far the next round of a cascade can be trusted, with numbers.

Does      Says how the act models scored out of sample, and whether the features that a what-if
          moves have a sign at all.
Units     Bits per unit; log-odds per standard deviation.
Method    Scores and coefficients as stored; a sign is established where the 10 to 90 % band of the
          draws leaves out 0.
Assumes   Scores belong to the shipped tables.
Not here  The scores: see `oreacle.forecasting.events.track_record`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from oreacle.engine.setting import Setting
from oreacle.forecasting.events.rows import LINKS
from oreacle.forecasting.events.track_record import skill_lines
from oreacle.forecasting.probabilities import BAND

MOVED_TERMS = (
    ("restriction_act", "price_momentum", "prices of what an actor supplies"),
    ("restriction_act", "own_acts", "an actor's own past restrictions"),
    ("restriction_scope", "price_change_1", "the price of the mineral, one year"),
    ("restriction_scope", "price_change_3", "the price of the mineral, three years"),
    ("restriction_scope", "past_own", "own past restrictions of the mineral"),
    ("agreement_act", "own.restricted_supply", "restrictions on what the demand side imports"),
)
"""Features that a what-if can move: model, term, and what it is."""
CLASSES_SHOWN = ("restriction", LINKS, "agreement")
"""Classes whose probabilities a cascade shows."""


def caveats(setting: Setting, data: Path | None) -> tuple[str, ...]:
    """Return what a reader must know of the next round."""
    weak: list[str] = []
    firm: list[str] = []
    for model, term, what in MOVED_TERMS:
        fitted = setting.models[model]
        slopes = fitted.draws[:, 1 + fitted.terms.index(term)]
        low, high = np.quantile(slopes, BAND)
        is_firm = low > 0.0 or high < 0.0
        text = f"{what} {slopes[0]:+.2f} ({low:+.2f} to {high:+.2f})"
        (firm if is_firm else weak).append(text)
    return (
        "Out of sample, "
        + " ".join(sentence for name, sentence in skill_lines(data) if name in CLASSES_SHOWN),
        "Log-odds per standard deviation whose sign the record does not settle (10 to 90 % of "
        f"draws): {'; '.join(weak) if weak else 'none'}. Settled: "
        f"{'; '.join(firm) if firm else 'none'}.",
        "Export restrictions have no feature for retaliation or for the loss of the exposed: an "
        "actor that is hurt and supplies nothing dearer is as likely to restrict as before. "
        "Shares of output and trade are known two years late and do not move. In-sample "
        "associations, not causes.",
    )
