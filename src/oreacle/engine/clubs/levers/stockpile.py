"""Joint stockpile: members hold stocks and release them together when the price has risen.

Does      Orders releases at members' users, and books holding costs and gains of contributors.
Units     t/yr, USD/yr; prices as log over base.
Method    Each member holds the same days of its own use. The pool is divided by the club's rule
          over the use that the draw costs members without the club, and sold where the price is
          above the trigger. Under the rule `price` it is divided so that members pay one price,
          and the gain over base belongs to contributors.
Assumes   A released tonne is bought back at the price of a calm year, over which the trigger is
          meant; stocks are full when the disruption comes; need is that without the club, which
          others' releases lower.
Not here  How stocks are filled and run down over years: see `oreacle.engine`.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from oreacle.coalitions.rule_shares import IN_ORDER, divide
from oreacle.engine.clubs.money import Money
from oreacle.engine.clubs.piece import Piece
from oreacle.engine.clubs.rules import ALLIES_FIRST, PRICE
from oreacle.market.comparison import State
from oreacle.market.problem import Problem
from oreacle.market.stocks import no_stocks

DAYS = 365.0
"""Days of a year [d]."""
NO_RESPONSE = 1.0
STEPS = 60
"""Halvings of the range of the one price: its error is below 1e-17 of the range."""


class Stockpile:
    """The lever of a joint stockpile."""

    def write(self, piece: Piece, problem: Problem) -> Problem:
        """Return the market with releases ordered at the users of members."""
        held = problem.stocks or no_stocks(
            problem.size, len(problem.refiners), len(problem.users), NO_RESPONSE
        )
        at_users = self._at_users(piece, problem)
        trigger = np.log(piece.field.terms.stock_trigger) + piece.field.calm_price
        limit = np.where(at_users > 0.0, trigger, held.release_limit)
        stocks = replace(held, release=held.release + at_users, release_limit=limit)
        return replace(problem, stocks=stocks)

    def settle(self, piece: Piece, state: State) -> Money:
        """Return holding costs, and gains that belong to contributors."""
        field = piece.field
        tonnes = np.where(piece.active, self._held(piece), 0.0)
        cost = -field.terms.stock_cost * _calm_price(piece) * tonnes
        placed = np.zeros_like(cost)
        if state.problem.stocks is None:
            return Money(placed, cost)
        released, _ = state.problem.stocks.released(state.prices.delivered)
        # The market books the gain over the base price; a tonne is bought back at the calm one.
        dearer = field.calm.price_delivered * np.expm1(field.calm_price)
        placed = -(released * dearer) @ field.places.user.T
        if piece.rule.name == PRICE:
            over = np.exp(state.prices.delivered) - np.exp(field.calm_price)
            gain = (released * field.calm.price_delivered * over) @ field.places.user.T
            total = piece.total(tonnes)
            part = np.divide(tonnes, total, out=np.zeros_like(tonnes), where=total > 0.0)
            placed += np.where(piece.active, part * piece.total(gain) - gain, 0.0)
        return Money(placed, cost)

    def _held(self, piece: Piece) -> np.ndarray:
        """Return the stock of each player if it takes part, shape (player,) [t]."""
        return piece.field.use * piece.field.terms.stock_days / DAYS

    def _at_users(self, piece: Piece, problem: Problem) -> np.ndarray:
        """Return the largest release at each user, shape (case, user) [t/yr]."""
        field = piece.field
        if piece.rule.name == PRICE:
            return _at_one_price(piece, problem, self._held(piece))
        quantity = self._by_rule(piece)
        need = field.need_of_user[piece.row]
        member = field.places.user
        return _over_users(quantity, need, problem.demand, member)

    def _by_rule(self, piece: Piece) -> np.ndarray:
        """Return what each player may release, shape (case, player) [t/yr]."""
        field, rule = piece.field, piece.rule
        held, need = self._held(piece), field.need[piece.row]
        first = None
        if rule.name == ALLIES_FIRST:
            first = np.array([player in rule.first for player in field.players])
        quantity = np.zeros(piece.group.shape)
        for group in range(int(piece.group.max(initial=-1)) + 1):
            inside = (piece.group == group).astype(float)
            own = inside * held
            name = IN_ORDER if first is not None else rule.name
            claims = _claims(need * inside, own.sum(axis=1))
            for rows in _alike(inside):
                parts = divide(name, own[rows].sum(axis=1), claims[rows], own[rows[0]], first=first)
                quantity[rows] += parts * inside[rows]
        return quantity


def _calm_price(piece: Piece) -> np.ndarray:
    """Return the price at which each player's stock was bought, shape (player,) [USD/t].

    The delivered price of the calm year, by the use of the player's countries; base where it uses
    nothing.
    """
    field = piece.field
    paid = field.places.user @ (field.calm.demand[0] * field.calm_cost)
    base = np.full_like(paid, field.calm.price_delivered)
    return np.asarray(np.divide(paid, field.use, out=base, where=field.use > 0.0))


def _claims(need: np.ndarray, pool: np.ndarray) -> np.ndarray:
    """Return needs, scaled up to the pool where they are less, shape (case, player) [t/yr].

    A release makes up for less use than it has tonnes, because buyers import less as the price
    falls. What is not needed is not sold: the price is below the trigger then.
    """
    total = need.sum(axis=1)
    grown = np.divide(pool, total, out=np.ones_like(total), where=total > 0.0)
    return np.asarray(need * np.maximum(grown, 1.0)[:, None])


def _alike(inside: np.ndarray) -> list[np.ndarray]:
    """Return rows of cases with the same members in the group; cases without it are left out."""
    kinds, which = np.unique(inside, axis=0, return_inverse=True)
    return [np.flatnonzero(which == k) for k, kind in enumerate(kinds) if kind.any()]


def _over_users(
    quantity: np.ndarray, need: np.ndarray, demand: np.ndarray, member: np.ndarray
) -> np.ndarray:
    """Split tonnes of players over their users: by lost use, else by use, (case, user) [t/yr]."""
    lost = need @ member.T
    weight = np.where((lost > 0.0) @ member > 0.0, need, demand)
    total = (weight @ member.T) @ member
    share = np.divide(weight, total, out=np.zeros_like(weight), where=total > 0.0)
    return np.asarray((quantity @ member) * share)


def _at_one_price(piece: Piece, problem: Problem, held: np.ndarray) -> np.ndarray:
    """Return releases with which the users of a group would pay one price, (case, user) [t/yr].

    Users of a group together use what they have without the club and the pool; at one price each
    uses its demand, and gets what it lacks of it.
    """
    field = piece.field
    curve, has = problem.demand_curve, field.used_of_user[piece.row]
    member, top = field.places.user, np.broadcast_to(problem.demand_curve.highest_choke, has.shape)
    releases = np.zeros_like(has)
    for group in range(int(piece.group.max(initial=-1)) + 1):
        inside = (piece.group == group).astype(float)
        users, pool = inside @ member, (inside * held).sum(axis=1)
        supply = (has * users).sum(axis=1) + pool
        low, high = np.zeros(supply.size), (top * (users > 0.0)).max(axis=1)
        for _ in range(STEPS):
            middle = 0.5 * (low + high)
            used = curve.total(problem.demand, np.broadcast_to(middle[:, None], has.shape))[0]
            above = (used * users).sum(axis=1) > supply
            low, high = np.where(above, middle, low), np.where(above, high, middle)
        used = curve.total(problem.demand, np.broadcast_to(high[:, None], has.shape))[0]
        lacks = np.maximum(used - has, 0.0) * users
        total = lacks.sum(axis=1)
        own = problem.demand * users
        # Where nobody lacks anything the pool stays with its holders.
        share = np.where(total[:, None] > 0.0, lacks, own)
        releases += pool[:, None] * share / np.maximum(share.sum(axis=1, keepdims=True), 1e-300)
    return np.asarray(releases)
