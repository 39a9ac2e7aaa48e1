"""Where metal comes from that a country passes on, and which way it takes to a user.

Does      Traces exports to origins, and splits flows by origin over customs records.
Units     Shares; matrices in any one unit of mass.
Method    Re-exports hold the mix of an exporter's imports, through any number of passes:
          R = D (I - A)^-1 (Kastner, Kastner and Nonhebel 2011, with own output shipped first).
          An entrepot's share of a flow is what customs records and R show of that origin; the
          rest is direct.
Assumes   What a country passes on is a proportional mix of what it imports; a year's re-exports
          come from that year's imports.
Not here  Which figures go in: see `entrepots`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Vector = NDArray[np.float64]
PASSED_ON = 1.0 - 1e-9
"""Most of a country's exports that it passes on: keeps loops among pure traders solvable [1]."""


def export_origins(trade: Matrix, output: Vector) -> Matrix:
    """Return the origins of each country's exports.

    Parameters
    ----------
    trade : Array (exporter, importer)
        What customs record between countries; the diagonal is ignored.
    output : Array (country,)
        Own output, same unit.

    Returns
    -------
    Array (origin, exporter) [1]
        Columns add to one, or to less where origins are unknown: a country without output that
        exports more than it imports.

    Notes
    -----
    A country ships its own output first. Exports beyond it are passed on, as far as imports
    reach. This is the least re-export that the records allow; Kastner et al. mix own output
    and imports in all uses instead.

    References
    ----------
    Kastner, T., Kastner, M. and Nonhebel, S. (2011). Tracing distant environmental impacts of
    agricultural products from a consumer perspective. Ecological Economics 70(6), 1032-1040.

    Examples
    --------
    >>> trade = np.array([[0.0, 8.0, 2.0], [0.0, 0.0, 6.0], [0.0, 0.0, 0.0]])
    >>> export_origins(trade, np.array([10.0, 0.0, 0.0]))[:, 1].round(6).tolist()
    [1.0, 0.0, 0.0]
    """
    shipped = np.where(np.eye(len(trade), dtype=bool), 0.0, trade)
    exports, imports = shipped.sum(axis=1), shipped.sum(axis=0)
    beyond = np.minimum(np.maximum(exports - output, 0.0), imports)
    passed = np.divide(beyond, exports, out=np.zeros_like(exports), where=exports > 0)
    passed = np.minimum(passed, PASSED_ON)
    own = np.where(output > 0, 1.0 - passed, 0.0)
    mix = np.divide(shipped, imports, out=np.zeros_like(shipped), where=imports > 0)
    through = mix * passed[None, :]
    traced: Matrix = np.diag(own) @ np.linalg.inv(np.eye(len(trade)) - through)
    return np.where(traced > 1e-12, traced, 0.0)


def shares_by_way(
    flow: Vector, records: Vector, origins: Matrix, direct: NDArray[np.int64]
) -> Matrix:
    """Return how each origin's flow to one importer clears its customs.

    Parameters
    ----------
    flow : Array (origin,)
        Flow by origin to this importer.
    records : Array (way,)
        Share of each exporter of record in the importer's imports [1].
    origins : Array (origin, way) [1]
        Origins of what each exporter of record ships; columns add to one at most.
    direct : Array (origin,)
        Which way is the direct one of each origin.

    Returns
    -------
    Array (origin, way) [1]
        Rows add to one. What records do not show on a way of others is direct: an entrepot
        never carries more than the records say.

    Notes
    -----
    With F the importer's foreign supply, z_oh = F records_h origins_oh is what records show of
    origin o through h; its share is z_oh / max(flow_o, sum over h of z_oh). If the flows are
    the traced ones, the legs add to the records.

    Examples
    --------
    One origin behind two traders and its own shipments:

    >>> ways = np.array([[1.0, 1.0, 1.0]])
    >>> shares = shares_by_way(np.ones(1), np.array([0.2, 0.5, 0.3]), ways, np.array([0]))
    >>> shares.round(6).tolist()
    [[0.2, 0.5, 0.3]]
    """
    shown = flow.sum() * records[None, :] * origins
    size = np.maximum(flow, shown.sum(axis=1))[:, None]
    shares: Matrix = np.divide(shown, size, out=np.zeros_like(shown), where=size > 0)
    rows = np.arange(len(flow))
    shares[rows, direct] = 0.0
    shares[rows, direct] = 1.0 - shares.sum(axis=1)
    return shares
