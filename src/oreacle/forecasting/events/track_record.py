"""The track record of the event models: made at a build, read by every outlook.

Does      Runs the rolling backtest, scores it, keeps the scores as a table, and says them.
Units     Bits per event.
Method    `.origins` and `oreacle.forecasting.scoring`.
Assumes   Scores belong to the shipped tables.
Not here  The scoreboard on the screen: see `oreacle.present.events_text`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from oreacle.data.schema import table_spec
from oreacle.data.store import read_table
from oreacle.data.vintage import read_vintage
from oreacle.engine.acts.classes import CLASSES
from oreacle.forecasting.events.origins import ORIGINS, event_forecasts
from oreacle.forecasting.events.rows import LINKS
from oreacle.forecasting.events.tables import read_history
from oreacle.forecasting.scoring.class_score import RATE_ONLY
from oreacle.forecasting.scoring.forecasts import ALL, LATE, WINDOWS
from oreacle.forecasting.scoring.scoreboard import score_table, scoreboard

TABLE = "event_scores"
SHOWN_HORIZON = 1
LINK_TITLE = "New export restriction on a mineral"


def class_title(name: str) -> str:
    """Return the name of a scored class in words.

    Examples
    --------
    >>> class_title("dispute")
    'Dispute filed at the WTO'
    """
    return LINK_TITLE if name == LINKS else CLASSES[name].title


def backtest_events(
    tables_dir: Path | str | None = None, told: Callable[[int], None] | None = None
) -> pd.DataFrame:
    """Return forecasts of all classes at all origins, with what happened.

    Parameters
    ----------
    tables_dir
        Directory of the history tables; the embedded ones if None.
    told
        Called with each origin when it is done.
    """
    origins = origins_of(tables_dir)
    return event_forecasts(read_history(tables_dir), origins, last_year=origins.stop, told=told)


def origins_of(tables_dir: Path | str | None = None) -> range:
    """Return the origins whose one-year window closes within the history of the fit."""
    return range(ORIGINS.start, read_vintage(tables_dir).fitted_year)


def scores_table(forecasts: pd.DataFrame) -> pd.DataFrame:
    """Return the table `event_scores`: late windows, early ones and all."""
    parts = [
        score_table(scoreboard(forecasts, windows=windows)).assign(windows=windows)
        for windows in WINDOWS
    ]
    whole = pd.concat(parts, ignore_index=True)
    return whole.rename(columns=lambda name: name.removesuffix("_value"))[
        list(table_spec(TABLE).column_names)
    ]


def skill_lines(data: Path | None) -> tuple[tuple[str, str], ...]:
    """Return rows of (class, sentence) for windows of one year."""
    table = read_table(TABLE, data)
    rows = table[table["horizon"] == SHOWN_HORIZON].set_index(["windows", "event_class"])
    names = [name for windows, name in rows.index if windows == LATE]
    return tuple((name, _line(rows.loc[(LATE, name)], rows.loc[(ALL, name)])) for name in names)


def _line(late: pd.Series, whole: pd.Series) -> str:
    """Return one sentence: later windows first, all windows beside them."""
    title = class_title(str(late.name[1] if isinstance(late.name, tuple) else late.name))
    since = int(late["first_origin"]) + 1
    seen = f"{int(late['events'])} events since {since}"
    if late["verdict"] == RATE_ONLY:
        text = (
            f"too few for a verdict ({seen}); {_gain(late['gain_climatology'])} over climatology, "
            f"{_gain(late['gain_best'])} over {_words(late['best_baseline'])}"
        )
    else:
        word = {"better": "better than", "worse": "WORSE than", "not worse": "not clearly above"}
        text = (
            f"{word[str(late['verdict'])]} its best baseline, {_words(late['best_baseline'])} "
            f"({_gain(late['gain_best'])}{_band(late, 'gain_best')}; over climatology "
            f"{_gain(late['gain_climatology'])}{_band(late, 'gain_climatology')}; {seen})"
        )
    return (
        f"{title}: {text}; expected over seen {late['expected_over_observed']:.2f}. All windows "
        f"since {int(whole['first_origin']) + 1}, those that features were chosen on included: "
        f"{_gain(whole['gain_best'])} over {_words(whole['best_baseline'])}."
    )


def _gain(bits: float) -> str:
    return f"{bits:+.2f} bits an event"


def _band(row: pd.Series, name: str) -> str:
    low, high = float(row[f"{name}_low"]), float(row[f"{name}_high"])
    return "" if math.isnan(low) else f", {low:+.2f} to {high:+.2f}"


def _words(name: object) -> str:
    return str(name).replace("_", " ")
