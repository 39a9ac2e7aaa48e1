"""A member that fails in one market: missing there, counted, and no reason to stop its block."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.engine.real import run, setting

from oreacle.engine.block import failed_members
from oreacle.market.kernel import Solution
from oreacle.market.kernel import solve as real_solve
from oreacle.market.problem import Problem


def test_a_member_that_fails_in_one_market_does_not_stop_its_block(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls: list[int] = []

    def fails_once(problem: Problem, *rest: object, **more: object) -> Solution:
        solution = real_solve(problem, *rest, **more)  # type: ignore[arg-type]
        calls.append(1)
        if len(calls) > 1:
            return solution
        left = np.where(np.arange(4) == 1, 1.0, solution.residual)
        return replace(solution, solved=left <= 1e-10, residual=left)

    monkeypatch.setattr("oreacle.engine.markets.solve", fails_once)
    arrays = run(setting()).arrays
    solved = arrays["solved"].to_numpy()
    assert (~solved).sum() == 1
    member, year, mineral = np.argwhere(~solved)[0]
    assert (member, year) == (1, 0)
    missing = np.isnan(arrays["price_delivered"].to_numpy())
    assert missing[member, year, mineral]
    assert missing.sum() == 1
    assert failed_members(solved) == 1
