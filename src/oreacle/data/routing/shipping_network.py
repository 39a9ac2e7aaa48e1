"""The tagged shipping network of the package searoute, and its edges across each passage.

Does      Reads nodes and edges, and finds the edges that cross the line of a passage.
Units     Degrees; km.
Method    An edge belongs to a passage if its segment crosses the passage's line (orientation test
          in the plane of longitude and latitude). Edges of the Arctic tag belong to the Northern
          Sea Route in the east; in the west they are left out.
Assumes   The network of searoute 1.6 (lines of the Oak Ridge Global Shipping Lane Network with
          later edits); segments are short, so that the plane is good enough.
Not here  Shortest ways: see `oreacle.data.routing.contraction`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from oreacle.core.errors import DataError

ARCTIC_TAG = "northwest"
NORTHERN_SEA_ROUTE = "nsr"
HALF_TURN = 180.0


@dataclass(frozen=True)
class ShippingNetwork:
    """An undirected network of sea lanes.

    Attributes
    ----------
    places
        Longitude and latitude of the nodes, shape (node, 2) [degree].
    ends
        Nodes at the ends of each edge, shape (edge, 2).
    km
        Length of each edge, shape (edge,) [km].
    passages
        Passages that each edge crosses, by id, in ABC order.
    """

    places: np.ndarray
    ends: np.ndarray
    km: np.ndarray
    passages: tuple[tuple[str, ...], ...]


def read_shipping_network(lines: pd.DataFrame) -> ShippingNetwork:
    """Return the network of searoute with the passages that its edges cross.

    Parameters
    ----------
    lines
        `chokepoint`, `gate_lon1`, `gate_lat1`, `gate_lon2`, `gate_lat2` [degree] and
        `gate_edges`, the number of edges that are known to cross; missing where unknown.

    Raises
    ------
    DataError
        ORE-DAT-130 if searoute is not installed; ORE-DAT-131 if fewer or more edges cross a line
        than are known to.
    """
    places, ends, km, tags = _edges_of_package()
    crossing = edges_across(places, ends, lines)
    _refuse_other_counts(lines, crossing)
    is_arctic = np.array([tag == ARCTIC_TAG for tag in tags])
    is_east = places[ends].mean(axis=1)[:, 0] > 0.0
    crossing[NORTHERN_SEA_ROUTE] = crossing[NORTHERN_SEA_ROUTE] | (is_arctic & is_east)
    kept = ~(is_arctic & ~is_east)
    names = sorted(crossing)
    passages = tuple(
        tuple(name for name in names if crossing[name][edge]) for edge in np.flatnonzero(kept)
    )
    return ShippingNetwork(places, ends[kept], km[kept], passages)


def edges_across(
    places: np.ndarray, ends: np.ndarray, lines: pd.DataFrame
) -> dict[str, np.ndarray]:
    """Return which edges cross the line of each passage, shape (edge,) each."""
    first, second = places[ends[:, 0]], places[ends[:, 1]]
    is_short = np.abs(first[:, 0] - second[:, 0]) < HALF_TURN
    found = {}
    for row in lines.to_dict("records"):
        one = np.array([row["gate_lon1"], row["gate_lat1"]], dtype=float)
        two = np.array([row["gate_lon2"], row["gate_lat2"]], dtype=float)
        if np.isfinite(one).all():
            found[str(row["chokepoint"])] = is_short & _cross(first, second, one, two)
    return found


def _cross(first: np.ndarray, second: np.ndarray, one: np.ndarray, two: np.ndarray) -> np.ndarray:
    """Return which segments have the ends of a line on both sides, and the other way round."""
    apart = _side(first, second, one) * _side(first, second, two) < 0
    return np.asarray(apart & (_side(one, two, first) * _side(one, two, second) < 0))


def _side(start: np.ndarray, end: np.ndarray, point: np.ndarray) -> np.ndarray:
    """Return the orientation of three points: positive to the left of start to end."""
    along, to = end - start, point - start
    return np.asarray(along[..., 0] * to[..., 1] - along[..., 1] * to[..., 0])


def _refuse_other_counts(lines: pd.DataFrame, crossing: dict[str, np.ndarray]) -> None:
    wrong = [
        f"{row['chokepoint']} {crossing[row['chokepoint']].sum()} instead of {row['gate_edges']:g}"
        for row in lines.to_dict("records")
        if row["chokepoint"] in crossing
        and np.isfinite(row["gate_edges"])
        and crossing[row["chokepoint"]].sum() < row["gate_edges"]
    ]
    if wrong:
        raise DataError(
            "ORE-DAT-131",
            f"edges across passages: {'; '.join(wrong)}.",
            why="a passage with an edge left out would stay open when it is closed.",
            fix="use searoute 1.6, or draw the lines of `chokepoints.csv` for its network anew.",
        )


def _edges_of_package() -> tuple[np.ndarray, np.ndarray, np.ndarray, list[str | None]]:
    """Return places, ends, lengths and tags; of parallel edges the shortest."""
    try:
        from searoute import setup_M
    except ImportError as error:
        raise DataError(
            "ORE-DAT-130",
            "the package searoute is not installed.",
            why="the sea legs are computed on its network of shipping lanes.",
            fix='pip install "oreacle[build]"',
        ) from error
    graph = setup_M()
    nodes = list(graph.nodes)
    index = {node: k for k, node in enumerate(nodes)}
    best: dict[tuple[int, int], tuple[float, str | None]] = {}
    for one, two, facts in graph.edges(data=True):
        pair = min(index[one], index[two]), max(index[one], index[two])
        length = float(facts["weight"])
        if pair[0] != pair[1] and length < best.get(pair, (np.inf, None))[0]:
            best[pair] = length, facts.get("passage")
    ends = np.array(list(best), dtype=np.int64)
    km = np.array([length for length, _ in best.values()])
    return np.array(nodes, dtype=float), ends, km, [tag for _, tag in best.values()]
