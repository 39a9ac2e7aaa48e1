"""Simulated histories of dyads with known branching."""

from __future__ import annotations

import numpy as np

from oreacle.relations.excitation_memory import DyadActs


def simulated(
    own: float,
    cross: float,
    *,
    seed: int,
    half_life: float = 4.0,
    pairs: int = 300,
    months: int = 240,
    rate: float = 0.002,
    spread: float = 1.0,
) -> DyadActs:
    """Return acts of pairs of lasting hostility in a world with waves."""
    rng = np.random.default_rng(seed)
    sides, decay = 2 * pairs, 0.5 ** (1.0 / half_life)
    level = rate * np.repeat(np.exp(spread * rng.standard_normal(pairs) - spread**2 / 2), 2)
    wave = np.exp(0.6 * rng.standard_normal(months // 12))
    memory, directions, times = np.zeros(sides), [], []
    for month in range(months):
        mirrored = memory.reshape(-1, 2)[:, ::-1].ravel()
        made = rng.poisson(level * wave[month // 12] + own * memory + cross * mirrored)
        for side in np.flatnonzero(made):
            directions += [side] * int(made[side])
            times += [month] * int(made[side])
        memory = memory * decay + (1.0 - decay) * made
    dates = np.array(times)
    return DyadActs(
        np.array(directions), dates, dates, np.zeros(sides, dtype=int), np.arange(months) // 12, 0
    )
