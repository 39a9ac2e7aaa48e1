"""`oreacle shock --month`: the months after a measure is announced.

Does      Reads the dates, runs the months, shows or records them.
Units     As in `oreacle.market.monthly.months`.
Method    None beyond it.
Assumes   One measure on exports; without dates it is announced on the day after the as-of date
          and in force a month later.
Not here  The year: see `oreacle.app.shock`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from oreacle.app.faults import InputError
from oreacle.app.output import show, write_json
from oreacle.app.save_months import save_months
from oreacle.market.policies import Policy
from oreacle.world.snapshot import World

LEAD = timedelta(days=30)
"""From announcement to force where no dates are given; as for gallium and germanium in 2023."""


@dataclass(frozen=True)
class Months:
    """What the options of `--month` say.

    Attributes
    ----------
    announced, in_force
        Days as text; None for the stated ones.
    expected
        Probability that the measure had before it was announced [1].
    save
        File for charts; None for none.
    """

    announced: str | None
    in_force: str | None
    expected: float
    save: Path | None


def show_months(
    world: World,
    policies: Sequence[Policy],
    asked: Months,
    *,
    data: Path | None,
    as_json: bool,
) -> None:
    """Show the months after a measure is announced.

    Parameters
    ----------
    asked
        Dates, expectation and file.
    data
        Folder of tables.
    """
    from oreacle.data.store import read_table
    from oreacle.forecasting.monthly_fit import fitted_parameters, monthly_cases, score_cases
    from oreacle.market.monthly.months import kind_of, monthly_market
    from oreacle.market.monthly.path import Notice
    from oreacle.present.monthly_text import monthly_text, skill_sentence
    from oreacle.scenario.sentence import policy_sentence

    if len(policies) != 1:
        raise InputError(
            "ORE-APP-001",
            f"{len(policies)} measures are given with --month.",
            why="the months of several measures together are not modelled.",
            fix="ask for one measure.",
        )
    (policy,) = policies
    kind_of(policy)
    announced = _day(asked.announced, date.fromisoformat(world.as_of) + timedelta(days=1))
    notice = Notice(announced, _day(asked.in_force, announced + LEAD), asked.expected)
    parameters = fitted_parameters(read_table("monthly_parameters", data))
    result = monthly_market(world, policy, notice, parameters)  # type: ignore[arg-type]
    save_months(asked.save, result, policy_sentence(policy), world)
    scores = score_cases(monthly_cases(read_table("monthly_cases", data)), parameters)
    if as_json:
        write_json(_record(result.table.to_dataframe(), policy_sentence(policy), notice, scores))
    else:
        show(monthly_text(result, policy_sentence(policy), skill_sentence(scores)))


def _record(frame: Any, sentence: str, notice: Any, scores: Any) -> dict[str, Any]:  # noqa: ANN401
    from oreacle.market.monthly.months import UNITS

    return {
        "sentence": sentence,
        "announced": notice.announced.isoformat(),
        "in_force": notice.in_force.isoformat(),
        "expected": notice.expected,
        "units": UNITS,
        "months": frame.reset_index().to_dict("records"),
        "past_cases": score_records(scores),
    }


def score_records(scores: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    """Return scores of past cases as records."""
    return [
        {
            "case": one.case.case,
            "fitted_on": one.case.fitted,
            "base": one.case.base_note,
            "months": [f"{year}-{month:02d}" for year, month in one.case.months],
            "seen": one.case.exports.tolist(),
            "path": one.path.tolist(),
            "naive": one.naive.tolist(),
            "path_error": one.path_error,
            "naive_error": one.naive_error,
            "unit": "months of exports before",
        }
        for one in scores
    ]


def _day(text: str | None, otherwise: date) -> date:
    if text is None:
        return otherwise
    try:
        return date.fromisoformat(text if text.count("-") > 1 else f"{text}-01")
    except ValueError as error:
        raise InputError(
            "ORE-APP-001",
            f"'{text}' is no day.",
            why="the months begin with the announcement.",
            fix="write YYYY-MM-DD or YYYY-MM.",
        ) from error
