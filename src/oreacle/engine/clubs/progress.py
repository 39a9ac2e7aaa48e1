"""How far a long study is, as one count.

Does      Joins the progress of parts, one after the other, into one count out of `WHOLE`.
Units     Counts.
Method    Each part has a share of the whole; within a part its own count decides.
Assumes   Shares are rough: they shape a bar, never a result.
Not here  Drawing a bar: see the commands.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

Progress = Callable[[int, int], None]
"""Called with what is done and what there is to do."""
WHOLE = 100


class Steps:
    """Parts of a study, in the order in which they are done.

    Parameters
    ----------
    progress
        Called with the count and `WHOLE`; None for nobody.
    shares
        How long each part takes, in any unit.

    Examples
    --------
    >>> seen = []
    >>> steps = Steps(lambda done, todo: seen.append(done), [1.0, 3.0])
    >>> steps.end()
    >>> steps.within(1, 2)
    >>> steps.end()
    >>> seen
    [25, 62, 100]
    """

    def __init__(self, progress: Progress | None, shares: Sequence[float]) -> None:
        self._progress = progress
        self._ends = [sum(shares[: k + 1]) / sum(shares) for k in range(len(shares))]
        self._at = 0

    def within(self, done: int, todo: int) -> None:
        """Report how far the present part is."""
        start = self._ends[self._at - 1] if self._at else 0.0
        share = done / todo if todo > 0 else 1.0
        self._tell(start + share * (self._ends[self._at] - start))

    def end(self) -> None:
        """Report that the present part is done, and go on to the next."""
        self._tell(self._ends[self._at])
        self._at += 1

    def _tell(self, share: float) -> None:
        if self._progress is not None:
            self._progress(round(WHOLE * share), WHOLE)
