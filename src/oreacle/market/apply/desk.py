"""Put policies in force: the one place where they become wedges, caps and orders.

Does      Returns a new problem in which the given policies hold, for chosen cases.
Units     Those of the problem.
Method    Slots of `oreacle.market.apply.table` in their order, and within a slot a fixed order of
          types and values: any permutation of the policies gives the same bytes.
Assumes   Policies are about the mineral of the problem.
Not here  The list of policies: see `oreacle.market.policies`.
"""

from __future__ import annotations

from collections.abc import Sequence

from oreacle.core.errors import ScenarioError
from oreacle.core.labels import LINKS
from oreacle.market.apply.case import Case, Scope
from oreacle.market.apply.places import Places
from oreacle.market.apply.table import WORKS, Write
from oreacle.market.carriage import Planner, planner_of
from oreacle.market.groups import lean, writable
from oreacle.market.policies import Policy
from oreacle.market.policies.catalogue import instrument_of, is_idle
from oreacle.market.problem import Problem
from oreacle.world.chain import Chain
from oreacle.world.register import Measure
from oreacle.world.snapshot import World
from oreacle.world.territory import Territory

ALL_CASES = slice(None)


class PolicyDesk:
    """Applies policies to problems of one mineral.

    Parameters
    ----------
    chain
        The mineral's chain: base flows tell whether a measure touches anything.
    territory
        Which actor each country belongs to.
    measures
        The policy register, needed to lift a measure.
    routes
        Routes of the mineral, needed by policies on them.
    """

    def __init__(
        self,
        chain: Chain,
        territory: Territory,
        measures: Sequence[Measure] = (),
        routes: Planner | None = None,
    ) -> None:
        self._chain = chain
        self._routes = routes
        self._territory = territory
        self._measures = {m.measure_id: m for m in measures}
        self._places: dict[tuple[str, tuple[str, ...]], Places] = {}

    @classmethod
    def of(cls, world: World, mineral: str) -> PolicyDesk:
        """Return the desk of one mineral of a world.

        Raises
        ------
        ScenarioError
            ORE-SCN-002 if the mineral is unknown.
        """
        routes = planner_of(world, mineral)
        return cls(world.chain(mineral), world.territory, world.measures, routes)

    def apply(
        self, problem: Problem, policies: Sequence[Policy], *, case: int | None = None
    ) -> Problem:
        """Return the problem with the policies in force in one case, or in all.

        Raises
        ------
        ScenarioError
            ORE-SCN-003 or 015 on a name that is not one of an actor;
            ORE-SCN-004 if the strength of a policy is 0, so that it changes nothing;
            ORE-SCN-007 if a policy touches nothing;
            ORE-SCN-008 if a measure to lift is unknown or not in force in the base year;
            ORE-SCN-025 if a contract exceeds what its buyer takes in;
            ORE-SCN-032 on a policy on routes in a world without them.
        """
        for policy in policies:
            _refuse_strength_zero(policy)
        fresh = writable(problem)
        rows = ALL_CASES if case is None else slice(case, case + 1)
        self._write(fresh, policies, rows, is_strict=True)
        return lean(fresh)

    def put_in_force(self, problem: Problem, policies: Sequence[Policy], rows: slice) -> None:
        """Put policies in force in some cases of a problem from `writable`.

        Raises as `apply`, but takes any strength, and cuts contracts to what their buyers take in.
        """
        self._write(problem, policies, rows, is_strict=False)

    def _write(
        self, problem: Problem, policies: Sequence[Policy], rows: slice, *, is_strict: bool
    ) -> None:
        scope = self._scope(problem)
        for policy in policies:
            self._refuse_untouched(scope, policy)
        here = Case(
            chain=self._chain,
            territory=self._territory,
            measures=self._measures,
            problem=problem,
            places=scope.places,
            routes=self._routes,
            rows=rows,
            is_strict=is_strict,
        )
        for write, kinds in _IN_ORDER.items():
            own = [policy for policy in policies if type(policy) in kinds]
            if own:
                write(here, sorted(own, key=repr))

    def bites(self, policy: Policy, problem: Problem) -> bool:
        """Return True if a policy touches anything in a market; raises as `apply`."""
        return not WORKS[type(policy)].idle(self._scope(problem), policy)

    def _scope(self, problem: Problem) -> Scope:
        places = {link: self._places_of(problem, link) for link in LINKS}
        return Scope(self._chain, self._territory, self._measures, problem, places, self._routes)

    def _places_of(self, problem: Problem, link: str) -> Places:
        is_ore = link == "ore"
        ways = (problem.ore if is_ore else problem.refined).ways
        key = link, (() if ways is None else ways.via)
        if key not in self._places:
            tails = problem.miners if is_ore else problem.refiners
            heads = problem.refiners if is_ore else problem.users
            self._places[key] = Places(self._territory, tails, heads, ways)
        return self._places[key]

    def _refuse_untouched(self, scope: Scope, policy: Policy) -> None:
        why_idle = WORKS[type(policy)].idle(scope, policy)
        if why_idle:
            raise ScenarioError(
                "ORE-SCN-007",
                f"{why_idle}.",
                why="the answer would be 'nothing changes', for the wrong reason.",
                fix=f"`oreacle world mineral {self._chain.mineral}` shows who supplies what to "
                "whom.",
            )


def _in_order() -> dict[Write, list[type[Policy]]]:
    """Return what writes, with the types that it writes jointly, in the order of the slots."""
    found: dict[Write, list[type[Policy]]] = {}
    # The sort keeps the order of the table within a slot.
    for kind, work in sorted(WORKS.items(), key=lambda item: item[1].slot):
        found.setdefault(work.write, []).append(kind)
    return found


_IN_ORDER = _in_order()


def _refuse_strength_zero(policy: Policy) -> None:
    if not is_idle(policy):
        return
    known = instrument_of(policy)
    stated = " and ".join(n for n in known.strengths if getattr(policy, n) is not None)
    at = f"{known.idle_at:g}"
    share = f"at {known.idle_at:.0%}".replace("%", " %") if known.idle_at == 0.0 else f"at {at}"
    raise ScenarioError(
        "ORE-SCN-004",
        f"{known.called} of {policy.mineral} has {stated} {at}.",
        why=f"{share} it changes nothing.",
        fix="give another number, or leave it out.",
    )
