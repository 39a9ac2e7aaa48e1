"""The market backtest as a record for `--json`.

Does      Gives every figure of the text, and those behind it.
Units     Errors and skills of 1; prices as log changes.
Method    Plain fields of the records, with summaries by group of cases.
Assumes   None.
Not here  The text: see `oreacle.present.backtest_text`.
"""

from __future__ import annotations

from oreacle.forecasting.market_backtest import Backtest, median_interval
from oreacle.forecasting.market_models import MODELS
from oreacle.present.backtest_text import PARTS, groups, price_coverage


def backtest_record(backtest: Backtest) -> dict[str, object]:
    """Return a backtest as `--json` shows it, with summaries by group of cases."""
    drift = backtest.drift
    return {
        "fit_before": backtest.fit_before,
        "drift": {
            "weight": drift.drift.weight,
            "power": drift.drift.power,
            "flattening": drift.drift.flattening,
            "ratio": drift.ratio,
            "windows": drift.windows,
        },
        "fits": {
            name: {"point": fit.point, "ratio": fit.ratio} for name, fit in backtest.fits.items()
        },
        "model": backtest.main,
        "cases": [
            {"best_naive": one.best_naive(), "skill": one.skill(backtest.main), **vars(one)}
            for one in backtest.results
        ],
        "summary": [
            {
                "cases": name,
                "number": len(results),
                "price_inside": price_coverage(results)[0],
                "price_known": price_coverage(results)[1],
                "skill": {
                    part: {
                        model: median_interval([one.skill(model, part) for one in results])
                        for model in MODELS
                    }
                    for part in PARTS
                },
            }
            for name, results in groups(backtest)
        ],
    }
