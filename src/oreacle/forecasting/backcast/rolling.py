"""The backcast over all origins.

Does      Foresees at each origin from records cut there, and scores against the whole records.
Units     As in `.price_scores` and `.share_scores`.
Method    Forms are all scored at origins up to 2013; from 2015 on only the engine as it is and the
          form chosen on windows that close by 2014, so that no later score can choose.
Assumes   Origins lie two years apart and share years: windows of one mineral are dependent.
Not here  Means: see `.score_tables`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from oreacle.data.assumptions import read_assumed
from oreacle.engine.settings import settings_from_table
from oreacle.forecasting.backcast.foreseen import Plan, foresee
from oreacle.forecasting.backcast.price_scores import price_rows
from oreacle.forecasting.backcast.records import Records, read_records
from oreacle.forecasting.backcast.share_scores import share_rows
from oreacle.forecasting.backcast.variants import AS_IT_IS, CHOSEN_BY, VARIANTS, chosen
from oreacle.world.history import load_history
from oreacle.world.load import load_world

ORIGINS = tuple(range(2005, 2020, 2))
MEMBERS, SEED = 100, 0


@dataclass(frozen=True)
class Backcast:
    """Scores of all windows.

    Attributes
    ----------
    prices
        As from `price_rows`, all origins.
    shares
        As from `share_rows`, all origins.
    form
        Name of the chosen form.
    """

    prices: pd.DataFrame
    shares: pd.DataFrame
    form: str


def run_backcast(
    directory: Path | None = None,
    *,
    members: int = MEMBERS,
    seed: int = SEED,
    told: Callable[[int, int], None] | None = None,
) -> Backcast:
    """Return the backcast of all minerals at all origins.

    Parameters
    ----------
    directory
        Folder of tables; None for the default one.
    members
        Size of the ensembles.
    seed
        Root seed.
    told
        Called with the number of origins done, and of all.

    Raises
    ------
    DataError
        ORE-RUN-184 to 186 if the tables lack what is needed.
    """
    base = load_world(directory)
    plan = Plan(base, settings_from_table(read_assumed("engine_parameters")), members, seed)
    records = read_records(load_history(directory), list(base.chains))
    return backcast_of(records, list(base.chains), plan, told=told)


def backcast_of(
    records: Records,
    minerals: Sequence[str],
    plan: Plan,
    *,
    origins: Sequence[int] = ORIGINS,
    told: Callable[[int, int], None] | None = None,
) -> Backcast:
    """Return the backcast of some minerals at some origins, the early ones first.

    Raises
    ------
    DataError
        ORE-RUN-186 if no window closes by 2014, so that no form can be chosen.
    """
    prices: list[pd.DataFrame] = []
    shares: list[pd.DataFrame] = []
    form = ""
    for number, origin in enumerate(sorted(origins)):
        if origin > CHOSEN_BY and not form:
            form = chosen(pd.concat([pd.DataFrame(columns=["forecast"]), *prices]))
        forms = [one for one in VARIANTS if not form or one.name in (form, AS_IT_IS.name)]
        found = foresee(records.until(origin), minerals, forms, plan)
        prices.append(price_rows(records, origin, found))
        shares.append(share_rows(records, origin, found))
        if told is not None:
            told(number + 1, len(origins))
    whole = pd.concat(prices, ignore_index=True)
    return Backcast(whole, pd.concat(shares, ignore_index=True), form or chosen(whole))
