"""The policies on routes that a clause states.

Does      Turns "Suez and Bab el-Mandeb", months and goods into policies, one for each route and
          mineral.
Units     Months, t/yr, shares [1].
Method    Without a good a clause is about every mineral whose base trade it touches.
Assumes   The pieces come from the pattern of the form.
Not here  The patterns: see `oreacle.scenario.sentence_forms`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from oreacle.core.errors import ScenarioError
from oreacle.core.spelling import fold, shown
from oreacle.market.policies import CorridorOpening, Policy, RouteClosure, RouteRisk
from oreacle.market.policies.routes import RoutePolicy
from oreacle.scenario.names import NameBook
from oreacle.scenario.sentence_numbers import parse_months, parse_number, parse_share
from oreacle.scenario.sentence_parts import Parts

_ANY = "any mineral"
_ALL_GOODS = frozenset({"all", "all minerals", "everything", "all goods"})


def make_closure(parts: Parts, names: NameBook, _: dict[str, Any]) -> tuple[Policy, ...]:
    """Return the policies of the form "closed"."""
    months = {"months": parse_months(parts["months"])} if "months" in parts else {}
    return _made(parts, names, lambda mineral, route: RouteClosure(mineral, route, **months))


def make_risk(parts: Parts, names: NameBook, _: dict[str, Any]) -> tuple[Policy, ...]:
    """Return the policies of the form "pays"."""
    rate = parse_share(parts["share"])
    months = {"months": parse_months(parts["months"])} if "months" in parts else {}
    return _made(parts, names, lambda mineral, route: RouteRisk(mineral, route, rate, **months))


def make_opening(parts: Parts, names: NameBook, _: dict[str, Any]) -> tuple[Policy, ...]:
    """Return the policies of the form "opens"."""
    size = parse_number(_bare_tonnes(parts["tonnes"])) if "tonnes" in parts else None
    return _made(parts, names, lambda mineral, route: CorridorOpening(mineral, route, size))


def _bare_tonnes(text: str) -> str:
    return re.sub(r"\s*(?:/|\b(?:a|per)\b).*$", "", text)


def _made(
    parts: Parts, names: NameBook, make: Callable[[str, str], RoutePolicy]
) -> tuple[Policy, ...]:
    routes = _routes(parts.get("route") or parts["named"], names)
    good = parts.get("good", "")
    if good and fold(good) not in _ALL_GOODS:
        minerals = tuple(names.mineral(name) for name in _listed(good))
        return tuple(make(mineral, route) for route in routes for mineral in minerals)
    found = tuple(
        make(mineral, route)
        for route in routes
        for mineral in names.routes.touched(make(_ANY, route))
    )
    if not found:
        _refuse_unused(routes)
    return found


def _routes(text: str, names: NameBook) -> tuple[str, ...]:
    """Return the routes of "Suez and Bab el-Mandeb"; a name that holds "and" itself comes first."""
    if fold(text) in names.routes.ids:
        return names.routes.find(text)
    found = [route for name in _listed(text) for route in names.routes.find(name)]
    return tuple(dict.fromkeys(found))


def _listed(text: str) -> list[str]:
    pieces = re.split(r"\s*,\s*(?:and\s+)?|\s+and\s+", text, flags=re.IGNORECASE)
    return [re.sub(r"^both\s+", "", piece, flags=re.IGNORECASE) for piece in pieces if piece]


def _refuse_unused(routes: Sequence[str]) -> None:
    raise ScenarioError(
        "ORE-SCN-031",
        f"no mineral of the base year goes through {shown(' or '.join(routes))}, or would.",
        why="the answer would be 'nothing changes'.",
        fix="name another passage or corridor; `docs/passages.md` says which minerals use which.",
    )
