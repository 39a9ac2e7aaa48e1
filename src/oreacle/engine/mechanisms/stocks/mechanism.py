"""Stocks as a mechanism: what they put on markets, and what is left for the next year.

Does      Lets private, strategic and joint stocks act on every market, and carries them over.
Units     As in `.piece`.
Method    A restriction that starts makes those who buy from its actor hoard in that year, by their
          dependence; what is hoarded is sold over the following years. States buy towards
          their target near usual prices and sell above a trigger; members of a club with a
          joint stock hold more, and offer what they hold together where the price is higher.
Assumes   A measure is announced and bites in one year. What a state bought for a club stays its
          own when the club ends.
Not here  The functions behind it: see `.moves`; the fast part of demand: `.shock`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from oreacle.core.labels import LINKS
from oreacle.data.codes import actor_name
from oreacle.engine.measures import ActiveMeasure
from oreacle.engine.mechanisms.clubs_piece import ClubsPiece
from oreacle.engine.mechanisms.conditions import Conditions
from oreacle.engine.mechanisms.contract import Advance, Mechanism, Moment, Note, Recorded
from oreacle.engine.mechanisms.ranges import refuse_outside
from oreacle.engine.mechanisms.stocks.moves import (
    Orders,
    asking_price,
    hoarding_shift,
    next_private,
    pooled,
    traded,
)
from oreacle.engine.mechanisms.stocks.ordered import scenario_orders, spoken_for
from oreacle.engine.mechanisms.stocks.piece import (
    Places,
    StockParameters,
    StocksPiece,
    places_of,
)
from oreacle.engine.setting import Setting
from oreacle.world.inventories import DAYS_A_YEAR, WEEKS_A_YEAR

NAME = "stocks"
LEAST_LIMIT = 0.05
"""Lowest price limit of a purchase [log points over base]: an order is stated at base prices."""
LEAST_TRIGGER = -0.6
"""Lowest trigger of a release [log points over base]."""
ORE = LINKS[0]
WORTH_TELLING = 0.02
"""Share of a year's use in the world from which a movement of stocks is told [1]; assumed."""


@dataclass(frozen=True)
class Plan:
    """What holders are ready to do in a year.

    Attributes
    ----------
    ore_asked, metal_asked
        Log price at which private holders neither sell nor buy, shapes (member, plant),
        (member, user) [1].
    orders
        Of states.
    """

    ore_asked: np.ndarray
    metal_asked: np.ndarray
    orders: Orders


def _facts(setting: Setting, parameters: object) -> Places:
    if not isinstance(parameters, StockParameters):
        raise TypeError("stocks take StockParameters")
    shares = ("price_memory", "hoarding_most", "state_release", "joint_release")
    refuse_outside(NAME, parameters, dict.fromkeys(shares, (0.0, 0.99)))
    refuse_outside(NAME, parameters, {"state_fill_years": (2.0, 100.0), "refill": (0.0, 0.3)})
    return places_of(setting, parameters)


def _start(moment: Moment) -> StocksPiece:
    at, members = moment.fact(Places), moment.members

    def wide(values: np.ndarray) -> np.ndarray:
        return np.repeat(values[None], members, axis=0)

    return StocksPiece(
        ore=wide(at.grown(at.ore, at.plant_mineral, moment.step)),
        metal=wide(at.grown(at.metal, at.user_mineral, moment.step)),
        state=wide(at.state),
        ore_usual=wide(np.zeros_like(at.ore)),
        metal_usual=wide(np.zeros_like(at.metal)),
    )


def plan_of(moment: Moment) -> Plan:
    """Return what holders are ready to do in the year."""
    at, held = moment.fact(Places), moment.piece(StocksPiece)
    own = moment.settings(StockParameters)
    ore, metal = _hoarded(moment)
    asked = []
    for usual, stock, base, mineral, wanted in (
        (held.ore_usual, held.ore, at.ore, at.plant_mineral, ore),
        (held.metal_usual, held.metal, at.metal, at.user_mineral, metal),
    ):
        price = asking_price(usual, stock, at.grown(base, mineral, moment.step), own.refill)
        if wanted is not None:
            price = price + hoarding_shift(wanted, stock, own.hoarding_most, at.response)
        asked.append(price)
    # A holder does not outbid every user: no price could clear that market.
    return Plan(asked[0], np.minimum(asked[1], at.choke), _orders(moment))


def _hoarded(moment: Moment) -> tuple[np.ndarray | None, np.ndarray | None]:
    """Return tonnes that are bought ahead of measures, shapes (member, plant), (member, user)."""
    if not any(moment.started):
        return None, None
    at, own, names = moment.fact(Places), moment.settings(StockParameters), moment.setting.space
    ore = np.zeros((moment.members, at.ore.size))
    metal = np.zeros((moment.members, at.metal.size))
    years = own.hoarding_weeks / WEEKS_A_YEAR
    pace = at.demand[:, moment.step + 1]
    for member, measures in enumerate(moment.started):
        for one in measures:
            k, actor = names.minerals.index(one.mineral), names.actors.index(one.actor)
            is_ore = one.link == ORE
            where = at.plants[k] if is_ore else at.users[k]
            share = (at.ore_from if is_ore else at.metal_from)[k][actor]
            base = (at.intake if is_ore else at.use)[where]
            aimed = _aimed(
                one, (names.plant_actor if is_ore else names.user_actor)[k], names.actors
            )
            (ore if is_ore else metal)[member, where] += years * pace[k] * base * share * aimed
    return ore, metal


def _aimed(measure: ActiveMeasure, owner: np.ndarray, actors: Sequence[str]) -> np.ndarray:
    """Return 1 for nodes that a measure is aimed at, shape (node,)."""
    if not measure.targets:
        return np.ones(owner.size)
    aimed = [actors.index(name) for name in measure.targets if name in actors]
    return np.isin(owner, aimed).astype(float)


def _clubs(moment: Moment) -> ClubsPiece | None:
    found = moment.other("clubs", ClubsPiece)
    return found if found is not None and found.runs("stockpile").any() else None


def _orders(moment: Moment) -> Orders:
    at, held = moment.fact(Places), moment.piece(StocksPiece)
    own, clubs = moment.settings(StockParameters), _clubs(moment)
    target = at.state_target[None]
    joint = np.zeros(held.state.shape, dtype=bool)
    if clubs is not None:
        joint = clubs.covered("stockpile")[:, at.user_actor, at.user_mineral]
        days = own.joint_days / DAYS_A_YEAR * at.grown(at.use, at.user_mineral, moment.step)
        target = np.where(joint, np.maximum(target, days), target)
    release = np.where(joint, own.joint_release, own.state_release) * held.state
    if clubs is not None:
        release = _offered(moment, clubs, release)
    free = ~spoken_for(moment, at)
    trigger = held.metal_usual + np.where(joint, own.joint_trigger, own.state_trigger)
    return Orders(
        release=release * free,
        purchase=free * np.maximum(target - held.state, 0.0) / own.state_fill_years,
        release_limit=np.maximum(trigger, LEAST_TRIGGER),
        purchase_limit=np.minimum(
            np.maximum(held.metal_usual + own.state_fill_price, LEAST_LIMIT), at.choke
        ),
    )


def _offered(moment: Moment, clubs: ClubsPiece, release: np.ndarray) -> np.ndarray:
    """Return releases with those of each club's members where the price was higher."""
    at, own = moment.fact(Places), moment.settings(StockParameters)
    found = release.copy()
    for k, inside in _pools(moment, clubs):
        where = at.users[k]
        start = moment.state.starts[k]
        dear = np.zeros_like(found[:, where]) if start is None else start.case.delivered
        dear = np.where(inside, dear, -np.inf)
        top = np.max(dear, axis=1, keepdims=True)
        lean = np.exp(own.joint_lean * (dear - np.where(np.isfinite(top), top, 0.0)))
        found[:, where] = pooled(found[:, where], at.use[where] * lean, inside)
    return found


def _pools(moment: Moment, clubs: ClubsPiece) -> list[tuple[int, np.ndarray]]:
    """Return mineral and users of each joint stock, a user in the first of its clubs."""
    at, running = moment.fact(Places), clubs.runs("stockpile")
    found = []
    about = clubs.minerals & running[:, :, None]
    for k in np.flatnonzero(about.any(axis=(0, 1))):
        owner = moment.setting.space.user_actor[k]
        taken = np.zeros((moment.members, at.use[at.users[k]].size), dtype=bool)
        for slot in np.flatnonzero(about[:, :, k].any(axis=0)):
            inside = clubs.member_of[:, slot][:, owner] & about[:, slot, k, None] & ~taken
            taken |= inside
            found.append((int(k), inside))
    return found


def _conditions(moment: Moment) -> Mapping[int, Conditions]:
    at, held, plan = moment.fact(Places), moment.piece(StocksPiece), plan_of(moment)
    orders = plan.orders
    persistence = moment.setting.settings.shock_persistence
    fresh = moment.shock - persistence * moment.state.shock
    swing = np.exp(at.fast * fresh)
    ordered = np.asarray((orders.release + orders.purchase).any(axis=0))
    found = {}
    for k, (plants, users) in enumerate(zip(at.plants, at.users, strict=True)):
        states = bool(ordered[users].any())
        found[k] = Conditions(
            use=swing[:, k : k + 1],
            ore_stock=held.ore[:, plants],
            metal_stock=held.metal[:, users],
            ore_usual=plan.ore_asked[:, plants],
            metal_usual=plan.metal_asked[:, users],
            release=orders.release[:, users] if states else None,
            purchase=orders.purchase[:, users] if states else None,
            release_limit=orders.release_limit[:, users] if states else None,
            purchase_limit=orders.purchase_limit[:, users] if states else None,
        )
    return found


@dataclass(frozen=True)
class Moved:
    """What moved in a year, net of purchases, shapes (member, plant), (member, user) [t/yr]."""

    ore: np.ndarray
    metal: np.ndarray
    sold: np.ndarray
    bought: np.ndarray


def moved_in(moment: Moment) -> tuple[StocksPiece, Moved]:
    """Return stocks at the end of a year before they grow with use, and what moved."""
    at, held = moment.fact(Places), moment.piece(StocksPiece)
    own, plan = moment.settings(StockParameters), plan_of(moment)
    gate = _log_prices([c.prices.gate for c in moment.cleared], moment)
    delivered = _log_prices([c.prices.delivered for c in moment.cleared], moment)
    if gate.shape[1] != at.ore.size:
        raise ValueError("prices at gates and plants differ in number")
    ore, ore_out = next_private(held.ore, plan.ore_asked, gate, at.response)
    metal, metal_out = next_private(held.metal, plan.metal_asked, delivered, at.response)
    sold, bought = traded(plan.orders, delivered)
    drawn = _drawn(moment, held.state, sold)
    state = held.state - drawn + bought
    ordered = scenario_orders(moment, at)
    if ordered is not None:
        out, into = traded(ordered, delivered)
        state = state - out + into
    state = np.maximum(state, 0.0)

    def usual(old: np.ndarray, price: np.ndarray) -> np.ndarray:
        return np.where(np.isfinite(price), old + own.price_memory * (price - old), old)

    left = StocksPiece(
        ore, metal, state, usual(held.ore_usual, gate), usual(held.metal_usual, delivered)
    )
    return left, Moved(ore_out, metal_out, sold, bought)


def _log_prices(parts: Sequence[np.ndarray], moment: Moment) -> np.ndarray:
    solved = np.stack([c.solved for c in moment.cleared], axis=1)
    sizes = [part.shape[1] for part in parts]
    whole = np.concatenate(parts, axis=1)
    return np.where(np.repeat(solved, sizes, axis=1), whole, np.nan)


def _drawn(moment: Moment, held: np.ndarray, sold: np.ndarray) -> np.ndarray:
    """Return what each holder gave, shape (member, user) [t/yr]: a pool is drawn by holdings."""
    clubs = _clubs(moment)
    if clubs is None:
        return sold
    at, found = moment.fact(Places), sold.copy()
    for k, inside in _pools(moment, clubs):
        where = at.users[k]
        found[:, where] = pooled(found[:, where], held[:, where], inside)
    return found


def _advance(moment: Moment) -> Advance:
    at = moment.fact(Places)
    left, _ = moved_in(moment)
    # Stocks of growing use are part of that use, in the base year and after.
    ore = left.ore * at.pace(at.plant_mineral, moment.step)
    metal = left.metal * at.pace(at.user_mineral, moment.step)
    return Advance(StocksPiece(ore, metal, left.state, left.ore_usual, left.metal_usual))


def _record(moment: Moment) -> Mapping[str, Recorded]:
    """Return days of world use that stocks covered at the start of the year."""
    at, held = moment.fact(Places), moment.piece(StocksPiece)
    starts = [where.start for where in at.users]
    need = np.add.reduceat(at.grown(at.use, at.user_mineral, moment.step), starts) / DAYS_A_YEAR
    return {
        name: Recorded(np.add.reduceat(tonnes, starts, axis=1) / need, ("mineral",), "d")
        for name, tonnes in (("private_stock", held.metal), ("state_stock", held.state))
    }


def _tell(moment: Moment) -> Sequence[Note]:
    at, notes = moment.fact(Places), []
    _, moved = moved_in(moment)
    private = -moved.metal
    for k, mineral in enumerate(moment.setting.space.minerals):
        users = at.users[k]
        year = float(at.grown(at.use, at.user_mineral, moment.step)[users].sum())
        for member in range(moment.members):
            struck = [one for one in moment.started[member] if one.mineral == mineral]
            gained = float(private[member, users].sum()) / year
            given = float(moved.sold[member, users].sum()) / year
            if struck and gained > WORTH_TELLING / 2.0:
                notes.append(_hoarding_note(member, mineral, struck[0].actor, gained))
            elif gained < -4.0 * WORTH_TELLING:
                notes.append(_release_note(member, mineral, "firms", -gained))
            if given > WORTH_TELLING / 2.0:
                notes.append(_release_note(member, mineral, "states", given))
    return notes


def _hoarding_note(member: int, mineral: str, actor: str, share: float) -> Note:
    return Note(
        member,
        NAME,
        actor,
        mineral,
        f"buyers fill their stocks by {100 * share:.1f} % of a year's world use",
        f"{actor_name(actor)} announces a restriction",
        "use is dearer this year; the metal comes back over the next",
        weight=10.0 * share,
    )


def _release_note(member: int, mineral: str, who: str, share: float) -> Note:
    return Note(
        member,
        NAME,
        "",
        mineral,
        f"{who} sell {100 * share:.1f} % of a year's world use from stock",
        "the price is above what they think usual",
        "the price rises less; less is left for the next year",
        weight=5.0 * share,
    )


STOCKS = Mechanism(
    name=NAME,
    parameters=StockParameters,
    facts=_facts,
    start=_start,
    conditions=_conditions,
    advance=_advance,
    record=_record,
    tell=_tell,
)
