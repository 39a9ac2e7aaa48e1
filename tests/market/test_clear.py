"""Clearing one market: what it takes as policies."""

from __future__ import annotations

from typing import Any

import pytest
from tests.app.small_world import small_world

from oreacle.core.errors import ScenarioError
from oreacle.market.clear import clear
from oreacle.market.policies import ExportBan

WORLD = small_world()
BAN = ExportBan("CHN", "gallium")


@pytest.mark.parametrize(
    ("policies", "says"),
    [
        ("CHN bans exports of gallium", "policies is 'CHN bans"),
        (BAN, "policies is one ExportBan"),
        (["CHN bans exports of gallium"], "policies holds 'CHN bans"),
        ([BAN, None], "policies holds None"),
        (None, "policies is None"),
        (iter([BAN]), "policies is <"),
    ],
)
def test_what_is_no_sequence_of_policies_is_refused(policies: Any, says: str) -> None:  # noqa: ANN401
    with pytest.raises(ScenarioError) as caught:
        clear(WORLD, "gallium", policies)
    assert caught.value.code == "ORE-SCN-018"
    assert caught.value.what.startswith(says)
    assert "[ExportBan(" in caught.value.fix


def test_lists_and_tuples_of_policies_give_the_same_market() -> None:
    one, two = clear(WORLD, "gallium", [BAN]), clear(WORLD, "gallium", (BAN,))
    assert one.prices.equals(two.prices)


def test_a_policy_on_another_mineral_is_refused() -> None:
    with pytest.raises(ScenarioError, match="ORE-SCN-009"):
        clear(WORLD, "gallium", [ExportBan("CHN", "cobalt")])
