"""The command `compare`: two runs member by member.

Does      Opens two runs and shows their paired differences.
Units     As in `oreacle.present.comparison_text`.
Method    See `oreacle.forecasting.run_comparison`.
Assumes   None.
Not here  Making runs: see `oreacle.app.forecast`.
"""

from __future__ import annotations

from typing import Annotated

import typer

from oreacle.app.folders import find_run
from oreacle.app.options import AsJson
from oreacle.app.output import show, write_json


def compare(
    first: Annotated[str, typer.Argument(metavar="RUN_A", help="Folder of the first run.")],
    second: Annotated[str, typer.Argument(metavar="RUN_B", help="Folder of the second run.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Compare two runs member by member, second minus first.

    Example: oreacle compare runs/baseline-s1-n100 runs/gallium-ban-s1-n100
    """
    from oreacle.forecasting.run_comparison import compare_runs
    from oreacle.present.comparison_text import comparison_text

    found = compare_runs(find_run(first), find_run(second))
    if as_json:
        write_json(found.as_dict())
    else:
        show(comparison_text(found))
