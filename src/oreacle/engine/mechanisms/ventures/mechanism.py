"""Ventures as a mechanism: what two parties build together, and who gets it.

Does      Turns drawn ventures into projects at the partner's mines or plants and a right to their
          output, and agreements into better odds that a venture comes to something.
Units     As in `oreacle.engine.mechanisms.contract`.
Method    Mineral and stage are drawn by what one needs and the other has; the size is log-normal
          around a share of the first party's use, cut at a largest share and at what is left of
          the budget. A part fails. What is built and additional starts as a project and runs
          after that place's lead time. While a contract runs, the link from partner to first
          party is stronger by (s0 + loyalty s) / s0, with s the venture over the first party's
          intake and s0 the partner's share of it in the base year.
Assumes   The first party to a pair is the demand-side actor. Failing is decided when announced.
Not here  Odds of ventures and agreements: see `oreacle.engine.act_chances`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from oreacle.data.codes import actor_name
from oreacle.engine.mechanisms.conditions import Conditions
from oreacle.engine.mechanisms.contract import (
    MINED,
    NORMAL,
    UNIFORM,
    Advance,
    DrawShape,
    Mechanism,
    Moment,
    Note,
    Recorded,
)
from oreacle.engine.mechanisms.investment import InvestmentTerms
from oreacle.engine.mechanisms.ranges import refuse_outside
from oreacle.engine.mechanisms.ventures.terms import (
    VentureFacts,
    VentureParameters,
    VenturesPiece,
    no_ventures,
    venture_facts,
)
from oreacle.engine.setting import Setting

NAME = "ventures"
MOST_STARTED = 0.5
"""Largest venture over what the partner makes [1]; assumed: a place cannot grow by more at once."""
LEAST_SHARE = 0.02
"""Share of a partner in an intake from which a pull is reckoned [1]; assumed: a link that hardly
exists does not carry a venture in its first years."""


def _draws(setting: Setting) -> Mapping[str, DrawShape]:
    shape = (setting.demand_actors.size, len(setting.acting))
    return {
        "what": DrawShape(UNIFORM, shape),
        "fails": DrawShape(UNIFORM, shape),
        "size": DrawShape(NORMAL, shape),
    }


def _facts(setting: Setting, parameters: object) -> VentureFacts:
    shares = ("size", "size_most", "failing", "pact_fade", "additional", "loyalty", "budget")
    refuse_outside(NAME, parameters, dict.fromkeys(shares, (0.0, 1.0)))
    refuse_outside(NAME, parameters, {"pull_most": (1.0, 10.0), "size_spread": (0.0, 3.0)})
    return venture_facts(setting)


def _start(moment: Moment) -> VenturesPiece:
    return no_ventures(moment.members, moment.fact(VentureFacts))


def chance_of_failing(failing: float, help_: float, pact: np.ndarray) -> np.ndarray:
    """Return the chance that a venture fails.

    Parameters
    ----------
    failing
        Without an agreement [1].
    help_
        Factor on its odds with one agreement [1].
    pact
        Agreements that have not faded [acts].

    Examples
    --------
    >>> chance_of_failing(0.5, 0.6, np.array([0.0, 1.0])).round(3).tolist()
    [0.5, 0.375]
    """
    kept = (1.0 - failing) / np.maximum(help_**pact, 1e-12)
    return np.asarray(failing / (failing + kept))


def new_ventures(moment: Moment) -> VenturesPiece:
    """Return the ventures of the year, those that fail among them."""
    facts, own = moment.fact(VentureFacts), moment.settings(VentureParameters)
    book = moment.piece(VenturesPiece)
    none = no_ventures(moment.members, facts)
    if moment.acts is None or "venture" not in moment.acts.by_class:
        return none
    member, first, partner = np.nonzero(moment.acts.by_class["venture"])
    edges = facts.edges[first, partner]
    possible = edges[:, -1] > 0.0
    member, first, partner, edges = (one[possible] for one in (member, first, partner, edges))
    at = (member, first, partner)
    cell = (edges < moment.numbers["what"][at][:, None]).sum(axis=1)
    cell = np.minimum(cell, edges.shape[1] - 1)
    mineral, stage = np.divmod(cell, 2)
    share = own.size * np.exp(own.size_spread * moment.numbers["size"][at])
    use = facts.use[first, mineral]
    tonnes = np.minimum(share, own.size_most) * use
    # What is running or coming counts against the budget; two ventures of one year do not.
    tonnes = np.minimum(tonnes, np.maximum(own.budget * use - _backed(book, at, mineral), 0.0))
    tonnes = np.minimum(tonnes, MOST_STARTED * facts.output[partner, mineral, stage])
    fails = moment.numbers["fails"][at] < chance_of_failing(
        own.failing, own.pact_help, book.pact[at]
    )
    found = replace(
        none,
        member=member,
        first=first,
        partner=partner,
        mineral=mineral,
        stage=stage,
        tonnes=tonnes,
        since=np.full(member.size, moment.year),
        built=~fails,
    )
    return found.of(tonnes > 0.0)


def _backed(
    book: VenturesPiece, at: tuple[np.ndarray, np.ndarray, np.ndarray], mineral: np.ndarray
) -> np.ndarray:
    """Return tonnes that the first party backs already, one figure for each new venture."""
    member, first, _ = at
    same = (
        (book.member[None] == member[:, None])
        & (book.first[None] == first[:, None])
        & (book.mineral[None] == mineral[:, None])
        & book.built[None]
    )
    return np.asarray((same * book.tonnes[None]).sum(axis=1))


def running(moment: Moment, book: VenturesPiece) -> VenturesPiece:
    """Return the ventures whose output is under contract in the year."""
    own = moment.settings(VentureParameters)
    lead = np.where(book.stage == MINED, own.lead_mine, own.lead_plant)
    age = moment.year - book.since
    return book.of(book.built & (age >= lead) & (age < lead + own.offtake_years))


def _conditions(moment: Moment) -> Mapping[int, Conditions]:
    """Return pulls of contracts that run."""
    book = running(moment, moment.piece(VenturesPiece))
    chains = list(moment.setting.world.chains.values())
    found = {}
    for k in np.unique(book.mineral):
        mined = book.of((book.mineral == k) & (book.stage == MINED))
        made = book.of((book.mineral == k) & (book.stage != MINED))
        space, chain = moment.setting.space, chains[k]
        ore = _pull(moment, mined, chain.ore_flow, (space.mine_actor[k], space.plant_actor[k]))
        metal = _pull(moment, made, chain.refined_flow, (space.plant_actor[k], space.user_actor[k]))
        if ore is not None or metal is not None:
            found[int(k)] = Conditions(ore_pull=ore, metal_pull=metal)
    return found


def _pull(
    moment: Moment,
    book: VenturesPiece,
    flow: np.ndarray,
    owners: tuple[np.ndarray, np.ndarray],
) -> np.ndarray | None:
    """Return factors on links, shape (member, tail, head) [1]; None for none.

    Ore goes to the first party's plants; if it has none, the contract moves no link of ore.
    """
    facts, own = moment.fact(VentureFacts), moment.settings(VentureParameters)
    tail, head = owners
    found: np.ndarray | None = None
    for member, first, partner, tonnes in zip(
        book.member, facts.first[book.first], book.partner, book.tonnes, strict=True
    ):
        tails, heads = np.flatnonzero(tail == partner), np.flatnonzero(head == first)
        intake = float(flow[:, heads].sum())
        if intake <= 0.0 or not tails.size:
            continue
        share = max(float(flow[np.ix_(tails, heads)].sum()) / intake, LEAST_SHARE)
        factor = min(1.0 + own.loyalty * float(tonnes) / intake / share, own.pull_most)
        if found is None:
            found = np.ones((moment.members, *flow.shape))
        block = np.ix_(tails, heads)
        found[member][block] = np.minimum(found[member][block] * factor, own.pull_most)
    return found


def _investment(moment: Moment) -> Mapping[tuple[int, int], InvestmentTerms]:
    """Return what ventures of the year start, over base capacity."""
    new, own = new_ventures(moment), moment.settings(VentureParameters)
    new = new.of(new.built)
    facts, space = moment.fact(VentureFacts), moment.setting.space
    found = {}
    for k, stage in {(int(k), int(s)) for k, s in zip(new.mineral, new.stage, strict=True)}:
        rows = new.of((new.mineral == k) & (new.stage == stage))
        over = own.additional * rows.tonnes / facts.output[rows.partner, k, stage]
        by_actor = np.zeros((moment.members, len(space.actors)))
        np.add.at(by_actor, (rows.member, rows.partner), over)
        owner = (space.mine_actor if stage == MINED else space.plant_actor)[k]
        started = np.minimum(by_actor[:, owner], MOST_STARTED)
        found[k, stage] = InvestmentTerms(started=started)
    return found


def _advance(moment: Moment) -> Advance:
    book, own = moment.piece(VenturesPiece), moment.settings(VentureParameters)
    pact = own.pact_fade * book.pact
    if moment.acts is not None and "agreement" in moment.acts.by_class:
        pact[:, :, :-1] += moment.acts.by_class["agreement"]
    lead = np.where(book.stage == MINED, own.lead_mine, own.lead_plant)
    live = book.of(book.built & (moment.year + 1 - book.since < lead + own.offtake_years))
    new = new_ventures(moment)
    return Advance(live.with_more(new.of(new.built), pact))


def _record(moment: Moment) -> Mapping[str, Recorded]:
    """Return ventures that came to something and are coming or under contract, and their output."""
    book, minerals = moment.piece(VenturesPiece), len(moment.setting.space.minerals)
    under = running(moment, book)
    count = np.bincount(book.member, minlength=moment.members).astype(float)
    tonnes = np.zeros((moment.members, minerals))
    np.add.at(tonnes, (under.member, under.mineral), under.tonnes)
    return {
        "ventures": Recorded(count, (), "1"),
        "venture_output": Recorded(tonnes, ("mineral",), "t/yr"),
    }


def _tell(moment: Moment) -> Sequence[Note]:
    new, facts = new_ventures(moment), moment.fact(VentureFacts)
    space, pact = moment.setting.space, moment.piece(VenturesPiece).pact
    notes = []
    for row in range(new.member.size):
        first, partner = int(new.first[row]), int(new.partner[row])
        mineral, member = space.minerals[new.mineral[row]], int(new.member[row])
        name, other = space.actors[facts.first[first]], space.actors[partner]
        called = moment.setting.world.chain(mineral).in_words
        kind = "mine" if new.stage[row] == MINED else "plant"
        share = 100.0 * new.tonnes[row] / facts.use[first, new.mineral[row]]
        part = f"{share:.0f} %" if share >= 1.0 else "less than 1 %"
        tonnes = float(f"{new.tonnes[row]:.3g}")
        after = " after an agreement" if pact[member, first, partner] > 0.5 else ""
        effect = (
            "it is built, output follows its lead time" if new.built[row] else "nothing comes of it"
        )
        notes.append(
            Note(
                member,
                NAME,
                name,
                mineral,
                f"backs a {kind} for {called} in {actor_name(other)}: {tonnes:,.0f} t a year",
                f"{part} of its use, which it buys abroad{after}",
                effect,
                weight=1.0 + share / 10.0,
            )
        )
    return notes


VENTURES = Mechanism(
    name=NAME,
    parameters=VentureParameters,
    draws=_draws,
    facts=_facts,
    start=_start,
    conditions=_conditions,
    investment=_investment,
    advance=_advance,
    record=_record,
    tell=_tell,
)
