"""Measure escalation on the chronicle: the table `escalation_parameters`.

Does      Counts the acts, measures answers, branching, leverage and calming, and writes each
          number with its interval and status.
Units     As each row says.
Method    See `oreacle.relations.retaliation`, `.excitation`, `.excitation_profile`, `.leverage`
          and `.calming`. Seeded: the same tables give the same bytes. Beside the main fit: without
          the pair USA and China, without lasting hostility, in steps of days, and with export
          measures on everyone aimed at the importers that depended on the imposer.
Assumes   Acts from 2005 on are outcomes, earlier ones memory.
Not here  What is done with it: see `.pair`.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from oreacle.core.streams import member_stream
from oreacle.data.store import read_table
from oreacle.data.vintage import read_vintage
from oreacle.engine.history_panel import PANEL_TABLES, known_to, panel_from_tables
from oreacle.forecasting.escalation.acts import RivalActs, rival_acts
from oreacle.forecasting.escalation.calming import Calming, common_institutions, settlements
from oreacle.forecasting.escalation.dyads import (
    CLASSES,
    FIRST_YEAR,
    Dyads,
    daily,
    dyads_of,
    monthly,
)
from oreacle.forecasting.escalation.leverage import DyadYears, dyad_years, fit_leverage
from oreacle.forecasting.escalation.parameters import (
    BRANCHING,
    CLASS,
    MEASURED,
    NOT_IDENTIFIED,
    PRIOR_ONLY,
    YEAR,
    Measured,
    rows_table,
)
from oreacle.relations.excitation import ExcitationFit, fit_excitation
from oreacle.relations.excitation_profile import ExcitationProfile, profile_excitation
from oreacle.relations.retaliation import DatedActs, Estimate, RetaliationResult, retaliation
from oreacle.world.institutions import load_institutions

SEED = 20241231
DRAWS = 400
LEVERAGE_DRAWS = 100
HALF_LIVES = (1.0, 3.0, 6.0, 12.0, 24.0, 48.0)
"""Half-lives tried [month]."""
HORIZONS = {6: 183, 12: 365, 24: 730}
"""Days of the windows, by months."""
DAYS_PER_MONTH = 30.4375
NO_SPREAD = {"pair_spread": 1e-3, "side_spread": 1e-3}
RIVALS = ("USA", "CHN")
"""The pair with the most acts: what is left without it is shown beside every main number."""
Groups = dict[str, dict[str, Measured]]
NONE = float("nan")


def fit_escalation(tables_dir: Path | str | None = None) -> pd.DataFrame:
    """Return the table `escalation_parameters`, measured on a folder's history.

    Parameters
    ----------
    tables_dir
        Directory of the tables; the embedded ones if None.
    """
    tables = {name: read_table(name, tables_dir) for name in PANEL_TABLES}
    last = date.fromisoformat(read_vintage(tables_dir).events_to).year
    panel = panel_from_tables(known_to(tables, last))
    dyads = dyads_of(panel)
    clubs = load_institutions(None if tables_dir is None else Path(tables_dir))
    acts = rival_acts(tables["events"], tables["countries"], institutions=clubs)
    broad = rival_acts(tables["events"], tables["countries"], tables["trade_dependence"], clubs)
    rest = acts.without(*RIVALS)
    groups: Groups = {"counts": _counts(acts, broad)}
    for part, (suffix, chosen) in enumerate(
        (("", acts), ("_without_usa_chn", rest), ("_broad", broad))
    ):
        dated = dated_acts(chosen, dyads, last)
        for months, days in HORIZONS.items():
            found = retaliation(dated, days, draws=DRAWS, rng=_stream(10 * part + months))
            groups[f"retaliation_{months}{suffix}"] = _retaliation_rows(found)
    groups.update(_branching_groups(acts, rest, broad, dyads, last))
    years = np.arange(FIRST_YEAR, last + 1)
    rows, fewer = (dyad_years(a, panel, tables["trade_dependence"], years) for a in (acts, rest))
    groups.update(leverage_groups(rows, fewer))
    window = (date(FIRST_YEAR, 1, 1).toordinal(), date(last + 1, 1, 1).toordinal())
    groups["calming"] = _calming_rows(
        settlements(tables["events"], tables["countries"], acts, clubs),
        common_institutions(acts, clubs, window, draws=DRAWS, rng=_stream(200)),
    )
    return rows_table(groups)


def leverage_groups(rows: DyadYears, fewer: DyadYears) -> Groups:
    """Return what dependence did to acts, in each form, and without the acts of USA and CHN."""
    forms = {
        f"leverage_{o}_{f}": (rows, o, f) for o in ("any", "export") for f in ("main", "trade")
    }
    forms["leverage_any_without_usa_chn"] = (fewer, "any", "main")
    groups: Groups = {}
    for k, (group, (chosen, outcome, form)) in enumerate(forms.items()):
        one = fit_leverage(chosen, outcome, form, draws=LEVERAGE_DRAWS, rng=_stream(100 + k))
        reason = f"{one.cases} dyad-years with an act of {one.rows}; {form} form"
        groups[group] = {
            term: _measured(value, one.cases, "log-odds per sd", reason)
            for term, value in one.terms.items()
        }
    return groups


def dated_acts(acts: RivalActs, dyads: Dyads, last_year: int) -> DatedActs:
    """Return acts by day, the record from 2005 to the end of a year."""
    return DatedActs(
        direction=dyads.numbers(acts),
        first=acts.first,
        last=acts.last,
        year=np.array([date.fromordinal(int(day)).year for day in acts.first]),
        class_of=dyads.class_of,
        start=date(FIRST_YEAR, 1, 1).toordinal(),
        end=date(last_year + 1, 1, 1).toordinal(),
    )


def _stream(number: int) -> np.random.Generator:
    return member_stream(SEED, number)


def _branching_groups(
    acts: RivalActs, rest: RivalActs, broad: RivalActs, dyads: Dyads, last: int
) -> Groups:
    main = profile_excitation(monthly(acts, dyads, last), HALF_LIVES)
    best = main.best
    groups: Groups = {BRANCHING: _profile_rows(main, _inside(acts))}
    groups[CLASS] = {
        name: _plain(level, "log acts per month", "level of a year of mean level")
        for name, level in zip(CLASSES, best.class_level, strict=True)
    }
    groups[YEAR] = {
        str(FIRST_YEAR + k): _plain(level, "log", "deviation, shrunk to zero")
        for k, level in enumerate(best.year_level)
    }
    without = profile_excitation(monthly(rest, dyads, last), HALF_LIVES)
    groups["branching_without_usa_chn"] = _profile_rows(without, _inside(rest))
    half = best.half_life
    bare = fit_excitation(monthly(acts, dyads, last), half, held=NO_SPREAD)
    groups["branching_no_hostility"] = _fit_rows(bare, "lasting hostility left out", _inside(acts))
    days = fit_excitation(daily(acts, dyads, last), half * DAYS_PER_MONTH)
    groups["branching_daily"] = _fit_rows(days, "steps of days", _inside(acts))
    aimed = fit_excitation(monthly(broad, dyads, last), half)
    groups["branching_broad"] = _fit_rows(
        aimed, "export measures on everyone aimed at dependent importers", _inside(broad)
    )
    return groups


def _inside(acts: RivalActs) -> int:
    return int((acts.first >= date(FIRST_YEAR, 1, 1).toordinal()).sum())


def _counts(acts: RivalActs, broad: RivalActs) -> dict[str, Measured]:
    coarse = int((acts.last > acts.first).sum())
    dyads = len(set(zip(acts.imposer, acts.target, strict=True)))
    rivals = len(acts) - len(acts.without(*RIVALS))
    found = {
        "acts": (len(acts), "acts on named targets, all years"),
        "acts in window": (_inside(acts), f"from {FIRST_YEAR} on"),
        "acts known to a month or year": (coarse, "interval-censored"),
        "directed dyads with an act": (dyads, "all years"),
        "acts of USA and CHN on each other": (rivals, "all years"),
        "acts with everyone aimed": (len(broad), "export measures on everyone aimed at importers"),
        **{
            f"left out: {reason}": (count, "not among the acts on named targets")
            for reason, count in acts.left_out.items()
        },
    }
    return {
        name: Measured(float(count), NONE, NONE, count, "1", MEASURED, reason)
        for name, (count, reason) in found.items()
    }


def _retaliation_rows(found: RetaliationResult) -> dict[str, Measured]:
    windows = f"{found.answers:.1f} of {found.cases} windows of {found.horizon} days answered"
    own = f"{found.matched} windows whose dyad has days outside"
    rows = {
        "answered": _measured(found.answered, found.cases, "1", windows),
        "own base": _measured(found.own_base, found.matched, "1", own),
        "class base": _measured(found.class_base, found.cases, "1", "same class, same days"),
        "own difference": _measured(found.own_difference, found.matched, "1", own),
        "own ratio": _measured(found.own_ratio, found.matched, "1", own),
        "class difference": _measured(found.class_difference, found.cases, "1", windows),
        "class ratio": _measured(found.class_ratio, found.cases, "1", windows),
    }
    for name, value in (("certain", found.certain), ("possible", found.possible)):
        rows[name] = Measured(value, NONE, NONE, found.cases, "1", MEASURED, "bound of dates")
    return rows


def _profile_rows(one: ExcitationProfile, cases: int) -> dict[str, Measured]:
    best, reason = one.best, f"profile likelihood, {cases} acts"
    half = Measured(
        best.half_life,
        *one.half_life,
        cases,
        "month",
        NOT_IDENTIFIED if one.half_life_is_open else MEASURED,
        f"likeliest of {', '.join(f'{x:g}' for x in one.half_lives)}",
    )
    return {
        "own": Measured(best.own, *one.own, cases, "acts per act", MEASURED, reason),
        "cross": Measured(best.cross, *one.cross, cases, "acts per act", MEASURED, reason),
        "half_life": half,
        "pair_spread": _plain(best.pair_spread, "log", "hostility of pairs"),
        "side_spread": _plain(best.side_spread, "log", "hostility of sides"),
        "cross_test": _plain(one.ratio, "1", "likelihood ratio of cross branching against zero"),
        "cross_p": _plain(one.p_value, "1", "of that ratio, at least"),
    }


def _fit_rows(best: ExcitationFit, reason: str, cases: int) -> dict[str, Measured]:
    return {
        name: Measured(value, NONE, NONE, cases, "acts per act", MEASURED, reason)
        for name, value in (("own", best.own), ("cross", best.cross))
    }


def _calming_rows(*found: Calming) -> dict[str, Measured]:
    rows = {}
    for one in found:
        reason = f"{one.answered} of {one.cases} cases were followed by an act within 24 months"
        prior = "; the share left is a prior: anything from none to all"
        rows[f"{one.instrument}: share left"] = Measured(
            one.left.value,
            one.left.low,
            one.left.high,
            one.cases,
            "1",
            PRIOR_ONLY,
            reason + prior,
        )
        if one.difference is not None:
            rows[f"{one.instrument}: difference"] = _measured(
                one.difference, one.cases, "1", reason
            )
    return rows


def _measured(one: Estimate, cases: int, unit: str, reason: str) -> Measured:
    return Measured(one.value, one.low, one.high, cases, unit, MEASURED, reason)


def _plain(value: float, unit: str, reason: str) -> Measured:
    return Measured(float(value), NONE, NONE, None, unit, MEASURED, reason)
