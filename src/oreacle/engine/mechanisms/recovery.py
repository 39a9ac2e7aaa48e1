"""Latent by-products: metal that passes through hosts' plants unrecovered until the price is high.

Does      Starts recovery where a host's output holds more of a by-product than is won, when the
          price at home has been high; bounds it by what the host holds.
Units     Capacity over base [1]; prices in logs over base.
Method    What a country's host output holds is host output x yield / share recovered in the world
          (table `by_products`). Starts are a stated part of what is unused for each log point of
          the remembered local price above a threshold. Capacity has room up to the ceiling share
          of what the host holds at its capacity of the year, and never less than base. Plants
          are built as others are: two to three years.
Assumes   Ores of all countries hold the same per tonne of host metal, but more where a country wins
          more of it than the world's share recovered. A mineral whose recovered
          share is not known is left alone, and so is a country of which no output of the
          by-product comes with the host.
Not here  Countries that win nothing in the base year: the market has no place for them. What hosts
          leave a by-product within a year: see `oreacle.engine.hosts`.

References
----------
Nassar, N. T., Graedel, T. E., and Harper, E. M. (2015). By-product metals are technologically
essential but have problematic supply. Science Advances 1(3), e1400180.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from oreacle.engine.hosts import make_hosts
from oreacle.engine.mechanisms.contract import (
    MINED,
    REFINED,
    Advance,
    Mechanism,
    Moment,
    Note,
    Recorded,
)
from oreacle.engine.mechanisms.investment import InvestmentTerms
from oreacle.engine.setting import Setting

COVERED = ("gallium", "germanium", "indium", "tellurium")
"""By-products whose recovered share has a parameter."""


@dataclass(frozen=True)
class RecoveryParameters:
    """Parameters of recovery; see `assumed/mechanism_recovery.csv`."""

    gallium_recovered: float
    germanium_recovered: float
    indium_recovered: float
    tellurium_recovered: float
    ceiling: float
    threshold: float
    memory: float
    start_rate: float
    start_limit: float


@dataclass(frozen=True)
class Latent:
    """What hosts hold of one by-product.

    Attributes
    ----------
    mineral, host
        Positions.
    mines, nodes
        Nodes of the by-product that come with the host, and the host's nodes there.
    held
        What passes through the host's plants at base output over the by-product's base output of
        the country, shape (node,) [1].
    tonnes
        Base output of the by-product there, shape (node,) [t/yr].
    twin
        Plants of the by-product at the same places, as `mines`; empty where it is traded as ore.
    """

    mineral: int
    host: int
    mines: np.ndarray
    nodes: np.ndarray
    held: np.ndarray
    tonnes: np.ndarray
    twin: np.ndarray


@dataclass(frozen=True)
class RecoveryPiece:
    """Prices that owners of hosts remember.

    Attributes
    ----------
    price
        Local log price over base by mineral, in the order of the facts, shapes (member, node).
    """

    price: tuple[np.ndarray, ...]


def starts(price: np.ndarray, unused: np.ndarray, p: RecoveryParameters) -> np.ndarray:
    """Return recovery started in a year over base capacity, same shape [1/yr].

    Parameters
    ----------
    price
        Remembered log price over base [1].
    unused
        What could be won and is not, over base capacity [1].
    p
        Parameters.
    """
    wish = p.start_rate * np.maximum(price - p.threshold, 0.0) * np.maximum(unused, 0.0)
    return np.asarray(np.minimum(wish, p.start_limit))


def _facts(setting: Setting, parameters: object) -> tuple[Latent, ...]:
    if not isinstance(parameters, RecoveryParameters):
        raise TypeError("recovery needs its own parameters")
    world = setting.world
    hosts, names = make_hosts(world), list(world.chains)
    table = world.table("by_products").set_index(["mineral", "host"])
    found = []
    for mineral in COVERED:
        k = names.index(mineral) if mineral in names else -1
        for seat in hosts.seats.get(k, ()):
            if seat.is_mined:
                continue
            chain, host = world.chains[mineral], world.chains[names[seat.host]]
            share = float(getattr(parameters, f"{mineral}_recovered"))
            content = float(table["yield_t_per_t"].to_dict()[mineral, host.mineral]) / share
            made = host.refined[seat.nodes]
            won = chain.mined[seat.mines]
            place = {country: n for n, country in enumerate(chain.refiners)}
            twin = [place[chain.miners[m]] for m in seat.mines] if chain.is_integrated else []
            held = np.divide(made * content, won, out=np.zeros_like(won), where=won > 0.0)
            # Who wins more per tonne of host than the world has richer ores, not better plants.
            held = np.maximum(held, 1.0 / share)
            at = (seat.mines, seat.nodes)
            found.append(Latent(k, seat.host, *at, held, won, np.array(twin, dtype=int)))
    return tuple(found)


def _start(moment: Moment) -> RecoveryPiece:
    latents: tuple[Latent, ...] = moment.fact(tuple)
    return RecoveryPiece(tuple(np.zeros((moment.members, one.mines.size)) for one in latents))


def _remembered(moment: Moment) -> tuple[np.ndarray, ...]:
    latents: tuple[Latent, ...] = moment.fact(tuple)
    p, own = moment.settings(RecoveryParameters), moment.piece(RecoveryPiece)
    if not moment.cleared:
        return own.price
    found = []
    for one, old in zip(latents, own.price, strict=True):
        seen = moment.cleared[one.mineral].prices.mine[:, one.mines]
        seen = np.where(np.isfinite(seen), seen, old)
        found.append((1.0 - p.memory) * old + p.memory * seen)
    return tuple(found)


@dataclass(frozen=True)
class Started:
    """Recovery of one by-product in a year, shapes (member, node) [1].

    Attributes
    ----------
    more
        Started this year over base capacity.
    room
        Most capacity over base.
    """

    more: np.ndarray
    room: np.ndarray


def _started(moment: Moment) -> tuple[Started, ...]:
    latents: tuple[Latent, ...] = moment.fact(tuple)
    p = moment.settings(RecoveryParameters)
    found = []
    for one, price in zip(latents, _remembered(moment), strict=True):
        host, fleet = moment.state.plants[one.host], moment.state.mines[one.mineral]
        held = one.held * host.level[:, one.nodes]
        room = np.maximum(p.ceiling * held, 1.0)
        there = (fleet.level + fleet.queue.sum(axis=2))[:, one.mines]
        found.append(Started(starts(price, room - there, p), room))
    return tuple(found)


def _investment(moment: Moment) -> Mapping[tuple[int, int], InvestmentTerms]:
    latents: tuple[Latent, ...] = moment.fact(tuple)
    found = {}
    for one, year in zip(latents, _started(moment), strict=True):
        found[one.mineral, MINED] = _terms(moment, one, year, MINED)
        if one.twin.size:
            found[one.mineral, REFINED] = _terms(moment, one, year, REFINED)
    return found


def _terms(moment: Moment, one: Latent, year: Started, stage: int) -> InvestmentTerms:
    fleets = moment.state.mines if stage == MINED else moment.state.plants
    at = one.mines if stage == MINED else one.twin
    level = fleets[one.mineral].level
    more, room = np.zeros_like(level), np.full_like(level, np.inf)
    more[:, at], room[:, at] = year.more, year.room
    return InvestmentTerms(started=more, room=room)


def _advance(moment: Moment) -> Advance:
    return Advance(replace(moment.piece(RecoveryPiece), price=_remembered(moment)))


def _record(moment: Moment) -> Mapping[str, Recorded]:
    latents: tuple[Latent, ...] = moment.fact(tuple)
    tonnes = np.zeros((moment.members, len(moment.setting.space.minerals)))
    for one, year in zip(latents, _started(moment), strict=True):
        tonnes[:, one.mineral] = year.more @ one.tonnes
    return {"recovery_started": Recorded(tonnes, ("mineral",), "t/yr")}


def _tell(moment: Moment) -> Sequence[Note]:
    latents: tuple[Latent, ...] = moment.fact(tuple)
    chains = list(moment.setting.world.chains.values())
    notes = []
    for one, year, price in zip(latents, _started(moment), _remembered(moment), strict=True):
        chain, host = chains[one.mineral], chains[one.host].in_words
        tonnes = year.more * one.tonnes
        for member, node in np.argwhere(tonnes > 0.02 * chain.mined.sum()).tolist():
            what = f"plants to recover {tonnes[member, node]:.0f} t/yr are started"
            why = f"a price at home of {np.exp(price[member, node]):.1f} times base over two years"
            effect = f"won from what passes through its {host} plants, in two to four years"
            country = chain.miners[one.mines[node]]
            notes.append(Note(member, "recovery", country, chain.mineral, what, why, effect))
    return notes


RECOVERY = Mechanism(
    name="recovery",
    parameters=RecoveryParameters,
    facts=_facts,
    start=_start,
    investment=_investment,
    advance=_advance,
    record=_record,
    tell=_tell,
)
