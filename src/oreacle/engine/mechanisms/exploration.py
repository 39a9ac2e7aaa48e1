"""Reserves and exploration: what is mined is found again, sooner or later, or bounds capacity.

Does      Lets reserves deplete with output and grow with what exploration finds; bounds mine
          capacity where reserves back too few years.
Units     Reserves in years of base-year output [yr]; capacity over base [1].
Method    R' = R - q + r g [n E(t - near) + (1 - n) E(t - new)], q output over base, g the world's
          output over base, E = price^e the exploration of past years. Capacity has room up to
          R / years backed, and never less than base: a mine that runs has its next block.
          Public mapping raises what is found of new deposits and brings it forward.
Assumes   Countries find in proportion to what they mined in the base year. A country without a
          published reserve has no bound (missing is not zero), nor have by-products, whose
          reserves are their hosts'. Before the first year exploration was that of base prices.
Not here  Lead times from decision to output: see `oreacle.engine.capacity`.

References
----------
S&P Global Market Intelligence (2023). Discovery to production averages 15.7 years for 127 mines.
U.S. Geological Survey (2025). Mineral commodity summaries 2025 (table `reserves`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from oreacle.engine.mechanisms.contract import (
    MINED,
    NORMAL,
    Advance,
    DrawShape,
    Mechanism,
    Moment,
    Note,
    Recorded,
)
from oreacle.engine.mechanisms.investment import InvestmentTerms
from oreacle.engine.setting import Setting

MEMORY_YEARS = 16
"""Years of exploration that are remembered, the newest first [yr]."""
LEAST_YEARS = 1.0
"""Reserves that back fewer years are not of what is mined there, and bound nothing [yr]."""
CONTENT = {"chromium": "chromite_content"}
"""Reserves that are printed in another form than output, and the parameter that converts them."""


@dataclass(frozen=True)
class ExplorationParameters:
    """Parameters of exploration; see `assumed/mechanism_exploration.csv`."""

    years_backed: float
    replaced: float
    near_mines: float
    near_lag: float
    new_lag: float
    price_response: float
    luck: float
    mapping: float
    mapping_finds: float
    mapping_years: float
    chromite_content: float


@dataclass(frozen=True)
class ExplorationFacts:
    """Reserves of the base year.

    Attributes
    ----------
    minerals
        Positions of minerals with a published reserve of a country that mines.
    first
        First cell of each of them in a row of mines, and one past the last.
    years
        Reserves over base output, infinite where none is published, shape (cell,) [yr].
    weight
        Share of a cell in the mineral's base output, shape (cell,) [1].
    """

    minerals: tuple[int, ...]
    first: tuple[int, ...]
    years: np.ndarray
    weight: np.ndarray

    def cells(self, row: int) -> slice:
        """Return the cells of the mineral in a row of `minerals`."""
        return slice(self.first[row], self.first[row + 1])


@dataclass(frozen=True)
class ExplorationPiece:
    """Reserves and past exploration at the start of a year.

    Attributes
    ----------
    years
        Reserves over base output, shape (member, cell) [yr].
    drilled
        Exploration of past years over that at base prices, the newest first, shape
        (member, mineral with reserves, year) [1].
    """

    years: np.ndarray
    drilled: np.ndarray


def room_of(years: np.ndarray, backed: float) -> np.ndarray:
    """Return the capacity that reserves back, over base, 1 at least [1].

    Examples
    --------
    >>> room_of(np.array([30.0, 2.0, np.inf]), 10.0).tolist()
    [3.0, 1.0, inf]
    """
    return np.asarray(np.maximum(years / backed, 1.0))


def found_in_year(drilled: np.ndarray, p: ExplorationParameters) -> np.ndarray:
    """Return reserves that exploration of past years adds, over world output, shape (...) [1].

    Parameters
    ----------
    drilled
        Exploration of past years, the newest first, shape (..., year) [1].
    p
        Parameters.
    """
    near = drilled[..., _back(p.near_lag)]
    new = drilled[..., _back(p.new_lag - p.mapping * p.mapping_years)]
    new = new * (1.0 + p.mapping * p.mapping_finds)
    return np.asarray(p.replaced * (p.near_mines * near + (1.0 - p.near_mines) * new))


def _back(lag: float) -> int:
    return int(np.clip(round(lag), 1, MEMORY_YEARS)) - 1


def _facts(setting: Setting, parameters: object) -> ExplorationFacts:
    if not isinstance(parameters, ExplorationParameters):
        raise TypeError("exploration needs its own parameters")
    world = setting.world
    known = world.table("reserves").set_index(["mineral", "country"])["reserves_t"]
    totals = world.minerals.set_index("mineral")["mined_total_t"].astype(float)
    minerals, parts, weights = [], [], []
    for k, (mineral, chain) in enumerate(world.chains.items()):
        if chain.is_by_product or mineral not in known.index.get_level_values(0):
            continue
        tonnes = np.array([known.get((mineral, c), np.nan) for c in chain.miners], dtype=float)
        content = float(getattr(parameters, CONTENT[mineral])) if mineral in CONTENT else 1.0
        # Output in the form that publishers print, which is that of reserves but for `CONTENT`.
        printed = chain.mined * float(totals[mineral]) / chain.mined.sum()
        usable = np.isfinite(tonnes) & (printed > 0.0)
        years = np.full(tonnes.size, np.inf)
        years[usable] = tonnes[usable] * content / printed[usable]
        years[years < LEAST_YEARS] = np.inf
        minerals.append(k)
        parts.append(years)
        weights.append(chain.mined / chain.mined.sum())
    first = np.cumsum([0, *(part.size for part in parts)])
    return ExplorationFacts(
        tuple(minerals), tuple(first.tolist()), np.concatenate(parts), np.concatenate(weights)
    )


def _draws(setting: Setting) -> Mapping[str, DrawShape]:
    cells = sum(len(chain.miners) for chain in setting.world.chains.values())
    return {"luck": DrawShape(NORMAL, (cells,))}


def _start(moment: Moment) -> ExplorationPiece:
    facts = moment.fact(ExplorationFacts)
    years = np.repeat(facts.years[None], moment.members, axis=0)
    return ExplorationPiece(years, np.ones((moment.members, len(facts.minerals), MEMORY_YEARS)))


def _investment(moment: Moment) -> Mapping[tuple[int, int], InvestmentTerms]:
    facts, p = moment.fact(ExplorationFacts), moment.settings(ExplorationParameters)
    room = room_of(moment.piece(ExplorationPiece).years, p.years_backed)
    return {
        (k, MINED): InvestmentTerms(room=room[:, facts.cells(row)])
        for row, k in enumerate(facts.minerals)
    }


def _next(moment: Moment) -> ExplorationPiece:
    facts, p = moment.fact(ExplorationFacts), moment.settings(ExplorationParameters)
    own = moment.piece(ExplorationPiece)
    minerals = list(facts.minerals)
    drawn = moment.numbers["luck"][:, : facts.weight.size]
    luck = np.exp(p.luck * drawn - 0.5 * p.luck**2)
    added = found_in_year(own.drilled, p)
    years = np.empty_like(own.years)
    for row, k in enumerate(minerals):
        at = facts.cells(row)
        level = moment.state.mines[k].level
        world = level @ facts.weight[at]
        finds = (added[:, row] * world)[:, None] * luck[:, at]
        years[:, at] = np.maximum(own.years[:, at] - level + finds, 0.0)
    price = moment.state.log_price[-1][:, minerals]
    if moment.cleared:
        seen = np.log(np.stack([moment.cleared[k].price_delivered for k in minerals], axis=1))
        price = np.where(np.isfinite(seen), seen, price)
    now = np.exp(p.price_response * price)[:, :, None]
    return ExplorationPiece(years, np.concatenate([now, own.drilled[:, :, :-1]], axis=2))


def _advance(moment: Moment) -> Advance:
    return Advance(_next(moment))


def _record(moment: Moment) -> Mapping[str, Recorded]:
    facts, own = moment.fact(ExplorationFacts), moment.piece(ExplorationPiece)
    space = moment.setting.space
    years = np.full((moment.members, len(space.minerals)), np.nan)
    drilled = np.full_like(years, np.nan)
    for row, k in enumerate(facts.minerals):
        at = facts.cells(row)
        known = np.isfinite(facts.years[at])
        weight = facts.weight[at][known]
        made = moment.state.mines[k].level[:, known] @ weight
        years[:, k] = own.years[:, at][:, known] @ weight / made
        drilled[:, k] = own.drilled[:, row, 0]
    return {
        "reserve_years": Recorded(years, ("mineral",), "yr"),
        "exploration": Recorded(drilled, ("mineral",), "1"),
    }


def _tell(moment: Moment) -> Sequence[Note]:
    facts, p = moment.fact(ExplorationFacts), moment.settings(ExplorationParameters)
    own, after = moment.piece(ExplorationPiece), _next(moment)
    chains = list(moment.setting.world.chains.values())
    notes = []
    for row, k in enumerate(facts.minerals):
        at, level = facts.cells(row), moment.state.mines[k].level
        scarce = p.years_backed * level
        short = (after.years[:, at] < scarce) & (own.years[:, at] >= scarce)
        large = facts.weight[at] > 0.05
        for member, mine in np.argwhere(short & large).tolist():
            left = after.years[member, at][mine] / level[member, mine]
            what = f"reserves back {left:.0f} years of output"
            why = "more was mined than found"
            effect = "no new capacity until more is found"
            country = chains[k].miners[mine]
            notes.append(Note(member, "exploration", country, chains[k].mineral, what, why, effect))
    return notes


EXPLORATION = Mechanism(
    name="exploration",
    parameters=ExplorationParameters,
    draws=_draws,
    facts=_facts,
    start=_start,
    investment=_investment,
    advance=_advance,
    record=_record,
    tell=_tell,
)
