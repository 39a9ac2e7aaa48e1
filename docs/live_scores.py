"""The parts of pages on how good the event forecasts were.

Does      Makes scoreboards, bars and the list of losses from the table `event_scores`.
Units     Gains in bits per event.
Method    Late windows are the headline; all windows stand beside them and are marked.
Assumes   The embedded table.
Not here  How scores are made: see `oreacle.forecasting.scoring`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from math import isnan

from docs.live_table import table_of

from oreacle.data.store import TABLES_DIRECTORY, read_table
from oreacle.forecasting.events.rows import LINKS
from oreacle.forecasting.events.track_record import TABLE, class_title
from oreacle.forecasting.scoring.class_score import RATE_ONLY
from oreacle.forecasting.scoring.forecasts import ALL, LATE
from oreacle.present.events_text import BASELINE_NAMES

BAR_HORIZON = 1


@lru_cache
def _scores() -> dict[tuple[str, str, int], dict[str, object]]:
    """Return the rows of the table by windows, class and horizon."""
    records = read_table(TABLE, TABLES_DIRECTORY).to_dict("records")
    rows = [{str(name): value for name, value in record.items()} for record in records]
    return {(row["windows"], row["event_class"], int(row["horizon"])): row for row in rows}


def _classes(horizon: int) -> list[str]:
    """Return the classes that are scored in late windows, act and scope together first."""
    names = [name for windows, name, h in _scores() if windows == LATE and h == horizon]
    return sorted(names, key=lambda name: (name != LINKS, name))


def _number(row: dict[str, object], name: str) -> float:
    return float(str(row[name]))


def _signed(row: dict[str, object], name: str) -> str:
    """Return a gain with its interval, where there is one."""
    value, low, high = (_number(row, f"{name}{end}") for end in ("", "_low", "_high"))
    if isnan(value):
        return ""
    return f"{value:+.2f}" + ("" if isnan(low) else f" ({low:+.2f} to {high:+.2f})")


def _plain(row: dict[str, object], name: str) -> str:
    """Return a ratio or slope with its interval, where there is one."""
    value, low, high = (_number(row, f"{name}{end}") for end in ("", "_low", "_high"))
    if isnan(value):
        return ""
    return f"{value:.2f}" + ("" if isnan(low) else f" ({low:.2f} to {high:.2f})")


def _rival(row: dict[str, object]) -> str:
    return BASELINE_NAMES[str(row["best_baseline"])]


def _gains(horizon: str) -> str:
    """Return gains over climatology and the best baseline at a horizon."""
    rows = []
    for name in _classes(int(horizon)):
        late, whole = (_scores()[windows, name, int(horizon)] for windows in (LATE, ALL))
        verdict = str(late["verdict"])
        rows.append(
            (
                f"`{name}`",
                late["events"],
                _signed(late, "gain_climatology"),
                _rival(late),
                _signed(late, "gain_best"),
                f"**{verdict}**" if verdict == "worse" else verdict,
                whole["events"],
                _signed(whole, "gain_climatology"),
                f"{_signed(whole, 'gain_best')}: {_rival(whole)}",
            )
        )
    heads = ("class", "events", "over climatology", "best baseline", "over it", "verdict")
    return table_of((*heads, "*all: events*", "*all: climatology*", "*all: best baseline*"), rows)


def _calibration(horizon: str) -> str:
    """Return ranking, calibration and what market features add at a horizon."""
    rows = []
    for name in _classes(int(horizon)):
        late, whole = (_scores()[windows, name, int(horizon)] for windows in (LATE, ALL))
        rows.append(
            (
                f"`{name}`",
                f"{100 * _number(late, 'precision20'):.1f} %",
                f"{_number(late, 'lift'):.1f}",
                _plain(late, "expected_over_observed"),
                _plain(late, "slope"),
                _signed(late, "market_gain"),
                f"{_number(whole, 'lift'):.1f}",
                _plain(whole, "expected_over_observed"),
                _signed(whole, "market_gain"),
            )
        )
    heads = ("class", "in 20", "lift", "expected/observed", "slope", "market features add")
    more = ("*all: lift*", "*all: expected/observed*", "*all: market features add*")
    return table_of((*heads, *more), rows)


def _bars() -> str:
    """Return what is asked of restrictions by mineral at one year, and whether it is met."""
    late, whole = (_scores()[windows, LINKS, BAR_HORIZON] for windows in (LATE, ALL))
    gains = (
        ("interval of the gain over climatology above 0", "gain_climatology"),
        ("interval of the gain over the best baseline above 0", "gain_best"),
        ("interval of what market features add above 0", "market_gain"),
    )
    ratios = (
        ("interval of expected over observed holds 1", "expected_over_observed"),
        ("interval of the calibration slope holds 1", "slope"),
    )
    rows = [
        (bar, _signed(late, name), _above(late, name), _signed(whole, name), _above(whole, name))
        for bar, name in gains
    ]
    rows += [
        (bar, _plain(late, name), _holds(late, name), _plain(whole, name), _holds(whole, name))
        for bar, name in ratios
    ]
    lifts = [(f"{_number(row, 'lift'):.1f} times", _ranks(row)) for row in (late, whole)]
    rows.append(("acts among the 20 likeliest more often than at random", *lifts[0], *lifts[1]))
    heads = ("bar", "late windows", "met", "*all windows*", "*met, with windows chosen on*")
    return table_of(heads, rows)


def _above(row: dict[str, object], name: str) -> str:
    """Return whether an interval lies above zero; a point above zero alone shows nothing."""
    if _number(row, f"{name}_low") > 0.0:
        return "yes"
    return "**no**: lost" if _number(row, name) < 0.0 else "**no**: not shown"


def _holds(row: dict[str, object], name: str) -> str:
    low, high = (_number(row, f"{name}_{end}") for end in ("low", "high"))
    return "yes, within a wide interval" if low <= 1.0 <= high else "**no**"


def _ranks(row: dict[str, object]) -> str:
    return "yes, without an interval" if _number(row, "lift") > 1.0 else "**no**"


def _losses() -> str:
    """Return every loss in late windows as a list, the headline class first."""
    lines = []
    for horizon in sorted({h for windows, _, h in _scores() if windows == LATE}):
        for name in _classes(horizon):
            row = _scores()[LATE, name, horizon]
            parts = list(_loss_words(row))
            if parts:
                note = f"; {row['events']} events" if row["verdict"] == RATE_ONLY else ""
                years = f"{horizon} year" + ("s" if horizon > 1 else "")
                lines.append(f"- {class_title(name)}, {years}{note}: {'; '.join(parts)}.")
    return "\n".join(lines) or "None."


def _loss_words(row: dict[str, object]) -> Iterator[str]:
    rivals = {"gain_climatology": "climatology", "gain_best": _rival(row)}
    for name, rival in rivals.items():
        if _number(row, name) < 0.0:
            yield f"loses to {rival}, {_signed(row, name)} bits an event"
    if _number(row, "market_gain") < 0.0:
        yield f"market features make it worse, {_signed(row, 'market_gain')}"
    for name, words in (("expected_over_observed", "expected over observed"), ("slope", "slope")):
        if _number(row, f"{name}_high") < 1.0 or _number(row, f"{name}_low") > 1.0:
            yield f"{words} {_plain(row, name)}, clear of 1"


SCORE_PARTS: dict[str, Callable[..., str]] = {
    "event-gains": _gains,
    "event-calibration": _calibration,
    "event-bars": _bars,
    "event-losses": _losses,
}
