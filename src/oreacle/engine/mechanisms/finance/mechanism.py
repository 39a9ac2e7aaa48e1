"""What investors are told of cost of capital, and what is kept, recorded and told of it.

Does      Fills the hooks of the mechanism.
Units     Cost of capital [1/yr]; money USD.
Method    See `oreacle.engine.mechanisms.finance`.
Assumes   The same.
Not here  What happens in a year: see `.events`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from oreacle.engine.mechanisms.cells import producing_countries
from oreacle.engine.mechanisms.contract import (
    UNIFORM,
    Advance,
    DrawShape,
    Mechanism,
    Moment,
    Note,
    Recorded,
)
from oreacle.engine.mechanisms.finance.events import FinanceYear, first_piece, year_of
from oreacle.engine.mechanisms.finance.places_at_risk import (
    FinanceFacts,
    FinanceParameters,
    FinancePiece,
    make_facts,
)
from oreacle.engine.mechanisms.finance.pool import capital_after
from oreacle.engine.mechanisms.investment import InvestmentTerms
from oreacle.engine.setting import Setting

LEAST_TOLD = 1e8
"""Value of projects under way below which an event is not told [USD]."""


def _investment(moment: Moment) -> Mapping[tuple[int, int], InvestmentTerms]:
    facts, p = moment.fact(FinanceFacts), moment.settings(FinanceParameters)
    year = year_of(moment)
    found: dict[tuple[int, int], InvestmentTerms] = {}
    for k, (nodes, worth) in enumerate(zip(facts.places.nodes, facts.places.worth, strict=True)):
        change = year.change_of(k)
        for stage, (node, weight) in enumerate(zip(nodes, worth, strict=True)):
            here = change[:, node]
            total = weight.sum()
            mean = here @ (weight / total) if total > 0.0 else here.mean(axis=1)
            asked = p.capital_share * mean[:, None] / p.base_cost
            found[k, stage] = InvestmentTerms(
                attraction=-p.semi_elasticity * here, hurdle=np.repeat(asked, node.size, axis=1)
            )
    return found


def _capital(moment: Moment, year: FinanceYear) -> np.ndarray:
    own, p = moment.piece(FinancePiece), moment.settings(FinanceParameters)
    most = p.pool_capital + p.pool_added
    return capital_after(own.capital, year.pool.income, year.claims, most)


def _advance(moment: Moment) -> Advance:
    year, own = year_of(moment), moment.piece(FinancePiece)
    left = _capital(moment, year)
    return Advance(FinancePiece(year.troubled, year.seized, own.relief, left))


def _record(moment: Moment) -> Mapping[str, Recorded]:
    facts, p = moment.fact(FinanceFacts), moment.settings(FinanceParameters)
    year = year_of(moment)
    weight = np.where(np.isfinite(facts.premium), facts.places.under_way(moment.state), 0.0)
    total = np.maximum(weight.sum(axis=1), 1e-300)
    cost = p.base_cost + np.nan_to_num(facts.premium) + year.change
    saved = _saved_by_clubs(moment, year)
    left = _capital(moment, year)
    return {
        "capital_cost": Recorded(((weight * cost).sum(axis=1) - saved) / total, (), "1/yr"),
        "pool_capital": Recorded(left, (), "USD"),
        "pool_claims": Recorded(year.claims, (), "USD/yr"),
        "pool_ruined": Recorded((left <= 0.0).astype(float), (), "1"),
    }


def _saved_by_clubs(moment: Moment, year: FinanceYear) -> np.ndarray:
    """Return what pools of clubs save on projects under way, shape (member,) [USD/yr^2]."""
    places, shared = moment.fact(FinanceFacts).places, year.shared
    if shared is None:
        return np.zeros(moment.members)
    under_way = zip(places.projects(moment.state), places.nodes, strict=True)
    saved = [
        (mines * shared[:, nodes[0], k], plants * shared[:, nodes[1], k])
        for k, ((mines, plants), nodes) in enumerate(under_way)
    ]
    return np.asarray(places.gathered(saved).sum(axis=1))


def _tell(moment: Moment) -> Sequence[Note]:
    year, own = year_of(moment), moment.piece(FinancePiece)
    notes = [*_troubles(moment, year, year.conflict, "conflict or unrest")]
    notes += _troubles(moment, year, year.default, "sovereign default")
    left = _capital(moment, year)
    for member in np.flatnonzero((left <= 0.0) & (own.capital > 0.0)).tolist():
        what = "the insurance pool is ruined"
        why = f"claims of {year.claims[member] / 1e6:.0f} million USD"
        effect = "risky places pay the whole premium for risk from now on"
        notes.append(Note(member, "finance", "", "", what, why, effect, weight=3.0))
    return notes


def _troubles(moment: Moment, year: FinanceYear, happened: np.ndarray, what: str) -> list[Note]:
    facts, p = moment.fact(FinanceFacts), moment.settings(FinanceParameters)
    value = p.mine_capital * facts.places.under_way(moment.state)
    seen = happened & np.isfinite(facts.premium) & (value > LEAST_TOLD)
    notes = []
    for member, place in np.argwhere(seen).tolist():
        country, projects = facts.places.countries[place], value[member, place]
        effect = (
            f"cost of capital {100 * year.change[member, place]:+.1f} points against its usual "
            f"level, on projects of {projects / 1e9:.1f} billion USD under way"
        )
        why = "drawn at the rate of the country's class"
        weight = float(min(projects / 1e10, 2.0))
        notes.append(Note(member, "finance", country, "", what, why, effect, weight))
    return notes


def _known(setting: Setting, parameters: object) -> FinanceFacts:
    if not isinstance(parameters, FinanceParameters):
        raise TypeError("cost of capital needs its own parameters")
    return make_facts(setting, parameters)


def _draws(setting: Setting) -> Mapping[str, DrawShape]:
    places = len(producing_countries(setting.world))
    return {name: DrawShape(UNIFORM, (places,)) for name in ("claim", "conflict", "default")}


FINANCE = Mechanism(
    name="finance",
    parameters=FinanceParameters,
    draws=_draws,
    facts=_known,
    start=first_piece,
    investment=_investment,
    advance=_advance,
    record=_record,
    tell=_tell,
)
