"""Shared refining: members build plants together where one of them knows how.

Does      Adds refining capacity at members that refine, and books what it costs.
Units     t/yr; USD/yr.
Method    A group adds a share of its use in plants at its members that refine already, in
          proportion to what they refine. Cost follows size to a power below one (six-tenths rule
          of process plants; Chilton 1950), so one plant for many is cheaper. Output over design
          rises with the group's best share of world refining: technology transfer.
Assumes   Plants stand in every draw and are built where nobody's is closed; the share that runs
          does not change with the price by itself. A group in which nobody refines cannot build.
Not here  Lead times and finance: see `oreacle.engine.capacity`.

References
----------
Chilton, C. H. (1950). "Six tenths factor" applies to complete plant costs. Chemical Engineering
57(4), 112-114.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from oreacle.engine.clubs.field import ClubField
from oreacle.engine.clubs.money import Money
from oreacle.engine.clubs.piece import Piece
from oreacle.market.comparison import State
from oreacle.market.problem import Problem


def plant_cost(size: np.ndarray, reference: float, unit: float, scale: float) -> np.ndarray:
    """Return the yearly cost of capacity: unit x reference x (size / reference) ^ scale.

    Parameters
    ----------
    size, reference
        Capacity and the size at which `unit` holds [t/yr].
    unit
        Yearly cost at the reference size [USD/t].
    scale
        Exponent [1].

    Examples
    --------
    >>> float(plant_cost(np.array(400.0), 100.0, 10.0, 0.5))
    2000.0
    """
    return np.asarray(unit * reference * (size / reference) ** scale)


class Refining:
    """The lever of shared refining."""

    def write(self, piece: Piece, problem: Problem) -> Problem:
        """Return the market with plants added."""
        added = _added(piece)
        design = np.einsum("ci,cip->cp", added * self._know_how(piece), host_share(piece))
        fill = np.divide(
            problem.refinery_slack,
            problem.refinery_capacity,
            out=np.zeros_like(problem.refinery_slack),
            where=problem.refinery_capacity > 0.0,
        )
        return replace(
            problem,
            refinery_slack=problem.refinery_slack + fill * design,
            refinery_capacity=problem.refinery_capacity + design,
        )

    def settle(self, piece: Piece, state: State) -> Money:
        """Return what plants cost: each member's part of its group's, by its share of size."""
        field, terms = piece.field, piece.field.terms
        added = _added(piece)
        size = piece.total(added)
        unit = terms.plant_payback * terms.plant_annuity * max(field.calm.base_margin, 0.0)
        reference = terms.plant_reference * field.world_use
        cost = plant_cost(size, reference, unit, terms.plant_scale)
        part = np.divide(added, size, out=np.zeros_like(added), where=size > 0.0)
        return Money(np.zeros_like(added), -cost * part)

    def _know_how(self, piece: Piece) -> np.ndarray:
        """Return output over design by the group's best refiner, shape (case, player) [1]."""
        field, terms = piece.field, piece.field.terms
        best = piece.largest(refined_share(field))
        known = np.minimum(best / terms.plant_experience, 1.0)
        return np.asarray(terms.plant_know_how + (1.0 - terms.plant_know_how) * known)


def refined_share(field: ClubField) -> np.ndarray:
    """Return the share of world refining of each player at base prices, shape (player,) [1]."""
    output = field.calm.refinery_slack[0]
    return np.asarray(field.places.plant @ output / output.sum())


def hosts(piece: Piece) -> np.ndarray:
    """Return True for players whose group has a member that refines, shape (case, player)."""
    return np.asarray(piece.largest(refined_share(piece.field)) > 0.0)


def _added(piece: Piece) -> np.ndarray:
    """Return what each player adds to its group's plants, shape (case, player) [t/yr]."""
    field = piece.field
    wanted = field.terms.plant_share * field.use
    return np.where(piece.active & hosts(piece), wanted, 0.0)


def host_share(piece: Piece) -> np.ndarray:
    """Return at which plants a player's part stands, shape (case, player, plant) [1]."""
    field = piece.field
    output = field.places.plant * field.calm.refinery_slack[0]
    inside = np.einsum("cij,jp->cip", piece.same, output)
    total = inside.sum(axis=2, keepdims=True)
    return np.asarray(np.divide(inside, total, out=np.zeros_like(inside), where=total > 0.0))
